"""What the tracing of all pages came to, worst first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from studio import theme
from studio.models.traced_pages import PAGE_ROLE, TracedPage
from studio.models.tracing_summary import COLUMNS, WORTH, TracingSummaryModel, WorstFirst
from studio.widgets import parts

_ROW_PX = 30
_NUMBER_PX, _WORD_PX, _PAGE_PX = 80, 112, 172


class _Table(QTableView):
    """Return opens a page; letters are the pane's keys, not a search."""

    opened = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.currentIndex())
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)


class TracingSummary(QWidget):
    """A line of totals and a table; a click on a row, or Return, takes the artist to the page.

    Signals:
        chosen: Id of a page.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TracingSummaryModel(self)
        self.sorted = WorstFirst(self)
        self.sorted.setSourceModel(self.model)
        self._totals = parts.label("", "muted", wrap=True)
        self.table = _Table()
        self.table.setModel(self.sorted)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setSortingEnabled(True)
        self.table.setWordWrap(False)
        self.table.setFont(theme.font())
        self.table.setAccessibleName("Overview of all pages")
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for number, column in enumerate(COLUMNS):
            header.resizeSection(number, _NUMBER_PX if column.is_number else _WORD_PX)
        header.resizeSection(0, _PAGE_PX)
        self.table.sortByColumn(WORTH, Qt.SortOrder.DescendingOrder)
        head = parts.column(parts.label("Overview", "heading"), self._totals, spacing=theme.SPACE_4)
        head.setContentsMargins(theme.SPACE_16, theme.SPACE_12, theme.SPACE_16, theme.SPACE_12)
        layout = parts.column(spacing=0)
        layout.addLayout(head)
        layout.addWidget(parts.rule())
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self.table.clicked.connect(self._on_table_opened)
        self.table.opened.connect(self._on_table_opened)

    def show_pages(self, pages: Sequence[TracedPage]) -> None:
        """Show these pages."""
        self.model.show(pages)
        self._totals.setText(totals(pages))

    def choose(self, page_id: str) -> None:
        """Mark the row of a page, silently."""
        for row in range(self.sorted.rowCount()):
            page = self.sorted.index(row, 0).data(PAGE_ROLE)
            if isinstance(page, TracedPage) and page.item.id == page_id:
                self.table.setCurrentIndex(self.sorted.index(row, 0))
                return

    def _on_table_opened(self, index: QModelIndex | QPersistentModelIndex) -> None:
        page = index.data(PAGE_ROLE)
        if isinstance(page, TracedPage):
            self.chosen.emit(page.item.id)


def totals(pages: Sequence[TracedPage]) -> str:
    """`12 pages, 10 traced, 1 failed   ·   34 strokes ...`."""
    counts = {
        state: sum(page.progress == state for page in pages) for state in ("traced", "failed", "no line")
    }
    counts["waiting"] = len(pages) - sum(counts.values())
    words = [f"{len(pages)} page{'' if len(pages) == 1 else 's'}"]
    names = {"no line": "no line ink"}
    words += [f"{count} {names.get(state, state)}" for state, count in counts.items() if count]
    rows = [page.row for page in pages if page.row is not None and page.row.strokes]
    if not rows:
        return ", ".join(words)
    figures = [
        f"{sum(row.spliced for row in rows):,} strokes in {sum(row.drawings for row in rows):,} drawings",
        f"{sum(row.coverage for row in rows) / len(rows):.1%} of the ink covered",
        f"{sum(row.invented_px for row in rows):,.0f} px invented",
        f"{sum(row.uncertain for row in rows):,} uncertain crossings",
        f"{sum(row.mends for row in rows):,} mends",
    ]
    return "\n".join([", ".join(words), "   ·   ".join(figures)])
