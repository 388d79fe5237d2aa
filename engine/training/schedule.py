"""What changes in the course of a run: how far it is, the learning rate, the weight of a code."""

from __future__ import annotations

import math

from engine.training.settings import TrainSettings


class Schedule:
    """The plan of one run; everything hangs on steps where they end it, else on the clock."""

    def __init__(self, settings: TrainSettings) -> None:
        self._settings = settings

    def progress(self, step: int, elapsed_s: float) -> float:
        """How much of the run is behind us, 0 to 1."""
        if self._settings.steps > 0:
            return min(1.0, step / self._settings.steps)
        return min(1.0, elapsed_s / (60 * self._settings.minutes))

    def rate(self, step: int, progress: float) -> float:
        """Share of the learning rate: linear warm-up, then a cosine down to the final share."""
        warm = min(1.0, (step + 1) / max(1, self._settings.warmup_steps))
        floor = self._settings.final_learning_rate
        return warm * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress)))

    def kl_weight(self, progress: float) -> float:
        """What a nat of the code counts: nearly nothing at first, so that the code is learnt at all."""
        if self._settings.kl_warmup <= 0:
            return self._settings.kl_weight
        return self._settings.kl_weight * min(1.0, 0.01 + progress / self._settings.kl_warmup)

    def bar(self, step: int, elapsed_s: float) -> tuple[int, int]:
        """How far a progress bar is, and its whole: steps, or seconds where the clock ends the run."""
        whole = self._settings.steps or max(1, round(60 * self._settings.minutes))
        return min(step if self._settings.steps else round(elapsed_s), whole), whole
