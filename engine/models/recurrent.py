"""Stacks of LSTM layers behind one interface, and drawings of different lengths packed for them."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor, nn

from engine.models.lstm import Norm, lstm, lstm_step

Memory: TypeAlias = tuple[Tensor, Tensor]
"""Outputs and cells of every layer, `(B, layers, hidden)` each."""


class Packing(NamedTuple):
    """Where the rows of drawings of different lengths go when they stand step after step, longest first.

    On a GPU padding is packed too: to know how many drawings have a step would mean to wait for it.

    Attributes:
        order: `(B,)` drawings, longest first.
        sizes: Drawings that have a step `t`.
        rows: `(N,)` places of the packed rows in a flattened `(B T)` batch.
        reversed_rows: `(N,)` the same for drawings read backward; their padding still comes last.
        last: `(B,)` places of each drawing's last step among the packed rows.
    """

    order: Tensor
    sizes: list[int]
    rows: Tensor
    reversed_rows: Tensor
    last: Tensor

    def unpack(self, packed: Tensor, n_steps: int) -> Tensor:
        """Packed rows `(N, P)` as a batch `(B, T, P)`; zeros where nothing was packed."""
        n = len(self.order)
        flat = packed.new_zeros((n * n_steps, packed.shape[1]))
        return flat.index_copy(0, self.rows, packed).view(n, n_steps, packed.shape[1])


def pack(lengths: Tensor, n_steps: int) -> Packing:
    """Pack a batch.

    Args:
        lengths: `(B,)` steps of each drawing, at least 1.
        n_steps: T, steps of the padded batch.
    """
    n, device = len(lengths), lengths.device
    ranked, order = torch.sort(lengths, descending=True, stable=True)
    places, steps = torch.arange(n, device=device), torch.arange(n_steps, device=device)
    is_packed = steps.unsqueeze(1) < (ranked if device.type == "cpu" else torch.full_like(ranked, n_steps))
    sizes = is_packed.sum(1).tolist() if device.type == "cpu" else [n] * n_steps
    if device.type == "cpu":
        step, rank = is_packed.nonzero(as_tuple=True)
    else:
        step, rank = steps.repeat_interleave(n), places.repeat(n_steps)
    starts = torch.tensor([0, *sizes[:-1]], device=device).cumsum(0)
    backward = ranked[rank] - 1 - step
    backward = torch.where(backward < 0, step, backward)
    first = order[rank] * n_steps
    last = torch.empty_like(order).index_copy(0, order, starts[ranked - 1] + places)
    return Packing(order, [size for size in sizes if size], first + step, first + backward, last)


def keep_mask(like: Tensor, share: float, chance: torch.Generator) -> Tensor:
    """Factors of dropout in the shape of `like`: 0 for `share` of them, else what makes up for the lost."""
    if like.device.type != "cpu":
        return torch.empty_like(like).bernoulli_(1 - share, generator=chance).div_(1 - share)
    # Sixteen bits decide, so one draw serves four: a quarter of the time of `bernoulli_`.
    draws = torch.empty(-(-like.numel() // 4), dtype=torch.int64)
    bits = draws.random_(-(2**63), None, generator=chance).view(torch.int16)[: like.numel()]
    lost = round(share * 2**16)
    return (bits >= lost - 2**15).to(like.dtype).mul_(2**16 / (2**16 - lost)).view_as(like)


class GateNorm(nn.Module):
    """What one layer-norm layer learns beside its weights; the forget gate starts open."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(4 * hidden))
        self.bias = nn.Parameter(torch.zeros(4 * hidden))
        self.bias.data[hidden : 2 * hidden] = 1.0
        self.cell_gain = nn.Parameter(torch.ones(hidden))
        self.cell_bias = nn.Parameter(torch.zeros(hidden))

    def tensors(self) -> Norm:
        """As `models.lstm` takes them."""
        return Norm(self.gain, self.bias, self.cell_gain, self.cell_bias)


