"""Drawings as a model reads them: in batches, with what it is told of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from engine.dataset.recipe import Recipe
from engine.sampling.sampler import Sampler
from engine.strokes.simplify import simplify_rdp, simplify_to_budget
from engine.strokes.stroke3 import to_stroke3
from engine.strokes.types import Drawing
from engine.training.data import Batch, sized_batches
from engine.training.workers import one_thread

_FINE_UNITS = 5.0
"""Points nearer to each other, on the average of a drawing, are those of a trace: of some 3,000 drawings of
four collections that models learnt from, the finest had one every 5.7 units."""
AS_USUAL = Recipe()
"""How drawings are prepared where nobody knows better."""


def as_learnt(drawing: Drawing, recipe: Recipe = AS_USUAL) -> Drawing:
    """A drawing with as few points as models learn from; one that has few already stays as it is.

    Args:
        drawing: Normalised.
        recipe: Of the dataset that the model learnt from; where that leaves points alone, as by default.

    Returns:
        Some of its points, every stroke's ends among them.
    """
    moves = sum(max(len(stroke) - 1, 0) for stroke in drawing.strokes)
    if not moves or drawing.length / moves >= _FINE_UNITS:
        return drawing
    epsilon = recipe.rdp_epsilon_units or AS_USUAL.rdp_epsilon_units
    strokes = [simplify_rdp(stroke, epsilon) for stroke in drawing.strokes if len(stroke)]
    return Drawing(simplify_to_budget(strokes, recipe.point_budget or AS_USUAL.point_budget))


def read(
    sampler: Sampler, drawings: Sequence[Drawing], era: int = -1
) -> Iterator[tuple[list[int], Batch, Tensor]]:
    """Drawings side by side, those of similar length together, and what the model is told of each.

    Args:
        sampler: Of the model.
        drawings: In the drawings' units; those without a move are left out.
        era: Of all of them; -1 leaves it open.

    Yields:
        Which drawings; their batch, on the model's device; `(B, n_condition)`, of an autoencoder the code of
        the drawing itself.

    Raises:
        UserError: for an era that the model does not know.
    """
    sampler.check_era(era)
    device = next(sampler.model.parameters()).device
    # Where drawings begin at a point, the way to it is no move.
    rows = [to_stroke3(one)[int(sampler.checkpoint.begins_at_point) :] for one in drawings]
    filled = [index for index, one in enumerate(rows) if len(one)]
    chosen = [rows[index] for index in filled]
    for places, batch in sized_batches(chosen, sampler.checkpoint.scale, [era] * len(chosen)):
        there = batch.to(device)
        with torch.inference_mode(), one_thread():
            told = sampler.model.encode(there.rows, there.lengths, there.eras).condition
        yield [filled[place] for place in places], there, told


def codes(sampler: Sampler, drawings: Sequence[Drawing], era: int = -1) -> Tensor:
    """What the model is told of each drawing, `(n, n_condition)`; zeros for one without a move."""
    parameter = next(sampler.model.parameters())
    found = parameter.new_zeros((len(drawings), sampler.model.n_condition))
    for indices, _, told in read(sampler, drawings, era):
        found[indices] = told
    return found
