"""Tracing the page on the table again and again while the artist moves a slider."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engine.errors import UserError
from studio.tasks import Task, Tasks
from studio.tracing.trace_loading import ApplyMends, MendedPage, ink_picture, load_page

if TYPE_CHECKING:
    from engine.trace.mends.records import Mend
    from engine.trace.pipeline import Tracer, TraceStages
    from engine.trace.settings import TraceSettings


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What to trace with.

    Attributes:
        settings: Every parameter.
        mends: Of the page; they are applied to the preview too.
        wants_ink: Whether the ink is looked at.
    """

    settings: TraceSettings
    mends: tuple[Mend, ...] = ()
    wants_ink: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A page traced with other settings, nothing of it written down.

    Attributes:
        request: What was asked for.
        page: The trace and what the page's mends make of it.
        ink: The ink; None where nobody looked at it.
    """

    request: Request
    page: MendedPage
    ink: QImage | None


class _Bench:
    """One page and its tracer; used by one worker at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tracer: Tracer | None = None
        self._ink: tuple[object, object, QImage] | None = None

    def trace(self, request: Request) -> Preview:
        """Trace once. Raises UserError when the scan cannot be read."""
        from engine.trace.pipeline import Tracer

        if self._tracer is None:
            self._tracer = Tracer(load_page(self._file))
        page = ApplyMends(self._tracer.trace(request.settings), request.mends)()
        ink = self._picture(self._tracer.stages(request.settings)) if request.wants_ink else None
        return Preview(request, page, ink)

    def _picture(self, stages: TraceStages) -> QImage:
        kept = self._ink
        if kept is None or kept[0] is not stages.ink or kept[1] is not stages.annotations:
            kept = self._ink = (stages.ink, stages.annotations, ink_picture(stages))
        return kept[2]


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    bench: _Bench
    request: Request

    def __call__(self) -> Preview:
        return self.bench.trace(self.request)


class LiveTrace(QObject):
    """Keeps one tracer for one page. Of the requests that come while it works, only the last is kept.

    Signals:
        traced: A `Preview`; one of an older request is sent too when a newer one is still to come.
        failed: The sentence to show.
        busy_changed: Whether it works.
    """

    traced = Signal(object)
    failed = Signal(str)
    busy_changed = Signal(bool)

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._bench: _Bench | None = None
        self._page_id = ""
        self._task: Task | None = None
        self._next: Request | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way or waits."""
        return self._task is not None

    def open(self, page_id: str, file: Path) -> None:
        """Trace this page from now on; the same page keeps its tracer."""
        if page_id != self._page_id:
            self.close()
            self._page_id, self._bench = page_id, _Bench(file)

    def close(self) -> None:
        """Forget the page and everything computed for it."""
        self._next = None
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.busy_changed.emit(False)
        self._bench, self._page_id = None, ""

    def request(self, request: Request) -> None:
        """Trace with these settings, at once or as soon as what is under way is done."""
        self._next = request
        self._start()

    def _start(self) -> None:
        if self._task is not None or self._bench is None or self._next is None:
            return
        work, self._next = _Work(self._bench, self._next), None
        self._task = self._tasks.run(work, self._on_task_done, self._on_task_failed, priority=4)
        self.busy_changed.emit(True)

    def _on_task_done(self, preview: Preview) -> None:
        self._task = None
        self._start()
        self.traced.emit(preview)
        if self._task is None:
            self.busy_changed.emit(False)

    def _on_task_failed(self, error: Exception) -> None:
        self._task = None
        self.busy_changed.emit(False)
        if not isinstance(error, UserError):
            raise error
        self.failed.emit(str(error))
