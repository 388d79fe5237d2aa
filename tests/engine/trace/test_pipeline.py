from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from engine.strokes.geometry import resample
from engine.trace.pipeline import Tracer, trace_image
from tests.engine.trace import shapes


def distances(of, to):
    points = np.concatenate([resample(s, 1.0) for s in of])
    return cKDTree(np.concatenate([resample(s, 0.5) for s in to])).query(points)[0]


def assert_same_line(strokes, curves, mean_px=0.8, farthest_px=8.0):
    both = [distances(strokes, curves), distances(curves, strokes)]
    assert max(d.mean() for d in both) < mean_px
    assert max(d.max() for d in both) < farthest_px


@settings(max_examples=12, deadline=None)
@given(
    angle=st.floats(-np.pi, np.pi),
    scale=st.floats(0.6, 1.05),
    mirror=st.booleans(),
    width=st.floats(3.5, 11.0),
)
def test_one_line_comes_back_as_one_line_however_it_lies(angle, scale, mirror, width):
    curve = shapes.transformed(shapes.wave(), angle=angle, scale=scale, mirror=mirror)
    trace = trace_image(shapes.page(curve, width=width))
    assert len(trace.strokes) == len(trace.spliced) == 1
    assert_same_line(trace.strokes, [curve], farthest_px=1.6 * width)
    assert trace.pen_width_px == pytest.approx(width, rel=0.25)


@settings(max_examples=6, deadline=None)
@given(angle=st.floats(0, np.pi))
def test_a_closed_loop_is_one_closed_stroke(angle):
    ring = shapes.transformed(shapes.circle() * (1.0, 0.8), angle=angle)
    (stroke,) = trace_image(shapes.page(ring)).strokes
    assert np.linalg.norm(stroke[0] - stroke[-1]) < 1.0
    assert_same_line([stroke], [ring])


@settings(max_examples=6, deadline=None)
@given(angle=st.floats(0, np.pi), width=st.floats(4, 9))
def test_a_figure_eight_is_one_stroke_straight_through_its_crossing(angle, width):
    eight = shapes.transformed(shapes.figure_eight(), angle=angle)
    (stroke,) = trace_image(shapes.page(eight, width=width)).strokes
    turns = np.diff(np.unwrap(np.arctan2(*np.diff(resample(stroke, 8.0), axis=0).T)))
    assert np.abs(turns).max() < np.radians(45)
    assert_same_line([stroke], [eight])


def test_a_grid_is_its_lines_taken_straight():
    across = [shapes.line(100, y, 600, y + 40) for y in (200, 400, 600)]
    down = [shapes.line(x, 100, x - 30, 750) for x in (200, 350, 500)]
    trace = trace_image(shapes.page(*across, *down))
    assert len(trace.strokes) == 6
    for stroke in trace.strokes:
        assert np.linalg.norm(stroke[-1] - stroke[0]) > 480


def test_lines_that_touch_keep_their_own_ways():
    ring, floor = shapes.circle(350, 400, 180), shapes.line(80, 583, 620, 583)
    trace = trace_image(shapes.page(ring, floor))
    assert_same_line(trace.strokes, [ring, floor])
    assert len(trace.strokes) <= 2
    assert len(trace.spliced) == 1


def test_a_sharp_cusp_is_one_stroke_out_to_its_tip():
    cusp = np.concatenate([shapes.line(150, 200, 360, 700), shapes.line(360, 700, 470, 150)[1:]])
    (stroke,) = trace_image(shapes.page(cusp)).strokes
    assert np.linalg.norm(stroke - (360, 700), axis=1).min() < 8


def test_a_gap_in_the_ink_is_joined_and_counted_as_invented():
    pieces = [shapes.line(100, 300, 330, 330), shapes.line(370, 335, 600, 365)]
    trace = trace_image(shapes.page(*pieces))
    assert (len(trace.strokes), len(trace.joined)) == (2, 1)
    assert 15 < trace.invented_px < 60


