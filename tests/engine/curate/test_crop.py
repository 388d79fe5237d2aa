"""The drawing is found; binding and page number are not part of it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.curate.crop import Box, embedding_view, ink_box, letterbox, paper_colour
from tests.engine.curate.pages import blank, drawing, painting


@pytest.mark.parametrize("binding", [None, "left", "right"])
def test_the_box_holds_the_drawing_and_no_binding_or_number(binding):
    box = ink_box(drawing(binding=binding))
    assert 100 <= box.x0 <= 140 and 360 <= box.x1 <= 400
    assert 80 <= box.y0 <= 120 and 520 <= box.y1 <= 560


@pytest.mark.parametrize("binding", [None, "right"])
def test_a_tall_figure_at_the_side_is_no_binding(binding):
    page = drawing(binding=binding, box=(50, 40, 80, 585))
    box = ink_box(page)
    assert box.x0 <= 50 and 80 <= box.x1 <= 120 and box.y0 <= 40 and box.y1 >= 585


def test_a_blank_page_and_a_whole_painting_keep_their_whole_extent():
    page = blank()
    assert ink_box(page) == Box(0, 0, 490, 640)
    box = ink_box(painting())
    assert box.x1 - box.x0 > 300 and box.y1 - box.y0 > 300


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 900, 3), (900, 5, 3), (30, 20, 3)])
def test_odd_shapes_do_not_break_it(shape):
    page = np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8)
    assert embedding_view(page, 64).shape == (64, 64, 3)


def test_the_square_is_filled_with_the_pages_own_paper():
    page = drawing()
    page[:, :, 2] = np.minimum(page[:, :, 2], 200)
    square = letterbox(page, Box(200, 100, 300, 600), 100)
    assert square.shape == (100, 100, 3)
    assert np.array_equal(paper_colour(page), [245, 245, 200])
    assert np.array_equal(square[50, 2], [245, 245, 200]) and square.min() < 200


def test_the_view_is_the_same_whatever_the_binding():
    views = [embedding_view(drawing(binding=side), 224).astype(int) for side in (None, "left", "right")]
    assert np.abs(views[0] - views[1]).mean() < 3 and np.abs(views[0] - views[2]).mean() < 3
