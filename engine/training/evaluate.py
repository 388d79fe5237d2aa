"""How well a run predicts drawings it has not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engine.dataset.npz import is_integral
from engine.errors import UserError
from engine.models.mdn import nll_sums
from engine.strokes.stroke3 import Stroke3
from engine.training.checkpoint import load_checkpoint
from engine.training.data import dequantise, plain_batches
from engine.training.device import choose_device, memory_advice
from engine.training.workers import one_thread

_SEED = 7


@torch.inference_mode()
def evaluate(checkpoint: Path, drawings: Sequence[Stroke3], device: str = "auto") -> dict[str, float]:
    """Measure a checkpoint's averaged weights.

    Args:
        checkpoint: A `.safetensors` file of a run.
        drawings: Stroke-3 in the units the run was trained on; whole-number moves are dequantised.
        device: See `TrainSettings.device`.

    Returns:
        `nats_per_point` (of the true next move and pen state, end included, in the drawings' own units) with
        its parts `xy` and `pen`; `nats_per_drawing`; `information_gain`, the nats per point by which it beats
        an order-0 histogram fitted on the run's training split; `order0`, that histogram's own nats per
        point; `points`; `drawings`.

    Raises:
        UserError: if the checkpoint cannot be used or there is nothing to measure.
    """
    filled = [rows for rows in drawings if len(rows)]
    if not filled:
        raise UserError("There is no drawing to evaluate on.", "Choose a split or a file with drawings.")
    state = load_checkpoint(checkpoint)
    place = choose_device(device)
    model = state.model(place)
    rng = np.random.default_rng(_SEED)
    rows = [dequantise(r, rng) for r in filled] if is_integral(filled) else filled
    xy = pen = 0.0
    with memory_advice(64), one_thread():
        for batch in plain_batches(rows, scale=state.scale, integral=False):
            part = batch.to(place)
            sums = nll_sums(model(part.inputs), part.targets, part.lengths, model.n_mixtures)
            xy, pen = xy + float(sums.xy.sum()), pen + float(sums.pen.sum())
    points = sum(len(r) for r in rows)
    xy += 2 * math.log(state.scale) * points
    order0 = sum(state.yardstick().nll(rows))
    return {
        "nats_per_point": (xy + pen) / points,
        "nats_per_drawing": (xy + pen) / len(rows),
        "xy": xy / points,
        "pen": pen / points,
        "information_gain": order0 - (xy + pen) / points,
        "order0": order0,
        "points": points,
        "drawings": len(rows),
    }
