"""How well each of several models predicts each of several sets of drawings, and whether that is chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.dataset.build import Split
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
        sure: `sure[model][set]`: the 95 % interval of that, by bootstrap over pages: drawings of one page
            were made in one sitting. It knows nothing of how another training would have ended.
        home: What a model gains, on average over all, by reading pages of its own kind: nats a point, and
            the 95 % interval of that. Who has learnt more reads everything better, and one set is harder
            than another: both cancel here, as in any interaction of rows and columns.
        points: Points of each set.
        drawings: Drawings of each set.
        pages: Pages that these come from.
    """

    models: tuple[str, ...]
    sets: tuple[str, ...]
    nats: tuple[tuple[float, ...], ...]
    dearer: tuple[tuple[float, ...], ...]
    sure: tuple[tuple[tuple[float, float], ...], ...]
    home: tuple[float, float, float]
    points: tuple[int, ...]
    drawings: tuple[int, ...]
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    """Drawings to measure on, shortest first, as batches have them.

    Attributes:
        rows: Stroke-3, whole-number moves spread over their unit.
        points: `(n,)` points of each.
        pages: `(n,)` number of its page, from 0.
    """

    rows: list[Stroke3]
    points: NDArray[np.int64]
    pages: NDArray[np.int64]

    @classmethod
    def of(cls, split: Split) -> _Set:
        rng = np.random.default_rng(_SEED)
        rows = [dequantise(r, rng) for r in split.rows] if is_integral(list(split.rows)) else list(split.rows)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        pages = np.unique(split.pages, return_inverse=True)[1]
        return cls([rows[i] for i in order], np.array([len(rows[i]) for i in order]), pages[order])


def cross_table(
    checkpoints: Mapping[str, Path], splits: Mapping[str, Split], device: str = "auto"
) -> CrossTable:
    """Measure every model on every set.

    Args:
        checkpoints: Name to checkpoint.
        splits: The same names to drawings of the same kind; two at least.
        device: See `TrainSettings.device`.

    Raises:
        UserError: if a checkpoint cannot be used or a set is empty.
    """
    for name, split in splits.items():
        if not len(split):
            raise UserError(f"No page of {name} is held out.", "Hold out more, or choose more sketchbooks.")
    sets = {name: _Set.of(split) for name, split in splits.items()}
    found = {
        model: {name: _nats_of_each(path, one.rows, device) for name, one in sets.items()}
        for model, path in checkpoints.items()
    }
    dearer = {m: {s: found[m][s] - found[s][s] for s in sets} for m in found}
    return CrossTable(
        models=tuple(found),
        sets=tuple(sets),
        nats=tuple(tuple(_a_point(found[m][s], sets[s]) for s in sets) for m in found),
        dearer=tuple(tuple(_a_point(dearer[m][s], sets[s]) for s in sets) for m in found),
        sure=tuple(tuple(_interval(dearer[m][s], sets[s]) for s in sets) for m in found),
        home=_home(dearer, sets),
        points=tuple(int(one.points.sum()) for one in sets.values()),
        drawings=tuple(len(one.rows) for one in sets.values()),
        pages=tuple(int(one.pages.max()) + 1 for one in sets.values()),
    )


@torch.inference_mode()
def _nats_of_each(checkpoint: Path, drawings: list[Stroke3], device: str) -> NDArray[np.float64]:
    """Nats of each drawing, in the drawings' units."""
    state, place = load_checkpoint(checkpoint), choose_device(device)
    model, nats = state.model(place), []
    with memory_advice("Comparing", "Close other programs, or compare on shorter drawings."), one_thread():
        for batch in plain_batches(drawings, scale=state.scale, integral=False):
            part = drawing_nats(model, batch.to(place))
            nats.append((part.xy + part.pen).cpu().numpy().astype(np.float64))
    lengths = np.array([len(rows) for rows in drawings])
    return np.concatenate(nats) + 2 * math.log(state.scale) * lengths


def _a_point(nats: NDArray[np.float64], where: _Set) -> float:
    return float(nats.sum() / where.points.sum())


def _interval(nats: NDArray[np.float64], where: _Set) -> tuple[float, float]:
    """Where 95 % of the means lie."""
    low, high = np.percentile(_drawn_anew(nats, where, np.random.default_rng(_SEED)), [_LOW, _HIGH])
    return float(low), float(high)


def _home(
    dearer: Mapping[str, Mapping[str, NDArray[np.float64]]], sets: Mapping[str, _Set]
) -> tuple[float, float, float]:
    """What all models but its own take more on a set, averaged over the sets, and its interval."""
    rng = np.random.default_rng(_SEED)
    away = {name: np.mean([dearer[m][name] for m in dearer if m != name], axis=0) for name in sets}
    mean = np.mean([_a_point(away[name], one) for name, one in sets.items()])
    drawn = np.mean([_drawn_anew(away[name], one, rng) for name, one in sets.items()], axis=0)
    low, high = np.percentile(drawn, [_LOW, _HIGH])
    return float(mean), float(low), float(high)


def _drawn_anew(nats: NDArray[np.float64], where: _Set, rng: np.random.Generator) -> NDArray[np.float64]:
    """`(_RESAMPLES,)` means a point, the pages drawn anew with replacement for each."""
    of_page, points = np.bincount(where.pages, nats), np.bincount(where.pages, where.points)
    drawn = rng.integers(0, len(points), (_RESAMPLES, len(points)))
    means: NDArray[np.float64] = of_page[drawn].sum(1) / points[drawn].sum(1)
    return means
