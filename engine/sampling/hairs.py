"""Hairs: how a finished line might have gone on, from place to place along it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.models.base import State, select
from engine.models.desk import Generated, Limits
from engine.models.generate import Prefix, generate, remember
from engine.sampling.options import AS_USUAL, Options
from engine.sampling.reading import codes
from engine.sampling.sampler import Sampler
from engine.strokes.types import Drawing, Stroke, as_stroke
from engine.training.device import memory_advice
from engine.training.workers import one_thread

_TOGETHER = 64
"""Places whose memories are held at once."""


@dataclass(frozen=True, slots=True)
class Hair:
    """One short prediction.

    Attributes:
        stroke: Which stroke it leaves.
        point: Which point of it.
        line: `(m, 2)` in units; the first point is that one. It ends where the machine lifts the pen.
    """

    stroke: int
    point: int
    line: Stroke


def hairs(
    sampler: Sampler,
    drawing: Drawing,
    *,
    every: int = 3,
    points: int = 12,
    each: int = 1,
    options: Options = AS_USUAL,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Hair]:
    """Predict a little from every few points of a drawing, its last lines' ends aside.

    The model takes the drawing in once; then all hairs grow together.

    Args:
        sampler: Its model; an autoencoder is told the drawing's own code.
        drawing: In the units, and with about as many points, as the model learnt from.
        every: From each so many points, counted along a stroke.
        points: Of a hair at most.
        each: Hairs a place.
        options: How freely, and the seed; lengths and sizes are not asked for.
        stopped: Asked at every point.

    Returns:
        The hairs in the order of the drawing; none when it was stopped.

    Raises:
        UserError: for an era that the model does not know, or if memory runs out.
    """
    places = _places(drawing, every)
    if not places or each < 1 or points < 1:
        return []
    told = codes(sampler, [drawing], options.era)
    line = _Line(sampler, drawing, told)
    grown: list[Hair] = []
    with memory_advice("Growing hairs", "Choose fewer, or a shorter drawing."), one_thread():
        for start in range(0, len(places), _TOGETHER):
            group = places[start : start + _TOGETHER]
            prefix = line.remembered(group, each, stopped)
            if prefix is None:
                return []
            made = generate(
                sampler.model,
                len(group) * each,
                seed=options.seed,
                first=start * each,
                temperatures=options.temperatures,
                limits=Limits(most=points, one_stroke=True, attempts=1),
                prefix=prefix,
                code=told,
                stopped=stopped,
            )
            if stopped():
                return []
            roots = [place for place in group for _ in range(each)]
            grown += [_hair(sampler, drawing, root, one) for root, one in zip(roots, made, strict=True)]
    return grown


@dataclass(frozen=True, slots=True)
class _Place:
    """A point of a drawing, and its number among all of them."""

    stroke: int
    point: int
    number: int


def _places(drawing: Drawing, every: int) -> list[_Place]:
    """Where hairs grow: while the pen is down, and not where it is about to be lifted."""
    begun = np.cumsum([0, *(len(stroke) for stroke in drawing.strokes)]).tolist()
    return [
        _Place(index, point, begun[index] + point)
        for index, stroke in enumerate(drawing.strokes)
        for point in range(0, len(stroke) - 1, max(every, 1))
    ]


class _Line:
    """Takes a drawing in from place to place, once, and keeps what the model remembers at each."""

    def __init__(self, sampler: Sampler, drawing: Drawing, told: Tensor) -> None:
        self._model, self._told = sampler.model, told
        self._rows = sampler.rows(drawing)
        # A place's own row and the start token; where drawings begin at a point, the first has no row.
        self._ahead = 2 - int(sampler.checkpoint.begins_at_point)
        self._taken = 0
        self._state: State | None = None

    @torch.inference_mode()
    def remembered(self, places: list[_Place], each: int, stopped: Callable[[], bool]) -> Prefix | None:
        """What is remembered at places further on, each so many times; None once it is stopped."""
        found = []
        for place in places:
            if stopped():
                return None
            found.append(self._remember(place.number + self._ahead))
        device = self._told.device
        # The longest memory has room for all others.
        state = select(found[-1].state, torch.zeros(len(found), dtype=torch.long, device=device))
        for index, one in enumerate(found[:-1]):
            state = self._model.refill(state, torch.tensor([index], device=device), one.state)
        repeated = torch.arange(len(found), device=device).repeat_interleave(each)
        params = torch.cat([one.params for one in found])
        return Prefix(params[repeated], select(state, repeated), lifted=False)

    def _remember(self, n_rows: int) -> Prefix:
        one = remember(self._model, self._rows[self._taken : n_rows], self._told, self._state)
        self._taken, self._state = n_rows, one.state
        return one


def _hair(sampler: Sampler, drawing: Drawing, place: _Place, made: Generated) -> Hair:
    root = drawing.strokes[place.stroke][place.point].astype(np.float64)
    moves = sampler.in_units(made.rows)[:, :2].astype(np.float64)
    line = np.concatenate([root[None], root + np.cumsum(moves, axis=0)])
    return Hair(place.stroke, place.point, as_stroke(line))
