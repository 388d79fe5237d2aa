"""One clock: constant speed, short moves in the air, a hold at the end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.export.timeline import PEN_UP_FACTOR, Moment, Pace, make_timeline, make_timelines
from engine.strokes.types import as_stroke, stroke_length
from tests.engine.export.drawings import DOT, EMPTY, curly


def test_a_corner_is_reached_when_its_share_of_the_way_is_done():
    line = make_timeline([as_stroke([[0, 0], [30, 0], [30, 10]])], Pace(draw_s=4, hold_s=1))
    assert line.at(-1) == Moment(0, 0, None)
    assert line.at(0) == Moment(0, 1, (0.0, 0.0))
    assert line.at(3) == Moment(0, 2, (30.0, 0.0))
    assert line.at(3.5) == Moment(0, 2, (30.0, 5.0), 0.5)
    assert line.at(4) == line.at(99) == Moment(1, 0, (30.0, 10.0))
    assert (line.drawn_s, line.duration_s) == (4.0, 5.0)


def test_moves_in_the_air_are_short_and_leave_no_ink():
    gap = 10.0 * PEN_UP_FACTOR
    strokes = [as_stroke([[0, 0], [10, 0]]), as_stroke([[10 + gap, 0], [20 + gap, 0]])]
    line = make_timeline(strokes, Pace(draw_s=3, hold_s=0))
    assert line.at(1.5) == Moment(1, 0, (10.0 + gap / 2, 0.0), 0.5), "the pen is seen on its way"
    assert line.at(2.5).points == 1
    assert [len(s) for s in line.visible(1.5)] == [2]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.integers(1, 4), st.floats(0, 1), st.floats(0, 1))
def test_ink_only_grows_and_no_faster_than_the_pen(seed, strokes, a, b):
    drawing = curly(seed, strokes)
    line = make_timeline(drawing.strokes, Pace(draw_s=2.0, hold_s=0.5))
    speed = (stroke_length(line.strokes[0])) / line.times_s[0][-1]
    early, late = sorted((2.0 * a, 2.0 * b))
    inks = [sum(stroke_length(s) for s in line.visible(t)) for t in (early, late)]
    assert -0.01 <= inks[1] - inks[0] <= speed * (late - early) + 0.05


def test_the_end_shows_the_whole_drawing():
    drawing = curly(3)
    for shown, stroke in zip(make_timeline(drawing.strokes).visible(4.0), drawing.strokes, strict=True):
        np.testing.assert_array_equal(shown, stroke)


def test_many_share_one_speed_and_end_together():
    short, long = as_stroke([[0, 0], [50, 0]]), as_stroke([[0, 0], [0, 200]])
    a, b, c, d = make_timelines([[short], [long], EMPTY.strokes, DOT.strokes], Pace(draw_s=4, hold_s=2))
    assert (a.drawn_s, b.drawn_s, c.drawn_s, d.drawn_s) == (1.0, 4.0, 0.0, 0.0)
    assert {x.duration_s for x in (a, b, c, d)} == {6.0}
    assert c.at(3) == Moment(0, 0, None) and d.at(0) == Moment(1, 0, (7.0, 7.0))


def test_empty_strokes_are_left_out_and_bad_times_refused():
    line = make_timeline([np.zeros((0, 2), np.float32), as_stroke([[0, 0], [1, 1]])])
    assert len(line.strokes) == 1
    with pytest.raises(ValueError, match="positive"):
        Pace(draw_s=0)


def test_time_a_point_is_slow_where_points_lie_close():
    stroke = as_stroke([[0, 0], [1, 0], [2, 0], [100, 0]])
    line = make_timeline([stroke, stroke + 5], Pace(by="points", draw_s=7))
    assert line.at(2) == Moment(0, 3, (2.0, 0.0))
    assert line.at(2.5).pen == (51.0, 0.0)
    assert line.at(3.5) == Moment(1, 0, (52.5, 2.5), 0.5), "the way in the air takes as long as a point"
    assert line.at(7).strokes == 2


@pytest.mark.parametrize("by", ["length", "points"])
def test_a_skipped_lift_takes_no_time(by):
    strokes = [as_stroke([[0, 0], [10, 0]]), as_stroke([[500, 0], [510, 0]])]
    line = make_timeline(strokes, Pace(by=by, lifts="skip", draw_s=2))
    assert line.at(0.999).strokes == 0
    assert line.at(1) == Moment(1, 1, (500.0, 0.0))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.sampled_from(["length", "points"]), st.floats(0.01, 0.99))
def test_easing_only_bends_time(seed, by, share):
    strokes = curly(seed).strokes
    even = make_timeline(strokes, Pace(by, draw_s=2.0))
    soft = make_timeline(strokes, Pace(by, draw_s=2.0, easing="soft"))
    assert soft.at(2.0) == even.at(2.0) and soft.drawn_s == even.drawn_s
    later = even.at(2.0 * share)
    slow = soft.at(2.0 * np.arccos(1 - 2 * share) / np.pi)
    np.testing.assert_allclose(slow.pen, later.pen, atol=1e-3)
    for times, stroke in zip(soft.times_s, strokes, strict=True):
        np.testing.assert_allclose(soft.at(times[7] + 1e-9).pen, stroke[7], atol=1e-3)
    assert soft.at(0.1).pen != even.at(0.1).pen


def test_a_pace_comes_back_from_json_and_refuses_nonsense():
    pace = Pace("points", "skip", 3.0, 0.0, "soft")
    assert Pace.from_json(pace.to_json()) == pace and Pace.from_json({}) == Pace()
    for wrong in ({"by": "time"}, {"easing": ""}, {"draw_s": -1}, {"hold_s": float("nan")}):
        with pytest.raises(ValueError):
            Pace.from_json(wrong)
