"""What must hold for every line, however it lies on the page."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from engine.strokes.geometry import is_closed, resample
from engine.strokes.types import stroke_length
from engine.trace.pipeline import trace_image
from tests.engine.trace import shapes

HEIGHT, WIDTH = shapes.SIZE[1], shapes.SIZE[0]
ON_PAGE = {  # what becomes of a point when the picture is turned or mirrored
    "turned left": (np.rot90, lambda p: np.stack([p[:, 1], WIDTH - 1 - p[:, 0]], 1)),
    "upside down": (lambda im: np.rot90(im, 2), lambda p: (WIDTH - 1, HEIGHT - 1) - p),
    "turned right": (lambda im: np.rot90(im, 3), lambda p: np.stack([HEIGHT - 1 - p[:, 1], p[:, 0]], 1)),
    "mirrored": (lambda im: im[:, ::-1], lambda p: (WIDTH - 1, 0) + p * (-1, 1)),
    "transposed": (lambda im: im.T, lambda p: p[:, ::-1]),
}


def distances(of, to):
    """From every place on some lines to the nearest on others."""
    points = np.concatenate([resample(s, 1.0) for s in of])
    return cKDTree(np.concatenate([resample(s, 0.5) for s in to])).query(points)[0]


def assert_same_lines(strokes, others, mean_px=0.5, farthest_px=4.0):
    both = [distances(strokes, others), distances(others, strokes)]
    assert max(d.mean() for d in both) < mean_px
    assert max(d.max() for d in both) < farthest_px


def sharpest_turn_deg(stroke, step=8.0):
    way = np.diff(resample(stroke, step), axis=0)
    return np.degrees(np.abs(np.diff(np.unwrap(np.arctan2(way[:, 1], way[:, 0]))))).max()


def busy():
    """A page with something of everything: loops, a ring, straight lines, a cusp."""
    cusp = np.concatenate([shapes.line(90, 720, 300, 850), shapes.line(300, 850, 345, 715)[1:]])
    return [shapes.wave(), shapes.circle(560, 160, 90), shapes.line(60, 120, 420, 190), cusp]


@pytest.fixture(scope="module")
def upright():
    return trace_image(shapes.page(*busy()))


@pytest.mark.parametrize("turned", ON_PAGE)
def test_a_turned_or_mirrored_picture_gives_the_turned_lines(turned, upright):
    picture, place = ON_PAGE[turned]
    trace = trace_image(np.ascontiguousarray(picture(shapes.page(*busy()))))
    for stage in ("strokes", "joined", "spliced"):
        assert len(getattr(trace, stage)) == len(getattr(upright, stage))
        assert_same_lines(getattr(trace, stage), [place(s) for s in getattr(upright, stage)])
    assert len(trace.drawings) == len(upright.drawings)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(angle=st.floats(0, 2 * np.pi))
def test_lines_drawn_at_another_angle_are_the_same_lines(angle):
    curves = [shapes.transformed(c, angle=angle, scale=0.7) for c in busy()]
    trace = trace_image(shapes.page(*curves, width=5))
    assert len(trace.strokes) == len(curves)
    assert_same_lines(trace.spliced, curves, farthest_px=5)


@pytest.mark.parametrize("scale", [0.5, 1.7, 3.0])
def test_lines_of_another_size_are_the_same_lines(scale, upright):
    size = (round(WIDTH * scale), round(HEIGHT * scale))
    curves = [c * scale for c in busy()]
    trace = trace_image(shapes.page(*curves, width=6 * scale, size=size))
    assert [len(trace.strokes), len(trace.joined)] == [len(upright.strokes), len(upright.joined)]
    assert_same_lines(trace.spliced, curves, mean_px=0.3 + 0.2 * scale, farthest_px=4 + 2 * scale)
    assert trace.pen_width_px == pytest.approx(6 * scale, rel=0.15)


@pytest.mark.parametrize("width", [2.0, 3.0, 4.5, 8.0, 11.0, 15.0, 20.0])
def test_thin_and_fat_pens_draw_the_same_line(width):
    trace = trace_image(shapes.page(shapes.wave(), width=width))
    assert len(trace.strokes) == 1
    assert_same_lines(trace.strokes, [shapes.wave()], mean_px=0.6, farthest_px=0.5 * width + 2)


def test_a_ring_is_one_closed_stroke_with_its_ends_in_one_place():
    (stroke,) = trace_image(shapes.page(shapes.circle())).spliced
    assert is_closed(stroke, 1.0)
    assert sharpest_turn_deg(stroke) < 20
    assert stroke_length(stroke) == pytest.approx(2 * np.pi * 200, rel=0.01)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(angle=st.floats(0, np.pi), n=st.integers(2, 6))
def test_a_grid_is_its_lines_each_straight_from_end_to_end(angle, n):
    lines = [shapes.transformed(c, angle=angle, scale=0.8) for c in shapes.grid(n)]
    trace = trace_image(shapes.page(*lines, width=5))
    assert len(trace.strokes) == len(trace.joined) == 2 * n
    assert_same_lines(trace.strokes, lines)
    for stroke in trace.strokes:
        assert stroke_length(stroke) == pytest.approx(np.linalg.norm(stroke[-1] - stroke[0]), rel=0.01)


@pytest.mark.parametrize("gap", [-4.0, 0.0, 3.0])
def test_circles_that_touch_keep_their_ink_and_turn_nowhere(gap):
    rings = [shapes.circle(210 - gap / 2, 450, 140), shapes.circle(490 + gap / 2, 450, 140)]
    trace = trace_image(shapes.page(*rings))
    assert len(trace.strokes) <= 2 and len(trace.spliced) == 1
    assert_same_lines(trace.strokes, rings)
    assert max(map(sharpest_turn_deg, trace.strokes)) < 40
    assert sum(map(stroke_length, trace.spliced)) == pytest.approx(4 * np.pi * 140, rel=0.02)


def test_circles_that_do_not_touch_stay_two():
    rings = [shapes.circle(205, 450, 120), shapes.circle(495, 450, 120)]
    trace = trace_image(shapes.page(*rings))
    assert len(trace.spliced) == 2
    assert all(is_closed(s, 1.0) for s in trace.spliced)


@pytest.mark.parametrize("offset", [0.0, 1.5, 3.0])
def test_a_line_gone_over_again_is_one_stroke_with_its_cusp(offset):
    way = shapes.retraced(offset)
    trace = trace_image(shapes.page(way))
    (stroke,) = trace.spliced
    assert_same_lines([stroke], [way], mean_px=1.0)
    assert trace.invented_px == 0
    ends = [(100, 600), (160, 150 + offset)]
    assert max(np.linalg.norm(stroke[[0, -1]] - e, axis=1).min() for e in ends) < 6
    assert np.linalg.norm(stroke - (560, 300 + offset / 2), axis=1).min() < 8, "the tip of the cusp"


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), places=st.integers(5, 20), width=st.floats(3.5, 7.0))
def test_a_line_that_wanders_comes_back_whole(seed, places, width):
    way = shapes.random_line(seed, places=(places, places + 1))
    trace = trace_image(shapes.page(way, width=width))
    assert (distances([way], trace.spliced) <= 3).mean() > 0.97
    assert (distances(trace.spliced, [way]) <= 3).mean() > 0.97
    assert len(trace.strokes) <= 5 and len(trace.spliced) <= 2
    assert len(trace.drawings) == 1


@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 60))
def test_many_lines_lose_no_ink(seed):
    places = [(20, 20), (330, 20), (20, 420), (330, 420)]
    ways = [shapes.random_line(seed + k) / 2 + place for k, place in enumerate(places)]
    image = shapes.page(*ways, width=4)
    trace = trace_image(image)
    assert trace.coverage > 0.999
    ys, xs = np.nonzero(image < 128)
    lines = cKDTree(np.concatenate([resample(s, 0.5) for s in trace.spliced]))
    away = lines.query(np.stack([xs, ys], axis=1))[0]
    assert (away < 4).mean() > 0.995 and away.max() < 8, "the pen is 4 px wide"
    used = [k for members in trace.drawings for k in members]
    assert len(used) == len(set(used)) and set(used) <= set(range(len(trace.spliced)))


@pytest.mark.parametrize("angle_deg", [44, 45, 135, 225])
@pytest.mark.parametrize("width", [2.5, 4.0, 5.0, 8.0])
@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5])
def test_a_slanted_line_is_traced_from_end_to_end(angle_deg, width, shift):
    # Thinning eats diagonals whose width is an even number of pixels, from one end or from both.
    along = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    middle = np.array([350 + shift, 450])
    way = shapes.line(*(middle - 100 * along), *(middle + 100 * along))
    trace = trace_image(shapes.page(way, width=width))
    assert distances([way], trace.spliced).max() < 0.5 * width + 2


@pytest.mark.parametrize("opening_deg", [8, 14, 20, 30])
@pytest.mark.parametrize("width", [4, 6, 9])
def test_a_hairpin_reaches_its_tip(opening_deg, width):
    half = np.radians(opening_deg / 2)
    tip = np.array([120.0, 450.0])
    up, down = (tip + 450 * np.array([np.cos(half), side * np.sin(half)]) for side in (-1, 1))
    way = np.concatenate([np.linspace(up, tip, 300), np.linspace(tip, down, 300)[1:]])
    trace = trace_image(shapes.page(way, width=width))
    assert distances([tip[None]], trace.spliced).max() < 0.6 * width


def test_the_stages_tell_of_the_same_ink():
    trace = trace_image(shapes.page(*shapes.grid(3), shapes.wave(), shapes.circle(500, 300, 100)))
    for earlier, later in pairwise((trace.strokes, trace.joined, trace.spliced)):
        assert len(later) <= len(earlier)
        assert distances(earlier, later).max() < trace.pen_width_px
