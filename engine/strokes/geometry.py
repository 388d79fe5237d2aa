"""Polyline geometry: arc length, resampling, smoothing, tangents, blends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.strokes.types import Stroke, stroke_length

Points = NDArray[np.float64]
"""`(n, 2)` float64 points of a computation in progress."""


def arc_lengths(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Cumulative arc length of a polyline `(n, 2)`, starting at 0."""
    if len(points) == 0:
        return np.zeros(0)
    steps = np.hypot(*np.diff(np.asarray(points, dtype=np.float64), axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def resample(points: NDArray[np.floating], step: float) -> Points:
    """Points at nearly constant spacing along a polyline, both ends kept.

    Args:
        points: `(n, 2)`.
        step: Wanted spacing, in the units of the points.

    Returns:
        `(m, 2)`; one point where the polyline has no length.
    """
    arc = arc_lengths(points)
    if len(arc) == 0 or arc[-1] <= 0:
        return np.array(points[:1], dtype=np.float64)
    at = np.linspace(0.0, arc[-1], max(2, round(arc[-1] / step) + 1))
    return np.stack([np.interp(at, arc, points[:, 0]), np.interp(at, arc, points[:, 1])], axis=1)


def smooth(points: NDArray[np.floating], sigma: float, *, closed: bool = False) -> Points:
    """Gaussian smoothing along a polyline; the ends of an open one stay where they are.

    Args:
        points: `(n, 2)`, evenly spaced.
        sigma: Standard deviation in points.
        closed: Whether the last point is followed by the first.

    Returns:
        `(n, 2)`.
    """
    line: Points = np.array(points, dtype=np.float64)
    reach = min(int(np.ceil(2.5 * sigma)), len(line) - 1)
    if reach < 1 or sigma <= 0:
        return line
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    if closed:
        before, after = line[-reach:], line[:reach]
    else:  # point reflection keeps both the ends and their directions
        before = 2 * line[0] - line[reach:0:-1]
        after = 2 * line[-1] - line[-2 : -reach - 2 : -1]
    padded = np.concatenate([before, line, after])
    return np.stack([np.convolve(padded[:, k], kernel, mode="valid") for k in (0, 1)], axis=1)


def unit(vectors: NDArray[np.floating]) -> Points:
    """Vectors `(..., 2)` scaled to length one; zero vectors stay zero."""
    vectors = np.asarray(vectors, dtype=np.float64)
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12))


def tangents(points: NDArray[np.floating]) -> Points:
    """Unit tangent at each point `(n, 2)` by central differences."""
    if len(points) < 2:
        return np.zeros((len(points), 2))
    return unit(np.gradient(np.asarray(points, dtype=np.float64), axis=0))


def end_tangent(stroke: NDArray[np.floating], *, at_start: bool, reach: float) -> Points:
    """Unit direction in which a stroke leaves at one of its ends.

    Args:
        stroke: `(n, 2)`.
        at_start: The first end instead of the last.
        reach: Length of the stretch over which the direction is taken.

    Returns:
        `(2,)`, pointing out of the stroke; zeros where it has no length.
    """
    points = np.asarray(stroke if not at_start else stroke[::-1], dtype=np.float64)
    arc = arc_lengths(points)
    first = min(int(np.searchsorted(arc, arc[-1] - reach)), max(len(points) - 2, 0))
    return unit(points[-1] - points[first])


def blend(
    start: NDArray[np.floating],
    start_direction: NDArray[np.floating],
    end: NDArray[np.floating],
    end_direction: NDArray[np.floating],
    step: float = 1.0,
) -> Points:
    """Cubic Hermite curve between two points with given directions.

    Args:
        start: `(2,)` point the curve leaves.
        start_direction: `(2,)` unit vector there, along the movement.
        end: `(2,)` point it arrives at.
        end_direction: `(2,)` unit vector there, along the movement.
        step: Spacing of the points.

    Returns:
        `(m, 2)` inner points, without the two ends.
    """
    chord = float(np.linalg.norm(np.subtract(end, start)))
    count = int(chord / step)
    if count < 2:
        return np.zeros((0, 2))
    t = np.linspace(0, 1, count + 1)[1:-1, None]
    m0, m1 = np.asarray(start_direction) * chord, np.asarray(end_direction) * chord
    h00, h10 = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
    h01, h11 = -2 * t**3 + 3 * t**2, t**3 - t**2
    return np.asarray(h00 * start + h10 * m0 + h01 * end + h11 * m1)


def drop_repeats(points: NDArray[np.floating], tolerance: float = 1e-4) -> NDArray[np.floating]:
    """A polyline without points that repeat the one before."""
    if len(points) < 2:
        return points
    moved = np.hypot(*np.diff(points, axis=0).T) > tolerance
    return np.asarray(points[np.concatenate([[True], moved])])


def is_closed(stroke: Stroke, tolerance: float) -> bool:
    """Whether a stroke ends within `tolerance` of its start after a longer way."""
    if len(stroke) < 4 or stroke_length(stroke) < 4 * tolerance:
        return False
    return float(np.linalg.norm(stroke[0] - stroke[-1])) <= tolerance


def uninked_length(
    before: Sequence[Stroke], after: Sequence[Stroke], reach: float, step: float = 2.0
) -> float:
    """Length of `after` that lies farther than `reach` from every stroke of `before`."""
    inked = [resample(s, step) for s in before if len(s)]
    drawn = [resample(s, step) for s in after if len(s) > 1]
    if not inked or not drawn:
        return 0.0
    distance, _ = cKDTree(np.concatenate(inked)).query(np.concatenate(drawn), distance_upper_bound=reach)
    return float(np.isinf(distance).sum() * step)
