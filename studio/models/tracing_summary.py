"""The figures of all pages as a table, to be sorted by any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QColor

from studio import theme
from studio.models.items import AnyIndex
from studio.models.traced_pages import OUT_OF_DATE, PAGE_ROLE, TracedPage

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
    return ",  ".join(page.reasons) if page.progress != "stale" else OUT_OF_DATE


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
    """One row a page, sorted by any column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages: list[TracedPage] = []
        self._rows: dict[str, int] = {}
        self._by_title: list[str] = []
        self._column, self._order = WORTH, Qt.SortOrder.DescendingOrder

    @property
    def pages(self) -> Sequence[TracedPage]:
        """All pages, as they are sorted."""
        return self._pages

    def row_of(self, page_id: str) -> int:
        """The row of a page, -1 when it is not among them."""
        return self._rows.get(page_id, -1)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of pages."""
        return 0 if parent is not None and parent.isValid() else len(self._pages)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Number of figures."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A figure as text, or the page itself under `PAGE_ROLE`."""
        if not index.isValid() or index.row() >= len(self._pages):
            return None
        page, column = self._pages[index.row()], COLUMNS[index.column()]
        if role == PAGE_ROLE:
            return page
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
        new = {page.item.id: page for page in pages}
        if new.keys() != self._rows.keys():
            self.beginResetModel()
            self._by_title = [page.item.id for page in sorted(pages, key=_title_key)]
            self._put(self._sorted(new))
            self.endResetModel()
            return
        shown = [new[page.item.id] for page in self._pages]
        changed = [
            row for row, (old, now) in enumerate(zip(self._pages, shown, strict=True)) if old is not now
        ]
        if not changed:
            return
        self._pages = shown
        self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], WORTH))
        self.sort(self._column, self._order)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; pages without its figure come last either way, equal ones by title."""
        self._column, self._order = column, order
        pages = self._sorted({page.item.id: page for page in self._pages})
        if all(new is old for new, old in zip(pages, self._pages, strict=True)):
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        ids = [self._pages[index.row()].item.id for index in held]
        self._put(pages)
        moved = [self.index(self._rows[id_], index.column()) for id_, index in zip(ids, held, strict=True)]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _sorted(self, pages: Mapping[str, TracedPage]) -> list[TracedPage]:
        """In one go: a proxy model would ask for ten thousand pages' keys a hundred thousand times."""
        key = COLUMNS[self._column].key
        keyed = [(key(pages[page_id]), pages[page_id]) for page_id in self._by_title]
        having = [pair for pair in keyed if pair[0] is not None]
        having.sort(key=itemgetter(0), reverse=self._order == Qt.SortOrder.DescendingOrder)
        return [page for _, page in having] + [page for figure, page in keyed if figure is None]

    def _put(self, pages: list[TracedPage]) -> None:
        self._pages = pages
        self._rows = {page.item.id: row for row, page in enumerate(pages)}
