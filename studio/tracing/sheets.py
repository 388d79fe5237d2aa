"""The pages the tracing table shows: fetched in worker threads, what is looked at first first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engine.project.project import Project
from engine.trace.types import Trace
from studio.models.traced_pages import TracedPage
from studio.tasks import Task, Tasks
from studio.tracing.live_trace import Preview
from studio.tracing.trace_loading import ApplyMends, FindInk, MendedPage, ReadScan, ReadTrace

if TYPE_CHECKING:
    from engine.trace.mends.records import Mend
    from engine.trace.settings import TraceSettings

_SHEETS_KEPT = 8


@dataclass(frozen=True, slots=True, eq=False)
class TracedSheet:
    """Everything the table shows of one page.

    Attributes:
        size: Width and height of the full image, px.
        page: The trace and its mends; None before it is traced or read.
        scan: The reduced scan; None while it loads.
        ink: The ink on paper; None while it loads.
        is_preview: Traced with settings that are not written down.
    """

    size: tuple[int, int]
    page: MendedPage | None = None
    scan: QImage | None = None
    ink: QImage | None = None
    is_preview: bool = False

    @property
    def trace(self) -> Trace | None:
        """The trace as the artist mended it."""
        return self.page.mended.trace if self.page is not None else None

    @property
    def mends(self) -> tuple[Mend, ...]:
        """The page's mends."""
        return self.page.mends if self.page is not None else ()


EMPTY = TracedSheet((0, 0))


