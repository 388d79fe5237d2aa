"""One drawing per group of strokes that touch, overlap or contain each other."""

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


@dataclass(frozen=True, slots=True)
class SeparateSettings:
    """When strokes belong to one drawing.

    Attributes:
        near_share: Strokes this near belong together, as a share of the longer side of all strokes.
        overlap_share: Groups belong together when this share of the smaller one's box lies in the other's.
        debris_share: A group shorter than this share of the longest group's length is debris.
        debris_pens: A group longer than this many pen widths is never debris.
    """

    near_share: float = 0.03
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
    group = _merge_boxes(chosen, _touching(chosen, settings, pen_width), settings.overlap_share)
    lengths = np.bincount(group, weights=[stroke_length(s) for s in chosen])
    least = min(settings.debris_share * float(lengths.max()), settings.debris_pens * pen_width)
    drawings = [
        tuple(filled[m] for m in np.flatnonzero(group == g))
        for g in range(len(lengths))
        if lengths[g] >= least
    ]
    return tuple(sorted(drawings, key=lambda d: _reading_place([strokes[k] for k in d])))


def _touching(strokes: list[Stroke], settings: SeparateSettings, pen: float) -> NDArray[np.int32]:
    """Groups of strokes that come near each other somewhere."""
    x0, y0, x1, y1 = bounding_box(strokes)
    near = max(settings.near_share * max(x1 - x0, y1 - y0), 2 * pen)
    sampled = [resample(s, near / 2) for s in strokes]
    owner = np.repeat(np.arange(len(strokes)), [len(s) for s in sampled])
    pairs = cKDTree(np.concatenate(sampled)).query_pairs(near, output_type="ndarray")
    return _components(owner[pairs[:, 0]], owner[pairs[:, 1]], len(strokes))


def _components(a: NDArray[np.int64], b: NDArray[np.int64], count: int) -> NDArray[np.int32]:
    links = coo_array((np.ones(len(a)), (a, b)), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int32)


def _merge_boxes(strokes: list[Stroke], group: NDArray[np.int32], share: float) -> NDArray[np.int32]:
    """Merge groups whose boxes overlap, until none do."""
    while True:
        count = int(group.max()) + 1
        boxes = np.array(
            [bounding_box([strokes[k] for k in np.flatnonzero(group == g)]) for g in range(count)]
        )
        overlap = _overlap(boxes) >= share
        a, b = np.nonzero(np.triu(overlap, 1))
        if not len(a):
            return group
        group = _components(a, b, count)[group]


def _overlap(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares `(n, n)` of the smaller box that lie in the other."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = np.clip(high - low + 1, 0, None).prod(axis=2)
    area = (boxes[:, 2:] - boxes[:, :2] + 1).prod(axis=1)
    return np.asarray(common / np.minimum(area[:, None], area[None, :]))


def _reading_place(strokes: list[Stroke]) -> tuple[float, float]:
    x0, y0, _, _ = bounding_box(strokes)
    return (y0, x0)
