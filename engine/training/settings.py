"""What an artist may choose before a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from engine.dataset.types import Split
from engine.errors import UserError
from engine.models.registry import DEFAULT_MODEL, find_preset
from engine.project.typed import typed_like

_PRESET_CHOOSES = {"learning_rate": 1e-3, "batch_size": 32}
"""Settings that 0 leaves to the model's preset, and what they are where it does not say."""


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """Every parameter of a run. Either `steps` or `minutes` ends it; `steps` goes first when both are set.

    Attributes:
        model: `family` or `family/preset`, see `engine.models.registry`.
        model_changes: Fields of the model's configuration that differ from the preset.
        start_from: Weights to start with: empty for none, `base` for the model that comes along, or a run's
            id; the model is then that one's.
        minutes: Wall-clock minutes, resumed time included.
        steps: Optimiser steps, resumed steps included; 0 leaves the end to `minutes`.
        batch_size: Drawings a step; 0 takes what suits the model.
        micro_batch: Drawings that go through the network together; smaller needs less memory. 0 lets each
            core of the CPU take its share, and a GPU the whole batch.
        max_points: Longer drawings are learnt from up to here, without their end.
        learning_rate: Of AdamW, after warm-up; 0 takes what suits the model.
        final_learning_rate: Where the cosine ends, as a share of `learning_rate`.
        warmup_steps: Steps over which the learning rate rises.
        weight_decay: Of AdamW.
        clip_norm: Longest gradient.
        ema_decay: Memory of the averaged weights, which validate, sample and are kept as best.
        valid_every: Steps between validations; 0 validates by the clock, four times a minute at most.
        patience: Validations without a better one before the run ends early; 0 never ends it.
        kl_weight: What the nats of a drawing's code count beside those of its points.
        kl_warmup: Share of the run over which that weight rises.
        free_nats: Nats of a drawing's code that cost nothing, so that the code is used at all.
        eras: Groups of sketchbooks that the model is told apart; empty tells it nothing.
        n_samples: Drawings made at each validation.
        temperature: Of those drawings.
        seed: Of weights, order, augmentation and samples.
        precision: `auto`, `bf16` or `fp32`; the mixture head is always fp32.
        device: `auto`, `cpu`, `cuda` or `mps`.
        processes: Processes that share each step, on one machine; 0 takes one a GPU. Under `torchrun`, which
            may span machines, its own number counts.
    """

    model: str = DEFAULT_MODEL
    model_changes: Mapping[str, Any] = field(default_factory=dict)
    start_from: str = ""
    minutes: float = 10.0
    steps: int = 0
    batch_size: int = 0
    micro_batch: int = 0
    max_points: int = 1000
    learning_rate: float = 0.0
    final_learning_rate: float = 0.02
    warmup_steps: int = 50
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    ema_decay: float = 0.998
    valid_every: int = 0
    patience: int = 0
    kl_weight: float = 1.0
    kl_warmup: float = 0.3
    free_nats: float = 25.0
    eras: tuple[tuple[str, ...], ...] = ()
    n_samples: int = 9
    temperature: float = 0.5
    seed: int = 0
    precision: str = "auto"
    device: str = "auto"
    processes: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be run. Raises UserError."""
        if self.steps <= 0 and self.minutes <= 0:
            raise UserError("A run needs an end.", "Set minutes or steps above 0.")
        for name in ("seed", "learning_rate", "batch_size", "micro_batch", "processes", "patience"):
            if getattr(self, name) < 0:
                raise UserError(f"The run's {name} is negative.", "Leave it out for the default.")
        if self.max_points < 1:
            raise UserError("The run's max_points must be at least 1.", "Leave it out for the default.")
        for name, choices in (
            ("precision", ("auto", "bf16", "fp32")),
            ("device", ("auto", "cpu", "cuda", "mps")),
        ):
            if getattr(self, name) not in choices:
                raise UserError(
                    f"The run's {name} cannot be {getattr(self, name)!r}.", f"Choose: {', '.join(choices)}."
                )

    def settled(self) -> TrainSettings:
        """The settings with everything filled in that the artist left to the model's preset."""
        _, preset = find_preset(self.model)
        left = [name for name in _PRESET_CHOOSES if not getattr(self, name)]
        chosen: dict[str, Any] = {name: preset.training.get(name, _PRESET_CHOOSES[name]) for name in left}
        return replace(self, **chosen)

    def eras_of(self, split: Split) -> list[int]:
        """The group of `eras` that each drawing's sketchbook belongs to; -1 for none."""
        if not self.eras:
            return [-1] * len(split)
        groups = {book: era for era, books in enumerate(self.eras) for book in books}
        return [groups.get(book, -1) for book in split.books]

    def to_json(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return asdict(self)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> TrainSettings:
        """Read settings; keys left out take their default. Raises UserError for a key no run has."""
        usual = {field.name: getattr(_USUAL, field.name) for field in fields(TrainSettings)}
        unknown = sorted(set(value) - set(usual))
        if unknown:
            raise UserError(f"A run has no setting {', '.join(unknown)}.", f"It knows: {', '.join(usual)}.")
        chosen = {name: _typed(name, usual[name], value[name]) for name in value}
        return TrainSettings(**chosen)


_USUAL = TrainSettings()


def _typed(name: str, usual: Any, value: Any) -> Any:
    """A value of the type a setting has. Raises UserError."""
    if name == "eras" and isinstance(value, list | tuple):
        return tuple(tuple(str(book) for book in group) for group in value)
    return typed_like(usual, value, f"run's {name}")
