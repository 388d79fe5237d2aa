"""How long a run would take: a few of its steps, tried out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.dataset.store import StoredDataset
from engine.project.progress import Silent
from engine.training.device import choose_device, device_name, memory_advice, memory_mb, wait_for
from engine.training.loop import Trainer
from engine.training.settings import TrainSettings
from engine.training.start import fresh_state, settled
from engine.training.team import Team
from engine.training.workers import Stopped, workers

_WARM_STEPS, _STEPS = 2, 10
_MOST_S = 8.0
_ADVICE = "Choose a smaller micro_batch (same result, less memory), a smaller model or fewer points."


@dataclass(frozen=True, slots=True)
class Probe:
    """What a run would cost on this machine.

    Attributes:
        step_s: Wall-clock seconds a step.
        memory_mb: The most memory the trial used, MiB.
        parameters: Numbers to learn.
        device: `cpu`, `cuda` or `mps`.
        device_name: What people call it.
        steps_per_epoch: Steps until every drawing has been seen once.
    """

    step_s: float
    memory_mb: int
    parameters: int
    device: str
    device_name: str
    steps_per_epoch: int


def probe(
    stored: StoredDataset, settings: TrainSettings, start: Path | None, stopped: Callable[[], bool]
) -> Probe | None:
    """Try up to ten steps after two to warm up; less where they take long.

    Args:
        stored: What would be learnt from.
        settings: How.
        start: A checkpoint the run would start with.
        stopped: Asked between steps.

    Returns:
        The cost; None when stopped.

    Raises:
        UserError: as `train` does, out of memory included.
    """
    settings = settled(settings, start)
    device = choose_device(settings.device)
    with memory_advice("This training", _ADVICE), workers(device, stopped) as crew:
        run = Trainer(
            Path(), stored, settings, fresh_state(stored, settings, start), Silent(), device, crew, Team()
        )
        try:
            step_s = _time_steps(run)
        except Stopped:
            return None
        return Probe(
            step_s=step_s,
            memory_mb=memory_mb(device),
            parameters=run.model.n_parameters,
            device=device.type,
            device_name=device_name(device),
            steps_per_epoch=len(run.order),
        )


def _time_steps(run: Trainer) -> float:
    """Mean wall-clock seconds of a step. Raises Stopped."""
    first = [_timed(run) for _ in range(_WARM_STEPS)]
    if first[-1] > _MOST_S / 2:
        return first[-1]
    times: list[float] = []
    while len(times) < _STEPS and sum(times) < _MOST_S:
        times.append(_timed(run))
    return sum(times) / len(times)


def _timed(run: Trainer) -> float:
    began = time.perf_counter()
    run.step()
    wait_for(run.device)
    return time.perf_counter() - began
