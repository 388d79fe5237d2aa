"""How long the search field takes: 10,000 items, each query warm and cold.

python -m tests.benchmarks.bench_search
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.curate import search
from engine.curate.text_search import _nearest

_COUNT = 10_000
_QUERIES = (
    "sneer",
    "page",
    "sneer -notes é",
    "kind:notes page:10-20 sneer",
    'note:"with e"',
    "is:acc",
    "book:sb44",
    "p41",
    "cluster:3 -kind:notes",
)


@dataclass(frozen=True, slots=True)
class Thing:
    """An item of a shelf of 50 books."""

    id: str
    book: str
    page: int
    variant: str
    label: str
    kind: str
    note: str
    decision: str
    cluster: int


def shelf() -> list[Thing]:
    """Items with every text a search looks at."""
    return [
        Thing(
            f"sb{n // 200:02d}p{n % 200:03d}",
            f"sb{n // 200:02d}",
            n % 200,
            "color" if n % 7 == 0 else "",
            "sneer" if n % 50 == 0 else "",
            ("drawing", "notes", "")[n % 3],
            f"a note with é words, {n}" if n % 4 == 0 else "",
            ("accepted", "rejected", "undecided")[n % 3],
            n % 16,
        )
        for n in range(_COUNT)
    ]


def best_ms(work: Callable[[], Any], times: int = 15) -> float:
    """The least of several times, in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken) * 1000


def main() -> None:
    """Print the table."""
    things = shelf()
    print(f"{'query':<30} {'found':>6} {'first ms':>9} {'then ms':>8}")
    for text in _QUERIES:
        search._heap.cache_clear()
        query = search.parse(text)
        first = best_ms(lambda query=query: [one for one in things if query.admits(one)], 1)
        found = [one for one in things if query.admits(one)]
        then = best_ms(lambda query=query: [one for one in things if query.admits(one)])
        print(f"{text:<30} {len(found):>6} {first:>9.1f} {then:>8.2f}")
    random = np.random.default_rng(0)
    vectors = random.normal(size=(_COUNT, 512)).astype(np.float32)
    ids = [one.id for one in things]
    print(f"by text, ranking alone: {best_ms(lambda: _nearest(ids, vectors, vectors[0], 60)):.1f} ms")


if __name__ == "__main__":
    main()
