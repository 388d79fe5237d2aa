import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.sample.pen import (
    STEP_UNITS,
    Hand,
    PathBuilder,
    catmull_rom,
    draw_line,
    line_widths,
    resample,
    spline,
)

coordinates = st.floats(-200, 200, allow_nan=False, width=32)
way_points = arrays(np.float64, st.tuples(st.integers(3, 12), st.just(2)), elements=coordinates, unique=True)


@given(way_points)
def test_spline_passes_through_its_way_points(points):
    curve = catmull_rom(points)
    for point in points:
        assert np.hypot(*(curve - point).T).min() < 1e-3


@given(way_points)
def test_spline_stays_near_its_way_points(points):
    curve = catmull_rom(points)
    reach = np.ptp(points, axis=0).max()
    assert np.all(curve >= points.min(axis=0) - reach)
    assert np.all(curve <= points.max(axis=0) + reach)


@given(way_points, st.floats(0.5, 5.0))
def test_resampling_keeps_both_ends_and_the_spacing(points, step):
    line = resample(points, step)
    assert np.allclose(line[[0, -1]], points[[0, -1]])
    gaps = np.hypot(*np.diff(line, axis=0).T)
    assert gaps.max() <= step * 1.5 + 1e-6


def test_a_corner_turns_sharper_than_a_bend():
    bend = spline(PathBuilder().to((0, 0), (50, 0), (50, 50)).path())
    corner = spline(PathBuilder().to((0, 0)).corner((50, 0)).to((50, 50)).path())

    def sharpest(line):
        heading = np.unwrap(np.arctan2(*np.diff(resample(line, 1.0), axis=0).T[::-1]))
        return np.abs(np.diff(heading)).max()

    assert sharpest(corner) > 3 * sharpest(bend)


def test_an_arc_of_more_than_a_turn_crosses_its_own_start():
    line = spline(PathBuilder().arc((0, 0), (10, 10), 0, 400).path())
    assert np.hypot(*line.T).max() < 10.5
    assert np.hypot(*(line[len(line) // 2 :] - line[0]).T).min() < 0.5


def test_a_hand_departs_from_its_plan_but_not_far():
    path = PathBuilder().to((0, 0), (60, 20), (120, -10), (200, 0)).path()
    drawn = draw_line(path, Hand(), np.random.default_rng(3))
    plan = resample(spline(path), STEP_UNITS)
    away = np.array([np.hypot(*(plan - p).T).min() for p in drawn[::10]])
    assert 0.1 < away.max() < 6.0


def test_the_pen_is_thin_on_the_straight_and_full_in_turns():
    straight = np.column_stack([np.linspace(0, 300, 151), np.zeros(151)])
    angle = np.linspace(0, 4 * np.pi, 151)
    turning = 20 * np.column_stack([np.cos(angle), np.sin(angle)])
    rng = np.random.default_rng(0)
    assert line_widths(straight, 4.0, rng).mean() < 0.9 * line_widths(turning, 4.0, rng).mean()
