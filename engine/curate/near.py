"""Near: what is most like an item, and groups of items that show the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.curate.clusters import standardise
from engine.curate.looks import Looks

SAME_FILE = "the same file"
SAME_PAGE = "two scans of one page"
SAME_LOOK = "look the same"
_COMPONENTS = 128  # more than clusters need: two poses of one subject differ in the small ones
_SURE_PRINT = 0.95
_LIKELY_PRINT = 0.8
_LIKELY_VECTOR = 0.5
_SURE_VECTOR = 0.9
_LEAST_FOR_VECTORS = 50  # items; in fewer, likeness to the others' mean says little
_USUAL = 20  # items, of which the mean print counts half
_CHUNK = 1024  # rows of the likeness matrix at a time

Pairs = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class NearGroup:
    """Items that show the same.

    Attributes:
        rows: At least two, best scan first.
        reason: `SAME_FILE`, `SAME_PAGE` or `SAME_LOOK`.
    """

    rows: tuple[int, ...]
    reason: str


def likest(table: NDArray[np.float32], row: int, count: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The items most like one of them.

    Args:
        table: `(n, m)` of `features.features`.
        row: The item.
        count: How many are wanted; fewer where there are fewer.

    Returns:
        Rows, most like first and without the item itself, and their cosine to it, -1 to 1.
    """
    unit = _unit(table)
    likeness = np.clip(unit @ unit[row], -1.0, 1.0)
    order = np.argsort(-likeness, kind="stable")
    found = order[order != row][: max(count, 0)]
    return found, likeness[found]


def near_groups(
    hashes: Sequence[str],
    pages: Sequence[Hashable | None],
    vectors: NDArray[np.float32],
    looks: Looks | None = None,
    pixels: Sequence[int] | None = None,
) -> list[NearGroup]:
    """Find what is there more than once: by content, by name, and by look.

    Two look the same when their ink does (correlation of the blurred ink over 0.95), or the embedder sees the
    same (cosine over 0.9), or both find it likely (over 0.8 and 0.5). On the 185 scans that finds 8 of the 9
    pairs that the names tell (the ninth was painted over in between), 95 % of pages scanned anew (turned,
    shifted, lit and packed otherwise), and not one false pair. Lower thresholds find 97 % there, but in 1,600
    traced pages they take every other narrow figure for its neighbour; with these, 6 of 7 pairs are true.

    Args:
        hashes: Of every item's file, in shelf order; "" where it says nothing about the item, as of drawings.
        pages: What two scans of one page have in common, such as (book, number); None where there is none.
        vectors: `(n, d)` embeddings.
        looks: Of the items; without them only the embedder is asked.
        pixels: Size of every scan, to tell the better of two.

    Returns:
        Groups in the order of their first item on the shelf; an item is in one group at most. Best first in
        each: the whiter paper, then the larger scan, then as on the shelf.
    """
    files, names = _same(hashes, skip=""), _same(pages, skip=None)
    joined = _components(len(hashes), [files, names, _look_alikes(vectors, looks)])
    goodness = _goodness(len(hashes), looks, pixels)
    groups = []
    for rows in joined:
        reason = _reason([hashes[row] for row in rows], [pages[row] for row in rows])
        groups.append(NearGroup(tuple(sorted(rows, key=goodness)), reason))
    return groups


def _same(keys: Sequence[Hashable | None], skip: Hashable | None) -> Pairs:
    """Pairs `(p, 2)` that chain all rows with one key together."""
    last: dict[Hashable, int] = {}
    pairs = []
    for row, key in enumerate(keys):
        if key != skip and key is not None:
            if key in last:
                pairs.append((last[key], row))
            last[key] = row
    return np.array(pairs, dtype=np.intp).reshape(-1, 2)


def _components(n: int, pairs: Iterable[Pairs]) -> list[list[int]]:
    """Rows that hang together by pairs; those alone are left out."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = np.concatenate(list(pairs))
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    labels = connected_components(graph, directed=False)[1]
    groups: dict[int, list[int]] = {}
    for row in np.unique(edges):
        groups.setdefault(int(labels[row]), []).append(int(row))
    return list(groups.values())


def _reason(hashes: Sequence[str], pages: Sequence[Hashable | None]) -> str:
    """The strongest thing true of the whole group."""
    if len(set(hashes)) == 1 and hashes[0]:
        return SAME_FILE
    if len(set(pages)) == 1 and pages[0] is not None:
        return SAME_PAGE
    return SAME_LOOK


def _goodness(
    n: int, looks: Looks | None, pixels: Sequence[int] | None
) -> Callable[[int], tuple[float, int, int]]:
    """Sort key, best first: a page with white paper gives clean lines, a photograph of it does not."""
    light = np.zeros(n) if looks is None else np.round(looks.lightness * 20)
    size = [0] * n if pixels is None else pixels

    def key(row: int) -> tuple[float, int, int]:
        return -float(light[row]), -int(size[row]), row

    return key


def _look_alikes(vectors: NDArray[np.float32], looks: Looks | None) -> Pairs:
    found = [np.zeros((0, 2), dtype=np.intp)]
    seen = _unit(standardise(vectors, _COMPONENTS))
    prints = np.zeros((len(vectors), 0), np.float32) if looks is None else _comparable(looks.prints)
    sure_vector = _SURE_VECTOR if len(vectors) >= _LEAST_FOR_VECTORS else np.inf
    for start, stop in _chunks(len(vectors)):
        # Later rows only: likeness is the same both ways.
        by_print = prints[start:stop] @ prints[start:].T
        by_vector = seen[start:stop] @ seen[start:].T
        alike = (by_print > _SURE_PRINT) | (by_vector > sure_vector)
        if sure_vector < np.inf:
            alike |= (by_print > _LIKELY_PRINT) & (by_vector > _LIKELY_VECTOR)
        first, second = np.nonzero(np.triu(alike, 1))
        found.append(np.column_stack([first, second]) + start)
    return np.concatenate(found)


def _chunks(n: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + _CHUNK, n)) for start in range(0, n, _CHUNK))


def _comparable(prints: NDArray[np.float32]) -> NDArray[np.float32]:
    """Prints of which the product is the likeness: what all pages share, ink in the middle, is taken off.

    The fewer items, the more of the mean is the items themselves; then each one's own mean does instead.
    Blank prints, which all look the same, are like nothing.
    """
    share = len(prints) / (len(prints) + _USUAL)
    own = prints.mean(axis=1, keepdims=True)
    rest = prints - (share * prints.mean(axis=0, keepdims=True) + (1 - share) * own)
    rest[prints.std(axis=1) < 0.01] = 0.0
    return _unit(rest)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
