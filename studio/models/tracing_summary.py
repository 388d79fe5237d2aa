"""The figures of all pages as a table, to be sorted by any of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QColor

from studio import theme
from studio.models.items import AnyIndex
from studio.models.traced_pages import PAGE_ROLE, TracedPage

SORT_ROLE = PAGE_ROLE + 1
_STATES = {
    "waiting": "waiting",
    "stale": "waiting again",
    "traced": "traced",
    "no line": "no line ink",
    "failed": "failed",
}


Text = Callable[[TracedPage], str]
Key = Callable[[TracedPage], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: Its heading.
        tip: What it says.
        text: What it shows of a page.
        key: What it sorts by; None for pages that have no such figure, which come last either way.
        is_number: Whether it stands at the right.
    """

    name: str
    tip: str
    text: Text
    key: Key
    is_number: bool = True


def _figure(name: str, shown: str = "{:d}") -> tuple[Text, Key]:
    """Text and key of one figure of the row; nothing for pages without strokes."""

    def key(page: TracedPage) -> float | None:
        return getattr(page.row, name) if page.row is not None and page.row.strokes else None

    def text(page: TracedPage) -> str:
        value = key(page)
        return shown.format(value) if value is not None else ""

    return text, key


def _reasons(page: TracedPage) -> str:
    return ",  ".join(page.reasons) if page.progress != "stale" else "settings, scan or tracer changed since"


def _title(page: TracedPage) -> str:
    return page.item.title


def _state(page: TracedPage) -> str:
    return _STATES[page.progress]


def _title_key(page: TracedPage) -> tuple[str, int, str]:
    number = page.item.page if page.item.page is not None else -1
    return (page.item.book, number, page.item.id)


def _worth(page: TracedPage) -> tuple[float, ...]:
    """Grows with what there is to look at."""
    return tuple(-part for part in page.worth_a_look)


COLUMNS = (
    Column("Page", "Sketchbook and page", _title, _title_key, is_number=False),
    Column("State", "How far it has come", _state, _state, is_number=False),
    Column("Strokes", "Strokes at the spliced stage, mended", *_figure("spliced")),
    Column("Drawings", "Drawings found on the page", *_figure("drawings")),
    Column("Covered", "Share of the ink that the strokes cover, %", *_figure("coverage", "{:.1%}")),
    Column("Invented", "Pen movement with no ink under it, px", *_figure("invented_px", "{:,.0f}")),
    Column("Uncertain", "Crossings where another way was nearly as good", *_figure("uncertain")),
    Column("Mends", "Mends by hand", *_figure("mends")),
    Column("Worth a look", "Why; the worst first", _reasons, _worth, is_number=False),
)
WORTH = len(COLUMNS) - 1
"""The column that is sorted first."""


class TracingSummaryModel(QAbstractTableModel):
    """One row a page."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages: list[TracedPage] = []

    @property
    def pages(self) -> Sequence[TracedPage]:
        """All pages, unsorted."""
        return self._pages

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of pages."""
        return 0 if parent is not None and parent.isValid() else len(self._pages)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Number of figures."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A figure as text, for sorting under `SORT_ROLE`, or the page itself under `PAGE_ROLE`."""
        if not index.isValid() or index.row() >= len(self._pages):
            return None
        page, column = self._pages[index.row()], COLUMNS[index.column()]
        if role == PAGE_ROLE:
            return page
        if role == SORT_ROLE:
            return column.key(page)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(page)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.text(page) or column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and page.progress != "traced":
            tokens = theme.tokens()
            return QColor(tokens.rejected if page.progress == "failed" else tokens.muted)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def show(self, pages: Sequence[TracedPage]) -> None:
        """Show these pages; with the same pages only what changed is said."""
        pages = sorted(pages, key=_title_key)
        if [page.item.id for page in pages] != [page.item.id for page in self._pages]:
            self.beginResetModel()
            self._pages = pages
            self.endResetModel()
            return
        before, self._pages = self._pages, pages
        for row, (old, new) in enumerate(zip(before, pages, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, WORTH))


class WorstFirst(QSortFilterProxyModel):
    """Sorts by any column; pages without the figure come last either way."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setSortRole(SORT_ROLE)
        self.setDynamicSortFilter(True)

    def lessThan(self, left: AnyIndex, right: AnyIndex) -> bool:
        """Python's order: of numbers, names and tuples alike."""
        a, b = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if a is None or b is None:
            ascending = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return (b is None and a is not None) if ascending else (a is None and b is not None)
        return bool(a < b)
