"""When the pen is where, for lines that draw themselves on the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.widgets.pen_lines import PenPosition


class PenClock:
    """A pen that moves at one speed along all lines and needs no time between them.

    Attributes:
        duration_s: Time for everything.
    """

    def __init__(self, lines: Sequence[NDArray[np.float32]], duration_s: float) -> None:
        """Measure the lines.

        Args:
            lines: In drawing order, each `(n, 2)`.
            duration_s: Time for all of them.
        """
        self._arcs = [_arc_lengths(line) for line in lines]
        self._ends = np.cumsum([arc[-1] if len(arc) else 0.0 for arc in self._arcs])
        self._length = float(self._ends[-1]) if len(self._arcs) else 0.0
        self.duration_s = duration_s if self._length > 0 else 0.0

    def at(self, time_s: float) -> PenPosition:
        """Where the pen is after so many seconds; past the last line at the end."""
        if time_s >= self.duration_s:
            return PenPosition(len(self._arcs))
        travelled = self._length * max(time_s, 0.0) / self.duration_s
        line = int(np.searchsorted(self._ends, travelled, side="right"))
        arc = self._arcs[line]
        within = travelled - (self._ends[line - 1] if line else 0.0)
        return PenPosition(line, float(np.interp(within, arc, np.arange(len(arc)))))


def _arc_lengths(line: NDArray[np.float32]) -> NDArray[np.float64]:
    steps = np.hypot(*np.diff(line.astype(np.float64), axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])
