"""Pages and drawings as the window knows them, and the list model that views show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from math import isnan, nan
from operator import attrgetter
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.project.ids import Decision, Level

ITEM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_MOST_RUNS = 24
"""Rows that leave in more runs than this leave by a reset: views take each run by itself."""
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
        n_strokes: Strokes: of a drawing, or of all drawings of a page; 0 before it is traced.
        n_points: The same of points.
        note: What the artist wrote about it.
        taken: ISO date of the scan; empty where the file does not say.
        ink_share: Share of a page that is ink (`engine.curate.measures`); not a number before it is measured.
        colourfulness: How colourful a page is; not a number before it is measured.
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
    note: str = ""
    taken: str = ""
    ink_share: float = nan
    colourfulness: float = nan

    def decided(self, decision: Decision, kind: str, note: str) -> Item:
        """The same with what the artist says about it; eight times as fast as `dataclasses.replace`."""
        values = list(_VALUES(self))
        values[_DECISION], values[_KIND], values[_NOTE] = decision, kind, note
        return Item(*values)

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


_NAMES = tuple(field.name for field in fields(Item))
_VALUES = attrgetter(*_NAMES)
_DECISION, _KIND, _NOTE = map(_NAMES.index, ("decision", "kind", "note"))


class ItemsModel(QAbstractListModel):
    """A list of items, changed with as few signals as the difference needs: views keep scroll and focus."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []
        self._rows: dict[str, int] | None = {}

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
        if self._rows is None:
            self._rows = {item.id: row for row, item in enumerate(self._items)}
        return self._rows.get(item_id, -1)

    def index_of(self, item_id: str) -> QModelIndex:
        """The index of an item, invalid when it is not shown."""
        return self.index_at(self.row_of(item_id))

    def index_at(self, row: int) -> QModelIndex:
        """The index of a row, invalid for none; `index` would ask `rowCount` in Python each time."""
        return self.createIndex(row, 0) if 0 <= row < len(self._items) else QModelIndex()

    def item_at(self, index: AnyIndex) -> Item | None:
        """The item at an index, None for an invalid one."""
        return self._items[index.row()] if index.isValid() and index.row() < len(self._items) else None

    def show(self, items: Iterable[Item]) -> None:
        """Show these items instead, in this order."""
        new = list(items)
        kept = {item.id for item in new}
        remaining = [item.id for item in self._items if item.id in kept]
        runs = self._runs_without(kept)
        if remaining == [item.id for item in new] and remaining and len(runs) <= _MOST_RUNS:
            self._remove(runs)
            self._update(new)
        else:
            self.beginResetModel()
            self._items, self._rows = new, None
            self.endResetModel()

    def _runs_without(self, kept: Collection[str]) -> list[tuple[int, int]]:
        """First and last row of each run of items that are not kept."""
        runs: list[tuple[int, int]] = []
        for row, item in enumerate(self._items):
            if item.id not in kept:
                first = runs.pop()[0] if runs and runs[-1][1] == row - 1 else row
                runs.append((first, row))
        return runs

    def _remove(self, runs: Sequence[tuple[int, int]]) -> None:
        """Take rows out in runs, from the end, so the rows before keep their numbers."""
        for first, last in reversed(runs):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._items[first : last + 1]
            self._rows = None
            self.endRemoveRows()

    def _update(self, new: list[Item]) -> None:
        pairs = enumerate(zip(self._items, new, strict=True))
        changed = [row for row, (old, item) in pairs if old is not item and old != item]
        self._items = new
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]), [ITEM_ROLE])
