"""How a drawing came about: who drew each of its strokes, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Belongs to a drawing without empty strokes, which is cut where the pen changed hands.

    Attributes:
        inks: For each stroke which of the look's inks it has.
        times_s: For each stroke `(n,)` seconds from the beginning, never falling: when its points were drawn.
    """

    inks: tuple[int, ...]
    times_s: tuple[NDArray[np.float64], ...]

    @property
    def duration_s(self) -> float:
        """Until the last point."""
        return float(self.times_s[-1][-1]) if self.times_s else 0.0
