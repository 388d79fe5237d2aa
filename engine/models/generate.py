"""Drawing move by move: what validation samples, the gallery and completions all run on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.models.base import State, StrokeModel, select
from engine.models.desk import Desk, Generated, Growing, Limits
from engine.models.mdn import Temperatures, at_temperatures, sample, split_head, without_pen
from engine.strokes.stroke3 import START_TOKEN

_CONDITION_STREAM = 1
AS_LEARNT = Temperatures()
USUAL_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Prefix:
    """Rows that are drawn already, as a model remembers them.

    Attributes:
        params: `(1, P)` head parameters for the row that follows; `(n, P)` where each of `n` drawings goes on
            from its own rows.
        state: Of one drawing, or of each.
        lifted: Whether its last row lifted the pen.
    """

    params: Tensor
    state: State
    lifted: bool


def _everything(_drawing: Generated) -> bool:
    return True


@torch.inference_mode()
def generate(
    model: StrokeModel,
    n: int,
    *,
    seed: int,
    first: int = 0,
    temperatures: Temperatures = AS_LEARNT,
    limits: Limits = USUAL_LIMITS,
    prefix: Tensor | Prefix | None = None,
    era: int = -1,
    code: Tensor | None = None,
    same_chance: bool = False,
    accepts: Callable[[Generated], bool] = _everything,
    watch: Callable[[Growing], None] = lambda growing: None,
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
        temperatures: How freely.
        limits: How long a drawing may be, and of how many strokes.
        prefix: `(T, 5)` rows to go on from, the start token first, or what a model remembers of them; an
            empty sheet when not given.
        era: Era to draw in, for a model that tells eras apart; -1 leaves it open.
        code: What the model shall be told, `(n_condition,)` of all drawings or `(n, n_condition)` of each;
            by default each is told what `StrokeModel.imagine` makes of its own noise.
        same_chance: Whether all drawings have the chance of the first: what they are told alone sets them
            apart.
        accepts: A finished drawing that it refuses is begun again with other chance, `limits.attempts` times
            at most.
        watch: Called after every move with a function that tells the drawings in progress.
        stopped: Asked at every point; drawings not finished by then are left out.

    Returns:
        The drawings in the order of their index.
    """
    device = next(model.parameters()).device
    desk = Desk(n, first, seed, limits, accepts, same_chance=same_chance)
    if not desk.is_busy:
        return []
    told = imagined(model, n, seed, first, era) if code is None else code.expand(n, -1)
    sheets = _Sheets(model, torch.tensor([START_TOKEN]) if prefix is None else prefix, told.to(device))
    params, state = sheets.begun(torch.arange(desk.width, device=device))
    desk.begin(sheets.is_lifted)
    while desk.is_busy and not stopped():
        mixture = at_temperatures(split_head(params, model.n_mixtures), temperatures)
        mixture = without_pen(mixture, torch.from_numpy(desk.forbidden()).to(device))
        moves = sample(mixture, torch.from_numpy(desk.noise()).to(device))
        places, drawings = desk.record(moves.cpu().numpy())
        watch(desk.growing)
        params, state = model.step(state, moves)
        if len(places):
            rows = torch.from_numpy(places).to(device)
            params[rows], fresh = sheets.begun(torch.from_numpy(drawings).to(device))
            state = model.refill(state, rows, fresh)
        if len(busy := desk.leave_idle()):
            kept = torch.from_numpy(busy).to(device)
            params, state = params[kept], select(state, kept)
    return desk.finished()


@torch.inference_mode()
def remember(
    model: StrokeModel, rows: Tensor, told: Tensor | None = None, before: State | None = None
) -> Prefix:
    """Let a model take rows, so that any number of drawings may go on from them.

    Args:
        model: In evaluation mode.
        rows: `(T, 5)`, `T >= 1`; the start token first, unless rows came before.
        told: `(1, n_condition)` what the drawing is told.
        before: What the model remembers of the rows before these; not changed.
    """
    device = next(model.parameters()).device
    state = model.initial_state(1, None if told is None else told.to(device)) if before is None else before
    params, state = model.prefill(state, rows.to(device).unsqueeze(0))
    return Prefix(params, state, bool(rows[-1, 3] > 0.5))


def imagined(model: StrokeModel, n: int, seed: int, first: int = 0, era: int = -1) -> Tensor:
    """What each of `n` drawings is told when it is told nothing else, `(n, n_condition)`."""
    streams = [np.random.default_rng([seed, first + index, _CONDITION_STREAM]) for index in range(n)]
    noise = np.stack([stream.standard_normal(model.n_condition, dtype=np.float32) for stream in streams])
    return model.imagine(torch.from_numpy(noise).to(next(model.parameters()).device), era)


class _Sheets:
    """Hands out sheets of paper with the prefix on them, each told what its drawing shall be."""

    def __init__(self, model: StrokeModel, prefix: Tensor | Prefix, told: Tensor) -> None:
        self._model, self._told, self._prefix = model, told, prefix
        # Drawings that are told the same, or nothing, begin the same: the prefix is taken in only once.
        is_same = bool((told == told[:1]).all())
        self._first: Prefix | None = None
        if isinstance(prefix, Prefix):
            self._first = prefix
        elif is_same:
            self._first = remember(model, prefix, told[:1])

    @property
    def is_lifted(self) -> bool:
        """Whether the prefix ends with a lifted pen."""
        return self._prefix.lifted if isinstance(self._prefix, Prefix) else bool(self._prefix[-1, 3] > 0.5)

    def begun(self, drawings: Tensor) -> tuple[Tensor, State]:
        """The first prediction and the state for each of `drawings`."""
        if self._first is not None:
            own = drawings if len(self._first.params) > 1 else torch.zeros_like(drawings)
            return self._first.params[own], select(self._first.state, own)
        assert isinstance(self._prefix, Tensor)
        told = self._told[drawings]
        state = self._model.initial_state(len(told), told)
        return self._model.prefill(state, self._prefix.to(told.device).expand(len(told), -1, -1))
