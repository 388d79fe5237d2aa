"""From paired arms to strokes: walk the pairs, lay a smooth line through every junction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.strokes.geometry import Points, arc_lengths, blend, drop_repeats, end_tangent
from engine.strokes.types import Stroke, as_stroke
from engine.trace.graph import End, LineGraph
from engine.trace.lanes import Doubt, Partners, spread_lanes
from engine.trace.pairing import Arms, pair_arms

_TRIM_PENS = 0.9
"""Thinning bends lines towards a junction over about this many pen widths."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """What the graph of a page came to, working pixels.

    Attributes:
        strokes: In no particular order.
        uncertain: `(n, 2)` junctions where another pairing was nearly as good; worst first.
    """

    strokes: tuple[Stroke, ...]
    uncertain: Stroke


def assemble(graph: LineGraph, twins: Mapping[int, int], arms: Arms) -> Assembled:
    """Pair the arms of every junction and walk the result into strokes.

    Args:
        graph: Mended graph with centred edges; changed in place.
        twins: For each doubled edge its twin, both ways round.
        arms: Reads and compares directions.

    Returns:
        The strokes; every edge longer than a dot is in exactly one.
    """
    partners: Partners = {}
    doubts: list[Doubt] = []
    for ends in graph.arms.values():
        here = [arms.of(graph.edges[key], end) for key, end in ends]
        pairs, margin = pair_arms(here, arms.settings)
        for i, j in pairs:
            partners[ends[i]], partners[ends[j]] = ends[j], ends[i]
        if margin < arms.settings.doubt:
            doubts.append((margin, np.mean([arm.point for arm in here], axis=0)))
    doubts += spread_lanes(graph, partners, twins, arms)
    strokes = [_stroke(graph, partners, trail, arms.pen) for trail in _trails(graph, partners)]
    doubts.sort(key=lambda doubt: doubt[0])
    # A ring of a few pixels shrinks to a point: no line.
    return Assembled(
        tuple(s for s in strokes if len(s) > 1), as_stroke(np.reshape([at for _, at in doubts], (-1, 2)))
    )


def _trails(graph: LineGraph, partners: Partners) -> list[list[End]]:
    """Sequences of edges, each given by the end it is entered at."""
    done: set[int] = set()
    trails = []

    def walk(entry: End | None) -> list[End]:
        trail = []
        while entry is not None and entry[0] not in done:
            done.add(entry[0])
            trail.append(entry)
            entry = partners.get((entry[0], 1 - entry[1]))
        return trail

    free = [(key, end) for key in graph.edges for end in (0, 1) if (key, end) not in partners]
    for entry in free + [(key, 0) for key in graph.edges]:
        trail = walk(entry)
        if trail:
            trails.append(trail)
    return trails


def _stroke(graph: LineGraph, partners: Partners, trail: list[End], pen: float) -> Stroke:
    """Lay the edges of a trail one after the other."""
    pieces = [_oriented(graph, partners, entry, pen) for entry in trail]
    line = [pieces[0]]
    for before, after in pairwise(pieces):
        line += [_link(before, after, pen), after]
    first, last = trail[0], (trail[-1][0], 1 - trail[-1][1])
    if partners.get(last) == first:  # closed: back to where it began
        line += [_link(pieces[-1], pieces[0], pen), pieces[0][:1]]
    return as_stroke(drop_repeats(np.concatenate(line)))


def _oriented(graph: LineGraph, partners: Partners, entry: End, pen: float) -> Points:
    """An edge's points from the end it is entered at, cut back where it runs through a junction."""
    key, end = entry
    points = graph.edges[key].points if end == 0 else graph.edges[key].points[::-1]
    arc = arc_lengths(points)
    trim = min(_TRIM_PENS * pen, 0.33 * float(arc[-1]))
    first, last = _cut(graph, partners, (key, end), trim), _cut(graph, partners, (key, 1 - end), trim)
    inside = (arc >= first) & (arc <= arc[-1] - last)
    if inside.sum() < 2:
        return points[[0, -1]] if first == last == 0 else points[len(points) // 2 : len(points) // 2 + 1]
    head = points[:1] if _ends_on_line(graph, partners, (key, end)) else points[:0]
    tail = points[-1:] if _ends_on_line(graph, partners, (key, 1 - end)) else points[:0]
    return np.concatenate([head, points[inside], tail])


def _degree(graph: LineGraph, end: End) -> int:
    return graph.degree(graph.edges[end[0]].ends[end[1]])


def _cut(graph: LineGraph, partners: Partners, end: End, trim: float) -> float:
    """How much of an edge's end thinning has bent: nothing at free ends and where a ring closes."""
    return trim if _degree(graph, end) >= 3 else 0.0


def _ends_on_line(graph: LineGraph, partners: Partners, end: End) -> bool:
    """Whether a stroke stops here, on another line."""
    return end not in partners and _degree(graph, end) >= 3


def _link(before: Points, after: Points, pen: float) -> Points:
    """Points between two pieces of a stroke: a smooth curve, or none where the line turns."""
    reach = 1.5 * pen
    out = end_tangent(before, at_start=False, reach=reach)
    into = -end_tangent(after, at_start=True, reach=reach)
    across = after[0] - before[-1]
    if min(out @ across, into @ across) <= 0:
        return np.zeros((0, 2))
    return blend(before[-1], out, after[0], into)
