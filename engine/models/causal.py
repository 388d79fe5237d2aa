"""The causal transformer that draws: shared by the default model and by the Sketchformer's decoder."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from engine.errors import UserError
from engine.models.attention import Block, KeysValues, Rotary, silence
from engine.models.base import State, StrokeModel
from engine.models.bearings import N_BEARINGS, N_TRACK, Seen, take_bearings
from engine.models.configs import SketchformerConfig, TransformerConfig
from engine.models.heading import turn_gaussians
from engine.models.mdn import n_head_outputs
from engine.models.memory import Memory, refill_memory
from engine.models.pointer import POINTER_WIDTH, Pointer

N_ROW = 5
_WEIGHT_SPREAD = 0.02
_CONDITION, _TRACK = "condition", "track"


class _Taken(NamedTuple):
    """What taking rows gave: predictions, what to remember of each layer, where the pen is now."""

    params: Tensor
    layers: list[KeysValues]
    track: Tensor


class CausalTransformer(StrokeModel):
    """Each row looks at itself and all rows before it."""

    def __init__(self, config: TransformerConfig | SketchformerConfig, n_condition: int) -> None:
        super().__init__()
        if config.width % (8 * config.heads) or config.heads % config.memory_heads:
            raise UserError(
                f"Width {config.width}, heads {config.heads}, memory_heads {config.memory_heads} do not fit.",
                "The width is a multiple of eight times the heads, the heads one of the memory_heads.",
            )
        self.config = config
        self.n_condition = n_condition
        self.n_mixtures = config.mixtures + config.pointers
        self._n_turned = min(config.turned, config.mixtures)
        self.embed = nn.Linear(N_ROW + N_BEARINGS, config.width)
        self.rotary = Rotary(config.width // config.heads)
        self.tell = nn.Linear(n_condition, config.width, bias=False) if n_condition else None
        self.blocks = nn.ModuleList(
            Block(config.width, config.heads, config.memory_heads) for _ in range(config.layers)
        )
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.head = nn.Linear(config.width, n_head_outputs(config.mixtures))
        self.pointer = Pointer(config.width, config.pointers) if config.pointers else None
        initialise(self.blocks)

    def forward(
        self, batch: Tensor, condition: Tensor | None = None, dropout: torch.Generator | None = None
    ) -> Tensor:
        """See `StrokeModel.forward`."""
        return self._take_all(batch, batch.new_zeros((len(batch), N_TRACK)), condition, dropout).params

    def initial_state(self, n: int, condition: Tensor | None = None) -> State:
        """See `StrokeModel.initial_state`."""
        config, like = self.config, self.head.weight
        head_width = config.width // config.heads
        shapes = [(config.memory_heads, head_width, head_width)] * config.layers
        if self.pointer is not None:
            shapes.append((1, POINTER_WIDTH, 2))
        told = like.new_zeros((n, self.n_condition)) if condition is None else condition
        return {**Memory.empty(n, shapes, like), _TRACK: like.new_zeros((n, N_TRACK)), _CONDITION: told}

    def step(self, state: State, stroke5: Tensor) -> tuple[Tensor, State]:
        """See `StrokeModel.step`."""
        return self.prefill(state, stroke5.unsqueeze(1))

    def prefill(self, state: State, rows: Tensor) -> tuple[Tensor, State]:
        """See `StrokeModel.prefill`; all rows go through the network together."""
        memory, told = Memory(state), state[_CONDITION]
        if memory.is_empty:
            taken = self._take_all(rows, state[_TRACK], told)
        else:
            taken = self._take_more(memory, rows, state[_TRACK], told)
        after = {_TRACK: taken.track, _CONDITION: told}
        return taken.params[:, -1], {**memory.extended(rows.shape[1], taken.layers), **after}

    def refill(self, state: State, rows: Tensor, fresh: State) -> State:
        """See `StrokeModel.refill`."""
        filled = refill_memory(state, rows, fresh)
        for name in (_TRACK, _CONDITION):
            filled[name] = state[name].index_copy(0, rows, fresh[name])
        return filled

    def _take_all(
        self, rows: Tensor, track: Tensor, condition: Tensor | None, chance: torch.Generator | None = None
    ) -> _Taken:
        place = torch.arange(rows.shape[1], device=rows.device)
        seen = take_bearings(track, rows)
        rotation = self.rotary(place.unsqueeze(0), seen.position)
        x = silence(self._embed(rows, seen, condition), self.config.dropout, chance)
        layers = []
        for block in self.blocks:
            x, new = block(x, rotation, dropout=self.config.dropout, chance=chance)
            layers.append(new)
        mask = torch.where(place[:, None] >= place, 0.0, -torch.inf)[None, None]
        return self._predict(x, seen, layers, None, mask)

    def _take_more(self, memory: Memory, rows: Tensor, track: Tensor, condition: Tensor) -> _Taken:
        place = memory.taken[:, None] + torch.arange(rows.shape[1], device=rows.device)
        seen = take_bearings(track, rows)
        rotation = self.rotary(place, seen.position)
        x, mask = self._embed(rows, seen, condition), memory.mask(rows.shape[1])
        layers = []
        for index, block in enumerate(self.blocks):
            assert isinstance(block, Block)
            x, grown = block.recall(x, rotation, *memory.layer(index), mask)
            layers.append(grown)
        points = memory.layer(len(self.blocks)) if self.pointer is not None else None
        return self._predict(x, seen, layers, points, mask)

    def _embed(self, rows: Tensor, seen: Seen, condition: Tensor | None) -> Tensor:
        """Rows `(B, T, 5)` as the network sees them, `(B, T, width)`."""
        x: Tensor = self.embed(torch.cat([rows, seen.bearings], dim=-1))
        if self.tell is not None and condition is not None:
            x = x + self.tell(condition).unsqueeze(1)
        return x

    def _predict(
        self,
        x: Tensor,
        seen: Seen,
        layers: list[KeysValues],
        points: tuple[KeysValues, KeysValues] | None,
        mask: Tensor,
    ) -> _Taken:
        # In float32 whatever the rest runs in: bfloat16 would place the pen to a quarter of a unit.
        with torch.autocast(x.device.type, enabled=False):
            x = self.norm(x.float())
            params = turn_gaussians(self.head(x), seen.frame, self._n_turned)
            if self.pointer is None:
                return _Taken(params, layers, seen.track)
            here = self.pointer.points(x, seen.position)
            if points is None:
                params = self.pointer(params, x, seen.position, [here], mask)
            else:
                old, recent = points
                here = recent.followed_by(here)
                params = self.pointer(params, x, seen.position, [old, here], mask)
        return _Taken(params, [*layers, here], seen.track)


def initialise(blocks: nn.ModuleList) -> None:
    """Small weights, smaller still where a block writes to the stream (Radford et al. 2019, "GPT-2")."""
    for name, parameter in blocks.named_parameters():
        if parameter.dim() > 1:
            share = math.sqrt(2 * len(blocks)) if "_out" in name else 1.0
            nn.init.normal_(parameter, std=_WEIGHT_SPREAD / share)
