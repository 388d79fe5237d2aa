"""What every model of pen moves has in common, so that one trainer and one sampler serve them all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor, nn

State: TypeAlias = dict[str, Tensor]
"""What a model remembers of the moves so far; every tensor has the batch as its first dimension."""


class Code(NamedTuple):
    """What the decoder is told of each whole drawing before it draws.

    Attributes:
        condition: `(B, n_condition)`.
        nats: `(B,)` what telling it costs: the divergence of the code from its prior; 0 where there is none.
    """

    condition: Tensor
    nats: Tensor


class StrokeModel(nn.Module, ABC):
    """Predicts the next pen move from the moves before.

    Moves are stroke-5 rows in normalised units (divided by the dataset's scale). Predictions are the raw
    parameters of the mixture head, `models.mdn`.

    Attributes:
        n_mixtures: Gaussians of the mixture head.
        n_condition: Width of what the decoder is told of the whole drawing; 0 for nothing.
        n_eras: Eras of sketchbooks that it tells apart; 0 for none.
        is_autoencoder: Whether its condition is a code of the drawing itself, which it encodes.
    """

    n_mixtures: int
    n_condition: int = 0
    n_eras: int = 0
    is_autoencoder: bool = False

    @abstractmethod
    def forward(
        self, batch: Tensor, condition: Tensor | None = None, dropout: torch.Generator | None = None
    ) -> Tensor:
        """Predict after every row at once, for training.

        Safe to call from several threads at once: all chance comes from `dropout`.

        Args:
            batch: `(B, T, 5)` stroke-5 beginning with the start token.
            condition: `(B, n_condition)`, of `encode` or `imagine`; zeros where not given.
            dropout: Silences parts of the network as in training; without it nothing is silenced.

        Returns:
            `(B, T, P)` float32 head parameters; position `t` knows rows `0..t` only.
        """

    def encode(
        self,
        rows: Tensor,
        lengths: Tensor,
        eras: Tensor | None = None,
        chance: torch.Generator | None = None,
    ) -> Code:
        """What the decoder shall know of each drawing; nothing, unless the model says otherwise.

        Args:
            rows: `(B, T + 1, 5)` whole drawings with their start token.
            lengths: `(B,)` points of each.
            eras: `(B,)` era of each, -1 where unknown.
            chance: Samples the code, and hides eras now and then, as in training; without it the code is its
                mean and every era is told.
        """
        return Code(rows.new_zeros((len(rows), self.n_condition)), rows.new_zeros(len(rows)))

    def imagine(self, noise: Tensor, era: int = -1) -> Tensor:
        """The condition of drawings that do not exist yet.

        Args:
            noise: `(n, n_condition)` standard normal.
            era: Of all of them; -1 leaves it open.

        Returns:
            `(n, n_condition)`.
        """
        return noise

    @abstractmethod
    def initial_state(self, n: int, condition: Tensor | None = None) -> State:
        """The state of `n` empty sheets of paper, told `condition` `(n, n_condition)`; zeros if not given."""

    @abstractmethod
    def step(self, state: State, stroke5: Tensor) -> tuple[Tensor, State]:
        """Take one more row.

        Args:
            state: What came before; not changed.
            stroke5: `(B, 5)` the newest row.

        Returns:
            `(B, P)` head parameters for the next row, and the new state.
        """

    def prefill(self, state: State, rows: Tensor) -> tuple[Tensor, State]:
        """Take several rows `(B, T, 5)`, `T >= 1`; returns as `step` does after the last."""
        params = torch.empty(0)
        for t in range(rows.shape[1]):
            params, state = self.step(state, rows[:, t])
        return params, state

    def refill(self, state: State, rows: Tensor, fresh: State) -> State:
        """Give the batch rows `rows` the states `fresh`; may write into `state`, which is spent."""
        return replace_rows(state, rows, fresh)

    @property
    def n_parameters(self) -> int:
        """Numbers to learn."""
        return sum(p.numel() for p in self.parameters())


def select(state: State, rows: Tensor) -> State:
    """Pick or repeat batch rows of a state; how one prefix becomes a fan of branches."""
    return {name: value[rows] for name, value in state.items()}


def replace_rows(state: State, rows: Tensor, fresh: State) -> State:
    """A copy of `state` whose batch rows `rows` are those of `fresh`."""
    return {name: value.index_copy(0, rows, fresh[name]) for name, value in state.items()}
