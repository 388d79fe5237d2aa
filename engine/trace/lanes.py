"""Lines side by side in shared ink: two passages along one run lie as far apart as it is too wide for one.

A run the pen went along twice is in the graph as two equal edges, twins. Pairing at the junctions says what
each twin goes on to at either end. Here it is decided which way in belongs to which way out, and each passage
gets a lane of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, smooth, tangents, unit
from engine.trace.graph import Edge, End, LineGraph
from engine.trace.pairing import Arm, Arms

_WIDEST_LANE = 0.6
"""Farthest a lane lies from the middle, in pen widths: beyond, there is paper between the lines."""
_LOOK_AHEAD = 3.0
"""How far inside a run, in pen widths, an arm is compared with the lanes."""

_SHORT_RUN = 5.0
"""A run shorter than this, in pen widths, is more likely a crossing, ..."""
_SHORT_BONUS = 0.2
"""... by so many radians a pen width."""

Doubt = tuple[float, Points]
"""How much worse, in radians, another choice would have been, and where `(2,)`."""
Partners = dict[End, End]
"""For each edge end the one it goes on to."""
_Pair = tuple[Arm | None, Arm | None]
"""What the two passages are outside an end of a run; None where one starts, stops or turns round."""


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

    def exits(self) -> tuple[End, End]:
        """The ends at which the two passages leave."""
        (key, end), (twin, _) = self.way[-1], self.twins[-1]
        return (key, 1 - end), (twin, 1 - end)


def spread_lanes(graph: LineGraph, partners: Partners, twins: Mapping[int, int], arms: Arms) -> list[Doubt]:
    """Say which passage is which along every doubled run, and move the twins apart.

    Nothing in merged ink says whether two passages cross in it, but at either end the pen enters the lane on
    its own side or the other, and one is the smoother way. On generated pages that tells a loop from a cusp
    well (area under the curve .93), a crossing from a touch along other runs hardly (.69).

    Args:
        graph: Twins are moved in place.
        partners: Changed in place where twins are exchanged.
        twins: For each doubled edge its twin, both ways round.
        arms: Reads and compares directions.

    Returns:
        Runs in which the passages could as well cross as not, or the other way round.
    """

    def outside(end: End) -> Arm | None:
        other = partners.get(end)
        if other is None or other[0] == twins[end[0]]:
            return None
        return arms.of(graph.edges[other[0]], other[1])

    moved: dict[int, Edge] = {}
    doubts: list[Doubt] = []
    for run in _runs(graph, partners, twins):
        exits = run.exits()
        around = (outside(run.way[0]), outside(run.twins[0])), (outside(exits[0]), outside(exits[1]))
        if around == ((None, None), (None, None)):
            continue
        lanes = _measure(run, [arm.width for pair in around for arm in pair if arm is not None], arms.pen)
        side, exchange, margin = _choose(lanes, around, arms)
        # Whether a way out and back is a loop or a cusp is nothing an artist would look for.
        if margin < arms.settings.doubt and all(any(pair) for pair in around):
            doubts.append((margin, run.points[len(run.points) // 2]))
        if exchange:
            _exchange(partners, *exits)
        shift = lanes.across * (arms.steadiness * lanes.spread * side)[:, None]
        moved |= _laid(graph, run.way, run.points + shift) | _laid(graph, run.twins, run.points - shift)
    graph.edges.update(moved)
    return doubts


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


@dataclass(frozen=True, slots=True)
class _Lanes:
    """The room two lines have along a run.

    Attributes:
        points: `(n, 2)` middle line.
        across: `(n, 2)` unit normals.
        spread: `(n,)` how far a lane lies from the middle, px.
        width: `(n,)` smoothed width of the ink, px.
    """

    points: Points
    across: Points
    spread: NDArray[np.float64]
    width: NDArray[np.float64]

    def backwards(self) -> _Lanes:
        """The same room from the other end; sides stay what they are."""
        return _Lanes(self.points[::-1], self.across[::-1], self.spread[::-1], self.width[::-1])

    def arm(self, side: float, pen: float) -> Arm:
        """A lane some pen widths inside, as an arm leaving the first end."""
        line = self.points + self.across * (self.spread * side)[:, None]
        last = len(line) - 1
        here = min(round(_LOOK_AHEAD * pen), last // 2)
        ahead = line[min(last, here + round(pen))] - line[max(0, here - round(0.5 * pen))]
        return Arm(line[here], unit(ahead), 0.0, pen)

    def side(self, arms: _Pair, pen: float) -> float:
        """1 where the first of two arms lies on the side `across` points to, else -1; 0 without arms."""
        inside = self.across[min(len(self.points) // 2, round(pen))]
        away = [
            0.0 if arm is None else float((arm.point + pen * arm.direction - self.points[0]) @ inside)
            for arm in arms
        ]
        return float(np.sign(away[0] - away[1]))

    def gain(self, outside: _Pair, arms: Arms) -> float:
        """How much smoother it is, in radians, to cross at the first end."""
        side = self.side(outside, arms.pen)
        near, far = self.arm(side, arms.pen), self.arm(-side, arms.pen)
        gain = 0.0
        for arm, own, other in ((outside[0], near, far), (outside[1], far, near)):
            if arm is not None:
                gain += arms.cost(arm, own) - arms.cost(arm, other)
        return gain if side else -np.inf

    def crossing(self, pen: float) -> NDArray[np.float64]:
        """From 1 at the first end to -1 at the last, changing at the narrowest place of the first half."""
        narrow = int(np.argmin(self.width[: max(1, len(self.width) // 2)]))
        arc = arc_lengths(self.points)
        reach = min(2 * pen, 0.5 * float(arc[-1]))
        t = np.clip((arc - arc[narrow]) / max(reach, 1e-6) + 0.5, 0.0, 1.0)
        return np.asarray(1 - 2 * t * t * (3 - 2 * t))


def _measure(run: _Run, widths: list[float], pen: float) -> _Lanes:
    """What a run is too wide by for the lines around it is room between two."""
    along = tangents(smooth(run.points, 0.5 * pen))
    width = _smoothed(run.width, 0.5 * pen)
    single = float(np.clip(np.median(widths), 0.7 * pen, 1.1 * pen))
    spread = np.clip(0.5 * (width - single), 0.0, _WIDEST_LANE * pen)
    return _Lanes(run.points, np.stack([-along[:, 1], along[:, 0]], axis=1), spread, width)


def _choose(
    lanes: _Lanes, around: tuple[_Pair, _Pair], arms: Arms
) -> tuple[NDArray[np.float64], bool, float]:
    """How the first passage goes along a run.

    Returns:
        Its side, `(n,)` -1 to 1; whether it leaves as its twin did; how clear, in radians, the choice was.
    """
    back, pen = lanes.backwards(), arms.pen
    gains = lanes.gain(around[0], arms), back.gain(around[1], arms)
    first, last = lanes.side(around[0], pen), back.side(around[1], pen)
    # A short run is the middle of a slanted crossing: lines that only touch run side by side for longer.
    short = max(0.0, _SHORT_RUN - len(lanes.points) / pen) if first and last else 0.0
    margin = max(gains) + arms.settings.crossing_bias + _SHORT_BONUS * short
    turned = -1.0 if margin > 0 else 1.0
    first = first or last * turned
    side = np.full(len(lanes.points), first)
    if margin > 0:
        side *= lanes.crossing(pen) if gains[0] >= gains[1] else -back.crossing(pen)[::-1]
    return side, last == -first * turned, abs(margin)


def _exchange(partners: Partners, one: End, other: End) -> None:
    """Let two edge ends go on to what the other went on to."""
    beyond = partners.pop(one, None), partners.pop(other, None)
    for end, partner in ((other, beyond[0]), (one, beyond[1])):
        if partner is not None:
            partners[end], partners[partner] = partner, end


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
