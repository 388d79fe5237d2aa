"""A crossing with its four arms, and the three ways to pair them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.strokes.geometry import Points, unit
from engine.trace.mends import finding
from engine.trace.mends.finding import Meeting
from engine.trace.mends.lines import Line, Port, chain, split
from engine.trace.mends.records import Point
from engine.trace.mends.sheet import Sheet

Pairing: TypeAlias = tuple[int, int, int, int]
"""Numbers of the four arms: the first two belong together, and the last two."""

_ARM_PENS = 3.0
"""An arm's direction is where it is this far from its crossing."""
_ARM_TURN = np.radians(60.0)
"""An arm may have turned by this much in another trace."""
_FIRST_ANGLE = np.radians(20.0)
"""Arms are counted from here: a direction few arms have, so that they keep their numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """Two passages cut where they meet.

    Attributes:
        places: The numbers of their strokes, one or two.
        pieces: What the cuts left of the strokes.
        ports: The four arms: those of one passage, those of the other; None where a line ends there.
        directions: `(4, 2)` unit directions of the arms.
    """

    places: tuple[int, ...]
    pieces: list[Line]
    ports: tuple[Port | None, ...]
    directions: Points

    @classmethod
    def at(cls, page: Sheet, meeting: Meeting) -> Crossing:
        """Cut two passages where they meet; the page itself is left alone."""
        a, b = sorted((meeting.first, meeting.second), key=lambda p: (p.stroke, p.arc))
        if a.stroke == b.stroke:
            places: tuple[int, ...] = (a.stroke,)
            pieces, ports = split(page.lines[a.stroke], [a.arc, b.arc])
        else:
            places = (a.stroke, b.stroke)
            pieces, ports = split(page.lines[a.stroke], [a.arc])
            more, others = split(page.lines[b.stroke], [b.arc])
            ports += [
                (_shifted(before, len(pieces)), _shifted(after, len(pieces))) for before, after in others
            ]
            pieces = pieces + more
        arms = tuple(port for pair in ports for port in pair)
        return cls(places, pieces, arms, _arm_directions(pieces, arms, meeting.at, page.pen))

    def arm(self, port: int) -> Point:
        """Direction of one arm."""
        x, y = self.directions[port]
        return (round(float(x), 3), round(float(y), 3))

    def turned(self, turn: int) -> Pairing:
        """Another pairing: the first two arms belong together, and the last two."""
        angles = np.arctan2(self.directions[:, 1], self.directions[:, 0]) - _FIRST_ANGLE
        a, b, c, d = (int(k) for k in np.argsort(angles % (2 * np.pi)))
        pairings = ((a, c, b, d), (a, b, c, d), (b, c, d, a))
        today = next(k for k, (i, j, *_) in enumerate(pairings) if {i, j} in ({0, 1}, {2, 3}))
        return pairings[(today + turn) % 3]

    def fitted(self, arms: Sequence[Point]) -> tuple[float, Pairing] | None:
        """The pairing a mend wants, with the worst turn of an arm; None where its arms are not these."""
        from scipy.optimize import linear_sum_assignment  # here: half a second that few commands need

        turns = np.arccos(np.clip(unit(np.array(arms)) @ self.directions.T, -1, 1))
        _, (i, j, k, m) = linear_sum_assignment(turns)
        worst = float(max(turns[n, port] for n, port in enumerate((i, j, k, m))))
        return (worst, (int(i), int(j), int(k), int(m))) if worst <= _ARM_TURN else None

    def paired(self, pairing: Pairing, reach: float) -> list[Line]:
        """The lines when the arms are paired so."""
        links: dict[Port, Port] = {}
        for i, j in (pairing[:2], pairing[2:]):
            a, b = self.ports[i], self.ports[j]
            if a is not None and b is not None:
                links[a], links[b] = b, a
        return chain(self.pieces, links, reach)


def _shifted(port: Port | None, by: int) -> Port | None:
    return None if port is None else (port[0] + by, port[1])


def _arm_directions(pieces: list[Line], ports: tuple[Port | None, ...], centre: Points, pen: float) -> Points:
    """Unit directions `(4, 2)` in which the arms leave; a missing one goes on straight from its partner."""
    found = np.zeros((4, 2))
    for k, port in enumerate(ports):
        if port is not None:
            piece = pieces[port[0]]
            away = min(_ARM_PENS * pen, piece.length / 3)
            arc = piece.length - away if port[1] else away
            found[k] = unit(finding.at_arcs(piece.points, np.array([arc]))[0] - centre)
    for k, port in enumerate(ports):
        if port is None:
            found[k] = -found[k ^ 1]
    return found
