"""Every model by name: its configuration, its class, and presets for the impatient and the patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from engine.errors import UserError
from engine.models.base import StrokeModel
from engine.models.sketchrnn import SketchRNN, SketchRNNConfig

DEFAULT_MODEL = "sketchrnn"
DEFAULT_PRESET = "quick"


@dataclass(frozen=True, slots=True)
class ModelFamily:
    """One kind of model.

    Attributes:
        config_class: A frozen dataclass of numbers; the only argument of `model_class`.
        model_class: The network.
        presets: Named changes to the default configuration.
    """

    config_class: type[Any]
    model_class: type[Any]
    presets: Mapping[str, Mapping[str, Any]]


FAMILIES: Mapping[str, ModelFamily] = {
    "sketchrnn": ModelFamily(
        SketchRNNConfig,
        SketchRNN,
        {"quick": {}, "standard": {"hidden": 512}, "large": {"hidden": 512, "layers": 2}},
    ),
}


def model_names() -> tuple[str, ...]:
    """Names that `train --model` takes: `family` or `family/preset`."""
    return tuple(f"{family}/{preset}" for family, kind in FAMILIES.items() for preset in kind.presets)


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
    family, _, preset = name.partition("/")
    kind = FAMILIES.get(family)
    values = kind.presets.get(preset or DEFAULT_PRESET) if kind else None
    if kind is None or values is None:
        raise UserError(f"There is no model {name!r}.", f"Choose one of: {', '.join(model_names())}.")
    return family, asdict(_configure(kind, {**values, **(changes or {})}))


def make_model(family: str, config: Mapping[str, Any]) -> StrokeModel:
    """Build a network with fresh weights. Raises UserError for an unknown family or field."""
    kind = FAMILIES.get(family)
    if kind is None:
        raise UserError(f"This version knows no model {family!r}.", "Update Single-Line Studio.")
    model: StrokeModel = kind.model_class(_configure(kind, config))
    return model


def _configure(kind: ModelFamily, values: Mapping[str, Any]) -> Any:
    """Make the configuration. Raises UserError for a field it does not have."""
    known = [f.name for f in fields(kind.config_class)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise UserError(f"The model has no setting {', '.join(unknown)}.", f"It knows: {', '.join(known)}.")
    return kind.config_class(**values)
