"""A recipe says how a dataset is made; the same recipe on the same drawings makes the same dataset."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any, TypeVar

from engine.dataset.assembly import FRAGMENTS, NO_ASSEMBLY, Assembly
from engine.errors import UserError
from engine.strokes.augment import Augmentation

_LIMITS = ("min_strokes", "max_strokes", "min_points", "max_points", "min_area", "point_budget")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What goes into a dataset and how it is prepared. Strokes keep their order, unless it assembles.

    Attributes:
        decisions: Decisions of drawings that go in; their page must be accepted, so what nobody looked at
            a second time goes in too.
        kinds: Page kinds that go in; empty means all.
        books: Sketchbooks that go in; empty means all.
        after: ISO date; pages from this day on go in. Empty means all.
        before: ISO date; pages from before this day go in. Empty means all.
        undated: Whether pages without a date go in while `after` or `before` is set.
        include: Versions of other datasets, `NAME/vNNN`, whose drawings are added, at 200 units and with
            their pages; what asks for decisions, kinds, books and dates does not hold for them.
        assemble: Join, splice and separate first; traced drawings have been through it already.
        min_strokes: Drawings with fewer strokes are dropped.
        max_strokes: Drawings with more strokes are dropped; 0 means no limit.
        min_points: Drawings with fewer points, after simplification, are dropped.
        max_points: Drawings with more points, after simplification, are dropped; 0 means no limit.
        min_area: Drawings that `assemble` separated and whose box on the page was smaller are dropped:
            square units of the page's 200 x 200.
        rdp_epsilon_units: Ramer-Douglas-Peucker tolerance; 0 leaves the points alone.
        point_budget: Simplify further until a drawing has at most this many points; 0 means no budget.
        valid_fraction: Share of pages held out for validation.
        test_fraction: Share of pages held out for the last test.
        keep_splits: Whether a file's own train, valid and test stay; else its pages are split by the seed.
        seed: Seed of the split.
        augment: How training copies stray; applied anew each epoch, never stored.
    """

    decisions: tuple[str, ...] = ("accepted", "undecided")
    kinds: tuple[str, ...] = ()
    books: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    undated: bool = False
    include: tuple[str, ...] = ()
    assemble: Assembly = NO_ASSEMBLY
    min_strokes: int = 1
    max_strokes: int = 40
    min_points: int = 8
    max_points: int = 1000
    min_area: float = 500.0
    rdp_epsilon_units: float = 1.0
    point_budget: int = 250
    valid_fraction: float = 0.1
    test_fraction: float = 0.05
    keep_splits: bool = True
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
        for name in _LIMITS:
            if getattr(self, name) < 0:
                raise UserError(f"The recipe's {name} is negative.", "Use 0 for no limit.")
        if self.assemble.pen_units <= 0:
            raise UserError("The recipe's pen_units is not above 0.", "It is the width of the line: try 2.")
        for name in ("after", "before"):
            _check_date(name, getattr(self, name))

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain JSON values."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}

    @staticmethod
    def from_json(value: Any) -> Recipe:
        """Read a recipe; keys left out take their default.

        Raises:
            UserError: on a key or a type that no recipe has.
        """
        return _filled(Recipe(), value, "recipe")


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


def fragments_recipe(assembly: Assembly = FRAGMENTS) -> Recipe:
    """The recipe for pages in pieces, as an autotracer leaves them: assembled, and split anew by the seed."""
    return Recipe(assemble=assembly, keep_splits=False)


def recipe_hash(recipe: Recipe) -> str:
    """Sixteen hexadecimal digits that change whenever the recipe does."""
    text = json.dumps(recipe.to_json(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _check_date(name: str, day: str) -> None:
    try:
        if day:
            date.fromisoformat(day)
    except ValueError as error:
        raise UserError(
            f"The recipe's {name} cannot be {day!r}.", "Write a day as 2015-03-01, or nothing for no limit."
        ) from error


def _filled(base: _T, value: Any, what: str) -> _T:
    """`base` with the values of a JSON object, each of the type it has there. Raises UserError."""
    if not isinstance(value, Mapping):
        raise UserError(f"A {what} is a JSON object.", "Write {} for the defaults.")
    names = [f.name for f in fields(base)]  # type: ignore[arg-type]
    unknown = sorted(set(value) - set(names))
    if unknown:
        raise UserError(f"Unknown key in the {what}: {', '.join(unknown)}.", f"It knows: {', '.join(names)}.")
    return replace(base, **{name: _typed(what, base, name, value[name]) for name in value})  # type: ignore[type-var]


def _typed(what: str, base: Any, name: str, value: Any) -> Any:
    """Turn a JSON value into the type that a field has. Raises UserError."""
    default = getattr(base, name)
    if isinstance(base, Assembly) and name != "pen_units":  # a step, off by null; what it leaves out is known
        return None if value is None else _filled(getattr(FRAGMENTS, name), value, f"{what}'s {name}")
    if is_dataclass(default):
        return _filled(default, value, f"{what}'s {name}")
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
    elif isinstance(value, str):
        return value
    raise UserError(f"The {what}'s {name} cannot be {value!r}.", f"Its default is {default!r}.")
