"""Accepted pages and how far their tracing has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import is_
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from studio.models.items import AnyIndex, Item

if TYPE_CHECKING:
    from engine.trace.store import TraceRow

PAGE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
OUT_OF_DATE = "out of date: settings, scan or tracer changed"
Progress = Literal["waiting", "stale", "traced", "no line", "failed"]
Order = Literal["page", "worst"]


@dataclass(frozen=True, slots=True)
class TracedPage:
    """One accepted page.

    Attributes:
        item: The page.
        row: What its tracing came to; None before it was tried.
        is_stale: Whether its scan, its settings or the tracer have changed since.
    """

    item: Item
    row: TraceRow | None = None
    is_stale: bool = False

    @property
    def progress(self) -> Progress:
        """Whether it was traced."""
        if self.row is None:
            return "waiting"
        if self.is_stale:
            return "stale"
        if self.row.error:
            return "failed"
        return "traced" if self.row.line_ink or self.row.strokes else "no line"

    @property
    def line(self) -> str:
        """What there is to say about it, in a few words."""
        if self.row is None:
            return "not traced yet"
        if self.row.error:
            return self.row.error
        if self.is_stale:
            return OUT_OF_DATE
        if self.progress == "no line":
            return "no line ink"
        if not self.row.strokes:
            return "no line found on it"
        drawings = f"{self.row.drawings} drawing{'' if self.row.drawings == 1 else 's'}"
        return f"{self.row.strokes} → {self.row.joined} → {self.row.spliced}   ·   {drawings}"

    @property
    def mending(self) -> str:
        """What was mended by hand, in words; empty for nothing."""
        if self.row is None or not self.row.mends:
            return ""
        lapsed = f", {self.row.lapsed} of them no longer find their line" if self.row.lapsed else ""
        return f"{self.row.mends} mend{'' if self.row.mends == 1 else 's'} by hand{lapsed}"

    @property
    def worth_a_look(self) -> tuple[float, ...]:
        """Sorts the pages most likely to be wrong first."""
        if self.row is None:
            return (1.0, 0.0)
        groups = {"failed": -2.0, "no line": -1.0}
        return (groups.get(self.progress, 0.0), -_doubt()(self.row) if not self.row.error else 0.0)

    @property
    def reasons(self) -> list[str]:
        """What there is to look at, the gravest first."""
        from engine.trace.ranking import reasons

        return reasons(self.row) if self.row is not None else []


@cache
def _doubt() -> Callable[[TraceRow], float]:
    """Imported once, when it is needed: asked for ten thousand times, the statement alone takes 20 ms."""
    from engine.trace.ranking import doubt

    return doubt


class TracedPagesModel(QAbstractListModel):
    """The pages of the Tracing pane."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages: list[TracedPage] = []
        self._rows: dict[str, int] = {}
        self._counts: Counter[Progress] = Counter()

    @property
    def pages(self) -> Sequence[TracedPage]:
        """All pages, in order."""
        return self._pages

    def count(self, *progress: Progress) -> int:
        """How many pages have come so far."""
        return sum(self._counts[one] for one in progress)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of pages; a list has no children."""
        return 0 if parent is not None and parent.isValid() else len(self._pages)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The title, the line as a tip, or the `TracedPage` itself under `PAGE_ROLE`."""
        page = self.page_at(index)
        if page is None:
            return None
        if role == PAGE_ROLE:
            return page
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return page.item.title
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return "\n".join(filter(None, (page.line, page.mending)))
        return None

    def page_at(self, index: AnyIndex) -> TracedPage | None:
        """The page at an index, None for an invalid one."""
        return self._pages[index.row()] if index.isValid() and index.row() < len(self._pages) else None

    def row_of(self, page_id: str) -> int:
        """The row of a page, -1 when it is not among them."""
        return self._rows.get(page_id, -1)

    def show(
        self,
        items: Sequence[Item],
        rows: Mapping[str, TraceRow],
        order: Order = "page",
        stale: Collection[str] = (),
    ) -> None:
        """Show these pages; with the same pages in the same order, only what changed is said."""
        pages = self._made(items, rows, stale)
        if order == "worst":
            pages.sort(key=_worst_first)
        before = self._pages
        if len(pages) == len(before) and all(map(is_, pages, before)):
            return
        self._counts = Counter(page.progress for page in pages)
        ids = {page.item.id: row for row, page in enumerate(pages)}
        if list(ids) != list(self._rows):
            self.beginResetModel()
            self._pages, self._rows = pages, ids
            self.endResetModel()
            return
        self._pages = pages
        changed = [row for row, (old, new) in enumerate(zip(before, pages, strict=True)) if old is not new]
        self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def _made(
        self, items: Sequence[Item], rows: Mapping[str, TraceRow], stale: Collection[str]
    ) -> list[TracedPage]:
        """The pages, those that are shown already where nothing of them changed. Ten thousand in 5 ms."""
        known = {page.item.id: page for page in self._pages}
        return [
            page
            if (page := known.get(item.id)) is not None
            and page.item is item
            and page.row is rows.get(item.id)
            and page.is_stale == (item.id in stale)
            else TracedPage(item, rows.get(item.id), item.id in stale)
            for item in items
        ]


def _worst_first(page: TracedPage) -> tuple[float, ...]:
    return page.worth_a_look
