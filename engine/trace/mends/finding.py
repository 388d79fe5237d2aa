"""Finding strokes, ends and crossings of a page again by where they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, unit
from engine.strokes.types import Stroke
from engine.trace.mends.records import Point, StrokeHandle

_STEP_PX = 1.0
_ALIKE = 0.8
"""Two strokes are one when this share of each lies on the other."""
_LENGTH_RATIO = 0.7
_NEARNESS = 0.25
"""What a pixel farther from the place costs, in pixels between two lines that touch."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a stroke passes a place: the stroke's number and the arc length there, px."""

    stroke: int
    arc: float


@dataclass(frozen=True, slots=True)
class Meeting:
    """A place where two passages meet: in a point, or as near as `gap` px."""

    at: Points
    first: Passage
    second: Passage
    gap: float


def stroke_near(strokes: Sequence[Stroke], at: Point, reach: float) -> int | None:
    """The stroke nearest to a point, None when none is within `reach` px."""
    gaps = [float(_gaps(np.array([at]), s)[0]) for s in strokes]
    best = int(np.argmin(gaps)) if gaps else -1
    return best if best >= 0 and gaps[best] <= reach else None


def end_near(strokes: Sequence[Stroke], at: Point, reach: float) -> tuple[int, int] | None:
    """The stroke end nearest to a point, `(stroke, 0 start | 1 end)`; None when none is within `reach` px."""
    ranked = ends_by_distance(strokes, at, reach)
    return ranked[0][1] if ranked else None


def ends_by_distance(
    strokes: Sequence[Stroke], at: Point, reach: float
) -> list[tuple[float, tuple[int, int]]]:
    """All stroke ends within `reach` px of a point, nearest first, with their distances."""
    found = []
    for k, stroke in enumerate(strokes):
        for end in (0, 1):
            gap = float(np.linalg.norm(np.subtract(stroke[-end], at)))
            if gap <= reach:
                found.append((gap, (k, end)))
    return sorted(found)


def crossing_near(strokes: Sequence[Stroke], at: Point, reach: float, touch: float = 3.0) -> Point | None:
    """The middle of the nearest place where two passages meet.

    Args:
        strokes: Each `(n, 2)`.
        at: Where to look.
        reach: How far, px.
        touch: Lines this near meet although they do not cross, px; a pen width.

    Returns:
        The place, or None.
    """
    found = meetings(strokes, at, reach, touch)
    return (float(found[0].at[0]), float(found[0].at[1])) if found else None


def meetings(
    strokes: Sequence[Stroke], at: Point, reach: float, touch: float, closed: Sequence[bool] | None = None
) -> list[Meeting]:
    """All places within `reach` px of `at` where two passages meet, nearest first.

    A line's end on another line counts; two ends beside each other do not, nor does a curl shorter than
    `touch`.
    """
    runs = [run for k, s in enumerate(strokes) for run in _runs(k, s, at, reach + touch)]
    closed = closed or [_touches_itself(s) for s in strokes]
    found = []
    for a, b in combinations_with_replacement(runs, 2):
        crossings = [m for m in _crossings(a, b) if _is_apart(m, strokes, closed, 2 * touch)]
        if not crossings:
            crossings = [m for m in _contact(a, b, at, touch) if _is_apart(m, strokes, closed, 4 * touch)]
        found += crossings
    centre = np.array(at)
    near = [(float(np.linalg.norm(m.at - centre)), k) for k, m in enumerate(found)]
    return [found[k] for gap, k in sorted(near) if gap <= reach]


def passage_near(strokes: Sequence[Stroke], at: Point, along: Point, reach: float) -> Passage | None:
    """The passage nearest to a point that runs along a direction, either way.

    Args:
        strokes: Each `(n, 2)`.
        at: Where to look.
        along: The direction; zero for any.
        reach: How far, px.

    Returns:
        The passage, None when none within reach runs within 60 degrees of the direction.
    """
    wanted = unit(np.array(along))
    best: tuple[float, Passage] | None = None
    for k, stroke in enumerate(strokes):
        for run in _runs(k, stroke, at, reach):
            direction = unit(np.gradient(run.points, axis=0)) if len(run.points) > 1 else np.zeros((1, 2))
            aligned = np.abs(direction @ wanted) if wanted.any() else np.ones(len(run.points))
            gap = np.linalg.norm(run.points - np.array(at), axis=1)
            cost = np.where((aligned >= 0.5) & (gap <= reach), gap + reach * (1 - aligned), np.inf)
            m = int(np.argmin(cost))
            if np.isfinite(cost[m]) and (best is None or cost[m] < best[0]):
                best = (float(cost[m]), Passage(k, float(run.arc[m])))
    return best[1] if best else None


