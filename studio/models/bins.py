"""The bins of a histogram: where their edges lie among the values, and where on the axis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Scale = Literal["linear", "log"]
Range = tuple[float, float]
"""From the first to the last, both included."""

_BINS = 40
"""Bars 4 to 6 px wide in a panel of 200 to 260 px: thin enough to see a shape, wide enough to point at."""


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Values sorted into bins once, to be counted as often as filters change.

    Attributes:
        edges: Ascending, `(n + 1,)`, in the unit of the values.
        places: The same edges on the axis, `(n + 1,)`, 0 at its start to 1 at its end.
        scale: Of the axis.
        low: The least value.
        high: The greatest value.
        is_whole: Whether every value is a whole number; then each lies in the middle of its unit.
        bin_of: The bin of each value, `(n_values,)`; -1 for those that are not finite.
        counts: Values in each bin, `(n,)`.
    """

    edges: NDArray[np.float64]
    places: NDArray[np.float64]
    scale: Scale
    low: float
    high: float
    is_whole: bool
    bin_of: NDArray[np.int16]
    counts: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", self.count(np.ones(len(self.bin_of), bool)))

    def count(self, shown: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of those shown, `(n_values,)`, fall into each bin, `(n,)`."""
        bins = self.bin_of[shown]
        return np.bincount(bins[bins >= 0], minlength=len(self.places) - 1)

    def place(self, value: float) -> float:
        """Where a value lies on the axis, 0 to 1."""
        return float(np.interp(value, self.edges, self.places))

    def value(self, place: float) -> float:
        """The value at a place of the axis; a whole number where all are whole."""
        found = float(np.interp(place, self.places, self.edges))
        return self._held(np.floor(found + 0.5) if self.is_whole else found)

    def ends(self, range_: Range) -> tuple[float, float]:
        """Where a range begins and ends on the axis: whole numbers are taken with all of their unit."""
        half = 0.5 if self.is_whole else 0.0
        return self.place(range_[0] - half), self.place(range_[1] + half)

    def touched(self, first: float, last: float) -> Range:
        """The range of the values between two places of the axis, in any order."""
        return self.value(min(first, last)), self.value(max(first, last))

    def between(self, first: float, last: float) -> Range:
        """The range whose `ends` are nearest to two places, in any order."""
        if not self.is_whole:
            return self.touched(first, last)
        left, right = np.interp(sorted((first, last)), self.places, self.edges)
        low, high = self._held(np.floor(left + 1.0)), self._held(np.ceil(right - 1.0))
        return low, max(low, high)

    def moved(self, range_: Range, by: float) -> Range:
        """A range moved along the axis (1 is all of it), as wide as before, as far as there are values."""
        first, last = self.place(range_[0]), self.place(range_[1])
        by = min(max(by, self.place(self.low) - first), self.place(self.high) - last)
        low = self.value(first + by)
        if self.scale == "linear":
            # Not each end for itself: rounding would make the range wider and narrower on its way.
            return low, self._held(low + range_[1] - range_[0])
        return low, self.value(last + by)

    def stepped(self, range_: Range | None, by: int, *, upper: bool) -> Range:
        """A range with one edge led to the next edge of a bin, up for `by` > 0, down otherwise."""
        low, high = range_ or (self.low, self.high)
        here, half = (high if upper else low), (0.5 if self.is_whole else 0.0)
        stops = self.edges - half if upper else self.edges + half
        hair = 1e-9 * (self.high - self.low)
        ahead = stops[stops > here + hair][:1] if by > 0 else stops[stops < here - hair][-1:]
        there = self._held(ahead[0]) if len(ahead) else here
        return (low, max(there, low)) if upper else (min(there, high), high)

    def _held(self, value: float) -> float:
        return min(max(float(value), self.low), self.high)


def make_bins(values: NDArray[np.float64], scale: Scale = "linear") -> Bins | None:
    """Choose bins for values and sort the values into them.

    Args:
        values: `(n,)`; what is not finite is left out.
        scale: `log` gives bins of equal ratio; what is not above zero then has the first bin for itself.

    Returns:
        The bins; None where no value is finite.
    """
    finite = np.isfinite(values)
    held = values[finite]
    if not len(held):
        return None
    low, high = float(held.min()), float(held.max())
    if high <= 0:
        scale = "linear"
    is_whole = bool((held == np.floor(held)).all())
    edges = _log_edges(held, is_whole) if scale == "log" else _linear_edges(low, high, is_whole)
    places = _log_places(edges) if scale == "log" else (edges - edges[0]) / (edges[-1] - edges[0])
    bin_of = np.full(len(values), -1, np.int16)
    found = np.searchsorted(edges, held, side="right") - 1
    bin_of[finite] = np.clip(found, 0, len(edges) - 2)
    return Bins(edges, places, scale, low, high, is_whole, bin_of)


def _linear_edges(low: float, high: float, is_whole: bool) -> NDArray[np.float64]:
    if is_whole:
        step = float(np.ceil((high - low + 1) / _BINS))
        return low - 0.5 + step * np.arange(np.ceil((high - low + 1) / step) + 1)
    if low == high:
        room = abs(low) * 0.01
        return np.array([low - room, high + room])
    return np.linspace(low, high, _BINS + 1)


def _log_edges(held: NDArray[np.float64], is_whole: bool) -> NDArray[np.float64]:
    above = held[held > 0]
    low, high = float(above.min()), float(above.max())
    half = 0.5 if is_whole else 0.0
    if low == high and not is_whole:
        low, high = low / 1.1, high * 1.1
    edges = np.geomspace(low - half, high + half, _BINS + 1)
    if is_whole:
        edges = np.unique(np.floor(edges)) + 0.5
        edges = edges[(edges > low - half) & (edges < high + half)]
    else:
        edges = edges[1:-1]
    edges = np.concatenate([[low - half], edges, [high + half]])
    least = float(held.min())
    return edges if least > 0 else np.concatenate([[least - half], edges])


def _log_places(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """By ratio; a first bin for what is not above zero is half as wide as the next, but can be seen."""
    above = edges[edges > 0]
    logs = np.log(above)
    places = (logs - logs[0]) / (logs[-1] - logs[0])
    if len(above) < len(edges):
        room = max(1.0 / _BINS, float(places[1]) / 2)
        places = np.concatenate([[0.0], (places + room) / (1.0 + room)])
    return np.asarray(places, np.float64)
