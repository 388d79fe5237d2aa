"""The lasso catches what lies inside, quickly."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.curate.lasso import combine, points_in_box, points_in_polygon

corner = st.tuples(st.integers(-20, 20), st.integers(-20, 20))


def winding_by_hand(point, polygon):
    """Even-odd rule, one edge at a time, as in the textbook."""
    x, y, odd = *point, False
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            odd = not odd
    return odd


@settings(max_examples=60, deadline=None)
@given(st.lists(corner, min_size=3, max_size=12))
def test_it_agrees_with_the_textbook(polygon):
    dots = np.random.default_rng(len(polygon)).uniform(-22, 22, (80, 2))
    expected = [winding_by_hand(dot, polygon) for dot in dots]
    assert points_in_polygon(dots, polygon).tolist() == expected


def test_a_figure_of_eight_and_degenerate_lassos():
    dots = [[1, 2], [3, 2], [2, 0.5], [9, 9]]
    assert points_in_polygon(dots, [[0, 0], [4, 4], [4, 0], [0, 4]]).tolist() == [True, True, False, False]
    assert not points_in_polygon(dots, [[0, 0], [9, 9]]).any()
    assert not points_in_polygon(dots, []).any()
    assert points_in_polygon(np.zeros((0, 2)), [[0, 0], [1, 0], [0, 1]]).shape == (0,)


def test_a_box_may_be_pulled_from_any_corner():
    dots = [[0, 0], [1, 1], [2, 2], [3, 0]]
    for a, b in [((0.5, 0), (3, 2)), ((3, 2), (0.5, 0)), ((0.5, 2), (3, 0))]:
        assert points_in_box(dots, a, b).tolist() == [False, True, True, True]


def test_a_hundred_thousand_points_within_a_tenth_of_a_second():
    rng = np.random.default_rng(0)
    dots = rng.uniform(-1, 1, (100_000, 2))
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    lasso = np.column_stack([np.cos(angle), np.sin(angle)]) * rng.uniform(0.5, 0.95, (200, 1))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        points_in_polygon(dots, lasso)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("replace", {2, 3}), ("add", {1, 2, 3}), ("subtract", {1}), ("intersect", {2})],
)
def test_the_four_ways_to_combine(mode, expected):
    assert combine({1, 2}, {2, 3}, mode) == expected
