"""Drawing order: which stroke comes next, and from which end it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.strokes.geometry import Points
from engine.strokes.types import Stroke, as_stroke, stroke_length

_LONGEST_TOUR = 400
"""With more strokes than this, a scribble, the nearest end is good enough."""
_LEAST_GAIN = 1e-6


def pen_up_travel(strokes: Sequence[Stroke]) -> float:
    """Summed distance from each stroke's end to the next one's start."""
    return float(sum(np.linalg.norm(b[0] - a[-1]) for a, b in pairwise(strokes)))


def order_strokes(strokes: Sequence[Stroke]) -> tuple[list[int], list[bool]]:
    """A plausible drawing order: the longest stroke first, then short ways from one to the next.

    Args:
        strokes: Each `(n, 2)`, at least one point.

    Returns:
        Indices in drawing order, and for each whether it is drawn backwards.
    """
    if not strokes:
        return [], []
    lengths = [stroke_length(s) for s in strokes]
    ends = np.array([[s[0], s[-1]] for s in strokes], dtype=np.float64)
    order, flips = _nearest_next(ends, int(np.argmax(lengths)))
    if len(order) <= _LONGEST_TOUR:
        order, flips = _untangled(ends, order, flips)
    return order, flips


def _nearest_next(ends: Points, first: int) -> tuple[list[int], list[bool]]:
    """From the first stroke on always to the nearest end."""
    # The hand mostly begins a line above where it leaves it.
    order, flips = [first], [bool(ends[first, 0, 1] > ends[first, 1, 1])]
    free = np.ones(len(ends), dtype=bool)
    free[first] = False
    pen = ends[first, 0 if flips[0] else 1]
    while free.any():
        away = np.linalg.norm(ends - pen, axis=2)
        away[~free] = np.inf
        index, end = divmod(int(np.argmin(away)), 2)
        order.append(index)
        flips.append(end == 1)
        free[index] = False
        pen = ends[index, 1 - end]
    return order, flips


def _untangled(ends: Points, order: list[int], flips: list[bool]) -> tuple[list[int], list[bool]]:
    """Turn stretches of the order round as long as that shortens the way (2-opt); the first stays."""
    place, turned = np.array(order), np.array(flips)
    count = len(place)
    for _ in range(4 * count):
        enter = ends[place, turned.astype(int)]
        leave = ends[place, 1 - turned.astype(int)]
        step = np.append(np.linalg.norm(enter[1:] - leave[:-1], axis=1), 0.0)
        # Turned round, the pen goes from the stroke before to the stretch's end, and on from its beginning.
        into = np.linalg.norm(leave[:-1, None] - leave[None, 1:], axis=2)
        onward = np.zeros((count - 1, count - 1))
        onward[:, :-1] = np.linalg.norm(enter[1:, None] - enter[None, 2:], axis=2)
        gain = np.triu(step[:-1, None] + step[None, 1:] - into - onward)
        best = int(np.argmax(gain)) if gain.size else 0
        if not gain.size or gain.flat[best] < _LEAST_GAIN:
            break
        i, j = divmod(best, count - 1)
        place[i + 1 : j + 2] = place[i + 1 : j + 2][::-1]
        turned[i + 1 : j + 2] = ~turned[i + 1 : j + 2][::-1]
    return place.tolist(), turned.tolist()


def in_drawing_order(strokes: Sequence[Stroke]) -> tuple[Stroke, ...]:
    """The strokes sorted and turned by `order_strokes`."""
    order, flips = order_strokes(strokes)
    return tuple(as_stroke(strokes[k][::-1] if f else strokes[k]) for k, f in zip(order, flips, strict=True))
