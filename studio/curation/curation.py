"""What of the collection is looked at: level, filter, order. Every pane of items shows this, and no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.project.ids import LEVELS, Level
from studio.curation.learning import Learning
from studio.models.figures import FIGURES, SUGGESTION, Likelihoods
from studio.models.filters import ItemFilter
from studio.models.items import Item
from studio.models.library import Library

SHELF = "shelf"
UNCERTAIN = "least certain first"
LIKELY = "likeliest first"
_FIGURE_KEYS = {figure.key: figure for figure in FIGURES}
ORDERS: tuple[tuple[str, str], ...] = (
    (SHELF, "Shelf order"),
    (UNCERTAIN, "Least certain first"),
    (LIKELY, "Likeliest first"),
    ("strokes", "Fewest strokes first"),
    ("points", "Fewest points first"),
    ("colour", "Most colourful first"),
    ("ink", "Most ink first"),
)
"""Key and words of every order; an order by likeness is `Ranking`."""
_FALLING = frozenset({"colour", "ink"})


@dataclass(frozen=True, slots=True)
class Ranking:
    """An order by something asked for: "most like sb44p012", or a search by what is on a page.

    Attributes:
        title: What it is, for the artist.
        rank: Id -> place from 0; what is not in it is not shown.
    """

    title: str
    rank: Mapping[str, int]


class Curation(QObject):
    """Level, filter and order, and the items they come to.

    Signals:
        level_changed: Pages or drawings.
        conditions_changed: Filter, order or ranking are others.
        shown_changed: Other items are shown, or the same in another order or state; True when something was
            decided or read, False when the artist asked for another view.

    Attributes:
        auto_advance: Whether deciding about one item by a key moves on to the next.
    """

    level_changed = Signal(str)
    conditions_changed = Signal()
    shown_changed = Signal(bool)

    def __init__(self, library: Library, learning: Learning, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.auto_advance = False
        self._library = library
        self._learning = learning
        self._level: Level = "pages"
        self._filter = ItemFilter()
        self._order = SHELF
        self._ranking: Ranking | None = None
        self._shown: tuple[Item, ...] | None = None
        library.changed.connect(self._on_library_changed)
        learning.learned.connect(self._on_learning_learned)
        learning.likeness_found.connect(self._on_learning_likeness_found)

    # -- what is asked for -----------------------------------------------------------------------------

    @property
    def level(self) -> Level:
        """Pages or drawings."""
        return self._level

    def set_level(self, level: Level) -> None:
        """Look at pages, or at drawings; the conditions of one level mean little for the other."""
        if level != self._level:
            self._level, self._ranking = level, None
            self._filter = ItemFilter(book=self._filter.book, text=self._filter.text)
            self.level_changed.emit(level)
            self._change()

    @property
    def filter(self) -> ItemFilter:
        """What is let through."""
        return self._filter

    def set_filter(self, wanted: ItemFilter) -> None:
        """Show only what meets these conditions."""
        if wanted != self._filter:
            self._filter = wanted
            self._change()

    @property
    def order(self) -> str:
        """A key of `ORDERS`."""
        return self._order

    def set_order(self, order: str) -> None:
        """Show them in this order."""
        if order != self._order or self._ranking is not None:
            self._order, self._ranking = order, None
            self._change()

    @property
    def ranking(self) -> Ranking | None:
        """The order by likeness, if one was asked for."""
        return self._ranking

    def set_ranking(self, ranking: Ranking | None) -> None:
        """Show what this ranks, best first; None goes back to the order before."""
        if ranking is not self._ranking:
            self._ranking = ranking
            self._change()

    # -- what it comes to ------------------------------------------------------------------------------

    @property
    def items(self) -> Sequence[Item]:
        """All items of the level, in shelf order."""
        return self._library.shelf(self._level).items

    @property
    def shown(self) -> tuple[Item, ...]:
        """Those that are let through, in their order."""
        if self._shown is None:
            self._shown = tuple(self._sorted(self.admitted(self._filter)))
        return self._shown

    @property
    def likelihoods(self) -> Likelihoods:
        """What the suggestions say of undecided items."""
        return self._learning.state(self._level).likelihoods

    def badge(self, item_id: str) -> str:
        """How likely the artist is to accept an undecided item, `93 %`; empty where nothing is known."""
        likelihood = self.likelihoods.get(item_id)
        return "" if likelihood is None else f"{round(100 * likelihood)} %"

    def admitted(self, conditions: ItemFilter) -> list[Item]:
        """The items of the level that meet other conditions than those that are set; in shelf order."""
        alike = self._learning.alike(self._level).group_of if conditions.alike else ()
        return conditions.chosen(self.items, self.likelihoods, alike)

    def _sorted(self, items: list[Item]) -> list[Item]:
        if self._ranking is not None:
            rank = self._ranking.rank
            return sorted((item for item in items if item.id in rank), key=lambda item: rank[item.id])
        if self._filter.alike:
            groups = self._learning.alike(self._level).group_of
            return sorted(items, key=lambda item: groups[item.id])
        key = self._sort_key()
        return items if key is None else sorted(items, key=key)

    def _sort_key(self) -> Callable[[Item], tuple[float, float]] | None:
        """How items are sorted; what has no such figure comes last, in shelf order."""
        likelihoods = self.likelihoods
        if self._order == UNCERTAIN:
            return lambda item: _last_if_unknown(abs(likelihoods.get(item.id, float("nan")) - 0.5))
        if self._order == LIKELY:
            return lambda item: _last_if_unknown(-likelihoods.get(item.id, float("nan")))
        figure = _FIGURE_KEYS.get(self._order)
        if figure is None:
            return None
        sign, of = -1 if self._order in _FALLING else 1, figure.of
        return lambda item: _last_if_unknown(sign * of(item, likelihoods))

    def next_undecided(self, after: str) -> str:
        """The id of the next undecided item as they are shown, from the start after the last; "" for none.

        What was just decided has left its place among the least certain: then it is the first of those left.
        """
        ids = [item.id for item in self.shown if item.decision == "undecided" and item.id != after]
        places = {item.id: at for at, item in enumerate(self.shown)}
        here = self._library.find(after)
        is_done = here is not None and here.decision != "undecided"
        if after not in places or (self._order == UNCERTAIN and is_done):
            return next(iter(ids), "")
        return next((id_ for id_ in ids if places[id_] > places[after]), next(iter(ids), ""))

    # -- keeping it for the next evening ---------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """The view, JSON-ready; a ranking is not kept."""
        return {
            "level": self._level,
            "filter": self._filter.to_json(),
            "order": self._order,
            "auto_advance": self.auto_advance,
        }

    def restore(self, value: Mapping[str, Any]) -> None:
        """Take up a view that was stored; what is not understood is left as it is."""
        level, order = value.get("level"), value.get("order")
        before = self._level
        self._level = next((known for known in LEVELS if known == level), before)
        if order in dict(ORDERS):
            self._order = order
        if isinstance(value.get("filter"), Mapping):
            self._filter = ItemFilter.from_json(value["filter"])
        self.auto_advance = bool(value.get("auto_advance"))
        if self._level != before:
            self.level_changed.emit(self._level)
        self._change()

    # -- what changed ----------------------------------------------------------------------------------

    def _change(self) -> None:
        self._shown = None
        self.conditions_changed.emit()
        self.shown_changed.emit(False)

    def _on_library_changed(self, level: str) -> None:
        if self._level == "drawings" and not self.items and self._library.shelf("pages").items:
            # The last drawing went, or a view was restored that showed drawings there are none of.
            self.set_level("pages")
        elif level == self._level:
            self._shown = None
            self.shown_changed.emit(True)

    def _on_learning_learned(self, level: str) -> None:
        by_figure = self._order in (UNCERTAIN, LIKELY) and self._ranking is None
        if level == self._level and (by_figure or any(one.key == SUGGESTION for one in self._filter.ranges)):
            self._shown = None
            self.shown_changed.emit(True)

    def _on_learning_likeness_found(self, level: str) -> None:
        if level == self._level and self._filter.alike:
            self._shown = None
            self.shown_changed.emit(True)


def _last_if_unknown(value: float) -> tuple[float, float]:
    return (1.0, 0.0) if isnan(value) else (0.0, value)
