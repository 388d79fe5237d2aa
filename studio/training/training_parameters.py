"""Every parameter of a run with its meaning, in one table: form and comparison are made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.models.configs import SKETCHRNN_CELLS
from engine.models.registry import FAMILIES, resolve
from engine.training.settings import TrainSettings

Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter.

    Attributes:
        key: Field of the engine's training settings, or of a model's configuration.
        name: What it is called.
        meaning: What it does, in a line.
        low: Smallest.
        high: Largest.
        decimals: 0 for whole numbers.
        zero: What 0 means where it is no number: `as suits it`, `never`.
        choices: What may be chosen, for words.
    """

    key: str
    name: str
    meaning: str
    low: float = 0
    high: float = 1
    decimals: int = 0
    zero: str = ""
    choices: tuple[str, ...] = ()

    def text_of(self, value: object) -> str:
        """A value as people read it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if self.zero and value in (0, 0.0):
            return self.zero
        if isinstance(value, int):
            return f"{value:,}"
        return f"{value:g}" if isinstance(value, float) else str(value)


MINUTES = Setting("minutes", "Minutes", "It saves as it goes; stop and resume whenever you like.", 1, 10_080)
STEPS = Setting("steps", "Steps", "The same number always gives the same run.", 1, 10_000_000)
CHOSEN_APART: tuple[Setting, ...] = (
    MINUTES,
    STEPS,
    Setting("model", "Model", "Which kind of machine learns, and at what size."),
    Setting("model_changes", "Model settings", "Where its sizes differ from the preset."),
    Setting("start_from", "Start from", "Fresh weights, the base model, or what another run has learnt."),
    Setting("eras", "Eras", "Groups of sketchbooks that the machine is told apart."),
)
"""Fields of the training settings that have a place of their own in the form."""

_SUITS = "as suits it"
GROUPS: tuple[tuple[str, tuple[Setting, ...]], ...] = (
    (
        "Learning",
        (
            Setting("learning_rate", "Learning rate", "Higher learns faster; too high forgets.",
                    0, 0.1, 5, _SUITS),
            Setting("final_learning_rate", "Ends at", "Share of the learning rate that is left at the end.",
                    0, 1, 3),
            Setting("warmup_steps", "Warm-up", "Steps in which the learning rate rises.", 0, 100_000),
            Setting("batch_size", "Drawings a step", "More is steadier and slower.", 0, 4096, 0, _SUITS),
            Setting("max_points", "Longest drawing", "In points; longer ones are learnt up to here.",
                    20, 5000),
            Setting("weight_decay", "Weight decay", "Pulls unused weights to nothing.", 0, 1, 4),
            Setting("clip_norm", "Longest gradient", "No step is larger than this.", 0.01, 100, 2),
            Setting("ema_decay", "Averaging", "Memory of the averaged weights, which are measured and kept.",
                    0, 0.99999, 5),
            Setting("seed", "Seed", "The same seed makes the same run.", 0, 1_000_000),
        ),
    ),
    (
        "Code of a drawing",
        (
            Setting("kl_weight", "Weight of the code",
                    "Higher: smoother codes that tell less of a drawing.", 0, 10, 2),
            Setting("kl_warmup", "Code warm-up", "Share of the run in which that weight rises.", 0, 1, 2),
            Setting("free_nats", "Free nats", "So much the code may tell at no cost, so that it is used.",
                    0, 500, 1),
        ),
    ),
    (
        "Looking on the way",
        (
            Setting("valid_every", "Measured every", "Steps between looks at held-out drawings.",
                    0, 100_000, 0, "by the clock"),
            Setting("patience", "Patience", "Looks without getting better before it ends early.",
                    0, 1000, 0, "to the end"),
            Setting("n_samples", "Drawings each time", "Drawn at each look.", 0, 64, 0, "none"),
            Setting("temperature", "Variability", "Of those drawings; 1 is as varied as it has learnt.",
                    0.01, 2, 2),
        ),
    ),
    (
        "Machine",
        (
            Setting("micro_batch", "At the same time", "Drawings that are computed together: fewer need less "
                    "memory, with the same result.", 0, 4096, 0, _SUITS),
            Setting("device", "Device", "Where it is computed.", choices=("auto", "cpu", "cuda", "mps")),
            Setting("precision", "Precision", "bf16 is faster where the machine knows it.",
                    choices=("auto", "bf16", "fp32")),
            Setting("processes", "Processes", "That share each step; as many as there are graphics cards.",
                    0, 64, 0, "one a card"),
        ),
    ),
)  # fmt: skip
"""The other fields, in the order of the drawer."""

MODEL_SETTINGS: tuple[Setting, ...] = (
    Setting("width", "Width", "Numbers a point becomes on its way; a multiple of twice the heads.", 8, 2048),
    Setting("hidden", "Memory", "Width of each layer that draws.", 8, 4096),
    Setting("layers", "Layers", "One above the other.", 1, 48),
    Setting("encoder_layers", "Reader's layers", "Of the part that reads a whole drawing.", 1, 48),
    Setting("heads", "Heads", "Places it can look at in the same moment.", 1, 32),
    Setting("memory_heads", "Memories", "That the heads share; fewer draw faster.", 1, 32),
    Setting("mixtures", "Guesses", "Places for the next point that it weighs against each other.", 1, 100),
    Setting("turned", "Guesses ahead", "Those of them that lie along the way the pen goes.",
            0, 100, 0, "none"),
    Setting("pointers", "Returns", "Guesses more that lie where the drawing has been before.",
            0, 100, 0, "none"),
    Setting("dropout", "Dropout", "Share silenced while it learns, so that it learns nothing by heart.",
            0, 0.9, 2),
    Setting("absolute_position", "Knows the place", "It sees where the pen is, not only how it moves."),
    Setting("cell", "Cell", "layer_norm is slower and learns a little better.",
            choices=SKETCHRNN_CELLS),
    Setting("recurrent_dropout", "Dropout of memory", "Share of new memories silenced; of layer_norm only.",
            0, 0.9, 2),
    Setting("latent", "Code", "Numbers that stand for a whole drawing.", 0, 1024, 0, "none"),
    Setting("encoder_hidden", "Reader's memory", "Width of each direction in which a drawing is read.",
            8, 2048),
)  # fmt: skip
"""Fields of the models' configurations; those of the same name mean the same in every family."""
MODEL_BY_ITSELF = (
    Setting("eras", "Eras", "How many groups of sketchbooks it can be told of.", 0, 100, 0, "none"),
)
"""Fields of configurations that follow from other choices."""
MODEL_DEFAULTS: Mapping[str, Value] = {
    key: value for kind in FAMILIES.values() for key, value in asdict(kind.config_class()).items()
}
"""Which kind of value each field of a configuration has."""

