"""The one selection: a set of ids that grid, map, filmstrip and inspector all show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
        self._gathered: dict[str, Any] = {}

    @property
    def gathered(self) -> dict[str, Any]:
        """How the chosen ids came together (`{"by": "lasso", "polygon": ...}`); empty when one by one."""
        return self._gathered

    @property
    def ids(self) -> frozenset[str]:
        """The chosen ids."""
        return self._ids

    @property
    def current(self) -> str:
        """The id with the focus, or the empty string."""
        return self._current

    def set(self, ids: Iterable[str], current: str | None = None, **gathered: Any) -> None:
        """Choose exactly these.

        Args:
            ids: The new selection.
            current: Moves the focus; by default it stays if chosen, else goes to any one chosen.
            gathered: How they came together; the decision log keeps it with what is decided about them.
        """
        new = frozenset(ids)
        self._gathered = gathered
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
