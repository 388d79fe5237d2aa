"""Smooth lines pass through their points and keep their corners."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from engine.strokes.smooth import smooth_drawing, smooth_stroke
from engine.strokes.types import Drawing, as_stroke

POINT = st.tuples(st.integers(0, 200), st.integers(0, 200))


@given(st.lists(POINT, min_size=1, max_size=30))
def test_the_curve_passes_through_every_point(points: list[tuple[int, int]]) -> None:
    stroke = as_stroke(points)
    curve = smooth_stroke(stroke)
    assert np.isfinite(curve).all()
    assert cKDTree(curve).query(stroke)[0].max() < 1e-3
    assert curve[0].tolist() == stroke[0].tolist()
    assert curve[-1].tolist() == stroke[-1].tolist()


def test_few_points_of_a_circle_become_round() -> None:
    turn = np.linspace(0, 2 * np.pi, 17)
    circle = as_stroke(np.stack([np.cos(turn), np.sin(turn)], axis=1) * 100)
    radius = np.hypot(*smooth_stroke(circle).T)
    assert abs(radius[10:-10] - 100).max() < 0.5
    chords = circle[:-1] + np.diff(circle, axis=0) / 2
    assert abs(np.hypot(*chords.T) - 100).max() > 1.5


def test_a_corner_stays_a_corner() -> None:
    corner = as_stroke([(0, 0), (50, 0), (100, 0), (100, 50), (100, 100)])
    curve = smooth_stroke(corner)
    assert curve[:, 0].max() <= 100 + 1e-4
    assert curve[:, 1].min() >= -1e-4


def test_a_drawing_keeps_its_strokes_in_order() -> None:
    drawing = Drawing((as_stroke([(0, 0), (1, 1)]), as_stroke([(5, 5)])))
    assert [len(stroke) for stroke in smooth_drawing(drawing).strokes] == [2, 1]