SETTINGS: Mapping[str, Setting] = {s.key: s for _, group in GROUPS for s in group}


def preset_values(model: str) -> dict[str, Value]:
    """The configuration of `family/preset`. Raises UserError if there is none."""
    return resolve(model)[1]


def settings_of(spec_settings: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Everything a run was told, for people: key -> (name, value). Unknown keys are shown as they are."""
    values = {**asdict(TrainSettings()), **spec_settings}
    changes = values.pop("model_changes") or {}
    values.pop("minutes" if values["steps"] else "steps")
    found = {key: _shown({**SETTINGS, **_APART}, key, value) for key, value in values.items()}
    family = str(values["model"]).partition("/")[0]
    if family in FAMILIES and not values["start_from"]:
        config = {**preset_values(str(values["model"])), **changes}
        found |= {f"model {key}": _shown(_MODEL, key, value) for key, value in config.items()}
    return found


_APART = {setting.key: setting for setting in CHOSEN_APART}
_MODEL = {setting.key: setting for setting in (*MODEL_SETTINGS, *MODEL_BY_ITSELF)}


def _shown(table: Mapping[str, Setting], key: str, value: object) -> tuple[str, str]:
    setting = table.get(key)
    return (setting.name, setting.text_of(value)) if setting is not None else (key, str(value))
