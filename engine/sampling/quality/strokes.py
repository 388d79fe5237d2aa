"""What can be counted and measured on strokes, and how far two sets of drawings are apart in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.strokes.stroke3 import Stroke3, from_stroke3
from engine.strokes.types import Drawing, Stroke, bounding_box, stroke_length

Values = NDArray[np.float64]

STATISTICS: Mapping[str, str] = {
    "strokes": "strokes a drawing",
    "points": "points a drawing",
    "length": "length of line a drawing",
    "stroke_length": "length of a stroke",
    "turning": "turning at a point",
    "aspect": "width to height",
    "crossings": "crossings a drawing",
}
"""Name -> what it is."""

_QUANTILES = (np.arange(512) + 0.5) / 512
_MOST_ASPECT = 4.0
"""Doublings; a dash has no height, and would be infinitely wide."""


class Distribution(NamedTuple):
    """Values of one statistic.

    Attributes:
        quantiles: `(512,)`, none where there is no value.
        deviation: Their standard deviation.
    """

    quantiles: Values
    deviation: float


def measure(rows: Stroke3) -> dict[str, Values]:
    """The statistics of one drawing.

    Args:
        rows: Stroke-3 in any unit, the same for all drawings compared.

    Returns:
        Each of `STATISTICS`: one value, or one a stroke (`stroke_length`) or an inner point (`turning`, in
        degrees, 0 straight on, 180 back). `aspect` is in doublings, 0 square.
    """
    drawing = from_stroke3(rows)
    x0, y0, x1, y1 = bounding_box(drawing.strokes)
    tiny = 1e-3 * max(x1 - x0, y1 - y0, 1e-6)
    aspect = np.log2(max(x1 - x0, tiny) / max(y1 - y0, tiny))
    return {
        "strokes": np.array([len(drawing.strokes)], dtype=np.float64),
        "points": np.array([drawing.n_points], dtype=np.float64),
        "length": np.array([drawing.length]),
        "stroke_length": np.array([stroke_length(stroke) for stroke in drawing.strokes]),
        "turning": np.concatenate([np.zeros(0), *(_turnings(stroke) for stroke in drawing.strokes)]),
        "aspect": np.array([np.clip(aspect, -_MOST_ASPECT, _MOST_ASPECT)]),
        "crossings": np.array([count_crossings(drawing)], dtype=np.float64),
    }


def count_crossings(drawing: Drawing) -> int:
    """How often the lines of a drawing cross themselves or one another; touching ends do not count."""
    pieces = [np.stack([s[:-1], s[1:]], axis=1) for s in drawing.strokes if len(s) > 1]
    if not pieces:
        return 0
    a, b = np.concatenate(pieces).astype(np.float64).transpose(1, 0, 2)
    low, high = np.minimum(a, b), np.maximum(a, b)
    boxes_meet = (low[:, None] <= high[None]).all(-1)
    first, second = np.nonzero(np.triu(boxes_meet & boxes_meet.T, 1))
    p, r, q, s = a[first], b[first] - a[first], a[second], b[second] - a[second]
    # Each segment's ends lie strictly on either side of the other's line.
    across = _cross(r, q - p) * _cross(r, q + s - p) < 0
    return int((across & (_cross(s, p - q) * _cross(s, p + r - q) < 0)).sum())


def distribution(measured: Sequence[Mapping[str, Values]], name: str) -> Distribution:
    """One statistic over all drawings."""
    values = np.concatenate([np.zeros(0), *(one[name] for one in measured)])
    if not len(values):
        return Distribution(values, 0.0)
    return Distribution(np.quantile(values, _QUANTILES, method="inverted_cdf"), float(values.std()))


def distances(measured: Sequence[Mapping[str, Values]], real: Mapping[str, Distribution]) -> dict[str, float]:
    """How far drawings are from real ones in every statistic of `real`.

    Returns:
        Wasserstein-1 distance, which is the mean distance of the quantiles, in standard deviations of the
        real values; in plain units where those are all the same, 0 where there are none.
    """
    found = {}
    for name, theirs in real.items():
        mine = distribution(measured, name)
        known = len(mine.quantiles) and len(theirs.quantiles)
        apart = float(np.abs(mine.quantiles - theirs.quantiles).mean()) if known else 0.0
        found[name] = apart / (theirs.deviation or 1.0)
    return found


def _turnings(stroke: Stroke) -> Values:
    """Angles between each move and the next, degrees; moves that go nowhere are passed over."""
    moves = np.diff(stroke.astype(np.float64), axis=0)
    moves = moves[np.hypot(*moves.T) > 0]
    turn = np.arctan2(_cross(moves[:-1], moves[1:]), (moves[:-1] * moves[1:]).sum(-1))
    return np.asarray(np.degrees(np.abs(turn)))


def _cross(a: Values, b: Values) -> Values:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
