"""SketchRNN as the paper and its usual ports write it: the yardstick for our own, in speed and in loss.

Source: Ha & Eck 2017, "A Neural Representation of Sketch Drawings", with the sizes and settings of its
experiments. Every drawing is padded to the longest allowed length, and every cell goes through every step in
a loop. Nothing here is meant to be fast, and nothing of it is used outside the benchmarks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

N_MAX = 250


@dataclass(frozen=True)
class TextbookConfig:
    """The paper's sizes and settings.

    Attributes:
        encoder_hidden: Width of each direction of the encoder.
        decoder_hidden: Width of the decoder.
        latent: Width of z; 0 for the decoder alone.
        mixtures: Gaussians.
        dropout: Recurrent dropout.
        learning_rate: Of Adam.
        clip: Largest absolute value of a gradient, or largest norm of all of them.
        clip_by_norm: Which of the two; the paper clips values.
        kl_weight: Of the divergence, a dimension of z and drawing.
        kl_tolerance: Divergence a dimension that costs nothing.
    """

    encoder_hidden: int = 256
    decoder_hidden: int = 512
    latent: int = 128
    mixtures: int = 20
    dropout: float = 0.1
    learning_rate: float = 1e-3
    clip: float = 1.0
    clip_by_norm: bool = False
    kl_weight: float = 0.5
    kl_tolerance: float = 0.2


class LayerNormLSTMCell(nn.Module):
    """One step of an LSTM with layer norm over each gate and over the cell, and recurrent dropout."""

    def __init__(self, n_inputs: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.hidden, self.dropout = hidden, dropout
        self.w_x = nn.Parameter(torch.empty(n_inputs, 4 * hidden))
        self.w_h = nn.Parameter(torch.empty(hidden, 4 * hidden))
        nn.init.xavier_uniform_(self.w_x)
        for gate in self.w_h.data.chunk(4, 1):
            nn.init.orthogonal_(gate)
        self.norms = nn.ModuleDict(
            {gate: nn.LayerNorm(hidden, eps=1e-3) for gate in ("i", "g", "f", "o", "c")}
        )

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        gates = x @ self.w_x + h @ self.w_h
        i, g, f, o = (
            norm(gate) for norm, gate in zip(list(self.norms.values())[:4], gates.chunk(4, 1), strict=True)
        )
        g = F.dropout(torch.tanh(g), self.dropout, self.training)
        c = torch.sigmoid(f + 1.0) * c + torch.sigmoid(i) * g
        return torch.sigmoid(o) * torch.tanh(self.norms["c"](c)), c


class Encoder(nn.Module):
    """Reads a drawing forward and backward; gives mean and log variance of its z."""

    def __init__(self, config: TextbookConfig) -> None:
        super().__init__()
        self.hidden = config.encoder_hidden
        self.forward_cell = LayerNormLSTMCell(5, self.hidden, config.dropout)
        self.backward_cell = LayerNormLSTMCell(5, self.hidden, config.dropout)
        self.mu = nn.Linear(2 * self.hidden, config.latent)
        self.presig = nn.Linear(2 * self.hidden, config.latent)
        for layer in (self.mu, self.presig):
            nn.init.normal_(layer.weight, std=0.001)
            nn.init.zeros_(layer.bias)

    def forward(self, strokes: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        backward = strokes.clone()
        for drawing, n in enumerate(lengths.tolist()):
            backward[drawing, :n] = strokes[drawing, :n].flip(0)
        last = [
            self._read(self.forward_cell, strokes, lengths),
            self._read(self.backward_cell, backward, lengths),
        ]
        both = torch.cat(last, 1)
        return self.mu(both), self.presig(both)

    def _read(self, cell: LayerNormLSTMCell, strokes: Tensor, lengths: Tensor) -> Tensor:
        h = c = strokes.new_zeros(len(strokes), self.hidden)
        for t in range(strokes.shape[1]):
            new_h, new_c = cell(strokes[:, t], h, c)
            goes_on = (t < lengths).unsqueeze(1)
            h, c = torch.where(goes_on, new_h, h), torch.where(goes_on, new_c, c)
        return h


class Decoder(nn.Module):
    """Predicts every next point from the points before it and from z."""

    def __init__(self, config: TextbookConfig) -> None:
        super().__init__()
        self.hidden = config.decoder_hidden
        self.cell = LayerNormLSTMCell(5 + config.latent, self.hidden, config.dropout)
        self.output = nn.Linear(self.hidden, 6 * config.mixtures + 3)
        if config.latent:
            self.opening = nn.Linear(config.latent, 2 * self.hidden)
            nn.init.normal_(self.opening.weight, std=0.001)
            nn.init.zeros_(self.opening.bias)

    def forward(self, strokes: Tensor, z: Tensor | None) -> Tensor:
        if z is None:
            h = c = strokes.new_zeros(len(strokes), self.hidden)
        else:
            h, c = torch.tanh(self.opening(z)).chunk(2, 1)
        outputs = []
        for t in range(strokes.shape[1]):
            x = strokes[:, t] if z is None else torch.cat([strokes[:, t], z], 1)
            h, c = self.cell(x, h, c)
            outputs.append(self.output(h))
        return torch.stack(outputs, 1)


class TextbookSketchRNN(nn.Module):
    """The autoencoder, or the decoder alone where `latent` is 0."""

    def __init__(self, config: TextbookConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config) if config.latent else None
        self.decoder = Decoder(config)

    def forward(self, strokes: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs `(B, T, 6 M + 3)` for strokes `(B, T + 1, 5)`, and the nats `(B,)` of each z."""
        if self.encoder is None:
            return self.decoder(strokes[:, :-1], None), strokes.new_zeros(len(strokes))
        mu, presig = self.encoder(strokes[:, 1:], lengths)
        z = mu + torch.exp(presig / 2) * torch.randn_like(mu) if self.training else mu
        divergence = -0.5 * (1 + presig - mu.square() - presig.exp()).sum(1)
        return self.decoder(strokes[:, :-1], z), divergence

    def loss(self, strokes: Tensor, lengths: Tensor) -> Tensor:
        """The paper's loss, over the longest allowed length; the pen of padding does not count."""
        outputs, divergence = self(strokes, lengths)
        xy, pen = textbook_nats(outputs, strokes[:, 1:], lengths, self.config.mixtures)
        reconstruction = (xy + pen).sum() / (len(strokes) * (strokes.shape[1] - 1))
        if self.encoder is None:
            return reconstruction
        floor = divergence.mean() / self.config.latent
        return reconstruction + self.config.kl_weight * floor.clamp(min=self.config.kl_tolerance)


