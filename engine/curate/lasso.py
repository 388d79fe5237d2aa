"""Which points a lasso or a box catches, and how a catch changes the selection."""

from __future__ import annotations

from collections.abc import Set
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mode = Literal["replace", "add", "subtract", "intersect"]
Item = TypeVar("Item")


def points_in_polygon(points: ArrayLike, polygon: ArrayLike) -> NDArray[np.bool_]:
    """Even-odd test: is a point inside the closed polygon? A loop that crosses itself leaves holes.

    Each edge looks only at the points between its two heights, found by bisection in the points sorted
    by y: a long lasso has short edges, so this is far less than points times edges.

    Args:
        points: `(n, 2)`.
        polygon: `(m, 2)`; the last vertex is joined to the first.

    Returns:
        `(n,)` bool; all False for fewer than three vertices.
    """
    dots = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    corners = np.asarray(polygon, dtype=np.float64).reshape(-1, 2)
    inside = np.zeros(len(dots), dtype=bool)
    if len(corners) < 3 or not len(dots):
        return inside
    candidates = np.flatnonzero(points_in_box(dots, corners.min(axis=0), corners.max(axis=0)))
    order = candidates[np.argsort(dots[candidates, 1])]
    inside[order] = _crossings_are_odd(dots[order], corners)
    return inside


def _crossings_are_odd(sorted_dots: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Cast a ray to the right from each dot (sorted by y) and count the edges it crosses, modulo two."""
    x, y = np.ascontiguousarray(sorted_dots[:, 0]), np.ascontiguousarray(sorted_dots[:, 1])
    odd = np.zeros(len(x), dtype=bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        first, last = np.searchsorted(y, (min(y0, y1), max(y0, y1)), side="left")
        edge_x = x0 + (y[first:last] - y0) * ((x1 - x0) / (y1 - y0))
        odd[first:last] ^= x[first:last] < edge_x
    return odd


def points_in_box(points: ArrayLike, corner: ArrayLike, opposite: ArrayLike) -> NDArray[np.bool_]:
    """Is a point in the upright box between two opposite corners, edges included?

    Args:
        points: `(n, 2)`.
        corner: `(2,)`.
        opposite: `(2,)`.

    Returns:
        `(n,)` bool.
    """
    dots = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    low, high = np.minimum(corner, opposite), np.maximum(corner, opposite)
    return np.asarray(
        (dots[:, 0] >= low[0]) & (dots[:, 0] <= high[0]) & (dots[:, 1] >= low[1]) & (dots[:, 1] <= high[1])
    )


def combine(selection: Set[Item], caught: Set[Item], mode: Mode = "replace") -> frozenset[Item]:
    """The selection after a gesture caught some items."""
    match mode:
        case "replace":
            return frozenset(caught)
        case "add":
            return frozenset(selection | caught)
        case "subtract":
            return frozenset(selection - caught)
        case "intersect":
            return frozenset(selection & caught)
