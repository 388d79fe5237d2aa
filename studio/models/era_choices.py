"""What a comparison of eras can be made of: recipes, and sketchbooks with what a recipe takes of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.models.registry import DEFAULT_PRESET, FAMILIES
from studio.models.comparisons import FEW_PAGES, counted
from studio.models.items import Item
from studio.models.library import page_of

Side = Literal["old", "new", ""]
"""Where a sketchbook stands; "" leaves it out."""
LEAST_PAGES = 8
"""Of fewer, too often none would be held out."""
_UNEVEN = 2


@dataclass(frozen=True, slots=True)
class RecipeChoice:
    """A dataset whose recipe may be shared.

    Attributes:
        id: `NAME/vNNN`.
        recipe: As JSON values.
    """

    id: str
    recipe: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """What a recipe may take of a sketchbook; its rules about strokes and points may still drop some.

    Attributes:
        name: `sb44`.
        pages: Pages with a drawing.
        drawings: Drawings on these.
        first: ISO date of the first page; empty where no page has one.
        last: ISO date of the last.
    """

    name: str
    pages: int = 0
    drawings: int = 0
    first: str = ""
    last: str = ""

    @property
    def dates(self) -> str:
        """`2014`, `2014 to 2015`, or nothing."""
        years = (self.first[:4], self.last[:4])
        return years[0] if years[0] == years[1] else " to ".join(years)


@dataclass(frozen=True, slots=True)
class EraRequest:
    """What shall be compared.

    Attributes:
        dataset: `NAME/vNNN`, whose recipe both eras share.
        books: Name of each era -> its sketchbooks, oldest first.
        settings: Training settings of both, JSON-ready.
        hold_out: Share of the pages that only the table sees.
    """

    dataset: str
    books: Mapping[str, Sequence[str]]
    settings: Mapping[str, Any]
    hold_out: float = 0.2


def books_for(recipe: Mapping[str, Any], pages: Iterable[Item], drawings: Iterable[Item]) -> list[Book]:
    """All sketchbooks, in the order of their dates where every one has a date, else of the shelf.

    Args:
        recipe: As JSON values; which books it takes does not count here.
        pages: In shelf order.
        drawings: In shelf order.
    """
    shelf = {page.id: page for page in pages}
    found: dict[str, list[Item]] = {page.book: [] for page in shelf.values() if page.book}
    for drawing in drawings:
        page = shelf.get(page_of(drawing))
        if page is not None and page.book and _is_taken(recipe, page, drawing):
            found[page.book].append(drawing)
    books = [_book(name, items) for name, items in found.items()]
    return sorted(books, key=lambda book: book.first) if all(book.first for book in books) else books


def _is_taken(recipe: Mapping[str, Any], page: Item, drawing: Item) -> bool:
    kinds, after, before = (recipe.get(name) or "" for name in ("kinds", "after", "before"))
    if (after or before) and not page.taken and not recipe.get("undated"):
        return False
    return (
        page.decision == "accepted"
        and drawing.decision in recipe.get("decisions", ("accepted", "undecided"))
        and (not kinds or drawing.kind in kinds)
        and (not page.taken or not after or page.taken[:10] >= after)
        and (not page.taken or not before or page.taken[:10] < before)
    )


def _book(name: str, drawings: Sequence[Item]) -> Book:
    dates = sorted(drawing.taken for drawing in drawings if drawing.taken)
    first, last = (dates[0], dates[-1]) if dates else ("", "")
    return Book(name, len({page_of(one) for one in drawings}), len(drawings), first, last)


def halves(books: Sequence[Book]) -> dict[str, Side]:
    """The first sketchbooks old, the others new, with about as many drawings on both sides."""
    total, so_far = sum(book.drawings for book in books), 0
    sides: dict[str, Side] = {}
    for number, book in enumerate(books):
        is_old = so_far + book.drawings / 2 <= total / 2 if 0 < number < len(books) - 1 else number == 0
        sides[book.name] = "old" if is_old else "new"
        so_far += book.drawings
    return sides


def problem_of(old: Sequence[Book], new: Sequence[Book]) -> str:
    """Why these cannot be compared; empty where they can."""
    for name, books in (("old", old), ("new", new)):
        if not books:
            return f"Choose at least one {name} sketchbook."
        pages = sum(book.pages for book in books)
        if pages < LEAST_PAGES:
            return (
                f"The {name} books have {counted(pages, 'page')} with drawings for this recipe: "
                f"{LEAST_PAGES} are the least. Choose more books, or accept and trace more pages."
            )
    return ""


def doubts_about(old: Sequence[Book], new: Sequence[Book], hold_out: float) -> str:
    """What should be known before; empty where nothing speaks against it."""
    sizes = {name: sum(book.pages for book in books) for name, books in (("old", old), ("new", new))}
    small, large = sorted(sizes, key=lambda name: sizes[name])
    doubts = []
    if (held := round(sizes[small] * hold_out)) < FEW_PAGES:
        few = counted(held, "page")
        doubts.append(f"About {few} of the {small} books are held out: only a large difference can show.")
    if sizes[large] >= _UNEVEN * sizes[small]:
        doubts.append(f"The {large} books hold many more pages than the {small} ones: the sides are uneven.")
    return " ".join(doubts)


def training_text(settings: Mapping[str, Any]) -> str:
    """How both models learn: `SketchRNN Quick, 10 minutes each`."""
    start, model = str(settings.get("start_from", "")), str(settings.get("model", ""))
    steps, minutes = int(settings.get("steps", 0)), float(settings.get("minutes", 0))
    length = counted(steps, "step") if steps else counted(round(minutes), "minute")
    return f"{model_text(model) if not start else start_text(start)}, {length} each"


def start_text(start: str) -> str:
    """`from the base model`, `from run003`."""
    return f"from {'the base model' if start == 'base' else start}"


def model_text(model: str) -> str:
    """`SketchRNN Quick`; a model that is not known by its name."""
    family, _, preset = model.partition("/")
    kind = FAMILIES.get(family)
    size = kind.presets.get(preset or DEFAULT_PRESET) if kind is not None else None
    return f"{kind.title} {size.title}" if kind is not None and size is not None else model
