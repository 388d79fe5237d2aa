"""Two drawings that draw themselves side by side, with one clock and the same pen speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from studio import theme
from studio.gallery import dragging, playing
from studio.gallery.playing import Playing
from studio.gallery.twins import films_of
from studio.models.samples import Sample
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.gallery.gallery_side import facts_of
from studio.widgets.player.film_canvas import FilmCanvas
from studio.widgets.player.play_panel import PlayPanel
from studio.widgets.player.playbar import Playbar

_PAPER_PX = (150, 120)


class TwinPaper(QWidget):
    """The paper of one side, its name, and what can be done with what lies on it.

    Signals:
        keep_wanted: Keep it, or throw it away when it is kept.
        continue_wanted: Go on with it on the canvas.
        pulled: It is being dragged out of the window.
    """

    keep_wanted = Signal()
    continue_wanted = Signal()
    pulled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = FilmCanvas()
        self.canvas.setMinimumSize(*_PAPER_PX)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._title = ElidedLabel()
        self._facts = ElidedLabel("caption")
        self._keep = parts.button("Keep", tip="Keep this drawing for good  (K)")
        self._go_on = parts.button("Continue", tip="Go on with it on the canvas")
        words = parts.column(self._title, self._facts, spacing=2)
        foot = parts.row(spacing=theme.SPACE_8)
        foot.addLayout(words, 1)
        foot.addWidget(self._keep)
        foot.addWidget(self._go_on)
        self._foot = QWidget()
        self._foot.setLayout(foot)
        policy = self._foot.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._foot.setSizePolicy(policy)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._foot)
        layout.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_12, 0)
        self.setLayout(layout)
        self._keep.clicked.connect(self.keep_wanted)
        self._go_on.clicked.connect(self.continue_wanted)
        self.canvas.pulled.connect(self._on_canvas_pulled)
        self.show_words(None)

    def show_words(self, sample: Sample | None) -> None:
        """Say what it is; nothing where there is nothing."""
        self._foot.setVisible(sample is not None)
        if sample is not None:
            self._title.setText(sample.name)
            self._facts.setText(facts_of(sample.drawing))
            self._keep.setText("Throw away" if sample.is_kept else "Keep")

    def _on_canvas_pulled(self, _index: int) -> None:
        self.pulled.emit()


class TwinPlayer(QWidget):
    """Two papers over one bar.

    Signals:
        keep_wanted: A `Sample`.
        continue_wanted: A `Sample`.
        export_wanted: Make files of both.
    """

    keep_wanted = Signal(object)
    continue_wanted = Signal(object)
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: list[Sample | None] = [None, None]
        self._playing = playing.recall()
        self.left, self.right = TwinPaper(), TwinPaper()
        self.playbar = Playbar()
        self.panel = PlayPanel(self)
        self._tune = parts.tool("tune", "How they are played: pace, pen, how long")
        self.playbar.add_button(self._tune)
        self.export: QPushButton = parts.button("Export both", "export", tip="One file of both drawings")
        foot = parts.row(spacing=theme.SPACE_12)
        foot.addWidget(self.playbar, 1)
        foot.addWidget(self.export)
        foot.setContentsMargins(theme.SPACE_12, 0, theme.SPACE_12, theme.SPACE_8)
        papers = parts.row(spacing=0)
        papers.addWidget(self.left, 1)
        papers.addWidget(parts.rule(vertical=True))
        papers.addWidget(self.right, 1)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addLayout(papers, 1)
        layout.addLayout(foot)
        self.setLayout(layout)
        self.playbar.moved.connect(self._on_playbar_moved)
        self.playbar.adjusted.connect(self._on_playbar_adjusted)
        self.panel.changed.connect(self._on_panel_changed)
        self._tune.clicked.connect(self._on_tune_clicked)
        self.export.clicked.connect(self.export_wanted)
        self.left.keep_wanted.connect(self._on_left_keep_wanted)
        self.right.keep_wanted.connect(self._on_right_keep_wanted)
        self.left.continue_wanted.connect(self._on_left_continue_wanted)
        self.right.continue_wanted.connect(self._on_right_continue_wanted)
        self.left.pulled.connect(self._on_left_pulled)
        self.right.pulled.connect(self._on_right_pulled)
        self._take(self._playing)

    @property
    def samples(self) -> list[Sample | None]:
        """What it plays, left and right."""
        return self._samples

    def show_samples(self, samples: Sequence[Sample | None], *, play: bool = False) -> None:
        """Lay two drawings on the papers, finished; `play` draws them at once from the start."""
        drawn = [one if one is not None and one.is_drawn else None for one in samples]
        pictures = [
            [one.picture if one is not None else None for one in some] for some in (drawn, self._samples)
        ]
        same = all(now is before for now, before in zip(*pictures, strict=True))
        self._samples = drawn
        self.export.setEnabled(any(one is not None and not one.is_growing for one in drawn))
        for paper, sample in zip((self.left, self.right), drawn, strict=True):
            paper.show_words(None if sample is not None and sample.is_growing else sample)
        if not same:
            self.playbar.set_duration(self._playing.pace.duration_s if any(drawn) else 0.0)
            self._lay()
        if play and self.playbar.duration_s:
            self.playbar.seek(0.0)
            self.playbar.play()

    def press(self, event: QKeyEvent) -> bool:
        """Take a key of the bar. Returns whether it was one."""
        return self.playbar.press(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Another player may have been set up meanwhile."""
        self._take(playing.recall())
        super().showEvent(event)

    def _lay(self) -> None:
        films = films_of(self._samples, self._playing, theme.LIGHT.machine)
        for paper, film in zip((self.left, self.right), films, strict=True):
            paper.canvas.show_film(film, self.playbar.time_s)
        there = [film for film in films if film is not None]
        points = [film.point_stops_s() for film in there] or [np.zeros(0)]
        strokes = [film.stroke_stops_s() for film in there] or [np.zeros(0)]
        self.playbar.set_stops(np.unique(np.concatenate(points)), np.unique(np.concatenate(strokes)))

    def _take(self, chosen: Playing) -> None:
        before, self._playing = self._playing, chosen
        self.playbar.set_speed(chosen.speed)
        self.playbar.set_looping(chosen.loops)
        self.panel.show_playing(chosen)
        for paper in (self.left, self.right):
            paper.canvas.set_tips_visible(chosen.shows_tip)
        as_before = replace(before, speed=chosen.speed, loops=chosen.loops, shows_tip=chosen.shows_tip)
        if as_before != chosen and any(self._samples):
            self.playbar.set_pace(chosen.pace.duration_s)
            self._lay()

    def _on_playbar_moved(self, time_s: float) -> None:
        self.left.canvas.set_time(time_s)
        self.right.canvas.set_time(time_s)

    def _on_playbar_adjusted(self) -> None:
        self._on_panel_changed(
            replace(self._playing, speed=self.playbar.speed, loops=self.playbar.is_looping)
        )

    def _on_panel_changed(self, chosen: Playing) -> None:
        self._take(chosen)
        playing.remember(chosen)

    def _on_tune_clicked(self) -> None:
        self.panel.open_above(self._tune)

    def _on_left_keep_wanted(self) -> None:
        self.keep_wanted.emit(self._samples[0])

    def _on_right_keep_wanted(self) -> None:
        self.keep_wanted.emit(self._samples[1])

    def _on_left_continue_wanted(self) -> None:
        self.continue_wanted.emit(self._samples[0])

    def _on_right_continue_wanted(self) -> None:
        self.continue_wanted.emit(self._samples[1])

    def _on_left_pulled(self) -> None:
        self._drag_out(0)

    def _on_right_pulled(self) -> None:
        self._drag_out(1)

    def _drag_out(self, side: int) -> None:
        sample = self._samples[side]
        if sample is not None:
            dragging.drag_out(self, [sample])
