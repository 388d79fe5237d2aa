"""Variations of one drawing, near it or far from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.errors import UserError
from engine.project.progress import Asked
from engine.sampling.options import AS_USUAL, Options
from engine.sampling.reading import codes
from engine.sampling.sampler import Sampler
from engine.strokes.types import Drawing, Stroke

_STREAM = 3


def vary(
    sampler: Sampler,
    drawing: Drawing,
    n: int,
    amount: float = 0.3,
    options: Options = AS_USUAL,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Drawing]:
    """Draw variations of a drawing.

    An autoencoder draws from codes around the drawing's own. Any other model is given the beginning of the
    line, the shorter the larger the amount, and goes on from there.

    Args:
        sampler: Its model.
        drawing: In the units, and with about as many points, as the model learnt from.
        n: How many.
        amount: How far they go, from 0, the drawing as the machine can do it, to 1, any drawing.
        options: How. Numbers of points are those of whole drawings.
        stopped: Asked at every point; drawings unfinished by then are left out.

    Raises:
        UserError: for an amount or a number that makes no sense, or if memory runs out.
    """
    if not 0 <= amount <= 1:
        raise UserError(f"A drawing cannot be varied by {amount}.", "Choose an amount from 0 to 1.")
    if sampler.model.is_autoencoder:
        told = _around(codes(sampler, [drawing], options.era)[0], max(n, 0), amount, options.seed)
        made = sampler.sample(n, options, code=told, reporter=Asked(stopped))
        return [one.drawing for one in made]
    kept = round((1 - amount) * drawing.n_points)
    if kept >= drawing.n_points:
        return [drawing] * n
    if not kept:
        return sampler.draw(n, options, reporter=Asked(stopped))
    start, is_lifted = beginning(drawing, kept)
    return sampler.complete(start, n, _rest(options, kept), is_lifted=is_lifted, reporter=Asked(stopped))


def _around(code: Tensor, n: int, amount: float, seed: int) -> Tensor:
    """Codes about one, `(n, c)`: shares of it and of a standard normal one, so that they stay likely."""
    streams = [np.random.default_rng([seed, index, _STREAM]) for index in range(n)]
    noise = np.array([stream.standard_normal(len(code)) for stream in streams], dtype=np.float32)
    away = torch.from_numpy(noise.reshape(n, len(code))).to(code)
    return float(np.sqrt(1 - amount**2)) * code + amount * away


def beginning(drawing: Drawing, points: int) -> tuple[Drawing, bool]:
    """The first points of a drawing, and whether the pen is lifted after them."""
    kept: list[Stroke] = []
    for stroke in drawing.strokes:
        if points <= 0:
            break
        kept.append(stroke[:points])
        points -= len(stroke)
    return Drawing(tuple(kept)), bool(kept) and points == 0


def _rest(options: Options, drawn: int) -> Options:
    """The options of what is still to be drawn."""
    least, most = options.points
    return replace(
        options,
        points=(max(least - drawn, 0), max(most - drawn, 1) if most else 0),
        max_points=max(options.max_points - drawn, 1),
    )
