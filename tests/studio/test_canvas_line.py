"""The line on the canvas as a value: whose parts it has, how it is told, how a fan takes it on."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserError
from engine.project.layout import Layout
from engine.strokes.simplify import simplify_rdp
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing, as_stroke
from studio import theme
from studio.canvas.draft import draft_file, read_draft
from studio.canvas.fan import Fan, Future, finished_future, make_fan
from studio.canvas.hand import Hand
from studio.canvas.line import BLANK, Line, begun_from, part_of, played
from studio.canvas.results import line_from, recorded_sample_of
from studio.canvas.telling import EPSILON_UNITS, Telling
from studio.gallery.kept import ReadKept, keep, kept_folder
from studio.widgets import drawing_art


def wave(n: int) -> np.ndarray:
    t = np.linspace(0, n / 25, n)
    return as_stroke(np.stack([20 + 6 * t, 100 + 60 * np.sin(t)], 1))


def hand_part(points, begins=True):
    return part_of(as_stroke(points), "hand", begins=begins, begun_s=100.0)


def test_parts_that_go_on_make_one_stroke_and_the_line_knows_whose_it_is():
    line = BLANK.with_parts([hand_part([[0, 0], [30, 0]])])
    line = line.with_parts([part_of(as_stroke([[30, 0], [30, 10]]), "machine", begins=False)], {"run": "a"})
    assert [stroke.tolist() for stroke in line.drawing.strokes] == [[[0, 0], [30, 0], [30, 10]]]
    assert line.tip == (30, 10)
    assert line.share_by("machine") == pytest.approx(0.25)
    assert BLANK.is_blank and not line.is_blank


def test_a_line_survives_json():
    line = BLANK.with_parts([hand_part(wave(30)), part_of(wave(4), "machine", begins=True)], {"run": "base"})
    again = Line.from_json(json.loads(json.dumps(line.to_json())))
    assert [part.by for part in again.parts] == ["hand", "machine"]
    assert np.allclose(again.drawing.strokes[0], wave(30), atol=0.01)
    assert again.machines == ({"run": "base"},)


@pytest.mark.parametrize("text", ["{", "[]", '{"parts": [{"by": "dog"}]}', '{"parts": 3}'])
def test_a_damaged_draft_is_put_aside_and_said(project_folder, text):
    file = draft_file(Layout(project_folder))
    file.parent.mkdir(parents=True)
    file.write_text(text)
    with pytest.raises(UserError, match="left in"):
        read_draft(file)
    assert file.with_name("draft-damaged.json").read_text() == text
    assert read_draft(file).is_blank


def test_the_same_machine_is_named_once():
    line = BLANK.with_parts([hand_part(wave(3))], {"run": "a", "index": 1})
    assert len(line.with_parts([], {"run": "a", "index": 5}).machines) == 1
    assert len(line.with_parts([], {"run": "b", "index": 5}).machines) == 2


def test_a_hand_that_lifts_ends_where_it_really_was_and_a_shaky_one_is_steadied():
    random = np.random.default_rng(3)
    raw = np.stack([np.linspace(0, 60, 120), 50 + random.normal(0, 0.6, 120)], 1)
    hand = Hand(*raw[0], 0.5, begins=True, at_s=0.0)
    for k, (x, y) in enumerate(raw[1:], start=1):
        hand.move(x, y, 0.5, k / 120)
    part = hand.lift(1.0)
    assert part.points[-1].tolist() == pytest.approx(raw[-1].tolist(), abs=1e-4)
    assert np.std(np.diff(part.points[:-1, 1])) < 0.4 * np.std(np.diff(raw[:, 1]))
    assert (np.diff(part.times_s) >= 0).all()


def test_a_fast_hand_is_not_left_behind():
    hand = Hand(0, 0, 0.5, begins=True, at_s=0.0)
    for k in range(1, 60):
        hand.move(10.0 * k, 0, 0.5, k / 120)
    (x, _), *_ = hand.points_from(hand.n_points - 1)
    assert 590 - x < 2.5 * 10, "it lags less than three moves"


def test_a_growing_line_is_told_with_firm_points():
    telling, points, before = Telling(), wave(1500), None
    for n in range(3, 1500, 7):
        told = telling.tell((), hand_part(points[:n])).strokes[0]
        if before is not None and len(before) > 16:
            assert (told[: len(before) - 16] == before[:-16]).all(), "what is far from the tip stays"
        before = told
    assert (before[-1] == points[n - 1]).all() and (before[0] == points[0]).all()
    assert len(before) < 2 * len(simplify_rdp(points[:n], EPSILON_UNITS)) + 4


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_the_told_line_keeps_every_end(lengths):
    parts = [hand_part(wave(n) + 3 * k) for k, n in enumerate(lengths)]
    told = Telling().tell(parts)
    assert len(told.strokes) == len(parts)
    for stroke, part in zip(told.strokes, parts, strict=True):
        assert (stroke[0] == part.points[0]).all() and (stroke[-1] == part.points[-1]).all()


def test_a_line_taken_back_is_told_anew():
    telling, first, second = Telling(), hand_part(wave(50)), hand_part(wave(90) + 5)
    telling.tell((first, second))
    assert len(telling.tell((first,)).strokes) == 1
    assert np.allclose(telling.tell((second,)).strokes[0][0], second.points[0])


def test_a_fan_is_cut_at_the_pointer_and_moves_with_the_pen():
    future = Future((as_stroke([[0, 0], [10, 0], [10, 10]]), as_stroke([[20, 0], [20, 4]])))
    assert future.length == 24
    along, distance = future.nearest(11, 5)
    assert (along, distance) == (15, 1)
    fan = Fan((future,), (0, 0), reach=along)
    assert [one.tolist() for one in fan.taken_from((1, 1)).strokes] == [[[1, 1], [11, 1], [11, 6]]]
    assert len(future.up_to(22).strokes) == 2
    assert [part.begins for part in future.parts()] == [False, True]


def test_a_future_that_lifts_at_once_begins_a_stroke():
    drawing = Drawing((as_stroke([[5, 5]]), as_stroke([[9, 9], [12, 9]])))
    fan = make_fan([drawing, Drawing((as_stroke([[5, 5]]),))], [False, True], (5, 5), 0, {})
    assert len(fan.futures) == 1, "one that ends at once is no way on"
    assert [part.begins for part in fan.chosen.parts()] == [True]
    assert make_fan([], [], (0, 0), 0, {}) is None


def test_what_the_machine_added_is_what_comes_after_what_it_was_told():
    whole = Drawing((as_stroke([[0, 0], [5, 0]]), as_stroke([[9, 9], [12, 9], [14, 9]])))
    inside = finished_future(whole, 3, (9, 9))
    assert [part.begins for part in inside.parts()] == [False] and inside.length == 5
    after = finished_future(whole, 2, (5, 0))
    assert [part.begins for part in after.parts()] == [True] and after.length == 5
    assert not finished_future(whole, 5, (14, 9)).parts()


def test_a_drawing_lies_in_the_middle_of_the_sheet_and_pauses_are_short_when_it_is_played():
    line = begun_from(Drawing((as_stroke([[0, 0], [50, 0], [50, 100]]),)), ["hand"], {"name": "cat"})
    points = line.drawing.strokes[0]
    assert ((points.min(0) + points.max(0)) / 2).tolist() == [100, 100] and np.ptp(points[:, 1]) == 200
    late = part_of(wave(5), "machine", begins=True, begun_s=line.parts[0].begun_s + 3600)
    starts = played(line.with_parts([late]))
    assert starts[1] == pytest.approx(float(line.parts[0].times_s[-1]) + 0.5)


def test_what_is_exported_is_cut_where_the_pen_changed_hands_and_is_the_same_drawing():
    line = BLANK.with_parts([hand_part(wave(30))])
    line = line.with_parts([hand_part(np.vstack([wave(30)[-1:], [[60, 60]]]), begins=False)])
    line = line.with_parts([part_of(as_stroke([[60, 60], [90, 60]]), "machine", begins=False)], {"run": "a"})
    sample = recorded_sample_of(line)
    assert [len(stroke) for stroke in sample.drawing.strokes] == [32]
    assert sample.recording is not None and sample.recording.inks == (0, 1)
    assert [len(stroke) for stroke in sample.picture.strokes] == [31, 2]
    whole = np.concatenate([sample.picture.strokes[0], sample.picture.strokes[1][1:]])
    np.testing.assert_allclose(whole, sample.drawing.strokes[0])
    for stroke, times in zip(sample.picture.strokes, sample.recording.times_s, strict=True):
        assert len(stroke) == len(times) and (np.diff(times) >= 0).all()
    assert sample.recording.times_s[1][0] >= sample.recording.times_s[0][-1]
    assert sample.recording.begins == (True, False)


def test_a_kept_drawing_is_read_and_drawn_on_with_as_it_was_drawn(tmp_path):
    line = BLANK.with_parts([hand_part(wave(30))])
    line = line.with_parts(
        [part_of(as_stroke([wave(30)[-1], [90, 60]]), "machine", begins=False)], {"run": "a"}
    )
    line = line.with_parts([hand_part(wave(5))])
    made, layout = recorded_sample_of(line), Layout(tmp_path)
    keep(layout, made)
    assert not ReadKept(layout)().damaged
    (kept,) = ReadKept(layout)().samples
    assert kept.recording.inks == (0, 1, 0) and kept.recording.begins == (True, False, True)
    for first, second in zip(kept.recording.times_s, made.recording.times_s, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-3)
    assert drawing_art.inks_of(kept) == (theme.LIGHT.ink, theme.LIGHT.machine, theme.LIGHT.ink)
    again = line_from(kept)
    assert [part.by for part in again.parts] == ["hand", "machine", "hand"]
    assert [len(stroke) for stroke in again.drawing.strokes] == [31, 5], "the pen is not lifted at a joint"
    assert len(read_svg(kept_folder(layout) / f"{kept.file}.svg")) == 3


def test_a_clock_that_went_back_costs_no_drawing(tmp_path):
    odd = replace(hand_part(wave(9)), times_s=np.linspace(8, 0, 9, dtype=np.float32))
    line = BLANK.with_parts([odd, hand_part(wave(5))])
    layout = Layout(tmp_path)
    keep(layout, recorded_sample_of(line))
    now = ReadKept(layout)()
    assert len(now.samples) == 1 and not now.damaged


@pytest.mark.parametrize(
    "damage",
    [
        lambda told: told["inks"].pop(),
        lambda told: told["times_s"][0].reverse(),
        lambda told: told["strokes"][0].pop(),
        lambda told: told.pop("begins"),
    ],
)
def test_a_damaged_recording_is_named_and_left(tmp_path, damage):
    line = BLANK.with_parts([hand_part(wave(9)), part_of(wave(5), "machine", begins=True)], {"run": "a"})
    layout = Layout(tmp_path)
    file = kept_folder(layout) / f"{keep(layout, recorded_sample_of(line))}.json"
    value = json.loads(file.read_text())
    damage(value["recording"])
    file.write_text(json.dumps(value))
    assert [words.split(":")[0] for words in ReadKept(layout)().damaged] == [file.name]
    assert file.exists()
