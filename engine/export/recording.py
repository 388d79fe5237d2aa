"""How a drawing came about: who drew each of its strokes, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Belongs to a drawing without empty strokes, which is cut where the pen changed hands.

    Attributes:
        inks: For each stroke which of the look's inks it has.
        times_s: For each stroke `(n,)` seconds from the beginning, never falling: when its points were drawn.
        begins: For each stroke whether the pen was put down for it; else it goes on where the one before
            ended. All were begun when not given.
    """

    inks: tuple[int, ...]
    times_s: tuple[NDArray[np.float64], ...]
    begins: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        if not self.begins:
            object.__setattr__(self, "begins", (True,) * len(self.inks))

    @property
    def duration_s(self) -> float:
        """Until the last point."""
        return float(self.times_s[-1][-1]) if self.times_s else 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain values, milliseconds kept."""
        times_s = [times.round(3).tolist() for times in self.times_s]
        return {"inks": list(self.inks), "times_s": times_s, "begins": list(self.begins)}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Recording:
        """Read it back. Raises KeyError, TypeError or ValueError for what is none."""
        times = tuple(np.asarray(one, dtype=np.float64) for one in value["times_s"])
        inks, begins = tuple(map(int, value["inks"])), tuple(map(bool, value["begins"]))
        is_even = len(inks) == len(times) == len(begins) > 0
        if not is_even or any(one.ndim != 1 or not len(one) for one in times):
            raise ValueError("a recording has an ink and times for each stroke")
        whole = np.concatenate(times)
        if not np.isfinite(whole).all() or whole[0] < 0 or (np.diff(whole) < 0).any() or min(inks) < 0:
            raise ValueError("the times of a recording never fall")
        return Recording(inks, times, begins)
