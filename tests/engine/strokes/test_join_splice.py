import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.strokes.geometry import arc_lengths, resample, uninked_length
from engine.strokes.join import JoinSettings, join
from engine.strokes.splice import SpliceSettings, splice
from engine.strokes.types import as_stroke, stroke_length
from tests.engine.trace.shapes import circle, figure_eight, line

PEN = 5.0


def joined(*strokes, **changes):
    return join([as_stroke(s) for s in strokes], JoinSettings(**changes), pen_width=PEN)


def spliced(*strokes, **changes):
    return splice([as_stroke(resample(s, 2.0)) for s in strokes], SpliceSettings(**changes), pen_width=PEN)


def test_ends_that_point_at_each_other_join_whatever_their_directions():
    a, b = line(0, 0, 100, 0), line(130, 3, 240, 10)
    for first, second in ((a, b), (a[::-1], b), (a, b[::-1]), (b, a)):
        (stroke,) = joined(first, second)
        assert stroke_length(stroke) > 235


def test_no_leap_across_white_paper():
    assert len(joined(line(0, 0, 100, 0), line(180, 0, 300, 0))) == 2


def test_a_side_step_is_no_gap():
    assert len(joined(line(0, 0, 100, 0), line(110, 35, 220, 35))) == 2


def test_a_trail_of_pale_ink_is_followed():
    a, b = as_stroke(line(0, 0, 100, 0)), as_stroke(line(200, 0, 300, 0))
    settings_ = JoinSettings()
    assert len(join([a, b], settings_, pen_width=PEN, ink=lambda at: np.full(len(at), 0.3))) == 1
    assert len(join([a, b], settings_, pen_width=PEN, ink=lambda at: np.zeros(len(at)))) == 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.floats(0, 300)] * 4), max_size=8))
def test_joining_loses_no_point(ends):
    strokes = [as_stroke([e[:2], e[2:]]) for e in ends]
    after = join(strokes, JoinSettings(), pen_width=PEN)
    kept = {tuple(p) for s in after for p in s}
    assert {tuple(p) for s in strokes for p in s} <= kept


def test_all_gaps_together_stay_under_a_limit_and_the_widest_stay_open():
    dashes = [line(0, 0, 20, 0), line(25, 0, 45, 0), line(60, 0, 80, 0)]
    assert len(joined(*dashes, invented_share=1.0, ink_gap_pens=0.0)) == 1
    assert len(joined(*dashes, invented_share=0.1, ink_gap_pens=0.0)) == 2
    assert len(joined(*dashes, invented_share=0.0, ink_gap_pens=0.0)) == 3


def test_a_loop_goes_into_the_line_it_touches():
    (stroke,) = spliced(line(0, 0, 400, 0), circle(200, 80, 80))
    assert stroke_length(stroke) < 400 + 2 * np.pi * 80 + 20
    assert np.allclose(stroke[0], (0, 0)) and np.allclose(stroke[-1], (400, 0))


def test_a_side_trip_is_gone_there_and_back():
    trunk, twig = line(0, 0, 400, 0), line(200, 0, 200, 60)
    (stroke,) = spliced(trunk, twig)
    assert abs(stroke_length(stroke) - (400 + 2 * 60)) < 5
    assert uninked_length([trunk, twig], [stroke], PEN) == 0


def test_an_arc_on_a_line_is_closed_over_the_shorter_way():
    arc = circle(200, 0, 100)[:301]
    (stroke,) = spliced(line(0, 0, 400, 0), arc)
    ink = 400 + np.pi * 100
    assert ink < stroke_length(stroke) < ink + 110


def test_what_is_too_long_to_go_over_again_stays_apart():
    assert len(spliced(line(0, 0, 400, 0), line(200, 0, 200, 300), retrace_share=0.05)) == 2


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 200)] * 4), min_size=1, max_size=7))
def test_splicing_stays_on_the_ink_and_covers_it(ends):
    before = [as_stroke(resample(line(*e), 2.0)) for e in ends if e[:2] != e[2:]]
    after = splice(before, SpliceSettings(), pen_width=PEN)
    assert len(after) <= len(before)
    assert uninked_length(before, after, 2 * PEN) == 0
    assert uninked_length(after, before, PEN) == 0


def test_nothing_to_do_is_nothing_done():
    assert joined() == () and splice([], SpliceSettings(), pen_width=PEN) == ()
    (only,) = spliced(figure_eight())
    assert stroke_length(only) > 1000


def test_lines_that_cross_become_one_that_goes_straight_over_twice():
    host, guest = line(0, 0, 200, 0), line(150, -40, 150, 300)
    (only,) = spliced(host, guest)
    assert arc_lengths(only)[-1] == pytest.approx(200 + 340 + 50 + 40, rel=0.02)
    ends = {tuple(np.round(p).astype(int)) for p in (only[0], only[-1])}
    assert ends == {(0, 0), (150, 300)}


def test_lines_that_cross_in_their_middles_are_not_worth_going_over():
    assert len(spliced(line(-300, 0, 300, 0), line(0, -300, 0, 300), retrace_share=0.3)) == 2
