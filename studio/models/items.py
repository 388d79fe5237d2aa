"""Pages and drawings as the window knows them, and the list model that views show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.project.ids import Decision, Level

ITEM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Item:
    """One page or one drawing.

    Attributes:
        id: The page's or drawing's id.
        level: Which of the two it is.
        book: `sb44`.
        page: Page number; None for covers and names outside the grammar.
        variant: `color`, `v2`, or empty.
        label: What the artist wrote in the file name.
        kind: Page kind the artist gave; empty for none.
        decision: Undecided, accepted or rejected.
        cluster: Number of its cluster, -1 for none.
        x: Its place on the map, not a number for none.
        y: The same, upward.
        picture: Changes when its picture does: the key thumbnails are kept under.
        file: The scan.
        size_px: The scan's width and height.
        n_bytes: The scan's size on disk.
        number: A drawing's number on its page; 0 for a page.
        n_strokes: A drawing's strokes; 0 for a page.
        n_points: A drawing's points; 0 for a page.
    """

    id: str
    level: Level
    book: str
    page: int | None
    variant: str = ""
    label: str = ""
    kind: str = ""
    decision: Decision = "undecided"
    cluster: int = -1
    x: float = nan
    y: float = nan
    picture: str = ""
    file: Path = Path()
    size_px: tuple[int, int] = (0, 0)
    n_bytes: int = 0
    number: int = 0
    n_strokes: int = 0
    n_points: int = 0

    @property
    def is_on_map(self) -> bool:
        """Whether the map has a place for it."""
        return not isnan(self.x)

    @property
    def title(self) -> str:
        """`sb44  page 41  color`, for people."""
        return "  ".join(part for part in (self.book, self.short_title) if part)

    @property
    def short_title(self) -> str:
        """The title without the book, for a caption under a thumbnail."""
        page = f"page {self.page}" if self.page is not None else (self.label or "cover")
        if self.number:
            page = f"{page} · {self.number}"
        variant = self.variant.removeprefix("cover").strip("-")
        return f"{page}  {variant}".strip()


class ItemsModel(QAbstractListModel):
    """A list of items, changed with as few signals as the difference needs: views keep scroll and focus."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []
        self._rows: dict[str, int] = {}

    @property
    def items(self) -> Sequence[Item]:
        """What is shown, in order."""
        return self._items

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of items; a list has no children."""
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, the tip, or the `Item` itself under `ITEM_ROLE`."""
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return item.decision
        return None

    def row_of(self, item_id: str) -> int:
        """The row of an item, -1 when it is not shown."""
        return self._rows.get(item_id, -1)

    def index_of(self, item_id: str) -> QModelIndex:
        """The index of an item, invalid when it is not shown."""
        row = self.row_of(item_id)
        return self.index(row) if row >= 0 else QModelIndex()

    def item_at(self, index: AnyIndex) -> Item | None:
        """The item at an index, None for an invalid one."""
        return self._items[index.row()] if index.isValid() and index.row() < len(self._items) else None

    def show(self, items: Iterable[Item]) -> None:
        """Show these items instead, in this order."""
        new = list(items)
        kept = {item.id for item in new}
        remaining = [item.id for item in self._items if item.id in kept]
        if remaining == [item.id for item in new] and remaining:
            self._remove_all_but(kept)
            self._update(new)
        else:
            self.beginResetModel()
            self._items = new
            self._index_rows()
            self.endResetModel()

    def _remove_all_but(self, kept: set[str]) -> None:
        """Take rows out in runs, from the end, so the rows before keep their numbers."""
        last = len(self._items) - 1
        while last >= 0:
            if self._items[last].id in kept:
                last -= 1
                continue
            first = last
            while first > 0 and self._items[first - 1].id not in kept:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._items[first : last + 1]
            self._index_rows()
            self.endRemoveRows()
            last = first - 1

    def _update(self, new: list[Item]) -> None:
        changed = [row for row, (old, item) in enumerate(zip(self._items, new, strict=True)) if old != item]
        self._items = new
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]), [ITEM_ROLE])

    def _index_rows(self) -> None:
        self._rows = {item.id: row for row, item in enumerate(self._items)}
