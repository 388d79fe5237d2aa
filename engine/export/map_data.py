"""What a shared map shows of each item, and what it must not show."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.curate.items import Item, items
from engine.errors import UserError
from engine.export.colours import rgb
from engine.project import decisions
from engine.project.ids import Level
from engine.project.project import Project

PRIVATE_KINDS = ("notes", "private")
"""Kinds that nobody else gets to see unless the artist says so."""

_NO_CLUSTER = -1
_LEAST_CONTRAST = 3.0
"""Of a dot with its ground (WCAG 2.1, graphical objects)."""
_GROUNDS = {"light": ("glasbey_dark", "#F2EFE9"), "dark": ("glasbey_light", "#1D1C1A")}
_PARTING_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to sort items into groups: the names of the groups, each item's, and each one's colour.

    Attributes:
        names: Of the groups, in the order of the legend; empty for "none".
        of_item: `(n,)` index into `names` for each item.
        slots: Which colour of the palette each group has; -1 for grey.
    """

    names: list[str]
    of_item: list[int]
    slots: list[int]


def shown_items(
    project: Project, level: Level, *, rejected: bool = False, private: Sequence[str] = PRIVATE_KINDS
) -> list[Item]:
    """The items of a level that a shared map may show, in shelf order.

    An item is left out when it is not on the map, when it or its page is rejected (unless asked for), and
    when its own kind or its page's is private.

    Args:
        project: May be open for reading only.
        level: Pages or drawings.
        rejected: Show rejected items too.
        private: Kinds to leave out, in any spelling of capitals.
    """
    hidden = {_spelt(kind) for kind in private}
    page_states = decisions.states(project.index, "pages")

    def may_be_seen(item: Item) -> bool:
        page = page_states.get(item.page_id, decisions.UNDECIDED)
        wanted = rejected or "rejected" not in (item.decision, page.decision)
        return wanted and hidden.isdisjoint({_spelt(item.kind), _spelt(page.kind)})

    return [item for item in items(project, level) if item.x is not None and may_be_seen(item)]


def check_kinds(project: Project, kinds: Sequence[str]) -> None:
    """See that the project knows these kinds: a slip of the pen must not publish what should stay private.

    Raises:
        UserError: naming the first kind that no page and no drawing has.
    """
    rows = project.index.execute("SELECT DISTINCT kind FROM decisions WHERE kind <> '' ORDER BY kind")
    known = [row["kind"] for row in rows]
    spelt = {_spelt(kind) for kind in known}
    for kind in kinds:
        if _spelt(kind) not in spelt:
            raise UserError(
                f"No page or drawing is of the kind {kind!r}, so it cannot be kept private.",
                f"The kinds given so far: {', '.join(known) or 'none yet'}.",
            )


def _spelt(kind: str) -> str:
    return kind.strip().casefold()


def title_of(item: Item) -> str:
    """What a person would call an item: `sb44, page 41 (color), a label, drawing 2`."""
    if item.page is None:
        where = "cover" if item.variant.startswith("cover") else ""
        variant = item.variant.removeprefix("cover").lstrip("-")
    else:
        where, variant = f"page {item.page}", item.variant
    place = f"{where} ({variant})" if where and variant else where or variant
    number = item.id.rpartition("/")[2] if item.id != item.page_id else ""
    parts = [item.book, place, item.label, f"drawing {number}" if number else ""]
    return ", ".join(part for part in parts if part) or item.id


def cluster_facet(shown: Sequence[Item], names: Mapping[int, str] | None = None) -> Facet:
    """Clusters by number, those apart from all last; colours are those of the map in the window."""
    numbers = [_NO_CLUSTER if item.cluster is None else item.cluster for item in shown]
    present = sorted(set(numbers), key=lambda number: (number < 0, number))
    given = names or {}
    titles = [given.get(n, "") or ("" if n < 0 else f"Cluster {n + 1}") for n in present]
    places = {number: at for at, number in enumerate(present)}
    return Facet(titles, [places[n] for n in numbers], [max(n, -1) for n in present])


def kind_facet(shown: Sequence[Item]) -> Facet:
    """Kinds, the most frequent first, those without one last."""
    kinds = Counter(item.kind for item in shown)
    names = sorted(kinds, key=lambda kind: (not kind, -kinds[kind], kind))
    return _facet([item.kind for item in shown], names)


def book_facet(shown: Sequence[Item]) -> Facet:
    """Books in shelf order."""
    return _facet([item.book for item in shown], list(dict.fromkeys(item.book for item in shown)))


def _facet(of_item: list[str], names: list[str]) -> Facet:
    places = {name: at for at, name in enumerate(names)}
    slots = [at if name else -1 for name, at in places.items()]
    return Facet(names, [places[name] for name in of_item], slots)


