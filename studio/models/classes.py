"""What the colours of the map mean: items in classes by cluster, kind, decision, suggestion, book or date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from studio import theme
from studio.models.figures import Likelihoods
from studio.models.filters import NO_KIND
from studio.models.items import Item

COLOURINGS = ("Cluster", "Kind", "Suggested kind", "Decision", "Suggestion", "Book", "Date")
NO_CLUSTER = -1
_MAJORITY = 0.5
_BINS = (
    (0.95, "over .95"),
    (0.8, ".80 to .95"),
    (0.5, ".50 to .80"),
    (0.2, ".20 to .50"),
    (0.05, ".05 to .20"),
)
_LOWEST, _DECIDED, _UNKNOWN = "under .05", "decided", "not known"
_MOST_DATES = 24


@dataclass(frozen=True, slots=True)
class ItemClass:
    """One row of the legend.

    Attributes:
        name: `Cluster 3`, `watercolour`, `sb44`.
        note: What most of its items are, where that is known.
        colour: `#rrggbb`.
        items: Its items.
        cluster: The number of the cluster it is; `NO_CLUSTER` for any other class.
    """

    name: str
    note: str
    colour: str
    items: tuple[Item, ...]
    cluster: int = NO_CLUSTER

    def typical(self, count: int) -> list[Item]:
        """The items nearest to the middle of the class on the map."""
        places = np.array([(item.x, item.y) for item in self.items])
        away = np.hypot(*(places - np.median(places, axis=0)).T)
        return [self.items[at] for at in np.argsort(away, kind="stable")[:count].tolist()]

    def n_decided(self) -> Counter[str]:
        """How many of its items have each decision."""
        return Counter(item.decision for item in self.items)


@dataclass(frozen=True, slots=True)
class Known:
    """What classes are made by, beside the items themselves.

    Attributes:
        likelihoods: Of the suggestions.
        kinds: Id -> the kind that is suggested for it, and how likely it is.
        cluster_names: The artist's names of clusters.
    """

    likelihoods: Likelihoods = field(default_factory=dict)
    kinds: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    cluster_names: Mapping[int, str] = field(default_factory=dict)


def classify(items: Sequence[Item], by: str, known: Known | None = None) -> list[ItemClass]:
    """Sort items into classes.

    Args:
        items: All that are on the map.
        by: One of `COLOURINGS`.
        known: What else is known of them.

    Returns:
        Clusters by number, suggestions and dates in their order, everything else by size; colours stay with
        the class, whatever its size becomes.
    """
    if not items:
        return []
    return _MAKERS[by](items, known or Known())


def _grouped(items: Sequence[Item], key: Callable[[Item], str]) -> dict[str, tuple[Item, ...]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return {name: tuple(members) for name, members in groups.items()}


def _by_cluster(items: Sequence[Item], known: Known) -> list[ItemClass]:
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(item.cluster, []).append(item)
    numbers = sorted(groups, key=lambda number: (number < 0, number))
    return [
        _cluster(number, tuple(groups[number]), known.cluster_names.get(number, "")) for number in numbers
    ]


def _cluster(number: int, members: tuple[Item, ...], name: str) -> ItemClass:
    """A cluster under its number from 1; what HDBSCAN leaves on its own is no cluster."""
    words = name or (f"Cluster {number + 1}" if number >= 0 else "In no cluster")
    note = "" if name else _majority_kind(members)
    return ItemClass(words, note, _colour(number), members, number)


def _by_kind(items: Sequence[Item], _known: Known) -> list[ItemClass]:
    return _by_size(_grouped(items, lambda item: item.kind or NO_KIND))


def _by_suggested_kind(items: Sequence[Item], known: Known) -> list[ItemClass]:
    """What has no kind, by what it looks like: a row can be called that in one gesture."""

    def name(item: Item) -> str:
        return item.kind or (f"{known.kinds[item.id][0]}?" if item.id in known.kinds else NO_KIND)

    return _by_size(_grouped(items, name))


def _by_book(items: Sequence[Item], _known: Known) -> list[ItemClass]:
    return _by_size(_grouped(items, lambda item: item.book or "no book"))


def _by_size(groups: Mapping[str, tuple[Item, ...]]) -> list[ItemClass]:
    """Colours by name, so that they stay when a class grows; rows by size."""
    made = [
        ItemClass(name, "", _colour(-1 if name == NO_KIND else number), groups[name])
        for number, name in enumerate(sorted(groups))
    ]
    return sorted(made, key=lambda one: -len(one.items))


def _by_decision(items: Sequence[Item], _known: Known) -> list[ItemClass]:
    groups = _grouped(items, lambda item: item.decision)
    made = [ItemClass(name, "", theme.tokens().decision(name), members) for name, members in groups.items()]
    return sorted(made, key=lambda one: -len(one.items))


def _by_suggestion(items: Sequence[Item], known: Known) -> list[ItemClass]:
    """The likeliest first; what is decided needs no suggestion."""
    groups = _grouped(items, lambda item: _bin(item, known.likelihoods))
    order = [*(words for _, words in _BINS), _LOWEST, _UNKNOWN, _DECIDED]
    tokens = theme.tokens()
    ramp = [theme.mix(tokens.rejected, tokens.accepted, share) for share in (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)]
    colours = dict(zip(order, [*ramp, tokens.muted, tokens.undecided], strict=True))
    return [ItemClass(name, "", colours[name], groups[name]) for name in order if name in groups]


def _bin(item: Item, likelihoods: Likelihoods) -> str:
    if item.decision != "undecided":
        return _DECIDED
    likelihood = likelihoods.get(item.id)
    if likelihood is None:
        return _UNKNOWN
    return next((words for low, words in _BINS if likelihood >= low), _LOWEST)


def _by_date(items: Sequence[Item], _known: Known) -> list[ItemClass]:
    """By month, by year where that would be too many; oldest first, from pale to strong."""
    groups = _grouped(items, lambda item: item.taken[:7])
    if len(groups) > _MOST_DATES:
        groups = _grouped(items, lambda item: item.taken[:4])
    names = sorted(name for name in groups if name)
    tokens = theme.tokens()
    steps = max(len(names) - 1, 1)
    made = [
        ItemClass(name, "", theme.mix(tokens.machine, tokens.accent, at / steps), groups[name])
        for at, name in enumerate(names)
    ]
    return [*made, *([ItemClass("no date", "", tokens.undecided, groups[""])] if "" in groups else [])]


def _colour(number: int) -> str:
    return theme.category_colour(number, on_paper=not theme.tokens().is_dark)


def _majority_kind(items: Sequence[Item]) -> str:
    """The kind of more than half of the items, empty when there is no such kind."""
    kinds = Counter(item.kind for item in items if item.kind)
    kind, count = kinds.most_common(1)[0] if kinds else ("", 0)
    return kind if count > _MAJORITY * len(items) else ""


_MAKERS: dict[str, Callable[[Sequence[Item], Known], list[ItemClass]]] = {
    "Cluster": _by_cluster,
    "Kind": _by_kind,
    "Suggested kind": _by_suggested_kind,
    "Decision": _by_decision,
    "Suggestion": _by_suggestion,
    "Book": _by_book,
    "Date": _by_date,
}