class Sheets(QObject):
    """Keeps the last few pages; fetches trace, scan and, when looked at, ink of the one on the table.

    Signals:
        changed: `sheet` is another one now.
        said: What went wrong.
    """

    changed = Signal()
    said = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._tasks: Tasks | None = None
        self._page: TracedPage | None = None
        self._settings: TraceSettings | None = None
        self._kept: OrderedDict[str, TracedSheet] = OrderedDict()
        self._preview: Preview | None = None
        self._wants_ink = False
        self._task: Task | None = None
        self._fetching = ""
        self._tried: set[str] = set()
        self._again: set[str] = set()
        self._mending: Task | None = None

    def open(self, project: Project, tasks: Tasks) -> None:
        """Take pages of this project from now on."""
        self._project, self._tasks = project, tasks

    def close(self) -> None:
        """Let go of the project and of everything read from it."""
        self._cancel()
        self._project = self._tasks = self._page = self._preview = None
        self._kept.clear()

    @property
    def page(self) -> TracedPage | None:
        """The page on the table."""
        return self._page

    @property
    def sheet(self) -> TracedSheet:
        """What is known of it so far, or the preview of it."""
        if self._page is None:
            return EMPTY
        sheet = self._kept.get(self._page.item.id) or TracedSheet(self._page.item.size_px)
        if self._preview is None:
            return sheet
        return replace(sheet, page=self._preview.page, ink=self._preview.ink or sheet.ink, is_preview=True)

    @property
    def is_loading(self) -> bool:
        """Whether something of the page is still to come."""
        return self._task is not None or self._mending is not None

    @property
    def is_mending(self) -> bool:
        """Whether mends are being applied: the sheet is about to change."""
        return self._mending is not None

    def show(self, page: TracedPage, settings: TraceSettings | None = None) -> None:
        """Put a page on the table, with what is known of it, and fetch the rest.

        Args:
            page: Which.
            settings: How it is traced, to show its ink.
        """
        self._begin(page, settings)
        self._preview = None
        self.changed.emit()
        self._fetch_next()

    def freshen(self, page: TracedPage, settings: TraceSettings | None = None) -> None:
        """The page on the table was traced again: what is shown stays until the new trace is read."""
        self._begin(page, settings)
        self._again = {"page", "ink"}
        self._fetch_next()

    def _begin(self, page: TracedPage, settings: TraceSettings | None) -> None:
        self._cancel()
        self._page, self._settings = page, settings
        self._tried.clear()
        self._again.clear()

    def update(self, page: TracedPage, settings: TraceSettings | None = None) -> None:
        """More is known of the page on the table; its trace is the same."""
        self._page, self._settings = page, settings

    def forget(self, page_ids: Iterable[str]) -> None:
        """These pages have another trace now; the one on the table is kept for `freshen`."""
        for page_id in page_ids:
            if self._page is None or page_id != self._page.item.id:
                self._kept.pop(page_id, None)

    def want_ink(self, wanted: bool) -> None:
        """Whether the ink is looked at."""
        self._wants_ink = wanted
        self._fetch_next()

    def set_mends(self, page_id: str, mends: tuple[Mend, ...]) -> None:
        """A page has other mends now; on the table they are shown as soon as they are applied."""
        if self._page is None or page_id != self._page.item.id:
            self._kept.pop(page_id, None)
            return
        known = self._kept.get(page_id)
        if self._mending is not None:
            self._mending.cancel()
            self._mending = None
        if self._task is not None and self._fetching == "page":
            # It may have read the mends before these were written.
            self._task.cancel()
            self._task = None
            self._tried.discard("page")
            self._again.add("page")
            self._fetch_next()
        elif known is not None and known.page is not None and self._tasks is not None:
            work = ApplyMends(known.page.found, mends)
            self._mending = self._tasks.run(work, self._on_mends_applied, self._on_mends_failed, priority=5)

    def show_preview(self, preview: Preview | None) -> None:
        """Show the page traced with other settings; None: as it is written down."""
        if preview is not self._preview:
            self._preview = preview
            self.changed.emit()

    # -- loading, one thing after the other --------------------------------------------------------------

    def _missing(self) -> dict[str, Callable[[], Any]]:
        """What the table should show and does not yet, in the order of fetching."""
        page, missing = self._page, dict[str, Callable[[], Any]]()
        if page is None or self._project is None:
            return missing
        sheet = self._kept.get(page.item.id) or EMPTY
        if (sheet.page is None or "page" in self._again) and page.row is not None:
            missing["page"] = ReadTrace(self._project, page.item.id)
        if sheet.scan is None:
            missing["scan"] = ReadScan(page.item.file)
        if (sheet.ink is None or "ink" in self._again) and self._wants_ink:
            missing["ink"] = FindInk(page.item.file, self._settings)
        return {name: work for name, work in missing.items() if name not in self._tried}

    def _fetch_next(self) -> None:
        missing = self._missing()
        if self._task is not None or self._tasks is None or not missing:
            return
        self._fetching = next(iter(missing))
        self._tried.add(self._fetching)
        self._task = self._tasks.run(
            missing[self._fetching], self._on_part_fetched, self._on_part_failed, priority=3
        )

    def _cancel(self) -> None:
        for task in (self._task, self._mending):
            if task is not None:
                task.cancel()
        self._task = self._mending = None

    def _on_part_fetched(self, part: Any) -> None:
        self._task = None
        self._again.discard(self._fetching)
        self._keep(**{self._fetching: part})
        self._fetch_next()

    def _on_part_failed(self, error: Exception) -> None:
        self._task = None
        self.said.emit(str(error))
        self._fetch_next()

    def _on_mends_applied(self, page: MendedPage) -> None:
        self._mending = None
        self._keep(page=page)

    def _on_mends_failed(self, error: Exception) -> None:
        self._mending = None
        self.said.emit(str(error))

    def _keep(self, **parts: Any) -> None:
        if self._page is None:
            return
        page_id = self._page.item.id
        sheet = self._kept.get(page_id) or TracedSheet(self._page.item.size_px)
        self._kept[page_id] = replace(sheet, **parts)
        self._kept.move_to_end(page_id)
        while len(self._kept) > _SHEETS_KEPT:
            self._kept.popitem(last=False)
        self.changed.emit()
