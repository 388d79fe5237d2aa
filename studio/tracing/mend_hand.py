"""The hand that mends: from a tool, a place and a click to the mends they mean. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.strokes.types import Stroke
from engine.trace.mends.records import (
    Connect,
    Cut,
    Delete,
    Mend,
    Move,
    Reverse,
    SetApart,
    StartAt,
    StrokeHandle,
    TakeBack,
    handle_of,
)
from engine.trace.types import Trace
from studio.tracing.mend_picking import Picker, Point, Target
from studio.tracing.mend_tools import BY_TOOL, Tool

_LEAST_TOUCH_PX = 3.0
"""Passages this near meet, also where the pen is thinner."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do to the trace.

    Attributes:
        mends: What it comes to.
        text: What undo calls it.
        tool: With which tool it was done.
    """

    mends: tuple[Mend, ...]
    text: str
    tool: Tool


class MendHand:
    """Holds a tool and, for the tools that need two clicks, what was clicked first.

    Attributes:
        tool: In the hand.
        first: The end from which `CONNECT` pulls; None before the first click.
        chosen: Strokes (numbers in `Trace.spliced`) that `MOVE` holds.
    """

    def __init__(self) -> None:
        self.tool = Tool.LOOK
        self.first: Target | None = None
        self.chosen: tuple[int, ...] = ()
        self._trace: Trace | None = None
        self._picker = Picker(())
        self._notes = Picker(())

    @property
    def trace(self) -> Trace | None:
        """The mended trace the hand works on; None where there is nothing to mend."""
        return self._trace

    @property
    def picker(self) -> Picker:
        """The strokes it can take hold of."""
        return self._picker

    def take(self, trace: Trace | None) -> None:
        """Work on this trace from now on."""
        if trace is not self._trace:
            self._trace = trace
            self._picker = Picker(trace.spliced if trace else ())
            self._notes = Picker(trace.annotations if trace else ())
            self.let_go()

    def use(self, tool: Tool) -> None:
        """Take another tool."""
        self.tool = tool
        self.let_go()

    def let_go(self) -> bool:
        """Forget the first click; says whether there was one."""
        held = self.first is not None or bool(self.chosen)
        self.first, self.chosen = None, ()
        return held

    def stroke(self, target: Target) -> Stroke:
        """The points of the stroke or annotation a target names."""
        return (self._notes if target.kind == "note" else self._picker).strokes[target.stroke]

    # -- what lies under the pointer ---------------------------------------------------------------------

    def find(self, at: Point, reach: float, tool: Tool | None = None, *, more: bool = False) -> Target | None:
        """What the tool would act on.

        Args:
            at: The pointer, full image px.
            reach: How far it takes hold, full image px.
            tool: Another than the one in the hand.
            more: Another stroke to hold, where a drawing would come next.
        """
        tool = tool or self.tool
        if self._trace is None:
            return None
        if tool == Tool.SWAP:
            return self._crossing_at(at, reach)
        if tool == Tool.CONNECT:
            return self._picker.end_at(at, reach, self.first)
        if tool == Tool.START:
            return self._start_at(at, reach)
        if tool == Tool.MOVE and self.chosen and not more:
            return self._drawing_at(at, reach)
        stroke = self._picker.stroke_at(at, reach)
        if tool == Tool.NOTE or (tool == Tool.LOOK and stroke is None):
            note = self._notes.stroke_at(at, reach)
            if note is not None and (stroke is None or _distance(note.at, at) < _distance(stroke.at, at)):
                return Target("note", note.at, note.stroke, note.along)
        return stroke

    def _crossing_at(self, at: Point, reach: float) -> Target | None:
        from engine.trace.mends.apply import crossing_near

        pen = self._trace.pen_width_px if self._trace is not None else 0.0
        found = crossing_near(self._picker.strokes, at, reach, max(pen, _LEAST_TOUCH_PX))
        return Target("crossing", (float(found[0]), float(found[1]))) if found is not None else None

    def _start_at(self, at: Point, reach: float) -> Target | None:
        """Where the stroke would start: the place itself on a closed stroke, else the nearer end."""
        place = self._picker.stroke_at(at, reach)
        if place is None or self.is_closed(place.stroke):
            return place
        stroke = self._picker.strokes[place.stroke]
        end = int(_distance(_ends(stroke)[1], place.at) < _distance(_ends(stroke)[0], place.at))
        return Target("end", _ends(stroke)[end], place.stroke, end=end)

    def _drawing_at(self, at: Point, reach: float) -> Target | None:
        """The drawing whose line is near, else the smallest one around the place."""
        if self._trace is None:
            return None
        near = self._picker.stroke_at(at, reach)
        owner = self.drawing_of(near.stroke) if near is not None else -1
        if owner < 0:
            boxes = [(area, k) for k, area in enumerate(self._areas_around(at)) if area >= 0]
            owner = min(boxes)[1] if boxes else -1
        if owner < 0 or {self.drawing_of(k) for k in self.chosen} == {owner}:
            return None
        return Target("drawing", at, drawing=owner)

    def _areas_around(self, at: Point) -> list[float]:
        """For each drawing the area of its box, -1 where the box does not hold the place."""
        areas = []
        for index in range(len(self._trace.drawings) if self._trace else 0):
            points = np.concatenate(self._trace.drawing(index).strokes) if self._trace else np.zeros((1, 2))
            low, high = points.min(axis=0), points.max(axis=0)
            inside = bool((low <= at).all() and (at <= high).all())
            areas.append(float(np.prod(high - low)) if inside else -1.0)
        return areas

    def drawing_of(self, stroke: int) -> int:
        """The drawing a stroke belongs to; -1 for debris."""
        drawings = self._trace.drawings if self._trace else ()
        return next((k for k, members in enumerate(drawings) if stroke in members), -1)

    def is_closed(self, stroke: int) -> bool:
        """Whether a stroke ends where it began."""
        points = self._picker.strokes[stroke]
        pen = max(self._trace.pen_width_px, 1.0) if self._trace else 1.0
        return len(points) > 2 and _distance(*_ends(points)) <= pen

    # -- clicks ------------------------------------------------------------------------------------------

    def click(self, target: Target, *, more: bool = False) -> Act | None:
        """Act on a target with the tool in the hand; None while a second click is needed."""
        if self.tool == Tool.CONNECT:
            return self._click_end(target)
        if self.tool == Tool.MOVE:
            return self._click_move(target, more=more)
        return self.act(self.tool, target)

    def act(self, tool: Tool, target: Target) -> Act | None:
        """What a tool that needs one click makes of a target; None where it makes nothing of it."""
        if self._trace is None:
            return None
        if tool == Tool.SWAP:
            return self._swap(target.at)
        if tool == Tool.NOTE and target.kind == "note":
            return Act((TakeBack(handle_of(self.stroke(target))),), "take an annotation back", tool)
        make = _MAKERS.get(tool)
        mend = make(handle_of(self.stroke(target)), target) if make is not None else None
        return Act((mend,), BY_TOOL[tool].done, tool) if mend is not None else None

    def _swap(self, at: Point) -> Act | None:
        from engine.trace.mends.apply import swap_at

        mend = swap_at(self._trace, at, 1.0) if self._trace is not None else None
        return Act((mend,), BY_TOOL[Tool.SWAP].done, Tool.SWAP) if mend is not None else None

    def _click_end(self, target: Target) -> Act | None:
        if self.first is None:
            self.first = target
            return None
        first, self.first = self.first, None
        return Act((Connect(first.at, target.at),), BY_TOOL[Tool.CONNECT].done, Tool.CONNECT)

    def _click_move(self, target: Target, *, more: bool) -> Act | None:
        if target.kind == "drawing":
            return self._move_to(target.drawing)
        if not self.chosen or more:
            known = set(self.chosen)
            self.chosen = tuple(sorted(known ^ {target.stroke}))
        return None

    def _move_to(self, drawing: int) -> Act | None:
        if self._trace is None:
            return None
        members = [k for k in self._trace.drawings[drawing] if k not in self.chosen]
        return self._moved(handle_of(self._trace.spliced[members[0]])) if members else None

    def move_to_new(self) -> Act | None:
        """Make a drawing of the chosen strokes."""
        return self._moved(None) if self.chosen else None

    def _moved(self, to: StrokeHandle | None) -> Act:
        """The first goes there, the others after it."""
        handles = [handle_of(self._picker.strokes[k]) for k in self.chosen]
        self.chosen = ()
        mends = [Move(handles[0], to), *(Move(other, to or handles[0]) for other in handles[1:])]
        count = "a stroke" if len(mends) == 1 else f"{len(mends)} strokes"
        where = "to a drawing" if to else "to a new drawing"
        return Act(tuple(mends), f"move {count} {where}", Tool.MOVE)


def _cut(_handle: StrokeHandle, target: Target) -> Mend:
    return Cut(target.at, target.along)


def _delete(handle: StrokeHandle, _target: Target) -> Mend:
    return Delete(handle)


def _reverse(handle: StrokeHandle, _target: Target) -> Mend:
    return Reverse(handle)


def _start(handle: StrokeHandle, target: Target) -> Mend:
    return StartAt(handle, target.at)


def _note(handle: StrokeHandle, _target: Target) -> Mend:
    return SetApart(handle)


_MAKERS: dict[Tool, Callable[[StrokeHandle, Target], Mend]] = {
    Tool.CUT: _cut,
    Tool.DELETE: _delete,
    Tool.REVERSE: _reverse,
    Tool.START: _start,
    Tool.NOTE: _note,
}


def _ends(stroke: Stroke) -> tuple[Point, Point]:
    first, last = stroke[0], stroke[-1]
    return (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))


def _distance(a: Point, b: Point) -> float:
    return float(np.hypot(a[0] - b[0], a[1] - b[1]))
