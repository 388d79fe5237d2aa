"""What a version has that the one before had not, and the other way round."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.dataset.recipe import Recipe
from engine.dataset.types import Dataset
from engine.strokes.stroke3 import Stroke3

_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """From one version's drawings to another's.

    Attributes:
        added: Ids that are new.
        removed: Ids that are gone.
        changed: Ids whose moves are others.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {"added": len(self.added), "removed": len(self.removed), "changed": len(self.changed)}

    def to_json(self) -> dict[str, Any]:
        """Counts, and a few examples of each."""
        kinds = {"added": self.added, "removed": self.removed, "changed": self.changed}
        return {**self.counts(), "examples": {kind: list(ids[:_EXAMPLES]) for kind, ids in kinds.items()}}


def digest(rows: Stroke3) -> bytes:
    """What is the same for the same moves only."""
    return hashlib.blake2b(rows.astype("<f4").tobytes(), digest_size=16).digest()


def contents(dataset: Dataset) -> dict[str, bytes]:
    """Digest of every drawing, by id."""
    return {
        id_: digest(rows)
        for _, split in dataset.splits()
        for id_, rows in zip(split.ids, split.rows, strict=True)
    }


def difference(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Difference:
    """Compare the contents of two versions."""
    return Difference(
        tuple(id_ for id_ in after if id_ not in before),
        tuple(id_ for id_ in before if id_ not in after),
        tuple(id_ for id_, moves in after.items() if before.get(id_, moves) != moves),
    )


def recipe_difference(before: Recipe, after: Recipe) -> dict[str, list[Any]]:
    """Keys of recipes that differ, `assemble.join.gap_pens`, each with its value before and after."""
    old, new = _flat(before.to_json()), _flat(after.to_json())
    keys = [*new, *(key for key in old if key not in new)]
    return {key: [old.get(key), new.get(key)] for key in keys if old.get(key) != new.get(key)}


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, inner in value.items():
        found |= _flat(inner, f"{prefix}{key}.") if isinstance(inner, Mapping) else {f"{prefix}{key}": inner}
    return found
