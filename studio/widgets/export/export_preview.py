"""What a file of drawings will show, and how large it will be."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from engine.errors import UserError
from engine.export.formats import FORMATS
from engine.export.frames import Animation
from studio import theme
from studio.gallery import exporting
from studio.gallery.exporting import PLOTTER_KEYS, EstimateSize, StopFlag
from studio.gallery.film import Film, make_film, make_plot
from studio.tasks import Task, Tasks
from studio.widgets import parts
from studio.widgets.player.film_canvas import FilmCanvas
from studio.widgets.player.playbar import Playbar

_SETTLE_MS = 120
"""When the hand has rested so long the preview is laid out, and the size is estimated."""


class ExportPreview(QWidget):
    """Plays what moves, over and over, and shows finished what does not. Of several changes the newest wins.

    Signals:
        failed: Why the size cannot be told; then the file cannot be written either.
    """

    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._animation: Animation | None = None
        self._key = ""
        self._tasks = Tasks(self, threads=2)
        self._laying: Task | None = None
        self._estimating: tuple[Task, StopFlag] | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._on_settling_timeout)
        self.canvas = FilmCanvas(own_paper=True)
        self.canvas.set_tips_visible(False)
        self.playbar = Playbar()
        self.playbar.set_looping(True)
        self._facts = parts.label("", "muted")
        self._size = parts.label("", "muted")
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.playbar)
        layout.addLayout(parts.row(self._facts, 0, self._size))
        self.setLayout(layout)
        self.playbar.moved.connect(self.canvas.set_time)

    @property
    def is_settled(self) -> bool:
        """Whether picture and size belong to what was given last."""
        return not self._settling.isActive() and self._laying is None and self._estimating is None

    @property
    def size_words(self) -> str:
        """What is said of the size."""
        return self._size.text()

    @property
    def facts(self) -> str:
        """What is said of pixels, millimetres and seconds."""
        return self._facts.text()

    def show_animation(self, animation: Animation | None, key: str) -> None:
        """Show what a file of that format would; None for what cannot be written."""
        self.forget_estimate()
        self._animation, self._key = animation, key
        self._facts.setText(exporting.facts_of(animation, key) if animation is not None else "")
        self._size.setText("")
        if animation is None:
            self.playbar.set_duration(0.0)
            self.canvas.show_film(None, 0.0)
        self._settling.start()

    def forget_estimate(self) -> None:
        """Nobody waits for the size any more."""
        if self._estimating is not None:
            task, flag = self._estimating
            flag.stop()
            task.cancel()
            self._estimating = None

    def let_go(self) -> None:
        """It is put away: nothing runs on."""
        self.playbar.pause()
        self._settling.stop()
        self.forget_estimate()
        self._tasks.shutdown()
        self._laying = None

    def _on_settling_timeout(self) -> None:
        if self._laying is not None:
            self._laying.cancel()
            self._laying = None
        if self._animation is None:
            return
        make = make_plot if self._key in PLOTTER_KEYS else make_film
        self._laying = self._tasks.run(partial(make, self._animation), self._on_film_made, priority=1)
        flag = StopFlag()
        work = EstimateSize(self._animation, self._key, flag)
        self._estimating = (self._tasks.run(work, self._on_size_estimated, self._on_size_failed), flag)
        self._size.setText("…")

    def _on_film_made(self, film: Film) -> None:
        self._laying = None
        moves = FORMATS[self._key].moves
        begins = moves and not self.playbar.duration_s
        self.canvas.set_view(None)
        if not moves:
            self.playbar.set_duration(0.0)
            self.canvas.show_film(film, film.duration_s)
            return
        if self.playbar.duration_s != film.duration_s:
            self.playbar.set_pace(film.duration_s)
        self.canvas.show_film(film, self.playbar.time_s)
        if begins:
            self.playbar.seek(0.0)
            self.playbar.play()

    def _on_size_estimated(self, n_bytes: int | None) -> None:
        self._estimating = None
        self._size.setText(f"about {exporting.size_text(n_bytes)}" if n_bytes is not None else "")

    def _on_size_failed(self, error: Exception) -> None:
        self._estimating = None
        self._size.setText("size unknown")
        if not isinstance(error, UserError):
            raise error
        self.failed.emit(str(error))
