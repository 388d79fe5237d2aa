"""What training makes small and evaluation reports: one definition for both."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from engine.models.base import StrokeModel
from engine.models.mdn import nll_sums
from engine.training.data import Batch


class DrawingNats(NamedTuple):
    """Nats of each drawing of a batch, each `(B,)`, in normalised units.

    Attributes:
        xy: Of its moves.
        pen: Of its pen states, the end included.
        code: Of telling the decoder about it; 0 for a model that is told nothing.
    """

    xy: Tensor
    pen: Tensor
    code: Tensor


def drawing_nats(
    model: StrokeModel, batch: Batch, *, bf16: bool = False, chance: torch.Generator | None = None
) -> DrawingNats:
    """Measure a model on a batch.

    Args:
        model: Any model, on the batch's device.
        batch: Whole drawings.
        bf16: Run the network in bfloat16; the mixture head is always float32.
        chance: Of dropout and code, as in training; without it the network is whole and the code its mean.
    """
    # No cache of cast weights: it belongs to the process, and the workers would share it.
    with torch.autocast(batch.rows.device.type, torch.bfloat16, enabled=bf16, cache_enabled=False):
        code = model.encode(batch.rows, batch.lengths, batch.eras, chance)
        params = model(batch.inputs, code.condition, chance)
    xy, pen = nll_sums(params, batch.targets, batch.lengths, model.n_mixtures)
    return DrawingNats(xy, pen, code.nats.float())


def training_loss(nats: DrawingNats, kl_weight: float, free_nats: float) -> Tensor:
    """Nats over the batch, a code's weighed; `free_nats` of each drawing's code cost nothing.

    Source: Ha & Eck 2017, section 3.3, where 0.2 nats in each of 128 dimensions are free; Kingma et al. 2016.
    """
    return (nats.xy + nats.pen).sum() + kl_weight * nats.code.clamp(min=free_nats).sum()