def test_the_stages_only_ever_get_fewer_and_cover_the_ink():
    curves = [shapes.wave(), shapes.circle(500, 200, 90), shapes.line(60, 700, 640, 640)]
    trace = trace_image(shapes.page(*curves))
    assert len(trace.strokes) >= len(trace.joined) >= len(trace.spliced)
    assert trace.coverage > 0.99
    assert distances(curves, trace.spliced).max() < 8


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1), np.uint8),
        np.zeros((1, 900), np.uint8),
        np.zeros((300, 200, 3), np.uint8),
        np.full((300, 200), 255, np.uint8),
        np.full((40, 40, 3), 128, np.uint8),
        np.zeros((0, 0, 3), np.uint8),
    ],
    ids=["one pixel", "one row", "black", "white", "grey", "nothing"],
)
def test_pages_without_a_line_give_an_empty_trace(image):
    trace = trace_image(image)
    assert trace.strokes == trace.spliced == trace.drawings == ()
    assert (trace.height_px, trace.width_px) == image.shape[:2]


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 160), st.integers(1, 160), st.integers(0, 99))
def test_noise_of_any_size_gives_sound_strokes(height, width, seed):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.uint8)
    trace = trace_image(noise)
    for stroke in trace.strokes + trace.joined + trace.spliced:
        assert len(stroke) > 1 and np.isfinite(stroke).all()
    used = [k for d in trace.drawings for k in d]
    assert len(used) == len(set(used))


def test_binding_and_page_number_stay_out_of_the_drawing():
    image, drawing = shapes.scene()
    trace = trace_image(image)
    assert trace.binding == "left"
    assert len(trace.annotations) == 2
    assert len(trace.spliced) == 1
    assert distances([drawing[40:]], trace.spliced).max() < 6
    kept = trace_image(image, annotations="keep")
    assert kept.annotations == ()
    assert len(kept.spliced) > len(trace.spliced)


def test_mirrored_the_binding_is_at_the_right():
    image, _ = shapes.scene()
    assert trace_image(np.ascontiguousarray(image[:, ::-1])).binding == "right"


def test_a_line_off_the_sheet_is_kept_and_a_scanner_edge_is_not():
    image = shapes.page(shapes.line(-40, 300, 760, 500))
    image[:12] = 30
    (stroke,) = trace_image(image).spliced
    assert np.ptp(stroke[:, 0]) > 690


def test_a_wash_is_not_line_ink():
    image = np.full((900, 700, 3), 250, np.uint8)
    image[200:700, 150:600] = (120, 90, 140)
    assert not trace_image(image).line_ink
    assert trace_image(shapes.page(shapes.wave())).line_ink


def test_two_drawings_are_told_apart_and_share_no_stroke():
    left, right = shapes.circle(170, 300, 120), shapes.circle(530, 600, 120)
    eye = shapes.circle(170, 300, 30)
    trace = trace_image(shapes.page(left, right, eye))
    assert sorted(len(d) for d in trace.drawings) == [1, 2]
    used = sorted(k for d in trace.drawings for k in d)
    assert used == list(range(len(trace.spliced)))
    assert trace.drawing(0).length > 0


def test_stages_are_pictures_of_the_working_size():
    stages = Tracer(shapes.page(shapes.wave())).stages()
    assert stages.ink.mask.shape == stages.skeleton.shape == stages.paper.flat.shape
    assert 0 < stages.skeleton.sum() < stages.ink.mask.sum()


def test_a_large_page_is_reduced_and_its_coordinates_are_not():
    curve = shapes.wave() * 3.5
    trace = trace_image(shapes.page(curve, width=16, size=(2450, 3150)))
    assert_same_line(trace.strokes, [curve], mean_px=1.0, farthest_px=25)


def test_strokes_follow_each_other_by_short_ways():
    rows = [shapes.line(100, y, 600, y) for y in (100, 200, 300, 400)]
    trace = trace_image(shapes.page(*rows))
    hops = [np.linalg.norm(b[0] - a[-1]) for a, b in pairwise(trace.strokes)]
    assert max(hops) < 330
