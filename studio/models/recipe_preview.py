"""What a recipe would make of the project, as the window knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for which drawings stay out.

    Attributes:
        title: In words, `more than 40 strokes`.
        count: How many drawings it keeps out.
        examples: Ids of some of them.
        is_choice: Whether they were not asked for in the first place.
    """

    title: str
    count: int
    examples: tuple[str, ...]
    is_choice: bool = False

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Rule:
        """Read one rule of a preview."""
        is_choice = told.get("stage") == "choice"
        return cls(str(told["title"]), int(told["count"]), tuple(told["examples"]), is_choice)


@dataclass(frozen=True, slots=True)
class Base:
    """The version before, and what would be another now.

    Attributes:
        id: `NAME/vNNN`.
        added: Drawings that are new.
        removed: Drawings that are gone.
        changed: Drawings that have other points.
    """

    id: str
    added: int
    removed: int
    changed: int


def _no_numbers() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class RecipePreview:
    """The numbers of a recipe.

    Attributes:
        pages: Pages that are asked for.
        candidates: Drawings on them.
        kept: Drawings that no rule keeps out.
        points: Points of those, after simplification.
        train: Drawings to learn from.
        valid: Drawings to steer by.
        test: Drawings for the last test.
        rules: What keeps drawings out; what is not asked for comes last.
        strokes: Strokes of each kept drawing, `(kept,)`.
        lengths: Points of each kept drawing, `(kept,)`.
        examples: Ids of some kept drawings.
        base: The version before; None where this would be the first.
    """

    pages: int = 0
    candidates: int = 0
    kept: int = 0
    points: int = 0
    train: int = 0
    valid: int = 0
    test: int = 0
    rules: tuple[Rule, ...] = ()
    strokes: NDArray[np.float64] = field(default_factory=_no_numbers)
    lengths: NDArray[np.float64] = field(default_factory=_no_numbers)
    examples: tuple[str, ...] = ()
    base: Base | None = None

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> RecipePreview:
        """Read what `python -m engine.jobs recipes` answers."""
        counts = {key: int(event[key]) for key in _COUNTS}
        base = event.get("base")
        return cls(
            **counts,
            rules=tuple(sorted(map(Rule.of, event["rules"]), key=attrgetter("is_choice"))),
            strokes=np.asarray(event["strokes"], np.float64),
            lengths=np.asarray(event["lengths"], np.float64),
            examples=tuple(event["examples"]),
            base=Base(base["id"], base["added"], base["removed"], base["changed"]) if base else None,
        )

    def ids(self) -> list[str]:
        """Every drawing there is a picture of to show, once."""
        return list(dict.fromkeys([*self.examples, *(id_ for rule in self.rules for id_ in rule.examples)]))


_COUNTS = ("pages", "candidates", "kept", "points", "train", "valid", "test")
