"""Drawing move by move: what validation samples, the gallery and completions all run on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.base import State, StrokeModel, select
from engine.models.mdn import at_temperature, end_after_lift, sample, split_head
from engine.strokes.stroke3 import START_TOKEN, Stroke3

MAX_WIDTH = 64
"""Drawings in progress at once; one that ends makes room for the next."""

Noise: TypeAlias = NDArray[np.float32]
_NOBODY = -1
_CONDITION_STREAM = 1


@dataclass(frozen=True, slots=True)
class Generated:
    """One drawing made by a model.

    Attributes:
        rows: `(n, 3)` stroke-3 in the model's normalised units, a prefix not included.
        ended: Whether the model chose to end it; otherwise `max_points` cut it short.
    """

    rows: Stroke3
    ended: bool


@torch.inference_mode()
def generate(
    model: StrokeModel,
    n: int,
    *,
    seed: int,
    first: int = 0,
    temperature: float = 1.0,
    max_points: int = 250,
    prefix: Tensor | None = None,
    era: int = -1,
    code: Tensor | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Generated]:
    """Let a model draw.

    Each drawing has its own stream of chance, `(seed, index)`, so it does not hang on how many others are
    asked for.

    Args:
        model: In evaluation mode, on any device.
        n: How many drawings.
        seed: Of all chance.
        first: Index of the first drawing; `n` from `first` on are those that a longer call would make.
        temperature: Below 1 careful, above 1 wild.
        max_points: Longest drawing.
        prefix: `(T, 5)` rows to go on from, the start token first; an empty sheet when not given.
        era: Era to draw in, for a model that tells eras apart; -1 leaves it open.
        code: What the model shall be told, `(n_condition,)` of all drawings or `(n, n_condition)` of each;
            by default each is told what `StrokeModel.imagine` makes of its own noise.
        stopped: Asked at every point; drawings not finished by then are left out.

    Returns:
        The drawings in the order of their index.
    """
    device = next(model.parameters()).device
    desk = _Desk(n, first, seed, max_points)
    if not desk.busy:
        return []
    told = _imagined(model, n, seed, first, era) if code is None else code.expand(n, -1)
    sheets = _Sheets(model, torch.tensor([START_TOKEN]) if prefix is None else prefix, told.to(device))
    params, lifted, state = sheets.begun(torch.arange(desk.width, device=device))
    while desk.busy and not stopped():
        mixture = at_temperature(split_head(params, model.n_mixtures), temperature)
        moves = sample(end_after_lift(mixture, lifted), torch.from_numpy(desk.noise()).to(device))
        places, drawings = desk.record(moves.cpu().numpy())
        params, state = model.step(state, moves)
        lifted = moves[:, 3] > 0.5
        if len(places):
            rows = torch.from_numpy(places).to(device)
            params[rows], lifted[rows], fresh = sheets.begun(torch.from_numpy(drawings).to(device))
            state = model.refill(state, rows, fresh)
        if len(busy := desk.leave_idle()):
            kept = torch.from_numpy(busy).to(device)
            params, lifted, state = params[kept], lifted[kept], select(state, kept)
    return desk.finished()


def _imagined(model: StrokeModel, n: int, seed: int, first: int, era: int) -> Tensor:
    """What each of `n` drawings is told, `(n, n_condition)`."""
    streams = [np.random.default_rng([seed, first + index, _CONDITION_STREAM]) for index in range(n)]
    noise = np.stack([stream.standard_normal(model.n_condition, dtype=np.float32) for stream in streams])
    return model.imagine(torch.from_numpy(noise).to(next(model.parameters()).device), era)


class _Sheets:
    """Hands out sheets of paper with the prefix on them, each told what its drawing shall be."""

    def __init__(self, model: StrokeModel, prefix: Tensor, told: Tensor) -> None:
        self._model, self._told = model, told
        self._prefix = prefix.to(told.device)
        self._lifted = self._prefix[-1:, 3] > 0.5
        # Drawings that are told the same, or nothing, begin the same: the prefix is taken in only once.
        is_same = bool((told == told[:1]).all())
        self._first = self._take(told[:1]) if is_same else None

    def begun(self, drawings: Tensor) -> tuple[Tensor, Tensor, State]:
        """The first prediction, whether the pen was just lifted, and the state, for each of `drawings`."""
        lifted = self._lifted.repeat(len(drawings))
        if self._first is None:
            params, state = self._take(self._told[drawings])
        else:
            alike = torch.zeros_like(drawings)
            params, state = self._first[0][alike], select(self._first[1], alike)
        return params, lifted, state

    def _take(self, told: Tensor) -> tuple[Tensor, State]:
        state = self._model.initial_state(len(told), told)
        return self._model.prefill(state, self._prefix.expand(len(told), -1, -1))


class _Desk:
    """Who draws at which place, what they have drawn, and who comes next."""

    def __init__(self, n: int, first: int, seed: int, max_points: int) -> None:
        self.width = min(n, MAX_WIDTH)
        self._n, self._first, self._seed, self._max_points = n, first, seed, max_points
        self._done: dict[int, Generated] = {}
        self._who = np.arange(self.width)
        self._next = self.width
        self._count = np.zeros(self.width, dtype=np.int64)
        self._moves = np.zeros((self.width, max_points, 5), dtype=np.float32)
        self._chance = np.zeros((self.width, max_points, 4), dtype=np.float32)
        for place in range(self.width):
            self._chance[place] = self._stream(place)

    @property
    def busy(self) -> bool:
        """Whether anyone still draws."""
        return self._max_points > 0 and bool((self._who != _NOBODY).any())

    def noise(self) -> Noise:
        """`(width, 4)` chance for everyone's next move."""
        return self._chance[np.arange(self.width), self._count]

    def record(self, moves: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Note everyone's move `(width, 5)`; returns the places where someone new begins, and who."""
        everyone = np.arange(self.width)
        self._moves[everyone, self._count] = moves
        ended = moves[:, 4] > 0.5
        # An idle place keeps turning on the spot: most of the time that costs less than reshaping.
        self._count = np.where(self._who == _NOBODY, 0, self._count + 1)
        leaving = (self._who != _NOBODY) & (ended | (self._count == self._max_points))
        for place in np.flatnonzero(leaving):
            self._leave(int(place), bool(ended[place]))
        places = np.flatnonzero(leaving & (self._who != _NOBODY))
        return places, self._who[places]

    def leave_idle(self) -> NDArray[np.int64]:
        """Give up the idle places once most are; returns those that stay, in order, or none if all do."""
        busy = np.flatnonzero(self._who != _NOBODY)
        if not 0 < 2 * len(busy) <= self.width:
            return busy[:0]
        self.width = len(busy)
        self._who, self._count = self._who[busy], self._count[busy]
        self._moves, self._chance = self._moves[busy], self._chance[busy]
        return busy

    def finished(self) -> list[Generated]:
        """All finished drawings in order."""
        return [self._done[index] for index in sorted(self._done)]

    def _leave(self, place: int, ended: bool) -> None:
        moves = self._moves[place, : self._count[place] - ended]
        self._done[int(self._who[place])] = Generated(moves[:, [0, 1, 3]].copy(), ended)
        self._count[place] = 0
        self._who[place] = _NOBODY
        if self._next < self._n:
            self._who[place] = self._next
            self._chance[place] = self._stream(self._next)
            self._next += 1

    def _stream(self, index: int) -> Noise:
        rng = np.random.default_rng([self._seed, self._first + index])
        uniform = rng.random((self._max_points, 2), dtype=np.float32)
        normal = rng.standard_normal((self._max_points, 2), dtype=np.float32)
        return np.concatenate([uniform, normal], axis=1)
