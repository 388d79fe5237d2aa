"""Mends as values: what is written to the log comes back, and nothing else is taken for a mend."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.strokes.types import as_stroke
from engine.trace.mends.records import (
    HANDLE_POINTS,
    MEND_NAMES,
    Connect,
    Cut,
    Delete,
    Move,
    Reverse,
    SetApart,
    StartAt,
    StrokeHandle,
    SwapCrossing,
    TakeBack,
    from_json,
    handle_of,
    name_of,
    place_of,
    to_json,
)

number = st.floats(-1e5, 1e5)
point = st.tuples(number, number)
handle = st.builds(StrokeHandle, st.lists(point, min_size=1, max_size=24).map(tuple), st.floats(0, 1e6))
mends = st.one_of(
    st.builds(
        SwapCrossing, point, st.sampled_from([1, 2]), st.none() | st.tuples(point, point, point, point)
    ),
    st.builds(Connect, point, point),
    st.builds(Cut, point, point),
    st.builds(StartAt, handle, point),
    st.builds(Move, handle, st.none() | handle),
    *(st.builds(kind, handle) for kind in (Delete, Reverse, TakeBack, SetApart)),
)


@given(mends)
def test_a_mend_comes_back_from_json(mend):
    assert from_json(json.loads(json.dumps(to_json(mend)))) == mend
    assert MEND_NAMES[name_of(mend)] is type(mend)
    assert len(place_of(mend)) == 2


HANDLE = {"points": [[0, 0], [1, 1]], "length_px": 1.5}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "no mend"),
        ([], "no mend"),
        ({"do": "explode"}, "no mend"),
        ({"do": "cut", "at": [1, 2]}, "needs along"),
        ({"do": "connect", "a": [1, 2], "b": [1, 2], "c": 3}, "has no c"),
        ({"do": "connect", "a": [1, 2], "b": [1]}, "b of connect is no point"),
        ({"do": "connect", "a": [1, 2], "b": [1, float("nan")]}, "no number"),
        ({"do": "connect", "a": [1, 2], "b": [1, True]}, "no number"),
        ({"do": "swap", "at": [1, 2], "turn": 3}, "neither 1 nor 2"),
        ({"do": "swap", "at": [1, 2], "arms": [[0, 1]]}, "four directions"),
        ({"do": "delete", "stroke": {"points": [], "length_px": 0}}, "no stroke"),
        ({"do": "delete", "stroke": {"points": [[0, 0]]}}, "no number"),
        ({"do": "delete", "stroke": None}, "no stroke"),
        ({"do": "start", "stroke": HANDLE}, "needs at"),
    ],
)
def test_what_is_no_mend_says_why(record, reason):
    with pytest.raises(ValueError, match=reason):
        from_json(record)


def test_a_handle_lies_evenly_along_its_stroke():
    corner = as_stroke([[0, 0], [300, 0], [300, 160]])
    found = handle_of(corner)
    assert len(found.points) == HANDLE_POINTS
    assert (found.points[0], found.points[-1], found.length_px) == ((0, 0), (300, 160), 460)
    steps = np.abs(np.diff(np.array(found.points), axis=0)).sum(axis=1)
    assert np.allclose(steps, 20, atol=0.11)


def test_a_dot_has_a_handle_too():
    assert handle_of(as_stroke([[3, 4]])) == StrokeHandle(((3, 4),), 0)
