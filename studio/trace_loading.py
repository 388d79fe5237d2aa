"""What the Tracing pane shows of a page, read in worker threads.

The tracer's libraries take a second to import: they are, too, in those threads.
"""

from __future__ import annotations

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
    from engine.trace.store import TraceRow
    from engine.trace.types import Trace

SCAN_SIDE_PX = 2000


@dataclass(frozen=True, slots=True)
class TracesNow:
    """What is traced at one moment.

    Attributes:
        rows: The figures of every page that was tried.
        stale: Pages whose scan or whose tracer is another one now.
    """

    rows: dict[str, TraceRow]
    stale: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Reads the figures of all pages."""

    project: Project

    def __call__(self) -> TracesNow:
        """By page id."""
        from engine.scans.pages import pages
        from engine.trace.settings import TraceSettings
        from engine.trace.store import trace_key, trace_rows

        rows, settings = trace_rows(self.project), TraceSettings()
        keys = {page.id: trace_key(page.sha256, settings) for page in pages(self.project) if page.id in rows}
        return TracesNow(rows, frozenset(page for page, key in keys.items() if rows[page].key != key))


@dataclass(frozen=True, slots=True)
class ReadTrace:
    """Reads one page's trace."""

    project: Project
    page_id: str

    def __call__(self) -> Trace | None:
        """The trace, None where there is none yet. Raises UserError when its file is damaged."""
        from engine.trace.store import trace_of

        return trace_of(self.project, self.page_id)


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

    def __call__(self) -> QImage:
        """Ink on paper, what is set apart (page number, captions) in grey. Raises UserError."""
        from engine.trace.pipeline import Tracer

        stages = Tracer(_pixels(self.path, None)).stages()
        grades = stages.ink.mask.astype(np.uint8)
        grades[stages.ink.mask & stages.annotations] = 2
        table = np.array([_rgb(theme.LIGHT.paper), _rgb(theme.LIGHT.ink), _rgb(theme.LIGHT.undecided)])
        return _image(table[grades].astype(np.uint8))


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
