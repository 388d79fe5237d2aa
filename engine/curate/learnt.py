"""What the machine says about a collection: suggestions and look-alikes. Values only, light to import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LEAST_EXAMPLES = 5
"""Of each side, before anything is suggested."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the decisions so far teach about the undecided items.

    Attributes:
        likelihoods: Id -> probability that the artist accepts it; undecided items only. Empty while there are
            too few examples.
        kinds: Id -> its likeliest kind and the probability of that; items without a kind only.
        missing: How many accepted and how many rejected examples are still needed.
        n_accepted: Examples accepted.
        n_rejected: Examples rejected.
    """

    likelihoods: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    missing: tuple[int, int] = (LEAST_EXAMPLES, LEAST_EXAMPLES)
    n_accepted: int = 0
    n_rejected: int = 0


@dataclass(frozen=True, slots=True)
class AlikeGroup:
    """Items that show the same: two scans of one page, a file that is there twice.

    Attributes:
        ids: In the order in which one would keep them.
        reason: What makes them alike, for people.
    """

    ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Alike:
    """All groups of look-alikes of a level.

    Attributes:
        groups: Each of at least two items; an item is in one group at most.
        group_of: Id -> place in `groups`.
    """

    groups: tuple[AlikeGroup, ...] = ()
    group_of: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, groups: Iterable[AlikeGroup]) -> Alike:
        """Number the groups."""
        found = tuple(groups)
        return cls(found, {id_: at for at, group in enumerate(found) for id_ in group.ids})

    def others(self, item_id: str) -> AlikeGroup | None:
        """The group an item is in, None for none."""
        at = self.group_of.get(item_id)
        return None if at is None else self.groups[at]
