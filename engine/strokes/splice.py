"""Splice strokes into one another where they touch: loops and side trips of one longer way.

Where the end of one stroke lies on another, three arms meet, and no single line passes an odd junction
without going over one arm twice. A splice chooses the shortest arm to go over again (the route inspection
problem, solved greedily): pen movement on ink that is already there, never across paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.strokes.geometry import arc_lengths, is_closed, tangents
from engine.strokes.types import Stroke, as_stroke, stroke_length

_ROUNDS = 40
"""More rounds than any page needs: each at least halves the strokes that can still be spliced."""


@dataclass(frozen=True, slots=True)
class SpliceSettings:
    """When two strokes become one; lengths in pen widths.

    Attributes:
        touch_pens: An end this near another stroke lies on it; lines half as near meet.
        retrace_share: Most that may be gone over again, as a share of the two strokes' length.
        retrace_pens: Retracing this short is always allowed.
    """

    touch_pens: float = 1.8
    retrace_share: float = 0.4
    retrace_pens: float = 6.0


@dataclass(frozen=True, slots=True)
class _Splice:
    """A possible splice: a guest that leaves its host at point `p` and comes back to it at `q`, if it does.

    `turned` is the point at which a closed guest is opened, `met` the point at which one is crossed; None
    for a guest that touches with its ends.
    """

    cost: float
    host: int
    guest: int
    reverse: bool
    p: int
    q: int | None
    turned: int | None = None
    met: int | None = None


def splice(strokes: Sequence[Stroke], settings: SpliceSettings, *, pen_width: float) -> tuple[Stroke, ...]:
    """Insert strokes into the ones they hang on, cheapest first.

    Args:
        strokes: Each `(n, 2)`, points closer together than the pen is wide.
        settings: See there.
        pen_width: Width of the line in the strokes' units.

    Returns:
        Fewer or as many strokes over the same ink.
    """
    rest = [as_stroke(s) for s in strokes]
    for _ in range(_ROUNDS):
        changed = _one_round(rest, settings, pen_width)
        if changed is None:
            break
        rest = changed
    return tuple(rest)


def _one_round(strokes: list[Stroke], settings: SpliceSettings, pen: float) -> list[Stroke] | None:
    """All splices that do not disturb each other; None where there is none."""
    used: set[int] = set()
    made: dict[int, Stroke] = {}
    weight = [float(np.abs(s).sum()) for s in strokes]  # ties must not hang on the order of the strokes

    def rank(option: _Splice) -> tuple[float, float, float]:
        host, guest = weight[option.host], weight[option.guest]
        return round(option.cost, 2), host + guest, host

    for found in sorted(_candidates(strokes, settings, pen), key=rank):
        if found.host in used or found.guest in used:
            continue
        used |= {found.host, found.guest}
        made[min(found.host, found.guest)] = _spliced(strokes[found.host], strokes[found.guest], found)
    if not made:
        return None
    return [made.get(k, s) for k, s in enumerate(strokes) if k in made or k not in used]


def _candidates(strokes: list[Stroke], settings: SpliceSettings, pen: float) -> list[_Splice]:
    """All allowed splices with their costs (length gone over again)."""
    if len(strokes) < 2:
        return []
    arcs = [arc_lengths(s) for s in strokes]
    meetings = _meetings(strokes, 0.6 * settings.touch_pens * pen)
    return [
        *_end_options(strokes, arcs, settings, pen),
        *_loop_options(strokes, meetings, pen),
        *_crossing_options(arcs, meetings, settings, pen),
    ]


def _end_options(
    strokes: list[Stroke], arcs: list[NDArray[np.float64]], settings: SpliceSettings, pen: float
) -> list[_Splice]:
    """Ways to insert strokes into those that their ends touch."""
    owner = np.repeat(np.arange(len(strokes)), [len(s) for s in strokes])
    first = np.cumsum([0] + [len(s) for s in strokes])
    points = np.concatenate(strokes)
    ends = np.array([[s[0], s[-1]] for s in strokes]).reshape(-1, 2)
    touched = cKDTree(points).query_ball_point(ends, settings.touch_pens * pen)
    found: list[_Splice] = []
    for guest in range(len(strokes)):
        contacts = [
            _nearest(points, owner, first, ends[2 * guest + e], touched[2 * guest + e]) for e in (0, 1)
        ]
        for host in (set(contacts[0]) | set(contacts[1])) - {guest}:
            option = _option(guest, host, contacts, arcs, settings, pen)
            if option is not None:
                found.append(option)
    return found


@dataclass(frozen=True, slots=True)
class _Meetings:
    """Where strokes come near each other: all arrays `(m,)`, each meeting once.

    Attributes:
        a: Index of one stroke.
        p: Index of the point in it.
        b: Index of the other.
        q: Index of the point in it.
    """

    a: NDArray[np.int64]
    p: NDArray[np.int64]
    b: NDArray[np.int64]
    q: NDArray[np.int64]


def _meetings(strokes: list[Stroke], near: float) -> _Meetings:
    """All places where two strokes are within a distance, at points a third of it apart."""
    step = max(1, round(near / 3))
    index = [np.arange(0, len(s), step) for s in strokes]
    owner = np.repeat(np.arange(len(strokes)), [len(k) for k in index])
    place = np.concatenate(index)
    points = np.concatenate([s[k] for s, k in zip(strokes, index, strict=True)])
    i, j = cKDTree(points).query_pairs(near, output_type="ndarray").T
    apart = owner[i] != owner[j]
    i, j = i[apart], j[apart]
    return _Meetings(owner[i], place[i], owner[j], place[j])


def _best_of_each_two(meetings: _Meetings, cost: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices of the cheapest meeting of every two strokes."""
    low, high = np.minimum(meetings.a, meetings.b), np.maximum(meetings.a, meetings.b)
    order = np.lexsort((cost, high, low))
    pair = np.stack([low[order], high[order]], axis=1)
    return np.asarray(order[np.any(np.diff(pair, axis=0, prepend=-1), axis=1)])


