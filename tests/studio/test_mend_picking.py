"""What lies under the pointer, against the plain way of finding it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.tracing.mend_picking import Picker
from tests.studio.traced import circle, line

NUMBERS = st.floats(-50, 150, width=32)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6)


def plain_distance(stroke, at):
    """From a point to a polyline, segment by segment."""
    if len(stroke) == 1:
        return float(np.hypot(*(stroke[0] - at)))
    found = []
    for a, b in zip(stroke[:-1].astype(float), stroke[1:].astype(float), strict=True):
        step = b - a
        share = np.clip(np.dot(at - a, step) / max(float(step @ step), 1e-9), 0, 1)
        found.append(float(np.hypot(*(at - a - share * step))))
    return min(found)


@given(st.lists(POINTS, min_size=1, max_size=4), st.tuples(NUMBERS, NUMBERS))
def test_the_nearest_stroke_is_found(strokes, at):
    strokes = [np.array(stroke, dtype=np.float32) for stroke in strokes]
    distances = [plain_distance(stroke, np.array(at)) for stroke in strokes]
    target = Picker(strokes).stroke_at(at, 1e6)
    assert distances[target.stroke] == pytest.approx(min(distances), abs=1e-2)
    assert np.hypot(*np.subtract(target.at, at)) == pytest.approx(min(distances), abs=1e-2)
    if min(distances) > 1:
        assert Picker(strokes).stroke_at(at, min(distances) - 0.5) is None


def test_nothing_is_found_on_an_empty_page():
    picker = Picker(())
    assert picker.stroke_at((0, 0), 100) is None
    assert picker.end_at((0, 0), 100) is None
    assert picker.passages((0, 0), 100, 10) == []


def test_a_place_on_a_line_knows_its_direction():
    target = Picker([line((0, 0), (30, 40))]).stroke_at((15, 21), 5)
    assert target.along == pytest.approx((0.6, 0.8), abs=1e-5)


def test_the_end_already_held_is_passed_over():
    picker = Picker([line((0, 0), (10, 0)), line((2, 0), (2, 9))])
    first = picker.end_at((1, 0), 5)
    other = picker.end_at((0, 0), 5, first)
    assert (first.stroke, first.end) != (other.stroke, other.end)


def test_passages_are_the_stretches_that_meet_at_a_place():
    picker = Picker([line((0, 0), (80, 80)), line((80, 0), (0, 80)), circle(40, 70, 10)])
    assert len(picker.passages((40, 40), 15, 3)) == 2
