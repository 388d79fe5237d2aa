"""Lines side by side in shared ink: two passages along one run lie as far apart as it is too wide for one.

A run the pen went along twice is in the graph as two equal edges, twins. Pairing at the junctions says what
each twin goes on to at either end. Here it is decided which way in belongs to which way out, the twins being
exchanged where that is smoother, and each gets a lane of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, smooth, tangents, unit
from engine.trace.graph import Edge, End, LineGraph
from engine.trace.pairing import Arm, PairingSettings, fit_arm, pair_cost, turn

_WIDEST_LANE = 0.6
"""Farthest a lane lies from the middle, in pen widths: beyond, there is paper between the lines."""
_WAIST = 0.1
"""A tail that widens by this many pen widths beyond its narrowest place hides a crossing there."""
_STRAIGHT_PENS = 4.0
"""However long a run, the lines on its two sides are compared as if they stood so far apart."""

Partners = dict[End, End]
"""For each edge end the one it goes on to."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Doubled edges in a row.

    Attributes:
        way: The edges of one passage, each by the end it is entered at.
        twins: Those of the other.
        points: `(n, 2)` middle line.
        width: `(n,)` of the ink.
    """

    way: list[End]
    twins: list[End]
    points: Points
    width: NDArray[np.float64]


def spread_lanes(
    graph: LineGraph, partners: Partners, twins: Mapping[int, int], pen: float, pairing: PairingSettings
) -> None:
    """Say which passage is which along every doubled run, and move the twins apart.

    Args:
        graph: Twins are moved in place.
        partners: Changed in place where twins are exchanged.
        twins: For each doubled edge its twin, both ways round.
        pen: Pen width, px.
        pairing: How arms are read and compared.
    """
    moved: dict[int, Edge] = {}
    for run in _runs(graph, partners, twins):
        starts = [_outside(graph, partners, twins, way[0], pen, pairing) for way in (run.way, run.twins)]
        stops = [
            _outside(graph, partners, twins, (way[-1][0], 1 - way[-1][1]), pen, pairing)
            for way in (run.way, run.twins)
        ]
        if _crosses(run, starts, stops, pen, pairing):
            _exchange(partners, *((way[-1][0], 1 - way[-1][1]) for way in (run.way, run.twins)))
            stops.reverse()
        for way, lane in zip((run.way, run.twins), _lanes(run, starts, stops, pen), strict=True):
            moved |= _laid(graph, way, lane)
    graph.edges.update(moved)


def _runs(graph: LineGraph, partners: Partners, twins: Mapping[int, int]) -> list[_Run]:
    """Doubled edges that follow one another, as runs."""

    def beyond(leaving: End) -> End | None:
        """The doubled edge that both twins go on to."""
        key, end = leaving
        one, other = partners.get(leaving), partners.get((twins[key], end))
        if one is None or other is None or one[0] == twins[key] or one[1] != other[1]:
            return None
        return one if twins.get(one[0]) == other[0] else None

    done: set[int] = set()
    runs = []
    for key in twins:
        if key in done:
            continue
        way: list[End] = [(key, 0)]
        done |= {key, twins[key]}
        for _ in (0, 1):  # on from the last, then, turned round, on from the first
            following = beyond((way[-1][0], 1 - way[-1][1]))
            while following is not None and following[0] not in done:
                way.append(following)
                done |= {following[0], twins[following[0]]}
                following = beyond((following[0], 1 - following[1]))
            way = [(k, 1 - end) for k, end in reversed(way)]
        edges = [graph.edges[k] if end == 0 else graph.edges[k].reversed() for k, end in way]
        runs.append(
            _Run(
                way,
                [(twins[k], end) for k, end in way],
                np.concatenate([e.points for e in edges]),
                np.concatenate([e.width for e in edges]),
            )
        )
    return runs


def _outside(
    graph: LineGraph,
    partners: Partners,
    twins: Mapping[int, int],
    end: End,
    pen: float,
    pairing: PairingSettings,
) -> Arm | None:
    """What a passage is outside a run; None where it starts, stops or turns round there."""
    other = partners.get(end)
    if other is None or other[0] == twins[end[0]]:
        return None
    return fit_arm(graph.edges[other[0]], other[1], pen, pairing)


def _crosses(
    run: _Run, starts: list[Arm | None], stops: list[Arm | None], pen: float, pairing: PairingSettings
) -> bool:
    """Whether the passages are smoother when the twins are exchanged at the run's end."""
    if all(arm is None for arm in starts) or all(arm is None for arm in stops):
        return False
    beyond = [arm and _straightened(arm, run.points, pen) for arm in stops]

    def cost(a: Arm | None, b: Arm | None) -> float:
        return 0.0 if a is None or b is None else pair_cost(a, b, pairing)

    kept = cost(starts[0], beyond[0]) + cost(starts[1], beyond[1])
    return cost(starts[0], beyond[1]) + cost(starts[1], beyond[0]) < kept


