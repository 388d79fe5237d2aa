"""When each point of a drawing is drawn: the one clock of the player and of every exporter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.export.recording import Recording
from engine.strokes.types import Stroke

PEN_UP_FACTOR = 5.0
"""A lifted pen travels this much faster than a drawing one."""

_SAME_S = 1e-6

By = Literal["length", "points", "recorded"]
Lifts = Literal["travel", "skip"]
Easing = Literal["even", "soft"]
_WORDS = {"by": ("length", "points", "recorded"), "lifts": ("travel", "skip"), "easing": ("even", "soft")}


@dataclass(frozen=True, slots=True)
class Pace:
    """How time runs over a drawing; player and exporters share it.

    Attributes:
        by: `length`: the pen moves at one speed. `points`: each point takes the same time, so the pen is slow
            where the points lie close, as a hand is in its curves. `recorded`: as it was drawn, where that
            is known; else as `length`.
        lifts: `travel`: a lifted pen takes time on its way. `skip`: it is elsewhere at once.
        draw_s: How long drawing takes; of several drawings at once, the longest.
        hold_s: How long the finished drawing stays.
        easing: `soft` begins and ends slowly (half a cosine); `even` does not.

    Raises:
        ValueError: for times that are none, or a word that is not one of these.
    """

    by: By = "length"
    lifts: Lifts = "travel"
    draw_s: float = 4.0
    hold_s: float = 1.5
    easing: Easing = "even"

    def __post_init__(self) -> None:
        if not (0 < self.draw_s < math.inf and 0 <= self.hold_s < math.inf):
            times = f"{self.draw_s} and {self.hold_s}"
            raise ValueError(f"draw_s must be positive and hold_s not negative, got {times}")
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise ValueError(f"{name} is one of {', '.join(words)}; got {getattr(self, name)!r}")

    @property
    def duration_s(self) -> float:
        """From the first mark to the end of the hold."""
        return self.draw_s + self.hold_s

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> Pace:
        """From plain values; what is missing is as by default. Raises ValueError or TypeError."""
        return Pace(**values)


@dataclass(frozen=True, slots=True)
class Moment:
    """What stands on the paper at one time.

    Attributes:
        strokes: How many strokes are finished.
        points: How many points of the stroke in progress are passed; 0 while the pen is up.
        pen: Where the pen is, in units, lifted or not; None before the first point.
        share: How far it is from the last point passed to the next one, 0..1.
    """

    strokes: int
    points: int
    pen: tuple[float, float] | None
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """The times of a drawing's points.

    Attributes:
        strokes: In drawing order, `(n, 2)` each, none empty.
        even_s: For each stroke `(n,)` seconds from the start, never falling, as they were without easing.
        duration_s: Until the end of the trailing hold.
        easing: How time runs from the first point to the last.
    """

    strokes: tuple[Stroke, ...]
    even_s: tuple[NDArray[np.float64], ...]
    duration_s: float
    easing: Easing = "even"

    @property
    def drawn_s(self) -> float:
        """When the last point is reached and the hold begins."""
        return float(self.even_s[-1][-1]) if self.even_s else 0.0

    @property
    def times_s(self) -> tuple[NDArray[np.float64], ...]:
        """For each stroke `(n,)` seconds from the start: when its points are reached."""
        end = self.drawn_s
        if self.easing == "even" or end <= 0:
            return self.even_s
        return tuple(np.arccos(np.clip(1 - 2 * even / end, -1, 1)) / math.pi * end for even in self.even_s)

    def at(self, t_s: float) -> Moment:
        """What is drawn at `t_s`; times before the start or after the end are those of the ends."""
        even = self._even(t_s)
        started = int(np.searchsorted([times[0] for times in self.even_s], even, side="right"))
        if started == 0:
            return Moment(0, 0, None)
        stroke, times = self.strokes[started - 1], self.even_s[started - 1]
        passed = int(np.searchsorted(times, even, side="right"))
        if passed == len(times):
            return self._between(started, even)
        share = float((even - times[passed - 1]) / (times[passed] - times[passed - 1]))
        return Moment(started - 1, passed, _part(stroke[passed - 1], stroke[passed], share), share)

    def visible(self, t_s: float) -> tuple[Stroke, ...]:
        """The strokes as far as they are drawn at `t_s`, the last one up to the pen."""
        moment = self.at(t_s)
        whole = self.strokes[: moment.strokes]
        if moment.points == 0 or moment.pen is None:
            return whole
        begun = self.strokes[moment.strokes][: moment.points]
        return (*whole, np.vstack([begun, np.array([moment.pen], dtype=np.float32)]))

    def _even(self, t_s: float) -> float:
        """The time on a clock without easing that shows the same."""
        end = self.drawn_s
        if self.easing == "even" or not 0 < t_s < end:
            return t_s
        return end * (1 - math.cos(math.pi * t_s / end)) / 2

    def _between(self, finished: int, even: float) -> Moment:
        """A lifted pen, on its way to the next stroke or at the end of the last one."""
        left = self.strokes[finished - 1][-1]
        if finished == len(self.strokes):
            return Moment(finished, 0, _part(left, left, 0.0))
        leaves, arrives = float(self.even_s[finished - 1][-1]), float(self.even_s[finished][0])
        share = (even - leaves) / (arrives - leaves) if arrives > leaves else 0.0
        return Moment(finished, 0, _part(left, self.strokes[finished][0], share), share)


def _part(start: NDArray[np.float32], end: NDArray[np.float32], share: float) -> tuple[float, float]:
    x, y = start + share * (end - start)
    return (float(x), float(y))


def make_timelines(
    drawings: Sequence[Sequence[Stroke]], pace: Pace | None = None, recordings: Sequence[Recording] = ()
) -> tuple[Timeline, ...]:
    """Clocks for drawings that draw themselves at once, all with the same pen speed.

    The longest takes `pace.draw_s`; the others are done earlier and wait.

    Args:
        drawings: Strokes of each drawing, in drawing order; empty strokes are left out.
        pace: How time runs.
        recordings: Of each drawing, where they are known.

    Returns:
        One timeline a drawing, all of `pace.duration_s`.
    """
    pace = pace or Pace()
    filled = [tuple(s for s in strokes if len(s)) for strokes in drawings]
    if pace.by == "recorded" and recordings:
        ways = [_recorded_way(one, pace) for one in recordings]
    else:
        ways = [_way(strokes, pace) for strokes in filled]
    longest = max((float(way[-1][-1]) for way in ways if way), default=0.0)
    rate = pace.draw_s / longest if longest > 0 else 0.0
    return tuple(
        Timeline(strokes, tuple(part * rate for part in way), pace.duration_s, pace.easing)
        for strokes, way in zip(filled, ways, strict=True)
    )


def make_timeline(strokes: Sequence[Stroke], pace: Pace | None = None) -> Timeline:
    """The clock of one drawing; see `make_timelines`."""
    return make_timelines([strokes], pace)[0]


def _way(strokes: Sequence[Stroke], pace: Pace) -> list[NDArray[np.float64]]:
    """For each stroke how far the pen has come at each point; a way in the air counts for less."""
    ways: list[NDArray[np.float64]] = []
    start, last = 0.0, None
    for stroke in strokes:
        points = stroke.astype(np.float64)
        if last is not None and pace.lifts == "travel":
            start += 1.0 if pace.by == "points" else float(np.hypot(*(points[0] - last))) / PEN_UP_FACTOR
        steps = np.ones(len(points) - 1) if pace.by == "points" else np.hypot(*np.diff(points, axis=0).T)
        ways.append(start + np.concatenate([[0.0], np.cumsum(steps)]))
        start, last = float(ways[-1][-1]), points[-1]
    return ways


def _recorded_way(recording: Recording, pace: Pace) -> list[NDArray[np.float64]]:
    """For each stroke when its points were drawn; where lifts are skipped, as if nobody had paused."""
    ways: list[NDArray[np.float64]] = []
    for times in recording.times_s:
        end = float(ways[-1][-1]) if ways else 0.0
        pause = float(times[0]) - end if pace.lifts == "skip" or not ways else 0.0
        ways.append(times - pause)
    return ways


def stops_s(timelines: Sequence[Timeline]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where steps lead.

    Returns:
        When any pen reaches a point; when any pen is done with a stroke, and the start. Both rising, each
        time once.
    """
    times = [of_stroke for line in timelines for of_stroke in line.times_s]
    return _rising(times), _rising(
        [np.zeros(1), *(of_stroke[-1:] for of_stroke in times)] if timelines else []
    )


def _rising(times: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    if not times:
        return np.zeros(0)
    rising = np.sort(np.concatenate(times))
    return np.asarray(rising[np.concatenate([[True], np.diff(rising) > _SAME_S])])
