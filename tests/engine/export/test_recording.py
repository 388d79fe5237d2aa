"""Drawings that hand and machine drew together: each in its ink, at the pace they were drawn."""

import re

import numpy as np
import pytest

from engine.export.colours import INK, MACHINE_INK, rgb
from engine.export.formats import FORMATS, write_file
from engine.export.frames import Animation, Look, Stage
from engine.export.moving_svg import moving_svg
from engine.export.recording import Recording
from engine.export.still import still_svg
from engine.export.timeline import Pace, make_timelines
from engine.strokes.types import Drawing, as_stroke

HAND = as_stroke(np.array([[0, 0], [50, 0], [100, 0]], dtype=np.float32))
MACHINE = as_stroke(np.array([[100, 0], [100, 100]], dtype=np.float32))
AGAIN = as_stroke(np.array([[0, 100], [0, 200]], dtype=np.float32))
DRAWING = Drawing((HAND, MACHINE, AGAIN))
RECORDING = Recording((0, 1, 0), (np.array([0, 1, 4.0]), np.array([4, 5.0]), np.array([7, 8.0])))


def animation(**pace):
    look = Look((120, 120), line_px=6, inks=(INK, MACHINE_INK))
    pace = Pace(**{"by": "recorded", "draw_s": 4.0, "hold_s": 1.0, **pace})
    return Animation([DRAWING], look, pace, 10, recordings=[RECORDING])


def test_points_come_when_they_were_drawn_in_the_time_there_is():
    (clock,) = animation().timelines()
    assert [times.tolist() for times in clock.even_s] == [[0, 0.5, 2], [2, 2.5], [3.5, 4]]


def test_where_lifts_are_skipped_nobody_pauses():
    (clock,) = animation(lifts="skip").timelines()
    assert [np.round(times * 1.5, 3).tolist() for times in clock.even_s] == [[0, 1, 4], [4, 5], [5, 6]]


def test_what_nobody_recorded_is_drawn_at_one_speed():
    strokes = [DRAWING.strokes]
    recorded, length = (make_timelines(strokes, Pace(by)) for by in ("recorded", "length"))
    for one, other in zip(recorded[0].even_s, length[0].even_s, strict=True):
        np.testing.assert_array_equal(one, other)


def test_each_hand_has_its_ink():
    stage = Stage(animation())
    half, whole = stage.frame(1.9).copy(), stage.frame(4.0)
    assert not near(half, MACHINE_INK).any()
    assert near(half, INK).any()
    where = near(whole, MACHINE_INK)
    assert where.any()
    rows, columns = np.nonzero(where)
    assert columns.min() > 55, "the machine drew the edge at the right alone"
    assert near(whole, INK)[rows.max() + 8 :, :60].any()


def near(frame, colour):
    return np.abs(frame.astype(int) - np.array(rgb(colour))).sum(axis=2) < 12


@pytest.mark.parametrize("make", [moving_svg, still_svg])
def test_each_hand_has_its_colour_in_vectors(make):
    colours = re.findall(r'stroke="(#[0-9A-Fa-f]{6})"', make(animation()))
    assert {colour.lower() for colour in colours} == {INK.lower(), MACHINE_INK.lower()}


@pytest.mark.parametrize("key", sorted(FORMATS))
def test_every_format_takes_it(tmp_path, key):
    file = tmp_path / f"x{FORMATS[key].suffix}"
    assert write_file(file, animation(), key)
    assert file.stat().st_size > 0


def test_one_ink_is_one_ink_whoever_drew():
    look = Look((60, 60), inks=(INK,))
    one = Animation([DRAWING], look, recordings=[RECORDING])
    assert one.inks(0) == (0, 0, 0)
    np.testing.assert_array_equal(
        Stage(one).frame(9.0), Stage(Animation([DRAWING], look, recordings=())).frame(9.0)
    )
