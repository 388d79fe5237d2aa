"""What an artist may choose before a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from engine.errors import UserError
from engine.models.registry import DEFAULT_MODEL


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Every parameter of a run. Either `steps` or `minutes` ends it; `steps` goes first when both are set.

    Attributes:
        model: `family` or `family/preset`, see `engine.models.registry`.
        model_changes: Fields of the model's configuration that differ from the preset.
        minutes: Wall-clock minutes, resumed time included.
        steps: Optimiser steps, resumed steps included; 0 leaves the end to `minutes`.
        batch_size: Drawings a step.
        micro_batch: Drawings that go through the network together; smaller needs less memory. 0 takes 16 on
            the CPU, where each core works on its own, and the whole batch on a GPU.
        max_points: Longer drawings are learnt from up to here, without their end.
        learning_rate: Of AdamW, after warm-up.
        final_learning_rate: Where the cosine ends, as a share of `learning_rate`.
        warmup_steps: Steps over which the learning rate rises.
        weight_decay: Of AdamW.
        clip_norm: Longest gradient.
        ema_decay: Memory of the averaged weights, which validate, sample and are kept as best.
        valid_every: Steps between validations; 0 validates by the clock, four times a minute at most.
        patience: Validations without a better one before the run ends early; 0 never ends it.
        n_samples: Drawings made at each validation.
        temperature: Of those drawings.
        seed: Of weights, order, augmentation and samples.
        precision: `auto`, `bf16` or `fp32`; the mixture head is always fp32.
        device: `auto`, `cpu`, `cuda` or `mps`.
    """

    model: str = DEFAULT_MODEL
    model_changes: Mapping[str, Any] = field(default_factory=dict)
    minutes: float = 10.0
    steps: int = 0
    batch_size: int = 32
    micro_batch: int = 0
    max_points: int = 300
    learning_rate: float = 1e-2
    final_learning_rate: float = 0.02
    warmup_steps: int = 50
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    ema_decay: float = 0.998
    valid_every: int = 0
    patience: int = 0
    n_samples: int = 9
    temperature: float = 0.5
    seed: int = 0
    precision: str = "auto"
    device: str = "auto"

    def __post_init__(self) -> None:
        """Refuse what cannot be run. Raises UserError."""
        if self.steps <= 0 and self.minutes <= 0:
            raise UserError("A run needs an end.", "Set minutes or steps above 0.")
        if self.seed < 0 or self.learning_rate <= 0:
            raise UserError("A seed is not negative and a learning rate is above 0.", "Choose other numbers.")
        for name in ("batch_size", "max_points"):
            if getattr(self, name) < 1:
                raise UserError(f"The run's {name} must be at least 1.", "Leave it out for the default.")
        for name, choices in (
            ("precision", ("auto", "bf16", "fp32")),
            ("device", ("auto", "cpu", "cuda", "mps")),
        ):
            if getattr(self, name) not in choices:
                raise UserError(
                    f"The run's {name} cannot be {getattr(self, name)!r}.", f"Choose: {', '.join(choices)}."
                )

    def to_json(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return asdict(self)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> TrainSettings:
        """Read settings; keys left out take their default. Raises UserError for a key no run has."""
        known = [f.name for f in fields(TrainSettings)]
        unknown = sorted(set(value) - set(known))
        if unknown:
            raise UserError(f"A run has no setting {', '.join(unknown)}.", f"It knows: {', '.join(known)}.")
        return TrainSettings(**value)
