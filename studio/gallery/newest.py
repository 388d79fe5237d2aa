"""Short work of several kinds, of each of which only the newest matters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from engine.errors import UserError
from studio.tasks import Task, Tasks


class NewestTasks:
    """Runs work in threads; another of the same kind takes the place of the one before."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        """Make it; `failed` hears the sentence of a `UserError`."""
        self._failed = failed
        self._live: dict[str, Task] = {}

    @property
    def busy(self) -> bool:
        """Whether anything is still to come."""
        return bool(self._live)

    def is_running(self, kind: str) -> bool:
        """Whether work of this kind is still to come."""
        return kind in self._live

    def run(self, tasks: Tasks, kind: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Run `work` in a thread, then `done(result)` here, unless newer work of its kind came."""
        if kind in self._live:
            self._live[kind].cancel()
        self._live[kind] = tasks.run(work, partial(self._on_done, kind, done), partial(self._on_failed, kind))

    def cancel(self) -> None:
        """Forget all of it."""
        for task in self._live.values():
            task.cancel()
        self._live.clear()

    def _on_done(self, kind: str, done: Callable[[Any], None], result: Any) -> None:
        self._live.pop(kind, None)
        done(result)

    def _on_failed(self, kind: str, error: Exception) -> None:
        self._live.pop(kind, None)
        if not isinstance(error, UserError):
            raise error
        self._failed(str(error))
