"""How fast a run goes and how well."""

from __future__ import annotations

import time

from torch import Tensor


class Meter:
    """Mean loss and speed since it was last read."""

    def __init__(self, step: int, now: float) -> None:
        self._step, self._since = step, now
        self._nats: Tensor | float = 0.0
        self._points = 0
        self._last: tuple[float | None, float | None] = (None, None)

    @property
    def age_s(self) -> float:
        """Seconds since the last reading."""
        return time.monotonic() - self._since

    def add(self, nats: Tensor, points: int) -> None:
        """Count a step; the tensor stays on its device so that nothing waits for it."""
        self._nats, self._points = self._nats + nats, self._points + points

    def read(self, step: int) -> tuple[float | None, float | None]:
        """Nats per point and steps per second since the last reading that had a step; starts anew."""
        if self._points:
            self._last = (float(self._nats) / self._points, (step - self._step) / max(self.age_s, 1e-9))
            self._nats, self._points = 0.0, 0
        self._step, self._since = step, time.monotonic()
        return self._last
