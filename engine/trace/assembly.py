"""From paired arms to strokes: walk the pairs, lay a smooth line through every junction."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, blend, drop_repeats, end_tangent
from engine.strokes.types import Stroke, as_stroke
from engine.trace.graph import Edge, LineGraph
from engine.trace.pairing import PairingSettings, fit_arm, pair_arms

_TRIM_PENS = 0.9
"""Thinning bends lines towards a junction over about this many pen widths."""
_SHARED_PENS = 1.5
"""A run inside a junction longer than this is followed; shorter ones are bridged by a smooth curve."""

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
    """For each paired edge end its partner, and the shared run by which the pen arrives at it, if any."""

    partner: dict[End, End] = field(default_factory=dict)
    between: dict[End, Points] = field(default_factory=dict)


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
    routes = _Routes()
    left_over: list[Stroke] = []
    for node, arms in graph.arms.items():
        left_over += _pair_at(graph, arms, inner.get(node, []), routes, pen, pairing)
    strokes = [_stroke(graph, routes, path, pen) for path in _trails(graph, routes)] + left_over
    # A ring of a few pixels shrinks to a point: no line.
    return Assembled(tuple(s for s in strokes if len(s) > 1), as_stroke(np.zeros((0, 2))))


def _pair_at(
    graph: LineGraph,
    arms: list[End],
    shared: list[Edge],
    routes: _Routes,
    pen: float,
    pairing: PairingSettings,
) -> list[Stroke]:
    """Pair the arms of one junction; gives back the runs inside it that no pair passes, as strokes."""
    fitted = [fit_arm(graph.edges[k], end, pen, pairing) for k, end in arms]
    sites = [graph.edges[k].sites[end] for k, end in arms]
    ways = _ways(sites, shared, _SHARED_PENS * pen)
    extra = _turning_back(sites, ways, pairing.turn_back) if ways else None
    unused = {k for k, e in enumerate(shared) if e.length > _SHARED_PENS * pen}
    for i, j in pair_arms(fitted, pairing, extra):
        a, b = arms[i], arms[j]
        routes.partner[a], routes.partner[b] = b, a
        way = ways.get((sites[i], sites[j]))
        if way is not None:
            unused -= set(way.runs)
            routes.between[b], routes.between[a] = way.points, way.points[::-1]
    return [as_stroke(shared[k].points) for k in sorted(unused)]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way through a contracted junction: its points and the runs it follows."""

    points: Points
    runs: tuple[int, ...]


def _ways(sites: list[int], shared: list[Edge], shortest: float) -> dict[tuple[int, int], _Way]:
    """Ways longer than `shortest` through a contracted junction, between the sites its arms came from."""
    if not any(e.length > shortest for e in shared):
        return {}
    roads: dict[int, list[tuple[int, int, Points]]] = {}
    for k, edge in enumerate(shared):
        for one in (edge, edge.reversed()):
            roads.setdefault(one.sites[0], []).append((one.sites[1], k, one.points))
    ways = {}
    for start in set(sites):
        reached = {start: _Way(np.zeros((0, 2)), ())}
        open_sites = [start]
        while open_sites:  # the inside of a junction is nearly always a tree: any way is the way
            site = open_sites.pop(0)
            for other, k, points in roads.get(site, ()):
                if other not in reached:
                    here = reached[site]
                    reached[other] = _Way(np.concatenate([here.points, points]), (*here.runs, k))
                    open_sites.append(other)
        for other, way in reached.items():
            if way.runs and arc_lengths(way.points)[-1] > shortest:
                ways[start, other] = way
    return ways


def _turning_back(sites: list[int], ways: dict[tuple[int, int], _Way], cost: float) -> NDArray[np.float64]:
    """Extra costs of pairs that leave a shared run undrawn: it was wide enough to be drawn twice."""
    count = len(sites)
    extra = np.zeros((count, count))
    for i in range(count):
        for j in range(count):
            if i != j and (sites[i], sites[j]) not in ways:
                extra[i, j] = cost
    return extra


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
    return trim if _degree(graph, end) >= 3 else 0.0


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
