"""Lines side by side in shared ink: passages lie as far apart as it is too wide for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, smooth, tangents
from engine.trace.graph import Edge

Key = tuple[int, int]

_WIDEST_LANE = 0.6
"""Farthest a lane lies from the middle, in pen widths: beyond, there is paper between the lines."""


@dataclass(frozen=True, slots=True)
class Traversal:
    """A passage along a run.

    Attributes:
        key: Whose.
        outside: `(2,)` where the passage is a little beyond the run's first end, and beyond its last; None at
            the tip of a tail.
    """

    key: Key
    outside: tuple[Points | None, Points | None]


def lanes(run: Edge, traversals: Sequence[Traversal], pen: float, single: float) -> dict[Key, Points]:
    """Give every passage along a run its own lane.

    The order of the lanes at either end is that of the lines outside; where the two orders differ, the
    passages cross at the narrowest place.

    Args:
        run: Centred on the ink of all its passages.
        traversals: Who passes.
        pen: Usual pen width, px.
        single: Width of the ink of one passage here, px.

    Returns:
        For each passage its line, in the direction of the run, as many points as the run has.
    """
    count = len(traversals)
    if count < 2:
        return {t.key: run.points for t in traversals}
    along = tangents(smooth(run.points, 0.5 * pen))
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    spread = np.clip(0.5 * (smooth_values(run.width, 0.7 * pen) - single), 0.0, _WIDEST_LANE * pen)
    first = _ranks([_side(t.outside[0], run.points[0], across[_inner(run, pen, 0)]) for t in traversals])
    last = _ranks([_side(t.outside[1], run.points[-1], across[_inner(run, pen, 1)]) for t in traversals])
    first, last = (first if first is not None else last), (last if last is not None else first)
    if first is None or last is None:
        return {t.key: run.points for t in traversals}
    share = _switch(run, pen)
    place = [(1 - share) * a + share * b for a, b in zip(first, last, strict=True)]
    return {
        t.key: run.points + across * (spread * p)[:, None] for t, p in zip(traversals, place, strict=True)
    }


def smooth_values(values: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """Gaussian smoothing of values along a line, the ends repeated."""
    reach = max(1, int(np.ceil(2.5 * sigma)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 0.3)) ** 2)
    return np.asarray(np.convolve(np.pad(values, reach, mode="edge"), kernel / kernel.sum(), mode="valid"))


def _inner(run: Edge, pen: float, end: int) -> int:
    """A point of the run a pen width inside, where its direction is read."""
    inside = min(len(run.points) // 2, round(pen))
    return inside if end == 0 else len(run.points) - 1 - inside


def _side(outside: Points | None, end: Points, across: Points) -> float | None:
    """How far to one side of a run's end a passage lies outside."""
    return None if outside is None else float((outside - end) @ across)


def _ranks(sides: list[float | None]) -> list[float] | None:
    """Places from -1 to 1 in the order of the sides; None where they are not known."""
    known = [side for side in sides if side is not None]
    if len(known) < len(sides):
        return None
    order = np.argsort(known, kind="stable")
    place = np.empty(len(known))
    place[order] = np.linspace(-1.0, 1.0, len(known))
    return [float(p) for p in place]


def _switch(run: Edge, pen: float) -> NDArray[np.float64]:
    """From 0 at the first end to 1 at the last, changing over two pen widths at the narrowest place."""
    arc = arc_lengths(run.points)
    quarter = len(arc) // 4
    width = smooth_values(run.width, 0.7 * pen)
    narrow = quarter + int(np.argmin(width[quarter : len(arc) - quarter]))
    reach = min(pen, 0.25 * float(arc[-1]))
    t = np.clip((arc - arc[narrow]) / max(2 * reach, 1e-6) + 0.5, 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))
