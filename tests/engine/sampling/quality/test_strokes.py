import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from engine.sampling.quality.cheats import shuffle_all, shuffled
from engine.sampling.quality.strokes import STATISTICS, count_crossings, distances, distribution, measure
from engine.strokes.stroke3 import to_stroke3
from engine.strokes.types import Drawing, as_stroke
from tests.engine.sampling.quality.hand import drawings


def drawing(*strokes):
    return Drawing(tuple(as_stroke(points) for points in strokes))


def real_values(rows):
    measured = [measure(r) for r in rows]
    return {name: distribution(measured, name) for name in STATISTICS}


def test_a_box_and_a_bar():
    found = measure(to_stroke3(drawing([(0, 0), (40, 0), (40, 10), (0, 10)], [(10, 20), (10, 20), (20, 20)])))
    assert {name: values.tolist() for name, values in found.items()} == {
        "strokes": [2],
        "points": [7],
        "length": [100],
        "stroke_length": [90, 10],
        "turning": [90, 90],
        "aspect": [1],
        "crossings": [0],
    }


@pytest.mark.parametrize(
    ("strokes", "crossings"),
    [
        ([[(0, 0), (10, 10)], [(0, 10), (10, 0)]], 1),
        ([[(0, 0), (10, 10), (10, 0), (0, 10)]], 1),
        ([[(0, 0), (10, 0), (10, 10), (0, 0)]], 0),
        ([[(0, 0), (10, 0)], [(5, 0), (5, 5)]], 0),
        ([[(0, 0), (10, 0)], [(2, -1), (2, 1), (4, 1), (4, -1)]], 2),
        ([[(0, 0), (5, 0)], [(0, 0), (5, 0)]], 0),
        ([[(3, 3)]], 0),
        ([], 0),
    ],
)
def test_crossings_are_counted_and_touching_is_none(strokes, crossings):
    assert count_crossings(drawing(*strokes)) == crossings


def test_crossings_are_those_of_every_pair():
    rng = np.random.default_rng(0)
    line = rng.uniform(0, 100, (30, 2))

    def meet(i, j):
        m = np.column_stack([line[i + 1] - line[i], line[j] - line[j + 1]])
        at = np.linalg.solve(m, line[j] - line[i])
        return (at > 0).all() and (at < 1).all()

    expected = sum(meet(i, j) for i in range(29) for j in range(i + 2, 29))
    assert count_crossings(drawing(line)) == expected > 50


def test_nothing_and_a_dot_can_be_measured():
    for rows in (np.zeros((0, 3), np.float32), np.array([[3, 3, 1]], np.float32)):
        found = measure(rows)
        assert all(np.isfinite(values).all() for values in found.values())
        assert found["length"] == [0]


def test_distances_are_in_standard_deviations():
    rng = np.random.default_rng(0)
    one, other = rng.gamma(2, 20, 4000), rng.gamma(3, 25, 300)
    real = {"points": distribution([{"points": one}], "points")}
    expected = wasserstein_distance(other, one) / one.std()
    assert distances([{"points": other}], real)["points"] == pytest.approx(expected, rel=0.03)


def test_what_is_always_the_same_is_compared_in_plain_units():
    real = {"strokes": distribution([{"strokes": np.full(5, 3.0)}], "strokes")}
    assert distances([{"strokes": np.array([5.0, 7.0])}], real) == {"strokes": 3.0}
    assert distances([{"strokes": np.zeros(0)}], real) == {"strokes": 0.0}


def test_shuffled_moves_are_as_long_and_turn_otherwise():
    rows = drawings(60, 0)
    cheat = shuffle_all(rows, np.random.default_rng(0))
    found = distances([measure(r) for r in cheat], real_values(rows))
    assert found["turning"] > 1.0
    assert found["strokes"] == found["points"] == 0
    assert found["length"] < 0.5
    assert sorted(cheat[0][1:, 0]) == sorted(rows[0][1:, 0])
    assert np.array_equal(cheat[0][:, 2], rows[0][:, 2])


def test_one_point_can_be_shuffled():
    dot = np.array([[3, 3, 1]], np.float32)
    assert np.array_equal(shuffled(dot, np.random.default_rng(0)), dot)
