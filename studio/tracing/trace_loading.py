"""What the Tracing pane shows of a page, read in worker threads.

The tracer's libraries take a second to import: they are, too, in those threads.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from engine.errors import UserError
from engine.project.layout import Layout
from engine.project.project import Project
from engine.scans.images import load_pixels
from studio import theme

if TYPE_CHECKING:
    from engine.trace.choices import TraceChoices
    from engine.trace.mends.apply import Mended
    from engine.trace.mends.records import Mend
    from engine.trace.pipeline import TraceStages
    from engine.trace.settings import TraceSettings
    from engine.trace.store import TraceRow
    from engine.trace.types import Trace

SCAN_SIDE_PX = 2000


@dataclass(frozen=True, slots=True)
class TracesNow:
    """What is traced at one moment.

    Attributes:
        rows: The figures of every page that was tried.
        stale: Pages whose scan, settings or tracer are others now.
        stamps: When each page's trace was written, ns.
        choices: How each page is to be traced.
        changed: Pages with another trace than at the moment before; mends do not change the trace itself.
    """

    rows: Mapping[str, TraceRow]
    stale: frozenset[str]
    stamps: Mapping[str, int]
    choices: TraceChoices
    changed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Reads the figures of all pages.

    Attributes:
        project: The open project.
        before: What was read last; rows that are the same stay the same objects, so that the window finds in
            a moment which of ten thousand are not.
        only: Read these pages alone, the others are as before; None for all.
    """

    project: Project
    before: TracesNow | None = None
    only: frozenset[str] | None = None

    def __call__(self) -> TracesNow:
        """By page id. Raises UserError when the choices cannot be read."""
        from engine.trace.choices import load_choices
        from engine.trace.store import trace_keys, trace_rows

        choices, before = load_choices(self.project), self.before
        only = self.only if before is not None else None
        rows = trace_rows(self.project, only)
        keys = trace_keys(choices, self._hashes(rows, only))
        stale = frozenset(page for page, key in keys.items() if rows[page].key != key)
        stamps = _stamps(self.project.layout, only)
        if before is None:
            return TracesNow(rows, stale, stamps, choices, frozenset(rows))
        changed = frozenset(page for page, row in rows.items() if _differs(page, row, stamps, before))
        rows = {page: _known(row, before.rows.get(page)) for page, row in rows.items()}
        if only is not None:
            rows, stamps = {**before.rows, **rows}, {**before.stamps, **stamps}
            stale |= before.stale - only
        return TracesNow(rows, stale, stamps, choices, changed)

    def _hashes(self, rows: Mapping[str, TraceRow], only: frozenset[str] | None) -> list[tuple[str, str]]:
        """Ids and hashes of the pages that were traced."""
        select = "SELECT id, sha256 FROM pages WHERE gone = 0"
        index = self.project.index
        if only is None:
            return [(page, sha256) for page, sha256 in index.execute(select) if page in rows]
        found = (index.execute(f"{select} AND id = ?", (page,)).fetchone() for page in rows)
        return [(row["id"], row["sha256"]) for row in found if row is not None]


def _differs(page: str, row: TraceRow, stamps: Mapping[str, int], before: TracesNow) -> bool:
    then = before.rows.get(page)
    if then is None or stamps.get(page) != before.stamps.get(page):
        return True
    return (row.key, row.error) != (then.key, then.error)


def _known(row: TraceRow, before: TraceRow | None) -> TraceRow:
    return before if before is not None and row == before else row


def _stamps(layout: Layout, only: frozenset[str] | None) -> dict[str, int]:
    """When traces were written."""
    if only is not None:
        from engine.trace.store import trace_path

        files = {page: trace_path(layout, page) for page in only}
        return {page: file.stat().st_mtime_ns for page, file in files.items() if file.exists()}
    if not layout.traces.is_dir():
        return {}
    with os.scandir(layout.traces) as found:
        return {
            file.name.removesuffix(".npz"): file.stat().st_mtime_ns
            for file in found
            if file.name.endswith(".npz")
        }


