"""Mend what thinning tore: crossings split into two T-junctions, cusps drawn as tails, runs drawn twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.strokes.geometry import Points
from engine.trace.graph import Edge, LineGraph, merge_at
from engine.trace.pairing import Arm, PairingSettings, fit_arm, turn


@dataclass(frozen=True, slots=True)
class CrossingSettings:
    """When a short edge is an artefact of thinning; lengths in pen widths.

    Attributes:
        short_pens: A bridge this short is always part of its crossing.
        odd_pens: The same between two odd junctions, which thinning mostly tore from one even one.
        bridge_pens: Longest bridge of a slanted crossing.
        overlap_pens: Longest run two passages share where the ink is wide enough for both.
        tail_pens: Longest tail of a cusp.
        short_tail_pens: Longest without ink wide enough for two passages.
        smooth_deg: Largest turn with which an arm runs on into a bridge or tail.
        double_deg: The same where the ink is wide enough for two passages.
        double_width: Ink this many times as wide as its arms was travelled twice.
        surely_double: The same, whatever the directions of the arms.
    """

    short_pens: float = 1.2
    odd_pens: float = 2.2
    bridge_pens: float = 4.0
    overlap_pens: float = 24.0
    tail_pens: float = 7.0
    short_tail_pens: float = 2.5
    smooth_deg: float = 60.0
    double_deg: float = 95.0
    double_width: float = 1.08
    surely_double: float = 1.12


def mend_crossings(
    graph: LineGraph, pen: float, settings: CrossingSettings, pairing: PairingSettings
) -> dict[int, list[Edge]]:
    """Contract torn crossings and fold tails into cusps.

    Args:
        graph: Changed in place.
        pen: Pen width, px.
        settings: See there.
        pairing: How the directions of arms are read.

    Returns:
        For each contracted junction the edges that lie inside it.
    """
    inner: dict[int, list[Edge]] = {}
    for key in _by_length(graph, settings.overlap_pens * pen):
        edge = graph.edges.get(key)
        if edge is None:  # it went into a cusp
            continue
        if graph.degree(edge.ends[0]) == 1 or graph.degree(edge.ends[1]) == 1:
            if edge.length <= settings.tail_pens * pen:
                _fold_tail(graph, key, pen, settings, pairing)
        elif edge.ends[0] != edge.ends[1] and _is_bridge(graph, key, pen, settings, pairing):
            _contract(graph, key, inner)
    return inner


def _by_length(graph: LineGraph, longest: float) -> list[int]:
    short = sorted((e.length, k) for k, e in graph.edges.items() if e.length <= longest)
    return [key for _, key in short]


def _others(graph: LineGraph, node: int, key: int) -> list[tuple[int, int]]:
    return [arm for arm in graph.arms[node] if arm[0] != key]


def _is_bridge(
    graph: LineGraph, key: int, pen: float, settings: CrossingSettings, pairing: PairingSettings
) -> bool:
    """Whether an edge is the middle of one crossing, or a run two passages share."""
    edge = graph.edges[key]
    odd = all(graph.degree(node) % 2 for node in edge.ends)
    if edge.length <= (settings.odd_pens if odd else settings.short_pens) * pen:
        return True
    if not odd:
        return False  # an even junction is complete in itself
    arms: list[Arm] = []
    turns: list[float] = []
    for end, node in enumerate(edge.ends):
        here = [fit_arm(graph.edges[k], e, pen, pairing) for k, e in _others(graph, node, key)]
        onward = _leaving(edge, end, pen)
        turns += sorted(abs(turn(-a.direction, onward)) for a in here)[:2]
        arms += here
    if len(turns) < 4:
        return False
    worst = np.degrees(max(turns))
    ratio = _middle_width(edge) / float(np.median([a.width for a in arms]))
    if ratio > settings.surely_double:
        return True
    double = ratio > settings.double_width
    if edge.length <= settings.bridge_pens * pen:
        return bool(worst < (settings.double_deg if double else settings.smooth_deg))
    return bool(double and worst < settings.double_deg)


def _leaving(edge: Edge, end: int, pen: float) -> Points:
    """Direction of an edge from one end towards its middle."""
    points = edge.points if end == 0 else edge.points[::-1]
    reach = min(len(points) - 1, max(1, int(min(2 * pen, 0.6 * edge.length))))
    across = points[reach] - points[0]
    return np.asarray(across / max(float(np.linalg.norm(across)), 1e-9))


def _middle_width(edge: Edge) -> float:
    """Usual width of the ink in the middle half of an edge, clear of the junctions."""
    quarter = len(edge.width) // 4
    return float(np.median(edge.width[quarter : len(edge.width) - quarter]))


def _contract(graph: LineGraph, key: int, inner: dict[int, list[Edge]]) -> None:
    """Make one node of the two ends of an edge."""
    edge = graph.remove(key)
    keep, gone = edge.ends
    moved = graph.arms.pop(gone)
    for other, end in moved:
        old = graph.edges[other]
        ends = (keep, old.ends[1]) if end == 0 else (old.ends[0], keep)
        graph.edges[other] = Edge(ends, old.points, old.width, old.sites)
    graph.arms[keep] = graph.arms[keep] + moved
    inner[keep] = [*inner.get(keep, []), *inner.pop(gone, []), edge]


def _fold_tail(
    graph: LineGraph, key: int, pen: float, settings: CrossingSettings, pairing: PairingSettings
) -> None:
    """Where two arms run together into a tail, the pen went to its tip and came back: a cusp."""
    tail = graph.edges[key]
    tail = tail if graph.degree(tail.ends[1]) == 1 else tail.reversed()
    node = tail.ends[0]
    others = _others(graph, node, key)
    if len(others) != 2:
        return
    arms = [fit_arm(graph.edges[k], e, pen, pairing) for k, e in others]
    onward = _leaving(tail, 0, pen)
    worst = np.degrees(max(abs(turn(-a.direction, onward)) for a in arms))
    double = _middle_width(tail) > settings.double_width * float(np.median([a.width for a in arms]))
    if worst > (settings.double_deg if double else settings.smooth_deg):
        return
    if not double and tail.length > settings.short_tail_pens * pen:
        return
    _go_round(graph, key, tail, others)


def _go_round(graph: LineGraph, key: int, tail: Edge, others: list[tuple[int, int]]) -> None:
    """Lead one arm of a junction out to the tail's tip and the other back."""
    graph.remove(key)
    node, tip = tail.ends
    first, end = others[0]
    arm = graph.remove(first)
    if others[1][0] == first:  # both arms are one loop: it begins and ends at the tip
        points = np.concatenate([tail.points[::-1], arm.points, tail.points])
        width = np.concatenate([tail.width[::-1], arm.width, tail.width])
        graph.arms[tip] = []
        graph.add(first, Edge((tip, tip), points, width))
        return
    arm = arm if end == 1 else arm.reversed()
    points = np.concatenate([arm.points, tail.points, tail.points[::-1]])
    width = np.concatenate([arm.width, tail.width, tail.width[::-1]])
    graph.add(first, Edge((arm.ends[0], node), points, width, (arm.sites[0], tail.sites[0])))
    merge_at(graph, node)
