import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.strokes.separate import SeparateSettings, separate
from engine.strokes.types import as_stroke
from tests.engine.trace.shapes import along, circle, line

coordinates = st.floats(-500, 500, width=32)
polylines = arrays(np.float32, st.tuples(st.integers(1, 40), st.just(2)), elements=coordinates)


def groups(*curves):
    return separate([as_stroke(c) for c in curves], SeparateSettings(), pen_width=5.0)


def figure(x, y=300, height=800, width=200):
    """A wavy upright line: far more ink than its height."""
    return along(
        lambda t: x + width / 2 * np.sin(40 * t), lambda t: y + height * (t - 0.5) + 30 * np.sin(90 * t), 2000
    )


def test_an_eye_belongs_to_its_face_however_far_from_the_outline():
    assert groups(circle(500, 500, 400), circle(500, 500, 20), line(480, 620, 530, 620)) == ((0, 1, 2),)


def test_figures_side_by_side_are_two_drawings():
    assert groups(figure(200), figure(450)) == ((0,), (1,))


def test_a_gap_that_parts_two_figures_does_not_part_a_figure_from_its_ear_ring():
    ring = circle(345, 300, 15)
    assert groups(figure(200), figure(700), ring) == ((0, 2), (1,))


def test_a_dot_between_two_drawings_does_not_make_them_one():
    dot = circle(350, 300, 8)
    assert len(groups(figure(200), figure(500), dot)) == 2


def test_parts_that_reach_into_each_other_may_stand_farther_apart():
    back = along(lambda t: 300 + 250 * np.cos(np.pi * t), lambda t: 325 - 180 * np.sin(np.pi * t))
    belly = along(lambda t: 325 + 250 * np.cos(np.pi * t), lambda t: 270 + 180 * np.sin(np.pi * t))
    assert groups(back, belly) == ((0, 1),)
    assert len(groups(back, belly + np.array([0, 110]))) == 2


def test_four_heads_in_two_rows_are_four_drawings_in_reading_order():
    heads = [np.concatenate([circle(x, y, 150), circle(x, y, 60)]) for y in (800, 200) for x in (600, 200)]
    assert groups(*heads) == ((3,), (2,), (1,), (0,))


def test_far_debris_is_in_no_drawing_but_a_faraway_drawing_is():
    near, speck, far = circle(200, 200, 150), line(1900, 1900, 1904, 1900), circle(1500, 1500, 120)
    assert groups(near, speck) == ((0,),)
    assert groups(near, far) == ((0,), (1,))


def test_a_small_part_between_two_joins_the_nearer_not_the_larger():
    small, large = figure(200, height=400), figure(700)
    assert groups(small, large, circle(400, 300, 20)) == ((1,), (0, 2))


@settings(max_examples=40, deadline=None)
@given(st.lists(polylines, max_size=8))
def test_a_stroke_is_in_one_drawing_at_most(strokes):
    found = separate(strokes, SeparateSettings(), pen_width=4.0)
    used = [k for d in found for k in d]
    assert len(used) == len(set(used)) and set(used) <= set(range(len(strokes)))


@pytest.mark.parametrize("turn", [0.0, 0.3, np.pi / 2])
def test_turned_pages_hold_the_same_drawings(turn):
    c, s = np.cos(turn), np.sin(turn)
    curves = [q @ np.array([[c, s], [-s, c]]) for q in (figure(200), figure(700), circle(345, 300, 15))]
    assert sorted(map(len, groups(*curves))) == [1, 2]


def test_a_page_full_of_marks_is_grouped_in_bounded_memory():
    rng = np.random.default_rng(3)
    marks = [line(*p, *(p + rng.uniform(-9, 9, 2))) for p in rng.uniform(0, 4000, (1500, 2))]
    assert sum(map(len, groups(*marks))) == 1500
