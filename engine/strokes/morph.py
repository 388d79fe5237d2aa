"""From one drawing to another by shape alone: lines find their likes, and turn into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths
from engine.strokes.types import Drawing, Stroke, as_stroke, bounding_box

_PLACES = 24
"""Places along a line by which it is compared."""
_ROUNDS = 6
_CLOSED_SHARE = 0.06
"""A line whose ends are nearer than this share of its length has no beginning that matters."""
_SAME = 1e-6


def morph(first: Drawing, second: Drawing, n: int) -> list[Drawing]:
    """Steps from one drawing to another, both among them.

    Each line of the drawing that has more goes to the line of the other it is most like. Where several go to
    one, that one is cut, at places that suit them; so nothing appears and nothing is left over.

    Args:
        first: Strokes in any unit.
        second: Strokes in the same unit.
        n: How many drawings; of one alone it is the first.

    Returns:
        The drawings; those between have as many strokes as the drawing that has more, in its order.

    Raises:
        ValueError: for fewer than one.
    """
    if n < 1:
        raise ValueError(f"a way from one drawing to another has a step at least, not {n}")
    pairs = _pairs(_filled(first, second), _filled(second, first))
    between = [Drawing(tuple(pair.at(share) for pair in pairs)) for share in np.linspace(0, 1, n)[1:-1]]
    return [first, *between, second][:n]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A line of the one and the line of the other that it becomes, `(m, 2)` each, point by point."""

    first: Points
    second: Points

    def at(self, share: float) -> Stroke:
        return as_stroke((1 - share) * self.first + share * self.second)


def _filled(drawing: Drawing, other: Drawing) -> list[Points]:
    """Strokes with points; a drawing without any is a dot in the middle of the other."""
    strokes = [stroke.astype(np.float64) for stroke in drawing.strokes if len(stroke)]
    if strokes:
        return strokes
    x0, y0, x1, y1 = bounding_box(other.strokes)
    return [np.array([[(x0 + x1) / 2, (y0 + y1) / 2]])] if any(map(len, other.strokes)) else []


def _pairs(first: list[Points], second: list[Points]) -> list[_Pair]:
    if len(first) > len(second):
        return [_Pair(pair.second, pair.first) for pair in _pairs(second, first)]
    pairs: dict[int, _Pair] = {}
    for line, guests in zip(first, _guests(first, second), strict=True):
        pieces = _shared_out(line, [second[guest] for guest in guests])
        pairs |= zip(guests, pieces, strict=True)
    return [pairs[index] for index in range(len(second))]


def _guests(lines: Sequence[Points], others: Sequence[Points]) -> list[list[int]]:
    """For each line the others that come from it, one at least; `others` are as many or more."""
    from scipy.optimize import linear_sum_assignment  # here: half a second that few callers need

    if not lines:
        return []
    cost = _costs(lines, others)
    own, guests = linear_sum_assignment(cost)
    found: list[list[int]] = [[] for _ in lines]
    for line, guest in zip(own, guests, strict=True):
        found[line].append(int(guest))
    for guest in sorted(set(range(len(others))) - set(guests.tolist())):
        found[int(np.argmin([_nearness(line, others[guest]) for line in lines]))].append(guest)
    return found


def _nearness(line: Points, part: Points) -> float:
    """Mean distance of a line to a longer one that it may be a part of."""
    apart = np.linalg.norm(_places(part)[:, None] - _places(line)[None], axis=2)
    return float(apart.min(axis=1).mean())


def _shared_out(line: Points, guests: Sequence[Points]) -> list[_Pair]:
    """Cut a line for its guests, and lay each on its piece so that it need not turn round."""
    if len(guests) == 1:
        return [_laid(line, guests[0])]
    order = np.argsort([_place_on(line, guest) for guest in guests], kind="stable")
    for _ in range(_ROUNDS):
        pieces = _cut(line, [guests[i] for i in order])
        better = order[_best_order(pieces, [guests[i] for i in order])]
        if (better == order).all():
            break
        order = better
    pieces = _cut(line, [guests[i] for i in order])
    laid = {int(i): _laid(piece, guests[i]) for i, piece in zip(order, pieces, strict=True)}
    return [laid[i] for i in range(len(guests))]


