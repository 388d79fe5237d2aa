"""Sets of drawings that no machine drew, to see that the figures find them out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.sampling.quality.distribution import Features, in_balls
from engine.strokes.stroke3 import Stroke3

_REPEATED = 10


def shuffled(rows: Stroke3, rng: np.random.Generator) -> Stroke3:
    """The moves of a drawing in any order; the pen lifts where it did, the first point stays."""
    order = np.concatenate([np.zeros(min(len(rows), 1), dtype=np.int64), 1 + rng.permutation(len(rows) - 1)])
    return np.column_stack([rows[order, :2], rows[:, 2]]).astype(np.float32)


def shuffle_all(drawings: Sequence[Stroke3], rng: np.random.Generator) -> list[Stroke3]:
    """`shuffled`, one by one."""
    return [shuffled(rows, rng) if len(rows) else rows for rows in drawings]


def most_typical(real: Features, drawn: Features, count: int = _REPEATED) -> NDArray[np.intp]:
    """Indices of the drawings that lie in the most balls: a cheat shows its best."""
    return np.asarray(np.argsort(-in_balls(real, drawn).sum(axis=0), kind="stable")[:count])
