"""Traces in the project: one file a page, a row of figures in the index, and its drawings."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import UserError
from engine.project import decisions
from engine.project.layout import Layout
from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.pages import Page
from engine.trace import drawings
from engine.trace.choices import TraceChoices
from engine.trace.codec import load_trace
from engine.trace.mends.apply import Mended, apply_mends
from engine.trace.mends.records import Mend, from_json, to_json
from engine.trace.settings import TraceSettings, settings_key
from engine.trace.types import Trace

_Mended = TypeVar("_Mended")
_Result = TypeVar("_Result")


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
        spliced: Number after splicing and mending.
        drawings: Number of drawings on the page.
        coverage: Share of the ink that the spliced strokes cover.
        invented_px: Length of pen movement without ink under it.
        uncertain: Number of junctions where another pairing was nearly as good.
        mends: Number of the artist's mends.
        lapsed: Number of those that found nothing to act on in this trace.
        pen_width_px: The usual width of the line; 0 where there is none, or the trace is of an older version.
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
    uncertain: int = 0
    mends: int = 0
    lapsed: int = 0
    pen_width_px: float = 0.0

    def figures(self) -> dict[str, float]:
        """All that is counted and measured, JSON-ready."""
        return {name: value for name, value in asdict(self).items() if name not in ("page", "key", "error")}


def trace_key(sha256: str, settings: TraceSettings) -> str:
    """What a page's trace hangs on: its scan, the settings and, through them, the tracer's version."""
    return _key(sha256, settings_key(settings), anyway=False)


def trace_key_of(choices: TraceChoices, page: Page) -> str:
    """The key of a page's trace as it would be made now."""
    return _key(page.sha256, settings_key(choices.of(page.id)), anyway=page.id in choices.anyway)


def trace_keys(choices: TraceChoices, pages: Iterable[tuple[str, str]]) -> dict[str, str]:
    """`trace_key_of` for many pages, ten times as fast: by page id, from ids and hashes of scans."""
    names: dict[int, str] = {}  # by identity: the hash of all nested settings takes longer than the key
    keys = {}
    for page_id, sha256 in pages:
        settings = choices.of(page_id)
        name = names.get(id(settings)) or names.setdefault(id(settings), settings_key(settings))
        keys[page_id] = _key(sha256, name, anyway=page_id in choices.anyway)
    return keys


def _key(sha256: str, settings: str, *, anyway: bool) -> str:
    key = hashlib.sha256(f"{sha256}:{settings}".encode()).hexdigest()[:32]
    return f"{key}+" if anyway else key


def trace_path(layout: Layout, page_id: str) -> Path:
    """Where a page's trace lies."""
    return layout.traces / f"{page_id}.npz"


def trace_rows(project: Project, page_ids: Iterable[str] | None = None) -> dict[str, TraceRow]:
    """The figures of every page that was tried, or of those of these pages that were, by page id."""
    if page_ids is None:
        return {row["page"]: _row(row) for row in project.index.execute("SELECT * FROM traces")}
    read = project.index.execute
    rows = (read("SELECT * FROM traces WHERE page = ?", (page_id,)).fetchone() for page_id in page_ids)
    return {row["page"]: _row(row) for row in rows if row is not None}


def trace_of(project: Project, page_id: str) -> Trace | None:
    """A page's trace; None where there is none or its file was deleted.

    Raises:
        UserError: if its file is damaged.
    """
    path = trace_path(project.layout, page_id)
    return load_trace(path) if path.exists() else None


def mends_of(project: Project, page_id: str) -> tuple[Mend, ...]:
    """A page's mends, in the order they were made.

    Raises:
        UserError: if the log holds something else for it.
    """
    try:
        return tuple(from_json(record) for record in decisions.mends(project.index, page_id))
    except ValueError as error:
        raise UserError(
            f"The mends of {page_id} cannot be read: {error}.", "Update the program, or mend the page anew."
        ) from error


def mend_gesture(page_id: str, mends: Sequence[Mend], how: dict[str, Any]) -> Gesture:
    """The gesture that gives a page this complete list of mends."""
    return Gesture("pages", how=how, mends={page_id: tuple(to_json(mend) for mend in mends)})


