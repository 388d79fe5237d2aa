"""A recipe says how a dataset is made; the same recipe on the same drawings makes the same dataset."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from engine.errors import UserError
from engine.strokes.augment import NO_AUGMENTATION, Augmentation


@dataclass(frozen=True, slots=True)
class Recipe:
    """What goes into a dataset and how it is prepared.

    Attributes:
        decisions: Decisions of drawings that go in; their page must be accepted, so what nobody looked at
            a second time goes in too.
        kinds: Page kinds that go in; empty means all.
        books: Sketchbooks that go in; empty means all.
        min_strokes: Drawings with fewer strokes are dropped.
        max_strokes: Drawings with more strokes are dropped; 0 means no limit.
        min_points: Drawings with fewer points, after simplification, are dropped.
        max_points: Drawings with more points, after simplification, are dropped; 0 means no limit.
        rdp_epsilon_units: Ramer-Douglas-Peucker tolerance; 0 leaves the points alone.
        point_budget: Simplify further until a drawing has at most this many points; 0 means no budget.
        valid_fraction: Share of pages held out for validation.
        test_fraction: Share of pages held out for the last test.
        seed: Seed of the split.
        augment: How training copies stray; applied anew each epoch, never stored.
    """

    decisions: tuple[str, ...] = ("accepted", "undecided")
    kinds: tuple[str, ...] = ()
    books: tuple[str, ...] = ()
    min_strokes: int = 1
    max_strokes: int = 40
    min_points: int = 8
    max_points: int = 1000
    rdp_epsilon_units: float = 1.0
    point_budget: int = 250
    valid_fraction: float = 0.1
    test_fraction: float = 0.05
    seed: int = 0
    augment: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        """Refuse numbers that make no dataset. Raises UserError."""
        held_out = self.valid_fraction + self.test_fraction
        if min(self.valid_fraction, self.test_fraction) < 0 or held_out >= 1:
            raise UserError(
                f"The recipe holds out {held_out:.0%} of the pages.",
                "valid_fraction and test_fraction must not be negative and must leave pages to learn from.",
            )
        for name in ("min_strokes", "max_strokes", "min_points", "max_points", "point_budget"):
            if getattr(self, name) < 0:
                raise UserError(f"The recipe's {name} is negative.", "Use 0 for no limit.")

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain JSON values."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}

    @staticmethod
    def from_json(value: Any) -> Recipe:
        """Read a recipe; keys left out take their default.

        Raises:
            UserError: on a key or a type that no recipe has.
        """
        values = _checked(Recipe, value, "recipe")
        if "augment" in values:
            values["augment"] = Augmentation(**_checked(Augmentation, values["augment"], "recipe's augment"))
        return Recipe(**values)


def unchanged_recipe(seed: int = 0) -> Recipe:
    """The recipe for imported strokes: every drawing as it came, only the split is ours."""
    return Recipe(
        min_strokes=0,
        max_strokes=0,
        min_points=2,
        max_points=0,
        rdp_epsilon_units=0,
        point_budget=0,
        seed=seed,
    )


def recipe_hash(recipe: Recipe) -> str:
    """Sixteen hexadecimal digits that change whenever the recipe does."""
    text = json.dumps(recipe.to_json(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_DEFAULTS: dict[type, Any] = {Recipe: Recipe(), Augmentation: NO_AUGMENTATION}


def _checked(kind: type, value: Any, what: str) -> dict[str, Any]:
    """Values for the fields of `kind`, each of the type its default has. Raises UserError."""
    if not isinstance(value, Mapping):
        raise UserError(f"A {what} is a JSON object.", "Write {} for the defaults.")
    names = [f.name for f in fields(kind)]
    unknown = sorted(set(value) - set(names))
    if unknown:
        raise UserError(f"Unknown key in the {what}: {', '.join(unknown)}.", f"It knows: {', '.join(names)}.")
    return {name: _typed(what, name, value[name], getattr(_DEFAULTS[kind], name)) for name in value}


def _typed(what: str, name: str, value: Any, default: Any) -> Any:
    """Turn a JSON value into the type of `default`. Raises UserError."""
    if isinstance(default, tuple):
        if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
            return tuple(value)
    elif isinstance(default, bool):
        if isinstance(value, bool):
            return value
    elif isinstance(default, int):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif isinstance(default, float):
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    else:
        return value
    raise UserError(f"The {what}'s {name} cannot be {value!r}.", f"Its default is {default!r}.")
