"""Fewer points for the same line; no stroke is ever lost."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from engine.strokes.types import Stroke, as_stroke

_HALVINGS = 14
"""Steps that find a tolerance to a hundredth of a unit in 200; each simplifies everything once more."""


def simplify_rdp(stroke: Stroke, epsilon: float) -> Stroke:
    """Ramer-Douglas-Peucker: keep the points that lie farther than `epsilon` from the chord.

    Args:
        stroke: `(n, 2)`.
        epsilon: Largest distance of a dropped point from the line kept, in the stroke's units.

    Returns:
        `(m, 2)`, `m <= n`; both ends are always kept.
    """
    if len(stroke) < 3 or epsilon <= 0:
        return as_stroke(stroke)
    kept = cv2.approxPolyDP(as_stroke(stroke).reshape(-1, 1, 2), epsilon, closed=False).reshape(-1, 2)
    # OpenCV drops one of two ends that coincide, and both of a loop smaller than epsilon.
    if (kept[0] != stroke[0]).any():
        kept = np.concatenate([stroke[:1], kept])
    if len(kept) < 2 or (kept[-1] != stroke[-1]).any():
        kept = np.concatenate([kept, stroke[-1:]])
    return as_stroke(kept)


def simplify_to_budget(strokes: Sequence[Stroke], n_points: int) -> tuple[Stroke, ...]:
    """Simplify all strokes with one tolerance so that together they have at most `n_points`.

    Two points a stroke always stay, so many strokes can exceed a small budget: no ink vanishes because a
    stroke is short.

    Args:
        strokes: Each `(n, 2)`.
        n_points: Points wanted over all strokes.

    Returns:
        As many strokes, in the same order.
    """
    if sum(len(s) for s in strokes) <= n_points:
        return tuple(as_stroke(s) for s in strokes)
    low, high = 0.0, _extent(strokes)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if sum(len(simplify_rdp(s, middle)) for s in strokes) > n_points:
            low = middle
        else:
            high = middle
    return tuple(simplify_rdp(s, high) for s in strokes)


def _extent(strokes: Sequence[Stroke]) -> float:
    points = np.concatenate([s for s in strokes if len(s)])
    return float(np.ptp(points, axis=0).max()) + 1.0
