import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.strokes.geometry import resample, smooth
from engine.strokes.order import in_drawing_order, order_strokes, pen_up_travel
from engine.strokes.raster import draw_strokes
from engine.strokes.separate import SeparateSettings, separate
from engine.strokes.simplify import simplify_rdp, simplify_to_budget
from engine.strokes.types import as_stroke, stroke_length
from tests.engine.trace.shapes import circle, line

coordinates = st.floats(-500, 500, width=32)
polylines = arrays(np.float32, st.tuples(st.integers(1, 40), st.just(2)), elements=coordinates)


def groups(*curves):
    return separate([as_stroke(c) for c in curves], SeparateSettings(), pen_width=5.0)


def test_an_eye_belongs_to_its_face_and_a_far_face_does_not():
    face, eye, other = circle(200, 200, 150), circle(200, 200, 10), circle(900, 900, 150)
    assert groups(face, other, eye) == ((0, 2), (1,))


def test_debris_is_in_no_drawing():
    assert groups(circle(200, 200, 150), line(900, 900, 904, 900)) == ((0,),)


@settings(max_examples=30, deadline=None)
@given(st.lists(polylines, max_size=8))
def test_a_stroke_is_in_at_most_one_drawing(strokes):
    used = [k for d in separate(strokes, SeparateSettings(), pen_width=4.0) for k in d]
    assert len(used) == len(set(used)) and set(used) <= set(range(len(strokes)))


@settings(max_examples=60, deadline=None)
@given(polylines, st.floats(0.1, 200))
def test_simplifying_keeps_both_ends_and_stays_near(stroke, epsilon):
    kept = simplify_rdp(stroke, epsilon)
    assert (kept[0] == stroke[0]).all() and (kept[-1] == stroke[-1]).all()
    assert len(kept) <= max(len(stroke), 2)
    assert {tuple(p) for p in kept} <= {tuple(p) for p in stroke}


def test_a_closed_stroke_stays_closed():
    ring = as_stroke(circle())
    ring[-1] = ring[0]
    kept = simplify_rdp(ring, 1.0)
    assert (kept[0] == kept[-1]).all() and len(kept) > 8


@settings(max_examples=30, deadline=None)
@given(st.lists(polylines, min_size=1, max_size=6), st.integers(2, 60))
def test_a_budget_is_kept_as_far_as_no_stroke_is_lost(strokes, budget):
    kept = simplify_to_budget(strokes, budget)
    assert len(kept) == len(strokes)
    # A line that comes back to where it began needs a third point to be one.
    least = sum(3 if np.array_equal(s[0], s[-1]) else 2 for s in strokes)
    assert sum(map(len, kept)) <= max(budget, least)


def test_a_drawn_line_covers_its_length_times_its_width():
    picture = draw_strokes([as_stroke(line(20, 50, 180, 50))], (200, 100), 4.0)
    assert (255 - picture.astype(float)).sum() / 255 == pytest.approx(160 * 4, rel=0.1)
    column = 255 - picture[:, 100].astype(float)
    assert (column * np.arange(100)).sum() / column.sum() == pytest.approx(50, abs=0.15)


def test_points_far_outside_the_picture_do_not_wrap_round():
    picture = draw_strokes([as_stroke([[-1e7, 50], [-1e6, 50]])], (200, 100), 2.0)
    assert (picture == 255).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(polylines, min_size=1, max_size=6))
def test_drawing_order_holds_every_stroke_once_and_the_longest_first(strokes):
    order, _ = order_strokes(strokes)
    assert sorted(order) == list(range(len(strokes)))
    assert stroke_length(strokes[order[0]]) == max(stroke_length(s) for s in strokes)


def test_drawing_order_shortens_the_way_of_the_pen():
    rows = [as_stroke(line(0, y, 300, y)) for y in (0, 200, 100, 300)]
    assert pen_up_travel(in_drawing_order(rows)) == pytest.approx(300)


def test_smoothing_keeps_ends_and_straight_lines():
    straight = resample(line(0, 0, 100, 30), 1.0)
    assert np.allclose(smooth(straight, 3.0), straight, atol=1e-6)
