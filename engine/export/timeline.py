"""When each point of a drawing is drawn: the one clock of the player and of every exporter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.strokes.types import Stroke

PEN_UP_FACTOR = 5.0
"""A lifted pen travels this much faster than a drawing one."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What stands on the paper at one time.

    Attributes:
        strokes: How many strokes are finished.
        points: How many points of the stroke in progress are passed; 0 while the pen is up.
        pen: Where the pen is, in units; None before the first point.
    """

    strokes: int
    points: int
    pen: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The times of a drawing's points, at constant pen speed.

    Attributes:
        strokes: In drawing order, `(n, 2)` each, none empty.
        times_s: For each stroke `(n,)` seconds from the start, never falling.
        duration_s: Until the end of the trailing hold.
    """

    strokes: tuple[Stroke, ...]
    times_s: tuple[NDArray[np.float64], ...]
    duration_s: float

    @property
    def drawn_s(self) -> float:
        """When the last point is reached and the hold begins."""
        return float(self.times_s[-1][-1]) if self.times_s else 0.0

    def at(self, t_s: float) -> Moment:
        """What is drawn at `t_s`; times before the start or after the end are those of the ends."""
        started = int(np.searchsorted([times[0] for times in self.times_s], t_s, side="right"))
        if started == 0:
            return Moment(0, 0, None)
        stroke, times = self.strokes[started - 1], self.times_s[started - 1]
        passed = int(np.searchsorted(times, t_s, side="right"))
        if passed == len(times):
            return Moment(started, 0, _pair(stroke[-1]))
        share = (t_s - times[passed - 1]) / (times[passed] - times[passed - 1])
        return Moment(
            started - 1, passed, _pair(stroke[passed - 1] + share * (stroke[passed] - stroke[passed - 1]))
        )

    def visible(self, t_s: float) -> tuple[Stroke, ...]:
        """The strokes as far as they are drawn at `t_s`, the last one up to the pen."""
        moment = self.at(t_s)
        whole = self.strokes[: moment.strokes]
        if moment.points == 0 or moment.pen is None:
            return whole
        begun = self.strokes[moment.strokes][: moment.points]
        return (*whole, np.vstack([begun, np.array([moment.pen], dtype=np.float32)]))


def _pair(point: NDArray[np.float32]) -> tuple[float, float]:
    return (float(point[0]), float(point[1]))


def make_timelines(
    drawings: Sequence[Sequence[Stroke]], draw_s: float = 4.0, hold_s: float = 1.0
) -> tuple[Timeline, ...]:
    """Clocks for drawings that draw themselves at once, all with the same pen speed.

    The longest takes `draw_s`; the others are done earlier and wait.

    Args:
        drawings: Strokes of each drawing, in drawing order; empty strokes are left out.
        draw_s: How long the longest takes.
        hold_s: How long the finished drawings stay.

    Returns:
        One timeline a drawing, all of `draw_s + hold_s`.

    Raises:
        ValueError: if `draw_s` is not positive or `hold_s` is negative.
    """
    if draw_s <= 0 or hold_s < 0:
        raise ValueError(f"draw_s must be positive and hold_s not negative, got {draw_s} and {hold_s}")
    filled = [tuple(s for s in strokes if len(s)) for strokes in drawings]
    travels = [_travel(strokes) for strokes in filled]
    longest = max((float(t[-1][-1]) for t in travels if t), default=0.0)
    rate = draw_s / longest if longest > 0 else 0.0
    return tuple(
        Timeline(strokes, tuple(t * rate for t in travel), draw_s + hold_s)
        for strokes, travel in zip(filled, travels, strict=True)
    )


def make_timeline(strokes: Sequence[Stroke], draw_s: float = 4.0, hold_s: float = 1.0) -> Timeline:
    """The clock of one drawing; see `make_timelines`."""
    return make_timelines([strokes], draw_s, hold_s)[0]


def _travel(strokes: Sequence[Stroke]) -> list[NDArray[np.float64]]:
    """For each stroke the way of the pen up to each point; moves in the air count for less."""
    travels: list[NDArray[np.float64]] = []
    start, last = 0.0, None
    for stroke in strokes:
        points = stroke.astype(np.float64)
        if last is not None:
            start += float(np.hypot(*(points[0] - last))) / PEN_UP_FACTOR
        steps = np.hypot(*np.diff(points, axis=0).T)
        travels.append(start + np.concatenate([[0.0], np.cumsum(steps)]))
        start, last = float(travels[-1][-1]), points[-1]
    return travels
