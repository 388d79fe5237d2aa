"""Join strokes end to end across gaps where the pen skipped or a crossing cut the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.strokes.geometry import Points, blend, end_tangent
from engine.strokes.matching import best_pairs
from engine.strokes.types import Stroke, as_stroke, stroke_length

InkProbe: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Darkness of the page, 0 to 1, at points `(n, 2)`."""

_End = tuple[int, int]
"""A stroke, and 0 for its start or 1 for its end."""
_NEIGHBOURS = 24
"""An end has a partner among this many nearest ends, or none: more only cost time on scribbles."""


@dataclass(frozen=True, slots=True)
class JoinSettings:
    """When two ends belong together; lengths in pen widths.

    Attributes:
        touch_pens: Ends this near are one place: they join whatever their directions.
        gap_pens: Widest gap crossed where both ends point at each other.
        ink_gap_pens: Widest gap crossed along a trail of pale ink.
        turn_deg: Largest turn at either end of a gap without ink.
        ink_share: Darkness, as a share of full ink, that counts as a trail.
        tangent_pens: Stretch over which the direction of an end is taken.
        invented_share: Most that all gaps crossed may come to, as a share of the strokes' length; the widest
            stay open. One gap is always allowed.
    """

    touch_pens: float = 4.0
    gap_pens: float = 9.0
    ink_gap_pens: float = 30.0
    turn_deg: float = 40.0
    ink_share: float = 0.12
    tangent_pens: float = 4.0
    invented_share: float = 0.05


def join(
    strokes: Sequence[Stroke], settings: JoinSettings, *, pen_width: float, ink: InkProbe | None = None
) -> tuple[Stroke, ...]:
    """Join strokes end to end, cheapest gap first; each end is used once and no stroke is lost.

    Args:
        strokes: Each `(n, 2)`, at least one point.
        settings: What counts as a gap.
        pen_width: Width of the line in the strokes' units.
        ink: Darkness of the page, to follow a pen that ran dry; None where there is no page.

    Returns:
        Fewer or as many strokes; their order is that of their first members.
    """
    links = _choose_links(strokes, settings, pen_width, ink)
    return tuple(_chain(strokes, links, settings.tangent_pens * pen_width))


def _choose_links(
    strokes: Sequence[Stroke], settings: JoinSettings, pen: float, ink: InkProbe | None
) -> dict[_End, _End]:
    """The links of least cost among those that leave the fewest strokes, without cycles.

    Where a line is cut at its own crossing four ends are near one place, and the cheapest link of all can be
    the wrong one: so the links of each group of ends are chosen together, as a matching.
    """
    found = _candidates(strokes, settings, pen, ink)
    cost = {(a, b): value for value, a, b in found}
    most = 1.0 + 2.0 * max(cost.values(), default=0.0)
    links: dict[_End, _End] = {}
    for a, b in best_pairs((a, b, most - value) for (a, b), value in cost.items()):
        links[a], links[b] = b, a
    _open_cycles(links, cost)
    share = settings.invented_share * sum(stroke_length(s) for s in strokes)
    _open_widest(links, strokes, max(share, settings.ink_gap_pens * pen))
    return links


def _open_cycles(links: dict[_End, _End], cost: dict[tuple[_End, _End], float]) -> None:
    """Take the dearest link out of every closed chain."""
    done: set[_End] = set()
    for first in sorted(links):
        chain, end = [], first
        while end in links and end not in done:
            done |= {end, links[end]}
            chain.append(end)
            stroke, other = links[end]
            end = (stroke, 1 - other)
        if chain and end == first:
            dearest = max(chain, key=lambda e: cost[min(e, links[e]), max(e, links[e])])
            del links[links[dearest]], links[dearest]


def _open_widest(links: dict[_End, _End], strokes: Sequence[Stroke], most: float) -> None:
    """Take out the widest links until the gaps of the others are no longer than `most` together."""
    gaps = {
        (a, b): float(np.linalg.norm(strokes[a[0]][-a[1]] - strokes[b[0]][-b[1]]))
        for a, b in links.items()
        if a < b
    }
    crossed = sum(gaps.values())
    for a, b in sorted(gaps, key=lambda pair: -gaps[pair]):
        if crossed <= most:
            return
        crossed -= gaps[a, b]
        del links[a], links[b]


