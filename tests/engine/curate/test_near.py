"""Twins: by content, by name and by look, each found once and with its reason."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.curate.looks import Looks, look
from engine.curate.near import SAME_FILE, SAME_LOOK, SAME_PAGE, likest, near_groups
from tests.engine.curate.pages import blank, drawing

RANDOM = np.random.default_rng(0)


def vectors(n, d=160, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def looks_of(pages):
    return Looks.of(np.stack([look(page) for page in pages]))


def groups(vectors_, looks=None, hashes=None, pages=None, pixels=None):
    n = len(vectors_)
    found = near_groups(hashes or [""] * n, pages or [None] * n, vectors_, looks, pixels)
    return [(group.rows, group.reason) for group in found]


def scanned_again(page):
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.0, 1)
    turn[:, 2] += (6, -5)
    moved = cv2.warpAffine(page, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize((moved * 0.9).astype(np.uint8), None, fx=0.85, fy=0.85, interpolation=cv2.INTER_AREA)
    packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    return cv2.imdecode(packed, cv2.IMREAD_COLOR)


def test_equal_files_and_equal_names_are_groups_with_their_reasons():
    hashes = ["a", "b", "c", "b", "d", "e"]
    pages = [("44", 1), ("44", 2), None, ("44", 3), ("44", 1), None]
    assert groups(vectors(6), hashes=hashes, pages=pages) == [((0, 4), SAME_PAGE), ((1, 3), SAME_FILE)]


def test_drawings_without_a_file_or_page_of_their_own_are_not_thrown_together():
    assert groups(vectors(6)) == []
    assert groups(vectors(0)) == []
    assert groups(vectors(1), hashes=["a"], pages=[("44", 1)]) == []


def test_a_page_scanned_again_looks_the_same_and_others_do_not():
    pages = [drawing(seed) for seed in range(12)]
    pages += [scanned_again(pages[3]), scanned_again(pages[7])]
    assert groups(vectors(14), looks_of(pages)) == [((3, 12), SAME_LOOK), ((7, 13), SAME_LOOK)]


def test_two_scans_are_told_apart_in_the_smallest_collection():
    page = drawing(1)
    assert groups(vectors(2), looks_of([page, scanned_again(page)])) == [((0, 1), SAME_LOOK)]
    assert groups(vectors(2), looks_of([page, drawing(2)])) == []


def test_the_embedder_alone_finds_what_is_nearly_equal():
    known = vectors(80)
    known[70] = known[5] + 0.1 * vectors(1)[0]
    assert groups(known) == [((5, 70), SAME_LOOK)]


def test_blank_pages_are_like_nothing():
    assert groups(vectors(4), looks_of([blank(), blank(tone=240), blank(), drawing(1)])) == []


def test_the_whiter_then_the_larger_scan_comes_first():
    page = drawing(1)
    dim = (page * 0.8).astype(np.uint8)
    pages = [dim, page, page.copy()]
    same = [("44", 1)] * 3
    assert groups(vectors(3), looks_of(pages), pages=same, pixels=[900, 500, 700]) == [((2, 1, 0), SAME_PAGE)]
    assert groups(vectors(3), None, pages=same) == [((0, 1, 2), SAME_PAGE)]


def test_reasons_join_into_one_group_that_says_what_is_true_of_all():
    page = drawing(1)
    looks = looks_of([page, drawing(2), page.copy()])
    found = groups(vectors(3), looks, hashes=["a", "b", "c"], pages=[("44", 1), ("44", 1), ("46", 1)])
    assert found == [((0, 1, 2), SAME_LOOK)]


def test_pairs_across_the_seams_of_the_work_are_found(monkeypatch):
    monkeypatch.setattr("engine.curate.near._CHUNK", 16)
    known = vectors(100)
    for twin, of in ((99, 0), (17, 15), (50, 33)):
        known[twin] = known[of]
    assert groups(known) == [((0, 99), SAME_LOOK), ((15, 17), SAME_LOOK), ((33, 50), SAME_LOOK)]


@pytest.mark.parametrize("count", [0, 3, 50])
def test_the_likest_come_first_without_the_item_itself(count):
    table = vectors(9, 6)
    rows, likeness = likest(table, 4, count)
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    expected = sorted((row for row in range(9) if row != 4), key=lambda row: -float(unit[row] @ unit[4]))
    assert rows.tolist() == expected[:count]
    np.testing.assert_allclose(likeness, unit[rows] @ unit[4], atol=1e-5)
