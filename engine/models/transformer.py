"""The default model: a causal transformer over pen moves with a mixture head."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.attention import Block, KeysValues, rotate_by, silence
from engine.models.base import Code, State, StrokeModel
from engine.models.configs import TransformerConfig
from engine.models.mdn import n_head_outputs
from engine.models.memory import Memory, refill_memory

# A sheet of 200 units at the usual scale is some 30 normalised units wide: brings positions near 1.
_POSITION_SCALE = 0.05
_HIDE_ERA = 0.15
_WEIGHT_SPREAD = 0.02
_N_INPUTS = 7
_POSITION = "position"


class StrokeTransformer(StrokeModel):
    """Causal transformer; told the era of the sketchbook if the config names any."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.n_mixtures = config.mixtures
        self.n_condition = self.n_eras = config.eras
        self.embed = nn.Linear(_N_INPUTS, config.width)
        self.tell = nn.Linear(config.eras, config.width, bias=False) if config.eras else None
        self.blocks = nn.ModuleList(Block(config.width, config.heads) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.head = nn.Linear(config.width, n_head_outputs(config.mixtures))
        self._initialise()

    def _initialise(self) -> None:
        """Small weights, smaller still where a block writes to the stream (Radford et al. 2019)."""
        for name, parameter in self.blocks.named_parameters():
            if parameter.dim() > 1:
                share = math.sqrt(2 * self.config.layers) if "_out" in name else 1.0
                nn.init.normal_(parameter, std=_WEIGHT_SPREAD / share)

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

    def forward(
        self, batch: Tensor, condition: Tensor | None = None, dropout: torch.Generator | None = None
    ) -> Tensor:
        """See `StrokeModel.forward`."""
        params, _ = self._take_all(batch, condition, dropout)
        return params

    def initial_state(self, n: int, condition: Tensor | None = None) -> State:
        """See `StrokeModel.initial_state`."""
        config, like = self.config, self.head.weight
        memory = Memory.empty(n, config.layers, config.heads, config.width // config.heads, like)
        told = like.new_zeros((n, self.n_condition)) if condition is None else condition
        return {**memory, _POSITION: like.new_zeros((n, 2)), "condition": told}

    def step(self, state: State, stroke5: Tensor) -> tuple[Tensor, State]:
        """See `StrokeModel.step`."""
        return self.prefill(state, stroke5.unsqueeze(1))

    def prefill(self, state: State, rows: Tensor) -> tuple[Tensor, State]:
        """See `StrokeModel.prefill`; all rows go through the network together."""
        memory = Memory(state, self.config.layers)
        if memory.is_empty:
            params, layers = self._take_all(rows, state["condition"])
        else:
            params, layers = self._take_more(memory, state, rows)
        position = state[_POSITION] + rows[..., :2].sum(1)
        told = {_POSITION: position, "condition": state["condition"]}
        return params[:, -1], {**memory.extended(layers), **told}

    def refill(self, state: State, rows: Tensor, fresh: State) -> State:
        """See `StrokeModel.refill`."""
        filled = refill_memory(state, rows, fresh)
        for name in (_POSITION, "condition"):
            filled[name] = state[name].index_copy(0, rows, fresh[name])
        return filled

    def _take_all(
        self, batch: Tensor, condition: Tensor | None, chance: torch.Generator | None = None
    ) -> tuple[Tensor, list[KeysValues]]:
        place = torch.arange(batch.shape[1], device=batch.device).unsqueeze(0)
        rotation = rotate_by(place, self.config.width // self.config.heads)
        x = silence(self._embed(batch, None, condition), self.config.dropout, chance)
        layers = []
        for block in self.blocks:
            x, new = block(x, rotation, self.config.dropout, chance)
            layers.append(new)
        return self.head(self.norm(x)).float(), layers

    def _take_more(self, memory: Memory, state: State, rows: Tensor) -> tuple[Tensor, list[KeysValues]]:
        place = memory.taken[:, None] + torch.arange(rows.shape[1], device=rows.device)
        rotation = rotate_by(place, self.config.width // self.config.heads)
        x, mask = self._embed(rows, state[_POSITION], state["condition"]), memory.mask(rows.shape[1])
        layers = []
        for index, block in enumerate(self.blocks):
            assert isinstance(block, Block)
            x, new = block.recall(x, rotation, memory.layer(index), mask)
            layers.append(new)
        return self.head(self.norm(x)).float(), layers

    def _embed(self, rows: Tensor, position: Tensor | None, condition: Tensor | None) -> Tensor:
        """Rows `(B, T, 5)` as the network sees them, `(B, T, width)`, from where the pen was before."""
        where = rows[..., :2].cumsum(1)
        if position is not None:
            where = where + position.unsqueeze(1)
        x: Tensor = self.embed(torch.cat([rows, where * _POSITION_SCALE], dim=-1))
        if self.tell is not None and condition is not None:
            x = x + self.tell(condition).unsqueeze(1)
        return x
