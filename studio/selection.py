"""The one selection: a set of ids that grid, map, filmstrip and inspector all show."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """Which items are chosen, and which of them has the focus.

    Signals:
        changed: The new `frozenset[str]` of chosen ids; only sent when it differs from the one before.
        current_changed: The id with the focus, or the empty string.
    """

    changed = Signal(object)
    current_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: frozenset[str] = frozenset()
        self._current = ""

    @property
    def ids(self) -> frozenset[str]:
        """The chosen ids."""
        return self._ids

    @property
    def current(self) -> str:
        """The id with the focus, or the empty string."""
        return self._current

    def set(self, ids: Iterable[str], current: str | None = None) -> None:
        """Choose exactly these; `current` moves the focus (default: stays if chosen, else any one chosen)."""
        new = frozenset(ids)
        if current is None:
            current = self._current if self._current in new or not new else min(new)
        differs, self._ids = new != self._ids, new
        self.set_current(current)
        if differs:
            self.changed.emit(new)

    def set_current(self, item_id: str) -> None:
        """Move the focus without choosing anything."""
        if item_id != self._current:
            self._current = item_id
            self.current_changed.emit(item_id)

    def clear(self) -> None:
        """Choose nothing; the focus goes too."""
        self.set((), "")
