"""Drawings as batches of tensors: normalised, and bucketed by length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.strokes.stroke3 import Stroke3, to_stroke5

_BUCKET_BATCHES = 8
_VALID_SEED = 1_000_003
_SIZED_BATCH = 64
_BATCH_POINTS = 16_000
"""Of a batch of long drawings, padding included."""


class Batch(NamedTuple):
    """Drawings side by side, in normalised units.

    Attributes:
        rows: `(B, T + 1, 5)` stroke-5 with start token: inputs are all but the last row, targets all but the
            first.
        lengths: `(B,)` points of each drawing; `T` for one that was cut and has no end.
        eras: `(B,)` era of each drawing, -1 where unknown.
    """

    rows: Tensor
    lengths: Tensor
    eras: Tensor

    @property
    def inputs(self) -> Tensor:
        """`(B, T, 5)`."""
        return self.rows[:, :-1]

    @property
    def targets(self) -> Tensor:
        """`(B, T, 5)`."""
        return self.rows[:, 1:]

    @property
    def n_points(self) -> int:
        """Real points."""
        return int(self.lengths.sum())

    def to(self, device: torch.device) -> Batch:
        """The batch on another device."""
        return Batch(*(part.to(device, non_blocking=True) for part in self))

    def parts(self, size: int) -> list[Batch]:
        """Pieces of at most `size` drawings, shortest first, each no wider than its longest drawing."""
        if size >= len(self.lengths):
            return [self]
        order = torch.argsort(self.lengths, stable=True)
        return [self._piece(chosen) for chosen in torch.split(order, size)]

    def _piece(self, chosen: Tensor) -> Batch:
        lengths = self.lengths[chosen]
        # One row more for the end token; a cut drawing fills its frame and has none.
        width = min(int(lengths.max()) + 2, self.rows.shape[1])
        return Batch(self.rows[chosen, :width], lengths, self.eras[chosen])


def measure_scale(drawings: Sequence[Stroke3]) -> float:
    """Root mean square of the moves' coordinates, first rows aside: those are positions, not moves."""
    moves = [rows[1:, :2].ravel() for rows in drawings if len(rows) > 1]
    squares = np.square(np.concatenate(moves), dtype=np.float64) if moves else np.zeros(1)
    return float(np.sqrt(squares.mean())) or 1.0


def dequantise(rows: Stroke3, rng: np.random.Generator) -> Stroke3:
    """Spread whole-number moves over their unit; a density of exact integers could grow without bound."""
    spread = rows.copy()
    spread[:, :2] += rng.uniform(-0.5, 0.5, (len(rows), 2)).astype(np.float32)
    return spread


def collate(
    drawings: Sequence[Stroke3], scale: float, max_points: int, eras: Sequence[int] | None = None
) -> Batch:
    """Lay drawings side by side.

    Args:
        drawings: Stroke-3 in their own units.
        scale: Divides every move.
        max_points: Longer drawings are cut after `max_points + 1` moves and get no end.
        eras: The era of each; unknown when not given.
    """
    width = min(max(len(rows) for rows in drawings), max_points) + 2
    framed = np.empty((len(drawings), width, 5), dtype=np.float32)
    lengths = np.empty(len(drawings), dtype=np.int64)
    for index, rows in enumerate(drawings):
        # One move more than fits with an end: the frame's last row then holds a move instead of the end.
        n = min(len(rows), width - 1)
        framed[index] = to_stroke5(rows[:n], max(width, n + 2))[:width]
        lengths[index] = n
    framed[..., :2] /= scale
    told = torch.full((len(drawings),), -1) if eras is None else torch.tensor(list(eras))
    return Batch(torch.from_numpy(framed), torch.from_numpy(lengths), told)


def epoch_order(
    lengths: NDArray[np.int64], batch_size: int, seed: int, epoch: int
) -> list[NDArray[np.int64]]:
    """Indices of each batch of one epoch, drawings of similar length together.

    Shuffled, sorted by length within windows of a few batches, cut, shuffled again: padding falls from half
    to a few percent, while who meets whom still changes every epoch.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(lengths))
    window = batch_size * _BUCKET_BATCHES
    batches = []
    for start in range(0, len(order), window):
        chunk = order[start : start + window]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        batches += [chunk[i : i + batch_size] for i in range(0, len(chunk), batch_size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def sized_batches(
    rows: Sequence[Stroke3], scale: float, eras: Sequence[int]
) -> Iterator[tuple[list[int], Batch]]:
    """Drawings of similar length together, fewer of long ones: whatever comes must fit into memory.

    Args:
        rows: Stroke-3 in their own units, none of them empty.
        scale: Divides every move.
        eras: The era of each, -1 where unknown.

    Yields:
        Which drawings, and their batch.
    """
    chosen: list[int] = []
    for index in sorted(range(len(rows)), key=lambda i: len(rows[i])):
        is_full = len(chosen) == _SIZED_BATCH or (len(chosen) + 1) * len(rows[index]) > _BATCH_POINTS
        if chosen and is_full:
            yield chosen, _whole(rows, scale, eras, chosen)
            chosen = []
        chosen.append(index)
    if chosen:
        yield chosen, _whole(rows, scale, eras, chosen)


def _whole(rows: Sequence[Stroke3], scale: float, eras: Sequence[int], chosen: Sequence[int]) -> Batch:
    longest = len(rows[chosen[-1]])
    return collate([rows[i] for i in chosen], scale, longest, [eras[i] for i in chosen])


def plain_batches(
    drawings: Sequence[Stroke3],
    *,
    scale: float,
    integral: bool,
    batch_size: int = 64,
    eras: Sequence[int] | None = None,
) -> list[Batch]:
    """All drawings as they are and at full length, shortest first; the same every time."""
    rng = np.random.default_rng(_VALID_SEED)
    rows = [dequantise(r, rng) if integral else r for r in drawings]
    told = [-1] * len(rows) if eras is None else list(eras)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    chunks = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    return [
        collate([rows[i] for i in chunk], scale, len(rows[chunk[-1]]), [told[i] for i in chunk])
        for chunk in chunks
    ]
