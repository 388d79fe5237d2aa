"""Tracing many pages: in worker processes, each page written down as soon as it is done."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import joblib
import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.project import decisions
from engine.project.progress import Reporter, Silent
from engine.project.project import Project
from engine.scans.images import load_pixels
from engine.scans.pages import Page, pages
from engine.trace.choices import TraceChoices, load_choices
from engine.trace.codec import load_trace, save_trace
from engine.trace.pipeline import Tracer
from engine.trace.settings import TraceSettings
from engine.trace.store import record_failure, record_trace, trace_key_of, trace_path, trace_rows
from engine.trace.types import Trace

_IDLE_WORKER_S = 20
_TINY_PX = 16
"""A picture smaller than this on a side holds no wash."""


@dataclass(slots=True)
class TraceReport:
    """What a batch came to.

    Attributes:
        traced: Pages traced now.
        fresh: Pages whose trace was up to date already.
        failed: Pages that could not be traced, each with its reason.
        not_line_ink: Pages that are a wash or solid fills, found so now or before, and so were not traced.
        seconds: How long it took.
        stopped: Whether it was stopped before the end.
    """

    traced: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    not_line_ink: list[str] = field(default_factory=list)
    seconds: float = 0.0
    stopped: bool = False


def accepted_pages(project: Project) -> list[Page]:
    """The pages whose tracing the artist asked for: accepted, and their scan is there."""
    states = decisions.states(project.index, "pages")
    return [
        page for page in pages(project) if states.get(page.id, decisions.UNDECIDED).decision == "accepted"
    ]


def trace_pages(
    project: Project,
    *,
    page_ids: Sequence[str] | None = None,
    choices: TraceChoices | None = None,
    workers: int | None = None,
    reporter: Reporter | None = None,
) -> TraceReport:
    """Trace pages whose trace is missing or out of date, and mend them as they were mended before.

    Args:
        project: Open for writing.
        page_ids: Which pages; all accepted ones when None.
        choices: How to trace which page; the project's own when None.
        workers: Number of processes; one a core when None, none (this process) for 1.
        reporter: Hears of progress, of each page's figures (`page_traced`), of pages that are no line ink
            (`not_line_ink`) and of failures (`item_failed`); may stop the batch between pages.

    Returns:
        What was traced, skipped and failed. Pages already done stay done when it is stopped or killed.

    Raises:
        UserError: if no page is asked for, or the project's choices cannot be read.
    """
    choices, reporter, begun = choices or load_choices(project), reporter or Silent(), time.monotonic()
    wanted = wanted_pages(project, page_ids)
    report = TraceReport()
    todo = _out_of_date(project, wanted, choices, report)
    if todo:
        with closing(_outcomes(project, todo, choices, workers)) as outcomes:
            for done, (page, problem) in enumerate(outcomes, start=1):
                _record(project, page, choices, problem, report, reporter)
                reporter.progress(done, len(todo), page.id)
                if reporter.stopped() and done < len(todo):
                    report.stopped = True
                    break
    report.seconds = time.monotonic() - begun
    return report


def wanted_pages(project: Project, page_ids: Sequence[str] | None) -> list[Page]:
    """The pages to trace: those named, all accepted ones when None. Raises UserError when there are none."""
    if page_ids is None:
        wanted = accepted_pages(project)
        if not wanted:
            raise UserError(
                "No page is accepted yet, so there is nothing to trace.",
                "Accept pages on the map or in the sketchbooks, or with `singleline mark PROJECT accept`.",
            )
        return wanted
    known = {page.id: page for page in pages(project)}
    missing = [page_id for page_id in page_ids if page_id not in known]
    if missing:
        raise UserError(f"There is no page {missing[0]}.", "See the ids with `singleline status`.")
    return [page for page_id, page in known.items() if page_id in set(page_ids)]


def _out_of_date(
    project: Project, wanted: Sequence[Page], choices: TraceChoices, report: TraceReport
) -> list[Page]:
    rows, todo = trace_rows(project), []
    for page in wanted:
        row = rows.get(page.id)
        key = trace_key_of(choices, page)
        is_fresh = row and row.key == key and not row.error
        if not row or not is_fresh or not trace_path(project.layout, page.id).exists():
            todo.append(page)
        elif row.line_ink or page.id in choices.anyway:
            report.fresh.append(page.id)
        else:
            report.not_line_ink.append(page.id)
    return todo


def _outcomes(
    project: Project, todo: Sequence[Page], choices: TraceChoices, workers: int | None
) -> Generator[tuple[Page, str], None, None]:
    """Yield every page in order with its problem, empty for none; closing it ends the workers' work."""
    jobs = min(workers or joblib.cpu_count(), len(todo))
    calls = (
        joblib.delayed(_trace_one)(
            page.path,
            page.bytes,
            trace_path(project.layout, page.id),
            choices.of(page.id),
            anyway=page.id in choices.anyway,
        )
        for page in todo
    )
    # Workers of a process that was killed leave when they have been idle for so long.
    backend = {"backend": "loky", "idle_worker_timeout": _IDLE_WORKER_S} if jobs > 1 else {}
    results = joblib.Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs", **backend)(calls)
    with closing(results):
        yield from zip(todo, results, strict=True)


def _trace_one(scan: Path, known_bytes: int, target: Path, settings: TraceSettings, *, anyway: bool) -> str:
    """Trace one scan to a file, in a worker; returns the reason when that is not possible.

    A page that is no line ink gets a trace without strokes, unless it is wanted anyway.
    """
    # One page a process: OpenCV's own threads would fight the other workers for the same cores.
    cv2.setNumThreads(1)
    try:
        if scan.stat().st_size != known_bytes:
            return "the scan has changed since it was imported; import its folder again"
        save_trace(target, _traced(load_pixels(scan), settings, anyway=anyway))
    except UserError as error:
        return str(error)
    except OSError as error:
        return f"the scan cannot be read ({error.strerror}); is its disk there?"
    except (MemoryError, cv2.error, ArithmeticError, ValueError, IndexError) as error:
        # A page the tracer cannot cope with is our fault, but the rest of the batch is not to suffer for it.
        return f"the tracer failed on it: {type(error).__name__}: {error}"
    return ""


def _traced(image: NDArray[np.uint8], settings: TraceSettings, *, anyway: bool) -> Trace:
    tracer = Tracer(image)
    height, width = image.shape[:2]
    if not anyway and min(height, width) >= _TINY_PX:
        stages = tracer.stages(settings)
        if not stages.line_ink:
            return Trace(width, height, binding=stages.binding, line_ink=False, coverage=0.0)
    return tracer.trace(settings)


def _record(
    project: Project,
    page: Page,
    choices: TraceChoices,
    problem: str,
    report: TraceReport,
    reporter: Reporter,
) -> None:
    key = trace_key_of(choices, page)
    if problem:
        record_failure(project, page.id, key, problem)
        report.failed.append((page.id, problem))
        reporter.event("item_failed", item=page.id, reason=problem)
        return
    row = record_trace(project, page.id, key, load_trace(trace_path(project.layout, page.id)))
    if row.line_ink or page.id in choices.anyway:
        report.traced.append(page.id)
        reporter.event("page_traced", item=page.id, **row.figures())
    else:
        report.not_line_ink.append(page.id)
        reporter.event("not_line_ink", item=page.id)