def _loop_options(strokes: list[Stroke], meetings: _Meetings, pen: float) -> list[_Splice]:
    """Ways to insert a closed stroke into the strokes it meets, at the place where they run most alike."""
    closed = np.array([is_closed(s, pen) for s in strokes])
    chosen = np.flatnonzero(closed[meetings.a] | closed[meetings.b])
    met = _Meetings(*(each[chosen] for each in (meetings.a, meetings.p, meetings.b, meetings.q)))
    along = {k: tangents(strokes[k]) for k in set(met.a.tolist()) | set(met.b.tolist())}
    unlike = np.array(
        [
            1.0 - abs(float(along[a][p] @ along[b][q]))
            for a, p, b, q in zip(*(each.tolist() for each in (met.a, met.p, met.b, met.q)), strict=True)
        ]
    )
    found = []
    for k in _best_of_each_two(met, unlike):
        host, p, guest, q = int(met.a[k]), int(met.p[k]), int(met.b[k]), int(met.q[k])
        if not closed[guest]:
            host, p, guest, q = guest, q, host, p
        found.append(_Splice(float(unlike[k]), host, guest, False, p, None, turned=q))
    return found


def _crossing_options(
    arcs: list[NDArray[np.float64]], meetings: _Meetings, settings: SpliceSettings, pen: float
) -> list[_Splice]:
    """Ways to lead one stroke over into another that it crosses, for each two the shortest.

    The pen follows the host to the end of its shorter arm, comes back, goes out along the guest's shorter arm
    and then along the whole guest: both run straight through the crossing.
    """
    first = np.cumsum([0] + [len(arc) for arc in arcs])
    short = np.concatenate([np.minimum(arc, arc[-1] - arc) for arc in arcs])
    cost = short[first[meetings.a] + meetings.p] + short[first[meetings.b] + meetings.q]
    return [
        _Splice(float(cost[k]), host, guest, False, int(meetings.p[k]), None, met=int(meetings.q[k]))
        for k in _best_of_each_two(meetings, cost)
        for host, guest in [(int(meetings.a[k]), int(meetings.b[k]))]
        if cost[k] <= _allowed(arcs[host], arcs[guest], settings, pen)
    ]


