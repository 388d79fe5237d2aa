"""Looks: what paper and paint are like, and a print of the ink that survives another scan."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.curate.features import features, whitened
from engine.curate.looks import LOOK_LENGTH, Looks, look
from tests.engine.curate.pages import blank, drawing, painting


def looks_of(*pages):
    return Looks.of(np.stack([look(page) for page in pages]))


def washed(page):
    """The page with a pale wash of violet over a quarter of it."""
    page = page.copy()
    wash = page[150:400, 150:350].astype(np.float32) * (0.85, 0.75, 0.95)
    page[150:400, 150:350] = wash.astype(np.uint8)
    return page


def likeness(a, b):
    return float(np.corrcoef(a, b)[0, 1])


def test_measures_tell_line_wash_and_paint_apart():
    told = looks_of(drawing(1), washed(drawing(1)), painting(1))
    assert told.lightness[0] == pytest.approx(245 / 255, abs=0.01) and told.lightness[2] < 0.8
    clean, wash, paint = told.wash_share
    assert clean < 0.01 and 0.15 < wash < paint
    assert told.colourfulness[0] < 0.01 < told.colourfulness[1] < 0.2 < told.colourfulness[2]
    assert 0.02 < told.ink_share[0] < 0.2


def test_colourfulness_is_the_one_of_the_paper():
    """Pure red on half, pure blue on half of a picture, by the formula of Hasler & Suesstrunk."""
    page = np.zeros((200, 200, 3), np.uint8)
    page[:, :100, 0], page[:, 100:, 2] = 255, 255
    # red - green: 1 and 0; (red + green) / 2 - blue: 1/2 and -1
    expected = np.hypot(0.5, 0.75) + 0.3 * np.hypot(0.5, -0.25)
    assert looks_of(page).colourfulness[0] == pytest.approx(expected, abs=0.05)


def test_the_print_is_of_the_ink_whatever_paper_and_wash():
    page = drawing(2)
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.0, 1)
    askew = cv2.warpAffine(page, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    grey = (page * 0.75).astype(np.uint8)
    prints = looks_of(page, askew, grey, washed(page), drawing(3)).prints
    assert min(likeness(prints[0], other) for other in prints[1:4]) > 0.93
    assert likeness(prints[0], prints[4]) < 0.85


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 900, 3), (1000, 4, 3)])
def test_odd_shapes_and_blank_pages_have_a_look(shape):
    for page in (np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8), blank(), blank(tone=0)):
        assert look(page).shape == (LOOK_LENGTH,) and np.isfinite(look(page)).all()
    assert not looks_of(blank()).prints.any()


def test_other_vectors_are_refused():
    with pytest.raises(ValueError, match="looks are"):
        Looks.of(np.zeros((3, 1280), np.float32))


def test_paper_and_paint_stand_beside_the_embedding():
    vectors = np.random.default_rng(0).normal(size=(40, 64)).astype(np.float32)
    looks = looks_of(*[drawing(i) for i in range(20)], *[painting(i) for i in range(20)])
    table, bare = features(vectors, looks), features(vectors)
    np.testing.assert_array_equal(table[:, 2:], bare[:, 2:])
    assert not bare[:, :2].any()
    assert np.mean((table[:, 2:] ** 2).sum(axis=1)) == pytest.approx(1.0, abs=1e-4)
    assert np.abs(table[:20, :2].mean(axis=0) - table[20:, :2].mean(axis=0)).min() > 0.5


def test_specks_on_clean_pages_do_not_become_a_feature():
    vectors = np.random.default_rng(0).normal(size=(20, 64)).astype(np.float32)
    table = features(vectors, looks_of(*[drawing(i) for i in range(20)]))
    assert np.abs(table[:, :2]).max() < 0.2


def test_whitening_levels_the_components_and_leaves_paper_and_paint():
    table = features(np.random.default_rng(0).normal(size=(300, 40)).astype(np.float32) * np.arange(1, 41))
    table[:, :2] = np.random.default_rng(1).normal(size=(300, 2))
    np.testing.assert_allclose(whitened(table, 0.0), table, rtol=1e-4, atol=1e-5)
    full = whitened(table, 1.0)
    assert np.ptp(full[:, 2:].std(axis=0)) < 1e-6
    np.testing.assert_array_equal(full[:, :2], table[:, :2])
    assert whitened(np.zeros((3, 5), np.float32), 1.0).tolist() == np.zeros((3, 5)).tolist()
