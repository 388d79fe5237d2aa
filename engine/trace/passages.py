"""Ways of the pen through one junction: which arms belong together, and where lines run in shared ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, unit
from engine.trace.graph import Edge
from engine.trace.lanes import Traversal, lanes
from engine.trace.pairing import Arm, PairingSettings, leaving, match_arms, pair_cost, turn

SHARED_PENS = 1.5
"""A run inside a junction longer than this is followed; shorter ones are bridged by a smooth curve."""
_STRAIGHT_PENS = 4.0
"""However long a run, arms on its two sides are compared as if they stood so far apart."""

Step = tuple[int, bool]
"""A run, and whether it is followed from its first point to its last."""


@dataclass(frozen=True, slots=True)
class Junction:
    """Arms that meet, and what lies inside where a junction was made of several.

    Attributes:
        arms: The edges that leave it.
        sites: For each arm the place inside at which it is attached.
        runs: Edges inside, each between two sites; a tail ends at a site of its own.
    """

    arms: list[Arm]
    sites: list[int]
    runs: list[Edge]


@dataclass(frozen=True, slots=True)
class Passage:
    """One way through.

    Attributes:
        arms: Indices of the arm the pen comes by and the arm it leaves by.
        points: `(n, 2)` the line it follows inside, None where a smooth curve will do.
    """

    arms: tuple[int, int]
    points: Points | None


@dataclass(frozen=True, slots=True)
class Passages:
    """All ways through a junction.

    Attributes:
        all: The ways.
        left_over: Runs that no way follows.
        margin: How much worse, in radians, the next best pairing is; infinite where there is none.
    """

    all: list[Passage]
    left_over: list[Edge]
    margin: float


def find_passages(junction: Junction, pen: float, settings: PairingSettings) -> Passages:
    """Pair the arms of a junction and lead each pair through it.

    Args:
        junction: See there.
        pen: Pen width, px.
        settings: See there.

    Returns:
        The ways; an odd arm is in none of them.
    """
    inside = _Inside(junction, pen)
    cost = _costs(junction, inside, pen, settings)
    tails = [k for k in inside.long if inside.is_tail(k)]
    through: dict[int, tuple[int, int]] = {}
    for tail in tails:
        pair = _pair_for_tail(junction, inside, tail, cost, pen, set(through.values()))
        if pair is not None:
            through[tail] = pair
    forced = list(dict.fromkeys(through.values()))
    pairs, margin = match_arms(cost, forced)
    steps = [_steps(junction, inside, pair, [t for t, p in through.items() if p == pair]) for pair in pairs]
    used = {run for way in steps for run, _ in way}
    lines = _lines(junction, inside, pairs, steps, pen)
    return Passages(
        [Passage(pair, line) for pair, line in zip(pairs, lines, strict=True)],
        [junction.runs[k] for k in inside.long if k not in used],
        margin,
    )


class _Inside:
    """The runs of a junction as a little road map; nearly always a tree, so any way is the way."""

    def __init__(self, junction: Junction, pen: float) -> None:
        self.runs = junction.runs
        self.long = [k for k, run in enumerate(self.runs) if run.length > SHARED_PENS * pen]
        self._roads: dict[int, list[tuple[int, Step]]] = {}
        for k, run in enumerate(self.runs):
            a, b = run.sites
            self._roads.setdefault(a, []).append((b, (k, True)))
            self._roads.setdefault(b, []).append((a, (k, False)))
        self._occupied = set(junction.sites)
        self._ways: dict[int, dict[int, tuple[Step, ...]]] = {}

    def is_tail(self, run: int) -> bool:
        """Whether a run ends where nothing else begins."""
        return self.tip(run) is not None

    def tip(self, run: int) -> int | None:
        """The free end of a tail, 0 or 1."""
        for end, site in enumerate(self.runs[run].sites):
            if site not in self._occupied and len(self._roads[site]) == 1:
                return end
        return None

    def way(self, start: int, goal: int) -> tuple[Step, ...]:
        """Runs from one site to another; none where they are one place."""
        if start not in self._ways:
            reached: dict[int, tuple[Step, ...]] = {start: ()}
            queue = [start]
            while queue:
                site = queue.pop(0)
                for other, step in self._roads.get(site, ()):
                    if other not in reached:
                        reached[other] = (*reached[site], step)
                        queue.append(other)
            self._ways[start] = reached
        return self._ways[start].get(goal, ())

    def points(self, way: Sequence[Step]) -> Points:
        """The middle line of a way."""
        pieces = [self.runs[k].points if ahead else self.runs[k].points[::-1] for k, ahead in way]
        return np.concatenate(pieces) if pieces else np.zeros((0, 2))

    def follows(self, way: Sequence[Step]) -> bool:
        """Whether a way is worth following rather than bridging."""
        return any(k in self.long for k, _ in way)


def _costs(junction: Junction, inside: _Inside, pen: float, settings: PairingSettings) -> NDArray[np.float64]:
    """Cost in radians of every pair of arms, `(n, n)`."""
    count = len(junction.arms)
    cost = np.zeros((count, count))
    shared = any(not inside.is_tail(k) for k in inside.long)
    for i in range(count):
        for j in range(i + 1, count):
            way = inside.way(junction.sites[i], junction.sites[j])
            a, b = junction.arms[i], junction.arms[j]
            if inside.follows(way):
                b = _straightened(b, inside.points(way), pen)
                cost[i, j] = pair_cost(a, b, settings)
            else:  # it leaves a run undrawn that is wide enough to be drawn twice
                cost[i, j] = pair_cost(a, b, settings) + (settings.turn_back if shared else 0.0)
            cost[j, i] = cost[i, j]
    return cost


def _straightened(arm: Arm, run: Points, pen: float) -> Arm:
    """An arm beyond a run, moved to where it would be if the run were straight and short."""
    reach = min(len(run) - 1, max(1, round(2 * pen)))
    ahead, arriving = unit(run[reach] - run[0]), unit(run[-1] - run[-1 - reach])
    angle = turn(arriving, ahead)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    length = min(float(arc_lengths(run)[-1]), _STRAIGHT_PENS * pen)
    point = run[0] + ahead * length + rotation @ (arm.point - run[-1])
    return Arm(point, rotation @ arm.direction, arm.curvature, arm.width)


def _pair_for_tail(
    junction: Junction,
    inside: _Inside,
    tail: int,
    cost: NDArray[np.float64],
    pen: float,
    taken: set[tuple[int, int]],
) -> tuple[int, int] | None:
    """The pair of arms whose way leads out to a tail's tip and back, the rest being paired at their best."""
    tip = inside.tip(tail)
    assert tip is not None
    site = inside.runs[tail].sites[1 - tip]
    onward = leaving(inside.runs[tail], 1 - tip, pen)
    swerve = [_swerve(arm, inside.way(s, site), inside, onward, pen) for arm, s in _placed(junction)]
    best, chosen = np.inf, None
    for i in range(len(swerve)):
        for j in range(i + 1, len(swerve)):
            if any({i, j} & set(pair) for pair in taken):
                continue
            rest, _ = match_arms(cost, [(i, j), *taken])
            total = 0.5 * (swerve[i] + swerve[j]) + sum(cost[a, b] for a, b in rest if (a, b) != (i, j))
            if total < best:
                best, chosen = total, (i, j)
    return chosen