@dataclass(frozen=True, slots=True, eq=False)
class MendedPage:
    """A page's trace as it was found, and as the artist mended it."""

    found: Trace
    mends: tuple[Mend, ...]
    mended: Mended


@dataclass(frozen=True, slots=True)
class ReadTrace:
    """Reads one page's trace and its mends."""

    project: Project
    page_id: str

    def __call__(self) -> MendedPage | None:
        """The trace, None where there is none yet. Raises UserError when its file is damaged."""
        from engine.trace.store import mends_of, trace_of

        found = trace_of(self.project, self.page_id)
        return ApplyMends(found, mends_of(self.project, self.page_id))() if found is not None else None


@dataclass(frozen=True, slots=True)
class ApplyMends:
    """Mends a trace that is loaded already."""

    found: Trace
    mends: tuple[Mend, ...]

    def __call__(self) -> MendedPage:
        """The page after its mends."""
        from engine.trace.mends.apply import apply_mends

        return MendedPage(self.found, self.mends, apply_mends(self.found, self.mends))


@dataclass(frozen=True, slots=True)
class SaveChoices:
    """Writes down how pages are to be traced, and the trace of a page that was traced so already."""

    project: Project
    choices: TraceChoices
    page_id: str = ""
    trace: Trace | None = None

    def __call__(self) -> None:
        """Choices first: a trace without its choice would count as out of date. Raises UserError."""
        from engine.scans.pages import page as page_of
        from engine.trace.choices import save_choices
        from engine.trace.codec import save_trace
        from engine.trace.store import record_trace, trace_key_of, trace_path

        save_choices(self.project, self.choices)
        page = page_of(self.project, self.page_id)
        if page is not None and self.trace is not None:
            save_trace(trace_path(self.project.layout, page.id), self.trace)
            record_trace(self.project, page.id, trace_key_of(self.choices, page), self.trace)


@dataclass(frozen=True, slots=True)
class ReadScan:
    """Reads one scan, reduced."""

    path: Path

    def __call__(self) -> QImage:
        """The scan. Raises UserError when it cannot be read."""
        return _image(_pixels(self.path, SCAN_SIDE_PX))


@dataclass(frozen=True, slots=True)
class FindInk:
    """Finds one page's ink as the tracer does."""

    path: Path
    settings: TraceSettings | None = None

    def __call__(self) -> QImage:
        """The ink. Raises UserError."""
        from engine.trace.pipeline import Tracer

        return ink_picture(Tracer(load_page(self.path)).stages(self.settings))


def ink_picture(stages: TraceStages) -> QImage:
    """Ink on paper, what is set apart (page number, captions) in grey."""
    grades = stages.ink.mask.astype(np.uint8)
    grades[stages.ink.mask & stages.annotations] = 2
    table = np.array([_rgb(theme.LIGHT.paper), _rgb(theme.LIGHT.ink), _rgb(theme.LIGHT.undecided)])
    return _image(table.astype(np.uint8)[grades])


def load_page(path: Path) -> NDArray[np.uint8]:
    """A scan's pixels, `(h, w, 3)`. Raises UserError when it cannot be read."""
    return _pixels(path, None)


def _pixels(path: Path, max_side_px: int | None) -> NDArray[np.uint8]:
    if not path.is_file():
        raise UserError(f"The scan {path} is not there.", "Is its disk connected?")
    return load_pixels(path, max_side_px)


def _rgb(colour: str) -> tuple[int, int, int]:
    parts = QColor(colour)
    return parts.red(), parts.green(), parts.blue()


def _image(pixels: NDArray[np.uint8]) -> QImage:
    height, width, _ = pixels.shape
    data = np.ascontiguousarray(pixels)
    image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    # Four bytes a pixel: Qt reduces those five times faster, 3 against 15 ms, and that happens while zooming.
    return image.convertToFormat(QImage.Format.Format_RGB32)
