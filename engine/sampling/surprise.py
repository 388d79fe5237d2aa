"""How a drawing surprises a model, point by point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.dataset.recipe import Recipe
from engine.models.mdn import nll_rows
from engine.sampling.reading import AS_USUAL, as_learnt, read
from engine.sampling.sampler import Sampler
from engine.strokes.types import Drawing
from engine.training.device import memory_advice
from engine.training.workers import one_thread

Nats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Surprise:
    """Nats of one drawing, in its own units.

    Attributes:
        points: `(n,)` of the move to each point and of the pen's state there.
        end: Of ending after the last.
    """

    points: Nats
    end: float

    @property
    def mean(self) -> float:
        """Nats a point, the end's shared out among them, as `engine.training.evaluate` counts them."""
        return (float(self.points.sum()) + self.end) / max(len(self.points), 1)


def surprise(sampler: Sampler, drawings: Sequence[Drawing], *, era: int = -1) -> list[Nats]:
    """Nats of each point of each drawing; see `measure_surprise`."""
    return [one.points for one in measure_surprise(sampler, drawings, era=era)]


@torch.inference_mode()
def measure_surprise(sampler: Sampler, drawings: Sequence[Drawing], *, era: int = -1) -> list[Surprise]:
    """How little a model expected each point, told all points before it.

    Args:
        sampler: Its model; an autoencoder is told the drawing's own code.
        drawings: In the units, and with about as many points, as the model learnt from (`as_learnt`).
        era: Of all of them; -1 leaves it open.

    Returns:
        One for each drawing. A first point from which drawings begin, as those of sketch-rnn-js do, is no
        surprise.

    Raises:
        UserError: for an era that the model does not know, or if memory runs out.
    """
    found = [Surprise(np.zeros(one.n_points), 0.0) for one in drawings]
    unit = 2 * math.log(sampler.checkpoint.scale)
    model, begun = sampler.model, int(sampler.checkpoint.begins_at_point)
    with memory_advice("Measuring", "Choose fewer drawings at a time."), one_thread():
        for indices, batch, told in read(sampler, drawings, era):
            xy, pen = nll_rows(model(batch.inputs, told), batch.targets, batch.lengths, model.n_mixtures)
            moves, ends = (xy + unit + pen).double().cpu().numpy(), pen.double().cpu().numpy()
            for index, n, of_points, of_ends in zip(
                indices, batch.lengths.tolist(), moves, ends, strict=True
            ):
                points = np.concatenate([np.zeros(begun), of_points[:n]])
                found[index] = Surprise(points, float(of_ends[n]))
    return found


def surprise_along(
    sampler: Sampler, drawing: Drawing, *, recipe: Recipe = AS_USUAL, era: int = -1
) -> tuple[list[Nats], float]:
    """How a drawing surprises a model, for showing it: of a fine line each point has the nats of its move.

    Args:
        sampler: Its model.
        drawing: Normalised, with any number of points.
        recipe: Of the dataset that the model learnt from, see `as_learnt`.
        era: Its era; -1 leaves it open.

    Returns:
        For each stroke the nats of its points; the mean nats a point.
    """
    few = as_learnt(drawing, recipe)
    (measured,) = measure_surprise(sampler, [few], era=era)
    taken, along = 0, []
    lines = iter([stroke for stroke in few.strokes if len(stroke)])
    for stroke in drawing.strokes:
        if not len(stroke):
            along.append(np.zeros(0))
            continue
        line = next(lines)
        along.append(measured.points[taken + _moves_to(stroke, line)])
        taken += len(line)
    return along, measured.mean


def _moves_to(stroke: NDArray[np.float32], line: NDArray[np.float32]) -> NDArray[np.intp]:
    """For each point of a stroke, which of the points of its simplified line ends the move it lies on."""
    if len(line) == len(stroke):
        return np.arange(len(line))
    places, start = [], 0
    for point in line:  # in their order: a line may pass through one place twice
        start += int(np.argmax((stroke[start:] == point).all(axis=1)))
        places.append(start)
        start += 1
    places[-1] = len(stroke) - 1
    return np.searchsorted(places, np.arange(len(stroke)))
