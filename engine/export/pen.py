"""A line as a pen leaves it: wider where the hand goes slowly, thin where it sets down and lifts off.

Traced and machine-drawn lines carry no times, so the speed is that of a hand following the same curve: the
two-thirds power law, speed as curvature to the power of -1/3. Source: Lacquaniti, Terzuolo & Viviani 1983,
"The law relating the kinematic and figural aspects of drawing movements", Acta Psychologica 54.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.export.timeline import Timeline
from engine.strokes.types import DRAWING_SIZE_UNITS, Stroke, as_stroke, bounding_box

_STEP_UNITS = 1.5
_REACH_UNITS = 3.0
"""The turn of a line is read off the pieces that long before and after a point."""
_BLUR_UNITS = 3.0
_STRAIGHT_UNITS = 50.0
"""A hand is no faster on a straight line than on a circle of this radius."""
_USUAL_UNITS = 12.0
"""The radius of the curve on which the pen has its own width."""
_SPREADS = 0.8
"""Width as speed to the power of minus this: a straight line comes to 0.68, a tight loop to some 1.4."""
_TAPER_UNITS = 9.0
_THINNEST = 0.3
WIDEST = 1.5
"""The pen is never wider than this multiple of its own width."""


def penned(timeline: Timeline) -> tuple[Timeline, tuple[NDArray[np.float32], ...]]:
    """The pen's widths along a drawing; made once, they serve every size.

    Returns:
        The same clock with more points on long pieces, as a width belongs to a point; and for each stroke
        `(n,)` the width at each of its points, see `pen_widths`.
    """
    unit = unit_of(timeline.strokes)
    fine = finely(timeline, _STEP_UNITS * unit)
    return fine, tuple(pen_widths(stroke, unit) for stroke in fine.strokes)


def finely(timeline: Timeline, step: float) -> Timeline:
    """The same pen at the same times, with points no farther apart than `step` of their own units."""
    fine = [_subdivided(s, t, step) for s, t in zip(timeline.strokes, timeline.even_s, strict=True)]
    return replace(timeline, strokes=tuple(s for s, _ in fine), even_s=tuple(t for _, t in fine))


def pen_widths(stroke: Stroke, unit: float = 1.0) -> NDArray[np.float32]:
    """How wide the pen draws at each point of a line, as a multiple of its own width.

    Args:
        stroke: `(n, 2)`, from `finely`.
        unit: One unit of a drawing (a 200th of its longer side) in those of the points; see `unit_of`.

    Returns:
        `(n,)` of 0.3 to 1.5; a lone point has 1.
    """
    steps = np.hypot(*np.diff(stroke.astype(np.float64) / unit, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    length = float(way[-1])
    if length <= 0:
        return np.ones(len(stroke), dtype=np.float32)
    widths = np.interp(way, *_slowness(stroke.astype(np.float64) / unit, way))
    taper = min(_TAPER_UNITS, 0.4 * length)
    nearest_end = np.minimum(way, length - way)
    widths *= np.sqrt(np.clip(nearest_end / taper, _THINNEST**2, 1.0))
    return np.asarray(np.clip(widths, _THINNEST, WIDEST), dtype=np.float32)


def unit_of(strokes: Sequence[Stroke]) -> float:
    """A 200th of the longer side of a drawing, in the units of its points."""
    x0, y0, x1, y1 = bounding_box(strokes)
    return max(x1 - x0, y1 - y0, 1e-6) / DRAWING_SIZE_UNITS


def _slowness(
    points: NDArray[np.float64], way: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places along a line, and how wide the pen is there for its speed."""
    count = max(2, math.ceil(way[-1]) + 1)
    places = np.linspace(0.0, way[-1], count)
    even = np.column_stack([np.interp(places, way, axis) for axis in points.T])
    step = places[1]
    reach = max(1, round(_REACH_UNITS / step))
    turns = gaussian_filter1d(_turns(even, reach), _BLUR_UNITS / step, mode="nearest")
    bend = np.hypot(turns / (reach * step), 1 / _STRAIGHT_UNITS)
    speed = (bend * _USUAL_UNITS) ** (-1 / 3)
    return places, speed**-_SPREADS


def _turns(points: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """By how much a line turns at each of its points, radians, not negative; nothing beyond its ends."""
    reach = min(reach, len(points) - 1)
    padded = np.pad(points, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    ahead = padded[2 * reach :] - points
    behind = points - padded[: len(points)]
    cross = behind[:, 0] * ahead[:, 1] - behind[:, 1] * ahead[:, 0]
    return np.asarray(np.abs(np.arctan2(cross, (behind * ahead).sum(axis=1))))


def _subdivided(
    stroke: Stroke, times: NDArray[np.float64], step: float
) -> tuple[Stroke, NDArray[np.float64]]:
    """More points on the straight pieces between those of a stroke, and when they are reached."""
    steps = np.hypot(*np.diff(stroke.astype(np.float64), axis=0).T)
    parts = np.maximum(1, np.ceil(steps / step - 1e-6)).astype(int)
    known = np.concatenate([[0], np.cumsum(parts)])
    if known[-1] + 1 == len(stroke):
        return stroke, times
    index = np.arange(known[-1] + 1)
    points = np.column_stack([np.interp(index, known, axis) for axis in stroke.astype(np.float64).T])
    return as_stroke(points), np.interp(index, known, times)
