"""Every model by name: its configuration, its class, and presets for the impatient and the patient.

Free of torch until a network is made, so that the window can list what there is.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from engine.errors import UserError
from engine.models.configs import SketchformerConfig, SketchRNNConfig, TransformerConfig
from engine.project.typed import typed_like

if TYPE_CHECKING:
    from engine.models.base import StrokeModel

DEFAULT_MODEL = "transformer"
DEFAULT_PRESET = "quick"


@dataclass(frozen=True, slots=True)
class Preset:
    """A model at one size.

    Attributes:
        title: What the artist reads.
        meaning: Whom it is for, in a line.
        config: Changes to the family's default configuration.
        training: Fields of `TrainSettings` that suit it, for those the artist leaves to us.
    """

    title: str
    meaning: str
    config: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelFamily:
    """One kind of model.

    Attributes:
        title: What the artist reads.
        meaning: What it is, in a line.
        config_class: A frozen dataclass of plain values; the only argument of the model's class.
        module: Where the model's class is.
        class_name: Its name.
        presets: By name, smallest first.
    """

    title: str
    meaning: str
    config_class: type[Any]
    module: str
    class_name: str
    presets: Mapping[str, Preset]


_LSTM_PACE = {"learning_rate": 1e-2}
_LAYER_NORM = {"cell": "layer_norm", "dropout": 0.0}
_LAYER_NORM_PACE = {"learning_rate": 3e-3, "batch_size": 100}
# Few drawings a step: measured on 1,170 drawings, 8 in place of 32 reach in a minute what took three.
_QUICK_PACE = {"learning_rate": 3e-3, "batch_size": 8}
_STANDARD_PACE = {"learning_rate": 2e-3, "batch_size": 16}

FAMILIES: Mapping[str, ModelFamily] = {
    "transformer": ModelFamily(
        "Transformer",
        "Sees the whole drawing so far, where its lines run and where they end, and makes the next move.",
        TransformerConfig,
        "engine.models.transformer",
        "StrokeTransformer",
        {
            "quick": Preset("Quick", "A likeness within minutes on any computer.", {}, _QUICK_PACE),
            "standard": Preset(
                "Standard",
                "More of the hand, for an evening.",
                {"width": 192, "layers": 6, "heads": 6},
                _STANDARD_PACE,
            ),
            "large": Preset(
                "Large",
                "For a graphics card and many drawings.",
                {"width": 384, "layers": 8, "heads": 8},
                {"learning_rate": 1e-3, "batch_size": 32},
            ),
        },
    ),
    "sketchrnn": ModelFamily(
        "SketchRNN",
        "The recurrent network of Ha & Eck, 2017.",
        SketchRNNConfig,
        "engine.models.sketchrnn",
        "SketchRNN",
        {
            "quick": Preset("Quick", "A likeness within minutes on any computer.", {}, _LSTM_PACE),
            "standard": Preset("Standard", "Twice the memory, for an evening.", {"hidden": 512}, _LSTM_PACE),
            "large": Preset("Large", "Two layers, for a night.", {"hidden": 512, "layers": 2}, _LSTM_PACE),
            "layer-norm": Preset(
                "Layer norm",
                "As in the paper, without its encoder: learns more from each step, which costs more.",
                {"hidden": 512, **_LAYER_NORM},
                _LAYER_NORM_PACE,
            ),
            "vae": Preset(
                "Autoencoder",
                "As in the paper: also reads drawings, so that it can vary and blend them.",
                {"hidden": 512, "latent": 128, **_LAYER_NORM},
                _LAYER_NORM_PACE,
            ),
            "web": Preset(
                "Web",
                "What the public sketch-rnn-js demos can run: `export-model` writes it for them.",
                {"hidden": 512, "absolute_position": False},
                _LSTM_PACE,
            ),
        },
    ),
    "sketchformer": ModelFamily(
        "Sketchformer",
        "Reads a whole drawing into a code and draws from it: varies and blends. After Ribeiro et al., 2020.",
        SketchformerConfig,
        "engine.models.sketchformer",
        "Sketchformer",
        {
            "quick": Preset("Quick", "A likeness within minutes on any computer.", {}, _QUICK_PACE),
            "standard": Preset(
                "Standard",
                "More of the hand, for an evening.",
                {"width": 192, "layers": 6, "encoder_layers": 4, "heads": 6, "latent": 128},
                _STANDARD_PACE,
            ),
        },
    ),
}


def model_names() -> tuple[str, ...]:
    """Names that `train --model` takes: `family` or `family/preset`."""
    return tuple(f"{family}/{preset}" for family, kind in FAMILIES.items() for preset in kind.presets)


def find_preset(name: str) -> tuple[str, Preset]:
    """The family and the preset of `family` or `family/preset`. Raises UserError if there is none."""
    family, _, preset = name.partition("/")
    kind = FAMILIES.get(family)
    found = kind.presets.get(preset or DEFAULT_PRESET) if kind else None
    if found is None:
        raise UserError(f"There is no model {name!r}.", f"Choose one of: {', '.join(model_names())}.")
    return family, found


def resolve(name: str, changes: Mapping[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
    """Find a family and its configuration.

    Args:
        name: `family` or `family/preset`.
        changes: Fields that differ from the preset.

    Returns:
        The family's name and its whole configuration, JSON-ready.

    Raises:
        UserError: for an unknown family, preset or field.
    """
    family, preset = find_preset(name)
    return family, asdict(_configure(FAMILIES[family], {**preset.config, **(changes or {})}))


def make_model(family: str, config: Mapping[str, Any]) -> StrokeModel:
    """Build a network with fresh weights. Raises UserError for an unknown family or field."""
    kind = FAMILIES.get(family)
    if kind is None:
        raise UserError(f"This version knows no model {family!r}.", "Update Single-Line Studio.")
    model_class = getattr(importlib.import_module(kind.module), kind.class_name)
    model: StrokeModel = model_class(_configure(kind, config))
    return model


def _configure(kind: ModelFamily, values: Mapping[str, Any]) -> Any:
    """Make the configuration. Raises UserError for a field it does not have, or a value it cannot be."""
    usual = asdict(kind.config_class())
    unknown = sorted(set(values) - set(usual))
    if unknown:
        raise UserError(f"The model has no setting {', '.join(unknown)}.", f"It knows: {', '.join(usual)}.")
    chosen = {name: typed_like(usual[name], value, f"model's {name}") for name, value in values.items()}
    for name, value in chosen.items():
        most = 1 if name.endswith("dropout") else float("inf")
        if not isinstance(value, str) and not 0 <= value < most:
            raise UserError(f"The model's {name} cannot be {value}.", f"Its default is {usual[name]}.")
    return kind.config_class(**chosen)
