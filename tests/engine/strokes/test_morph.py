import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from engine.strokes.geometry import resample
from engine.strokes.morph import morph
from engine.strokes.types import Drawing, as_stroke


def wave(seed, n=30, at=(100, 100)):
    rng = np.random.default_rng(seed)
    return as_stroke(np.cumsum(rng.normal(0, 8, (n, 2)), axis=0) + at)


def ring(n=40, first=0, radius=50.0):
    angle = 2 * np.pi * (np.arange(n + 1) + first) / n
    return as_stroke(100 + radius * np.column_stack([np.cos(angle), 0.6 * np.sin(angle)]))


def ink(drawing):
    return np.concatenate([resample(stroke, 0.5) for stroke in drawing.strokes])


def furthest(drawing, other):
    """How far the ink of either goes from the other's."""
    a, b = ink(drawing), ink(other)
    return max(cKDTree(a).query(b)[0].max(), cKDTree(b).query(a)[0].max())


def test_the_ends_are_the_drawings_themselves():
    first, second = Drawing((wave(1), wave(2))), Drawing((wave(3),))
    steps = morph(first, second, 5)
    assert len(steps) == 5
    assert steps[0] is first and steps[-1] is second
    assert morph(first, second, 1) == [first]
    assert morph(first, second, 2) == [first, second]
    with pytest.raises(ValueError):
        morph(first, second, 0)


def test_a_line_drawn_from_its_other_end_does_not_turn_inside_out():
    line = wave(1)
    for between in morph(Drawing((line,)), Drawing((line[::-1],)), 6)[1:-1]:
        assert furthest(between, Drawing((line,))) < 0.5


def test_a_closed_line_begun_elsewhere_stays_as_it_is():
    for other in (ring(first=17), ring(first=23)[::-1]):
        (middle,) = morph(Drawing((ring(),)), Drawing((other,)), 3)[1:-1]
        assert furthest(middle, Drawing((ring(),))) < 3


def test_lines_find_their_likes_in_whatever_order():
    lines = [wave(seed, at=at) for seed, at in enumerate([(20, 20), (160, 30), (40, 150), (150, 160)])]
    moved = [as_stroke(line + np.array([10, 6])) for line in lines]
    shuffled = Drawing((moved[2][::-1], moved[0], moved[3], moved[1][::-1]))
    (middle,) = morph(Drawing(tuple(lines)), shuffled, 3)[1:-1]
    halfway = Drawing(tuple(as_stroke(line + np.array([5, 3])) for line in lines))
    assert furthest(middle, halfway) < 0.5
    assert middle.length == pytest.approx(halfway.length, rel=1e-3)


def test_one_line_becomes_its_own_pieces_without_moving():
    line = wave(4, n=61)
    pieces = [line[45:], line[:21][::-1], line[20:46]]
    (middle,) = morph(Drawing((line,)), Drawing(tuple(pieces)), 3)[1:-1]
    assert len(middle.strokes) == 3
    assert furthest(middle, Drawing((line,))) < 2
    assert middle.length == pytest.approx(sum(Drawing((p,)).length for p in pieces), rel=0.05)


def test_nothing_grows_out_of_the_middle():
    full = Drawing((ring(), wave(2)))
    steps = morph(Drawing(()), full, 4)
    assert steps[0].strokes == () and steps[-1] is full
    assert 0 < steps[1].length < steps[2].length < full.length
    assert [one.strokes for one in morph(Drawing(()), Drawing(()), 3)] == [(), (), ()]


lines = st.builds(
    wave, st.integers(0, 99), st.integers(1, 25), st.tuples(st.integers(30, 170), st.integers(30, 170))
)
drawn = st.builds(lambda strokes: Drawing(tuple(strokes)), st.lists(lines, min_size=1, max_size=6))


@settings(deadline=None, max_examples=60)
@given(drawn, drawn)
def test_it_begins_and_ends_without_a_jump(first, second):
    steps = morph(first, second, 2001)
    assert furthest(steps[1], first) < 2
    assert furthest(steps[-2], second) < 2
    assert len(steps[1000].strokes) == max(len(first.strokes), len(second.strokes))
    again = morph(first, second, 2001)[1000]
    assert all(np.array_equal(a, b) for a, b in zip(steps[1000].strokes, again.strokes, strict=True))


@settings(deadline=None, max_examples=30)
@given(drawn, drawn)
def test_what_lies_between_lies_within_both(first, second):
    points = np.concatenate([*first.strokes, *second.strokes])
    middle = np.concatenate(morph(first, second, 3)[1].strokes)
    assert (middle >= points.min(axis=0) - 1e-2).all()
    assert (middle <= points.max(axis=0) + 1e-2).all()