def textbook_nats(outputs: Tensor, target: Tensor, lengths: Tensor, mixtures: int) -> tuple[Tensor, Tensor]:
    """Nats of each drawing, `(B,)`, of its moves and of its pen states, the end once and padding never."""
    pen_logits, parts = outputs[..., :3], outputs[..., 3:].chunk(6, -1)
    pi, mu_x, mu_y, log_sigma_x, log_sigma_y, rho = parts
    assert pi.shape[-1] == mixtures
    rho = torch.tanh(rho) * 0.999
    x = (target[..., 0:1] - mu_x) / log_sigma_x.exp()
    y = (target[..., 1:2] - mu_y) / log_sigma_y.exp()
    z = x.square() + y.square() - 2 * rho * x * y
    log_gauss = -z / (2 * (1 - rho.square())) - log_sigma_x - log_sigma_y
    log_gauss = log_gauss - 0.5 * torch.log(1 - rho.square()) - math.log(2 * math.pi)
    xy = -torch.logsumexp(F.log_softmax(pi, -1) + log_gauss, -1)
    pen = -(F.log_softmax(pen_logits, -1) * target[..., 2:]).sum(-1)
    step = torch.arange(target.shape[1])
    zero = xy.new_zeros(())
    xy = torch.where(step < lengths.unsqueeze(1), xy, zero).sum(1)
    return xy, torch.where(step <= lengths.unsqueeze(1), pen, zero).sum(1)


def train_step(
    model: TextbookSketchRNN, optimizer: torch.optim.Optimizer, strokes: Tensor, lengths: Tensor
) -> float:
    """One step of Adam; returns the loss."""
    model.train()
    optimizer.zero_grad()
    loss = model.loss(strokes, lengths)
    loss.backward()
    if model.config.clip_by_norm:
        nn.utils.clip_grad_norm_(model.parameters(), model.config.clip)
    else:
        nn.utils.clip_grad_value_(model.parameters(), model.config.clip)
    optimizer.step()
    return float(loss.detach())
