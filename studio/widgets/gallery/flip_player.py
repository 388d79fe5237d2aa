"""One drawing turning into another, and back."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from engine.strokes.types import Drawing
from studio import theme
from studio.gallery.between import HOLD_S, Passage
from studio.widgets import drawing_art, parts, pen_lines
from studio.widgets.player.play_clock import PlayClock

_PLACES = 1000


class FlipCanvas(QWidget):
    """Shows one frame; all of a passage lie on one sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._passage: Passage | None = None
        self._inks: tuple[str, ...] = ()
        self._page = QRectF()
        self._frame = 0
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Room for a sheet."""
        return QSize(420, 420)

    @property
    def frame(self) -> int:
        """The number of the frame that is shown."""
        return self._frame

    def show_passage(self, passage: Passage | None) -> None:
        """Lay its sheet on the table; None clears it."""
        self._passage = passage
        frames = passage.frames if passage is not None else ()
        self._inks = passage.inks() if passage is not None else ()
        self._page = drawing_art.page_of(Drawing(tuple(s for frame in frames for s in frame.strokes)))
        self.update()

    def show_frame(self, number: int) -> None:
        """Show another frame."""
        if number != self._frame:
            self._frame = number
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, and the line in its ink."""
        side = min(self.width(), self.height()) - 2
        sheet = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().line), 1))
        painter.setBrush(QColor(theme.tokens().paper))
        painter.drawRoundedRect(sheet, 4, 4)
        if self._passage is None or not self._passage.frames:
            return
        number = min(self._frame, len(self._inks) - 1)
        scale = side / max(self._page.width(), 1e-6)
        offset = np.array([sheet.x() - self._page.x() * scale, sheet.y() - self._page.y() * scale])
        width = max(drawing_art.LINE_WIDTH_UNITS * scale, 1.2)
        painter.setPen(pen_lines.pen_of(pen_lines.colour_of(self._inks[number]), width))
        for stroke in self._passage.frames[number].strokes:
            pen_lines.draw(painter, np.asarray(stroke * scale + offset, dtype=np.float32))


class FlipPlayer(QWidget):
    """The sheet, and the bar that leads from A to B; it goes there and back.

    Signals:
        moved: How far from the one to the other it is now, 0 to 1.
    """

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._passage: Passage | None = None
        self._time_s = HOLD_S
        self._was_playing = False
        self._clock = PlayClock(self)
        self._play, self._speed = self._clock.button, self._clock.speed
        self.canvas = FlipCanvas()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _PLACES)
        self._slider.setMinimumHeight(24)
        self._slider.setAccessibleName("Between A and B")
        self._slider.setToolTip("From A to B")
        self._slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._loop = parts.tool("loop", "There and back, over and over", checkable=True)
        self._loop.setChecked(True)
        bar = parts.row(self._play, parts.label("A", "heading"), spacing=theme.SPACE_8)
        bar.addWidget(self._slider, 1)
        for widget in (parts.label("B", "heading"), self._loop, self._speed):
            bar.addWidget(widget)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addWidget(self.canvas, 1)
        layout.addLayout(bar)
        self.setLayout(layout)
        self._clock.ticked.connect(self._on_clock_ticked)
        self._play.clicked.connect(self.toggle)
        self._slider.valueChanged.connect(self._on_slider_value_changed)
        self.show_passage(None)

    @property
    def passage(self) -> Passage | None:
        """What it plays."""
        return self._passage

    @property
    def place(self) -> float:
        """How far from the one to the other, 0 to 1."""
        return self._passage.place_at(self._time_s) if self._passage is not None else 0.0

    @property
    def is_playing(self) -> bool:
        """Whether the clock runs."""
        return self._clock.is_running

    def show_passage(self, passage: Passage | None) -> None:
        """Play this instead, from the same place on."""
        place = self.place
        self._passage = passage
        self.canvas.show_passage(passage)
        for widget in (self._play, self._slider, self._loop, self._speed):
            widget.setEnabled(passage is not None)
        if passage is None:
            self.pause()
        else:
            self._time_s = passage.time_of(place) if not self.is_playing else self._time_s
            self._show_place()

    def seek(self, place: float) -> None:
        """Go there and stand still."""
        self.pause()
        if self._passage is not None:
            self._time_s = self._passage.time_of(place)
            self._show_place()

    def peek(self, place: float) -> None:
        """Look there for a moment; `go_on` plays on if it played."""
        self._was_playing = self._was_playing or self.is_playing
        self.seek(place)

    def go_on(self) -> None:
        """Nobody points any more."""
        if self._was_playing:
            self.play()

    def play(self) -> None:
        """Run; once it stands at B, without loop, from A again."""
        self._was_playing = False
        if self._passage is None or len(self._passage.frames) < 2:
            return
        if not self._loop.isChecked() and self.place >= 1.0:
            self._time_s = 0.0
        self._clock.start()

    def pause(self) -> None:
        """Stand still."""
        self._clock.stop()

    def toggle(self) -> None:
        """Play or pause."""
        if self.is_playing:
            self._was_playing = False
            self.pause()
        else:
            self.play()

    def press(self, event: QKeyEvent) -> bool:
        """Take a key: Space, Home, End. Returns whether it was one of them."""
        key = event.key()
        if self._passage is None or key not in (Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End):
            return False
        if key == Qt.Key.Key_Space:
            self.toggle()
        else:
            self.seek(0.0 if key == Qt.Key.Key_Home else 1.0)
        return True

    def hideEvent(self, event: QEvent) -> None:
        """Nobody looks: no clock runs."""
        self._was_playing = False
        self.pause()

    def _show_place(self) -> None:
        if self._passage is None:
            return
        place = self.place
        self.canvas.show_frame(self._passage.frame_at(place))
        self._slider.blockSignals(True)
        self._slider.setValue(round(place * _PLACES))
        self._slider.blockSignals(False)
        self.moved.emit(place)

    def _on_clock_ticked(self, seconds: float) -> None:
        if self._passage is None:
            return
        self._time_s += seconds
        end_s = HOLD_S + self._passage.there_s
        if not self._loop.isChecked() and self._time_s >= end_s:
            self._time_s = end_s
            self.pause()
        self._time_s %= self._passage.duration_s
        self._show_place()

    def _on_slider_value_changed(self, value: int) -> None:
        self._was_playing = False
        self.seek(value / _PLACES)
