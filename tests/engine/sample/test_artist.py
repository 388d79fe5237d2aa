import numpy as np
import pytest

from engine.errors import UserError
from engine.sample.artist import SUBJECTS, draw
from engine.sample.pen import STEP_UNITS


def crossings(line):
    """Number of proper crossings of a polyline with itself."""
    a, b = line[:-1], line[1:]
    d = b - a
    i, j = np.triu_indices(len(a), 3)
    cross = d[i, 0] * d[j, 1] - d[i, 1] * d[j, 0]
    cross[np.abs(cross) < 1e-9] = np.nan
    w = a[j] - a[i]
    t = (w[:, 0] * d[j, 1] - w[:, 1] * d[j, 0]) / cross
    u = (w[:, 0] * d[i, 1] - w[:, 1] * d[i, 0]) / cross
    return int(np.sum((t > 0) & (t < 1) & (u > 0) & (u < 1)))


def outline(drawing):
    """A picture of 32 x 32 cells, to tell drawings apart."""
    points = np.concatenate(drawing.strokes)
    return np.histogram2d(points[:, 0], points[:, 1], bins=32, range=((0, 200), (0, 200)))[0] > 0


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_same_generator_draws_the_same_drawing(subject):
    one, two = (draw(subject, np.random.default_rng(11)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one.strokes, two.strokes, strict=True))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_drawings_are_normalised_continuous_and_few_stroked(subject):
    for seed in range(12):
        drawing = draw(subject, np.random.default_rng([seed, 2]))
        points = np.concatenate(drawing.strokes)
        assert np.allclose(points.min(axis=0), 0, atol=1e-3)
        assert points.max() == pytest.approx(200.0, abs=1e-2)
        assert 1 <= len(drawing.strokes) <= 3
        for stroke in drawing.strokes:
            assert stroke.dtype == np.float32
            assert np.hypot(*np.diff(stroke, axis=0).T).max() < 3 * STEP_UNITS


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_two_drawings_are_alike(subject):
    pictures = [outline(draw(subject, np.random.default_rng([seed, 5]))) for seed in range(16)]
    for i, one in enumerate(pictures):
        for other in pictures[i + 1 :]:
            assert (one & other).sum() / (one | other).sum() < 0.7


def test_most_drawings_are_one_line_that_crosses_itself():
    drawings = [draw(s, np.random.default_rng([seed, 7])) for s in SUBJECTS for seed in range(8)]
    single = [d for d in drawings if len(d.strokes) == 1]
    assert len(single) > 0.7 * len(drawings)
    crossing = [d for d in single if crossings(d.strokes[0][::4]) > 0]
    assert len(crossing) > 0.7 * len(single)


def test_an_unknown_subject_names_the_known_ones():
    with pytest.raises(UserError, match="face"):
        draw("battleship", np.random.default_rng(0))
