"""A pen's line: thin ends, wide curves, the same at every size; and the way of the lifted pen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.export.frames import Animation, Look, Stage
from engine.export.pen import WIDEST, finely, pen_widths, penned, unit_of
from engine.export.pen_canvas import TRAVEL_SHARE
from engine.export.timeline import Pace, make_timeline
from engine.strokes.types import Drawing, as_stroke
from tests.engine.export.drawings import DOT, EMPTY, curly


def circle(radius, steps=240):
    turn = np.linspace(0, 2 * np.pi, steps)
    return as_stroke(np.column_stack([np.cos(turn), np.sin(turn)]) * radius + 100)


def test_ends_are_thin_and_tight_curves_wide():
    line = make_timeline([as_stroke([[0, 0], [200, 0]])])
    straight = pen_widths(finely(line, 1.5).strokes[0])
    assert max(straight[0], straight[-1]) <= 0.31 and straight[60] == straight[70]
    loop, wheel = pen_widths(circle(4)), pen_widths(circle(90))
    assert loop.max() > 1.25 and straight[66] < 0.75
    assert wheel[120] < 0.85, "a large circle is nearly straight"


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.floats(0.01, 50))
def test_widths_do_not_hang_on_the_unit(seed, scale):
    strokes = curly(seed).strokes
    widths = penned(make_timeline(strokes))[1]
    larger = penned(make_timeline([s * np.float32(scale) for s in strokes]))[1]
    for one, other in zip(widths, larger, strict=True):
        assert one.min() >= 0.2 and one.max() <= WIDEST
        np.testing.assert_allclose(np.interp(np.linspace(0, 1, 50), np.linspace(0, 1, len(one)), one),
                                   np.interp(np.linspace(0, 1, 50), np.linspace(0, 1, len(other)), other),
                                   atol=0.08)  # fmt: skip


def test_more_points_keep_the_line_and_its_times():
    line = make_timeline(curly(3).strokes, Pace("points", easing="soft"))
    fine = finely(line, 2.0)
    for stroke in fine.strokes:
        assert np.hypot(*np.diff(stroke, axis=0).T).max() <= 2.001
    for t_s in np.linspace(0, 4, 37):
        np.testing.assert_allclose(fine.at(t_s).pen, line.at(t_s).pen, atol=1e-3)
    assert fine.drawn_s == line.drawn_s and fine.duration_s == line.duration_s


@pytest.mark.parametrize("stroke", [[[5, 5]], [[5, 5]] * 4, [[5, 5], [5.001, 5]], [[0, 0], [3, 0], [0, 0]]])
def test_marks_of_no_length_have_a_width_too(stroke):
    points = as_stroke(stroke)
    widths = pen_widths(points, unit_of([points]))
    assert len(widths) == len(points) and np.isfinite(widths).all()


def test_a_pen_line_is_lighter_than_an_even_one_and_the_way_does_not_matter():
    look = Look((90, 70), line_px=3.0, pen="pen", shows_travel=True)
    animation = Animation([curly(1), EMPTY, DOT, curly(2)], look)
    even = Stage(Animation(animation.drawings, Look((90, 70), line_px=3.0)))
    stage = Stage(animation)
    assert 0 < stage.coverage(1.0).astype(int).sum() < even.coverage(1.0).astype(int).sum() * 1.4
    for t_s in (3.9, 0.4, 2.2):
        walked = stage.frame(t_s)
    np.testing.assert_array_equal(walked, Stage(animation).frame(2.2))


def test_the_way_of_a_lifted_pen_is_light_grows_and_lies_under_the_ink():
    drawing = Drawing((as_stroke([[0, 0], [0, 100]]), as_stroke([[200, 100], [200, 0]])))
    stage = Stage(Animation([drawing], Look((220, 120), line_px=4.0, shows_travel=True)))
    left, right = stage.timelines_px()[0].strokes
    middle = slice(round(left[-1, 0]) + 6, round(right[0, 0]) - 6)
    row = round(left[-1, 1])
    times = stage.timelines_px()[0].times_s
    begun, arrived = float(times[0][-1]), float(times[1][0])
    seen = [stage.coverage(t)[row, middle].copy() for t in np.linspace(begun, arrived, 9)]
    lengths = [int((line > 0).sum()) for line in seen]
    assert lengths == sorted(lengths) and len(set(lengths)) > 6
    assert 0 < seen[-1].max() <= 255 * TRAVEL_SHARE + 1
    assert stage.coverage(4.0)[row, middle].max() == seen[-1].max(), "it stays"
    plain = Stage(Animation([drawing], Look((220, 120), line_px=4.0)))
    assert not plain.coverage(4.0)[row, middle].any()
    ink = plain.coverage(4.0)[:, round(left[0, 0])]
    np.testing.assert_array_equal(stage.coverage(4.0)[:, round(left[0, 0])], ink)
