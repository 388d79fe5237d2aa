"""How the ink of a page looks in figures: how much there is, and how colourful it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.curate.crop import ink_box, paper_colour
from engine.errors import UserError
from engine.project.ids import Level
from engine.project.progress import Reporter, Silent
from engine.project.project import Project
from engine.scans.pages import Page, pages
from engine.scans.thumbnails import load_preview

_BATCH = 64
_SIDE_PX = 320
_INK_DIFFERENCE = 40


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of one page's picture.

    Attributes:
        ink_share: Share of the drawing's part of the page that is not paper, 0 to 1.
        colourfulness: Hasler & Suesstrunk 2003, M3 of that part: 0 grey, 15 slightly, 33 moderately.
    """

    ink_share: float
    colourfulness: float


def measure(page: NDArray[np.uint8]) -> Measures:
    """Measure a page without its binding and number.

    Args:
        page: RGB, `(height, width, 3)`.
    """
    box = ink_box(page)
    paper = paper_colour(page).astype(np.int16)
    part = page[box.y0 : box.y1, box.x0 : box.x1]
    shrink = min(1.0, _SIDE_PX / max(part.shape[:2]))
    part = np.asarray(cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)
    ink = np.abs(part.astype(np.int16) - paper).max(axis=2) > _INK_DIFFERENCE
    # Paper has a tint of its own: what counts is how far the ink is from it.
    tint = part.astype(np.float32) - paper + 255.0
    return Measures(float(ink.mean()), _colourfulness(tint))


def _colourfulness(picture: NDArray[np.float32]) -> float:
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    red_green, yellow_blue = red - green, 0.5 * (red + green) - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def measure_pages(project: Project, reporter: Reporter | None = None) -> int:
    """Measure every page whose scan is new or changed, from its preview.

    Args:
        project: Open for writing.
        reporter: Hears of progress; may stop between batches.

    Returns:
        How many were measured now; a page that cannot be read has no measures.
    """
    reporter = reporter or Silent()
    known = dict(project.index.execute("SELECT id, input FROM measures WHERE level = 'pages'"))
    todo = [page for page in pages(project) if known.get(page.id) != page.sha256]
    done = 0
    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(todo), _BATCH):
            if reporter.stopped():
                break
            rows = [row for row in pool.map(_Measuring(project), todo[start : start + _BATCH]) if row]
            with project.transaction() as index:
                index.executemany("INSERT OR REPLACE INTO measures VALUES ('pages', ?, ?, ?, ?)", rows)
            done += len(rows)
            reporter.progress(min(start + _BATCH, len(todo)), len(todo), "measuring")
    return done


@dataclass(frozen=True, slots=True)
class _Measuring:
    """One page's row of the index, made in a worker thread."""

    project: Project

    def __call__(self, page: Page) -> tuple[str, str, float, float] | None:
        try:
            found = measure(load_preview(self.project.layout, page.sha256, page.path))
        except UserError:
            return None
        return page.id, page.sha256, found.ink_share, found.colourfulness


def load_measures(project: Project, level: Level = "pages") -> dict[str, Measures]:
    """What was measured, by id."""
    rows = project.index.execute(
        "SELECT id, ink_share, colourfulness FROM measures WHERE level = ?", (level,)
    )
    return {row["id"]: Measures(row["ink_share"], row["colourfulness"]) for row in rows}
