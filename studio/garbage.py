"""Python's search for garbage, kept to the GUI thread and to moments when it does not stop the window.

Left alone, Python looks for garbage in whichever thread has just made something: a thread that reads pictures
then destroys timers, pixmaps and sessions of the GUI thread's, and Qt crashes some time later.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500
_AT_HOME_MS = (0, 3_000, 20_000)
"""So long after a project was opened the program is loaded, the project read, what panes import imported."""


def collect_due() -> None:
    """Look through the generations that are due, as Python itself would."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return


class GarbageCollection(QObject):
    """Takes the place of Python's automatic search as long as it lives; belongs to the GUI thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(collect_due)
        self._timer.start()


class Belongings(QObject):
    """What a project brought with it and will need until it is closed: left out of the search.

    Looking through ten thousand pages for garbage stops every thread for 0.4 s; they stay anyway.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timers = [self._timer(delay_ms) for delay_ms in _AT_HOME_MS]

    def settle(self) -> None:
        """A project was opened: leave out what it loads, once that is loaded."""
        for timer in self._timers:
            timer.start()

    def leave(self) -> None:
        """It is closed: all of it may be garbage now."""
        for timer in self._timers:
            timer.stop()
        gc.unfreeze()

    def _timer(self, delay_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(delay_ms)
        timer.timeout.connect(gc.freeze)
        return timer