def _straightened(arm: Arm, run: Points, pen: float) -> Arm:
    """An arm beyond a run, moved to where it would be if the run were straight and short."""
    reach = min(len(run) - 1, max(1, round(2 * pen)))
    ahead, arriving = unit(run[reach] - run[0]), unit(run[-1] - run[-1 - reach])
    angle = turn(arriving, ahead)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    length = min(float(arc_lengths(run)[-1]), _STRAIGHT_PENS * pen)
    point = run[0] + ahead * length + rotation @ (arm.point - run[-1])
    return Arm(point, rotation @ arm.direction, arm.curvature, arm.width)


def _exchange(partners: Partners, one: End, other: End) -> None:
    """Let two edge ends go on to what the other went on to."""
    beyond = partners.pop(one, None), partners.pop(other, None)
    for end, partner in ((other, beyond[0]), (one, beyond[1])):
        if partner is not None:
            partners[end], partners[partner] = partner, end


def _lanes(run: _Run, starts: list[Arm | None], stops: list[Arm | None], pen: float) -> tuple[Points, Points]:
    """The two lines along a run, as many points as it has.

    Their sides at either end are those of the lines outside; where these differ, the passages cross at the
    narrowest place.
    """
    along = tangents(smooth(run.points, 0.5 * pen))
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    inside = min(len(run.points) // 2, round(pen))
    first = _side(starts, run.points[0], across[inside], pen)
    last = _side(stops, run.points[-1], across[-1 - inside], pen)
    if first is None and last is None:
        return run.points, run.points
    width = _smoothed(run.width, 0.5 * pen)
    narrow = int(np.argmin(width))
    if last is None:  # a tail: the first side is known, and the ink tells whether the passages cross
        narrow, crosses = _waist(width, pen)
        last = -(first or 1.0) if crosses else first
    elif first is None:
        narrow, crosses = _waist(width[::-1], pen)
        narrow, first = len(width) - 1 - narrow, -last if crosses else last
    side = (first or 1.0) + _switch(run.points, narrow, pen) * ((last or 1.0) - (first or 1.0))
    known = [arm.width for arm in (*starts, *stops) if arm is not None]
    single = float(np.clip(np.median(known), 0.7 * pen, 1.1 * pen))
    spread = np.clip(0.5 * (width - single), 0.0, _WIDEST_LANE * pen)
    shift = across * (spread * side)[:, None]
    return run.points + shift, run.points - shift


def _side(arms: list[Arm | None], end: Points, across: Points, pen: float) -> float | None:
    """1 where the first passage lies on the side `across` points to, else -1; None if neither says."""
    away = [0.0 if arm is None else float((arm.point + pen * arm.direction - end) @ across) for arm in arms]
    return None if away[0] == away[1] else float(np.sign(away[0] - away[1]))


def _waist(width: NDArray[np.float64], pen: float) -> tuple[int, bool]:
    """Where a tail is narrowest before its tip, and whether it widens again: then its passages cross there.

    A cusp only narrows towards its tip. On generated pages four in five tails that widen hide a crossing,
    and one in ten of the others.
    """
    narrow = int(np.argmin(width[: max(2, int(0.6 * len(width)))]))
    return narrow, bool(width[narrow:].max() - width[narrow] > _WAIST * pen)


def _switch(points: Points, narrow: int, pen: float) -> NDArray[np.float64]:
    """From 0 at the first end to 1 at the last, changing over two pen widths around a place."""
    arc = arc_lengths(points)
    reach = min(pen, 0.25 * float(arc[-1]))
    t = np.clip((arc - arc[narrow]) / max(2 * reach, 1e-6) + 0.5, 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t))


def _smoothed(values: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """Gaussian smoothing of values along a line, the ends repeated."""
    reach = max(1, int(np.ceil(2.5 * sigma)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 0.3)) ** 2)
    return np.asarray(np.convolve(np.pad(values, reach, mode="edge"), kernel / kernel.sum(), mode="valid"))


def _laid(graph: LineGraph, way: list[End], lane: Points) -> dict[int, Edge]:
    """The edges of a passage along their lane."""
    edges = {}
    pieces = np.split(lane, np.cumsum([len(graph.edges[k].points) for k, _ in way])[:-1])
    for (key, end), piece in zip(way, pieces, strict=True):
        edge = graph.edges[key]
        edges[key] = Edge(edge.ends, piece if end == 0 else piece[::-1], edge.width)
    return edges
