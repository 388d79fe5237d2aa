"""Sketchformer: a transformer that reads a whole drawing into a code, and one that draws from it.

Source: Ribeiro et al. 2020, "Sketchformer". Ours differs where theirs could not sample or stop: the code is
Gaussian, so that drawings can be imagined; moves come from a mixture, and the pen's end is learnt.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.attention import Block, Rotary, silence
from engine.models.base import Code
from engine.models.bearings import N_BEARINGS, N_TRACK, take_bearings
from engine.models.causal import N_ROW, CausalTransformer, initialise
from engine.models.configs import SketchformerConfig
from engine.models.latent import GaussianCode


class Sketchformer(CausalTransformer):
    """An autoencoder of drawings; its decoder is told the code at every row."""

    is_autoencoder = True

    def __init__(self, config: SketchformerConfig) -> None:
        super().__init__(config, config.latent)
        self.reader = _Reader(config)
        self.code = GaussianCode(config.width, config.latent)

    def encode(
        self,
        rows: Tensor,
        lengths: Tensor,
        eras: Tensor | None = None,
        chance: torch.Generator | None = None,
    ) -> Code:
        """See `StrokeModel.encode`."""
        code: Code = self.code(self.reader(rows, lengths, chance), chance)
        return code


class _Reader(nn.Module):
    """Every row looks at every other; then learnt queries, one a head, gather what matters of them."""

    def __init__(self, config: SketchformerConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Linear(N_ROW + N_BEARINGS, config.width)
        self.blocks = nn.ModuleList(
            Block(config.width, config.heads, config.memory_heads) for _ in range(config.encoder_layers)
        )
        self.rotary = Rotary(config.width // config.heads)
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.queries = nn.Linear(config.width, config.heads, bias=False)
        initialise(self.blocks)

    def forward(self, rows: Tensor, lengths: Tensor, chance: torch.Generator | None) -> Tensor:
        """Read drawings `(B, T + 1, 5)` of `lengths` points; padding is not looked at. `(B, width)`."""
        place = torch.arange(rows.shape[1], device=rows.device)
        is_real = place <= lengths.unsqueeze(1)
        seen = take_bearings(rows.new_zeros((len(rows), N_TRACK)), rows)
        x = silence(self.embed(torch.cat([rows, seen.bearings], dim=-1)), self.config.dropout, chance)
        rotation = self.rotary(place.unsqueeze(0), seen.position)
        for block in self.blocks:
            x, _ = block(x, rotation, is_real, self.config.dropout, chance)
        x = self.norm(x)
        match = self.queries(x).float().masked_fill(~is_real.unsqueeze(-1), -torch.inf)
        shares = torch.softmax(match, dim=1).to(x.dtype)
        gathered = shares.unsqueeze(-1) * x.unflatten(-1, (self.config.heads, -1))
        code: Tensor = gathered.sum(1).flatten(1)
        return code
