import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dataset.likeness import ALIKE, SURELY_ALIKE, Abandoned, alike, prints
from engine.project.progress import Silent
from engine.strokes.simplify import simplify_rdp
from engine.strokes.types import Drawing, as_stroke
from tests.engine.dataset.shapes import copy_of, scribble


class Stopped(Silent):
    def stopped(self):
        return True


def likeness(one, other):
    found = alike(prints([one, other]), -1.0)
    return float(found.likeness[0]) if len(found.likeness) else -1.0


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 2),
    st.floats(0.7, 1.4),
    st.floats(-0.3, 0.3),
    st.floats(0, 6.28),
    st.booleans(),
)
def test_place_size_stretch_slant_turn_and_mirror_do_not_matter(seed, n, stretch, slant, turn, mirrored):
    drawing = scribble(seed, n)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = turned @ np.array([[-stretch if mirrored else stretch, slant], [0, 1]])
    moved = Drawing(tuple(as_stroke(7 * s @ matrix.T + 31) for s in drawing.strokes))
    assert likeness(drawing, moved) > ALIKE


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_direction_order_and_fewer_points_do_not_matter(seed):
    drawing = scribble(seed, 3)
    turned = Drawing(tuple(as_stroke(s[::-1]) for s in drawing.strokes[::-1]))
    assert likeness(drawing, turned) > 0.999
    simple = Drawing(tuple(simplify_rdp(s, 1.0) for s in drawing.strokes))
    assert likeness(drawing, simple) > SURELY_ALIKE


def test_augmented_copies_are_found_and_different_drawings_are_not():
    drawings = [scribble(k, 1 + k % 3) for k in range(120)]
    copies = [copy_of(one, seed=k, mirror=True, reverse=0.5) for k, one in enumerate(drawings)]
    found = alike(prints([*drawings, *copies]))
    true = found.pairs[:, 1] - found.pairs[:, 0] == 120
    assert true.sum() >= 0.85 * 120
    assert (~true).sum() <= 3
    assert 0.3 < found.shifted[true].mean() < 0.8, "half of the copies are mirrored"


def test_too_simple_and_broken_drawings_are_like_nothing():
    line = Drawing((as_stroke([[0, 0], [50, 1], [100, 0]]),))
    dot = Drawing((as_stroke([[3, 3]]),))
    broken = Drawing((as_stroke(np.full((30, 2), np.nan)),))
    angle = np.linspace(0.2, 6.1, 80)
    oval = Drawing((as_stroke(np.stack([90 * np.cos(angle), 60 * np.sin(angle)], axis=1)),))
    table = prints([oval, oval, line, line, dot, dot, broken, broken, Drawing(())])
    assert not table.any()
    assert not len(alike(table).pairs)


def test_chunks_are_compared_with_one_another(monkeypatch):
    drawings = [scribble(k) for k in range(12)]
    table = prints([*drawings, *drawings])
    whole = alike(table, ALIKE).pairs.tolist()
    monkeypatch.setattr("engine.dataset.likeness._CHUNK", 5)
    np.testing.assert_allclose(prints([*drawings, *drawings]), table, atol=1e-6)
    assert sorted(alike(table, ALIKE).pairs.tolist()) == sorted(whole)
    assert sorted(whole) == [[k, k + 12] for k in range(12)]


def test_a_stopped_reporter_stops_it():
    with pytest.raises(Abandoned):
        alike(prints([scribble(0)]), reporter=Stopped())
