"""One LSTM layer over packed drawings, made to cost little on one core of a CPU.

Plain, or with layer normalisation and recurrent dropout as SketchRNN's own. Source: Hochreiter & Schmidhuber
1997; Ba, Kiros & Hinton 2016, "Layer Normalization"; Semeniuta, Severyn & Barth 2016, "Recurrent Dropout
without Memory Loss"; Ha & Eck 2017 for putting them together.

Inside, the gates stand in the order i, f, o, g: three sigmoids side by side. Outside it is i, f, g, o as
everywhere in torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

EPSILON = 1e-3
_aten = torch.ops.aten


class Norm(NamedTuple):
    """What a layer-norm LSTM learns beside its weights.

    Attributes:
        gain: `(4 H)` of the normalised gates.
        bias: `(4 H)` of the normalised gates.
        cell_gain: `(H)` of the normalised cell.
        cell_bias: `(H)` of the normalised cell.
    """

    gain: Tensor
    bias: Tensor
    cell_gain: Tensor
    cell_bias: Tensor


def lstm_step(gates: Tensor, c: Tensor, norm: Norm | None) -> tuple[Tensor, Tensor]:
    """One step without dropout, written to be read; `lstm` does the same faster, and backward.

    Args:
        gates: `(B, 4 H)` what input and memory ask of the gates i, f, g, o.
        c: `(B, H)` the cell.
        norm: Normalises gates and cell; `None` for the plain LSTM.

    Returns:
        The new output and the new cell, `(B, H)` each.
    """
    hidden = c.shape[1]
    if norm is not None:
        apart = torch.layer_norm(gates.view(-1, 4, hidden), [hidden], eps=EPSILON)
        gates = apart.flatten(1) * norm.gain + norm.bias
    i, f, g, o = gates.chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    shown = c if norm is None else torch.layer_norm(c, [hidden], norm.cell_gain, norm.cell_bias, EPSILON)
    return o.sigmoid() * shown.tanh(), c


def lstm(
    rows: Tensor,
    drive: Tensor,
    weights: tuple[Tensor, Tensor],
    norm: Norm | None,
    state: tuple[Tensor, Tensor],
    keep: Tensor | None,
    sizes: Sequence[int],
) -> Tensor:
    """Run a layer over all steps; differentiable once, in everything but `keep`.

    Args:
        rows: `(N, I)` inputs, step after step: for step `t` the rows of the first `sizes[t]` drawings.
        drive: `(B, 4 H)` asked of each drawing's gates at every step; a bias where it is the same for all.
        weights: From the inputs `(4 H, I)` and from the outputs `(4 H, H)`.
        norm: Normalises gates and cell; `None` for the plain LSTM.
        state: Output and cell before the first step, `(B, H)` each.
        keep: `(N, H)` factors of the candidates, for recurrent dropout; `None` for none.
        sizes: Drawings that have a step `t`: `B` at first, never rising.

    Returns:
        `(N, H)` outputs, packed like the rows.
    """
    norms = norm or (None, None, None, None)
    outputs: Tensor = _Lstm.apply(rows, drive, *weights, *norms, *state, keep, tuple(sizes))
    return outputs


class _InnerNorm(NamedTuple):
    """`Norm` in the inner order of the gates, with the constants of a normalisation without gain.

    The kernel takes twice the time when it is given no gain at all.
    """

    gain: Tensor
    bias: Tensor
    cell_gain: Tensor
    cell_bias: Tensor
    one: Tensor
    zero: Tensor


@dataclass(slots=True)
class _Step:
    """What a step leaves for the way back; gates are those after their sigmoids and tanh."""

    gates: Tensor
    candidate: Tensor
    cell: Tensor
    shown: Tensor
    normalised: _Normalised | None = None


class _Normalised(NamedTuple):
    """What a step's layer norms leave: the normal gates and their spread, mean and spread of the cell."""

    norm: _InnerNorm
    gates: Tensor
    spread: Tensor
    cell_mean: Tensor
    cell_spread: Tensor


