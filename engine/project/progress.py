"""How long work talks to whoever started it, without knowing who that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Reporter(Protocol):
    """What a stage may say while it works, and what it must ask.

    The command line draws a bar from it, a job writes `events.jsonl`, a test keeps a list.
    """

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say that `done` of `total` steps are behind us."""

    def event(self, name: str, **fields: Any) -> None:
        """Say a fact in the past tense, JSON-ready: `item_failed`, `metrics`, `checkpoint_saved`."""

    def stopped(self) -> bool:
        """Whether to save and leave; asked at least once a second."""

    def paused(self) -> bool:
        """Whether to wait before the next step; never true once `stopped` is. Not every stage asks."""


class Silent:
    """A reporter that says nothing and never stops anyone."""

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say nothing."""

    def event(self, name: str, **fields: Any) -> None:
        """Say nothing."""

    def stopped(self) -> bool:
        """Never."""
        return False

    def paused(self) -> bool:
        """Never."""
        return False


class Asked(Silent):
    """A reporter that only asks somebody else whether to stop."""

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped

    def stopped(self) -> bool:
        """As the other says."""
        return self._stopped()
