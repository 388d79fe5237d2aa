"""From paired arms to strokes: walk the pairs, lay a smooth line through every junction."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.strokes.geometry import Points, arc_lengths, blend, drop_repeats, end_tangent
from engine.strokes.types import Stroke, as_stroke
from engine.trace.graph import Edge, LineGraph
from engine.trace.pairing import PairingSettings, fit_arm
from engine.trace.passages import Junction, Passages, find_passages

_TRIM_PENS = 0.9
"""Thinning bends lines towards a junction over about this many pen widths."""

End = tuple[int, int]
"""An edge's id and which of its ends."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """What the graph of a page came to, working pixels.

    Attributes:
        strokes: In no particular order.
        uncertain: `(n, 2)` junctions where another pairing was nearly as good; worst first.
    """

    strokes: tuple[Stroke, ...]
    uncertain: Stroke


@dataclass(slots=True)
class _Routes:
    """For each paired edge end its partner, and the line inside by which the pen arrives at it, if any.

    `joints` are the nodes made of several, whatever the number of their arms.
    """

    partner: dict[End, End] = field(default_factory=dict)
    between: dict[End, Points] = field(default_factory=dict)
    joints: frozenset[int] = frozenset()


def assemble(
    graph: LineGraph, inner: dict[int, list[Edge]], pen: float, pairing: PairingSettings
) -> Assembled:
    """Pair the arms of every junction and walk the result into strokes.

    Args:
        graph: Mended graph with centred edges.
        inner: Edges inside contracted junctions.
        pen: Pen width, px.
        pairing: See there.

    Returns:
        The strokes; every edge longer than a dot is in exactly one.
    """
    routes = _Routes(joints=frozenset(inner))
    strokes: list[Stroke] = []
    doubts: list[tuple[float, Points]] = []
    for node, ends in graph.arms.items():
        if len(ends) < 2:
            continue
        junction = Junction(
            [fit_arm(graph.edges[k], end, pen, pairing) for k, end in ends],
            [graph.edges[k].sites[end] for k, end in ends],
            inner.get(node, []),
        )
        found = find_passages(junction, pen, pairing)
        _take(routes, ends, found)
        strokes += [as_stroke(run.points) for run in found.left_over]
        if found.margin < pairing.doubt:
            doubts.append((found.margin, np.mean([arm.point for arm in junction.arms], axis=0)))
    strokes += [_stroke(graph, routes, trail, pen) for trail in _trails(graph, routes)]
    doubts.sort(key=lambda d: d[0])
    # A ring of a few pixels shrinks to a point: no line.
    return Assembled(
        tuple(s for s in strokes if len(s) > 1), as_stroke(np.reshape([at for _, at in doubts], (-1, 2)))
    )


def _take(routes: _Routes, ends: list[End], found: Passages) -> None:
    """Write down the ways through one junction."""
    for passage in found.all:
        a, b = (ends[k] for k in passage.arms)
        routes.partner[a], routes.partner[b] = b, a
        if passage.points is not None:
            routes.between[b], routes.between[a] = passage.points, passage.points[::-1]


def _trails(graph: LineGraph, routes: _Routes) -> list[list[End]]:
    """Sequences of edges, each given by the end it is entered at."""
    done: set[int] = set()
    trails = []

    def walk(entry: End | None) -> list[End]:
        trail = []
        while entry is not None and entry[0] not in done:
            done.add(entry[0])
            trail.append(entry)
            entry = routes.partner.get((entry[0], 1 - entry[1]))
        return trail

    free = [(key, end) for key in graph.edges for end in (0, 1) if (key, end) not in routes.partner]
    for entry in free + [(key, 0) for key in graph.edges]:
        trail = walk(entry)
        if trail:
            trails.append(trail)
    return trails


def _stroke(graph: LineGraph, routes: _Routes, trail: list[End], pen: float) -> Stroke:
    """Lay the edges of a trail one after the other."""
    pieces = [_oriented(graph, routes, entry, pen) for entry in trail]
    line = [pieces[0]]
    for entry, before, after in zip(trail[1:], pieces[:-1], pieces[1:], strict=True):
        line += [_link(before, after, routes.between.get((entry[0], entry[1])), pen), after]
    first, last = trail[0], (trail[-1][0], 1 - trail[-1][1])
    if routes.partner.get(last) == first:  # closed: back to where it began
        line += [_link(pieces[-1], pieces[0], routes.between.get(first), pen), pieces[0][:1]]
    return as_stroke(drop_repeats(np.concatenate(line)))


def _oriented(graph: LineGraph, routes: _Routes, entry: End, pen: float) -> Points:
    """An edge's points from the end it is entered at, cut back where it runs through a junction."""
    key, end = entry
    points = graph.edges[key].points if end == 0 else graph.edges[key].points[::-1]
    arc = arc_lengths(points)
    trim = min(_TRIM_PENS * pen, 0.33 * float(arc[-1]))
    first, last = _cut(graph, routes, (key, end), trim), _cut(graph, routes, (key, 1 - end), trim)
    inside = (arc >= first) & (arc <= arc[-1] - last)
    if inside.sum() < 2:
        return points[[0, -1]] if first == last == 0 else points[len(points) // 2 : len(points) // 2 + 1]
    head = points[:1] if _ends_on_line(graph, routes, (key, end)) else points[:0]
    tail = points[-1:] if _ends_on_line(graph, routes, (key, 1 - end)) else points[:0]
    return np.concatenate([head, points[inside], tail])


def _degree(graph: LineGraph, end: End) -> int:
    return graph.degree(graph.edges[end[0]].ends[end[1]])


def _cut(graph: LineGraph, routes: _Routes, end: End, trim: float) -> float:
    """How much of an edge's end thinning has bent: nothing at free ends and where a ring closes."""
    node = graph.edges[end[0]].ends[end[1]]
    return trim if graph.degree(node) >= 3 or node in routes.joints else 0.0


def _ends_on_line(graph: LineGraph, routes: _Routes, end: End) -> bool:
    """Whether a stroke stops here, on another line."""
    return end not in routes.partner and _degree(graph, end) >= 3


def _link(before: Points, after: Points, shared: Points | None, pen: float) -> Points:
    """Points between two pieces of a stroke: the run they share, or a smooth curve."""
    if shared is not None:
        arc = arc_lengths(shared)
        cut = min(_TRIM_PENS * pen, 0.33 * float(arc[-1]))
        return np.asarray(shared[(arc >= cut) & (arc <= arc[-1] - cut)])
    reach = 1.5 * pen
    out = end_tangent(before, at_start=False, reach=reach)
    into = -end_tangent(after, at_start=True, reach=reach)
    across = after[0] - before[-1]
    if min(out @ across, into @ across) <= 0:
        return np.zeros((0, 2))
    return blend(before[-1], out, after[0], into)
