"""From drawings to a dataset: filter, simplify, split by page."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dataset.recipe import Recipe
from engine.dataset.stock import Kept, Stock, Taken
from engine.dataset.types import SPLIT_NAMES, Dataset, Dropped, SourceDrawing, Split, SplitName
from engine.errors import UserError
from engine.project.progress import Reporter

__all__ = ["SPLIT_NAMES", "Dataset", "Dropped", "SourceDrawing", "Split", "SplitName", "build"]


def build(items: Iterable[SourceDrawing], recipe: Recipe, reporter: Reporter | None = None) -> Dataset:
    """Make a dataset.

    Args:
        items: Candidate drawings; their order is kept within each split.
        recipe: What to keep, how to simplify, how to split.
        reporter: Hears how far assembling is; may stop it.

    Returns:
        The dataset with every dropped drawing and its reason.

    Raises:
        UserError: when nothing is left to learn from.
        Abandoned: when it was stopped.
    """
    return as_dataset(Stock(items).take(recipe, reporter))


def as_dataset(taken: Taken) -> Dataset:
    """What a recipe takes, as a dataset. Raises UserError when nothing is left to learn from."""
    dropped = tuple(Dropped(one.id, one.page_id, one.reason) for one in taken.dropped)
    if not taken.kept:
        first = f" The first reason: {dropped[0].reason}." if dropped else ""
        raise UserError(
            f"No drawing is left for the dataset ({len(dropped)} dropped).{first}",
            "Accept some drawings, or loosen the recipe.",
        )
    splits = {name: _split([one for one in taken.kept if one.split == name]) for name in SPLIT_NAMES}
    if not len(splits["train"]):
        raise UserError("The dataset has no drawing to train on.", "Hold out less, or add drawings.")
    return Dataset(**splits, dropped=dropped)


def _split(kept: list[Kept]) -> Split:
    return Split(
        tuple(one.rows for one in kept),
        tuple(one.source.id for one in kept),
        tuple(one.source.page_id for one in kept),
        tuple(one.source.book for one in kept),
    )
