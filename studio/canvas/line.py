"""The line in progress: who drew which part of it, when, and how hard the pen was pressed. Without Qt.

The sheet is the frame the artist fills: drawings have 200 units on their longer side when a model learns
from them, so the sheet is 200 by 200 units with a margin around, and a line is told to the machine where it
stands and as large as it is. Scaling a half-drawn line up to 200 units would tell a model that it is nearly
done.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.strokes.types import DRAWING_SIZE_UNITS, Drawing, Stroke, as_stroke

Author = Literal["hand", "machine"]
SHEET_UNITS = DRAWING_SIZE_UNITS
MARGIN_UNITS = 20.0
EVEN_PRESSURE = 0.5
_SPEED_UNITS_S = 160.0
"""How fast what was not drawn here, or came at once, is drawn when the session is played."""
_EASY_PAUSE_S = 0.5
"""Longer pauses of the hand are played as short as this."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one gesture added.

    Attributes:
        points: `(n, 2)` units of the sheet; where it goes on with a stroke, the first is the stroke's end.
        by: Whose it is.
        begins: Whether it begins a stroke; else it goes on where the line ends.
        times_s: `(n,)` seconds since it was begun.
        pressure: `(n,)` from 0 to 1; 0.5 for a mouse and for the machine.
        begun_s: When it was begun, seconds since 1970.
    """

    points: Stroke
    by: Author
    begins: bool
    times_s: NDArray[np.float32]
    pressure: NDArray[np.float32]
    begun_s: float = 0.0

    @property
    def length(self) -> float:
        """Units."""
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "by": self.by,
            "begins": self.begins,
            "begun_s": round(self.begun_s, 3),
            "points": self.points.astype(np.float64).round(2).tolist(),
            "times_s": self.times_s.astype(np.float64).round(3).tolist(),
            "pressure": self.pressure.astype(np.float64).round(2).tolist(),
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Part:
        """Read it back. Raises ValueError, KeyError or TypeError for what is none."""
        points = as_stroke(value["points"])
        times, pressure = (np.asarray(value[name], dtype=np.float32) for name in ("times_s", "pressure"))
        author = next(by for by in (*get_args(Author), "") if by in (value["by"], ""))
        if not len(points) == len(times) == len(pressure) or not author or not np.isfinite(points).all():
            raise ValueError("a part has points, as many times and pressures, and somebody who drew it")
        return Part(points, author, bool(value["begins"]), times, pressure, float(value["begun_s"]))


def part_of(points: Stroke, by: Author, *, begins: bool, begun_s: float | None = None) -> Part:
    """A part that came at once, as if drawn with an even hand."""
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    return Part(
        as_stroke(points),
        by,
        begins,
        np.asarray(way / _SPEED_UNITS_S, dtype=np.float32),
        np.full(len(points), EVEN_PRESSURE, dtype=np.float32),
        time.time() if begun_s is None else begun_s,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Everything on the sheet; a value, so that undo is to show the one before.

    Attributes:
        parts: In the order drawn.
        origin: The drawing it was begun from, JSON-ready: its name and origin; empty for a blank sheet.
        machines: Provenance of the machine's parts, each kind once, JSON-ready.
    """

    parts: tuple[Part, ...] = ()
    origin: dict[str, Any] = field(default_factory=dict)
    machines: tuple[dict[str, Any], ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn."""
        return not self.parts

    @property
    def tip(self) -> tuple[float, float] | None:
        """Where the pen was last."""
        return None if not self.parts else tuple(map(float, self.parts[-1].points[-1]))  # type: ignore[return-value]

    @property
    def drawing(self) -> Drawing:
        """The strokes, whoever drew them, where they stand on the sheet."""
        return Drawing(strokes_of(self.parts))

    def share_by(self, author: Author) -> float:
        """How much of the way somebody drew, 0 to 1."""
        lengths = [(part.by, part.length) for part in self.parts]
        whole = sum(length for _, length in lengths)
        return sum(length for by, length in lengths if by == author) / whole if whole > 0 else 0.0

    def with_parts(self, parts: Iterable[Part], machine: Mapping[str, Any] | None = None) -> Line:
        """The line with more drawn; `machine` is the provenance of what the machine drew."""
        known = [one for one in self.machines if machine is None or _same(one, machine)]
        new = () if machine is None or known else (dict(machine),)
        return replace(self, parts=(*self.parts, *parts), machines=(*self.machines, *new))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "parts": [part.to_json() for part in self.parts],
            "origin": self.origin,
            "machines": list(self.machines),
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Line:
        """Read it back. Raises ValueError, KeyError, TypeError or AttributeError for what is none."""
        parts = tuple(Part.from_json(one) for one in value["parts"])
        return Line(parts, dict(value.get("origin") or {}), tuple(map(dict, value.get("machines") or ())))


BLANK = Line()


def strokes_of(parts: Sequence[Part]) -> tuple[Stroke, ...]:
    """Parts that go on with one another, as one stroke each."""
    strokes: list[list[Stroke]] = []
    for part in parts:
        if part.begins or not strokes:
            strokes.append([part.points])
        else:
            strokes[-1].append(part.points[1:])
    return tuple(as_stroke(np.concatenate(pieces)) for pieces in strokes)


def begun_from(
    drawing: Drawing, hands: Sequence[Author], origin: dict[str, Any], begins: Sequence[bool] = ()
) -> Line:
    """A sheet with a drawing on it, in the middle, as large as drawings are.

    Args:
        drawing: In any units.
        hands: Whose each of its strokes is.
        origin: See `Line`.
        begins: Of each stroke whether the pen was put down for it, which it was by default; else it goes on
            where the one before ends.
    """
    told = zip(drawing.normalised(SHEET_UNITS).strokes, hands, begins or [True] * len(hands), strict=True)
    strokes = [(stroke, by, is_new) for stroke, by, is_new in told if len(stroke)]
    if not strokes:
        return BLANK
    points = np.concatenate([stroke for stroke, _, _ in strokes])
    offset = np.float32(SHEET_UNITS / 2) - (points.min(axis=0) + points.max(axis=0)) / 2
    now = time.time()
    parts = tuple(
        part_of(as_stroke(stroke + offset), by, begins=is_new, begun_s=now) for stroke, by, is_new in strokes
    )
    return Line(parts, origin)


def played(line: Line) -> tuple[float, ...]:
    """When each part begins when the session is played: as it was drawn, without the long pauses."""
    starts: list[float] = []
    before: Part | None = None
    for part in line.parts:
        if before is None:
            starts.append(0.0)
        else:
            pause = part.begun_s - before.begun_s - float(before.times_s[-1])
            end = starts[-1] + float(before.times_s[-1])
            starts.append(end + min(max(pause, 0.0), _EASY_PAUSE_S))
        before = part
    return tuple(starts)


def _same(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two provenances tell of the same machine, drawing in the same manner."""
    return all(first.get(name) == second.get(name) for name in ("run", "checkpoint", "options", "way"))
