"""Traces in the project: one file a page, a row of figures in the index, and its drawings."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from engine.project.layout import Layout
from engine.project.project import Project
from engine.trace import drawings
from engine.trace.codec import load_trace
from engine.trace.settings import TraceSettings, settings_key
from engine.trace.types import Trace


@dataclass(frozen=True, slots=True)
class TraceRow:
    """The figures of one traced page.

    Attributes:
        page: Page id.
        key: Hash of scan, settings and tracer; another key means the trace is out of date.
        error: Why the page could not be traced; empty when it was.
        line_ink: False for a wash or solid fills.
        strokes: Number of strokes straight from the ink.
        joined: Number after joining.
        spliced: Number after splicing.
        drawings: Number of drawings on the page.
        coverage: Share of the ink that the spliced strokes cover.
        invented_px: Length of pen movement without ink under it.
    """

    page: str
    key: str
    error: str
    line_ink: bool
    strokes: int
    joined: int
    spliced: int
    drawings: int
    coverage: float
    invented_px: float


def trace_key(sha256: str, settings: TraceSettings) -> str:
    """What a page's trace hangs on: its scan, the settings and, through them, the tracer's version."""
    return hashlib.sha256(f"{sha256}:{settings_key(settings)}".encode()).hexdigest()[:32]


def trace_path(layout: Layout, page_id: str) -> Path:
    """Where a page's trace lies."""
    return layout.traces / f"{page_id}.npz"


def trace_rows(project: Project) -> dict[str, TraceRow]:
    """The figures of every page that was tried, by page id."""
    return {row["page"]: _row(row) for row in project.index.execute("SELECT * FROM traces")}


def trace_of(project: Project, page_id: str) -> Trace | None:
    """A page's trace; None where there is none or its file was deleted.

    Raises:
        UserError: if its file is damaged.
    """
    path = trace_path(project.layout, page_id)
    return load_trace(path) if path.exists() else None


def record_trace(project: Project, page_id: str, key: str, trace: Trace) -> None:
    """Write down that a page was traced, and its drawings; decided drawings keep their ids."""
    counts = (len(trace.strokes), len(trace.joined), len(trace.spliced), len(trace.drawings))
    values = (page_id, key, "", int(trace.line_ink), *counts, trace.coverage, trace.invented_px)
    with project.transaction() as index:
        index.execute(f"INSERT OR REPLACE INTO traces VALUES ({', '.join('?' * len(values))})", values)
        drawings.replace(index, page_id, [trace.drawing(k) for k in range(len(trace.drawings))])


def record_failure(project: Project, page_id: str, key: str, reason: str) -> None:
    """Write down why a page could not be traced; a trace from before stays."""
    with project.transaction() as index:
        index.execute(
            "INSERT INTO traces (page, key, error) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET key = excluded.key, error = excluded.error",
            (page_id, key, reason),
        )


def _row(row: sqlite3.Row) -> TraceRow:
    return TraceRow(
        row["page"],
        row["key"],
        row["error"],
        bool(row["line_ink"]),
        row["strokes"],
        row["joined"],
        row["spliced"],
        row["drawings"],
        row["coverage"],
        row["invented_px"],
    )
