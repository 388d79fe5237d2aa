"""What of the collection a view shows, and where the focus goes when an item leaves it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.curate import search
from studio.models.figures import FIGURES, Likelihoods
from studio.models.items import Item

NO_KIND = "no kind yet"
_TEXTS = ("book", "kind", "decision", "text")
_FIGURES = {figure.key: figure for figure in FIGURES}


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of a figure's values, both ends included.

    Attributes:
        key: Of `studio.models.figures`.
        low: Least value.
        high: Greatest value.
    """

    key: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """A conjunction of conditions; an empty field does not restrict.

    Attributes:
        book: Only this book.
        kind: Only this page kind; `NO_KIND` for pages without one.
        decision: Only this decision.
        text: A search of `engine.curate.search`.
        ranges: Only items whose figures lie in these.
        alike: Only items that have a near-duplicate.
    """

    book: str = ""
    kind: str = ""
    decision: str = ""
    text: str = ""
    ranges: tuple[Range, ...] = ()
    alike: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything through."""
        return self == ItemFilter()

    def chosen(
        self, items: Sequence[Item], likelihoods: Likelihoods | None = None, alike: Collection[str] = ()
    ) -> list[Item]:
        """The items that meet every condition, in their order.

        Args:
            items: Any.
            likelihoods: Of the suggestions, for a range of that figure.
            alike: The ids that have a near-duplicate.
        """
        if self.is_empty:
            return list(items)
        query, known = search.parse(self.text) if self.text.strip() else None, likelihoods or {}
        return [item for item in items if self._admits(item, query, known, alike)]

    def _admits(
        self, item: Item, query: search.Query | None, likelihoods: Likelihoods, alike: Collection[str]
    ) -> bool:
        return (
            (not self.book or item.book == self.book)
            and (not self.kind or (item.kind or NO_KIND) == self.kind)
            and (not self.decision or item.decision == self.decision)
            and (not self.alike or item.id in alike)
            and (query is None or query.admits(item))
            and all(_lies_in(one, item, likelihoods) for one in self.ranges)
        )

    def with_ranges(self, ranges: Mapping[str, tuple[float, float]]) -> ItemFilter:
        """The same with other ranges."""
        found = tuple(Range(key, *ends) for key, ends in sorted(ranges.items()) if key in _FIGURES)
        return replace(self, ranges=found)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready, for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ItemFilter:
        """A filter that was stored; what is not understood is left out."""
        book, kind, decision, text = (str(value.get(key) or "") for key in _TEXTS)
        ranges = {
            str(one["key"]): (float(one["low"]), float(one["high"]))
            for one in value.get("ranges") or ()
            if isinstance(one, Mapping) and {"key", "low", "high"} <= set(one)
        }
        return cls(book, kind, decision, text, alike=bool(value.get("alike"))).with_ranges(ranges)


def _lies_in(one: Range, item: Item, likelihoods: Likelihoods) -> bool:
    """Whether an item's figure lies in a range; an item without the figure does not."""
    return one.low <= _FIGURES[one.key].of(item, likelihoods) <= one.high


def focus_after(before: Sequence[str], focus: str, visible: Collection[str]) -> str:
    """Where the focus goes when the focused item leaves the view.

    Args:
        before: The ids as they stood, in order.
        focus: The id that had the focus.
        visible: The ids that are still shown.

    Returns:
        `focus` itself while it is shown; else the next visible id after it; else the previous; else "".
    """
    if focus in visible:
        return focus
    if focus not in before:
        return ""
    at = before.index(focus)
    after = (item_id for item_id in before[at + 1 :] if item_id in visible)
    ahead = (item_id for item_id in reversed(before[:at]) if item_id in visible)
    return next(after, None) or next(ahead, "")
