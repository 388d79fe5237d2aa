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


def test_clusters_follow_the_hand_labels(rows, pages):
    names = np.array([row["hand_label"] for row in rows])
    labels = kmeans(standardise(load_embedder().embed(pages)), k=8)
    right = sum(Counter(names[labels == k]).most_common(1)[0][1] for k in set(labels))
    assert right / len(names) >= 0.9, "the largest class alone is 0.71"


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
