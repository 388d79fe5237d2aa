"""How fast a run goes and how well."""

from __future__ import annotations

import time
from typing import NamedTuple

from torch import Tensor


class Pace(NamedTuple):
    """What happened between two readings; `None` before the first step.

    Attributes:
        nll: Nats per point, in normalised units.
        steps_per_s: Optimiser steps a second.
        points_per_s: Real points a second.
    """

    nll: float | None = None
    steps_per_s: float | None = None
    points_per_s: float | None = None


class Meter:
    """Mean loss and speed since it was last read."""

    def __init__(self, step: int, now: float) -> None:
        self._step, self._since = step, now
        self._nats: Tensor | float = 0.0
        self._points = 0
        self._last = Pace()

    @property
    def age_s(self) -> float:
        """Seconds since the last reading."""
        return time.monotonic() - self._since

    def add(self, nats: Tensor, points: int) -> None:
        """Count a step; the tensor stays on its device so that nothing waits for it."""
        self._nats, self._points = self._nats + nats, self._points + points

    def skip(self, seconds: float) -> None:
        """Leave out time in which nothing was to happen."""
        self._since += seconds

    def read(self, step: int) -> Pace:
        """The pace since the last reading that had a step; starts anew."""
        if self._points:
            age = max(self.age_s, 1e-9)
            self._last = Pace(float(self._nats) / self._points, (step - self._step) / age, self._points / age)
            self._nats, self._points = 0.0, 0
        self._step, self._since = step, time.monotonic()
        return self._last
