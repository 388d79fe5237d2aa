"""What happens inside merged ink: runs gone along twice, their lanes, corners."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from engine.strokes.geometry import resample
from engine.trace.doubling import DoublingSettings, doubled_edges
from engine.trace.graph import Edge, LineGraph
from engine.trace.pairing import Arms, PairingSettings
from engine.trace.pipeline import trace_image
from tests.engine.trace import shapes

PEN = 6.0


def edge(ends, *points, width=PEN):
    line = resample(np.array(points, dtype=float), 1.0)
    return Edge(ends, line, np.full(len(line), width))


def double_y(run_width, run_length=40.0):
    """Two lines that meet, run on together and part again."""
    graph = LineGraph({}, {})
    a, b = (100.0, 100.0), (100.0 + run_length, 100.0)
    graph.add(0, edge((0, 1), (20, 80), a))
    graph.add(1, edge((2, 1), (20, 120), a))
    graph.add(2, edge((1, 3), a, b, width=run_width))
    graph.add(3, edge((3, 4), b, (b[0] + 80, 80)))
    graph.add(4, edge((3, 5), b, (b[0] + 80, 120)))
    return graph


def doubled(graph):
    return doubled_edges(graph, Arms(PEN, PairingSettings()), DoublingSettings())


def test_a_run_as_wide_as_two_lines_was_gone_along_twice():
    assert doubled(double_y(1.7 * PEN)) == {2}


def test_a_long_run_as_wide_as_one_line_was_gone_along_once():
    assert doubled(double_y(0.95 * PEN, run_length=300.0)) == set()


def test_a_wide_tail_is_a_way_out_and_back_and_a_thin_one_is_a_line_that_ends():
    for width, x, expected in ((1.6 * PEN, 160, {2}), (0.9 * PEN, 300, set())):
        graph = LineGraph({}, {})
        graph.add(0, edge((0, 1), (20, 160), (100, 100)))
        graph.add(1, edge((2, 1), (20, 40), (100, 100)))
        graph.add(2, edge((1, 3), (100, 100), (x, 100), width=width))
        assert doubled(graph) == expected


def off_the_truth(page, *truth):
    """Worst distance of the truth from the strokes, and the strokes."""
    strokes = trace_image(page).strokes
    tree = cKDTree(np.concatenate([resample(s, 0.5) for s in strokes]))
    return float(tree.query(np.concatenate(truth))[0].max()), strokes


def merging(gap, sign=1.0):
    """A line that comes from one side, runs straight for a while and leaves to the side it came from."""
    x = np.linspace(60, 640, 600)
    away = np.clip((np.abs(x - 350) - 110) / 180, 0, 1) ** 2 * 160
    return np.stack([x, 450 + sign * (gap / 2 + away)], axis=1)


@pytest.mark.parametrize("gap", [3.0, 4.5, 5.5])
def test_lines_that_run_side_by_side_in_one_band_of_ink_are_two(gap):
    above, below = merging(gap, -1), merging(gap)
    worst, strokes = off_the_truth(shapes.page(above, below, width=PEN), above, below)
    assert len(strokes) == 2
    assert worst < 1.6
    lengths = sorted(float(np.ptp(s[:, 0])) for s in strokes)
    assert lengths[0] > 560, "each goes from end to end"


@pytest.mark.parametrize("angle_deg", [25, 35, 50, 70])
@pytest.mark.parametrize("width", [4.0, 8.0])
def test_lines_that_cross_at_a_slant_go_straight_on(angle_deg, width):
    half = np.radians(angle_deg / 2)
    way = np.array([np.cos(half), np.sin(half)])
    one, other = (
        np.linspace(np.array([350, 450]) - 250 * w, np.array([350, 450]) + 250 * w, 400)
        for w in (way, way * (1, -1))
    )
    worst, strokes = off_the_truth(shapes.page(one, other, width=width), one, other)
    assert len(strokes) == 2
    assert worst < 0.4 * width
    for stroke in strokes:
        assert np.sign(stroke[0, 1] - 450) == -np.sign(stroke[-1, 1] - 450)


@pytest.mark.parametrize("opening_deg", [20, 45, 80, 110])
def test_a_corner_is_sharp(opening_deg):
    half = np.radians(opening_deg / 2)
    tip = np.array([350.0, 250.0])
    legs = [tip + 350 * np.array([s * np.sin(half), np.cos(half)]) for s in (-1, 1)]
    curve = np.concatenate([np.linspace(legs[0], tip, 300), np.linspace(tip, legs[1], 300)[1:]])
    worst, strokes = off_the_truth(shapes.page(curve, width=PEN), curve)
    assert len(strokes) == 1
    assert worst < 0.35 * PEN
