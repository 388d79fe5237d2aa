"""What every player has: a clock that ticks with the frames, the button that starts it, its speed."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from studio import icons
from studio.gallery.playing import SPEEDS
from studio.widgets import parts

_TICK_MS = 16


class SpeedChoice(QComboBox):
    """How many times as fast."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Speed")
        self.setToolTip("Speed")
        for speed in SPEEDS:
            self.addItem(f"{speed:g}×", speed)
        self.set_speed(1.0)

    @property
    def speed(self) -> float:
        """1 is the speed of the hand."""
        return float(self.currentData())

    def set_speed(self, speed: float) -> None:
        """One of `SPEEDS`."""
        self.setCurrentIndex(SPEEDS.index(speed))


class PlayClock(QObject):
    """Runs at the speed that is chosen.

    Signals:
        ticked: How far the drawing went on since the last tick, in seconds at single speed.

    Attributes:
        button: Shows whether it runs; whoever owns the clock connects it.
        speed: The choice of its speed.
    """

    ticked = Signal(float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.button = parts.tool("play", "Play or pause  (Space)")
        self.speed = SpeedChoice()
        self._elapsed = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def is_running(self) -> bool:
        """Whether it ticks."""
        return self._timer.isActive()

    def start(self) -> None:
        """Run from now on."""
        self._elapsed.start()
        self._timer.start()
        self.button.setIcon(icons.icon("pause"))

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()
        self.button.setIcon(icons.icon("play"))

    def _on_timer_timeout(self) -> None:
        self.ticked.emit(self._elapsed.restart() / 1000.0 * self.speed.speed)
