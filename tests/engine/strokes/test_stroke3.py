import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.strokes.stroke3 import from_stroke3, from_stroke5, to_stroke3, to_stroke5
from engine.strokes.types import Drawing

coordinates = st.floats(-500, 500, width=32)
strokes = st.integers(1, 30).flatmap(lambda n: arrays(np.float32, (n, 2), elements=coordinates))
drawings = st.lists(strokes, max_size=6).map(lambda parts: Drawing(tuple(parts)))


@given(drawings)
def test_a_drawing_survives_stroke3(drawing):
    back = from_stroke3(to_stroke3(drawing))
    assert [len(s) for s in back.strokes] == [len(s) for s in drawing.strokes]
    for before, after in zip(drawing.strokes, back.strokes, strict=True):
        np.testing.assert_allclose(after, before, atol=2e-2)


@given(drawings)
def test_stroke3_survives_stroke5(drawing):
    rows = to_stroke3(drawing)
    np.testing.assert_array_equal(from_stroke5(to_stroke5(rows)), rows)
    np.testing.assert_array_equal(from_stroke5(to_stroke5(rows, len(rows) + 9)), rows)


def test_rows_are_moves_from_the_origin_with_a_lift_on_each_last_point():
    drawing = Drawing((np.array([[3, 4], [5, 4]], np.float32), np.array([[0, 1]], np.float32)))
    assert to_stroke3(drawing).tolist() == [[3, 4, 0], [2, 0, 1], [-5, -3, 1]]


def test_stroke5_has_one_pen_state_a_row_and_ends_with_end_tokens():
    framed = to_stroke5([[3, 4, 0], [2, 0, 1]], length=6)
    assert framed.tolist() == [
        [0, 0, 1, 0, 0],
        [3, 4, 1, 0, 0],
        [2, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1],
    ]


def test_a_missing_last_lift_loses_no_stroke():
    assert [len(s) for s in from_stroke3([[0, 0, 1], [1, 1, 0], [1, 1, 0]]).strokes] == [1, 2]


def test_a_long_line_does_not_drift():
    points = np.cumsum(np.full((5000, 2), 0.1), axis=0).astype(np.float32)
    back = from_stroke3(to_stroke3(Drawing((points,)))).strokes[0]
    assert np.abs(back - points).max() < 0.01


@pytest.mark.parametrize("rows", [[[1, 2]], [1, 2, 3], np.zeros((2, 3, 3))])
def test_other_shapes_are_refused(rows):
    with pytest.raises(ValueError, match="shape"):
        from_stroke3(rows)
