"""Mends: what the artist corrects by hand on a traced page, as values that outlive tracing again.

A mend names its place by coordinates on the page (full image pixels) and its strokes by where they run,
never by number: another trace of the same page numbers its strokes anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np

from engine.strokes.geometry import arc_lengths
from engine.strokes.types import Stroke

Point: TypeAlias = tuple[float, float]

HANDLE_POINTS = 24


@dataclass(frozen=True, slots=True)
class StrokeHandle:
    """Finds a stroke again in another trace of the same page; make it with `handle_of`.

    Attributes:
        points: Up to 24 points, evenly along the stroke, in its direction.
        length_px: The stroke's length; points alone would let a curl pass for its chord.
    """

    points: tuple[Point, ...]
    length_px: float


@dataclass(frozen=True, slots=True)
class SwapCrossing:
    """The four arms of a crossing meet in another way.

    Attributes:
        at: The crossing.
        turn: 1 or 2: which of the two other pairings, counted on from today's.
        arms: Where known (`mending.swap_at`), the directions of the four arms: the first two belong together
            afterwards, and the last two. Then the pairing is what the artist wanted, whatever another trace
            pairs by itself.
    """

    at: Point
    turn: int = 1
    arms: tuple[Point, Point, Point, Point] | None = None


@dataclass(frozen=True, slots=True)
class Connect:
    """The stroke ends nearest to `a` and `b` become one line; both of one stroke: it is closed."""

    a: Point
    b: Point


@dataclass(frozen=True, slots=True)
class Cut:
    """A line ends and another begins at `at`.

    Attributes:
        at: The place.
        along: Direction of the line that is cut: at a crossing only that one. Zero: the nearest.
    """

    at: Point
    along: Point


@dataclass(frozen=True, slots=True)
class Delete:
    """A stroke is no line of the drawing."""

    stroke: StrokeHandle


@dataclass(frozen=True, slots=True)
class Reverse:
    """A stroke is drawn against the direction of its handle."""

    stroke: StrokeHandle


@dataclass(frozen=True, slots=True)
class StartAt:
    """A stroke starts at the point nearest to `at` when it is closed, else at its nearer end."""

    stroke: StrokeHandle
    at: Point


@dataclass(frozen=True, slots=True)
class Move:
    """A stroke goes over to the drawing that stroke `to` belongs to; None: it is a drawing of its own."""

    stroke: StrokeHandle
    to: StrokeHandle | None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """An annotation becomes part of the drawing it is nearest to."""

    stroke: StrokeHandle


@dataclass(frozen=True, slots=True)
class SetApart:
    """A stroke becomes an annotation."""

    stroke: StrokeHandle


Mend: TypeAlias = SwapCrossing | Connect | Cut | Delete | Reverse | StartAt | Move | TakeBack | SetApart

MEND_NAMES: dict[str, type[Mend]] = {
    "swap": SwapCrossing,
    "connect": Connect,
    "cut": Cut,
    "delete": Delete,
    "reverse": Reverse,
    "start": StartAt,
    "move": Move,
    "take-back": TakeBack,
    "set-apart": SetApart,
}
"""What a mend is called in the log and on the command line."""


def name_of(mend: Mend) -> str:
    """What a mend is called in the log and on the command line."""
    return next(name for name, kind in MEND_NAMES.items() if kind is type(mend))


def place_of(mend: Mend) -> Point:
    """Where on the page a mend is, full image px."""
    if isinstance(mend, SwapCrossing | Cut | StartAt):
        return mend.at
    if isinstance(mend, Connect):
        return ((mend.a[0] + mend.b[0]) / 2, (mend.a[1] + mend.b[1]) / 2)
    return mend.stroke.points[len(mend.stroke.points) // 2]


def handle_of(stroke: Stroke) -> StrokeHandle:
    """A handle for a stroke.

    Args:
        stroke: `(n, 2)`, full image px, at least one point.

    Returns:
        Its handle, to a tenth of a pixel.
    """
    arc = arc_lengths(stroke)
    at = np.linspace(0.0, arc[-1], HANDLE_POINTS if arc[-1] > 0 else 1)
    x, y = (np.interp(at, arc, stroke[:, k]) for k in (0, 1))
    points = tuple((round(float(a), 1), round(float(b), 1)) for a, b in zip(x, y, strict=True))
    return StrokeHandle(points, round(float(arc[-1]), 1))


def to_json(mend: Mend) -> dict[str, Any]:
    """A mend as a JSON-ready record."""
    return {"do": name_of(mend), **{f.name: _plain(getattr(mend, f.name)) for f in fields(mend)}}


def _plain(value: Any) -> Any:
    if isinstance(value, StrokeHandle):
        return {"points": _plain(value.points), "length_px": value.length_px}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def from_json(record: Any) -> Mend:
    """Read what `to_json` wrote.

    Raises:
        ValueError: if the record is no mend; the text says why.
    """
    if not isinstance(record, dict) or record.get("do") not in MEND_NAMES:
        raise ValueError(f"{str(record)[:60]} is no mend")
    name = record["do"]
    kind = MEND_NAMES[name]
    wanted = {f.name for f in fields(kind)}
    given = set(record) - {"do"}
    if not given <= wanted:
        raise ValueError(f"a mend {name} has no {min(given - wanted)}")
    values = {field: _READERS[field](record[field], f"{field} of {name}") for field in given}
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"a mend {name} needs {', '.join(sorted(wanted - given))}") from error


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{what} is no number")
    return float(value)


def _point(value: Any, what: str) -> Point:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"{what} is no point")
    return (_number(value[0], what), _number(value[1], what))


def _turn(value: Any, what: str) -> int:
    if value not in (1, 2) or isinstance(value, bool):
        raise ValueError(f"{what} is neither 1 nor 2")
    return int(value)


def _arms(value: Any, what: str) -> tuple[Point, Point, Point, Point] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise ValueError(f"{what} are not four directions")
    a, b, c, d = (_point(one, what) for one in value)
    return (a, b, c, d)


def _handle(value: Any, what: str) -> StrokeHandle:
    if not isinstance(value, dict) or not isinstance(value.get("points"), list) or not value["points"]:
        raise ValueError(f"{what} is no stroke")
    points = tuple(_point(one, what) for one in value["points"])
    return StrokeHandle(points, _number(value.get("length_px"), what))


def _handle_or_none(value: Any, what: str) -> StrokeHandle | None:
    return None if value is None else _handle(value, what)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "at": _point,
    "along": _point,
    "a": _point,
    "b": _point,
    "turn": _turn,
    "arms": _arms,
    "stroke": _handle,
    "to": _handle_or_none,
}
