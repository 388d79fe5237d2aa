"""Smooth lines through few points: how a simplified drawing is shown, as the pen would have drawn it."""

from __future__ import annotations

from collections.abc import Sequence

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
    points = _different(points)
    if len(points) < 3:
        return points
    q = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    knots = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(q, axis=0).T) ** 0.5)])
    spans = len(q) - 3
    curve = _pyramid([q[i : spans + i] for i in range(4)], [knots[i : spans + i] for i in range(4)], per_span)
    return np.vstack([curve, points[-1:]])


def smooth_stroke(stroke: Stroke) -> Stroke:
    """The curve through a stroke's points, `(m, 2)`, corners kept; one or two points stay as they are."""
    points = _different(stroke.astype(np.float64))
    if len(stroke) < 3 or len(points) < 2:
        return stroke
    p1, p2 = points[:-1], points[1:]
    # All spans at once: at an end or a corner the neighbour beyond is the mirrored one.
    ends = _ends(points)
    p0 = np.where(ends[:-1, None], 2 * p1 - p2, np.vstack([points[:1], points[:-2]]))
    p3 = np.where(ends[1:, None], 2 * p2 - p1, np.vstack([points[2:], points[-1:]]))
    steps = [np.hypot(*(b - a).T) ** 0.5 for a, b in ((p0, p1), (p1, p2), (p2, p3))]
    knots = np.cumsum([np.zeros(len(p1)), *steps], axis=0)
    curve = _pyramid([p0, p1, p2, p3], list(knots), _PER_SPAN)
    needed = np.ones((len(p1), _PER_SPAN), dtype=bool)
    needed[ends[:-1] & ends[1:], 1:] = False  # between two corners the line is straight
    return as_stroke(np.vstack([curve[needed.ravel()], points[-1:]]))


def smooth_drawing(drawing: Drawing) -> Drawing:
    """The drawing with every stroke smoothed; for showing, never for learning from."""
    return Drawing(tuple(smooth_stroke(stroke) for stroke in drawing.strokes))


def _different(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points without equal neighbours."""
    apart = np.hypot(*np.diff(points, axis=0).T) > 1e-6
    different: NDArray[np.float64] = points[np.concatenate([[True], apart])]
    return different


def _pyramid(
    points: Sequence[NDArray[np.float64]], knots: Sequence[NDArray[np.float64]], per_span: int
) -> NDArray[np.float64]:
    """Points `(n * per_span, 2)` on n spans, each between the middle two of its four points and knots."""
    p0, p1, p2, p3 = (p[:, None, :] for p in points)
    t0, t1, t2, t3 = (t[:, None, None] for t in knots)
    t = t1 + (t2 - t1) * np.linspace(0.0, 1.0, per_span, endpoint=False)[None, :, None]
    a1 = ((t1 - t) * p0 + (t - t0) * p1) / (t1 - t0)
    a2 = ((t2 - t) * p1 + (t - t1) * p2) / (t2 - t1)
    a3 = ((t3 - t) * p2 + (t - t2) * p3) / (t3 - t2)
    b1 = ((t2 - t) * a1 + (t - t0) * a2) / (t2 - t0)
    b2 = ((t3 - t) * a2 + (t - t1) * a3) / (t3 - t1)
    curve: NDArray[np.float64] = ((t2 - t) * b1 + (t - t1) * b2) / (t2 - t1)
    return curve.reshape(-1, 2)


def _ends(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a curve ends at a point: at the first, at the last, and where the line turns sharply."""
    steps = np.diff(points, axis=0)
    before, after = steps[:-1], steps[1:]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turn = np.degrees(np.abs(np.arctan2(cross, (before * after).sum(axis=1))))
    return np.concatenate([[True], turn > _CORNER_DEG, [True]])