def same_stroke(strokes: Sequence[Stroke], handle: StrokeHandle, tolerance: float) -> int | None:
    """The stroke a handle was made of, in another trace.

    Args:
        strokes: Where to look.
        handle: Of `handle_of`.
        tolerance: How far a line may have moved, px.

    Returns:
        The stroke that covers the handle and is covered by it, the best if there are several; else None.
    """
    points = np.array(handle.points)
    low, high = points.min(axis=0) - tolerance, points.max(axis=0) + tolerance
    best: tuple[float, int] | None = None
    for k, stroke in enumerate(strokes):
        if (stroke.max(axis=0) < low).any() or (stroke.min(axis=0) > high).any():
            continue
        gap = _unlikeness(stroke, points, handle.length_px, tolerance)
        if gap is not None and (best is None or gap < best[0]):
            best = (gap, k)
    return best[1] if best else None


def share_on(strokes: Sequence[Stroke], handle: StrokeHandle, tolerance: float) -> float:
    """Share of a handle's points that lie on any of some strokes."""
    if not strokes:
        return 0.0
    gaps = np.min([_gaps(np.array(handle.points), s) for s in strokes], axis=0)
    return float((gaps <= tolerance).mean())


def runs_with(stroke: Stroke, handle: StrokeHandle, *, closed: bool) -> bool:
    """Whether a stroke that a handle fits is drawn in the handle's direction."""
    points = np.array(handle.points)
    if len(points) < 2:
        return True
    ours = at_arcs(stroke, np.linspace(0, arc_lengths(stroke)[-1], len(points)))
    shifts = range(len(points) - 1) if closed else range(1)

    def apart(line: Points) -> float:
        # On a ring the last point is the first.
        rolled = (np.roll(line[:-1] if closed else line, k, axis=0) for k in shifts)
        theirs = points[:-1] if closed else points
        return min(float(np.linalg.norm(one - theirs, axis=1).sum()) for one in rolled)

    return apart(ours) <= apart(ours[::-1])


def arc_nearest(stroke: Stroke, at: Point) -> float:
    """Arc length of the point of a stroke that is nearest to `at`, px."""
    if len(stroke) < 2:
        return 0.0
    a, b = stroke[:-1].astype(np.float64), stroke[1:].astype(np.float64)
    along = b - a
    t = np.clip(((at - a) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-12), 0, 1)
    k = int(np.argmin(np.linalg.norm(a + t[:, None] * along - at, axis=1)))
    return float(arc_lengths(stroke)[k] + t[k] * np.linalg.norm(along[k]))


def at_arcs(stroke: Stroke, arcs: NDArray[np.float64]) -> Points:
    """Points of a stroke `(m, 2)` at arc lengths `(m,)`."""
    known = arc_lengths(stroke)
    return np.stack([np.interp(arcs, known, stroke[:, k]) for k in (0, 1)], axis=1)


def _unlikeness(stroke: Stroke, points: Points, length: float, tolerance: float) -> float | None:
    """Mean distance of a stroke and a handle that are one stroke; None when they are two."""
    own = float(arc_lengths(stroke)[-1])
    if min(own, length) + tolerance < _LENGTH_RATIO * (max(own, length)):
        return None
    there = _gaps(points, stroke)
    if (there <= tolerance).mean() < _ALIKE:
        return None
    # Every point of the stroke lies within half a step of one of the handle's points.
    half_step = 0.5 * length / max(len(points) - 1, 1)
    sampled = at_arcs(stroke, np.linspace(0, own, 4 * len(points)))
    back = np.linalg.norm(sampled[:, None] - points[None], axis=2).min(axis=1)
    if (back <= half_step + tolerance).mean() < _ALIKE:
        return None
    return float(there.mean())


