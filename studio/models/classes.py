"""What the colours of the map mean: items in classes by cluster, kind, decision or book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from studio import theme
from studio.models.filters import NO_KIND
from studio.models.items import Item

COLOURINGS = ("Cluster", "Kind", "Decision", "Book")
_MAJORITY = 0.5


@dataclass(frozen=True, slots=True)
class ItemClass:
    """One row of the legend.

    Attributes:
        name: `Cluster 3`, `watercolour`, `sb44`.
        note: What most of its items are, where that is known.
        colour: `#rrggbb`.
        items: Its items.
    """

    name: str
    note: str
    colour: str
    items: tuple[Item, ...]

    def typical(self, count: int) -> list[Item]:
        """The items nearest to the middle of the class on the map."""
        places = np.array([(item.x, item.y) for item in self.items])
        away = np.hypot(*(places - np.median(places, axis=0)).T)
        return [self.items[at] for at in np.argsort(away, kind="stable")[:count].tolist()]

    def n_decided(self) -> Counter[str]:
        """How many of its items have each decision."""
        return Counter(item.decision for item in self.items)


def classify(items: Sequence[Item], by: str) -> list[ItemClass]:
    """Sort items into classes.

    Args:
        items: All that are on the map.
        by: One of `COLOURINGS`.

    Returns:
        Clusters by number, everything else by size; colours stay with the class, whatever its size becomes.
    """
    key = _KEYS[by]
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    names = sorted(groups, key=_cluster_number if by == "Cluster" else str)
    on_paper = not theme.tokens().is_dark
    made = []
    for number, name in enumerate(names):
        colour = theme.tokens().decision(name)
        if by != "Decision":
            colour = theme.category_colour(-1 if name in (NO_KIND, "") else number, on_paper=on_paper)
        members = tuple(groups[name])
        note = _majority_kind(members) if by == "Cluster" else ""
        made.append(ItemClass(_title(name, by), note, colour, members))
    return made if by == "Cluster" else sorted(made, key=lambda one: -len(one.items))


def _title(name: str, by: str) -> str:
    return f"Cluster {name}" if by == "Cluster" else (name or f"no {by.lower()}")


def _majority_kind(items: Sequence[Item]) -> str:
    """The kind of more than half of the items, empty when there is no such kind."""
    kinds = Counter(item.kind for item in items if item.kind)
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    return kind if count > _MAJORITY * len(items) else ""


def _cluster_number(name: str) -> int:
    return int(name)


_KEYS: dict[str, Callable[[Item], str]] = {
    "Cluster": lambda item: str(item.cluster),
    "Kind": lambda item: item.kind or NO_KIND,
    "Decision": lambda item: item.decision,
    "Book": lambda item: item.book,
}
