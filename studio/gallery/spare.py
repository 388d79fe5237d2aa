"""A sampler's child that waits without a model: torch takes seconds to load, a model tenths of one.

Whoever looks at another run, or comes from the gallery to the canvas, then does not wait. There is one in the
whole program, made ready once a model was wanted, and it goes when nobody wants another for a while.
"""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtCore import QObject, QProcess, QTimer

_QUIET_MS = 2_500
"""So long nothing must have been asked of any model: loading takes a core for seconds."""
_IDLE_MS = 600_000
_GRACE_MS = 3000


class Spare(QObject):
    """At most one child that has loaded everything but a model."""

    def __init__(self) -> None:
        super().__init__()
        self._process: QProcess | None = None
        self.command = [sys.executable, "-m", "engine.jobs", "sample"]
        self._soon, self._idle = QTimer(self), QTimer(self)
        for timer, interval_ms in ((self._soon, _QUIET_MS), (self._idle, _IDLE_MS)):
            timer.setSingleShot(True)
            timer.setInterval(interval_ms)
        self._soon.timeout.connect(self._on_soon_timeout)
        self._idle.timeout.connect(self.end)

    @property
    def is_there(self) -> bool:
        """Whether one waits, or is about to."""
        return self._process is not None and self._process.state() != QProcess.ProcessState.NotRunning

    def prepare(self) -> None:
        """Have one ready, when it is quiet."""
        self._idle.start()
        if not self.is_there:
            self._soon.start()

    def put_off(self) -> None:
        """A model is at work: not now."""
        if self._soon.isActive():
            self._soon.start()

    def take(self) -> QProcess | None:
        """Give it away, running or about to; None when there is none. It is the caller's now."""
        process, self._process = self._process, None
        if process is not None and process.state() == QProcess.ProcessState.NotRunning:
            process.deleteLater()  # it died while it waited
            return None
        return process

    def end(self) -> None:
        """Nobody will want one."""
        self._soon.stop()
        self._idle.stop()
        process = self.take()
        if process is not None:
            process.kill()
            process.waitForFinished(_GRACE_MS)

    def _on_soon_timeout(self) -> None:
        program, *arguments = self.command
        self._process = QProcess(self)
        self._process.start(program, arguments)


@cache
def the_spare() -> Spare:
    """The one of this program."""
    return Spare()
