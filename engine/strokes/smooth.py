"""Smooth lines through few points: how a simplified drawing is shown, as the pen would have drawn it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.strokes.types import Drawing, Stroke, as_stroke

_CORNER_DEG = 75.0
"""A turn sharper than this is a corner the artist meant; the curve stops there and starts anew."""
_PER_SPAN = 6


def catmull_rom(points: NDArray[np.float64], per_span: int = 14) -> NDArray[np.float64]:
    """Centripetal Catmull-Rom spline through points (Barry and Goldman's pyramid).

    Args:
        points: `(n, 2)`; equal neighbours are dropped.
        per_span: Points laid on each span.

    Returns:
        `((m - 1) * per_span + 1, 2)` where m points were different.
    """
    apart = np.hypot(*np.diff(points, axis=0).T) > 1e-6
    points = points[np.concatenate([[True], apart])]
    if len(points) < 3:
        return points
    q = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    knots = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(q, axis=0).T) ** 0.5)])
    t0, t1, t2, t3 = (knots[i : len(q) - 3 + i, None, None] for i in range(4))
    p0, p1, p2, p3 = (q[i : len(q) - 3 + i, None, :] for i in range(4))
    t = t1 + (t2 - t1) * np.linspace(0.0, 1.0, per_span, endpoint=False)[None, :, None]
    a1 = ((t1 - t) * p0 + (t - t0) * p1) / (t1 - t0)
    a2 = ((t2 - t) * p1 + (t - t1) * p2) / (t2 - t1)
    a3 = ((t3 - t) * p2 + (t - t2) * p3) / (t3 - t2)
    b1 = ((t2 - t) * a1 + (t - t0) * a2) / (t2 - t0)
    b2 = ((t3 - t) * a2 + (t - t1) * a3) / (t3 - t1)
    curve = ((t2 - t) * b1 + (t - t1) * b2) / (t2 - t1)
    return np.vstack([curve.reshape(-1, 2), points[-1:]])


def smooth_stroke(stroke: Stroke) -> Stroke:
    """The curve through a stroke's points, `(m, 2)`, corners kept; one or two points stay as they are."""
    if len(stroke) < 3:
        return stroke
    points = stroke.astype(np.float64)
    cuts = [0, *_corners(points), len(points) - 1]
    pieces = [catmull_rom(points[a : b + 1], _PER_SPAN) for a, b in pairwise(cuts)]
    return as_stroke(np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])]))


def smooth_drawing(drawing: Drawing) -> Drawing:
    """The drawing with every stroke smoothed; for showing, never for learning from."""
    return Drawing(tuple(smooth_stroke(stroke) for stroke in drawing.strokes))


def _corners(points: NDArray[np.float64]) -> list[int]:
    """Indices of inner points where the line turns sharply."""
    steps = np.diff(points, axis=0)
    before, after = steps[:-1], steps[1:]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turn = np.degrees(np.abs(np.arctan2(cross, (before * after).sum(axis=1))))
    return [int(i) + 1 for i in np.flatnonzero(turn > _CORNER_DEG)]
