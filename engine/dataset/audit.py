"""An audit of a finished dataset: it looks at what lies where, and trusts nothing that made it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from engine.dataset.likeness import SURELY_ALIKE, alike, prints
from engine.dataset.splits import sheet_of
from engine.dataset.types import Dataset, SplitName
from engine.project.progress import Reporter
from engine.strokes.stroke3 import from_stroke3

LeakKind = Literal["page", "sheet", "alike", "augmented"]
LEAKS: dict[LeakKind, str] = {
    "page": "drawings of one page",
    "sheet": "scans of one sheet",
    "alike": "drawings that show the same",
    "augmented": "augmented copies of a drawing",
}
"""Kinds of leak, and what lies on two sides of the split."""
_EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Leak:
    """Two drawings that must not lie on two sides of the split, and do."""

    kind: LeakKind
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Attributes:
        leaks: For every page and every sheet that lies on two sides one pair of drawings; of drawings that
            show the same every pair.
        twins: Pairs on one side that show the same, as two scans of a page do; harmless.
        baked_in: Pairs of which one is the other one mirrored or turned, or both are from one page: copies
            that were baked in, on one side or on two. Augmentation belongs into training.
        too_simple: Drawings too simple to be compared.
    """

    leaks: tuple[Leak, ...]
    twins: int
    baked_in: tuple[tuple[str, str], ...]
    too_simple: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing lies on two sides."""
        return not self.leaks

    def to_json(self) -> dict[str, Any]:
        """Counts, and a few examples of each."""
        by_kind = {kind: [leak for leak in self.leaks if leak.kind == kind] for kind in LEAKS}
        return {
            "clean": self.is_clean,
            "leaks": {kind: len(found) for kind, found in by_kind.items()},
            "examples": {
                kind: [[leak.first, leak.second] for leak in found[:_EXAMPLES]]
                for kind, found in by_kind.items()
            },
            "twins": self.twins,
            "baked_in": len(self.baked_in),
            "baked_in_examples": [list(pair) for pair in self.baked_in[:_EXAMPLES]],
            "too_simple": self.too_simple,
        }


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    page: str
    split: SplitName


def audit(dataset: Dataset, reporter: Reporter | None = None) -> Audit:
    """Look for pages, sheets and drawings that lie on two sides of the split.

    Args:
        dataset: As it was saved.
        reporter: May stop it.

    Raises:
        Abandoned: when it was stopped.
    """
    entries = [
        _Entry(id_, page, name)
        for name, split in dataset.splits()
        for id_, page in zip(split.ids, split.pages, strict=True)
    ]
    table = prints([from_stroke3(rows) for _, split in dataset.splits() for rows in split.rows])
    found = alike(table, SURELY_ALIKE, reporter)
    leaks = [*_apart("page", ((one.page, one) for one in entries))]
    # Of the scans of one page that lies on two sides nothing new is said.
    leaky_pages = {one.page for one in entries if any(leak.first == one.id for leak in leaks)}
    leaks += _apart("sheet", ((sheet_of(one.page), one) for one in entries if one.page not in leaky_pages))
    twins, baked_in = 0, []
    for (a, b), shifted in zip(found.pairs.tolist(), found.shifted.tolist(), strict=True):
        one, other = entries[a], entries[b]
        copied = shifted or one.page == other.page
        if copied:
            baked_in.append((one.id, other.id))
        if one.split != other.split:
            leaks.append(Leak("augmented" if copied else "alike", one.id, other.id))
        else:
            twins += 1
    too_simple = int((table == 0).all(axis=(1, 2)).sum())
    return Audit(tuple(leaks), twins, tuple(baked_in), too_simple)


def _apart(kind: LeakKind, entries: Iterable[tuple[str, _Entry]]) -> Iterator[Leak]:
    """One leak for every key whose entries lie in more than one split."""
    first: dict[str, _Entry] = {}
    told: set[str] = set()
    for key, one in entries:
        known = first.setdefault(key, one)
        if known.split != one.split and key not in told:
            told.add(key)
            yield Leak(kind, known.id, one.id)
