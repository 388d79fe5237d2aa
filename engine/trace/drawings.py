"""Drawings in the index: cut from pages, normalised, with ids that outlive tracing again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.project.ids import DrawingId, PageId
from engine.project.project import Project
from engine.strokes.stroke3 import from_stroke3, to_stroke3
from engine.strokes.types import Drawing, bounding_box

_SAME_DRAWING_IOU = 0.3
"""Boxes that overlap less are two drawings; a changed setting moves a box by far less than this."""


@dataclass(frozen=True, slots=True)
class DrawingRow:
    """One drawing in the catalogue.

    Attributes:
        id: Stable id: the page's, a slash, a number.
        page: The page it was cut from.
        box_px: `(x0, y0, x1, y1)` on the page.
        strokes: Number of strokes.
        points: Number of points.
        length_units: Pen-down length, longer side 200.
        drawing: The normalised strokes.
    """

    id: DrawingId
    page: PageId
    box_px: tuple[float, float, float, float]
    strokes: int
    points: int
    length_units: float
    drawing: Drawing


def drawings(project: Project) -> list[DrawingRow]:
    """All drawings, by page and number."""
    rows = project.index.execute("SELECT * FROM drawings WHERE gone = 0 ORDER BY page, number")
    return [_row(row) for row in rows]


def drawing(project: Project, drawing_id: str) -> DrawingRow | None:
    """One drawing, or None."""
    row = project.index.execute("SELECT * FROM drawings WHERE id = ? AND gone = 0", (drawing_id,)).fetchone()
    return None if row is None else _row(row)


def replace(index: sqlite3.Connection, page_id: str, found: Sequence[Drawing]) -> None:
    """Put a page's drawings in the place of those found before.

    A drawing that overlaps one found before takes over its id, and so its decision; ids are never used twice.

    Args:
        index: Inside a transaction.
        page_id: The page.
        found: Its drawings, in page pixels.
    """
    before = index.execute(
        "SELECT number, x0, y0, x1, y1 FROM drawings WHERE page = ?", (page_id,)
    ).fetchall()
    boxes = np.array([bounding_box(one.strokes) for one in found]).reshape(-1, 4)
    old_boxes = np.array([tuple(row)[1:] for row in before]).reshape(-1, 4)
    successors = match_boxes(boxes, old_boxes)
    index.execute("UPDATE drawings SET gone = 1 WHERE page = ?", (page_id,))
    unused = max((row["number"] for row in before), default=0) + 1
    for one, box, old in zip(found, boxes, successors, strict=True):
        if old is None:
            number, unused = unused, unused + 1
        else:
            number = before[old]["number"]
        _write(index, page_id, number, box, one.normalised())


def match_boxes(new: NDArray[np.float64], old: NDArray[np.float64]) -> list[int | None]:
    """Say for each new box which old one it continues, each old one at most once.

    Args:
        new: `(n, 4)` boxes x0, y0, x1, y1.
        old: `(m, 4)` boxes.

    Returns:
        For each new box an index into `old`, or None; the sum of overlaps is the greatest possible.
    """
    from scipy.optimize import linear_sum_assignment  # here: half a second that few commands need

    overlap = _iou(new, old)
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    matched: list[int | None] = [None] * len(new)
    for row, column in zip(rows, columns, strict=True):
        if overlap[row, column] >= _SAME_DRAWING_IOU:
            matched[row] = int(column)
    return matched


def _iou(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intersection over union of every pair of boxes, `(n, m)`."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    area_a, area_b = ((box[:, 2:] - box[:, :2]).prod(axis=1) for box in (a, b))
    union = area_a[:, None] + area_b[None, :] - shared
    return np.asarray(shared / np.maximum(union, 1e-9))


def _write(
    index: sqlite3.Connection, page_id: str, number: int, box: NDArray[np.float64], one: Drawing
) -> None:
    values = (
        f"{page_id}/{number}",
        page_id,
        number,
        *(float(v) for v in box),
        len(one.strokes),
        one.n_points,
        one.length,
        to_stroke3(one).astype("<f4").tobytes(),
        0,
    )
    index.execute(f"INSERT OR REPLACE INTO drawings VALUES ({', '.join('?' * len(values))})", values)


def _row(row: sqlite3.Row) -> DrawingRow:
    return DrawingRow(
        DrawingId(row["id"]),
        PageId(row["page"]),
        (row["x0"], row["y0"], row["x1"], row["y1"]),
        row["strokes"],
        row["points"],
        row["length_units"],
        from_stroke3(np.frombuffer(row["stroke3"], dtype="<f4").reshape(-1, 3)),
    )
