"""Drawings drawn again by hand, as large as the screen: one, or all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.export.frames import Animation, Look
from studio import theme
from studio.gallery import dragging, exporting, playing
from studio.gallery.film import Film, make_film
from studio.gallery.insight import Insight
from studio.gallery.playing import Playing
from studio.models.samples import Sample
from studio.tasks import Task, Tasks
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.player.film_canvas import FilmCanvas
from studio.widgets.player.insight_choice import InsightChoice
from studio.widgets.player.insight_overlay import InsightOverlay
from studio.widgets.player.play_panel import PlayPanel
from studio.widgets.player.playbar import Playbar

_LEAST_PX = (640, 480)
_USUAL_PX = (1280, 860)
_SETTLE_MS = 80
_MOST_AT_ONCE = 64


class BigPlayer(QWidget):
    """A window of its own, as large as the one it comes from, or the whole screen.

    Arrows go to the next drawing, `G` shows all at once, `F` fills the screen, `Esc` leaves.

    Signals:
        set_up: The artist chose how drawings are played: a `Playing`.
        closed: It was put away.
    """

    set_up = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Single-Line Studio: player")
        self.setMinimumSize(*_LEAST_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self._samples: list[Sample] = []
        self._index = 0
        self._playing = playing.recall()
        self._tasks = Tasks(self, threads=1)
        self._laying: Task | None = None
        self._begins = False
        self.canvas = FilmCanvas()
        self.overlay = InsightOverlay(self.canvas, self)
        self.playbar = Playbar()
        self.panel = PlayPanel(self)
        self._title = ElidedLabel()
        self._place = parts.label("", "caption")
        self._previous = parts.tool("previous", "The drawing before  (←)", focus=False)
        self._next = parts.tool("next", "The next drawing  (→)", focus=False)
        self._together = parts.tool("together", "All at once  (G)", checkable=True, focus=False)
        self._full = parts.tool("fit", "The whole screen  (F)", focus=False)
        self._leave = parts.tool("reject", "Back  (Esc)", focus=False)
        self._tune = parts.tool("tune", "How it is played: pace, pen, how long", focus=False)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._on_settling_timeout)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = parts.row(self._previous, self._place, self._next, spacing=theme.SPACE_4)
        head.addSpacing(theme.SPACE_8)
        head.addWidget(self._title, 1)
        for button in (self._together, self._full, self._leave):
            head.addWidget(button)
        head.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_12, 0)
        self.playbar.add_button(self._tune)
        foot = parts.row(spacing=0)
        foot.addWidget(self.playbar)
        foot.setContentsMargins(theme.SPACE_12, 0, theme.SPACE_12, theme.SPACE_8)
        overlay = parts.row(self.overlay.choice, spacing=0)
        overlay.setContentsMargins(theme.SPACE_12, 0, theme.SPACE_12, 0)
        layout = parts.column(spacing=0)
        layout.addLayout(head)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(overlay)
        layout.addLayout(foot)
        self.setLayout(layout)

    def _connect(self) -> None:
        self.playbar.moved.connect(self.canvas.set_time)
        self.playbar.adjusted.connect(self._on_playbar_adjusted)
        self.panel.changed.connect(self._on_panel_changed)
        self.canvas.picked.connect(self._on_canvas_picked)
        self.canvas.pulled.connect(self._on_canvas_pulled)
        self._previous.clicked.connect(self._on_previous_clicked)
        self._next.clicked.connect(self._on_next_clicked)
        self._together.clicked.connect(self._on_together_clicked)
        self._full.clicked.connect(self._on_full_clicked)
        self._leave.clicked.connect(self.close)
        self._tune.clicked.connect(self._on_tune_clicked)

    def set_insight(self, insight: Insight | None, like: InsightChoice | None = None) -> None:
        """Somebody answers what a machine thinks of a drawing, or nobody does.

        Args:
            insight: Who.
            like: Begin with what is chosen there.
        """
        if like is not None:
            self.overlay.choice.copy(like)
        self.overlay.set_insight(insight)

    @property
    def sample(self) -> Sample | None:
        """The drawing that is played; None while all are."""
        return self._samples[self._index] if self._samples and not self.is_together else None

    @property
    def is_settled(self) -> bool:
        """Whether what is chosen is on the paper."""
        return self._laying is None and not self._settling.isActive()

    @property
    def is_together(self) -> bool:
        """Whether all draw themselves at once."""
        return self._together.isChecked()

    def show_samples(self, samples: Sequence[Sample], start: int = 0, *, together: bool = False) -> None:
        """Open the window and play.

        Args:
            samples: What arrows walk through; places that are empty yet are left out.
            start: The one to begin with.
            together: Begin with all at once.
        """
        first = samples[start] if 0 <= start < len(samples) else None
        self._samples = [sample for sample in samples if sample.picture.strokes]
        self._index = next((k for k, sample in enumerate(self._samples) if sample is first), 0)
        many = len(self._samples) > 1
        for widget in (self._previous, self._next, self._place, self._together):
            widget.setVisible(many)
        self._together.setChecked(together and many)
        self._take(self._playing)
        self._open()
        self._begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, G, F, S, H, Esc, and the keys of the bar."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.go(1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            self.go(-1)
        elif key == Qt.Key.Key_G and self._together.isVisible():
            self._together.click()
        elif key in (Qt.Key.Key_F, Qt.Key.Key_F11):
            self._full.click()
        elif not self.overlay.press(event.text().lower()) and not self.playbar.press(event):
            super().keyPressEvent(event)

    def go(self, steps: int) -> None:
        """Play the next drawing, or the one before; around at the ends."""
        if len(self._samples) > 1:
            self._show_alone((self._index + (0 if self.is_together else steps)) % len(self._samples))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The paper fills the window: laid out anew when it has come to rest."""
        self._settling.start()
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """No clock runs behind a closed window."""
        self._settling.stop()
        self._tasks.shutdown()
        self.overlay.set_insight(None)
        self.overlay.shutdown()
        self.playbar.pause()
        self.closed.emit()
        super().closeEvent(event)

    def _open(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.window().geometry())
        else:
            self.resize(*_USUAL_PX)
        self.show()
        self.activateWindow()
        self.setFocus()

    def _begin(self) -> None:
        """What is chosen now, from its start."""
        self.playbar.pause()
        self._lay(begins=True)

    def _lay(self, *, begins: bool = False) -> None:
        """Lay out what is chosen now for the room there is, in a worker: a pen's line takes its time."""
        if self._laying is not None:
            self._laying.cancel()
        self._begins = self._begins or begins
        shown = self._shown()
        if not shown:
            self._show_film(None)
            return
        animation = Animation(
            [sample.picture for sample in shown],
            self._look(shown),
            self._playing.pace,
            recordings=exporting.recordings_of(shown),
        )
        self._name(shown)
        self._laying = self._tasks.run(partial(make_film, animation), self._show_film)

    def _show_film(self, film: Film | None) -> None:
        self._laying = None
        begins, self._begins = self._begins, False
        if film is None:
            self.playbar.set_duration(0.0)
        elif begins:
            self.playbar.set_duration(film.duration_s)
        elif film.duration_s != self.playbar.duration_s:
            self.playbar.set_pace(film.duration_s)
        if film is not None:
            self.playbar.set_stops(film.point_stops_s(), film.stroke_stops_s())
        self.overlay.show_film(film, self.sample if film is not None else None,
                               0.0 if begins else self.playbar.time_s)  # fmt: skip
        if begins:
            self.playbar.seek(0.0)
            self.playbar.play()

    def _shown(self) -> list[Sample]:
        return self._samples[:_MOST_AT_ONCE] if self.is_together else self._samples[self._index :][:1]

    def _look(self, shown: Sequence[Sample]) -> Look:
        room = self.canvas.sheet_room()
        return Look(
            (max(round(room.width()), 100), max(round(room.height()), 100)),
            paper=theme.LIGHT.paper,
            inks=exporting.inks_of(shown),
            pen=self._playing.pen,
            shows_travel=self._playing.shows_travel,
        )

    def _name(self, shown: Sequence[Sample]) -> None:
        count = len(self._samples)
        left_out = f", the first {len(shown)}" if self.is_together and len(shown) < count else ""
        self._title.setText(f"{count} drawings at once{left_out}" if self.is_together else shown[0].name)
        self._place.setText(f"all {count}" if self.is_together else f"{self._index + 1} of {count}")

    def _show_alone(self, index: int) -> None:
        self._index = index
        self._together.setChecked(False)
        self.canvas.set_view(None)
        self._begin()

    def _take(self, chosen: Playing) -> None:
        self._playing = chosen
        self.playbar.set_speed(chosen.speed)
        self.playbar.set_looping(chosen.loops)
        self.panel.show_playing(chosen)
        self.canvas.set_tips_visible(chosen.shows_tip)

    def _on_settling_timeout(self) -> None:
        self._lay()

    def _on_panel_changed(self, chosen: Playing) -> None:
        self._take(chosen)
        self._lay()
        playing.remember(chosen)
        self.set_up.emit(chosen)

    def _on_playbar_adjusted(self) -> None:
        bar = self.playbar
        self._playing = replace(self._playing, speed=bar.speed, loops=bar.is_looping)
        self.panel.show_playing(self._playing)
        playing.remember(self._playing)
        self.set_up.emit(self._playing)

    def _on_previous_clicked(self) -> None:
        self.go(-1)

    def _on_next_clicked(self) -> None:
        self.go(1)

    def _on_together_clicked(self) -> None:
        self.canvas.set_view(None)
        self._begin()

    def _on_full_clicked(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def _on_tune_clicked(self) -> None:
        self.panel.open_above(self._tune)

    def _on_canvas_picked(self, index: int) -> None:
        """One of the grid is watched alone; one alone fills the screen."""
        if self.is_together:
            self._show_alone(index)
        else:
            self._full.click()

    def _on_canvas_pulled(self, index: int) -> None:
        shown = self._shown()
        if 0 <= index < len(shown):
            dragging.drag_out(self.canvas, [shown[index]])
