"""What a transformer remembers of the rows it has taken: keys and values, in a `State` of plain tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import torch
from torch import Tensor

from engine.models.attention import KeysValues
from engine.models.base import State

Shape: TypeAlias = tuple[int, int, int]
"""Heads of a layer, and the widths of its keys and of its values."""

_RECENT_ROWS = 16
_TAKEN = "taken"


class Memory:
    """Keys and values of each layer, in two pieces: a long old one, and a recent one that grows.

    Adding a row copies only the recent piece; once that is full it joins the old one. Drawings of different
    lengths lie flush right: of the slots of a drawing that has taken `n` rows, the last `n` count.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    @staticmethod
    def empty(n: int, shapes: Sequence[Shape], like: Tensor) -> State:
        """The memory of `n` drawings not yet begun, with the device and type of `like`."""
        state = {_TAKEN: torch.zeros(n, dtype=torch.long, device=like.device)}
        for layer, (heads, key_width, value_width) in enumerate(shapes):
            keys, values = (like.new_zeros((n, heads, 0, width)) for width in (key_width, value_width))
            state |= zip(_layer_names(layer), (keys, values, keys, values), strict=True)
        return state

    @property
    def taken(self) -> Tensor:
        """`(B,)` rows each drawing has taken."""
        return self._state[_TAKEN]

    @property
    def is_empty(self) -> bool:
        """Whether no drawing has begun."""
        return self._slots == 0

    def layer(self, layer: int) -> tuple[KeysValues, KeysValues]:
        """The old piece of one layer, and the recent one."""
        old_keys, old_values, new_keys, new_values = (self._state[name] for name in _layer_names(layer))
        return KeysValues(old_keys, old_values), KeysValues(new_keys, new_values)

    def mask(self, n_new: int) -> Tensor:
        """What each of `n_new` more rows may look at, as `Block.recall` takes it: `(B, 1, n_new, slots)`."""
        slots, device = self._slots, self.taken.device
        reach = torch.arange(slots + n_new, device=device)
        may_look = reach >= slots - self.taken[:, None, None]
        if n_new > 1:
            may_look = may_look & (reach <= slots + torch.arange(n_new, device=device)[:, None])
        return torch.where(may_look, 0.0, -torch.inf)[:, None]

    def extended(self, n_new: int, layers: list[KeysValues]) -> State:
        """The state after `n_new` more rows; `layers` are the recent pieces that they joined."""
        taken = self.taken + n_new
        is_full = layers[0].keys.shape[2] >= _RECENT_ROWS
        keep = int(taken.max()) if is_full else 0
        state: State = {_TAKEN: taken}
        for index, grown in enumerate(layers):
            old, recent = self.layer(index)[0], grown
            if is_full:
                old = KeysValues(*(part[:, :, -keep:].contiguous() for part in old.followed_by(grown)))
                recent = KeysValues(*(part[:, :, :0] for part in grown))
            state |= zip(_layer_names(index), (*old, *recent), strict=True)
        return state

    @property
    def _slots(self) -> int:
        old, _, recent, _ = (self._state[name].shape[2] for name in _layer_names(0))
        return old + recent


def refill_memory(state: State, rows: Tensor, fresh: State) -> State:
    """Give the batch rows `rows` of a memory the memories `fresh`; writes into `state`."""
    layers = sum(name.startswith("old.keys") for name in state)
    filled = dict(state)
    filled[_TAKEN] = state[_TAKEN].index_copy(0, rows, fresh[_TAKEN])
    for layer in range(layers):
        old_keys, old_values, recent_keys, recent_values = _layer_names(layer)
        for old_name, recent_name in ((old_keys, recent_keys), (old_values, recent_values)):
            begun = torch.cat([fresh[old_name], fresh[recent_name]], dim=2)
            old, recent = state[old_name], state[recent_name]
            missing = begun.shape[2] - old.shape[2] - recent.shape[2]
            if missing > 0:
                room = old.new_zeros((*old.shape[:2], missing, old.shape[3]))
                filled[old_name] = old = torch.cat([room, old], dim=2)
            n_recent = min(recent.shape[2], begun.shape[2])
            n_old = begun.shape[2] - n_recent
            if n_recent:
                recent[rows, :, -n_recent:] = begun[:, :, n_old:]
            if n_old:
                old[rows, :, -n_old:] = begun[:, :, :n_old]
    return filled


def _layer_names(layer: int) -> tuple[str, str, str, str]:
    return f"old.keys.{layer}", f"old.values.{layer}", f"new.keys.{layer}", f"new.values.{layer}"
