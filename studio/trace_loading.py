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
from engine.project.project import Project
from engine.scans.images import load_pixels
from studio import theme

if TYPE_CHECKING:
    from engine.trace.choices import TraceChoices
    from engine.trace.mending import Mended
    from engine.trace.mends import Mend
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
    """

    rows: Mapping[str, TraceRow]
    stale: frozenset[str]
    stamps: Mapping[str, int]
    choices: TraceChoices

    def has_changed(self, page_id: str, before: TracesNow | None) -> bool:
        """Whether a page has another trace than before; mends do not change the trace itself."""
        if before is None or self.stamps.get(page_id) != before.stamps.get(page_id):
            return True
        now, then = self.rows.get(page_id), before.rows.get(page_id)
        return (now is None) != (then is None) or (
            now is not None and then is not None and (now.key, now.error) != (then.key, then.error)
        )


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Reads the figures of all pages."""

    project: Project

    def __call__(self) -> TracesNow:
        """By page id. Raises UserError when the choices cannot be read."""
        from engine.scans.pages import pages
        from engine.trace.choices import load_choices
        from engine.trace.store import trace_key_of, trace_rows

        rows, choices = trace_rows(self.project), load_choices(self.project)
        keys = {page.id: trace_key_of(choices, page) for page in pages(self.project) if page.id in rows}
        stale = frozenset(page for page, key in keys.items() if rows[page].key != key)
        return TracesNow(rows, stale, _stamps(self.project.layout.traces), choices)


def _stamps(folder: Path) -> dict[str, int]:
    if not folder.is_dir():
        return {}
    with os.scandir(folder) as files:
        return {Path(file.name).stem: file.stat().st_mtime_ns for file in files if file.name.endswith(".npz")}


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
        from engine.trace.mending import apply_mends

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
        from engine.scans.pages import pages
        from engine.trace.choices import save_choices
        from engine.trace.codec import save_trace
        from engine.trace.store import record_trace, trace_key_of, trace_path

        save_choices(self.project, self.choices)
        page = next((page for page in pages(self.project) if page.id == self.page_id), None)
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