def _place_on(line: Points, guest: Points) -> float:
    """Where on a line, 0 to 1, a guest lies."""
    places = _places(line)
    apart = np.linalg.norm(_places(guest)[:, None] - places[None], axis=2)
    return float(np.median(apart.argmin(axis=1)))


def _best_order(pieces: Sequence[Points], guests: Sequence[Points]) -> NDArray[np.intp]:
    from scipy.optimize import linear_sum_assignment

    return np.asarray(linear_sum_assignment(_costs(pieces, guests))[1])


def _cut(line: Points, guests: Sequence[Points]) -> list[Points]:
    """Pieces of a line, as long beside each other as the guests are."""
    lengths = np.array([arc_lengths(guest)[-1] for guest in guests])
    shares = (lengths + _SAME) / (lengths + _SAME).sum()
    ends = np.concatenate([[0.0], np.cumsum(shares)[:-1], [1.0]])
    vertices = _shares(line)
    inner = [vertices[(vertices > a) & (vertices < b)] for a, b in pairwise(ends)]
    return [
        _at(line, np.concatenate([[a], middle, [b]]))
        for (a, b), middle in zip(pairwise(ends), inner, strict=True)
    ]


def _laid(line: Points, guest: Points) -> _Pair:
    """Two lines point by point, at the same shares of their lengths; corners of both are kept."""
    turned = min(_turns(line, guest), key=lambda one: _apart_at_places(line, one))
    shares = np.union1d(_shares(line), _shares(turned))
    return _Pair(_at(line, shares), _at(turned, shares))


def _turns(line: Points, guest: Points) -> list[Points]:
    """A guest in both directions; where both lines are closed, from any place on."""
    turns = [guest]
    if _is_closed(line) and _is_closed(guest):
        shares = _shares(guest)
        for start in np.arange(1, _PLACES) / _PLACES:
            behind, ahead = shares[(shares > 0) & (shares < start)], shares[(shares > start) & (shares < 1)]
            turns.append(_at(guest, np.concatenate([[start], ahead, [1.0], behind, [start]])))
    return [*turns, *(one[::-1] for one in turns)]


def _is_closed(line: Points) -> bool:
    return float(np.linalg.norm(line[-1] - line[0])) < _CLOSED_SHARE * float(arc_lengths(line)[-1])


def _costs(lines: Sequence[Points], others: Sequence[Points]) -> NDArray[np.float64]:
    """How far every line is from every other, in the better direction: `(lines, others)` mean squares."""
    a, b = (np.stack([_places(line) for line in part]) for part in (lines, others))
    return np.minimum(*(_mean_squares(a[:, None], turned[None]) for turned in (b, b[:, ::-1])))


def _apart_at_places(line: Points, other: Points) -> float:
    return float(_mean_squares(_places(line), _places(other)))


def _mean_squares(a: Points, b: Points) -> NDArray[np.float64]:
    return np.asarray(np.square(a - b).sum(axis=-1).mean(axis=-1))


def _places(line: Points) -> Points:
    return _at(line, np.linspace(0, 1, _PLACES))


def _shares(line: Points) -> NDArray[np.float64]:
    """The share of a line's length at each of its points, 0 to 1."""
    arc = arc_lengths(line)
    return arc / arc[-1] if arc[-1] > 0 else np.linspace(0, 1, len(line))


def _at(line: Points, shares: NDArray[np.float64]) -> Points:
    """Points at shares of a line's length."""
    own = _shares(line)
    return np.stack([np.interp(shares, own, line[:, axis]) for axis in (0, 1)], axis=1)
