"""The strokes of a page while the artist's mends are applied to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import is_closed
from engine.strokes.types import Stroke
from engine.trace.mends import finding
from engine.trace.mends.finding import Meeting, Passage
from engine.trace.mends.lines import Line
from engine.trace.mends.records import StrokeHandle
from engine.trace.types import Trace

_REACH_PENS = 3.0
_LEAST_REACH_PX = 12.0
"""How far a place may have moved in another trace, at least."""
_LEAST_TOLERANCE_PX = 6.0
"""How far a line may have moved, at least."""
_LEAST_TOUCH_PX = 3.0


@dataclass(frozen=True, slots=True)
class Mended:
    """A trace as the artist mended it.

    Attributes:
        trace: Its `spliced`, `widths`, `drawings` and `annotations` mended; the rest as it was.
        touched: Indices in `trace.spliced` of the strokes that a mend made or changed.
        lapsed: Indices of the mends that found nothing to act on.
    """

    trace: Trace
    touched: frozenset[int] = frozenset()
    lapsed: tuple[int, ...] = ()


class Sheet:
    """Lines, their drawings, and what is set apart; changed mend by mend.

    Attributes:
        trace: What it was made of.
        lines: In drawing order.
        apart: The annotations.
        pen: Width of the pen, px.
        reach: How far from its place a mend looks, px.
        tolerance: How far a line may have moved and still be the same, px.
    """

    def __init__(self, trace: Trace) -> None:
        """Lay a trace out."""
        drawing_of = {k: d for d, members in enumerate(trace.drawings) for k in members}
        widths: Sequence[NDArray[np.float32] | None] = trace.widths or [None] * len(trace.spliced)
        self.trace = trace
        self.pen = max(trace.pen_width_px, 1.0)
        self.reach = max(_REACH_PENS * self.pen, _LEAST_REACH_PX)
        self.tolerance = max(self.pen, _LEAST_TOLERANCE_PX)
        self.lines = [
            Line(s, w, drawing_of.get(k), is_closed(s, max(0.5 * self.pen, 1.5)))
            for k, (s, w) in enumerate(zip(trace.spliced, widths, strict=True))
        ]
        self.apart = [Line(s) for s in trace.annotations]
        self._unused_label = len(trace.drawings)

    @property
    def strokes(self) -> list[Stroke]:
        """The lines' points."""
        return [line.points for line in self.lines]

    def meetings(self, at: tuple[float, float], reach: float) -> list[Meeting]:
        """Places near a point where two passages meet, nearest first."""
        touch = max(self.pen, _LEAST_TOUCH_PX)
        return finding.meetings(self.strokes, at, reach, touch, [line.closed for line in self.lines])

    def find(self, handle: StrokeHandle) -> int | None:
        """The line a handle stands for."""
        return finding.same_stroke(self.strokes, handle, self.tolerance)

    def find_apart(self, handle: StrokeHandle) -> int | None:
        """The annotation a handle stands for."""
        return finding.same_stroke([line.points for line in self.apart], handle, self.tolerance)

    def ends_at(self, passage: Passage, reach: float) -> bool:
        """Whether a line ends within `reach` px of one of its places."""
        line = self.lines[passage.stroke]
        return not line.closed and min(passage.arc, line.length - passage.arc) < reach

    def by_drawing(self) -> dict[int, list[Stroke]]:
        """The strokes of each drawing, by label."""
        found: dict[int, list[Stroke]] = {}
        for line in self.lines:
            if line.drawing is not None:
                found.setdefault(line.drawing, []).append(line.points)
        return found

    def new_drawing(self) -> int:
        """A label no drawing had."""
        self._unused_label += 1
        return self._unused_label - 1

    def put(self, places: Sequence[int], lines: Sequence[Line]) -> None:
        """Put lines in the place of others: the first in the first's place, and so on, the rest behind."""
        slots: list[list[Line]] = [[line] for line in self.lines]
        for place in places:
            slots[place] = []
        for k, line in enumerate(lines):
            slots[places[min(k, len(places) - 1)]].append(line)
        self.lines = [line for slot in slots for line in slot]

    def line_widths(self, line: Line) -> NDArray[np.float32] | None:
        """A line's widths; the pen's where only the page's other lines have them."""
        if line.widths is None and (self.trace.widths or not self.trace.spliced):
            return np.full(len(line.points), self.trace.pen_width_px, np.float32)
        return line.widths

    def mended(self, lapsed: tuple[int, ...]) -> Mended:
        """The sheet as a trace; drawings keep their order, new ones follow, empty ones are gone."""
        labels = {line.drawing for line in self.lines if line.drawing is not None}
        trace = replace(
            self.trace,
            spliced=tuple(self.strokes),
            widths=tuple(line.widths for line in self.lines if line.widths is not None),
            drawings=tuple(
                tuple(k for k, line in enumerate(self.lines) if line.drawing == label)
                for label in sorted(labels)
            ),
            annotations=tuple(line.points for line in self.apart),
        )
        return Mended(trace, frozenset(k for k, line in enumerate(self.lines) if line.touched), lapsed)
