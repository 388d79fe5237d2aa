"""Short work off the GUI thread: a query, a picture to decode. Minutes-long work goes to `studio.jobs`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal

from engine.errors import UserError

Callback = Callable[[Any], None]
_LATER_MS = 400


class Task(QRunnable):
    """One function under way; `cancel` drops its result (a running function is not interrupted)."""

    def __init__(self, tasks: Tasks, work: Callable[[], Any], done: Callback, failed: Callback) -> None:
        super().__init__()
        # Python owns the object: Qt deleting it while Python still holds it is a crash.
        self.setAutoDelete(False)
        self._tasks = tasks
        self._work = work
        self.done = done
        self.failed = failed
        self.cancelled = False

    def cancel(self) -> None:
        """Forget it: neither callback will be called."""
        self.cancelled = True

    def run(self) -> None:
        """Called by the pool in one of its threads."""
        result: Any = None
        error: Exception | None = None
        if not self.cancelled:
            try:
                result = self._work()
            except Exception as caught:  # noqa: BLE001 - carried to the GUI thread and raised or shown there
                error = caught
        self._tasks.finished.emit(self, result, error)


class Tasks(QObject):
    """A small thread pool whose callbacks always run in the GUI thread.

    Signals:
        finished: (task, result, error), sent from the worker's thread; for this class alone.
        failed: The sentence to show when a task without its own handler fails with a `UserError`.
    """

    finished = Signal(object, object, object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        # Threads that stay keep their one connection to the index; new ones would each open another.
        self._pool.setExpiryTimeout(-1)
        self._live: set[Task] = set()
        self._put_off: list[tuple[Task, int]] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(self._on_later_timeout)
        self.finished.connect(self._on_task_finished)

    def run(
        self,
        work: Callable[[], Any],
        done: Callback,
        failed: Callback | None = None,
        *,
        priority: int = 0,
        later: bool = False,
    ) -> Task:
        """Run `work` in a thread, then `done(result)` or `failed(error)` here.

        Args:
            work: Touches no widget and no `QPixmap`; `QImage` is fine.
            done: Gets the result.
            failed: Gets the exception; without it a `UserError` is announced and anything else raised.
            priority: Higher goes first.
            later: Begin in a moment, when what is in front is there: a worker that imports a large library
                makes the window wait for the interpreter.
        """
        task = Task(self, work, done, failed or self._fail)
        self._live.add(task)
        if later:
            self._put_off.append((task, priority))
            self._later.start()
        else:
            self._pool.start(task, priority)
        return task

    @property
    def busy(self) -> bool:
        """Whether anything that was not cancelled is still to come."""
        return any(not task.cancelled for task in self._live)

    def shutdown(self) -> None:
        """Cancel everything and wait for the threads to end."""
        self._later.stop()
        self._put_off.clear()
        for task in self._live:
            task.cancel()
        self._pool.waitForDone()
        self._live.clear()

    def _on_later_timeout(self) -> None:
        put_off, self._put_off = self._put_off, []
        for task, priority in put_off:
            self._pool.start(task, priority)

    def _on_task_finished(self, task: Task, result: Any, error: Exception | None) -> None:
        self._live.discard(task)
        if task.cancelled:
            return
        if error is None:
            task.done(result)
        else:
            task.failed(error)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.failed.emit(str(error))
