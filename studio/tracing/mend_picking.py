"""What lies under the pointer: strokes, their ends; fast enough for every move of the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.strokes.types import Stroke

Point = tuple[float, float]
Kind = Literal["stroke", "note", "end", "crossing", "drawing"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a tool would act on.

    Attributes:
        kind: A stroke, an annotation, the end of a stroke, a crossing, a whole drawing.
        at: The exact place, full image px.
        stroke: Its number in `Trace.spliced`, in `Trace.annotations` for a note; -1 for none.
        along: Unit direction of the line there; zeros where it has none.
        end: 0 for the start, 1 for the end of the stroke.
        drawing: Its number in `Trace.drawings`; -1 for none.
    """

    kind: Kind
    at: Point
    stroke: int = -1
    along: Point = (0.0, 0.0)
    end: int = 0
    drawing: int = -1


class Picker:
    """Finds the place nearest to the pointer on a set of strokes."""

    def __init__(self, strokes: Sequence[Stroke]) -> None:
        """Lay all segments out side by side; a stroke of one point is a segment without length."""
        self.strokes = tuple(strokes)
        pieces = [_segments(stroke) for stroke in self.strokes]
        self._starts = _stacked([piece[0] for piece in pieces])
        self._steps = _stacked([piece[1] for piece in pieces])
        counts = [len(piece[0]) for piece in pieces]
        self._owners = np.repeat(np.arange(len(pieces)), counts)
        self._square = np.maximum((self._steps**2).sum(axis=1), 1e-9)
        ends = [(k, end, s[-end]) for k, s in enumerate(self.strokes) if len(s) for end in (0, 1)]
        self._ends = [(k, end) for k, end, _ in ends]
        self._end_points = _stacked([point[None] for _, _, point in ends])

    @property
    def ends(self) -> NDArray[np.float32]:
        """`(n, 2)`, both ends of every stroke."""
        return self._end_points

    def stroke_at(self, at: Point, reach: float) -> Target | None:
        """The nearest stroke within `reach`, with the nearest place on it and the line's direction there."""
        if not len(self._starts):
            return None
        offset = np.asarray(at, dtype=np.float32) - self._starts
        share = np.clip((offset * self._steps).sum(axis=1) / self._square, 0.0, 1.0)
        away = offset - share[:, None] * self._steps
        distance = (away**2).sum(axis=1)
        best = int(distance.argmin())
        if distance[best] > reach * reach:
            return None
        place = self._starts[best] + share[best] * self._steps[best]
        length = float(np.hypot(*self._steps[best]))
        along = self._steps[best] / length if length > 0 else np.zeros(2)
        return Target("stroke", _point(place), int(self._owners[best]), _point(along))

    def end_at(self, at: Point, reach: float, but: Target | None = None) -> Target | None:
        """The nearest end of a stroke within `reach`, other than `but`."""
        if not self._ends:
            return None
        distance = np.hypot(*(self._end_points - np.asarray(at, dtype=np.float32)).T)
        for index in np.argsort(distance):
            if distance[index] > reach:
                return None
            stroke, end = self._ends[index]
            if but is None or (stroke, end) != (but.stroke, but.end):
                return Target("end", _point(self._end_points[index]), stroke, end=end)
        return None

    def passages(self, at: Point, radius: float, touch: float) -> list[NDArray[np.float32]]:
        """The stretches within `radius` of a crossing that come within `touch` of it, one a passage."""
        middle, found = np.asarray(at, dtype=np.float32), list[NDArray[np.float32]]()
        for stroke in self.strokes:
            inside = np.hypot(*(stroke - middle).T) <= radius
            edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
            for first, last in edges.reshape(-1, 2):
                stretch = stroke[max(first - 1, 0) : last + 1]
                target = Picker([stretch]).stroke_at(at, touch) if len(stretch) > 1 else None
                if target is not None:
                    found.append(stretch)
        return found


def _segments(stroke: Stroke) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    if len(stroke) == 1:
        return stroke, np.zeros_like(stroke)
    return stroke[:-1], np.diff(stroke, axis=0)


def _stacked(pieces: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.concatenate(pieces) if pieces else np.zeros((0, 2), dtype=np.float32)


def _point(pair: NDArray[np.floating]) -> Point:
    return (float(pair[0]), float(pair[1]))