def part(places: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Move items that all but coincide apart, so that each can be seen and clicked.

    Two scans of one page get nearly the same place. The gap is a quarter of what each item would have on an
    even map, so nothing moves farther than the eye can tell on the whole map.

    Args:
        places: `(n, 2)` on the map.

    Returns:
        `(n, 2)` places, and the least distance between two of them (Euclidean, units of the map; a little
        less where many lie on one point).
    """
    spread = np.ptp(places, axis=0) if len(places) else np.ones(2)
    gap = 0.25 * math.sqrt(max(float(spread[0] * spread[1]), 1e-4) / max(len(places), 1))
    moved = places + np.random.default_rng(0).normal(0, gap / 100, places.shape)
    for _ in range(_PARTING_ROUNDS):
        pairs: NDArray[np.intp] = cKDTree(moved).query_pairs(gap * 0.99, output_type="ndarray")
        if not len(pairs):
            break
        first, second = pairs[:, 0], pairs[:, 1]
        between = moved[first] - moved[second]
        distance = np.maximum(np.linalg.norm(between, axis=1, keepdims=True), 1e-9)
        push = between / distance * (gap - distance) / 2
        np.add.at(moved, first, push)
        np.add.at(moved, second, -push)
    return moved, gap * 0.95


def sheet_order(places: NDArray[np.float64], first: int) -> NDArray[np.intp]:
    """An order of items in which what is shown together stands on few sheets.

    First those that the whole map shows (as the page chooses them: farthest first, Gonzalez 1985), then
    neighbours beside each other along a curve (Morton 1966).

    Args:
        places: `(n, 2)` on the map.
        first: How many the whole map shows.

    Returns:
        `(n,)` indices into `places`.
    """
    overview = _farthest_first(places, min(first, len(places)))
    rest = np.setdiff1d(np.arange(len(places)), overview)
    return np.concatenate([overview, rest[np.argsort(_morton(places)[rest], kind="stable")]])


def _farthest_first(places: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    far = np.full(len(places), np.inf)
    chosen = np.zeros(count, dtype=np.intp)
    for at in range(count):
        chosen[at] = int(np.argmax(far))
        far = np.minimum(far, np.abs(places - places[chosen[at]]).max(axis=1))
    return chosen


def _morton(places: NDArray[np.float64]) -> NDArray[np.int64]:
    """The bits of both coordinates in turn."""
    span = np.maximum(np.ptp(places, axis=0), 1e-9)
    steps = ((places - places.min(axis=0)) / span * 1023).astype(np.int64)
    key = np.zeros(len(places), dtype=np.int64)
    for bit in range(10):
        key |= ((steps[:, 0] >> bit) & 1) << (2 * bit) | ((steps[:, 1] >> bit) & 1) << (2 * bit + 1)
    return key


def palettes() -> dict[str, list[str]]:
    """Colours that stay apart for the light and the dark page (Glasbey et al. 2007, as colorcet makes it)."""
    import colorcet  # a third of a second, which only a map should cost

    return {
        theme: [c for c in colorcet.palette[name] if _contrast(c, ground) >= _LEAST_CONTRAST]
        for theme, (name, ground) in _GROUNDS.items()
    }


def _contrast(first: str, second: str) -> float:
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = rgb(colour) / 255
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def page_data(
    shown: Sequence[Item], sizes: Sequence[tuple[int, int]], level: Level, names: Mapping[int, str] | None
) -> dict[str, Any]:
    """Everything the page's script knows, but for the sprites; JSON-ready.

    Args:
        shown: The items, in shelf order.
        sizes: Width and height of each one's picture, in any unit.
        level: Pages or drawings.
        names: Of clusters, where they have any.
    """
    places, gap = part(map_places(shown))
    facets = {"cluster": cluster_facet(shown, names), "kind": kind_facet(shown), "book": book_facet(shown)}
    columns = {
        "id": [item.id for item in shown],
        "title": [title_of(item) for item in shown],
        "x": np.round(places[:, 0], 5).tolist(),
        "y": np.round(places[:, 1], 5).tolist(),
        "w": [width for width, _ in sizes],
        "h": [height for _, height in sizes],
        **{key: facet.of_item for key, facet in facets.items()},
    }
    return {
        "level": level,
        "gap": round(gap, 6),
        "picture": "svg" if level == "drawings" else "jpg",
        "colours": palettes(),
        "slots": {key: facet.slots for key, facet in facets.items()},
        **{key: facet.names for key, facet in facets.items()},
        "items": columns,
    }


def map_places(shown: Sequence[Item]) -> NDArray[np.float64]:
    """`(n, 2)` places, y down as on a screen; the map of the window has it up."""
    return np.array([(item.x, -(item.y or 0.0)) for item in shown], dtype=np.float64).reshape(-1, 2)