def _gaps(points: Points, stroke: Stroke) -> NDArray[np.float64]:
    """Distance `(m,)` of points to a polyline."""
    if len(stroke) < 2:
        return np.asarray(np.linalg.norm(points - stroke[:1], axis=1))
    a, b = stroke[:-1].astype(np.float64), stroke[1:].astype(np.float64)
    along = b - a
    t = ((points[:, None] - a) * along).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-12)
    foot = a + np.clip(t, 0, 1)[..., None] * along
    return np.asarray(np.linalg.norm(points[:, None] - foot, axis=2).min(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """A stretch of a stroke near a place: evenly sampled points `(m, 2)` and their arc lengths `(m,)`."""

    stroke: int
    points: Points
    arc: NDArray[np.float64]


def _runs(number: int, stroke: Stroke, at: Point, radius: float) -> Iterator[_Run]:
    """The stretches of a stroke inside a disc."""
    if len(stroke) < 2 or (stroke.min(axis=0) > np.add(at, radius)).any():
        return
    if (stroke.max(axis=0) < np.subtract(at, radius)).any():
        return
    arc = arc_lengths(stroke)
    # Segments that come near, then samples on them: most of a long stroke is never sampled.
    a, b = stroke[:-1].astype(np.float64), stroke[1:].astype(np.float64)
    along = b - a
    t = np.clip(((at - a) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-12), 0, 1)
    near = np.linalg.norm(a + t[:, None] * along - at, axis=1) <= radius
    for first, last in _stretches(near):
        count = max(2, int((arc[last + 1] - arc[first]) / _STEP_PX) + 2)
        arcs = np.union1d(np.linspace(arc[first], arc[last + 1], count), arc[first : last + 2])
        points = at_arcs(stroke, arcs)
        inside = np.linalg.norm(points - at, axis=1) <= radius
        for i, j in _stretches(inside):
            if j > i:
                yield _Run(number, points[i : j + 1], arcs[i : j + 1])


def _stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def _crossings(a: _Run, b: _Run) -> Iterator[Meeting]:
    """Where two runs, or a run and itself, cross."""
    p, r = a.points[:-1, None], np.diff(a.points, axis=0)[:, None]
    q, s = b.points[None, :-1], np.diff(b.points, axis=0)[None]
    turn = r[..., 0] * s[..., 1] - r[..., 1] * s[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = ((q - p)[..., 0] * s[..., 1] - (q - p)[..., 1] * s[..., 0]) / turn
        u = ((q - p)[..., 0] * r[..., 1] - (q - p)[..., 1] * r[..., 0]) / turn
    slack = 1e-6  # lines that meet in a corner share a point
    hit = (np.abs(turn) > 1e-9) & (np.abs(t - 0.5) <= 0.5 + slack) & (np.abs(u - 0.5) <= 0.5 + slack)
    if a is b:
        hit = np.triu(hit, 2)
    for i, j in np.argwhere(hit):
        first = float(a.arc[i] + t[i, j] * (a.arc[i + 1] - a.arc[i]))
        second = float(b.arc[j] + u[i, j] * (b.arc[j + 1] - b.arc[j]))
        at = a.points[i] + t[i, j] * (a.points[i + 1] - a.points[i])
        yield Meeting(at, Passage(a.stroke, first), Passage(b.stroke, second), 0.0)


def _contact(a: _Run, b: _Run, at: Point, touch: float) -> Iterator[Meeting]:
    """Where two runs come nearest, when that is near enough."""
    gaps = np.linalg.norm(a.points[:, None] - b.points[None], axis=2)
    meets = gaps <= touch
    if a is b:  # a hairpin's two sides, not a point and its neighbour
        meets &= np.abs(a.arc[:, None] - b.arc) >= 4 * touch
    if not meets.any():
        return
    # Along a stretch that both share any point would do: the one nearest to `at` then.
    away = np.linalg.norm(a.points - at, axis=1)[:, None] + np.linalg.norm(b.points - at, axis=1)
    cost = np.where(meets, gaps + _NEARNESS * away, np.inf)
    i, j = np.unravel_index(int(np.argmin(cost)), gaps.shape)
    first, second = Passage(a.stroke, float(a.arc[i])), Passage(b.stroke, float(b.arc[j]))
    yield Meeting((a.points[i] + b.points[j]) / 2, first, second, float(gaps[i, j]))


def _is_apart(meeting: Meeting, strokes: Sequence[Stroke], closed: Sequence[bool], least: float) -> bool:
    """Whether two passages are two: not one bend, nor the two ends of lines."""
    first, second = meeting.first, meeting.second
    lengths = [float(arc_lengths(strokes[p.stroke])[-1]) for p in (first, second)]
    if first.stroke == second.stroke:
        between = abs(first.arc - second.arc)
        if closed[first.stroke]:
            between = min(between, lengths[0] - between)
        if between < least:
            return False
    at_ends = [
        not closed[p.stroke] and min(p.arc, length - p.arc) < _STEP_PX
        for p, length in zip((first, second), lengths, strict=True)
    ]
    return not all(at_ends)


def _touches_itself(stroke: Stroke) -> bool:
    return len(stroke) > 3 and float(np.linalg.norm(stroke[0] - stroke[-1])) < _STEP_PX
