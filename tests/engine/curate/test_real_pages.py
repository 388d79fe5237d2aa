"""The artist's own pages: do the groups follow what a person calls them?"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.curate.clusters import kmeans, standardise
from engine.curate.crop import Box, ink_box
from engine.curate.embedders import load_embedder
from engine.curate.features import features
from engine.curate.looks import Looks, look
from engine.curate.near import near_groups
from engine.curate.suggestions import suggest

DATA = Path(__file__).resolve().parents[4] / "shared/data/slml"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason="the artist's data is not here"),
]


def load(row):
    page = cv2.imread(str(next(DATA.glob(f"scans/*/*/{row['file']}"))), cv2.IMREAD_REDUCED_COLOR_4)
    return cv2.cvtColor(page, cv2.COLOR_BGR2RGB)


@pytest.fixture(scope="module")
def rows():
    """Every page that is no drawing, and every third drawing: 77 pages."""
    with (DATA / "page_labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    others = [row for row in rows if row["hand_label"] != "drawings"]
    return others + [row for row in rows if row["hand_label"] == "drawings"][::3]


@pytest.fixture(scope="module")
def pages(rows):
    return [load(row) for row in rows]


@pytest.fixture(scope="module")
def vectors(pages):
    return load_embedder().embed(pages)


@pytest.fixture(scope="module")
def looks(pages):
    return Looks.of(np.stack([look(page) for page in pages]))


@pytest.fixture(scope="module")
def names(rows):
    return np.array([row["hand_label"] for row in rows])


def agreement(labels, names):
    return sum(Counter(names[labels == k]).most_common(1)[0][1] for k in set(labels)) / len(names)


def test_clusters_follow_the_hand_labels(vectors, names):
    assert agreement(kmeans(standardise(vectors), k=8), names) >= 0.9, "the largest class alone is 0.71"


def test_with_paper_and_paint_they_follow_them_nearly_always(vectors, looks, names):
    assert agreement(kmeans(features(vectors, looks), k=16), names) >= 0.97


def test_five_of_each_teach_what_a_drawing_is_and_over_95_percent_is_honest(vectors, looks, names):
    table, drawn = features(vectors, looks), names == "drawings"
    right, sure = [], []
    for seed in range(10):
        random = np.random.default_rng(seed)
        yes = random.choice(np.flatnonzero(drawn), 5, replace=False)
        no = random.choice(np.flatnonzero(~drawn), 5, replace=False)
        told = suggest(table, yes.tolist(), no.tolist()).probability
        rest = ~np.isin(np.arange(len(drawn)), [*yes, *no])
        right.append(((told > 0.5) == drawn)[rest].mean())
        sure.extend(drawn[rest & (told > 0.95)])
    assert np.mean(right) >= 0.94 and np.mean(sure) >= 0.97 and len(sure) > 40


def test_two_scans_of_one_page_are_found_by_look_and_nothing_else(rows, vectors, looks):
    found = near_groups([""] * len(rows), [None] * len(rows), vectors, looks)
    told = {tuple(sorted(rows[row]["file"][:8] for row in group.rows)) for group in found}
    assert ("sb46p051", "sb46p051") in told
    assert all(len(set(pages)) == 1 for pages in told), "every group is of one page"


def test_every_other_page_scanned_again_is_known_again(pages, vectors, looks):
    again = [scanned_again(page) for page in pages[::2]]
    both = np.concatenate([vectors, load_embedder().embed(again)])
    prints = np.concatenate([looks.prints, np.stack([look(page) for page in again])[:, 4:]])
    blank = np.zeros(len(both), np.float32)
    nothing = [""] * len(both), [None] * len(both)
    found = near_groups(*nothing, both, Looks(blank, blank, blank, blank, prints))
    pairs = {(2 * i, len(pages) + i) for i in range(len(again))}
    grouped = sum(any(a in group.rows and b in group.rows for group in found) for a, b in pairs)
    assert grouped / len(pairs) >= 0.75


def scanned_again(page):
    """Turned by a degree, shifted, darker, smaller, and packed more tightly."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.0, 1)
    turn[:, 2] += (5, -4)
    moved = cv2.warpAffine(page, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize((moved * 0.93).astype(np.uint8), None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    return cv2.imdecode(packed, cv2.IMREAD_COLOR)


def shows_a_spiral(page, box):
    """Whether dark marks run all the way down a side of the box."""
    part = page[box.y0 : box.y1, box.x0 : box.x1].min(axis=2) < 110
    strip = max(part.shape[1] // 20, 1)
    bands = np.array_split(part, 24, axis=0)
    return (
        max(np.mean([b[:, :strip].any() for b in bands]), np.mean([b[:, -strip:].any() for b in bands])) > 0.8
    )


def test_the_crop_leaves_the_bindings_out(rows, pages):
    drawn = [page for page, row in zip(pages, rows, strict=True) if row["hand_label"] == "drawings"]
    assert np.mean([shows_a_spiral(page, Box(0, 0, *page.shape[1::-1])) for page in drawn]) > 0.9
    assert np.mean([shows_a_spiral(page, ink_box(page)) for page in drawn]) < 0.05
