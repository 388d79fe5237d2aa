"""Stroke and Drawing: what the whole house passes around."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWING_SIZE_UNITS = 200.0
"""The longer side of a normalised drawing."""

Stroke: TypeAlias = NDArray[np.float32]
"""One pen-down polyline, `(n, 2)`: x to the right, y down."""


def as_stroke(points: ArrayLike) -> Stroke:
    """Make a stroke of anything that looks like rows of x, y.

    Args:
        points: `(n, 2)` numbers.

    Returns:
        `(n, 2)` float32, C-contiguous; a copy only where needed.

    Raises:
        ValueError: if the shape is not `(n, 2)`.
    """
    stroke = np.ascontiguousarray(points, dtype=np.float32)
    if stroke.ndim != 2 or stroke.shape[1] != 2:
        raise ValueError(f"a stroke is rows of x, y; got shape {stroke.shape}")
    return stroke


def stroke_length(stroke: Stroke) -> float:
    """Arc length of a stroke, in the units of its points."""
    return float(np.hypot(*np.diff(stroke, axis=0).T).sum()) if len(stroke) > 1 else 0.0


def bounding_box(strokes: Iterable[Stroke]) -> tuple[float, float, float, float]:
    """Smallest `(x0, y0, x1, y1)` around all points; zeros when there are none."""
    filled = [s for s in strokes if len(s)]
    if not filled:
        return (0.0, 0.0, 0.0, 0.0)
    points = np.concatenate(filled)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return (float(x0), float(y0), float(x1), float(y1))


@dataclass(frozen=True, slots=True)
class Drawing:
    """An ordered list of strokes; normalised unless it says otherwise.

    Attributes:
        strokes: In drawing order, each `(n, 2)` float32.
    """

    strokes: tuple[Stroke, ...]

    @property
    def n_points(self) -> int:
        """Number of points over all strokes."""
        return sum(len(s) for s in self.strokes)

    @property
    def length(self) -> float:
        """Pen-down length, in units."""
        return sum(stroke_length(s) for s in self.strokes)

    def normalised(self, size_units: float = DRAWING_SIZE_UNITS) -> Drawing:
        """Move the top left corner to the origin and scale the longer side to `size_units`."""
        return Drawing(normalise(self.strokes, size_units))


def normalise(strokes: Sequence[Stroke], size_units: float = DRAWING_SIZE_UNITS) -> tuple[Stroke, ...]:
    """Scale strokes together so that the longer side is `size_units`, origin at the top left."""
    x0, y0, x1, y1 = bounding_box(strokes)
    scale = size_units / max(x1 - x0, y1 - y0, 1e-6)
    origin = np.array([x0, y0], dtype=np.float32)
    return tuple(as_stroke((s - origin) * np.float32(scale)) for s in strokes)