class _Lstm(torch.autograd.Function):
    """Few operations a step, and the gradient of both weights in one product at the end."""

    @staticmethod
    def forward(
        ctx: Any,
        rows: Tensor,
        drive: Tensor,
        weight_rows: Tensor,
        weight_memory: Tensor,
        gain: Tensor | None,
        bias: Tensor | None,
        cell_gain: Tensor | None,
        cell_bias: Tensor | None,
        h: Tensor,
        c: Tensor,
        keep: Tensor | None,
        sizes: tuple[int, ...],
    ) -> Tensor:
        """See `lstm`."""
        device = rows.device.type
        is_mixed = torch.is_autocast_enabled(device)
        narrow = torch.get_autocast_dtype(device) if is_mixed else drive.dtype
        norm = None
        if gain is not None and bias is not None and cell_gain is not None and cell_bias is not None:
            one, zero = torch.ones_like(cell_gain), torch.zeros_like(cell_gain)
            norm = _InnerNorm(_swap(gain), _swap(bias), cell_gain, cell_bias, one, zero)
        with torch.autocast(device, enabled=False):
            weight = _swap(torch.cat([weight_rows, weight_memory], 1)).to(narrow).t().contiguous()
            seen = weight.new_empty((len(rows), len(weight)))
            seen[:, : rows.shape[1]] = rows
            outputs = h.new_empty((len(rows), h.shape[1]))
            ctx.steps = _walk(
                _split(seen, sizes), _split(outputs, sizes), _swap(drive, 1), weight, norm, (h, c), keep
            )
        ctx.sizes, ctx.seen, ctx.norm = sizes, seen, norm
        ctx.save_for_backward(weight, c, keep)
        return outputs

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients in the order of the arguments of `forward`."""
        weight, c, keep = ctx.saved_tensors
        sizes = ctx.sizes
        hidden = c.shape[1]
        n_inputs = len(weight) - hidden
        with torch.autocast(c.device.type, enabled=False):
            asked = c.new_empty((len(ctx.seen), 4 * hidden))
            back = _Back(ctx.norm, weight[n_inputs:].t().contiguous(), c)
            back.walk(ctx.steps, _split(gradients[0], sizes), _split(asked, sizes), c, keep)
            asked = asked.to(weight.dtype)
            to_weight = _swap((asked.t() @ ctx.seen).to(c.dtype))
            to_rows = (asked @ weight[:n_inputs].t()).to(c.dtype) if ctx.needs_input_grad[0] else None
        to_weights = (to_weight[:, :n_inputs], to_weight[:, n_inputs:])
        return (to_rows, _swap(back.drive, 1), *to_weights, *back.to_norm(), back.h, back.c, None, None)


def _walk(
    seen: Sequence[Tensor],
    outputs: Sequence[Tensor],
    drive: Tensor,
    weight: Tensor,
    norm: _InnerNorm | None,
    state: tuple[Tensor, Tensor],
    keep: Tensor | None,
) -> list[_Step]:
    """All steps forward; fills `outputs`, and the right-hand part of `seen` with what they remember."""
    h, c = state
    hidden = c.shape[1]
    sizes = [len(part) for part in seen]
    kept = [None] * len(sizes) if keep is None else _split(keep, sizes)
    steps: list[_Step] = []
    for t, n in enumerate(sizes):
        seen[t][:, -hidden:] = h[:n]
        if weight.dtype == drive.dtype:
            gates = torch.addmm(drive[:n], seen[t], weight)
        else:
            gates = torch.mm(seen[t], weight).to(drive.dtype).add_(drive[:n])
        step = _forward(gates, c[:n], norm, kept[t])
        h, c = outputs[t], step.cell
        torch.mul(step.gates[:, 2 * hidden : 3 * hidden], step.shown, out=h)
        steps.append(step)
    return steps


def _forward(gates: Tensor, before: Tensor, norm: _InnerNorm | None, keep: Tensor | None) -> _Step:
    """One step from the raw gates, which may be overwritten."""
    n, hidden = before.shape
    if norm is not None:
        apart = gates.view(4 * n, hidden)
        normal, _, spread = torch.native_layer_norm(apart, [hidden], norm.one, norm.zero, EPSILON)
        gates = torch.addcmul(norm.bias, normal.view(n, 4 * hidden), norm.gain)
    gates[:, : 3 * hidden].sigmoid_()
    i, f, _, g = torch.split(gates, hidden, 1)
    g.tanh_()
    candidate = g if keep is None else g * keep
    cell = torch.mul(f, before).addcmul_(i, candidate)
    if norm is None:
        return _Step(gates, candidate, cell, cell.tanh())
    shown, *stats = torch.native_layer_norm(cell, [hidden], norm.cell_gain, norm.cell_bias, EPSILON)
    return _Step(gates, candidate, cell, shown.tanh_(), _Normalised(norm, normal, spread, *stats))


class _Back:
    """The way back, and the gradients that gather on it.

    Attributes:
        h: `(B, H)` of the output before the first step, once `walk` is through.
        c: `(B, H)` of the cell before the first step.
        drive: `(B, 4 H)` of what is asked at every step.
    """

    def __init__(self, norm: _InnerNorm | None, weight: Tensor, c: Tensor) -> None:
        n, hidden = c.shape
        self.h, self.c, self.drive = torch.zeros_like(c), torch.zeros_like(c), c.new_zeros((n, 4 * hidden))
        self._is_normed, self._weight, self._hidden = norm is not None, weight, hidden
        self._gain, self._bias = torch.zeros_like(self.drive), torch.zeros_like(self.drive)
        self._cell_gain, self._cell_bias = c.new_zeros(hidden), c.new_zeros(hidden)
        self._one, self._zero = c.new_ones((4 * n, 1)), c.new_zeros((4 * n, 1))

    def walk(
        self,
        steps: Sequence[_Step],
        outputs: Sequence[Tensor],
        asked: Sequence[Tensor],
        c: Tensor,
        keep: Tensor | None,
    ) -> None:
        """From the gradients of the outputs to those of the raw gates, which fill `asked`."""
        kept = [None] * len(steps) if keep is None else _split(keep, [len(part) for part in asked])
        for t in range(len(steps) - 1, -1, -1):
            raw, n = asked[t], len(asked[t])
            before = c[:n] if t == 0 else steps[t - 1].cell[:n]
            h = self.h[:n].add_(outputs[t])
            self._through_cell(steps[t], h, before, kept[t], raw)
            if (normalised := steps[t].normalised) is not None:
                self._through_norm(normalised, raw)
            self.drive[:n].add_(raw)
            if raw.dtype == self._weight.dtype:
                torch.mm(raw, self._weight, out=h)
            else:
                h.copy_(torch.mm(raw.to(self._weight.dtype), self._weight))

    def to_norm(self) -> tuple[Tensor | None, Tensor | None, Tensor | None, Tensor | None]:
        """Gradients of what the layer norm learns."""
        if not self._is_normed:
            return (None, None, None, None)
        return (_swap(self._gain.sum(0)), _swap(self._bias.sum(0)), self._cell_gain, self._cell_bias)

    def _through_cell(self, step: _Step, h: Tensor, before: Tensor, keep: Tensor | None, raw: Tensor) -> None:
        """From the output to the gates before their sigmoids and tanh; moves `c` to the step before."""
        hidden = self._hidden
        i, f, o, g = torch.split(step.gates, hidden, 1)
        to_i, to_f, to_o, to_g = torch.split(raw, hidden, 1)
        torch.mul(h, step.shown, out=to_o)
        to_cell = _aten.tanh_backward(h * o, step.shown)
        if step.normalised is not None:
            to_cell = self._through_cell_norm(step.normalised, step.cell, to_cell)
        c = self.c[: len(h)].add_(to_cell)
        torch.mul(c, step.candidate, out=to_i)
        torch.mul(c, before, out=to_f)
        torch.mul(c, i, out=to_g)
        if keep is not None:
            to_g.mul_(keep)
        three, sigmoids = raw[:, : 3 * hidden], step.gates[:, : 3 * hidden]
        _aten.sigmoid_backward(three, sigmoids, grad_input=three)
        _aten.tanh_backward(to_g, g, grad_input=to_g)
        c.mul_(f)

    def _through_cell_norm(self, normalised: _Normalised, cell: Tensor, gradient: Tensor) -> Tensor:
        """From the cell after its layer norm to the cell before it."""
        stats = (normalised.cell_mean, normalised.cell_spread)
        learnt = (normalised.norm.cell_gain, normalised.norm.cell_bias)
        to_cell: Tensor
        to_cell, gain, bias = _aten.native_layer_norm_backward(
            gradient, cell, [self._hidden], *stats, *learnt, [True, True, True]
        )
        self._cell_gain += gain
        self._cell_bias += bias
        return to_cell

    def _through_norm(self, normalised: _Normalised, raw: Tensor) -> None:
        """From the gates after their layer norm to those before it, in place."""
        n, hidden = len(raw), self._hidden
        self._gain[:n].addcmul_(raw, normalised.gates.view(n, 4 * hidden))
        self._bias[:n].add_(raw)
        apart = raw.mul_(normalised.norm.gain).view(4 * n, hidden)
        # The input is normal already: with the true spread taken out first, mean 0 and spread 1 remain.
        apart.mul_(normalised.spread)
        stats = (self._zero[: 4 * n], self._one[: 4 * n])
        to_raw, _, _ = _aten.native_layer_norm_backward(
            apart, normalised.gates, [hidden], *stats, None, None, [True, False, False]
        )
        apart.copy_(to_raw)


def _split(packed: Tensor, sizes: Sequence[int]) -> Sequence[Tensor]:
    """The rows of each step."""
    return torch.split(packed, list(sizes))


def _swap(gates: Tensor, dim: int = 0) -> Tensor:
    """Exchange the last two of four gates: from the outer order to the inner one, and back."""
    i, f, a, b = gates.chunk(4, dim)
    return torch.cat([i, f, b, a], dim)
