"""Mend what thinning tore: crossings split into two T-junctions, runs that two passages share."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.trace.doubling import DoublingSettings, doubled_edges
from engine.trace.graph import Edge, LineGraph
from engine.trace.pairing import Arms


@dataclass(frozen=True, slots=True)
class CrossingSettings:
    """When a short edge is an artefact of thinning; lengths in pen widths.

    Attributes:
        short_pens: A bridge this short is always part of its crossing.
        odd_pens: The same between two odd junctions, which thinning mostly tore from one even one.
        doubling: Which longer edges two passages share.
    """

    short_pens: float = 1.2
    odd_pens: float = 1.6
    doubling: DoublingSettings = field(default_factory=DoublingSettings)


def mend_crossings(graph: LineGraph, arms: Arms, settings: CrossingSettings) -> dict[int, int]:
    """Make one junction of the ends of every torn crossing, and two edges of every run travelled twice.

    Args:
        graph: Changed in place.
        arms: Reads directions.
        settings: See there.

    Returns:
        For each doubled edge its twin, both ways round.
    """
    for key in _by_length(graph, settings.odd_pens * arms.pen):
        edge = graph.edges[key]
        degrees = [graph.degree(node) for node in edge.ends]
        longest = settings.odd_pens if all(d % 2 for d in degrees) else settings.short_pens
        if edge.ends[0] != edge.ends[1] and min(degrees) > 1 and edge.length <= longest * arms.pen:
            _contract(graph, key)
    twins: dict[int, int] = {}
    unused = max(graph.edges, default=0) + 1
    for twin, key in enumerate(sorted(doubled_edges(graph, arms, settings.doubling)), start=unused):
        graph.add(twin, graph.edges[key])
        twins[key], twins[twin] = twin, key
    return twins


def _by_length(graph: LineGraph, longest: float) -> list[int]:
    short = sorted((e.length, k) for k, e in graph.edges.items() if e.length <= longest)
    return [key for _, key in short]


def _contract(graph: LineGraph, key: int) -> None:
    """Make one node of the two ends of an edge."""
    keep, gone = graph.remove(key).ends
    moved = graph.arms.pop(gone)
    for other, end in moved:
        old = graph.edges[other]
        ends = (keep, old.ends[1]) if end == 0 else (old.ends[0], keep)
        graph.edges[other] = Edge(ends, old.points, old.width)
    graph.arms[keep] = graph.arms[keep] + moved
