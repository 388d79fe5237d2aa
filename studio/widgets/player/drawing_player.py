"""One drawing, drawn again by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from shiboken6 import isValid

from engine.export.frames import Animation, Look
from studio import theme
from studio.gallery import dragging, exporting, playing
from studio.gallery.film import Film, make_film
from studio.gallery.insight import Insight
from studio.gallery.playing import Playing
from studio.models.samples import Sample
from studio.widgets import parts
from studio.widgets.player.big_player import BigPlayer
from studio.widgets.player.film_canvas import FilmCanvas
from studio.widgets.player.insight_overlay import InsightOverlay
from studio.widgets.player.play_panel import PlayPanel
from studio.widgets.player.playbar import Playbar

_SIZE_PX = (1000, 1000)


class DrawingPlayer(QWidget):
    """Paper, pen, and the bar that moves it.

    Signals:
        set_up: The artist chose how drawings are played: a `Playing`.

    Attributes:
        company: Says which drawings it stands among, for the large player.
    """

    set_up = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample: Sample | None = None
        self._playing = playing.recall()
        self._big: BigPlayer | None = None
        self.company: Callable[[], Sequence[Sample]] = self._alone
        self.canvas = FilmCanvas()
        self.canvas.setMinimumSize(240, 240)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.overlay = InsightOverlay(self.canvas, self)
        self.playbar = Playbar(narrow=True)
        self.panel = PlayPanel(self)
        self._tune = parts.tool("tune", "How it is played: pace, pen, how long")
        self._large = parts.tool("large", "Watch it large  (F, or a double click on the paper)")
        self.playbar.add_button(self._tune)
        self.playbar.add_button(self._large)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.overlay.choice)
        layout.addWidget(self.playbar)
        self.setLayout(layout)
        self.playbar.moved.connect(self.canvas.set_time)
        self.playbar.adjusted.connect(self._on_playbar_adjusted)
        self.panel.changed.connect(self._on_panel_changed)
        self.canvas.picked.connect(self._on_canvas_picked)
        self.canvas.pulled.connect(self._on_canvas_pulled)
        self._tune.clicked.connect(self._on_tune_clicked)
        self._large.clicked.connect(self.open_large)
        self._take(self._playing)

    def set_insight(self, insight: Insight | None) -> None:
        """Somebody answers what a machine thinks of the drawing; None: nobody does any more."""
        self.overlay.set_insight(insight)
        if self._big is not None and isValid(self._big):
            self._big.set_insight(insight)

    @property
    def sample(self) -> Sample | None:
        """What it plays."""
        return self._sample

    def show_sample(self, sample: Sample | None, *, play: bool = False) -> None:
        """Lay a drawing on the paper, finished; `play` draws it at once from the start."""
        same = sample is not None and self._sample is not None and sample.picture is self._sample.picture
        self._sample = sample
        if not same:
            film = self._film()
            self.playbar.set_duration(film.duration_s if film is not None else 0.0)
            self._lay(film)
        elif sample is not None:
            self.overlay.rename(sample)
        if play and self.playbar.duration_s:
            self.playbar.seek(0.0)
            self.playbar.play()

    def open_large(self) -> BigPlayer | None:
        """Watch it, and what it stands among, in a window of its own."""
        if self._sample is None:
            return None
        self.playbar.pause()
        samples = list(self.company())
        # By identity: drawings of equal name and strokes are equal, and comparing strokes is slow.
        start = next((k for k, sample in enumerate(samples) if sample is self._sample), -1)
        large = BigPlayer(self)
        self._big = large
        large.set_up.connect(self._take)
        large.set_insight(self.overlay.insight, self.overlay.choice)
        large.show_samples(samples if start >= 0 else [self._sample], max(start, 0))
        return large

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the bar, F, S and H."""
        if not self.press(event):
            super().keyPressEvent(event)

    def press(self, event: QKeyEvent) -> bool:
        """Take a key of the player, for panes that hold the focus. Returns whether it was one."""
        if event.text().lower() == "f" and self._sample is not None:
            self.open_large()
            return True
        if self.overlay.press(event.text().lower()):
            return True
        return self.playbar.press(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Another player may have been set up meanwhile."""
        self._take(playing.recall())
        super().showEvent(event)

    def _alone(self) -> Sequence[Sample]:
        return [] if self._sample is None else [self._sample]

    def _film(self) -> Film | None:
        sample = self._sample
        if sample is None or not sample.picture.strokes:
            return None
        look = Look(
            _SIZE_PX,
            paper=theme.LIGHT.paper,
            inks=exporting.inks_of([sample]),
            pen=self._playing.pen,
            shows_travel=self._playing.shows_travel,
        )
        recordings = exporting.recordings_of([sample])
        return make_film(Animation([sample.picture], look, self._playing.pace, recordings=recordings))

    def _lay(self, film: Film | None) -> None:
        self.overlay.show_film(film, self._sample if film is not None else None, self.playbar.time_s)
        if film is not None:
            self.playbar.set_stops(film.point_stops_s(), film.stroke_stops_s())

    def _take(self, chosen: Playing) -> None:
        """Play like that from now on; what runs goes on where it is."""
        before, self._playing = self._playing, chosen
        self.playbar.set_speed(chosen.speed)
        self.playbar.set_looping(chosen.loops)
        self.panel.show_playing(chosen)
        self.canvas.set_tips_visible(chosen.shows_tip)
        as_before = replace(before, speed=chosen.speed, loops=chosen.loops, shows_tip=chosen.shows_tip)
        film = self._film() if as_before != chosen else None
        if film is not None:
            self.playbar.set_pace(film.duration_s)
            self._lay(film)

    def _on_panel_changed(self, chosen: Playing) -> None:
        self._take(chosen)
        playing.remember(chosen)
        self.set_up.emit(chosen)

    def _on_playbar_adjusted(self) -> None:
        bar = self.playbar
        self._on_panel_changed(replace(self._playing, speed=bar.speed, loops=bar.is_looping))

    def _on_tune_clicked(self) -> None:
        self.panel.open_above(self._tune)

    def _on_canvas_picked(self, _index: int) -> None:
        self.open_large()

    def _on_canvas_pulled(self, _index: int) -> None:
        if self._sample is not None:
            dragging.drag_out(self.canvas, [self._sample])
