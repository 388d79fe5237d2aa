"""Simplifying and measuring polylines: what must hold for any."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial import cKDTree

from engine.strokes.geometry import (
    arc_lengths,
    is_closed,
    resample,
    uninked_length,
)
from engine.strokes.order import in_drawing_order, order_strokes, pen_up_travel
from engine.strokes.simplify import simplify_rdp, simplify_to_budget
from engine.strokes.types import as_stroke, stroke_length
from tests.engine.trace.shapes import circle, line, random_line

coordinates = st.floats(-500, 500, width=16)
polylines = arrays(np.float32, st.tuples(st.integers(2, 40), st.just(2)), elements=coordinates)
seeds = st.integers(0, 100_000)


def farthest(points, stroke):
    """Largest distance of points from a polyline, exact."""
    a, b = stroke[:-1].astype(float), stroke[1:].astype(float)
    along = b - a
    square = np.maximum((along**2).sum(axis=1), 1e-12)
    t = np.clip(((points[:, None] - a) * along).sum(axis=2) / square, 0, 1)
    return np.linalg.norm(points[:, None] - (a + t[..., None] * along), axis=2).min(axis=1).max()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(polylines, st.floats(0.05, 100))
def test_no_point_is_farther_from_the_simplified_line_than_asked(stroke, epsilon):
    kept = simplify_rdp(stroke, epsilon)
    assert len(kept) >= 2
    assert farthest(stroke.astype(float), kept) <= epsilon + 1e-3


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seeds, st.floats(0.2, 4))
def test_simplifying_twice_changes_nothing_and_backwards_stays_near(seed, epsilon):
    stroke = as_stroke(random_line(seed))
    kept = simplify_rdp(stroke, epsilon)
    again = simplify_rdp(kept, epsilon)
    assert farthest(stroke.astype(float), again) <= 2 * epsilon + 1e-3
    assert farthest(stroke.astype(float), simplify_rdp(stroke[::-1].copy(), epsilon)) <= epsilon + 1e-3
    assert len(again) <= len(kept) < len(stroke)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seeds, st.integers(1, 12), st.integers(4, 300))
def test_short_strokes_survive_every_budget(seed, count, budget):
    rng = np.random.default_rng(seed)
    short = [as_stroke(line(x, y, x + 2, y + 3)) for x, y in rng.uniform(0, 900, (count, 2))]
    strokes = [as_stroke(random_line(seed)), *short]
    kept = simplify_to_budget(strokes, budget)
    assert len(kept) == len(strokes)
    for before, after in zip(strokes, kept, strict=True):
        assert len(after) >= 2 and (after[[0, -1]] == before[[0, -1]]).all()
        assert stroke_length(after) > 0
    assert sum(map(len, kept)) <= max(budget, 2 * len(strokes))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seeds)
def test_a_larger_budget_is_never_less_true(seed):
    stroke = as_stroke(random_line(seed))
    errors = [farthest(stroke.astype(float), *simplify_to_budget([stroke], n)) for n in (10, 30, 100, 1000)]
    assert errors == sorted(errors, reverse=True) and errors[-1] == 0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(polylines, st.floats(0.5, 50))
def test_resampled_points_lie_on_the_line_at_even_steps(stroke, step):
    points = resample(stroke, step)
    assert farthest(points, stroke) < 1e-2
    assert np.allclose(points[0], stroke[0])
    if stroke_length(stroke) > 0:
        assert np.allclose(points[-1], stroke[-1])
        assert arc_lengths(points)[-1] <= stroke_length(stroke) * (1 + 1e-4)
    assert (np.linalg.norm(np.diff(points, axis=0), axis=1) < 1.6 * step + 1e-3).all()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(polylines, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_drawing_order_changes_nothing_but_order_and_direction(strokes, rng):
    def lines(found):
        return sorted(min(s.tobytes(), s[::-1].tobytes()) for s in found)

    ordered = in_drawing_order(strokes)
    assert lines(ordered) == lines(strokes)
    other = list(strokes)
    rng.shuffle(other)
    assert stroke_length(in_drawing_order(other)[0]) == stroke_length(ordered[0])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seeds, st.integers(2, 8))
def test_the_order_is_never_longer_than_going_to_the_nearest_end(seed, count):
    ends = np.random.default_rng(seed).uniform(0, 900, (count, 2, 2))
    strokes = [as_stroke(e) for e in ends]
    order, flips = order_strokes(strokes)
    way = [strokes[k][::-1] if f else strokes[k] for k, f in zip(order, flips, strict=True)]
    nearest, waiting = [way[0]], [k for k in range(count) if k != order[0]]
    while waiting:
        hops = [np.linalg.norm(strokes[k] - nearest[-1][-1], axis=1) for k in waiting]
        chosen = min(range(len(waiting)), key=lambda n: hops[n].min())
        stroke = strokes[waiting.pop(chosen)]
        nearest.append(stroke if hops[chosen][0] <= hops[chosen][1] else stroke[::-1])
    assert pen_up_travel(way) <= pen_up_travel(nearest) + 1e-3
    assert pen_up_travel(way) == sum(np.linalg.norm(b[0] - a[-1]) for a, b in pairwise(way))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seeds, st.floats(10, 80))
def test_uninked_length_is_the_length_away_from_the_ink(seed, away):
    stroke = as_stroke(line(0, 0, 300, 0))
    beside = as_stroke(line(0, away, 300, away))
    assert uninked_length([stroke], [stroke], 3.0) == 0
    assert abs(uninked_length([stroke], [stroke, beside], 3.0) - 300) < 6
    wild = as_stroke(random_line(seed))
    assert uninked_length([wild], [wild[::3]], 4.0) <= 0.02 * stroke_length(wild)


def test_a_ring_is_closed_and_an_arc_is_not():
    ring = as_stroke(circle())
    assert is_closed(ring, 1.0) and not is_closed(ring[:-30], 1.0)
    kept = simplify_rdp(ring, 2.0)
    assert is_closed(kept, 1.0)
    assert cKDTree(resample(kept, 0.5)).query(ring)[0].max() < 2.5
