"""The training split on its device, and augmented batches of it without a loop over drawings.

All chance and everything about lengths stays on the CPU, so nobody waits for the device to say how long a
batch became, and the copies are the same on every device. `engine.strokes.augment` says the same things one
drawing at a time; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.strokes.augment import Augmentation, random_matrix
from engine.strokes.stroke3 import END_TOKEN, START_TOKEN, Stroke3
from engine.training.data import Batch

Order = NDArray[np.int64]


class Chance(NamedTuple):
    """What makes the copies of one batch differ from their drawings, all on the CPU.

    Attributes:
        order: `(B, T)` point of the drawing at each point of the copy, from its first; past its end anything.
        lengths: `(B,)` points of each copy.
        reversed: `(B,)` whether it is drawn from its last point to its first.
        matrices: `(B, 2, 2)` linear maps about the copy's centre.
        spread: `(B, S, 2)` how far each of the drawing's points strays where its moves were whole numbers;
            `None` where they were not.
    """

    order: Order
    lengths: Order
    reversed: NDArray[np.bool_]
    matrices: NDArray[np.float32]
    spread: NDArray[np.float32] | None


class ResidentDrawings:
    """All drawings of a split as three flat tensors on the device."""

    def __init__(
        self, drawings: Sequence[Stroke3], eras: Sequence[int], *, integral: bool, device: torch.device
    ) -> None:
        """Put the drawings there.

        Args:
            drawings: Stroke-3 in their own units.
            eras: The era of each, -1 where unknown.
            integral: Whether their moves are whole numbers, to be spread over their unit.
            device: Where the batches are wanted.
        """
        self.lengths: Order = np.array([len(rows) for rows in drawings], dtype=np.int64)
        self.integral = integral
        self._device = device
        self._offsets: Order = np.concatenate([[0], np.cumsum(self.lengths)[:-1]]).astype(np.int64)
        points = [np.cumsum(rows[:, :2], axis=0, dtype=np.float64) for rows in drawings]
        lifts = np.concatenate([rows[:, 2] > 0.5 for rows in drawings])
        starts = np.concatenate([np.r_[True, rows[:-1, 2] > 0.5][: len(rows)] for rows in drawings])
        self._ends = starts | lifts
        self._ends[self._offsets + self.lengths - 1] = True
        self._points = torch.from_numpy(np.concatenate(points).astype(np.float32)).to(device)
        self._lifts = torch.from_numpy(np.stack([lifts, starts])).to(device)
        self._eras = torch.tensor(list(eras), dtype=torch.long)

    def __len__(self) -> int:
        return len(self.lengths)

    def chance(self, indices: Order, options: Augmentation, rng: np.random.Generator) -> Chance:
        """Draw everything that is left to chance for the copies of the drawings at `indices`."""
        lengths = self.lengths[indices]
        place = np.arange(lengths.max())
        keep = place < lengths[:, None]
        if options.drop_points > 0:
            flat = self._offsets[indices, None] + np.minimum(place, lengths[:, None] - 1)
            keep &= (rng.random(keep.shape, dtype=np.float32) >= options.drop_points) | self._ends[flat]
        is_reversed = rng.random(len(indices)) < options.reverse
        matrices = np.stack([random_matrix(options, rng) for _ in indices]).astype(np.float32)
        rank = np.where(is_reversed[:, None], -place, place)
        order = np.argsort(np.where(keep, rank, np.iinfo(np.int64).max), axis=1, kind="stable")
        kept = keep.sum(axis=1)
        spread = None
        if self.integral:
            spread = rng.uniform(-0.5, 0.5, (*keep.shape, 2)).cumsum(axis=1).astype(np.float32)
        return Chance(order[:, : kept.max()], kept, is_reversed, matrices, spread)

    def batch(self, indices: Order, chance: Chance, *, scale: float, max_points: int) -> Batch:
        """Lay the copies side by side.

        Args:
            indices: `(B,)` which drawings.
            chance: How the copies differ from them.
            scale: Divides every move.
            max_points: Longer copies are cut after `max_points + 1` moves and get no end.
        """
        width = min(chance.order.shape[1], max_points + 1)
        lengths = torch.from_numpy(np.minimum(chance.lengths, width))
        limit = self.lengths[indices, None] - 1
        flat = self._put(self._offsets[indices, None] + np.minimum(chance.order, limit))
        points = self._points[flat]
        if chance.spread is not None:
            drawing = np.arange(len(indices))[:, None]
            points = points + self._put(chance.spread[drawing, np.minimum(chance.order, limit)])
        is_point = self._put(np.arange(chance.order.shape[1]) < chance.lengths[:, None])
        points = _mapped(points, is_point, self._put(chance.matrices))[:, :width]
        # A stroke's last point becomes its first: the lift belongs to the point that began the stroke.
        lifted = torch.where(self._put(chance.reversed)[:, None], self._lifts[1][flat], self._lifts[0][flat])
        rows = _framed(points / scale, lifted[:, :width], is_point[:, :width], max_points)
        return Batch(rows, lengths.to(self._device), self._eras[indices].to(self._device))

    def _put(self, array: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self._device, non_blocking=True)


def _mapped(points: Tensor, is_point: Tensor, matrices: Tensor) -> Tensor:
    """Each drawing's points `(B, T, 2)` mapped about the centre of their bounding box."""
    inside = is_point.unsqueeze(-1)
    low = points.masked_fill(~inside, torch.inf).amin(dim=1, keepdim=True)
    high = points.masked_fill(~inside, -torch.inf).amax(dim=1, keepdim=True)
    centre = (low + high) / 2
    return torch.bmm(points - centre, matrices.transpose(1, 2)) + centre


def _framed(points: Tensor, lifted: Tensor, is_point: Tensor, max_points: int) -> Tensor:
    """Stroke-5 `(B, T + 2, 5)` with start and end of points `(B, T, 2)`; no end where they were cut."""
    n, width = is_point.shape
    last = 1 if width <= max_points else 0
    rows = points.new_tensor(END_TOKEN).repeat(n, width + 1 + last, 1)
    rows[:, 0] = points.new_tensor(START_TOKEN)
    moves = torch.diff(points, dim=1, prepend=points.new_zeros((n, 1, 2)))
    lift = lifted.to(points.dtype)
    real = torch.cat(
        [moves, (1 - lift).unsqueeze(-1), lift.unsqueeze(-1), torch.zeros_like(moves[..., :1])], -1
    )
    rows[:, 1 : width + 1] = torch.where(is_point.unsqueeze(-1), real, rows[:, 1 : width + 1])
    return rows
