"""Where the pen went twice: the runs that two passages share, chosen so that the fewest lines end on others.

Where a line joins another and leaves it again, thinning leaves one run between two junctions of three arms.
Had the pen gone along it once, a line would end at either junction; gone along twice, both junctions are even
and nothing ends there. Which runs were gone along twice is a T-join: the set of edges that makes the wanted
junctions even, at the least cost. An edge costs the log-odds against two passages, read off its width, its
length and how straight the arms run on into it; a line that ends on another costs a constant.

The T-join is found as Edmonds and Johnson did (1973): shortest ways between odd junctions, then a matching.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from engine.strokes.matching import best_pairs
from engine.trace.graph import Edge, LineGraph
from engine.trace.pairing import Arms, leaving, turn

_STEADY = 0.22
"""Spread of the widths of a steady pen (quartiles, in pen widths): .10 to .19 on scans of pens."""
_SHARPEST = np.radians(100.0)
"""Largest turn with which the pen goes from an arm into a tail."""
_LONGEST = 60.0
"""Pen widths; what is longer is no more unlikely."""
_WORST = np.radians(150.0)
"""Turns beyond this are equally bad: so the weights were fitted."""


@dataclass(frozen=True, slots=True)
class DoublingSettings:
    """Log-odds that the pen went along an edge twice, and what an end on another line costs.

    The weights were fitted by logistic regression to the edges of 60 generated pages whose pen paths are
    known (area under the curve .97); those of the length were then raised by a half, so that no long thin
    line is gone over again to spare an end.

    Attributes:
        bias: Log-odds of the shortest edge, its arms running straight into it.
        length_weight: Taken off for each pen width of length.
        width_weight: Added for each pen width of ink more than one, times the logarithm of the length: a
            little too wide says more the longer it lasts.
        turn_weight: Taken off for each right angle between an arm and the edge.
        tail_bias: As `bias`, for an edge that ends free: its other passage comes back.
        tail_length_weight: As `length_weight`, for such a tail.
        tail_width_weight: As `width_weight`.
        stub_pens: A tail this short is the tip of a corner, which thinning draws beside the way round it.
        end_cost: Log-odds against a line that starts or stops on another.
    """

    bias: float = 4.0
    length_weight: float = 0.2
    width_weight: float = 7.6
    turn_weight: float = 1.9
    tail_bias: float = 0.8
    tail_length_weight: float = 0.15
    tail_width_weight: float = 5.0
    stub_pens: float = 2.4
    end_cost: float = 4.0


def steadiness(graph: LineGraph, pen: float) -> float:
    """How much the width of the ink says about the number of lines in it.

    Pens draw lines of nearly one width: half of the widths measured along a page lie within a fifth of a pen
    width. Brushes do not (from a third on), and a thick place of theirs is one line.

    Args:
        graph: Centred and measured edges.
        pen: Pen width, px.

    Returns:
        1 for a pen, near 0 for a brush.
    """
    clear = round(2 * pen)
    widths = [edge.width[clear:-clear] for edge in graph.edges.values() if edge.length > 3 * clear]
    if not widths:
        return 1.0
    low, high = np.percentile(np.concatenate(widths), [25, 75]) / pen
    return float(min(1.0, (_STEADY / max(high - low, 1e-6)) ** 2))


def doubled_edges(graph: LineGraph, arms: Arms, settings: DoublingSettings) -> set[int]:
    """Find the edges the pen went along twice.

    Args:
        graph: Centred and measured edges; not changed.
        arms: Reads directions.
        settings: See there.

    Returns:
        Ids of edges; a tail among them leads to a cusp.
    """
    odds = {
        key: _log_odds(graph, key, arms, settings)
        for key, edge in graph.edges.items()
        if edge.ends[0] != edge.ends[1]
    }
    likely = {key for key, value in odds.items() if value > 0}
    odd = _odd_nodes(graph, likely)
    tips = {node for node in graph.arms if graph.degree(node) == 1}
    roads = _roads(graph, {key: abs(value) for key, value in odds.items()})
    doubled = set(likely)
    for way in _matching(roads, odd, tips, settings.end_cost):
        doubled ^= set(way)  # going along again where it was twice makes it once
    return doubled


def _log_odds(graph: LineGraph, key: int, arms: Arms, settings: DoublingSettings) -> float:
    """Log-odds for two passages along an edge."""
    edge, pen = graph.edges[key], arms.pen
    long = min(edge.length / pen, _LONGEST)
    wide = arms.steadiness * _spare_width(edge, pen) * float(np.log(max(long, 1.0)))
    ends = [end for end in (0, 1) if graph.degree(edge.ends[end]) > 1]
    if len(ends) == 2:
        turns = sum(_worst_turn(graph, key, end, arms) for end in ends) / (0.5 * np.pi)
        straight = settings.bias - settings.turn_weight * turns
        return straight - settings.length_weight * long + settings.width_weight * wide
    # A tail: the way out to a cusp and back, unless an arm would have to turn back into it.
    if not ends or graph.degree(edge.ends[ends[0]]) < 3:
        return -np.inf
    if _worst_turn(graph, key, ends[0], arms) > _SHARPEST:
        return -np.inf
    if edge.length <= settings.stub_pens * pen:
        return 1.0
    return settings.tail_bias - settings.tail_length_weight * long + settings.tail_width_weight * wide


def _spare_width(edge: Edge, pen: float) -> float:
    """What three quarters of an edge are wider by than the pen, in pen widths, clear of the junctions."""
    quarter = len(edge.width) // 4
    width = float(np.percentile(edge.width[quarter : len(edge.width) - quarter], 25))
    return float(np.clip(width / pen, 0.8, 1.3)) - 1.0


def _worst_turn(graph: LineGraph, key: int, end: int, arms: Arms) -> float:
    """Turn in radians of the second best arm that runs on into an edge at one of its ends."""
    edge = graph.edges[key]
    onward = leaving(edge, end, arms.pen)
    others = [arm for arm in graph.arms[edge.ends[end]] if arm[0] != key]
    turns = sorted(abs(turn(-arms.of(graph.edges[k], e).direction, onward)) for k, e in others)
    return min(turns[1], _WORST) if len(turns) > 1 else np.pi


def _odd_nodes(graph: LineGraph, doubled: Iterable[int]) -> set[int]:
    """Nodes with an odd number of passages when some edges count twice."""
    odd = {node for node, arms in graph.arms.items() if len(arms) % 2}
    for key in doubled:
        odd ^= set(graph.edges[key].ends)
    return odd


_Roads = dict[int, list[tuple[int, float, int]]]
"""For each node `(other node, cost, edge)`."""


def _roads(graph: LineGraph, cost: dict[int, float]) -> _Roads:
    roads: _Roads = {}
    for key, value in cost.items():
        if np.isfinite(value):
            a, b = graph.edges[key].ends
            roads.setdefault(a, []).append((b, value, key))
            roads.setdefault(b, []).append((a, value, key))
    return roads


def _matching(roads: _Roads, odd: set[int], tips: set[int], end_cost: float) -> list[list[int]]:
    """Ways (edge ids) between nodes whose parity is to change.

    An odd junction gains `end_cost` when it is made even; a free end gains nothing, it may end either way.
    """
    gain = {node: 0.0 if node in tips else end_cost for node in odd | tips}
    worth: dict[tuple[int, int], float] = {}
    ways: dict[tuple[int, int], list[int]] = {}
    for node in sorted(gain):
        if gain[node] == 0.0:
            continue
        for other, (cost, way) in _reach(roads, node, gain, 2 * end_cost).items():
            pair = (min(node, other), max(node, other))
            if gain[node] + gain[other] - cost > 1e-9 and pair not in worth:
                worth[pair], ways[pair] = gain[node] + gain[other] - cost, way
    return [ways[pair] for pair in best_pairs((*pair, value) for pair, value in worth.items())]


def _reach(
    roads: _Roads, start: int, wanted: dict[int, float], limit: float
) -> dict[int, tuple[float, list[int]]]:
    """Shortest ways from a node to the wanted nodes within a cost (Dijkstra)."""
    best = {start: 0.0}
    came: dict[int, tuple[int, int]] = {}
    done: set[int] = set()
    found: dict[int, tuple[float, list[int]]] = {}
    queue = [(0.0, start)]
    while queue:
        cost, node = heapq.heappop(queue)
        if node in done:
            continue
        done.add(node)
        if node in wanted and node != start:
            found[node] = (cost, _way(came, node, start))
        for other, step, key in roads.get(node, ()):
            total = cost + step
            if total < limit and total < best.get(other, np.inf):
                best[other] = total
                came[other] = (node, key)
                heapq.heappush(queue, (total, other))
    return found


def _way(came: dict[int, tuple[int, int]], node: int, start: int) -> list[int]:
    way = []
    while node != start:
        node, key = came[node]
        way.append(key)
    return way