def _candidates(
    strokes: Sequence[Stroke], settings: JoinSettings, pen: float, ink: InkProbe | None
) -> list[tuple[float, _End, _End]]:
    """All pairs of ends that may be joined, with their cost in pen widths."""
    if len(strokes) < 2:
        return []
    ends = np.array([[s[0], s[-1]] for s in strokes], dtype=np.float64).reshape(-1, 2)
    reach = settings.tangent_pens * pen
    leaving = np.array(
        [end_tangent(s, at_start=first, reach=reach) for s in strokes for first in (True, False)]
    )
    widest = max(settings.gap_pens, settings.ink_gap_pens if ink else 0.0) * pen
    found = []
    for i, j in _near_pairs(ends, leaving, widest, settings, pen):
        cost = _gap_cost(ends[[i, j]], leaving[[i, j]], settings, pen, ink)
        if cost is not None:
            found.append((cost, (int(i) // 2, int(i) % 2), (int(j) // 2, int(j) % 2)))
    return found


def _near_pairs(
    ends: Points, leaving: Points, widest: float, settings: JoinSettings, pen: float
) -> NDArray[np.int64]:
    """Pairs `(m, 2)` of ends that are near, and next to each other or turned towards each other."""
    count = min(_NEIGHBOURS, len(ends))
    distance, index = cKDTree(ends).query(ends, k=count, distance_upper_bound=widest)
    near = np.isfinite(distance)
    first = np.repeat(np.arange(len(ends)), near.sum(axis=1))
    pairs = np.stack([first, index[near]], axis=1)
    pairs = np.unique(np.sort(pairs[pairs[:, 0] // 2 != pairs[:, 1] // 2], axis=1), axis=0)
    i, j = pairs.T
    across = ends[j] - ends[i]
    gap = np.linalg.norm(across, axis=1)
    least = np.cos(np.radians(1.5 * settings.turn_deg)) * gap
    facing = ((leaving[i] * across).sum(axis=1) >= least) & ((leaving[j] * -across).sum(axis=1) >= least)
    return np.asarray(pairs[facing | (gap <= settings.touch_pens * pen)], dtype=np.int64)


def _gap_cost(
    ends: Points, leaving: Points, settings: JoinSettings, pen: float, ink: InkProbe | None
) -> float | None:
    """Cost of one gap in pen widths, None where it may not be crossed."""
    across = ends[1] - ends[0]
    gap = float(np.linalg.norm(across)) / pen
    turns = _turns(leaving, across)
    if gap <= settings.touch_pens:
        return gap + float(leaving[0] @ leaving[1]) + 1.0
    if ink is not None and gap <= settings.ink_gap_pens and turns.max() < 1.5 * settings.turn_deg:
        trail = ink(np.linspace(ends[0], ends[1], max(4, int(gap * 2)))[1:-1])
        if np.median(trail) >= settings.ink_share and np.percentile(trail, 20) >= settings.ink_share / 2:
            return 0.3 * gap + float(turns.sum()) / 45.0
    if gap <= settings.gap_pens and turns.max() < settings.turn_deg:
        return gap + float(turns.sum()) / 30.0
    return None


def _turns(leaving: Points, across: Points) -> NDArray[np.float64]:
    """Turn in degrees from each end's direction into the gap."""
    straight = across / max(float(np.linalg.norm(across)), 1e-9)
    cosines = np.array([leaving[0] @ straight, leaving[1] @ -straight])
    return np.asarray(np.degrees(np.arccos(np.clip(cosines, -1, 1))))


def _chain(strokes: Sequence[Stroke], links: dict[_End, _End], reach: float) -> list[Stroke]:
    """Walk the links and lay each chain of strokes into one."""
    done: set[int] = set()
    chains = []
    for first in range(len(strokes)):
        if first in done:
            continue
        stroke, entry = _chain_start(first, links)
        points = strokes[stroke] if entry == 0 else strokes[stroke][::-1]
        done.add(stroke)
        while (stroke, 1 - entry) in links:
            stroke, entry = links[stroke, 1 - entry]
            done.add(stroke)
            follower = strokes[stroke] if entry == 0 else strokes[stroke][::-1]
            points = connect(points, follower, reach)
        chains.append(as_stroke(points))
    return chains


def _chain_start(stroke: int, links: dict[_End, _End]) -> tuple[int, int]:
    """First stroke of the chain that `stroke` is in, and the end it is entered by."""
    entry = 0
    while (stroke, entry) in links:
        stroke, leaving = links[stroke, entry]
        entry = 1 - leaving
    return stroke, entry


def connect(first: Stroke, second: Stroke, reach: float) -> Stroke:
    """One stroke out of two, the gap between them closed by a curve that keeps both directions."""
    out = end_tangent(first, at_start=False, reach=reach)
    into = -end_tangent(second, at_start=True, reach=reach)
    straight = second[0] - first[-1]
    # A curve is only plausible where the pen goes on; at a turn the shortest way is the honest one.
    if min(out @ straight, into @ straight) <= 0:
        return np.concatenate([first, second])
    inner = blend(first[-1], out, second[0], into, step=max(reach / 8, 1e-3))
    return np.concatenate([first, as_stroke(inner), second])
