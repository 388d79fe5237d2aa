"""What a model remembers of a line in progress, so that a line grown by a few points is not taken anew."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.models.base import State, StrokeModel
from engine.models.generate import Prefix, remember

_LOOSE = 16
"""Rows at the tip that another simplification of the grown line may still change."""
_MOST = 4


class Prefixes:
    """Remembers a few prefixes of the lines asked for last."""

    def __init__(self, model: StrokeModel) -> None:
        self._model = model
        self._known: list[tuple[int, Tensor, State]] = []

    def take(self, rows: Tensor, era: int = -1) -> Prefix:
        """Let the model take `(T, 5)` rows, the start token first, in the manner of an era."""
        taken, state = self._longest(rows, era)
        firm = len(rows) - _LOOSE
        if firm > taken:
            state = self._remember(rows[taken:firm], era, state).state
            taken = firm
            self._known = [(era, rows[:firm].clone(), state), *self._known][:_MOST]
        return self._remember(rows[taken:], era, state)

    def _longest(self, rows: Tensor, era: int) -> tuple[int, State | None]:
        """How many of the rows are known best, and what is remembered of them."""
        best: tuple[int, State | None] = (0, None)
        for known_era, known, state in self._known:
            n = len(known)
            if known_era == era and best[0] < n < len(rows) and torch.equal(rows[:n], known):
                best = (n, state)
        return best

    def _remember(self, rows: Tensor, era: int, before: State | None) -> Prefix:
        noise = torch.zeros((1, self._model.n_condition), device=next(self._model.parameters()).device)
        told = self._model.imagine(noise, era) if before is None else None
        return remember(self._model, rows, told, before)
