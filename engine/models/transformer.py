"""The default model: a causal transformer over pen moves, told the era of the sketchbook if it is to be."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.base import Code
from engine.models.causal import CausalTransformer
from engine.models.configs import TransformerConfig

_HIDE_ERA = 0.15


class StrokeTransformer(CausalTransformer):
    """Sees moves and where the pen is; may point at earlier points. One row of condition an era."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__(config, config.eras)
        self.n_eras = config.eras
        if self.tell is not None:  # eras begin alike: a model learnt without them may be told them later
            nn.init.zeros_(self.tell.weight)

    def encode(
        self,
        rows: Tensor,
        lengths: Tensor,
        eras: Tensor | None = None,
        chance: torch.Generator | None = None,
    ) -> Code:
        """See `StrokeModel.encode`; an era hidden or unknown is no era at all, a row of zeros."""
        nothing = super().encode(rows, lengths)
        if not self.n_eras or eras is None:
            return nothing
        told = eras >= 0
        if chance is not None:
            told = told & (torch.empty_like(nothing.nats).uniform_(generator=chance) >= _HIDE_ERA)
        one_hot = F.one_hot(eras.clamp(min=0), self.n_eras).to(nothing.condition.dtype)
        return Code(one_hot * told.unsqueeze(1), nothing.nats)

    def imagine(self, noise: Tensor, era: int = -1) -> Tensor:
        """See `StrokeModel.imagine`."""
        condition = torch.zeros_like(noise)
        if era >= 0:
            condition[:, era] = 1.0
        return condition
