"""From drawings to a dataset: filter, simplify, split by page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.dataset.recipe import Recipe
from engine.errors import UserError
from engine.strokes.simplify import simplify_rdp, simplify_to_budget
from engine.strokes.stroke3 import Stroke3, to_stroke3
from engine.strokes.types import Drawing

SplitName = Literal["train", "valid", "test"]
SPLIT_NAMES: tuple[SplitName, ...] = ("train", "valid", "test")


@dataclass(frozen=True, slots=True)
class SourceDrawing:
    """A drawing on its way into a dataset.

    Attributes:
        id: Its stable id.
        page_id: The page it was cut from; drawings of one page never part.
        drawing: The strokes.
        split: Where it must go, when its file says so; `None` leaves it to the seed.
    """

    id: str
    page_id: str
    drawing: Drawing
    split: SplitName | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Parallel lists of one split's drawings.

    Attributes:
        rows: Stroke-3 arrays, `(n, 3)` float32.
        ids: Drawing ids.
        pages: Page ids.
    """

    rows: tuple[Stroke3, ...] = ()
    ids: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def n_points(self) -> int:
        """Points over all drawings."""
        return sum(len(rows) for rows in self.rows)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A drawing that stayed out, and why."""

    id: str
    page_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Drawings to learn from, to steer by, and to test on at the very end."""

    train: Split
    valid: Split
    test: Split
    dropped: tuple[Dropped, ...] = ()

    def splits(self) -> tuple[tuple[SplitName, Split], ...]:
        """The three splits with their names."""
        return (("train", self.train), ("valid", self.valid), ("test", self.test))


def build(items: Iterable[SourceDrawing], recipe: Recipe) -> Dataset:
    """Make a dataset.

    Args:
        items: Candidate drawings; their order is kept within each split.
        recipe: What to keep, how to simplify, how to split.

    Returns:
        The dataset with every dropped drawing and its reason.

    Raises:
        UserError: when nothing is left to learn from.
    """
    kept: list[tuple[SourceDrawing, Stroke3]] = []
    dropped: list[Dropped] = []
    for item in items:
        drawing = _simplified(item.drawing, recipe)
        reason = _reason_to_drop(drawing, recipe)
        if reason:
            dropped.append(Dropped(item.id, item.page_id, reason))
        else:
            kept.append((item, to_stroke3(_within_budget(drawing, recipe))))
    if not kept:
        first = f" The first reason: {dropped[0].reason}." if dropped else ""
        raise UserError(
            f"No drawing is left for the dataset ({len(dropped)} dropped).{first}",
            "Accept some drawings, or loosen the recipe.",
        )
    pages = split_pages((item.page_id for item, _ in kept if item.split is None), recipe)
    splits = {name: _collect(kept, name, lambda i: i.split or pages[i.page_id]) for name in SPLIT_NAMES}
    if not len(splits["train"]):
        raise UserError("The dataset has no drawing to train on.", "Hold out less, or add drawings.")
    return Dataset(**splits, dropped=tuple(dropped))


def split_pages(page_ids: Iterable[str], recipe: Recipe) -> dict[str, SplitName]:
    """Say which split each page belongs to.

    Each page's place hangs on its own id and the seed alone, so pages added later move no other page. The
    one exception: a set of at least three pages never goes without a validation page.
    """
    draws = {page: _draw(page, recipe.seed) for page in page_ids}
    held_out = recipe.valid_fraction + recipe.test_fraction
    split: dict[str, SplitName] = {
        page: "valid" if u < recipe.valid_fraction else "test" if u < held_out else "train"
        for page, u in draws.items()
    }
    by_draw = sorted(draws, key=lambda page: draws[page])
    if len(draws) >= 3 and recipe.valid_fraction > 0 and "valid" not in split.values():
        split[by_draw[0]] = "valid"
    if split and "train" not in split.values():
        split[by_draw[-1]] = "train"
    return split


def _draw(page_id: str, seed: int) -> float:
    """A number in [0, 1) that hangs on the page's id and the seed only."""
    digest = hashlib.blake2b(f"{seed}:{page_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def _simplified(drawing: Drawing, recipe: Recipe) -> Drawing:
    """The drawing without empty strokes, after RDP with the recipe's tolerance."""
    strokes = tuple(s for s in drawing.strokes if len(s))
    if recipe.rdp_epsilon_units > 0:
        strokes = tuple(simplify_rdp(s, recipe.rdp_epsilon_units) for s in strokes)
    return Drawing(strokes)


def _within_budget(drawing: Drawing, recipe: Recipe) -> Drawing:
    """The drawing with at most the recipe's number of points."""
    if 0 < recipe.point_budget < drawing.n_points:
        return Drawing(tuple(simplify_to_budget(drawing.strokes, recipe.point_budget)))
    return drawing


def _reason_to_drop(drawing: Drawing, recipe: Recipe) -> str:
    """Why the recipe keeps this drawing out; empty when it does not."""
    n_strokes, n_points = len(drawing.strokes), drawing.n_points
    if not all(np.isfinite(s).all() for s in drawing.strokes):
        return "coordinates that are not numbers"
    if n_strokes < recipe.min_strokes:
        return f"{n_strokes} strokes, fewer than {recipe.min_strokes}"
    if 0 < recipe.max_strokes < n_strokes:
        return f"{n_strokes} strokes, more than {recipe.max_strokes}"
    if n_points < recipe.min_points:
        return f"{n_points} points, fewer than {recipe.min_points}"
    if 0 < recipe.max_points < n_points:
        return f"{n_points} points, more than {recipe.max_points}"
    return ""


def _collect(
    kept: list[tuple[SourceDrawing, Stroke3]], name: SplitName, place: Callable[[SourceDrawing], SplitName]
) -> Split:
    """The drawings whose place is `name`."""
    chosen = [(item, rows) for item, rows in kept if place(item) == name]
    return Split(
        tuple(rows for _, rows in chosen),
        tuple(item.id for item, _ in chosen),
        tuple(item.page_id for item, _ in chosen),
    )
