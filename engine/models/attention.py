"""Self-attention over pen moves: the blocks of the transformers."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.recurrent import keep_mask

_ROTARY_BASE = 1000.0
# Radians a normalised unit: from lines side by side to the whole sheet.
_FASTEST_WAVE, _SLOWEST_WAVE = 2.0, 0.1
_WIDENING = 8 / 3


class Rotation(NamedTuple):
    """Turns queries and keys by an angle each, so that their product hangs on the difference alone.

    Source: Su et al. 2021, "RoFormer".

    Attributes:
        cos: `(B, 1, T, head width / 2)`.
        sin: Likewise.
    """

    cos: Tensor
    sin: Tensor

    def __call__(self, heads: Tensor) -> Tensor:
        """Turn `(B, heads, T, head width)`."""
        a, b = heads.chunk(2, dim=-1)
        return torch.cat([a * self.cos - b * self.sin, b * self.cos + a * self.sin], dim=-1).to(heads.dtype)


class Rotary(nn.Module):
    """Makes the rotation of rows: half by their place in the drawing, half by where they are on the sheet.

    So rows find each other by how long ago and by how far away: a line that passes near another sees it.
    """

    times: Tensor
    waves: Tensor

    def __init__(self, head_width: int) -> None:
        """Make it; `head_width` is a multiple of 8."""
        super().__init__()
        n = head_width // 8
        times = _ROTARY_BASE ** (-torch.arange(2 * n) / (2 * n))
        waves = _FASTEST_WAVE * (_SLOWEST_WAVE / _FASTEST_WAVE) ** torch.linspace(0, 1, n)
        self.register_buffer("times", times, persistent=False)
        self.register_buffer("waves", waves, persistent=False)

    def forward(self, place: Tensor, position: Tensor) -> Rotation:
        """Rotate rows.

        Args:
            place: `(B or 1, T)` rows before each.
            position: `(B, T, 2)` of the pen, in normalised units.
        """
        time = (place.unsqueeze(-1) * self.times).expand(len(position), -1, -1)
        where = (position.float().unsqueeze(-1) * self.waves).flatten(-2)
        angle = torch.cat([time, where], dim=-1).unsqueeze(1)
        return Rotation(angle.cos(), angle.sin())


def silence(x: Tensor, rate: float, chance: torch.Generator | None) -> Tensor:
    """Dropout whose chance comes from a generator; nothing happens without one."""
    return x if chance is None or rate <= 0 else x * keep_mask(x, rate, chance)


class KeysValues(NamedTuple):
    """Keys and values of rows already taken, `(B, heads, T, width)` each."""

    keys: Tensor
    values: Tensor

    def followed_by(self, new: KeysValues) -> KeysValues:
        """Those of the rows that come next, too."""
        return KeysValues(*(torch.cat(pair, dim=2) for pair in zip(self, new, strict=True)))


class Block(nn.Module):
    """Pre-norm self-attention, then a gated feed-forward layer (SwiGLU, Shazeer 2020); no biases."""

    def __init__(self, width: int, heads: int, memory_heads: int) -> None:
        super().__init__()
        self.heads, self.memory_heads = heads, memory_heads
        hidden = 8 * round(_WIDENING * width / 8)
        self.attention_norm = nn.LayerNorm(width, bias=False)
        self.qkv = nn.Linear(width, width + 2 * memory_heads * (width // heads), bias=False)
        self.attention_out = nn.Linear(width, width, bias=False)
        self.feed_norm = nn.LayerNorm(width, bias=False)
        self.feed_in = nn.Linear(width, 2 * hidden, bias=False)
        self.feed_out = nn.Linear(hidden, width, bias=False)

    def forward(
        self,
        x: Tensor,
        rotation: Rotation,
        is_real: Tensor | None = None,
        dropout: float = 0.0,
        chance: torch.Generator | None = None,
    ) -> tuple[Tensor, KeysValues]:
        """Take whole drawings.

        Args:
            x: `(B, T, width)`.
            rotation: Of their places.
            is_real: `(B, T)`, True where there is no padding: then every row looks at every real one. Without
                it each row looks at itself and those before.
            dropout: Share silenced of what the block adds.
            chance: For that; without it nothing is silenced.

        Returns:
            As much as `x`, and what a memory must hold of it.
        """
        query, new = self._query(x, rotation)
        mask = None if is_real is None else is_real[:, None, None]
        keys, values = (part.repeat_interleave(self.heads // self.memory_heads, dim=1) for part in new)
        seen = F.scaled_dot_product_attention(query, keys, values, attn_mask=mask, is_causal=mask is None)
        return self._finish(x, seen, dropout, chance), new

    def recall(
        self, x: Tensor, rotation: Rotation, old: KeysValues, recent: KeysValues, mask: Tensor
    ) -> tuple[Tensor, KeysValues]:
        """Take the newest rows `(B, T, width)` of drawings whose earlier rows are in memory.

        Args:
            x: The rows.
            rotation: Of their places.
            old: A long piece of the memory, which is not copied.
            recent: A short one, which the new rows join.
            mask: `(B, 1, T, S + T)`, 0 or minus infinity: what each row may look at, in the order of
                the memory's pieces, then the new rows.

        Returns:
            As much as `x`, and the recent piece with the new rows.
        """
        query, new = self._query(x, rotation)
        grown = recent.followed_by(new)
        weights = torch.softmax(scores(query, old, grown) + mask, dim=-1)
        # Heads that share a memory look it up together, as if they were so many rows.
        weights = weights.reshape(len(x), self.memory_heads, -1, weights.shape[-1])
        n_old = old.keys.shape[2]
        seen = weights[..., n_old:] @ grown.values
        if n_old:
            seen = seen + weights[..., :n_old] @ old.values
        return self._finish(x, seen.view(query.shape)), grown

    def _query(self, x: Tensor, rotation: Rotation) -> tuple[Tensor, KeysValues]:
        batch, length, width = x.shape
        together = (
            self.qkv(self.attention_norm(x)).view(batch, length, -1, width // self.heads).transpose(1, 2)
        )
        n_turned = self.heads + self.memory_heads
        turned = rotation(together[:, :n_turned])
        return turned[:, : self.heads], KeysValues(turned[:, self.heads :], together[:, n_turned:])

    def _finish(
        self, x: Tensor, seen: Tensor, dropout: float = 0.0, chance: torch.Generator | None = None
    ) -> Tensor:
        x = x + silence(self.attention_out(seen.transpose(1, 2).flatten(2)), dropout, chance)
        value, gate = self.feed_in(self.feed_norm(x)).chunk(2, dim=-1)
        return x + silence(self.feed_out(value * F.silu(gate)), dropout, chance)


def scores(query: Tensor, *pieces: KeysValues) -> Tensor:
    """How well queries `(B, heads, T, width)` match the keys of all pieces, `(B, heads, T, S)`.

    Heads that share a memory look it up together, as if they were so many rows.
    """
    batch, heads, length, width = query.shape
    rows = (query * width**-0.5).reshape(batch, pieces[0].keys.shape[1], -1, width)
    found = [rows @ piece.keys.mT for piece in pieces if piece.keys.shape[2]]
    joined = found[0] if len(found) == 1 else torch.cat(found, dim=-1)
    return joined.view(batch, heads, length, -1)
