import numpy as np
import pytest

from engine.trace.annotations import AnnotationSettings, find_annotations
from tests.engine.trace.shapes import along, circle, line, page

SIZE = (1200, 1600)


def drawn(*curves, width=4):
    return page(*curves, width=width, size=SIZE) < 128


def figure(x=600, y=700):
    return along(lambda t: x + 300 * np.sin(14 * t), lambda t: y + 500 * (2 * t - 1), 2000)


def word(x, y, letters=5, height=30):
    """Letters like H and O, side by side."""
    strokes = []
    for k in range(letters):
        left = x + 32 * k
        if k % 2:
            strokes.append(circle(left + 9, y, height / 2 - 3))
        else:
            strokes += [line(left, y - height / 2, left, y + height / 2), line(left, y, left + 16, y)]
            strokes.append(line(left + 16, y - height / 2, left + 16, y + height / 2))
    return strokes


def share(mask, *curves):
    """Share of these curves' ink that is found to be annotation."""
    own = drawn(*curves)
    return find_annotations(mask, AnnotationSettings())[own & mask].mean()


@pytest.mark.parametrize("place", [(1080, 1550), (80, 1550), (1080, 50), (80, 1585)])
def test_a_page_number_in_a_corner_is_apart_even_where_the_scan_cuts_it(place):
    number = word(*place, letters=2)
    mask = drawn(figure(), *number)
    assert share(mask, *number) == 1
    assert share(mask, figure()) == 0


def test_a_page_with_nothing_but_its_number_holds_no_drawing():
    number = word(1080, 1550, letters=2)
    assert share(drawn(*number), *number) == 1


def test_a_date_at_the_foot_is_apart():
    date = word(200, 1560, letters=10, height=24)
    assert share(drawn(figure(), *date), *date) == 1


@pytest.mark.parametrize("near", [0, 1])
def test_a_caption_is_apart_wherever_it_stands_even_near_the_drawing(near):
    caption = [s for k in range(3) for s in word(60 + near * 60, 500 + 55 * k)]
    mask = drawn(figure(), *caption)
    assert share(mask, *caption) == 1
    assert share(mask, figure()) == 0


def test_a_hand_or_a_foot_is_never_an_annotation():
    foot = line(500, 1400, 640, 1590)
    low = along(lambda t: 500 + 300 * t, lambda t: 1540 + 20 * np.sin(9 * t))
    eye = [circle(600, 400, 14), line(570, 370, 640, 372), line(575, 430, 630, 428)]
    mask = drawn(figure(y=600), foot, low, *eye)
    assert not find_annotations(mask, AnnotationSettings()).any()


def test_lines_that_run_off_the_foot_of_the_sheet_are_the_drawing():
    legs = [line(520, 1560, 530, 1610), line(560, 1565, 555, 1610)]
    mask = drawn(figure(y=900), *legs)
    assert share(mask, *legs) == 0


def test_dashes_of_a_skipping_pen_are_no_writing():
    across = [line(200 + 45 * k, 300, 225 + 45 * k, 301) for k in range(8)]
    down = [line(150, 300 + 45 * k, 152, 325 + 45 * k) for k in range(8)]
    assert not find_annotations(drawn(figure(), *across, *down), AnnotationSettings()).any()


@pytest.mark.parametrize("shape", [(3, 3), (40, 900), (900, 40)])
def test_any_shape_and_no_ink_at_all(shape):
    assert not find_annotations(np.zeros(shape, dtype=bool), AnnotationSettings()).any()
    assert find_annotations(np.ones(shape, dtype=bool), AnnotationSettings()).shape == shape