class Recurrent(nn.LSTM):
    """Layers of LSTM, the first of which is told the same of a drawing at every step.

    Plain layers are torch's own, names of the weights included, but on the CPU `models.lstm` runs them in
    two thirds of the time. Layer-norm layers silence some of their candidates in training.

    Attributes:
        n_inputs: Width of the rows.
        layer_norm: Whether the layers are normalised.
    """

    def __init__(
        self,
        n_inputs: int,
        hidden: int,
        *,
        layers: int = 1,
        n_told: int = 0,
        layer_norm: bool = False,
        recurrent_dropout: float = 0.0,
    ) -> None:
        super().__init__(n_inputs + n_told, hidden, layers, bias=not layer_norm)
        self.n_inputs, self.layer_norm = n_inputs, layer_norm
        self._recurrent_dropout = recurrent_dropout
        self.norms = nn.ModuleList(GateNorm(hidden) for _ in range(layers if layer_norm else 0))

    def reset_parameters(self) -> None:
        """Orthogonal recurrence and an open forget gate, so that early gradients reach far back."""
        for name, parameter in self.named_parameters():
            if name.startswith("weight_hh"):
                for gate in parameter.data.chunk(4):
                    nn.init.orthogonal_(gate)
            elif name.startswith("weight_ih"):
                nn.init.xavier_uniform_(parameter)
            else:
                nn.init.zeros_(parameter)
                if name.startswith("bias_ih"):
                    parameter.data[self.hidden_size : 2 * self.hidden_size] = 1.0

    def read(
        self,
        rows: Tensor,
        told: Tensor | None,
        memory: Memory,
        packing: Packing,
        dropout: torch.Generator | None = None,
    ) -> Tensor:
        """Read whole drawings.

        Args:
            rows: `(N, n_inputs)`, packed.
            told: `(B, n_told)` of each drawing, in the order of the batch; `None` if nothing is told.
            memory: Before the first step, in the order of the batch.
            packing: Of the rows.
            dropout: Silences candidates as in training, where the layers have recurrent dropout.

        Returns:
            `(N, hidden)` outputs of the last layer, packed.
        """
        h, c = (part[packing.order] for part in memory)
        told = None if told is None else told[packing.order]
        if not self.layer_norm and rows.device.type != "cpu":
            return self._read_on_gpu(rows, told, (h, c))
        for layer in range(self.num_layers):
            wide, square = self._weights(layer)
            keep = None
            if self.layer_norm and dropout is not None and self._recurrent_dropout > 0:
                keep = keep_mask(h.new_empty((len(rows), self.hidden_size)), self._recurrent_dropout, dropout)
            drive = self._drive(layer, told, len(h))
            weights = (wide[:, : rows.shape[1]], square)
            rows = lstm(
                rows, drive, weights, self._norm(layer), (h[:, layer], c[:, layer]), keep, packing.sizes
            )
        return rows

    def asked(self, told: Tensor) -> Tensor:
        """What being told `(B, n_told)` asks of the first layer's gates at every step, `(B, 4 hidden)`."""
        return self._drive(0, told, len(told))

    def step(self, rows: Tensor, asked: Tensor | None, memory: Memory) -> Memory:
        """Read one more row `(B, n_inputs)` of each drawing; the last layer's outputs are the prediction.

        `asked` comes from the method of that name; `None` where nothing is told.
        """
        outputs, cells = [], []
        for layer in range(self.num_layers):
            h, c = (part[:, layer] for part in memory)
            wide, square = self._weights(layer)
            drive = self._drive(layer, None, len(rows)) if asked is None or layer else asked
            gates = torch.addmm(torch.addmm(drive, rows, wide[:, : rows.shape[1]].t()), h, square.t())
            rows, c = lstm_step(gates, c, self._norm(layer))
            outputs.append(rows)
            cells.append(c)
        return torch.stack(outputs, 1), torch.stack(cells, 1)

    def _read_on_gpu(self, rows: Tensor, told: Tensor | None, memory: Memory) -> Tensor:
        """By torch's own kernels; everything is packed there."""
        steps = rows.view(-1, len(memory[0]), rows.shape[1])
        if told is not None:
            steps = torch.cat([steps, told.expand(len(steps), -1, -1)], -1)
        h, c = (part.transpose(0, 1).contiguous() for part in memory)
        outputs: Tensor = self(steps, (h, c))[0]
        return outputs.flatten(0, 1)

    def _weights(self, layer: int) -> tuple[Tensor, Tensor]:
        return getattr(self, f"weight_ih_l{layer}"), getattr(self, f"weight_hh_l{layer}")

    def _norm(self, layer: int) -> Norm | None:
        if not self.layer_norm:
            return None
        norm = self.norms[layer]
        assert isinstance(norm, GateNorm)
        return norm.tensors()

    def _drive(self, layer: int, told: Tensor | None, n: int) -> Tensor:
        """`(n, 4 hidden)` asked of the gates at every step."""
        wide, _ = self._weights(layer)
        if self.layer_norm:
            bias = wide.new_zeros(len(wide))
        else:
            bias = getattr(self, f"bias_ih_l{layer}") + getattr(self, f"bias_hh_l{layer}")
        if told is None or layer > 0:
            return bias.expand(n, -1)
        return bias + told @ wide[:, self.n_inputs :].t()
