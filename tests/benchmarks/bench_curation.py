"""Print the figures of curation on the artist's own pages: how the machine groups, learns and finds twins.

Run from the repository: `python -m tests.benchmarks.bench_curation [PROJECT]`. PROJECT is a project of the
185 scans; without one they are imported into a temporary folder, and that is timed too. A project that is
given is copied, never written. Needs `../shared/data/slml` beside the repository.

"Right" is agreement with the hand labels: drawing or not, or, for clusters, all five words.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.curate.clusters import best_k, hdbscan, kmeans
from engine.curate.embedders import load_embedder
from engine.curate.features import features
from engine.curate.looks import Looks, look
from engine.curate.near import NearGroup, near_groups
from engine.curate.projection import project as project_to_plane
from engine.curate.suggestions import least_certain_first, suggest
from engine.project.project import Project
from tests.benchmarks.curation_shelf import DATA, Bools, Shelf, picked, print_speed, read, row

DRAWS, MORE_DRAWS = 20, 100
ENOUGH = 0.99
_ROW_IS_CLEAR = 0.8  # share of a cluster that is alike, from which a person decides about the row as a whole

Table = NDArray[np.float32]


def main() -> None:
    """Measure all and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("project", nargs="?", type=Path, help="a project of the 185 scans, to be copied")
    asked = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{DATA} is not there.")
    with tempfile.TemporaryDirectory(prefix="bench-curation-") as folder:
        root = Path(folder) / "project"
        print_speed(root, asked.project)
        with Project.open(root) as project:
            shelf = read(project)
    table = features(shelf.vectors, shelf.looks)
    print_groups(shelf, table)
    print_probe(shelf, table)
    print_gestures(shelf, table)
    print_doubts(shelf, table)
    print_twins(shelf)
    print_times(shelf, table)


# Groups


def agreement(clusters: NDArray[np.int32], labels: NDArray[np.str_]) -> float:
    """Share of pages that have the label most of their cluster have."""
    found = (Counter(labels[clusters == number]).most_common(1)[0][1] for number in set(clusters.tolist()))
    return sum(found) / len(labels)


def print_groups(shelf: Shelf, table: Table) -> None:
    """Clusters named by their majority."""
    print("\nClusters named by their majority: agreement with the hand labels")
    value = agreement(kmeans(table, 16), shelf.labels)
    row("K-Means 16", f"{100 * value:.1f} %", "97.5 %", value >= 0.975)
    others = [100 * agreement(kmeans(table, 16, seed), shelf.labels) for seed in range(1, 10)]
    row("  nine other seeds: least, mean", f"{min(others):.1f}, {np.mean(others):.1f} %")
    for k in (8, 12, 20, 24):
        row(f"  k = {k}", f"{100 * agreement(kmeans(table, k), shelf.labels):.1f} %")
    bare = agreement(kmeans(features(shelf.vectors), 16), shelf.labels)
    row("  without looks (paper and paint)", f"{100 * bare:.1f} %")
    found = hdbscan(table)
    inside = found >= 0
    right = 100 * agreement(found[inside], shelf.labels[inside])
    row(
        f"HDBSCAN: {found.max() + 1} clusters, {100 * inside.mean():.0f} % inside, of which", f"{right:.1f} %"
    )
    for book in ("44", "46"):
        chosen = np.array([book in page.book for page in shelf.pages])
        alone = features(shelf.vectors[chosen], picked(shelf.looks, chosen))
        value = agreement(kmeans(alone, 16), shelf.labels[chosen])
        row(f"  K-Means 16 of book {book} alone ({chosen.sum()} pages)", f"{100 * value:.1f} %")


# The probe


@dataclass(frozen=True, slots=True)
class Learning:
    """How learning from n + n examples went, over many draws.

    Attributes:
        right: Share right of the rest, one a draw.
        over: How many are over 0.95 in all, and how many of them rightly.
        under: The same under 0.05.
    """

    right: list[float]
    over: tuple[int, int]
    under: tuple[int, int]


def learning(table: Table, truth: Bools, n: int, draws: int) -> Learning:
    """Learn from n examples of each side, chosen at random, and judge the rest."""
    right, over, under = [], np.zeros(2, int), np.zeros(2, int)
    for seed in range(draws):
        random = np.random.default_rng(seed)
        accepted = random.choice(np.flatnonzero(truth), n, replace=False)
        rejected = random.choice(np.flatnonzero(~truth), n, replace=False)
        probability = suggest(table, accepted.tolist(), rejected.tolist()).probability
        assert probability is not None
        rest = np.ones(len(truth), bool)
        rest[accepted] = rest[rejected] = False
        right.append(float(((probability > 0.5) == truth)[rest].mean()))
        high, low = rest & (probability > 0.95), rest & (probability < 0.05)
        over += [high.sum(), truth[high].sum()]
        under += [low.sum(), (~truth[low]).sum()]
    return Learning(right, (int(over[0]), int(over[1])), (int(under[0]), int(under[1])))


