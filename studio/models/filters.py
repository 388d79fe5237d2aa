"""What of the collection a view shows, and where the focus goes when an item leaves it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from studio.models.items import Item

NO_KIND = "no kind yet"


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """A conjunction of conditions; an empty field does not restrict.

    Attributes:
        book: Only this book.
        kind: Only this page kind; `NO_KIND` for pages without one.
        decision: Only this decision.
        text: Words that must all appear in title, label, kind or id, in any case.
    """

    book: str = ""
    kind: str = ""
    decision: str = ""
    text: str = ""

    def admits(self, item: Item) -> bool:
        """Whether the view shows this item."""
        return (
            (not self.book or item.book == self.book)
            and (not self.kind or (item.kind or NO_KIND) == self.kind)
            and (not self.decision or item.decision == self.decision)
            and (not self.text or self._matches(item))
        )

    def _matches(self, item: Item) -> bool:
        heap = f"{item.id} {item.title} {item.label} {item.kind}".casefold()
        return all(word in heap for word in self.text.casefold().split())


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
