"""One run of training, from the first batch to the last checkpoint.

`train` reads from top to bottom: prepare, then step, report, validate, save until the end comes.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.dataset.store import StoredDataset, load_dataset
from engine.project.progress import Reporter
from engine.training.checkpoint import (
    BEST,
    LAST,
    Checkpoint,
    optimizer_tensors,
    restore_optimizer,
    save_checkpoint,
)
from engine.training.data import Batch, epoch_order
from engine.training.device import choose_device, device_name, memory_advice, memory_mb, smaller_parts
from engine.training.meter import Meter
from engine.training.objective import drawing_nats, training_loss
from engine.training.resident import ResidentDrawings
from engine.training.schedule import Schedule
from engine.training.settings import TrainSettings
from engine.training.start import fresh_state, resumed_state, settled
from engine.training.team import Team, team
from engine.training.validation import Held, Validation
from engine.training.workers import Stopped, Workers, workers

_REPORT_EVERY_S = 0.5
_VALIDATE_EVERY_S = 15.0
_PART_FLOPS = 60e9
"""What a core does in less than a second: a stop is answered between two parts of a step."""
_PAUSED_S = 0.1


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
    start: Path | None = None,
) -> TrainResult:
    """Train a model on a dataset until its steps or minutes are used up, or the reporter says stop.

    Args:
        run_folder: Gets `checkpoints/last.safetensors`, `checkpoints/best.safetensors` and `samples/`.
        dataset_folder: A dataset version, see `engine.dataset.store`.
        settings: What to train and for how long.
        reporter: Gets progress and the events `run_started`, `metrics`, `samples_drawn`, `checkpoint_saved`,
            `step_skipped`, `paused`, `resumed`, `ended_early`.
        resume: Go on from `checkpoints/last.safetensors`, exactly as if there had been no break; by default
            wherever there is one.
        start: A checkpoint whose weights a fresh run starts with.

    Returns:
        How it ended; the last checkpoint is on disk.

    Raises:
        UserError: if data or checkpoint cannot be used, or memory runs out.
    """
    last = run_folder / "checkpoints" / LAST
    resume = last.exists() if resume is None else resume
    settings = settled(settings, last if resume else start)
    device = choose_device(settings.device)
    with (
        memory_advice("The training", "Choose a smaller model or fewer drawings."),
        team(device, settings.processes, run_folder) as crowd,
        workers(device, reporter.stopped, crowd.size) as crew,
    ):
        stored = load_dataset(dataset_folder)
        state = (
            resumed_state(run_folder, stored, settings) if resume else fresh_state(stored, settings, start)
        )
        run = Trainer(run_folder, stored, settings, state, reporter, device, crew, crowd)
        run.say_start()
        with memory_advice("The training", smaller_parts(run.micro_batch)):
            stopped = run.train()
        run.save(LAST)
    done = run.state
    return TrainResult(run_folder, done.step, done.elapsed_s, done.valid_nll, done.best_nll, stopped)


class _PartResult(NamedTuple):
    """What one micro-batch gave: sums over its points."""

    nats: Tensor
    gradients: tuple[Tensor, ...]


class Trainer:
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
        crowd: Team,
    ) -> None:
        self.folder, self.settings, self.state, self.reporter = folder, settings, state, reporter
        self.device, self.crew, self.crowd = device, crew, crowd
        self.model = state.model(self.device, "model").train()
        self.average = state.model(self.device, "ema")
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        restore_optimizer(self.optimizer, state.part("optimizer"))
        split = stored.dataset.train
        eras = settings.eras_of(split)
        self.drawings = ResidentDrawings(split.rows, eras, integral=state.integral, device=device)
        self.augment = stored.recipe.augment
        self.held = Held(stored, settings, state, device)
        self.order = self._epoch_order()
        self.schedule = Schedule(settings)
        now = time.monotonic()
        self._began = now - state.elapsed_s
        self._meter = Meter(state.step, now)
        self._validated_at, self._validation_s = now, 0.0
        self._validated_step = -1
        self._elapsed_s, self._is_due = state.elapsed_s, False

    def say_start(self) -> None:
        """Say what the run is."""
        self._say(
            "run_started",
            model=self.state.family,
            config=self.state.config,
            parameters=self.model.n_parameters,
            device=self.device.type,
            device_name=device_name(self.device),
            precision=self.state.precision,
            drawings=len(self.drawings),
            points=int(self.drawings.lengths.sum()),
            step=self.state.step,
            started_from=self.state.started_from,
            world_size=self.crowd.size,
            micro_batch=self.micro_batch,
        )

    def train(self) -> bool:
        """Step, report, validate and save until the end; whether someone stopped it before."""
        try:
            while self.goes_on():
                self.step()
                self.report()
                if self.is_validation_due():
                    self.validate()
                    self.save(LAST)
            if not self.is_validated:
                self.validate()
        except Stopped:
            return True
        return False

    @property
    def elapsed_s(self) -> float:
        """Wall-clock seconds of training, over all resumes, pauses left out."""
        return time.monotonic() - self._began

    def progress(self) -> float:
        """How much of the run is behind us, 0 to 1."""
        return self.schedule.progress(self.state.step, self._elapsed_s)

    def goes_on(self) -> bool:
        """Wait while paused, then agree on what the time is and whether there is a next step.

        Raises:
            Stopped: when someone asked for it.
        """
        self._wait_while_paused()
        since = time.monotonic() - self._validated_at
        is_due = since >= max(_VALIDATE_EVERY_S, 10 * self._validation_s)
        asked = self.crowd.told(self.reporter.stopped(), self.elapsed_s, is_due)
        stopped, self._elapsed_s, self._is_due = bool(asked[0]), asked[1], bool(asked[2])
        if stopped:
            raise Stopped
        if 0 < self.settings.patience <= self.state.bad_validations:
            reason = f"no better for {self.state.bad_validations} validations"
            self._say("ended_early", step=self.state.step, reason=reason)
            return False
        return self.progress() < 1.0

    def step(self) -> None:
        """One optimiser step over one batch, in micro-batches; a stop in between leaves no trace."""
        rate = self.settings.learning_rate * self.schedule.rate(self.state.step, self.progress())
        batch = self._batch()
        parts = batch.parts(self._part_size(*batch.rows.shape[:2]))
        mine = [(number, parts[number]) for number in self.crowd.share(len(parts))]
        results = list(self.crew.map(self._gradients, mine))
        gradients = [torch.zeros_like(p) for p in self.model.parameters()]
        nats = torch.zeros((), device=self.device)
        for result in results:
            torch._foreach_add_(gradients, list(result.gradients))
            nats += result.nats
        self.crowd.add_up([nats, *gradients])
        torch._foreach_div_(gradients, batch.n_points)
        for parameter, gradient in zip(self.model.parameters(), gradients, strict=True):
            parameter.grad = gradient
        length = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings.clip_norm)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        if torch.isfinite(length):
            self.optimizer.step()
        else:  # one batch that overflows must not turn every weight into NaN
            self._say("step_skipped", step=self.state.step, reason="the gradient was not finite")
        self._advance()
        self._meter.add(nats, batch.n_points)

    def report(self) -> None:
        """Say how far we are, twice a second."""
        if self._meter.age_s >= _REPORT_EVERY_S:
            self._say_metrics(None)

    def is_validation_due(self) -> bool:
        """By steps where the settings say so, else by the clock; never more than a tenth of the time."""
        if self.settings.valid_every > 0:
            return self.state.step % self.settings.valid_every == 0
        return self._is_due

    @property
    def is_validated(self) -> bool:
        """Whether the newest weights have been validated."""
        return self._validated_step == self.state.step

    def validate(self) -> None:
        """Measure the averaged weights on the validation split, keep the best, draw samples."""
        began = time.monotonic()
        found = self.held.measure(self.average, self.crew)
        value = None if found is None else found.nats
        self.state.valid_nll = value
        best = self.state.best_nll
        is_best = value is None or (math.isfinite(value) and (best is None or value < best))
        self.state.bad_validations = 0 if is_best else self.state.bad_validations + 1
        self._say_metrics(found)
        if is_best:
            self.state.best_nll, self.state.best_step = value, self.state.step
            self.save(BEST)
        self._validated_step = self.state.step
        if self.crowd.leads:
            self._draw_samples()
        self._validated_at = time.monotonic()
        self._validation_s = self._validated_at - began

    def save(self, name: str) -> None:
        """Write the whole state to `checkpoints/<name>`."""
        if not self.crowd.leads:
            return
        self.state.elapsed_s = self.elapsed_s
        kept = {k: v for k, v in self.state.tensors.items() if k.startswith("order0.")}
        self.state.tensors = {
            **kept,
            **{f"model.{k}": v for k, v in self.model.state_dict().items()},
            **{f"ema.{k}": v for k, v in self.average.state_dict().items()},
            **optimizer_tensors(self.optimizer),
        }
        save_checkpoint(self.folder / "checkpoints" / name, self.state)
        self._say("checkpoint_saved", step=self.state.step, file=f"checkpoints/{name}")

    def _epoch_order(self) -> list[NDArray[np.int64]]:
        lengths = self.drawings.lengths
        return epoch_order(lengths, self.settings.batch_size, self.settings.seed, self.state.epoch)

    def _batch(self) -> Batch:
        """The next batch; its chance hangs on seed, epoch and place alone, so a resumed run sees it again."""
        state = self.state
        indices = self.order[state.batch_in_epoch]
        rng = np.random.default_rng([self.settings.seed, state.epoch, state.batch_in_epoch])
        chance = self.drawings.chance(indices, self.augment, rng)
        longest = self.settings.max_points
        return self.drawings.batch(indices, chance, scale=state.scale, max_points=longest)

    @property
    def micro_batch(self) -> int:
        """Drawings of a micro-batch where drawings are longest: there memory runs out."""
        longest = min(int(self.drawings.lengths.max()), self.settings.max_points)
        return self._part_size(min(self.settings.batch_size, len(self.drawings)), longest + 2)

    def _part_size(self, n: int, width: int) -> int:
        """Drawings of a micro-batch, for a batch of `n` drawings of `width` rows."""
        if self.settings.micro_batch:
            return self.settings.micro_batch
        if self.device.type != "cpu":
            return math.ceil(n / self.crowd.size)
        points = _PART_FLOPS / (6 * self.model.n_parameters)
        return max(1, min(math.ceil(n / (self.crew.n * self.crowd.size)), int(points / width)))

    def _gradients(self, task: tuple[int, Batch]) -> _PartResult:
        """Loss and gradients, both summed over points, of one micro-batch; runs in a worker."""
        number, batch = task
        seed = np.random.SeedSequence([self.settings.seed, self.state.step, number]).generate_state(1)
        chance = torch.Generator(self.device).manual_seed(int(seed[0]))
        is_bf16 = self.state.precision == "bf16"
        nats = drawing_nats(self.model, batch, bf16=is_bf16, chance=chance)
        loss = training_loss(nats, self.schedule.kl_weight(self.progress()), self.settings.free_nats)
        gradients = torch.autograd.grad(loss, list(self.model.parameters()), materialize_grads=True)
        return _PartResult((nats.xy + nats.pen).detach().sum(), gradients)

    @torch.no_grad()
    def _advance(self) -> None:
        """Count the step, move the averaged weights, turn the epoch over."""
        state = self.state
        state.step += 1
        state.batch_in_epoch += 1
        # A short memory at first: the average must not remember the random weights of the beginning.
        decay = min(self.settings.ema_decay, (1 + state.step) / (10 + state.step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - decay)
        if state.batch_in_epoch == len(self.order):
            state.epoch, state.batch_in_epoch = state.epoch + 1, 0
            self.order = self._epoch_order()

    def _wait_while_paused(self) -> None:
        """Hold still between two steps; that time does not count."""
        if not self.reporter.paused():
            return
        began = time.monotonic()
        self.save(LAST)
        self._say("paused", step=self.state.step)
        while self.reporter.paused() and not self.reporter.stopped():
            time.sleep(_PAUSED_S)
        pause_s = time.monotonic() - began
        self._began += pause_s
        self._validated_at += pause_s
        self._meter.skip(pause_s)
        self._say("resumed", step=self.state.step)

    def _draw_samples(self) -> None:
        if self.settings.n_samples < 1:
            return
        path = self.folder / "samples" / f"step{self.state.step:07d}.npz"
        if not self.held.draw(self.average, path, self.reporter.stopped):
            raise Stopped
        self._say("samples_drawn", step=self.state.step, file=f"samples/{path.name}")

    def _say(self, name: str, **facts: Any) -> None:
        if self.crowd.leads:
            self.reporter.event(name, **facts)

    def _say_metrics(self, found: Validation | None) -> None:
        """Tell the reporter where we are, in nats per point in the drawings' units."""
        state, pace = self.state, self._meter.read(self.state.step)
        self._say(
            "metrics",
            step=state.step,
            epoch=state.epoch,
            train_nll=None if pace.nll is None else pace.nll + 2 * math.log(state.scale),
            valid_nll=found and found.nats,
            valid_xy=found and found.xy,
            valid_pen=found and found.pen,
            code_nats=found and found.code_nats,
            information_gain=found and found.information_gain,
            steps_per_s=pace.steps_per_s,
            points_per_s=pace.points_per_s,
            memory_mb=memory_mb(self.device),
            lr=self.settings.learning_rate * self.schedule.rate(state.step, self.progress()),
            elapsed_s=self.elapsed_s,
        )
        message = "" if state.valid_nll is None else f"{state.valid_nll:.3f} nats a point"
        if self.crowd.leads:
            self.reporter.progress(*self.schedule.bar(state.step, self.elapsed_s), message)