def mended_of(project: Project, page_id: str) -> Mended | None:
    """A page's trace with its mends applied; None where there is no trace.

    Raises:
        UserError: if the trace's file or the mends are damaged.
    """
    trace = trace_of(project, page_id)
    return None if trace is None else apply_mends(trace, mends_of(project, page_id))


def refresh_drawings(project: Project, page_id: str) -> None:
    """Let the index follow a page's mends: its drawings and figures; decided drawings keep their ids."""

    def mend() -> Mended | None:
        return mended_of(project, page_id)

    def write(index: sqlite3.Connection, mended: Mended | None) -> None:
        if mended is not None:
            figures = _mended_figures(project, page_id, mended)
            names = ", ".join(f"{name} = :{name}" for name in figures)
            index.execute(f"UPDATE traces SET {names} WHERE page = :page", {"page": page_id, **figures})
            _put_drawings(index, page_id, mended.trace)

    _while_unchanged(project, page_id, mend, write)


def record_trace(project: Project, page_id: str, key: str, trace: Trace) -> TraceRow:
    """Write down that a page was traced, and its drawings, mended; decided drawings keep their ids.

    Args:
        project: Open for writing.
        page_id: The page.
        key: Of `trace_key_of`.
        trace: As the tracer found it.

    Returns:
        The page's figures.
    """

    def mend() -> Mended:
        return apply_mends(trace, mends_of(project, page_id))

    def write(index: sqlite3.Connection, mended: Mended) -> TraceRow:
        row = TraceRow(
            page=page_id,
            key=key,
            error="",
            line_ink=trace.line_ink,
            strokes=len(trace.strokes),
            joined=len(trace.joined),
            coverage=trace.coverage,
            invented_px=trace.invented_px,
            uncertain=len(trace.uncertain),
            pen_width_px=trace.pen_width_px,
            **_mended_figures(project, page_id, mended),
        )
        values = asdict(row)
        marks = ", ".join(f":{name}" for name in values)
        index.execute(f"INSERT OR REPLACE INTO traces ({', '.join(values)}) VALUES ({marks})", values)
        _put_drawings(index, page_id, mended.trace)
        return row

    return _while_unchanged(project, page_id, mend, write)


def record_failure(project: Project, page_id: str, key: str, reason: str) -> None:
    """Write down why a page could not be traced; a trace from before stays."""
    with project.transaction() as index:
        index.execute(
            "INSERT INTO traces (page, key, error) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET key = excluded.key, error = excluded.error",
            (page_id, key, reason),
        )


def _while_unchanged(
    project: Project,
    page_id: str,
    mend: Callable[[], _Mended],
    write: Callable[[sqlite3.Connection, _Mended], _Result],
) -> _Result:
    """Mend, then write in a short transaction; mend again where the page was mended or traced meanwhile.

    Loading and mending a page takes long: in the transaction it would make the artist's next gesture wait,
    and the other way round a batch in another process.
    """
    while True:
        before = _state(project, page_id)
        mended = mend()
        with project.transaction() as index:
            if _state(project, page_id) == before:
                return write(index, mended)


def _state(project: Project, page_id: str) -> tuple[object, ...]:
    """Changes with the page's mends and with its trace."""
    path = trace_path(project.layout, page_id)
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    return (*decisions.mends(project.index, page_id), stamp)


def _mended_figures(project: Project, page_id: str, mended: Mended) -> dict[str, int]:
    """What of a page's row hangs on its mends."""
    return {
        "spliced": len(mended.trace.spliced),
        "drawings": len(mended.trace.drawings),
        "mends": len(decisions.mends(project.index, page_id)),
        "lapsed": len(mended.lapsed),
    }


def _put_drawings(index: sqlite3.Connection, page_id: str, trace: Trace) -> None:
    drawings.replace(index, page_id, [trace.drawing(k) for k in range(len(trace.drawings))])


def _row(row: sqlite3.Row) -> TraceRow:
    values = dict(row)
    return TraceRow(**{**values, "line_ink": bool(values["line_ink"])})