def print_probe(shelf: Shelf, table: Table) -> None:
    """Accuracy on the rest, and honesty of "over 0.95"."""
    print("\nThe probe: n accepted (drawings) + n rejected (others), right on the rest at 0.5")
    for n, aim in ((5, 0.97), (10, None), (20, 0.985)):
        told = learning(table, shelf.drawn, n, DRAWS)
        mean = float(np.mean(told.right))
        wanted = "" if aim is None else f"{100 * aim:.1f} %"
        row(f"{n} + {n}, mean of {DRAWS} draws", f"{100 * mean:.2f} %", wanted, aim and mean >= aim)
        more = learning(table, shelf.drawn, n, MORE_DRAWS)
        row(
            f"  mean and least of {MORE_DRAWS} draws",
            f"{100 * np.mean(more.right):.2f}, {100 * min(more.right):.1f} %",
        )
        bare = learning(features(shelf.vectors), shelf.drawn, n, DRAWS)
        row("  without looks", f"{100 * np.mean(bare.right):.2f} %")
        honest = more.over[1] / max(more.over[0], 1)
        aim_text = "97 %" if n == 5 else ""
        row(
            f"  over .95: {more.over[0] / MORE_DRAWS:.0f} a draw, right",
            f"{100 * honest:.2f} %",
            aim_text,
            honest >= 0.97,
        )
        if more.under[0]:
            share = more.under[1] / more.under[0]
            row(f"  under .05: {more.under[0] / MORE_DRAWS:.0f} a draw, right", f"{100 * share:.2f} %")
    row("  time to learn, 10,000 items, 100 decided", f"{1e3 * time_to_learn(table):.0f} ms", "200 ms")
    row("  time to learn, 10,000 items, 3,000 decided", f"{1e3 * time_to_learn(table, 3000):.0f} ms")


