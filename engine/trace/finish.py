"""The last step: strokes in full image pixels, how wide the ink is along them, how much of it they cover."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.strokes.simplify import simplify_rdp
from engine.strokes.types import Stroke, as_stroke
from engine.trace.graph import LineGraph
from engine.trace.ink import Ink

_WIDEST = 1.6
"""Ink this many times as wide as the pen is two lines, or a crossing; it says nothing about the pen."""


def to_full(
    strokes: Sequence[Stroke], scale_xy: tuple[float, float], epsilon_px: float
) -> tuple[Stroke, ...]:
    """Working pixels to full image pixels, pixel centres being integers in both, and simplified.

    Args:
        strokes: Working pixels.
        scale_xy: Working pixels a full pixel, across and down.
        epsilon_px: Farthest a dropped point lies from the line.

    Returns:
        As many strokes.
    """
    scale = np.array(scale_xy)
    return tuple(simplify_rdp(as_stroke((s + 0.5) / scale - 0.5), epsilon_px) for s in strokes)


def line_widths(
    graph: LineGraph, strokes: Sequence[Stroke], settings: tuple[tuple[float, float], float]
) -> tuple[NDArray[np.float32], ...]:
    """Width of the ink at every point of the strokes.

    Args:
        graph: Centred and measured edges, working pixels.
        strokes: Full image px.
        settings: Working pixels a full pixel, across and down; pen width in full image px.

    Returns:
        For each stroke `(n,)` full image px. Where lines cross or run together the width is carried over
        from the places around.
    """
    scale_xy, pen_px = settings
    edges = list(graph.edges.values())
    if not edges or not strokes:
        return tuple(np.full(len(s), pen_px, np.float32) for s in strokes)
    scale = np.array(scale_xy)
    known = np.concatenate([e.width for e in edges]) / scale.mean()
    tree = cKDTree((np.concatenate([e.points for e in edges]) + 0.5) / scale - 0.5)
    _, nearest = tree.query(np.concatenate(strokes))
    found = np.split(known[nearest], np.cumsum([len(s) for s in strokes])[:-1])
    return tuple(_carried_over(width, s, pen_px) for width, s in zip(found, strokes, strict=True))


def _carried_over(width: NDArray[np.float64], stroke: Stroke, pen_px: float) -> NDArray[np.float32]:
    """Widths with the places that measure more than one line filled in from their neighbours."""
    single = (width < _WIDEST * pen_px) & (width > 0)
    if not single.any():
        return np.full(len(width), pen_px, np.float32)
    arc = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    return np.asarray(np.interp(arc, arc[single], width[single]), dtype=np.float32)


def coverage(ink: Ink, notes: NDArray[np.bool_], strokes: Sequence[Stroke], apart: bool) -> float:
    """Share of the ink within a pen width of the strokes.

    Args:
        ink: Of the page.
        notes: `(h, w)` bool, True around annotations.
        strokes: Working px.
        apart: Whether annotations are apart from the drawing and so not wanted.

    Returns:
        0 to 1; 1 where there is no ink.
    """
    wanted = ink.mask & ~notes if apart else ink.mask
    count = np.count_nonzero(wanted)
    if not count:
        return 1.0
    reached = np.zeros(wanted.shape, dtype=np.uint8)
    lines = [np.round(stroke * 8).astype(np.int32) for stroke in strokes]
    cv2.polylines(reached, lines, False, 1, max(4, round(2 * ink.pen_width)), shift=3)
    return float(np.count_nonzero(wanted & (reached > 0)) / count)