def _allowed(
    host: NDArray[np.float64], guest: NDArray[np.float64], settings: SpliceSettings, pen: float
) -> float:
    """Most that two strokes of these arc lengths may be gone over again."""
    return max(settings.retrace_pens * pen, settings.retrace_share * float(host[-1] + guest[-1]))


def _nearest(
    points: NDArray[np.float32],
    owner: NDArray[np.int64],
    first: NDArray[np.int64],
    at: NDArray[np.float32],
    near: list[int],
) -> dict[int, int]:
    """For each stroke that passes near a place the index of its nearest point."""
    best: dict[int, tuple[float, int]] = {}
    for k in near:
        distance = float(np.hypot(*(points[k] - at)))
        stroke = int(owner[k])
        if stroke not in best or distance < best[stroke][0]:
            best[stroke] = (distance, int(k - first[stroke]))
    return {stroke: index for stroke, (_, index) in best.items()}


def _option(
    guest: int,
    host: int,
    contacts: list[dict[int, int]],
    arcs: list[NDArray[np.float64]],
    settings: SpliceSettings,
    pen: float,
) -> _Splice | None:
    """The cheapest way to splice one stroke into another."""
    p, q = contacts[0].get(host), contacts[1].get(host)
    reverse = p is None or (q is not None and q < p)
    if reverse:
        p, q = q, p
    if p is None:
        return None
    retraced = min(_retraced(arcs[host], float(arcs[guest][-1]), p, q))
    allowed = _allowed(arcs[host], arcs[guest], settings, pen)
    return _Splice(retraced, host, guest, reverse, p, q) if retraced <= allowed else None


def _retraced(arc: NDArray[np.float64], guest_length: float, p: int, q: int | None) -> tuple[float, ...]:
    """Lengths gone over again by the ways to splice: guest, head, tail, and the run between two contacts."""
    head, tail = float(arc[p]), float(arc[-1] - arc[p if q is None else q])
    if q is None:
        return guest_length, head, tail
    return guest_length, head, tail, float(arc[q] - arc[p])


def _spliced(host: Stroke, guest: Stroke, found: _Splice) -> Stroke:
    """Lay host and guest into one stroke, the shortest of the arms gone over twice."""
    p, q = found.p, found.q
    if found.turned is not None:
        way_round = _opened_at(guest, found.turned)
        along = host[min(p + 2, len(host) - 1)] - host[max(p - 2, 0)]
        if float((way_round[min(2, len(way_round) - 1)] - way_round[0]) @ along) < 0:
            way_round = way_round[::-1]
        return np.concatenate([host[: p + 1], way_round, host[p:]])
    if found.met is not None:
        return np.concatenate(
            [*_out_and_back(host, p, last=True), *_out_and_back(guest, found.met, last=False)]
        )
    guest = guest[::-1] if found.reverse else guest
    ways = _retraced(arc_lengths(host), stroke_length(guest), p, q)
    way = int(np.argmin(ways))
    back = guest[::-1]
    head, tail = host[: p + 1], host[p if q is None else q :]
    if way == 3:  # on to q, back along the guest to p, and over the run between them again
        parts = [host[: (q or 0) + 1], back, host[p:]]
    elif way == 0:
        parts = [head, guest, back, host[p:]]
    elif way == 1:
        parts = [back, head[::-1], host]
    else:
        parts = [host, tail[::-1], guest if q is None else back]
        if q is not None:  # the guest leads from q back to p, where nothing is left to draw
            parts = [host, tail[::-1], back]
    return np.concatenate(parts)


def _out_and_back(stroke: Stroke, at: int, *, last: bool) -> list[Stroke]:
    """A whole stroke with its shorter arm gone over twice, so that it ends or begins at a point of it."""
    arc = arc_lengths(stroke)
    if arc[at] < arc[-1] - arc[at]:
        stroke, at = stroke[::-1], len(stroke) - 1 - at
    whole = [stroke, stroke[at:][::-1]]
    return whole if last else [piece[::-1] for piece in reversed(whole)]


def _opened_at(loop: Stroke, index: int) -> Stroke:
    """A closed stroke that begins and ends at another of its points."""
    return np.concatenate([loop[index:], loop[1 : index + 1]])