def time_to_learn(table: Table, decided: int = 100, n: int = 10_000) -> float:
    """Seconds for a collection made of the pages and noise; the best of three."""
    random = np.random.default_rng(0)
    chosen = random.integers(0, len(table), n)
    large = table[chosen] + random.normal(scale=0.05, size=(n, table.shape[1])).astype(np.float32)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        suggest(large, range(decided // 5, decided), range(decided // 5))
        times.append(time.perf_counter() - start)
    return min(times)


# Gestures


def gestures(table: Table, truth: Bools, k: int = 16, seed: int = 0) -> int:
    """How many gestures until 99 % would be right.

    A person goes through the legend, largest cluster first, and accepts or rejects every row that is clearly
    one or the other; then decides single pages, least certain first. After each, the probe learns again; what
    is undecided counts as the probe has it at 0.5 (nothing counts as known while it cannot say).
    """
    clusters = kmeans(table, k, seed)
    said = np.full(len(truth), -1)
    count = 0
    for number in range(clusters.max() + 1):
        members = clusters == number
        share = truth[members].mean()
        if max(share, 1 - share) >= _ROW_IS_CLEAR:
            said[members], count = share >= 0.5, count + 1
            if right_now(table, truth, said) >= ENOUGH:
                return count
    while (said < 0).any():
        page = next_page(table, said)
        said[page], count = truth[page], count + 1
        if right_now(table, truth, said) >= ENOUGH:
            return count
    return len(truth)  # rows decided wrongly: a person would look at all


def expected(table: Table, said: NDArray[np.int_]) -> NDArray[np.float32] | None:
    """The probe's opinion after what was said."""
    return suggest(table, np.flatnonzero(said == 1).tolist(), np.flatnonzero(said == 0).tolist()).probability


def right_now(table: Table, truth: Bools, said: NDArray[np.int_]) -> float:
    """Share right if the artist accepted all over 0.5 and rejected all under it now."""
    probability = expected(table, said)
    open_ = np.zeros(len(said)) - 1 if probability is None else (probability > 0.5).astype(int)
    return float((np.where(said >= 0, said, open_) == truth).mean())


def next_page(table: Table, said: NDArray[np.int_]) -> int:
    """The least certain undecided page; the first one while the probe cannot say."""
    probability, undecided = expected(table, said), np.flatnonzero(said < 0)
    return int(
        undecided[0] if probability is None else least_certain_first(probability, undecided.tolist())[0]
    )


def print_gestures(shelf: Shelf, table: Table) -> None:
    """Number of gestures to 99 % right."""
    print("\nGestures (rows of the legend, then single pages, least certain first) to 99 % right")
    count = gestures(table, shelf.drawn)
    row("K-Means 16", str(count), "25", count <= 25)
    others = [gestures(table, shelf.drawn, seed=seed) for seed in range(1, 10)]
    row("  nine other seeds: mean, most", f"{np.mean(others):.1f}, {max(others)}")
    for k in (8, 12, 20, 24):
        row(f"  k = {k}", str(gestures(table, shelf.drawn, k)))
    row("  without looks", str(gestures(features(shelf.vectors), shelf.drawn)))


# Robustness


def print_doubts(shelf: Shelf, table: Table) -> None:
    """One book from the other, and labels that cannot be learned."""
    print("\nDoubts: one book from the other; labels that follow nothing to be seen (over .95 should be few)")
    second = np.array(["46" in page.book for page in shelf.pages])
    for told, name in ((~second, "44 -> 46"), (second, "46 -> 44")):
        yes, no = np.flatnonzero(told & shelf.drawn), np.flatnonzero(told & ~shelf.drawn)
        probability = suggest(table, yes.tolist(), no.tolist()).probability
        assert probability is not None
        right = ((probability > 0.5) == shelf.drawn)[~told].mean()
        row(f"book {name}, all of one book decided", f"{100 * right:.1f} %")
    chance = np.random.default_rng(5).random(len(table)) < 0.5
    odd = np.array([(page.page or 0) % 2 == 1 for page in shelf.pages])
    for name, truth in (("chance", chance), ("odd pages", odd), ("book", second)):
        for n in (5, 20):
            found = learning(table, truth, n, DRAWS)
            sure = (found.over[0] + found.under[0]) / DRAWS
            row(
                f"{name}, {n} + {n}: right; sure of", f"{100 * np.mean(found.right):.0f} %; {sure:.1f} of 185"
            )


# Twins


def rescanned(page: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """A page put on the scanner again: a little turned and shifted, lit, sized and packed otherwise."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-1.2, 1.2), 1)
    turn[:, 2] += random.uniform(-8, 8, 2)
    moved = cv2.warpAffine(page, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    lit = moved.astype(np.float32) * random.uniform(0.9, 1.05) + random.uniform(-8, 8)
    scale = random.uniform(0.75, 1.0)
    small = cv2.resize(
        np.clip(lit, 0, 255).astype(np.uint8), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )
    packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(50, 95))])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def print_twins(shelf: Shelf) -> None:
    """Pairs of scans found by look alone: real ones, by their names, and pages scanned anew."""
    print("\nTwins by look alone (names and hashes not told)")
    n = len(shelf.pages)
    named = {
        (a, b)
        for a, b in itertools.combinations(range(n), 2)
        if shelf.names[a] and shelf.names[a] == shelf.names[b]
    }
    found = pairs_of(near_groups([""] * n, [None] * n, shelf.vectors, shelf.looks))
    row("two scans of one page by name, found", f"{len(named & found)} of {len(named)}")
    row("  others found (wrong)", str(len(found - named)))
    embedder = load_embedder()
    for seed in (0, 1):
        random = np.random.default_rng(seed)
        again = [rescanned(page, random) for page in shelf.previews]
        vectors = np.concatenate([shelf.vectors, embedder.embed(again)])
        prints = np.concatenate(
            [shelf.looks.prints, Looks.of(np.stack([look(page) for page in again])).prints]
        )
        blank = np.zeros(2 * n, np.float32)
        found = pairs_of(
            near_groups([""] * 2 * n, [None] * 2 * n, vectors, Looks(blank, blank, blank, blank, prints))
        )
        twins = {(page, page + n) for page in range(n)}
        wrong = {
            pair
            for pair in found
            if pair[0] % n != pair[1] % n
            and (min(p % n for p in pair), max(p % n for p in pair)) not in named
        }
        row(f"185 scanned anew (seed {seed}), found", f"{100 * len(twins & found) / n:.1f} %")
        row("  wrong pairs among 68,265", str(len(wrong)))


def print_times(shelf: Shelf, table: Table, n: int = 10_000) -> None:
    """Seconds for many items: the pages again and again, with noise."""
    print(f"\n{n:,} items, seconds")
    random = np.random.default_rng(0)
    chosen = random.integers(0, len(table), n)
    many = table[chosen] + random.normal(scale=0.05, size=(n, table.shape[1])).astype(np.float32)
    vectors = shelf.vectors[chosen] + random.normal(scale=0.3, size=(n, 1280)).astype(np.float32)
    prints = random.random((n, shelf.looks.prints.shape[1]), dtype=np.float32)
    blank = np.zeros(n, np.float32)
    looks = Looks(blank, blank, blank, blank, prints)
    alone = [""] * n, [None] * n
    works: dict[str, Callable[[], object]] = {
        "features of embeddings": lambda: features(vectors, looks),
        "K-Means 16": lambda: kmeans(many, 16),
        "k by silhouette": lambda: best_k(many),
        "HDBSCAN": lambda: hdbscan(many),
        "near-duplicates": lambda: near_groups(*alone, vectors, looks),
        "t-SNE": lambda: project_to_plane(many, "tsne"),
    }
    for name, work in works.items():
        start = time.perf_counter()
        work()
        row(name, f"{time.perf_counter() - start:.1f} s")


def pairs_of(groups: Sequence[NearGroup]) -> set[tuple[int, int]]:
    """All pairs of rows that share a group."""
    return {pair for group in groups for pair in itertools.combinations(sorted(group.rows), 2)}


if __name__ == "__main__":
    main()
