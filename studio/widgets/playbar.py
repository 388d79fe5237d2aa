"""The controls of a player, and its clock."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QSlider, QWidget

from studio import icons
from studio.widgets import parts

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_TICK_MS = 16
_STEPS_PER_S = 1000


class Playbar(QWidget):
    """Play, pause, scrub, loop, speed.

    Signals:
        moved: The new time in seconds: by the clock, by the slider, by code.
    """

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None, *, narrow: bool = False) -> None:
        """Make the bar; `narrow` puts the slider above the buttons."""
        super().__init__(parent)
        self._duration_s = 0.0
        self._time_s = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._to_start = parts.tool("to-start", "To the start")
        self._play = parts.tool("play", "Play or pause  (Space)")
        self._loop = parts.tool("loop", "Begin again at the end", checkable=True)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Place in the drawing")
        self._slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._slider.setMinimumHeight(24)
        self._label = parts.label("", "caption")
        self._speed = QComboBox()
        self._speed.setAccessibleName("Speed")
        self._speed.setToolTip("Speed")
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g}×", speed)
        self._speed.setCurrentIndex(SPEEDS.index(1.0))
        if narrow:
            layout = parts.column(self._slider, spacing=0)
            layout.addLayout(parts.row(self._to_start, self._play, self._label, 0, self._loop, self._speed))
            self.setLayout(layout)
        else:
            self.setLayout(
                parts.row(self._to_start, self._play, self._slider, self._label, self._loop, self._speed)
            )
        self._to_start.clicked.connect(self._on_to_start_clicked)
        self._play.clicked.connect(self._on_play_clicked)
        self._slider.valueChanged.connect(self._on_slider_value_changed)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.set_duration(0.0)

    @property
    def time_s(self) -> float:
        """Where it stands, in seconds at single speed."""
        return self._time_s

    @property
    def duration_s(self) -> float:
        """The whole, in seconds at single speed."""
        return self._duration_s

    @property
    def is_playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    @property
    def speed(self) -> float:
        """1 is the speed of the hand."""
        return float(self._speed.currentData())

    def set_speed(self, speed: float) -> None:
        """One of `SPEEDS`."""
        self._speed.setCurrentIndex(SPEEDS.index(speed))

    def set_looping(self, looping: bool) -> None:
        """Whether to begin again at the end."""
        self._loop.setChecked(looping)

    def set_duration(self, duration_s: float) -> None:
        """Something else is to be played: stand at its end, at rest, everything drawn."""
        self.pause()
        self._duration_s = duration_s
        self._slider.blockSignals(True)
        self._slider.setRange(0, max(round(duration_s * _STEPS_PER_S), 1))
        self._slider.blockSignals(False)
        self.setVisible(duration_s > 0)
        self._label.setFixedWidth(self.fontMetrics().horizontalAdvance("00.0 / 00.0 s"))
        self._stand_at(duration_s)

    def seek(self, time_s: float) -> None:
        """Go there."""
        self._stand_at(min(max(time_s, 0.0), self._duration_s))
        self.moved.emit(self._time_s)

    def play(self) -> None:
        """Run; from the start when it stands at the end."""
        if self._duration_s <= 0:
            return
        if self._time_s >= self._duration_s:
            self.seek(0.0)
        self._clock.start()
        self._timer.start()
        self._play.setIcon(icons.icon("pause"))

    def pause(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._play.setIcon(icons.icon("play"))

    def toggle(self) -> None:
        """Play or pause."""
        self.pause() if self.is_playing else self.play()

    def hideEvent(self, event: QEvent) -> None:
        """Nobody looks: no clock runs."""
        self.pause()

    def _stand_at(self, time_s: float) -> None:
        self._time_s = time_s
        self._slider.blockSignals(True)
        self._slider.setValue(round(time_s * _STEPS_PER_S))
        self._slider.blockSignals(False)
        self._label.setText(f"{time_s:.1f} / {self._duration_s:.1f} s" if self._duration_s else "")

    def _on_timer_timeout(self) -> None:
        time_s = self._time_s + self._clock.restart() / 1000.0 * self.speed
        if time_s < self._duration_s:
            self.seek(time_s)
        elif self._loop.isChecked():
            self.seek(time_s % self._duration_s)
        else:
            self.pause()
            self.seek(self._duration_s)

    def _on_slider_value_changed(self, value: int) -> None:
        self.seek(value / _STEPS_PER_S)

    def _on_to_start_clicked(self) -> None:
        self.seek(0.0)

    def _on_play_clicked(self) -> None:
        self.toggle()
