"""The yardstick: what a histogram of single moves, with no memory at all, would predict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.strokes.stroke3 import Stroke3

_N_BINS = 96
_BIN_WIDTHS_PER_SCALE = (0.05, 0.1, 0.2, 0.4)
_TAIL_SHARE_POINTS = 1.0


@dataclass(frozen=True, slots=True)
class Order0:
    """A square histogram over moves and a table over pen states.

    Attributes:
        counts: `(96, 96)` moves in each bin, centred on no move.
        bin_units: Width of a bin, in the drawings' units.
        spread_units: Standard deviation of the wide Gaussian that catches moves outside or in empty bins.
        pen: `(3,)` probabilities of down, up, end.
    """

    counts: NDArray[np.float32]
    bin_units: float
    spread_units: float
    pen: NDArray[np.float32]

    def nll(self, drawings: Sequence[Stroke3]) -> tuple[float, float]:
        """Nats per point of moves and of pen states, counted as the models' loss is."""
        moves, lifts = _moves(drawings)
        bins, inside = _bins(moves, self.bin_units)
        points = np.where(inside, self.counts[bins[:, 0], bins[:, 1]].astype(np.float64), 0.0)
        xy = math.log(float(self.counts.sum()) + _TAIL_SHARE_POINTS)
        xy -= float(_log_points(points / self.bin_units**2, moves, self.spread_units).mean())
        pen = -(lifts.sum() * math.log(self.pen[1]) + (len(lifts) - lifts.sum()) * math.log(self.pen[0]))
        pen -= len(drawings) * math.log(self.pen[2])
        return xy, float(pen / max(len(moves), 1))


def fit_order0(drawings: Sequence[Stroke3], scale: float) -> Order0:
    """Fit to drawings (dequantised), with the bin width that predicts each left-out move best.

    Args:
        drawings: The training split.
        scale: Root mean square of their moves.
    """
    moves, lifts = _moves(drawings)
    n_up, n_all = float(lifts.sum()), len(lifts) + len(drawings)
    pen = np.array([len(lifts) - n_up + 1, n_up + 1, len(drawings) + 1], dtype=np.float32)
    pen /= np.float32(n_all + 3)
    spread = 4 * scale
    candidates = []
    for width in (scale * w for w in _BIN_WIDTHS_PER_SCALE):
        bins, inside = _bins(moves, width)
        counts = np.zeros((_N_BINS, _N_BINS), dtype=np.float32)
        np.add.at(counts, (bins[inside, 0], bins[inside, 1]), 1)
        left_out = np.where(inside, counts[bins[:, 0], bins[:, 1]] - 1, 0.0) / width**2
        score = float(_log_points(left_out, moves, spread).sum())
        candidates.append((score, Order0(counts, width, spread, pen)))
    return max(candidates, key=lambda candidate: candidate[0])[1]


def _moves(drawings: Sequence[Stroke3]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """All moves `(n, 2)` and lifts `(n,)`."""
    rows = np.concatenate([np.zeros((0, 3), dtype=np.float32), *drawings]).astype(np.float64)
    return rows[:, :2], rows[:, 2]


def _bins(moves: NDArray[np.float64], width: float) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Bin of each move, clipped to the table, and whether it lay inside."""
    raw = np.floor(moves / width).astype(np.int64) + _N_BINS // 2
    inside = (raw.min(axis=1) >= 0) & (raw.max(axis=1) < _N_BINS)
    return raw.clip(0, _N_BINS - 1), inside


def _log_points(
    points: NDArray[np.float64], moves: NDArray[np.float64], spread: float
) -> NDArray[np.float64]:
    """Logarithm of points a square unit: those of the histogram, and one in a wide Gaussian for the rest."""
    tail = -0.5 * np.square(moves / spread).sum(axis=1) - math.log(2 * math.pi * spread**2)
    with np.errstate(divide="ignore"):  # an empty bin has the Gaussian alone
        return np.asarray(np.logaddexp(np.log(points), tail + math.log(_TAIL_SHARE_POINTS)))
