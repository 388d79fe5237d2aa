"""The hand that draws: steadied as it goes, and where the artist lifts the pen the line ends."""

from __future__ import annotations

import math
import time

import numpy as np

from engine.strokes.types import as_stroke
from studio.canvas.line import EVEN_PRESSURE, Part

_CUTOFF_HZ = 4.0
_SPEED_FACTOR = 0.08
"""How much faster the line follows a fast hand, Hz per unit of the sheet a second."""
_SPEED_CUTOFF_HZ = 1.0
_LEAST_S = 1e-3
_LEAST_UNITS = 0.15
"""Points nearer to the last one say nothing more."""


class OneEuro:
    """Steadies one coordinate: a slow hand much, a fast hand hardly, so that nothing lags (Casiez 2012)."""

    def __init__(self, value: float) -> None:
        self._value = value
        self._speed = 0.0

    def follow(self, value: float, step_s: float) -> float:
        """The steadied value after a new one, `step_s` later."""
        speed = (value - self._value) / step_s
        self._speed += _weight(_SPEED_CUTOFF_HZ, step_s) * (speed - self._speed)
        cutoff = _CUTOFF_HZ + _SPEED_FACTOR * abs(self._speed)
        self._value += _weight(cutoff, step_s) * (value - self._value)
        return self._value


def _weight(cutoff_hz: float, step_s: float) -> float:
    return 1.0 / (1.0 + 1.0 / (2 * math.pi * cutoff_hz * step_s))


class Hand:
    """One gesture, from pen down to pen up.

    Attributes:
        begins: Whether it begins a stroke; else it goes on at the line's end.
        place: Where the pen really is, units.
    """

    def __init__(self, x: float, y: float, pressure: float, *, begins: bool, at_s: float) -> None:
        """Put the pen down.

        Args:
            x: Units of the sheet.
            y: Likewise.
            pressure: 0 to 1.
            begins: See above.
            at_s: The time on a clock that goes on evenly.
        """
        self.begins = begins
        self.place = (x, y)
        self._begun_s, self._first_s, self._last_s = time.time(), at_s, at_s
        self._steady = (OneEuro(x), OneEuro(y))
        self._points = [(x, y)]
        self._times_s = [0.0]
        self._pressure = [pressure]

    @property
    def n_points(self) -> int:
        """How many points it has."""
        return len(self._points)

    def points_from(self, first: int) -> list[tuple[float, float]]:
        """The points from one on."""
        return self._points[first:]

    def pressure_from(self, first: int) -> list[float]:
        """The pressure at them."""
        return self._pressure[first:]

    def move(self, x: float, y: float, pressure: float, at_s: float) -> None:
        """Follow the pen."""
        step_s = max(at_s - self._last_s, _LEAST_S)
        self._last_s = at_s
        self.place = (x, y)
        steady = (self._steady[0].follow(x, step_s), self._steady[1].follow(y, step_s))
        if math.dist(steady, self._points[-1]) >= _LEAST_UNITS:
            self._add(steady, pressure, at_s)

    def lift(self, at_s: float) -> Part:
        """Lift the pen where it really is."""
        if math.dist(self.place, self._points[-1]) > 1e-3:
            self._add(self.place, self._pressure[-1], at_s)
        return self.part()

    def part(self) -> Part:
        """What is drawn so far."""
        return Part(
            as_stroke(np.array(self._points)),
            "hand",
            self.begins,
            np.asarray(self._times_s, dtype=np.float32),
            np.asarray(self._pressure, dtype=np.float32),
            self._begun_s,
        )

    def _add(self, point: tuple[float, float], pressure: float, at_s: float) -> None:
        self._points.append(point)
        self._times_s.append(at_s - self._first_s)
        self._pressure.append(pressure)


def width_share(pressure: float) -> float:
    """Width of the line under a pressure, as a share of its usual width."""
    return 1.0 if pressure == EVEN_PRESSURE else 0.35 + 1.3 * pressure
