"""Gaussians of the mixture that sit on earlier points: lines that start, meet and close where others run."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.attention import KeysValues, scores
from engine.models.mdn import N_PEN_STATES

POINTER_WIDTH = 32
_N_SHAPE = 4
_NEVER = -1e4
# A pointer begins as one faint choice among many, some two units of a 200-unit drawing wide.
_START = (-2.0, -2.0, 0.0, 0.0)
# Where lines meet exactly a narrower one would count more and more, until one miss undoes the learning.
_MIN_LOG_SIGMA = -4.0


class Pointer(nn.Module):
    """Adds to each prediction a few Gaussians whose means are earlier points of the drawing.

    Which ones is a matter of attention; how wide they are, how far beside the points, and how much they count
    against the free Gaussians is read from the prediction. Source: Vinyals et al. 2015, "Pointer networks".
    """

    def __init__(self, width: int, n_pointers: int) -> None:
        super().__init__()
        self.n_pointers = n_pointers
        self.query = nn.Linear(width, POINTER_WIDTH)
        self.key = nn.Linear(width, POINTER_WIDTH)
        self.shape = nn.Linear(width, _N_SHAPE)
        nn.init.zeros_(self.shape.weight)
        self.shape.bias.data.copy_(torch.tensor(_START))

    def points(self, x: Tensor, position: Tensor) -> KeysValues:
        """What a memory must hold of rows `(B, T, width)` at `(B, T, 2)`: keys, and where they are."""
        return KeysValues(self.key(x).unsqueeze(1), position.unsqueeze(1))

    def forward(
        self, params: Tensor, x: Tensor, position: Tensor, points: list[KeysValues], mask: Tensor
    ) -> Tensor:
        """Widen the head's parameters.

        Args:
            params: `(B, T, 6 M + 3)` of the free Gaussians.
            x: `(B, T, width)` what they were read from.
            position: `(B, T, 2)` of the pen.
            points: Earlier points, in pieces, these rows' own last.
            mask: `(B or 1, 1, T, S)` 0 or minus infinity, as for `Block.recall`.

        Returns:
            `(B, T, 6 (M + n_pointers) + 3)`.
        """
        match = (scores(self.query(x).unsqueeze(1), *points) + mask).squeeze(1).float()
        n_found = min(self.n_pointers, match.shape[-1])
        log_share, place = torch.log_softmax(match, dim=-1).topk(n_found, dim=-1)
        where = torch.cat([piece.values for piece in points], dim=2).squeeze(1)
        picked = where.unsqueeze(1).expand(-1, x.shape[1], -1, -1)
        picked = picked.gather(2, place.unsqueeze(-1).expand(-1, -1, -1, 2))
        log_sigma, weight, beside = torch.split(self.shape(x).float(), [1, 1, 2], dim=-1)
        log_sigma = _MIN_LOG_SIGMA + F.softplus(log_sigma - _MIN_LOG_SIGMA)
        mean = picked - position.unsqueeze(2) + beside.unsqueeze(2)
        is_there = log_share > _NEVER  # the first rows have few points before them
        mean = torch.where(is_there.unsqueeze(-1), mean, 0.0)
        return self._joined(params, torch.where(is_there, log_share + weight, _NEVER), mean, log_sigma)

    def _joined(self, params: Tensor, log_share: Tensor, mean: Tensor, log_sigma: Tensor) -> Tensor:
        """Free and pointing Gaussians in the layout of the head."""
        m = (params.shape[-1] - N_PEN_STATES) // 6
        missing = self.n_pointers - log_share.shape[-1]
        if missing:
            log_share = F.pad(log_share, (0, missing), value=_NEVER)
            mean = F.pad(mean, (0, 0, 0, missing))
        pen, pi, free_mean, free_sigma, rho = torch.split(params, [N_PEN_STATES, m, 2 * m, 2 * m, m], dim=-1)
        pi = torch.log_softmax(pi, dim=-1)
        return torch.cat(
            [
                *(pen, pi, log_share),
                *(free_mean, mean.flatten(2)),
                *(free_sigma, log_sigma.expand(-1, -1, 2 * self.n_pointers)),
                *(rho, torch.zeros_like(log_share)),
            ],
            dim=-1,
        )
