"""How well each of several models predicts each of several sets of drawings, and whether that is chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.dataset.npz import is_integral
from engine.errors import UserError
from engine.strokes.stroke3 import Stroke3
from engine.training.checkpoint import load_checkpoint
from engine.training.data import dequantise, plain_batches
from engine.training.device import choose_device, memory_advice
from engine.training.objective import drawing_nats
from engine.training.workers import one_thread

_SEED = 7
_RESAMPLES = 2000
_LOW, _HIGH = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Rows are models, columns are sets of drawings they have not seen.

    Attributes:
        models: Their names.
        sets: Names of the sets.
        nats: `nats[model][set]`, nats a point in the drawings' units.
        dearer: `dearer[model][set]`: nats a point more than the set's own model takes; 0 for its own.
        sure: `sure[model][set]`: the 95 % interval of that, by bootstrap over drawings.
        points: Points of each set.
        drawings: Drawings of each set.
    """

    models: tuple[str, ...]
    sets: tuple[str, ...]
    nats: tuple[tuple[float, ...], ...]
    dearer: tuple[tuple[float, ...], ...]
    sure: tuple[tuple[tuple[float, float], ...], ...]
    points: tuple[int, ...]
    drawings: tuple[int, ...]


def cross_table(
    checkpoints: Mapping[str, Path], sets: Mapping[str, Sequence[Stroke3]], device: str = "auto"
) -> CrossTable:
    """Measure every model on every set.

    Args:
        checkpoints: Name to checkpoint.
        sets: Name to stroke-3 drawings; a model and the set of its own kind have the same name.
        device: See `TrainSettings.device`.

    Raises:
        UserError: if a checkpoint cannot be used or a set is empty.
    """
    for name, drawings in sets.items():
        if not drawings:
            raise UserError(f"No page of {name} is held out.", "Hold out more, or choose more sketchbooks.")
    rows = {name: _real(drawings) for name, drawings in sets.items()}
    points = {name: np.array([len(r) for r in drawings]) for name, drawings in rows.items()}
    found = {
        model: {name: _nats_of_each(path, drawings, device) for name, drawings in rows.items()}
        for model, path in checkpoints.items()
    }
    own = {name: found.get(name, next(iter(found.values())))[name] for name in sets}
    dearer = {m: {s: found[m][s] - own[s] for s in sets} for m in found}
    return CrossTable(
        models=tuple(found),
        sets=tuple(sets),
        nats=tuple(tuple(_a_point(found[m][s], points[s]) for s in sets) for m in found),
        dearer=tuple(tuple(_a_point(dearer[m][s], points[s]) for s in sets) for m in found),
        sure=tuple(tuple(_interval(dearer[m][s], points[s]) for s in sets) for m in found),
        points=tuple(int(points[s].sum()) for s in sets),
        drawings=tuple(len(points[s]) for s in sets),
    )


def _real(drawings: Sequence[Stroke3]) -> list[Stroke3]:
    """The drawings, whole-number moves spread over their unit; shortest first, as batches have them."""
    rng = np.random.default_rng(_SEED)
    rows = [dequantise(r, rng) for r in drawings] if is_integral(list(drawings)) else list(drawings)
    return sorted(rows, key=len)


@torch.inference_mode()
def _nats_of_each(checkpoint: Path, drawings: list[Stroke3], device: str) -> NDArray[np.float64]:
    """Nats of each drawing, in the drawings' units."""
    state, place = load_checkpoint(checkpoint), choose_device(device)
    model, nats = state.model(place), []
    with memory_advice(64), one_thread():
        for batch in plain_batches(drawings, scale=state.scale, integral=False):
            part = drawing_nats(model, batch.to(place))
            nats.append((part.xy + part.pen).cpu().numpy().astype(np.float64))
    lengths = np.array([len(rows) for rows in drawings])
    return np.concatenate(nats) + 2 * math.log(state.scale) * lengths


def _a_point(nats: NDArray[np.float64], points: NDArray[np.int64]) -> float:
    return float(nats.sum() / points.sum())


def _interval(nats: NDArray[np.float64], points: NDArray[np.int64]) -> tuple[float, float]:
    """Where 95 % of the means lie when the drawings are drawn anew with replacement."""
    drawn = np.random.default_rng(_SEED).integers(0, len(nats), (_RESAMPLES, len(nats)))
    low, high = np.percentile(nats[drawn].sum(1) / points[drawn].sum(1), [_LOW, _HIGH])
    return float(low), float(high)
