"""One drawing per group of strokes that touch, reach into each other, or are too small to stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from engine.strokes.geometry import resample
from engine.strokes.types import Stroke, bounding_box, stroke_length

Floats = NDArray[np.float64]

_MOST_POINTS = 4000
"""Distances are measured between so many points at most, however much ink a page holds."""


@dataclass(frozen=True, slots=True)
class SeparateSettings:
    """When strokes belong to one drawing.

    Lengths are shares of the longer side of all strokes.

    Attributes:
        near_share: Parts of equal length this near each other belong together.
        small_power: The less ink one part has beside the other, the farther off it may stand (an ear ring, a
            signature): `near_share` grows by this power of the ratio of their lengths.
        farthest_share: Nothing farther off belongs to a drawing, however small.
        interlock: Parts whose boxes overlap reach into each other: the distance grows by this times the share
            of the smaller box that lies in the other.
        overlap_share: With this share of the smaller box in the other, one contains the other.
        debris_share: A drawing shorter than this share of the longest one is debris.
        debris_pens: A drawing longer than this many pen widths is never debris.
    """

    near_share: float = 0.025
    small_power: float = 0.6
    farthest_share: float = 0.25
    interlock: float = 8.0
    overlap_share: float = 0.35
    debris_share: float = 0.015
    debris_pens: float = 30.0


def separate(
    strokes: Sequence[Stroke], settings: SeparateSettings, *, pen_width: float
) -> tuple[tuple[int, ...], ...]:
    """Group strokes into drawings.

    Args:
        strokes: In drawing order, each `(n, 2)`.
        settings: See there.
        pen_width: Width of the line in the strokes' units.

    Returns:
        For each drawing the indices of its strokes, ascending; drawings in reading order (top first, then
        left). A stroke is in at most one drawing; debris is in none.
    """
    filled = [k for k, s in enumerate(strokes) if len(s)]
    if not filled:
        return ()
    chosen = [strokes[k] for k in filled]
    x0, y0, x1, y1 = bounding_box(chosen)
    extent = max(x1 - x0, y1 - y0, pen_width)
    group = _touching(chosen, max(settings.near_share * extent, 2 * pen_width))
    group = _gathered(chosen, group, extent, settings)
    lengths = np.bincount(group, weights=[stroke_length(s) for s in chosen])
    least = min(settings.debris_share * float(lengths.max()), settings.debris_pens * pen_width)
    drawings = [
        tuple(filled[m] for m in np.flatnonzero(group == g))
        for g in range(len(lengths))
        if lengths[g] >= least
    ]
    return tuple(sorted(drawings, key=lambda d: _reading_place([strokes[k] for k in d])))


def _touching(strokes: list[Stroke], near: float) -> NDArray[np.int32]:
    """Groups of strokes that come near each other somewhere."""
    sampled = [resample(s, near / 2) for s in strokes]
    owner = np.repeat(np.arange(len(strokes)), [len(s) for s in sampled])
    pairs = cKDTree(np.concatenate(sampled)).query_pairs(near, output_type="ndarray")
    return _components(owner[pairs[:, 0]], owner[pairs[:, 1]], len(strokes))


def _components(a: NDArray[np.int64], b: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    links = coo_array((np.ones(len(a)), (a, b)), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int32)


def _gathered(
    strokes: list[Stroke], group: NDArray[np.int32], extent: float, settings: SeparateSettings
) -> NDArray[np.int32]:
    """Groups after every part has joined the nearest longer one that reaches it, until none does.

    A part joins one other only: a dot between two drawings does not make them one.
    """
    while (count := int(group.max()) + 1) > 1:
        members = [[strokes[k] for k in np.flatnonzero(group == g)] for g in range(count)]
        lengths = np.array([sum(map(stroke_length, m)) for m in members])
        apart = _apart(members, lengths, extent, settings)
        # Of equally long parts the first counts as the longer one, so that no two join each other in vain.
        rank = np.empty(count, dtype=int)
        rank[np.argsort(-lengths, kind="stable")] = np.arange(count)
        apart[rank[:, None] <= rank[None, :]] = np.inf
        nearest = apart.argmin(axis=1)
        joins = np.flatnonzero(np.isfinite(apart[np.arange(count), nearest]))
        if not len(joins):
            break
        group = _components(joins, nearest[joins], count)[group]
    return group


def _apart(members: list[list[Stroke]], lengths: Floats, extent: float, settings: SeparateSettings) -> Floats:
    """Distances `(n, n)` of groups, infinite where neither reaches the other; overlap brings them nearer."""
    overlap = _overlap(np.array([bounding_box(m) for m in members]))
    weight = np.maximum(lengths, 1e-9 * max(1.0, lengths.max()))  # a single point has no length
    ratio = np.maximum(weight[:, None] / weight[None, :], weight[None, :] / weight[:, None])
    reach = settings.near_share * ratio**settings.small_power
    reach = np.minimum(reach * (1 + settings.interlock * overlap), settings.farthest_share) * extent
    gaps = _gaps(members, float(lengths.sum()), 0.3 * settings.near_share * extent)
    held = (gaps < reach) | (overlap >= settings.overlap_share)
    return np.where(held, gaps * (1 - overlap), np.inf)


def _gaps(members: list[list[Stroke]], length: float, step: float) -> Floats:
    """Least distances `(n, n)` between groups."""
    step = max(step, length / _MOST_POINTS)
    points = [np.concatenate([resample(s, step) for s in m]) for m in members]
    starts = np.cumsum([0, *(len(p) for p in points[:-1])])
    everything = np.concatenate(points)
    rows = [np.minimum.reduceat(cKDTree(p).query(everything)[0], starts) for p in points]
    return np.asarray(np.stack(rows))


def _overlap(boxes: Floats) -> Floats:
    """Shares `(n, n)` of the smaller box that lie in the other."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = np.clip(high - low + 1, 0, None).prod(axis=2)
    area = (boxes[:, 2:] - boxes[:, :2] + 1).prod(axis=1)
    return np.asarray(common / np.minimum(area[:, None], area[None, :]))


def _reading_place(strokes: list[Stroke]) -> tuple[float, float]:
    x0, y0, _, _ = bounding_box(strokes)
    return (y0, x0)
