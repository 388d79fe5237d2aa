"""SketchRNN without its encoder: an LSTM over pen moves with a mixture head.

Source: Ha & Eck 2017, section 3.3 ("unconditional generation").
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.base import State, StrokeModel
from engine.models.configs import SketchRNNConfig
from engine.models.mdn import n_head_outputs

# A sheet of 200 units at the usual scale is some 30 normalised units wide: brings positions near 1.
_POSITION_SCALE = 0.05


class SketchRNN(StrokeModel):
    """Decoder-only SketchRNN."""

    def __init__(self, config: SketchRNNConfig) -> None:
        super().__init__()
        self.config = config
        self.n_mixtures = config.mixtures
        n_inputs = 7 if config.absolute_position else 5
        self.lstm = nn.LSTM(n_inputs, config.hidden, config.layers, batch_first=True)
        self.head = nn.Linear(config.hidden, n_head_outputs(config.mixtures))
        self._initialise()

    def _initialise(self) -> None:
        """Orthogonal recurrence and an open forget gate, so that early gradients reach far back."""
        hidden = self.config.hidden
        for name, parameter in self.lstm.named_parameters():
            if name.startswith("weight_hh"):
                for gate in parameter.data.chunk(4):
                    nn.init.orthogonal_(gate)
            elif name.startswith("weight_ih"):
                nn.init.xavier_uniform_(parameter)
            else:
                nn.init.zeros_(parameter)
                if name.startswith("bias_ih"):
                    parameter.data[hidden : 2 * hidden] = 1.0

    def forward(
        self, batch: Tensor, condition: Tensor | None = None, dropout: torch.Generator | None = None
    ) -> Tensor:
        """See `StrokeModel.forward`."""
        if self.config.absolute_position:
            batch = torch.cat([batch, batch[..., :2].cumsum(1) * _POSITION_SCALE], dim=-1)
        outputs, _ = self.lstm(batch)
        if dropout is not None and self.config.dropout > 0:
            keep = 1 - self.config.dropout
            outputs = outputs * torch.empty_like(outputs).bernoulli_(keep, generator=dropout) / keep
        params: Tensor = self.head(outputs)
        return params.float()

    def initial_state(self, n: int, condition: Tensor | None = None) -> State:
        """See `StrokeModel.initial_state`."""
        new = self.head.weight.new_zeros
        size = (n, self.config.layers, self.config.hidden)
        return {"h": new(size), "c": new(size), "position": new((n, 2))}

    def step(self, state: State, stroke5: Tensor) -> tuple[Tensor, State]:
        """See `StrokeModel.step`."""
        position = state["position"] + stroke5[:, :2]
        row = (
            torch.cat([stroke5, position * _POSITION_SCALE], 1) if self.config.absolute_position else stroke5
        )
        memory = (state["h"].transpose(0, 1).contiguous(), state["c"].transpose(0, 1).contiguous())
        output, (h, c) = self.lstm(row.unsqueeze(1), memory)
        params: Tensor = self.head(output[:, 0])
        return params.float(), {"h": h.transpose(0, 1), "c": c.transpose(0, 1), "position": position}