def _placed(junction: Junction) -> list[tuple[Arm, int]]:
    return list(zip(junction.arms, junction.sites, strict=True))


def _swerve(arm: Arm, way: tuple[Step, ...], inside: _Inside, onward: Points, pen: float) -> float:
    """Turn in radians from an arm, by way of the runs between, into a tail."""
    if not inside.follows(way):
        return abs(turn(-arm.direction, onward))
    run = inside.points(way)
    reach = min(len(run) - 1, max(1, round(2 * pen)))
    into = abs(turn(-arm.direction, unit(run[reach] - run[0])))
    return into + abs(turn(unit(run[-1] - run[-1 - reach]), onward))


def _steps(junction: Junction, inside: _Inside, pair: tuple[int, int], tails: list[int]) -> tuple[Step, ...]:
    """The runs a pair follows, with its detours to tails."""
    way: tuple[Step, ...] = ()
    here, goal = junction.sites[pair[0]], junction.sites[pair[1]]
    for tail in tails:
        tip = inside.tip(tail)
        foot = inside.runs[tail].sites[0 if tip == 1 else 1]
        way += (*inside.way(here, foot), (tail, tip == 1), (tail, tip == 0))
        here = foot
    return (*way, *inside.way(here, goal))


def _lines(
    junction: Junction,
    inside: _Inside,
    pairs: Sequence[tuple[int, int]],
    steps: Sequence[tuple[Step, ...]],
    pen: float,
) -> list[Points | None]:
    """The line of every pair, side by side where they share a run; None where a curve will do."""
    followed = [way if inside.follows(way) else () for way in steps]
    traversals: dict[int, list[Traversal]] = {}
    for number, (pair, way) in enumerate(zip(pairs, followed, strict=True)):
        before: list[Arm | _End] = [junction.arms[pair[0]], *(_End(inside, step, 1) for step in way)]
        after: list[Arm | _End] = [*(_End(inside, step, 0) for step in way[1:]), junction.arms[pair[1]]]
        for place, (run, ahead) in enumerate(way):
            outside = _outside(before[place], run, pen), _outside(after[place], run, pen)
            passing = Traversal((number, place), outside if ahead else outside[::-1])
            traversals.setdefault(run, []).append(passing)
    single = _single_width(junction, pen)
    laid = {run: lanes(inside.runs[run], passing, pen, single) for run, passing in traversals.items()}
    lines: list[Points | None] = []
    for number, way in enumerate(followed):
        pieces = [laid[run][number, place][:: 1 if ahead else -1] for place, (run, ahead) in enumerate(way)]
        lines.append(np.concatenate(pieces) if pieces else None)
    return lines


@dataclass(frozen=True, slots=True)
class _End:
    """The end at which a step of a way begins (0) or stops (1)."""

    inside: _Inside
    step: Step
    end: int


def _outside(neighbour: Arm | _End, run: int, pen: float) -> Points | None:
    """Where a passage is some pen widths away from a run; None at a tip, where it turns round."""
    if isinstance(neighbour, Arm):
        return neighbour.point + pen * neighbour.direction
    other, ahead = neighbour.step
    if other == run:
        return None
    points = neighbour.inside.runs[other].points
    points = points if ahead == (neighbour.end == 0) else points[::-1]
    return np.asarray(points[min(len(points) - 1, round(2 * pen))])


def _single_width(junction: Junction, pen: float) -> float:
    """Width of the ink of one passage around a junction."""
    return float(np.clip(np.median([arm.width for arm in junction.arms]), 0.7 * pen, 1.1 * pen))
