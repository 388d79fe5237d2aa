"""Lines that can be cut and put together again, with the width of the ink at each point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, blend, end_tangent
from engine.strokes.types import Stroke, as_stroke

Port: TypeAlias = tuple[int, int]
"""A piece's number and which of its ends: 0 start, 1 end."""

_EMPTY_PX = 0.5
"""A piece shorter than this is none."""
_SAME_PX = 1e-3
_BRIDGE_STEP_PX = 2.0
_FACING = 0.5
"""Cosine between an end and the way to the other: with less the way is straight, a curve would bulge."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A stroke while it is mended.

    Attributes:
        points: `(n, 2)` float32, full image px.
        widths: `(n,)` float32 px, None where unknown.
        drawing: Label of its drawing; None for debris.
        closed: Whether it goes on from its end to its start.
        touched: Whether a mend made or changed it.
    """

    points: Stroke
    widths: NDArray[np.float32] | None = None
    drawing: int | None = None
    closed: bool = False
    touched: bool = False

    @property
    def length(self) -> float:
        """Arc length, px."""
        return float(arc_lengths(self.points)[-1])

    def reversed(self) -> Line:
        """The same line drawn the other way."""
        widths = None if self.widths is None else self.widths[::-1].copy()
        return replace(self, points=as_stroke(self.points[::-1]), widths=widths)

    def started_at(self, arc: float) -> Line:
        """The same line; a closed one starts at `arc`, an open one at its nearer end."""
        if not self.closed:
            return self if arc <= self.length / 2 else self.reversed()
        (piece,), _ = split(self, [arc])
        return replace(piece, closed=True)


def split(line: Line, arcs: Sequence[float]) -> tuple[list[Line], list[tuple[Port | None, Port | None]]]:
    """Cut a line; no ink is lost.

    Args:
        line: Open or closed.
        arcs: Where, at least one, ascending arc lengths.

    Returns:
        The pieces, open, in the line's direction, and for each cut the piece ends before and after it: None
        where the cut lies at an end of an open line.
    """
    if line.closed:
        ring = _ring(line)
        count = len(arcs)
        stops = [*arcs, arcs[0] + ring.length]
        twice = _concatenated([ring, ring])
        pieces = [_part(twice, a, b) for a, b in pairwise(stops)]
        return pieces, [(((k - 1) % count, 1), (k, 0)) for k in range(count)]
    length = line.length
    stops = [0.0, *(_snapped(arc, length) for arc in arcs), length]
    pieces, numbers = [], list[int | None]()
    for a, b in pairwise(stops):
        is_piece = b - a >= _EMPTY_PX
        numbers.append(len(pieces) if is_piece else None)
        if is_piece:
            pieces.append(_part(line, a, b))
    ports = [
        (None if before is None else (before, 1), None if after is None else (after, 0))
        for before, after in pairwise(numbers)
    ]
    return pieces, ports


def chain(pieces: Sequence[Line], links: Mapping[Port, Port], reach: float) -> list[Line]:
    """Put pieces together where their ends are linked.

    Args:
        pieces: Open lines.
        links: From each linked end to its partner, both ways.
        reach: Stretch over which the direction of an end is taken where a gap is bridged, px.

    Returns:
        The lines, in the order of their first pieces, each in the direction of its first piece and in the
        drawing that most of it comes from.
    """
    done: set[int] = set()
    lines = []
    free = [(k, end) for k in range(len(pieces)) for end in (0, 1) if (k, end) not in links]
    for entry in [*free, *((k, 0) for k in range(len(pieces)))]:
        trail = _walk(entry, links, done)
        if trail:
            first = min(trail)
            if first[1] == 1:
                trail = [(k, 1 - end) for k, end in trail[::-1]]
            is_closed = links.get((trail[-1][0], 1 - trail[-1][1])) == trail[0]
            lines.append(
                (
                    first[0],
                    _laid(
                        [pieces[k] if e == 0 else pieces[k].reversed() for k, e in trail], reach, is_closed
                    ),
                )
            )
    return [line for _, line in sorted(lines, key=lambda one: one[0])]


def _walk(entry: Port, links: Mapping[Port, Port], done: set[int]) -> list[Port]:
    """The piece ends entered one after the other, up to a free end or once around."""
    trail: list[Port] = []
    at: Port | None = entry
    while at is not None and at[0] not in done:
        done.add(at[0])
        trail.append(at)
        at = links.get((at[0], 1 - at[1]))
    return trail


def _laid(pieces: list[Line], reach: float, is_closed: bool) -> Line:
    """Pieces one after the other, gaps bridged."""
    parts = [pieces[0]]
    for before, after in pairwise([*pieces, pieces[0]] if is_closed else pieces):
        parts += [_bridge(before, after, reach), after]
    if is_closed:
        parts[-1] = _part(pieces[0], 0.0, 0.0)
    return replace(_concatenated(parts), drawing=_most(pieces), closed=is_closed, touched=True)


def _most(pieces: Sequence[Line]) -> int | None:
    """The drawing most of some pieces belongs to, whatever their order; None where most is debris."""
    lengths: dict[int | None, float] = {}
    for piece in pieces:
        lengths[piece.drawing] = lengths.get(piece.drawing, 0.0) + piece.length
    return max(lengths, key=lambda label: lengths[label])


def _bridge(before: Line, after: Line, reach: float) -> Line:
    """The inner points of a smooth way over a gap; straight on (none) where the ends look elsewhere."""
    across = after.points[0] - before.points[-1].astype(np.float64)
    out = end_tangent(before.points, at_start=False, reach=reach)
    into = -end_tangent(after.points, at_start=True, reach=reach)
    inner: Points = np.zeros((0, 2))
    if min(out @ across, into @ across) > _FACING * np.linalg.norm(across):
        inner = blend(before.points[-1], out, after.points[0], into, _BRIDGE_STEP_PX)
    if before.widths is None or after.widths is None:
        return Line(as_stroke(inner))
    widths = np.linspace(before.widths[-1], after.widths[0], len(inner) + 2)[1:-1]
    return Line(as_stroke(inner), widths.astype(np.float32))


def _ring(line: Line) -> Line:
    """A closed line whose last point is its first."""
    if np.abs(line.points[0] - line.points[-1]).max() <= _SAME_PX:
        return line
    return _concatenated([line, _part(line, 0.0, 0.0)])


def _snapped(arc: float, length: float) -> float:
    if arc < _EMPTY_PX:
        return 0.0
    return length if arc > length - _EMPTY_PX else arc


def _part(line: Line, start: float, end: float) -> Line:
    """What lies between two arc lengths; both ends become points. One point where they are equal."""
    arc = arc_lengths(line.points)
    inside = arc[(arc > start + _SAME_PX) & (arc < end - _SAME_PX)]
    at = np.concatenate([[start], inside, [end] if end > start else []])
    points = np.stack([np.interp(at, arc, line.points[:, k]) for k in (0, 1)], axis=1)
    widths = None if line.widths is None else np.interp(at, arc, line.widths).astype(np.float32)
    return replace(line, points=as_stroke(points), widths=widths, closed=False, touched=True)


def _concatenated(lines: Sequence[Line]) -> Line:
    """Lines one after the other, points that repeat the one before left out."""
    points = np.concatenate([line.points for line in lines])
    moved = np.abs(np.diff(points, axis=0)).max(axis=1) > _SAME_PX
    keep = np.concatenate([[True], moved])
    widths = None
    if all(line.widths is not None for line in lines):
        widths = np.concatenate([line.widths for line in lines if line.widths is not None])[keep]
    return replace(lines[0], points=as_stroke(points[keep]), widths=widths)
