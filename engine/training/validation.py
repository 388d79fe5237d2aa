"""The held-out drawings of a run: how well it predicts them, and what it draws meanwhile."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engine.dataset.npz import object_array
from engine.dataset.store import StoredDataset
from engine.models.base import StrokeModel
from engine.models.desk import Limits
from engine.models.generate import generate
from engine.models.mdn import Temperatures
from engine.project.atomic import replacing
from engine.training.checkpoint import Checkpoint
from engine.training.data import Batch, dequantise, plain_batches
from engine.training.objective import drawing_nats
from engine.training.settings import TrainSettings
from engine.training.workers import Workers

_SEED = 7
_LONGER = 1.5
"""Validation samples may become so much longer than the longest drawing learnt from."""


@dataclass(frozen=True, slots=True)
class Validation:
    """How well held-out drawings are predicted, in the drawings' units.

    Attributes:
        nats: Per point: moves and pen states together.
        xy: Per point, of the moves.
        pen: Per point, of the pen states, the end included.
        code_nats: Per drawing, of its code.
        information_gain: Nats per point better than the order-0 histogram, those of the code counted.
    """

    nats: float
    xy: float
    pen: float
    code_nats: float
    information_gain: float


class Held:
    """The validation split on its device, at full length and never augmented."""

    def __init__(
        self, stored: StoredDataset, settings: TrainSettings, state: Checkpoint, device: torch.device
    ) -> None:
        rng = np.random.default_rng(_SEED)
        split = stored.dataset.valid
        filled = [i for i, rows in enumerate(split.rows) if len(rows)]
        rows = [dequantise(split.rows[i], rng) if state.integral else split.rows[i] for i in filled]
        eras = settings.eras_of(split)
        told = [eras[i] for i in filled]
        batches = plain_batches(rows, scale=state.scale, integral=False, eras=told)
        self._batches = [batch.to(device) for batch in batches]
        self._settings, self._device, self._scale = settings, device, state.scale
        self._bf16 = state.precision == "bf16"
        self._points = sum(len(r) for r in rows)
        self._order0 = sum(state.yardstick().nll(rows)) if rows else 0.0
        self._longest = max((len(r) for r in stored.dataset.train.rows), default=1)

    def measure(self, model: StrokeModel, crew: Workers) -> Validation | None:
        """Nats of the held-out drawings; `None` where there are none. Raises Stopped."""
        if not self._batches:
            return None
        tasks = [(model, batch) for batch in self._batches]
        xy, pen, code = np.sum(list(crew.map(self._sums, tasks)), axis=0)
        xy = xy / self._points + 2 * math.log(self._scale)
        pen, n = pen / self._points, sum(len(batch.lengths) for batch in self._batches)
        gain = self._order0 - xy - pen - code / self._points
        return Validation(xy + pen, xy, pen, code / n, gain)

    def draw(self, model: StrokeModel, path: Path, stopped: Callable[[], bool]) -> bool:
        """Let the model draw, and keep the drawings as stroke-3 in the drawings' units at `path`.

        Returns:
            False when `stopped` came in between; nothing is written then.
        """
        drawn = generate(
            model,
            self._settings.n_samples,
            seed=self._settings.seed,
            temperatures=Temperatures.of(self._settings.temperature),
            limits=Limits(min(self._settings.max_points, math.ceil(_LONGER * self._longest))),
            stopped=stopped,
        )
        if stopped():
            return False
        unit = np.array([self._scale, self._scale, 1], dtype=np.float32)
        with replacing(path) as file:
            np.savez_compressed(file, train=object_array(tuple(one.rows * unit for one in drawn)))
        return True

    @torch.no_grad()
    def _sums(self, task: tuple[StrokeModel, Batch]) -> tuple[float, float, float]:
        """All nats of one batch; runs in a worker."""
        model, batch = task
        nats = drawing_nats(model, batch, bf16=self._bf16)
        return float(nats.xy.sum()), float(nats.pen.sum()), float(nats.code.sum())
