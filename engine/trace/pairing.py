"""Which arms of a junction belong together: the smoothest global choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, unit
from engine.trace.graph import Edge

_EXACT_ARMS = 12
"""Largest junction solved exactly; beyond, the cheapest pairs are taken first."""


@dataclass(frozen=True, slots=True)
class PairingSettings:
    """How arms are read and compared; lengths in pen widths.

    Attributes:
        near_pens: Where the stretch that gives an arm's direction begins, from the junction.
        far_pens: Where it ends.
        bend_weight: Weight of the change of direction against the misfit of position and curvature.
        crossing_bias: Two lines in shared ink cross also where that is less smooth by so many radians: in
            doubt a pen goes straight on.
        doubt: A junction is uncertain when another pairing costs less than so many radians more.
    """

    near_pens: float = 0.6
    far_pens: float = 4.1
    bend_weight: float = 0.5
    crossing_bias: float = 0.1
    doubt: float = 0.3


@dataclass(frozen=True, slots=True)
class Arm:
    """An edge as it leaves a junction.

    Attributes:
        point: `(2,)` where the fitted stretch begins.
        direction: `(2,)` unit vector there, away from the junction.
        curvature: Signed curvature there, 1 / px.
        width: Usual ink width of the stretch, px.
    """

    point: Points
    direction: Points
    curvature: float
    width: float


class Arms:
    """The arms of edges, each fitted once.

    Attributes:
        pen: Pen width, px.
        settings: How they are read and compared.
        steadiness: How much the width of the ink says, 0 to 1.
    """

    def __init__(self, pen: float, settings: PairingSettings, steadiness: float = 1.0) -> None:
        self.pen = pen
        self.settings = settings
        self.steadiness = steadiness
        self._fitted: dict[tuple[int, int], tuple[Edge, Arm]] = {}

    def of(self, edge: Edge, end: int) -> Arm:
        """An edge as it leaves by its first (0) or its last (1) point."""
        key = (id(edge), end)
        if key not in self._fitted:  # the edge is kept with its arm, so that its id stays its own
            self._fitted[key] = edge, fit_arm(edge, end, self.pen, self.settings)
        return self._fitted[key][1]

    def cost(self, a: Arm, b: Arm) -> float:
        """See `pair_cost`."""
        return pair_cost(a, b, self.settings)


def fit_arm(edge: Edge, end: int, pen: float, settings: PairingSettings) -> Arm:
    """Fit a parabola to the stretch of an edge some pen widths away from its junction.

    Args:
        edge: The edge.
        end: 0 where it leaves the junction with its first point, 1 with its last.
        pen: Pen width, px.
        settings: See there.

    Returns:
        The arm.
    """
    points = edge.points if end == 0 else edge.points[::-1]
    width = edge.width if end == 0 else edge.width[::-1]
    arc = arc_lengths(points)
    near = min(settings.near_pens * pen, 0.35 * arc[-1])
    far = min(settings.far_pens * pen, max(arc[-1] - 0.5 * pen, 0.8 * arc[-1]))
    inside = (arc >= near) & (arc <= far)
    if inside.sum() < 4:
        k = min(len(points) - 1, max(1, int(inside.sum())))
        first = int(np.searchsorted(arc, near)) if len(points) > k + 1 else 0
        last = min(len(points) - 1, first + k)
        return Arm(points[first], unit(points[last] - points[max(0, last - k)]), 0.0, float(np.median(width)))
    s, q = arc[inside] - near, points[inside]
    stretch = s[-1] / pen
    order = 2 if stretch > 1.4 else 1
    powers = s[:, None] ** np.arange(order + 1)
    fit = np.linalg.solve(powers.T @ powers, powers.T @ q)
    slope = fit[1]
    bend = 2 * fit[2] if order == 2 else np.zeros(2)
    speed = max(float(np.linalg.norm(slope)), 1e-6)
    curvature = float(slope[0] * bend[1] - slope[1] * bend[0]) / speed**3
    return Arm(fit[0], slope / speed, curvature * min(1.0, stretch / 3), float(np.median(width[inside])))


def leaving(edge: Edge, end: int, pen: float) -> Points:
    """Unit direction of an edge from one end towards its middle, read off a stretch of two pen widths."""
    points = edge.points if end == 0 else edge.points[::-1]
    reach = min(len(points) - 1, max(1, int(min(2 * pen, 0.6 * edge.length))))
    return unit(points[reach] - points[0])


def turn(a: Points, b: Points) -> float:
    """Signed turn in radians from direction `a` to direction `b`."""
    return float(np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b))


def pair_cost(a: Arm, b: Arm, settings: PairingSettings) -> float:
    """How badly a pen going in along `a` and out along `b` would swerve, in radians.

    The way between the arms is taken as a smooth arc: the turns onto and off the chord should be what the
    arms' own curvature foretells, and the same on both sides.
    """
    across = b.point - a.point
    gap = float(np.linalg.norm(across))
    incoming = -a.direction
    whole = turn(incoming, b.direction)
    if gap < 1e-6:
        return abs(whole)
    chord = across / gap
    onto, off = turn(incoming, chord), turn(chord, b.direction)
    # Walking towards the junction turns an arm's curvature round.
    expected = np.clip(0.5 * gap * np.array([-a.curvature, b.curvature]), -0.6, 0.6)
    misfit = abs(onto - expected[0]) + abs(off - expected[1])
    return float(0.5 * misfit + settings.bend_weight * abs(whole))


def pair_arms(arms: Sequence[Arm], settings: PairingSettings) -> tuple[list[tuple[int, int]], float]:
    """Pair as many arms as there are partners, with the least summed cost.

    Args:
        arms: The arms of one junction.
        settings: See there.

    Returns:
        Pairs of indices, and by how many radians the next best choice is worse (infinite where there is
        none); one arm stays alone where their number is odd.
    """
    count = len(arms)
    if count < 2:
        return [], np.inf
    cost = np.zeros((count, count))
    for i in range(count):
        for j in range(i + 1, count):
            cost[i, j] = cost[j, i] = pair_cost(arms[i], arms[j], settings)
    pairs = _exact(cost) if count <= _EXACT_ARMS else _greedy(cost)
    return pairs, _margin(arms, cost, pairs)


def _margin(arms: Sequence[Arm], cost: NDArray[np.float64], pairs: list[tuple[int, int]]) -> float:
    """Least that any exchange between two pairs, or with the arm left alone, would cost more.

    The arms of twin edges are one and the same: exchanging those changes nothing.
    """
    margin = np.inf
    for n, (i, j) in enumerate(pairs):
        for k, m in pairs[n + 1 :]:
            if len({id(arms[one]) for one in (i, j, k, m)}) == 4:
                others = min(cost[i, k] + cost[j, m], cost[i, m] + cost[j, k])
                margin = min(margin, float(others - cost[i, j] - cost[k, m]))
        for k in set(range(len(cost))) - {arm for pair in pairs for arm in pair}:
            margin = min(margin, float(min(cost[i, k], cost[j, k]) - cost[i, j]))
    return margin


def _exact(cost: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Minimum-cost maximum matching by dynamic programming over sets of arms."""
    count = len(cost)

    @cache
    def best(left: int, may_skip: bool) -> tuple[float, tuple[tuple[int, int], ...]]:
        if left == 0:
            return 0.0, ()
        i = (left & -left).bit_length() - 1
        rest = left & ~(1 << i)
        options = []
        if may_skip:
            options.append(best(rest, False))
        for j in range(i + 1, count):
            if rest >> j & 1:
                below, pairs = best(rest & ~(1 << j), may_skip)
                options.append((below + float(cost[i, j]), ((i, j), *pairs)))
        return min(options, key=lambda o: o[0], default=(np.inf, ()))

    return list(best((1 << count) - 1, count % 2 == 1)[1])


def _greedy(cost: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Cheapest pair first."""
    free = set(range(len(cost)))
    pairs = []
    for flat in np.argsort(cost, axis=None):
        i, j = divmod(int(flat), len(cost))
        if i < j and i in free and j in free:
            pairs.append((i, j))
            free -= {i, j}
    return pairs
