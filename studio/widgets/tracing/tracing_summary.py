"""What the tracing of all pages came to, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from studio import theme
from studio.models.traced_pages import PAGE_ROLE, TracedPage
from studio.models.tracing_summary import COLUMNS, WORTH, TracingSummaryModel
from studio.widgets import parts

_ROW_PX = 30
_NUMBER_PX, _WORD_PX, _PAGE_PX = 74, 104, 150


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
        self._waiting: Sequence[TracedPage] | None = None
        self._chosen = ""
        self._totals = parts.label("", "muted", wrap=True)
        self.table = _Table()
        self.table.setModel(self.model)
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
        """Show these pages, as soon as one looks."""
        self._waiting = pages
        if self.isVisible():
            self._catch_up()

    def choose(self, page_id: str) -> None:
        """Mark the row of a page, silently."""
        self._chosen = page_id
        row = self.model.row_of(page_id)
        if self._waiting is None and row >= 0 and row != self.table.currentIndex().row():
            self.table.setCurrentIndex(self.model.index(row, 0))

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while one looked at a page."""
        super().showEvent(event)
        self._catch_up()

    def _catch_up(self) -> None:
        pages, self._waiting = self._waiting, None
        if pages is not None:
            self.model.show(pages)
            self._totals.setText(totals(pages))
        self.choose(self._chosen)

    def _on_table_opened(self, index: QModelIndex | QPersistentModelIndex) -> None:
        page = index.data(PAGE_ROLE)
        if isinstance(page, TracedPage):
            self.chosen.emit(page.item.id)


def totals(pages: Sequence[TracedPage]) -> str:
    """`12 pages, 10 traced, 1 failed   ·   34 strokes ...`."""
    found = Counter(page.progress for page in pages)
    counts = {state: found[state] for state in ("traced", "failed", "no line")}
    counts["waiting"] = len(pages) - sum(counts.values())
    words = [f"{len(pages):,} page{'' if len(pages) == 1 else 's'}"]
    names = {"no line": "no line ink"}
    words += [f"{count:,} {names.get(state, state)}" for state, count in counts.items() if count]
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
