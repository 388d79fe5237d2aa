"""SketchRNN: an LSTM over pen moves with a mixture head, alone or as the decoder of an autoencoder.

Source: Ha & Eck 2017, "A Neural Representation of Sketch Drawings", sections 3.2 and 3.3.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.base import Code, State, StrokeModel
from engine.models.configs import SketchRNNConfig
from engine.models.latent import GaussianCode
from engine.models.mdn import n_head_outputs
from engine.models.recurrent import Memory, Recurrent, keep_mask, pack

# A sheet of 200 units at the usual scale is some 30 normalised units wide: brings positions near 1.
_POSITION_SCALE = 0.05
_OPENING_SPREAD = 1e-3


class SketchRNN(StrokeModel):
    """SketchRNN of either cell; with a code (`config.latent`) the autoencoder, without it the decoder alone.

    The code opens the decoder's memory and is told again at every step.
    """

    def __init__(self, config: SketchRNNConfig) -> None:
        super().__init__()
        self.config = config
        self.n_mixtures = config.mixtures
        self.n_condition = config.latent
        self.is_autoencoder = config.latent > 0
        self.lstm = self._recurrent(config.hidden, config.layers, config.latent)
        self.head = nn.Linear(config.hidden, n_head_outputs(config.mixtures))
        if self.is_autoencoder:
            self.encoder_forward = self._recurrent(config.encoder_hidden)
            self.encoder_backward = self._recurrent(config.encoder_hidden)
            self.code = GaussianCode(2 * config.encoder_hidden, config.latent)
            self.opening = nn.Linear(config.latent, 2 * config.layers * config.hidden)
            nn.init.normal_(self.opening.weight, std=_OPENING_SPREAD)
            nn.init.zeros_(self.opening.bias)

    def forward(
        self, batch: Tensor, condition: Tensor | None = None, dropout: torch.Generator | None = None
    ) -> Tensor:
        """See `StrokeModel.forward`; what follows a drawing's end token is padding and predicts zeros."""
        n, n_steps = batch.shape[:2]
        told = self._told(n, condition)
        packing = pack(((batch[..., 4] < 0.5).sum(1) + 1).clamp(max=n_steps), n_steps)
        rows = self._see(batch, batch[..., :2].cumsum(1)).flatten(0, 1)[packing.rows]
        outputs = self.lstm.read(rows, told, self._open(n, told), packing, dropout)
        if dropout is not None and self.config.dropout > 0:
            outputs = outputs * keep_mask(outputs, self.config.dropout, dropout)
        params: Tensor = self.head(outputs)
        return packing.unpack(params.float(), n_steps)

    def encode(
        self,
        rows: Tensor,
        lengths: Tensor,
        eras: Tensor | None = None,
        chance: torch.Generator | None = None,
    ) -> Code:
        """See `StrokeModel.encode`: the last outputs of two readings, forward and backward."""
        if not self.is_autoencoder:
            return super().encode(rows, lengths, eras, chance)
        moves = rows[:, 1:]
        packing = pack(lengths.clamp(1, moves.shape[1]), moves.shape[1])
        seen = self._see(moves, moves[..., :2].cumsum(1)).flatten(0, 1)
        empty = seen.new_zeros((len(rows), 1, self.config.encoder_hidden))
        outputs = [
            encoder.read(seen[places], None, (empty, empty), packing, chance)[packing.last]
            for encoder, places in (
                (self.encoder_forward, packing.rows),
                (self.encoder_backward, packing.reversed_rows),
            )
        ]
        code: Code = self.code(torch.cat(outputs, 1), chance)
        return code

    def initial_state(self, n: int, condition: Tensor | None = None) -> State:
        """See `StrokeModel.initial_state`."""
        told = self._told(n, condition)
        h, c = self._open(n, told)
        state = {"h": h, "c": c, "position": h.new_zeros((n, 2))}
        return state if told is None else {**state, "asked": self.lstm.asked(told)}

    def step(self, state: State, stroke5: Tensor) -> tuple[Tensor, State]:
        """See `StrokeModel.step`."""
        position = state["position"] + stroke5[:, :2]
        row = self._see(stroke5, position)
        h, c = self.lstm.step(row, state.get("asked"), (state["h"], state["c"]))
        params: Tensor = self.head(h[:, -1])
        return params.float(), {**state, "h": h, "c": c, "position": position}

    def _recurrent(self, hidden: int, layers: int = 1, n_told: int = 0) -> Recurrent:
        config = self.config
        return Recurrent(
            7 if config.absolute_position else 5,
            hidden,
            layers=layers,
            n_told=n_told,
            layer_norm=config.cell == "layer_norm",
            recurrent_dropout=config.recurrent_dropout,
        )

    def _see(self, rows: Tensor, positions: Tensor) -> Tensor:
        """What the network sees of rows `(..., 5)` that lead to `positions` `(..., 2)`."""
        if not self.config.absolute_position:
            return rows
        return torch.cat([rows, positions * _POSITION_SCALE], -1)

    def _told(self, n: int, condition: Tensor | None) -> Tensor | None:
        """The code `(n, latent)`; `None` where there is none."""
        if not self.is_autoencoder:
            return None
        return self.head.weight.new_zeros((n, self.config.latent)) if condition is None else condition

    def _open(self, n: int, told: Tensor | None) -> Memory:
        """The decoder's memory of empty sheets: nothing, or what the code makes of it."""
        size = (n, self.config.layers, self.config.hidden)
        if told is None:
            return self.head.weight.new_zeros(size), self.head.weight.new_zeros(size)
        c, h = torch.tanh(self.opening(told)).float().chunk(2, 1)
        return h.reshape(size), c.reshape(size)
