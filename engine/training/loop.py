"""One run of training, from the first batch to the last checkpoint.

`train` reads from top to bottom: prepare, then step, report, validate, save until the end comes.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.dataset.npz import object_array
from engine.dataset.store import StoredDataset, load_dataset
from engine.models.base import StrokeModel
from engine.models.generate import generate
from engine.models.mdn import nll_sums
from engine.project.atomic import replacing
from engine.project.progress import Reporter
from engine.training.checkpoint import (
    BEST,
    LAST,
    Checkpoint,
    optimizer_tensors,
    restore_optimizer,
    save_checkpoint,
)
from engine.training.data import (
    Batch,
    epoch_order,
    plain_batches,
    training_batch,
)
from engine.training.device import choose_device, memory_advice
from engine.training.meter import Meter
from engine.training.settings import TrainSettings
from engine.training.start import fresh_state, resumed_state
from engine.training.workers import Stopped, Workers, workers

_REPORT_EVERY_S = 1.0
_VALIDATE_EVERY_S = 15.0
_CPU_MICRO_BATCH = 16


@dataclass(frozen=True, slots=True)
class TrainResult:
    """How a run ended.

    Attributes:
        run_folder: Where its checkpoints and samples lie.
        steps: Optimiser steps done, over all resumes.
        elapsed_s: Wall-clock seconds, over all resumes.
        valid_nll: Last validation, nats per point in the drawings' units; `None` without one.
        best_nll: Best validation.
        stopped: Whether someone stopped it before its end.
    """

    run_folder: Path
    steps: int
    elapsed_s: float
    valid_nll: float | None
    best_nll: float | None
    stopped: bool


def train(
    run_folder: Path,
    dataset_folder: Path,
    settings: TrainSettings,
    reporter: Reporter,
    resume: bool | None = None,
) -> TrainResult:
    """Train a model on a dataset until its steps or minutes are used up, or the reporter says stop.

    Args:
        run_folder: Gets `checkpoints/last.safetensors`, `checkpoints/best.safetensors` and `samples/`.
        dataset_folder: A dataset version, see `engine.dataset.store`.
        settings: What to train and for how long.
        reporter: Gets progress and the events `run_started`, `metrics`, `samples_drawn`, `checkpoint_saved`.
        resume: Go on from `checkpoints/last.safetensors`, exactly as if there had been no break; by default
            wherever there is one.

    Returns:
        How it ended; the last checkpoint is on disk.

    Raises:
        UserError: if data or checkpoint cannot be used, or memory runs out.
    """
    device = choose_device(settings.device)
    if resume is None:
        resume = (run_folder / "checkpoints" / LAST).exists()
    stopped = False
    with memory_advice(settings.batch_size), workers(device, reporter.stopped) as crew:
        stored = load_dataset(dataset_folder)
        state = resumed_state(run_folder, stored, settings) if resume else fresh_state(stored, settings)
        run = _Run(run_folder, stored, settings, state, reporter, device, crew)
        reporter.event("run_started", **run.facts())
        try:
            while not run.is_over():
                run.step()
                run.report()
                if run.is_validation_due():
                    run.validate()
                    run.save(LAST)
            if not run.is_validated:
                run.validate()
        except Stopped:
            stopped = True
        run.save(LAST)
    done = run.state
    return TrainResult(run_folder, done.step, done.elapsed_s, done.valid_nll, done.best_nll, stopped)


class _PartResult(NamedTuple):
    """What one micro-batch gave: sums over its points."""

    nats: Tensor
    points: int
    gradients: tuple[Tensor, ...]


class _Run:
    """A model in training and all that changes with it."""

    def __init__(
        self,
        folder: Path,
        stored: StoredDataset,
        settings: TrainSettings,
        state: Checkpoint,
        reporter: Reporter,
        device: torch.device,
        crew: Workers,
    ) -> None:
        self.folder, self.settings, self.state, self.reporter = folder, settings, state, reporter
        self.device, self.crew = device, crew
        self.model = state.model(self.device, "model").train()
        self.average = state.model(self.device, "ema")
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        restore_optimizer(self.optimizer, state.part("optimizer"))
        self.rows = stored.dataset.train.rows
        self.augment = stored.recipe.augment
        self.valid = plain_batches(stored.dataset.valid.rows, scale=state.scale, integral=state.integral)
        self.order = self._epoch_order()
        now = time.monotonic()
        self._began = now - state.elapsed_s
        self._meter = Meter(state.step, now)
        self._validated_at, self._validation_s = now, 0.0
        self._validated_step = -1

    def facts(self) -> dict[str, object]:
        """What the run is, for its first event."""
        return {
            "model": self.state.family,
            "config": self.state.config,
            "parameters": self.model.n_parameters,
            "device": self.device.type,
            "precision": self.state.precision,
            "drawings": len(self.rows),
            "step": self.state.step,
        }

    @property
    def elapsed_s(self) -> float:
        """Wall-clock seconds of training, over all resumes."""
        return time.monotonic() - self._began

    def progress(self) -> float:
        """How much of the run is behind us, 0 to 1."""
        if self.settings.steps > 0:
            return min(1.0, self.state.step / self.settings.steps)
        return min(1.0, self.elapsed_s / (60 * self.settings.minutes))

    def is_over(self) -> bool:
        """Whether the steps, the minutes or the patience are used up."""
        is_tired = 0 < self.settings.patience <= self.state.bad_validations
        return is_tired or self.progress() >= 1.0

    def learning_rate(self) -> float:
        """Linear warm-up, then a cosine down to the final share."""
        warm = min(1.0, (self.state.step + 1) / max(1, self.settings.warmup_steps))
        floor = self.settings.final_learning_rate
        cosine = floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * self.progress()))
        return self.settings.learning_rate * warm * cosine

    def step(self) -> None:
        """One optimiser step over one batch, in micro-batches; a stop in between leaves no trace."""
        rate = self.learning_rate()
        indices = self.order[self.state.batch_in_epoch]
        size = self.settings.micro_batch or (_CPU_MICRO_BATCH if self.device.type == "cpu" else len(indices))
        parts = [indices[i : i + size] for i in range(0, len(indices), size)]
        results = list(self.crew.map(self._gradients, enumerate(parts)))
        points = sum(part.points for part in results)
        by_parameter = zip(*(r.gradients for r in results), strict=True)
        for parameter, gradients in zip(self.model.parameters(), by_parameter, strict=True):
            parameter.grad = torch.stack(gradients).sum(0) / points
        length = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip_norm)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        if torch.isfinite(length):
            self.optimizer.step()
        else:  # one batch that overflows must not turn every weight into NaN
            self.reporter.event("step_skipped", step=self.state.step, reason="the gradient was not finite")
        self._advance()
        self._meter.add(torch.stack([r.nats for r in results]).sum(), points)

    def report(self) -> None:
        """Say how far we are, about once a second."""
        if self._meter.age_s >= _REPORT_EVERY_S:
            self._say_metrics(None)

    def is_validation_due(self) -> bool:
        """By steps where the settings say so, else by the clock; never more than a tenth of the time."""
        if self.settings.valid_every > 0:
            return self.state.step % self.settings.valid_every == 0
        since = time.monotonic() - self._validated_at
        return since >= max(_VALIDATE_EVERY_S, 10 * self._validation_s)

    @property
    def is_validated(self) -> bool:
        """Whether the newest weights have been validated."""
        return self._validated_step == self.state.step

    def validate(self) -> None:
        """Measure the averaged weights on the validation split, keep the best, draw samples."""
        began = time.monotonic()
        value = self._measure() if self.valid else None
        self.state.valid_nll = value
        best = self.state.best_nll
        is_best = value is None or (math.isfinite(value) and (best is None or value < best))
        self.state.bad_validations = 0 if is_best else self.state.bad_validations + 1
        self._say_metrics(value)
        if is_best:
            self.state.best_nll, self.state.best_step = value, self.state.step
            self.save(BEST)
        self._validated_step = self.state.step
        self._draw_samples()
        self._validated_at = time.monotonic()
        self._validation_s = self._validated_at - began

    def save(self, name: str) -> None:
        """Write the whole state to `checkpoints/<name>`."""
        self.state.elapsed_s = self.elapsed_s
        kept = {k: v for k, v in self.state.tensors.items() if k.startswith("order0.")}
        self.state.tensors = {
            **kept,
            **{f"model.{k}": v for k, v in self.model.state_dict().items()},
            **{f"ema.{k}": v for k, v in self.average.state_dict().items()},
            **optimizer_tensors(self.optimizer),
        }
        save_checkpoint(self.folder / "checkpoints" / name, self.state)
        self.reporter.event("checkpoint_saved", step=self.state.step, file=f"checkpoints/{name}")

    def _epoch_order(self) -> list[NDArray[np.int64]]:
        lengths = np.array([len(rows) for rows in self.rows])
        return epoch_order(lengths, self.settings.batch_size, self.settings.seed, self.state.epoch)

    def _gradients(self, task: tuple[int, NDArray[np.int64]]) -> _PartResult:
        """Loss and gradients, both summed over points, of one micro-batch; runs in a worker."""
        number, indices = task
        state, seed = self.state, self.settings.seed
        batch = training_batch(
            self.rows,
            indices,
            self.augment,
            scale=state.scale,
            max_points=self.settings.max_points,
            integral=state.integral,
            seed=seed,
            epoch=state.epoch,
        )
        chance = np.random.SeedSequence([seed, state.step, number]).generate_state(1)
        dropout = torch.Generator(self.device).manual_seed(int(chance[0]))
        nats = self._nats(self.model, batch.to(self.device), dropout)
        gradients = torch.autograd.grad(nats, list(self.model.parameters()))
        return _PartResult(nats.detach(), batch.n_points, gradients)

    @torch.no_grad()
    def _advance(self) -> None:
        """Count the step, move the averaged weights, turn the epoch over."""
        state = self.state
        state.step += 1
        state.batch_in_epoch += 1
        # A short memory at first: the average must not remember the random weights of the beginning.
        decay = min(self.settings.ema_decay, (1 + state.step) / (10 + state.step))
        for mean, new in zip(self.average.parameters(), self.model.parameters(), strict=True):
            mean.lerp_(new, 1 - decay)
        if state.batch_in_epoch == len(self.order):
            state.epoch, state.batch_in_epoch = state.epoch + 1, 0
            self.order = self._epoch_order()

    def _nats(self, model: StrokeModel, batch: Batch, dropout: torch.Generator | None = None) -> Tensor:
        """All nats of a batch, in normalised units."""
        is_bf16 = self.state.precision == "bf16"
        # No cache of cast weights: it belongs to the process, and the workers would share it.
        with torch.autocast(self.device.type, torch.bfloat16, enabled=is_bf16, cache_enabled=False):
            params = model(batch.inputs, None, dropout)
        xy, pen = nll_sums(params, batch.targets, batch.lengths, model.n_mixtures)
        return xy.sum() + pen.sum()

    def _measure(self) -> float:
        """Validation nats per point, in the drawings' units."""
        nats = sum(self.crew.map(self._validation_nats, self.valid))
        points = sum(batch.n_points for batch in self.valid)
        return nats / points + 2 * math.log(self.state.scale)

    @torch.no_grad()
    def _validation_nats(self, batch: Batch) -> float:
        """All nats of one batch; runs in a worker."""
        return float(self._nats(self.average, batch.to(self.device)))

    def _say_metrics(self, valid_nll: float | None) -> None:
        """Tell the reporter where we are, in nats per point in the drawings' units."""
        state, settings, elapsed = self.state, self.settings, self.elapsed_s
        train_nll, steps_per_s = self._meter.read(state.step)
        self.reporter.event(
            "metrics",
            step=state.step,
            train_nll=None if train_nll is None else train_nll + 2 * math.log(state.scale),
            valid_nll=valid_nll,
            steps_per_s=steps_per_s,
            lr=self.learning_rate(),
            elapsed_s=elapsed,
        )
        message = "" if state.valid_nll is None else f"{state.valid_nll:.3f} nats a point"
        if settings.steps > 0:
            self.reporter.progress(min(state.step, settings.steps), settings.steps, message)
        else:
            total = max(1, round(60 * settings.minutes))
            self.reporter.progress(min(round(elapsed), total), total, message)

    def _draw_samples(self) -> None:
        """Let the averaged weights draw, and keep the drawings as stroke-3 in the drawings' units."""
        settings = self.settings
        if settings.n_samples < 1:
            return
        drawn = generate(
            self.average,
            settings.n_samples,
            seed=settings.seed,
            temperature=settings.temperature,
            max_points=settings.max_points,
            stopped=self.reporter.stopped,
        )
        if self.reporter.stopped():
            raise Stopped
        unit = np.array([self.state.scale, self.state.scale, 1], dtype=np.float32)
        path = self.folder / "samples" / f"step{self.state.step:07d}.npz"
        with replacing(path) as file:
            np.savez_compressed(file, train=object_array(tuple(d.rows * unit for d in drawn)))
        self.reporter.event("samples_drawn", step=self.state.step, file=f"samples/{path.name}")
