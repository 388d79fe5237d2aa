"""How well a run predicts drawings it has not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engine.dataset.npz import is_integral
from engine.errors import UserError
from engine.strokes.stroke3 import Stroke3
from engine.training.checkpoint import Checkpoint, load_checkpoint
from engine.training.data import dequantise, measure_scale, sized_batches
from engine.training.device import choose_device, memory_advice
from engine.training.objective import drawing_nats
from engine.training.settings import TrainSettings
from engine.training.workers import one_thread

_SEED = 7
_OTHER_UNITS = 3.0


@dataclass(frozen=True, slots=True)
class Losses:
    """Nats in the drawings' own units, as `engine.models.mdn` defines them.

    Attributes:
        step: Of the checkpoint.
        nats_per_point: Of the true next move and pen state, the end included; of a model with a code, given
            the mean code of the drawing itself.
        nats_per_drawing: The same, of a whole drawing.
        xy: Of `nats_per_point`, the moves.
        pen: Of `nats_per_point`, the pen states.
        code_nats: Per drawing, what telling its code costs; None for a model without.
        bound_per_point: `nats_per_point` and the code's nats together: what it takes in all, and what models
            with and without a code are compared by.
        information_gain: Nats per point that `bound_per_point` is below an order-0 histogram fitted on the
            run's training split; None where the run has none.
        order0: That histogram's own nats per point.
        points: How many were measured.
        drawings: How many were measured.
        empty: Drawings without a point, which were left out.
        warnings: Sentences about the data.
    """

    step: int
    nats_per_point: float
    nats_per_drawing: float
    xy: float
    pen: float
    code_nats: float | None
    bound_per_point: float
    information_gain: float | None
    order0: float | None
    points: int
    drawings: int
    empty: int
    warnings: tuple[str, ...]


@torch.inference_mode()
def evaluate(
    checkpoint: Path, drawings: Sequence[Stroke3], books: Sequence[str] = (), device: str = "auto"
) -> Losses:
    """Measure a checkpoint's averaged weights.

    Args:
        checkpoint: A `.safetensors` file of a run.
        drawings: Stroke-3 in the units the run was trained on; whole-number moves are dequantised.
        books: The sketchbook of each drawing, for a model that tells eras apart; unknown when not given.
        device: See `TrainSettings.device`.

    Raises:
        UserError: if the checkpoint cannot be used or there is nothing to measure.
    """
    filled = [i for i, rows in enumerate(drawings) if len(rows)]
    if not filled:
        raise UserError("There is no drawing to evaluate on.", "Choose a split or a file with drawings.")
    state = load_checkpoint(checkpoint)
    place = choose_device(device)
    model = state.model(place)
    rng = np.random.default_rng(_SEED)
    integral = is_integral([drawings[i] for i in filled])
    rows = [dequantise(drawings[i], rng) if integral else drawings[i] for i in filled]
    eras = _eras(state, [books[i] for i in filled] if books else [""] * len(rows))
    xy = pen = code = 0.0
    with memory_advice("Measuring", "Close other programs, or measure on shorter drawings."), one_thread():
        for _, batch in sized_batches(rows, state.scale, eras):
            nats = drawing_nats(model, batch.to(place))
            xy, pen = xy + float(nats.xy.sum()), pen + float(nats.pen.sum())
            code += float(nats.code.sum())
    points = sum(map(len, rows))
    xy += 2 * math.log(state.scale) * points
    bound = (xy + pen + code) / points
    order0 = sum(state.yardstick().nll(rows)) if state.order0 else None
    return Losses(
        step=state.step,
        nats_per_point=(xy + pen) / points,
        nats_per_drawing=(xy + pen) / len(rows),
        xy=xy / points,
        pen=pen / points,
        code_nats=code / len(rows) if model.is_autoencoder else None,
        bound_per_point=bound,
        information_gain=None if order0 is None else order0 - bound,
        order0=order0,
        points=points,
        drawings=len(rows),
        empty=len(drawings) - len(rows),
        warnings=_warnings(state, rows),
    )


def _eras(state: Checkpoint, books: Sequence[str]) -> list[int]:
    groups = TrainSettings.from_json(state.settings).eras if state.settings.get("eras") else ()
    era = {book: number for number, group in enumerate(groups) for book in group}
    return [era.get(book, -1) for book in books]


def _warnings(state: Checkpoint, rows: Sequence[Stroke3]) -> tuple[str, ...]:
    warnings = []
    times = measure_scale(rows) / state.scale
    if not 1 / _OTHER_UNITS <= times <= _OTHER_UNITS:
        warnings.append(
            f"The moves are {times:.3g} times as long as those the run learnt from: is this drawn in other "
            "units? Then the figures say little; bring the file into the run's units."
        )
    most = int(state.settings.get("max_points", 0))
    longer = sum(len(r) > most for r in rows) if most else 0
    if longer:
        warnings.append(
            f"Drawings longer than the {most} points the run learnt from: {longer}. They are measured whole."
        )
    return tuple(warnings)
