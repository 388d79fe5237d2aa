"""The figures of all traced pages, read again in the background whenever they may have changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from engine.project.project import Project
from studio.tasks import Task, Tasks
from studio.tracing.trace_loading import ReadRows, TracesNow

_REREAD_MS = 700
"""While a batch runs, rows are read again at most this often."""
_NONE: frozenset[str] = frozenset()


class TraceRows(QObject):
    """One reading at a time; what changes meanwhile is read after it.

    Signals:
        read: `now` is newer; whether it is the first of this project.
        failed: The exception.
    """

    read = Signal(bool)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._tasks: Tasks | None = None
        self._now: TracesNow | None = None
        self._task: Task | None = None
        self._unread: frozenset[str] | None = _NONE
        self._fresh: set[str] = set()
        self._wants_all = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REREAD_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def now(self) -> TracesNow | None:
        """What was read last; None before the first time."""
        return self._now

    @property
    def is_reading(self) -> bool:
        """Whether rows are on their way."""
        return self._task is not None or self._wants_all

    def open(self, project: Project, tasks: Tasks) -> None:
        """Read this project from now on."""
        self._project, self._tasks = project, tasks

    def close(self) -> None:
        """Let go of the project and of what was read from it."""
        self.stop()
        if self._task is not None:
            self._task.cancel()
        self._task = self._project = self._tasks = self._now = None
        self._unread = _NONE

    def stop(self) -> None:
        """Stop the clock."""
        self._timer.stop()
        self._fresh.clear()
        self._wants_all = False

    def refresh(self) -> None:
        """Read all rows."""
        self._read(None)

    def refresh_later(self) -> None:
        """Read all rows when what is in front is there: importing the tracer makes other threads wait."""
        self._wants_all = True
        self._timer.start()

    def refresh_soon(self, page_id: str) -> None:
        """A batch has done with this page."""
        self._fresh.add(page_id)
        if not self._timer.isActive():
            self._timer.start()

    def _read(self, only: frozenset[str] | None) -> None:
        if self._project is None or self._tasks is None:
            return
        if self._task is not None:
            self._unread = None if only is None or self._unread is None else self._unread | only
            return
        self._unread = _NONE
        self._wants_all &= only is not None
        work = ReadRows(self._project, self._now, only)
        self._task = self._tasks.run(work, self._on_task_done, self._on_task_failed)

    def _on_timer_timeout(self) -> None:
        fresh, self._fresh = frozenset(self._fresh), set()
        if self._wants_all or fresh:
            self._read(None if self._wants_all else fresh)

    def _on_task_done(self, now: TracesNow) -> None:
        is_first = self._now is None
        self._task, self._now = None, now
        self.read.emit(is_first)
        if self._unread is None or self._unread:
            self._read(self._unread)

    def _on_task_failed(self, error: Exception) -> None:
        self._task, self._unread = None, _NONE
        self.failed.emit(error)
