"""The fan of futures at the pen tip, as the sheet shows it. Without Qt."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.strokes.smooth import smooth_stroke
from engine.strokes.types import Drawing, Stroke, as_stroke
from studio.canvas.line import Part, part_of

_SMOOTHED_AT_ONCE = 16
"""More futures than these are shown with the points they have: at so many nobody sees the corners of one."""


@dataclass(frozen=True, slots=True, eq=False)
class Future:
    """One way the line may go on.

    Attributes:
        strokes: Units of the sheet; the first begins at the pen tip unless the pen lifts at once.
        goes_on: Whether its first stroke goes on with the line.
        ended: Whether the drawing ends there, as the machine sees it.
        is_smooth: Whether it is as the pen would draw it.
    """

    strokes: tuple[Stroke, ...]
    goes_on: bool = True
    ended: bool = False
    is_smooth: bool = False

    @property
    def length(self) -> float:
        """Units."""
        return float(self.ways[-1][-1]) if self.strokes else 0.0

    @property
    def ways(self) -> list[NDArray[np.float64]]:
        """For each stroke how far the pen has come at its points, lifts not counted."""
        ways, start = [], 0.0
        for stroke in self.strokes:
            way = start + np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
            ways.append(way.astype(np.float64))
            start = float(way[-1])
        return ways

    def smoothed(self) -> Future:
        """As the pen would draw it."""
        if self.is_smooth:
            return self
        return replace(self, strokes=tuple(smooth_stroke(one) for one in self.strokes), is_smooth=True)

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """The place on it nearest to a point: how far along, and how far from the point, units."""
        best = (0.0, float("inf"))
        for stroke, way in zip(self.strokes, self.ways, strict=True):
            along, distance = _nearest(stroke, way, np.array([x, y]))
            if distance < best[1]:
                best = (along, distance)
        return best

    def up_to(self, length: float) -> Future:
        """The first `length` units of it."""
        kept: list[Stroke] = []
        for stroke, way in zip(self.strokes, self.ways, strict=True):
            if way[0] >= length and kept:
                break
            if way[-1] <= length:
                kept.append(stroke)
                continue
            inside = stroke[way < length]
            last = [np.interp(length, way, stroke[:, axis]) for axis in (0, 1)]
            kept.append(as_stroke(np.vstack([inside, [last]])))
        return replace(self, strokes=tuple(kept), ended=self.ended and length >= self.length)

    def moved(self, x: float, y: float) -> Future:
        """It from a little elsewhere: the pen has gone on since it was asked for."""
        way = np.array([x, y], dtype=np.float32)
        return replace(self, strokes=tuple(as_stroke(stroke + way) for stroke in self.strokes))

    def parts(self) -> list[Part]:
        """It as parts of the line, drawn by the machine."""
        now, parts = time.time(), []
        for index, stroke in enumerate(self.strokes):
            if len(stroke) > 1 or index or not self.goes_on:
                part = part_of(stroke, "machine", begins=index > 0 or not self.goes_on, begun_s=now)
                parts.append(part)
                now += float(part.times_s[-1])
        return parts


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """What the machine answered about one tip.

    Attributes:
        futures: All of them.
        tip: Where they begin.
        shown: The one that stands out.
        reach: How much of it is taken, units; infinite for all.
        provenance: Where they come from, JSON-ready.
    """

    futures: tuple[Future, ...]
    tip: tuple[float, float]
    shown: int = 0
    reach: float = float("inf")
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def chosen(self) -> Future:
        """The one that stands out."""
        return self.futures[self.shown]

    @property
    def taken(self) -> Future:
        """As much of it as would be accepted."""
        return self.chosen.up_to(self.reach)

    def taken_from(self, tip: tuple[float, float]) -> Future:
        """As much of it, from where the pen is by now."""
        return self.taken.moved(tip[0] - self.tip[0], tip[1] - self.tip[1])

    def turned(self, step: int) -> Fan:
        """The next one stands out, all of it."""
        return self.chosen_at((self.shown + step) % len(self.futures))

    def chosen_at(self, shown: int, reach: float = float("inf")) -> Fan:
        """Another one stands out, as the pen would draw it."""
        futures = list(self.futures)
        futures[shown] = futures[shown].smoothed()
        return replace(self, futures=tuple(futures), shown=shown, reach=reach)


def make_fan(
    drawings: Sequence[Drawing],
    ended: Sequence[bool],
    tip: tuple[float, float],
    shown: int,
    provenance: dict[str, Any],
) -> Fan | None:
    """A fan of what was answered; None where nothing goes on."""
    futures = [_future(one, end, tip) for one, end in zip(drawings, ended, strict=True)]
    futures = [one for one in futures if one.length > 0]
    if not futures:
        return None
    shown %= len(futures)
    all_smooth = len(futures) <= _SMOOTHED_AT_ONCE
    futures = [one.smoothed() if all_smooth or k == shown else one for k, one in enumerate(futures)]
    return Fan(tuple(futures), tip, shown, provenance=provenance)


def _future(drawing: Drawing, ended: bool, tip: tuple[float, float]) -> Future:
    """What was answered, without the lone point that a lift leaves at the tip."""
    strokes = [stroke for stroke in drawing.strokes if len(stroke)]
    goes_on = bool(strokes) and len(strokes[0]) > 1
    strokes = strokes if goes_on else strokes[1:]
    if goes_on:
        # The child rounds what it tells; the line must not show it.
        strokes[0] = as_stroke(np.vstack([[tip], strokes[0][1:]]))
    return Future(tuple(strokes), goes_on, ended)


def finished_future(drawing: Drawing, told_points: int, tip: tuple[float, float]) -> Future:
    """What the machine added to a line, of a whole drawing whose first points are those it was told."""
    left = told_points
    rest: list[Stroke] = []
    for stroke in drawing.strokes:
        if left < len(stroke):
            # From the last point told on; a line told to the end of a stroke goes on with a new one.
            rest.append(stroke[left - 1 :] if left > 0 else stroke)
        elif left == len(stroke):
            rest.append(stroke[-1:])
        left = max(left - len(stroke), 0)
    return _future(Drawing(tuple(rest)), True, tip).smoothed()


def _nearest(stroke: Stroke, way: NDArray[np.float64], at: NDArray[np.float64]) -> tuple[float, float]:
    start = stroke[:-1].astype(np.float64)
    if not len(start):
        return float(way[0]), float(np.hypot(*(stroke[0] - at)))
    step = np.diff(stroke.astype(np.float64), axis=0)
    squared = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip(((at - start) * step).sum(axis=1) / squared, 0.0, 1.0)
    distance = np.hypot(*(start + share[:, None] * step - at).T)
    best = int(distance.argmin())
    return float(way[best] + share[best] * (way[best + 1] - way[best])), float(distance[best])
