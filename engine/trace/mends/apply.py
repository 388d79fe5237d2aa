"""Applying the artist's mends to a trace. Pure: the same trace and the same mends give the same page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.strokes.geometry import Points, end_tangent, resample, unit
from engine.strokes.types import Stroke
from engine.trace.mends import finding
from engine.trace.mends.finding import crossing_near, end_near, stroke_near
from engine.trace.mends.lines import Line, chain, split
from engine.trace.mends.records import (
    Connect,
    Cut,
    Delete,
    Mend,
    Move,
    Point,
    Reverse,
    SetApart,
    StartAt,
    StrokeHandle,
    SwapCrossing,
    TakeBack,
)
from engine.trace.mends.sheet import Mended, Sheet
from engine.trace.mends.swapping import Crossing
from engine.trace.types import Trace

__all__ = [
    "Mended",
    "apply_mends",
    "connect_at",
    "crossing_near",
    "cut_at",
    "end_near",
    "stroke_near",
    "swap_at",
]


_TURN_PX = 2.0
"""What an end that looks away from the other one costs, in pixels of distance."""
_GONE_SHARE = 0.1
"""With less of a stroke on any line its ink is not traced any more; crossing lines take a little of it."""


def apply_mends(trace: Trace, mends: Sequence[Mend]) -> Mended:
    """Mend a trace.

    Args:
        trace: As the tracer found it.
        mends: In the order they were made.

    Returns:
        The mended trace; every mend that does not find its place or its stroke again lapses and changes
        nothing. A mend whose wish the trace fulfils already does not lapse.
    """
    if not mends:
        return Mended(trace)
    page = Sheet(trace)
    lapsed = tuple(k for k, mend in enumerate(mends) if not _ACTIONS[type(mend)](page, mend))
    return page.mended(lapsed)


def swap_at(trace: Trace, at: Point, reach: float, turn: int = 1) -> SwapCrossing | None:
    """The mend that swaps the pairing at the crossing nearest to a point, so that it is found again.

    Args:
        trace: As the artist sees it, mended.
        at: Where the artist points.
        reach: How far to look, px.
        turn: Which of the other pairings: 1 the next, 2 the one after it.

    Returns:
        The mend, with its place and its arms; None where no two passages meet.
    """
    page = Sheet(trace)
    found = page.meetings(at, reach)
    if not found:
        return None
    crossing = Crossing.at(page, found[0])
    i, j, k, m = crossing.turned(turn)
    arms = (crossing.arm(i), crossing.arm(j), crossing.arm(k), crossing.arm(m))
    return SwapCrossing(_rounded(found[0].at), turn, arms)


def connect_at(trace: Trace, a: Point, b: Point, reach: float) -> Connect | None:
    """The mend that connects the stroke ends nearest to two points; None where there are no two within reach.

    Args:
        trace: As the artist sees it, mended.
        a: Where the artist points first.
        b: And then.
        reach: How far to look, px.
    """
    ranked = _end_pairs(Sheet(trace), a, b, reach)
    return Connect(_rounded(ranked[0].at_a), _rounded(ranked[0].at_b)) if ranked else None


def cut_at(trace: Trace, at: Point, along: Point, reach: float) -> Cut | None:
    """The mend that cuts the stroke nearest to a point; None where there is none, or it ends there anyway.

    Args:
        trace: As the artist sees it, mended.
        at: Where the artist points.
        along: Direction of the line that is meant; zero where any is.
        reach: How far to look, px.
    """
    sheet = Sheet(trace)
    found = finding.passage_near(trace.spliced, at, along, reach)
    if found is None or sheet.ends_at(found, sheet.tolerance):
        return None
    stroke = trace.spliced[found.stroke]
    before, there, after = finding.at_arcs(stroke, found.arc + np.array([-1.0, 0.0, 1.0]))
    x, y = unit(after - before)
    return Cut(_rounded(there), (round(float(x), 3), round(float(y), 3)))


def _rounded(point: NDArray[np.floating]) -> Point:
    return (round(float(point[0]), 1), round(float(point[1]), 1))


def _swap(page: Sheet, mend: SwapCrossing) -> bool:
    found = page.meetings(mend.at, page.reach)
    crossings = [Crossing.at(page, meeting) for meeting in found]
    if mend.arms is None:
        chosen = [(crossing, crossing.turned(mend.turn)) for crossing in crossings[:1]]
    else:
        fits = [(fit, crossing) for crossing in crossings if (fit := crossing.fitted(mend.arms))]
        fits.sort(key=lambda one: one[0][0])
        chosen = [(crossing, pairing) for (_, pairing), crossing in fits[:1]]
    for crossing, pairing in chosen:
        if set(pairing[:2]) not in ({0, 1}, {2, 3}):  # else the tracer paired it so by itself
            page.put(crossing.places, crossing.paired(pairing, page.reach))
    return bool(chosen)


def _connect(page: Sheet, mend: Connect) -> bool:
    ranked = _end_pairs(page, mend.a, mend.b, page.reach)
    if not ranked or (ranked[0].gap > 2 * page.tolerance and _is_connected(page, mend)):
        return _is_connected(page, mend)
    (i, end_i), (j, end_j) = ranked[0].a, ranked[0].b
    if i == j:
        pieces, a, b = [page.lines[i]], (0, end_i), (0, end_j)
    else:
        pieces = [_opened(page.lines[i], mend.a), _opened(page.lines[j], mend.b)]
        a = (0, _way_round(pieces[0], pieces[1], end_j, page.reach) if page.lines[i].closed else end_i)
        b = (1, _way_round(pieces[1], pieces[0], a[1], page.reach) if page.lines[j].closed else end_j)
    (line,) = chain(pieces, {a: b, b: a}, page.reach)
    drawing = pieces[0].drawing if pieces[0].drawing is not None else pieces[-1].drawing
    page.put(sorted({i, j}), [replace(line, drawing=drawing)])
    return True


def _opened(line: Line, at: Point) -> Line:
    """A closed line as an open one that begins and ends at a place."""
    if not line.closed:
        return line
    return replace(line.started_at(finding.arc_nearest(line.points, at)), closed=False)


def _way_round(ring: Line, line: Line, end: int, reach: float) -> int:
    """The end at which a line goes over most smoothly into a ring that was opened."""
    coming = end_tangent(line.points, at_start=end == 0, reach=reach)
    turns = [coming @ -end_tangent(ring.points, at_start=first, reach=reach) for first in (True, False)]
    return int(np.argmax(turns))


@dataclass(frozen=True, slots=True)
class _EndPair:
    """Two line ends near two places: line and end of each, the points there, and both distances together."""

    gap: float
    a: tuple[int, int]
    b: tuple[int, int]
    at_a: Points
    at_b: Points


def _end_pairs(page: Sheet, a: Point, b: Point, reach: float) -> list[_EndPair]:
    """Pairs of different line ends near two points, the nearest first.

    Of two ends in one place, as after a cut, it is the one that looks towards the other point.
    """
    across = unit(np.subtract(b, a))
    pairs = [
        _EndPair(gap_a + gap_b, end_a, end_b, at_a, at_b)
        for gap_a, end_a, at_a in _ends_near(page, a, reach)
        for gap_b, end_b, at_b in _ends_near(page, b, reach)
        if end_a != end_b and not (end_a[0] == end_b[0] and page.lines[end_a[0]].closed)
    ]

    def cost(pair: _EndPair) -> float:
        turns = 2 - _leaving(page, pair.a) @ across + _leaving(page, pair.b) @ across
        return float(pair.gap + _TURN_PX * turns)

    return sorted(pairs, key=cost)


def _leaving(page: Sheet, end: tuple[int, int]) -> Points:
    """Direction in which a line would go on at one of its ends."""
    return end_tangent(page.lines[end[0]].points, at_start=end[1] == 0, reach=page.reach)


def _ends_near(page: Sheet, at: Point, reach: float) -> list[tuple[float, tuple[int, int], Points]]:
    """The ends of open lines; only where there is none the closed ones, which can be opened anywhere."""
    ranked = finding.ends_by_distance(page.strokes, at, reach)
    ends = [
        (gap, end, page.lines[end[0]].points[-end[1]]) for gap, end in ranked if not page.lines[end[0]].closed
    ]
    if ends:
        return ends
    for k, line in enumerate(page.lines):
        if line.closed:
            (point,) = finding.at_arcs(line.points, np.array([finding.arc_nearest(line.points, at)]))
            gap = float(np.linalg.norm(point - at))
            if gap <= reach:
                ends.append((gap, (k, 0), point))
    return ends


def _is_connected(page: Sheet, mend: Connect) -> bool:
    """Whether one line runs through both places, straight from one to the other."""
    apart = float(np.linalg.norm(np.subtract(mend.a, mend.b)))
    for stroke in page.strokes:
        arcs = [finding.arc_nearest(stroke, at) for at in (mend.a, mend.b)]
        gaps = np.linalg.norm(finding.at_arcs(stroke, np.array(arcs)) - (mend.a, mend.b), axis=1)
        if gaps.max() <= page.tolerance and abs(arcs[0] - arcs[1]) <= 1.5 * apart + page.tolerance:
            return True
    return False


def _cut(page: Sheet, mend: Cut) -> bool:
    found = finding.passage_near(page.strokes, mend.at, mend.along, page.reach)
    if found is None:
        return False
    if not page.ends_at(found, 0.5 * page.pen):  # else the tracer cut it by itself
        page.put((found.stroke,), split(page.lines[found.stroke], [found.arc])[0])
    return True


def _delete(page: Sheet, mend: Delete) -> bool:
    found = page.find(mend.stroke)
    if found is None:
        return finding.share_on(page.strokes, mend.stroke, page.tolerance) < _GONE_SHARE
    del page.lines[found]
    return True


def _reverse(page: Sheet, mend: Reverse) -> bool:
    found = page.find(mend.stroke)
    if found is None:
        return False
    line = page.lines[found]
    if finding.runs_with(line.points, mend.stroke, closed=line.closed):
        line = line.reversed()
    page.lines[found] = replace(line, touched=True)
    return True


def _start_at(page: Sheet, mend: StartAt) -> bool:
    found = page.find(mend.stroke)
    if found is None:
        return False
    line = page.lines[found]
    line = line.started_at(finding.arc_nearest(line.points, mend.at))
    page.lines[found] = replace(line, touched=True)
    return True


def _move(page: Sheet, mend: Move) -> bool:
    found = page.find(mend.stroke)
    if found is None:
        return False
    line = page.lines[found]
    if mend.to is None:
        alone = line.drawing is not None and [one.drawing for one in page.lines].count(line.drawing) == 1
        drawing = line.drawing if alone else page.new_drawing()
    else:
        goal = _drawing_of(page, mend.to)
        if goal is None:
            return False
        drawing = goal
    page.lines[found] = replace(line, drawing=drawing, touched=True)
    return True


def _drawing_of(page: Sheet, handle: StrokeHandle) -> int | None:
    """The drawing a stroke belongs to, also when the stroke is not one any more; debris becomes a drawing."""
    found = page.find(handle)
    if found is not None:
        line = page.lines[found]
        if line.drawing is None:
            page.lines[found] = replace(line, drawing=page.new_drawing(), touched=True)
        return page.lines[found].drawing
    shares = [
        (finding.share_on(strokes, handle, page.tolerance), label)
        for label, strokes in page.by_drawing().items()
    ]
    share, label = max(shares, default=(0.0, -1))
    return label if share >= 0.8 else None


def _take_back(page: Sheet, mend: TakeBack) -> bool:
    found = page.find_apart(mend.stroke)
    if found is None:
        return page.find(mend.stroke) is not None  # the tracer took it for a line by itself
    line = page.apart.pop(found)
    drawing = _nearest_drawing(page, line.points)
    page.lines.append(replace(line, drawing=drawing, widths=page.line_widths(line), touched=True))
    return True


def _nearest_drawing(page: Sheet, stroke: Stroke) -> int:
    tree = cKDTree(stroke)
    gaps = [
        (float(tree.query(np.concatenate([resample(s, page.pen) for s in strokes]))[0].min()), label)
        for label, strokes in page.by_drawing().items()
    ]
    return min(gaps)[1] if gaps else page.new_drawing()


def _set_apart(page: Sheet, mend: SetApart) -> bool:
    found = page.find(mend.stroke)
    if found is None:
        return page.find_apart(mend.stroke) is not None  # it is already
    page.apart.append(page.lines.pop(found))
    return True


_ACTIONS: dict[type[Mend], Callable[[Sheet, Any], bool]] = {
    SwapCrossing: _swap,
    Connect: _connect,
    Cut: _cut,
    Delete: _delete,
    Reverse: _reverse,
    StartAt: _start_at,
    Move: _move,
    TakeBack: _take_back,
    SetApart: _set_apart,
}
"""Each says whether it found what it is about."""
