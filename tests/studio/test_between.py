"""The way between two drawings, and its files."""

import itertools

import numpy as np
import pytest
from PIL import Image

from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing, as_stroke
from studio.gallery import between
from studio.gallery.between import HOLD_S, GoByCode, GoByShape, WriteFlip, WriteStrip, has_codes, varied
from studio.models.runs import Run
from studio.models.samples import Sample


def drawing(*points) -> Drawing:
    return Drawing((as_stroke(points),))


A = Sample("a", drawing([0, 0], [200, 0], [200, 100]), "hand")
B = Sample("b", drawing([0, 0], [40, 200]), "hand")


@pytest.fixture
def passage():
    return GoByShape(A, B, 4)()


def test_by_shape_the_ends_are_the_two_and_the_steps_lie_between(passage):
    assert passage.samples[0] is A and passage.samples[-1] is B and len(passage.samples) == 6
    assert [one.made_by for one in passage.samples] == ["hand", *["machine"] * 4, "hand"]
    widths = [np.ptp(frame.strokes[0][:, 0]) for frame in passage.frames]
    assert widths[0] == pytest.approx(200, abs=1) and widths[-1] == pytest.approx(40, abs=1)
    assert all(before >= after - 1e-3 for before, after in itertools.pairwise(widths))
    step = passage.samples[2].origin
    assert step == {"way": "between", "by": "shape", "index": 1, "steps": 4, "made_from": ["a", "b"]}


def test_all_frames_lie_around_one_middle(passage):
    for frame in (passage.frames[0], passage.frames[-1]):
        points = np.concatenate(frame.strokes)
        assert (points.min(axis=0) + points.max(axis=0)) / 2 == pytest.approx([100, 100], abs=0.5)


def test_a_step_is_one_of_the_frames(passage):
    per_gap = (len(passage.frames) - 1) // 5
    frame, step = passage.frames[2 * per_gap].normalised(), passage.samples[2].drawing
    assert np.allclose(frame.strokes[0], step.strokes[0], atol=1e-3)


def test_it_goes_there_and_back_and_rests_at_both_ends(passage):
    there = passage.there_s
    assert passage.place_at(0.0) == passage.place_at(HOLD_S) == 0.0
    assert passage.place_at(HOLD_S + there / 2) == pytest.approx(0.5)
    assert passage.place_at(HOLD_S + there + HOLD_S / 2) == 1.0
    assert passage.place_at(passage.duration_s - there / 4) == pytest.approx(0.25)
    assert passage.place_at(passage.duration_s + HOLD_S + there / 2) == pytest.approx(0.5)
    for place in (0.0, 0.3, 1.0):
        assert passage.place_at(passage.time_of(place)) == pytest.approx(place)


def test_the_ends_are_in_the_artists_ink_and_the_middle_in_the_machines(passage):
    inks = passage.inks()
    assert inks[0] == inks[-1] == "#1b1b1a" and inks[len(inks) // 2] == "#c2562e"
    assert len(inks) == len(passage.frames)


def test_by_code_every_step_says_where_it_comes_from():
    drawn = tuple(drawing([0, 0], [90, 30 + 9 * k], [120, 90], [110, 180]) for k in range(3))
    origin = {"run": "run001", "way": "between", "made_from": ["a", "b"], "index": 0}
    passage = GoByCode(A, B, drawn, origin)()
    assert passage.way == "code" and len(passage.samples) == 5
    assert [one.origin["index"] for one in passage.samples[1:-1]] == [0, 1, 2]
    assert passage.samples[2].origin["run"] == "run001" and "run001" in passage.samples[2].name
    assert passage.samples[2].smooth.n_points > 4
    assert (len(passage.frames) - 1) % 4 == 0


def test_a_machine_that_drew_nothing_leaves_the_two():
    passage = GoByCode(A, B, (Drawing(()),), {})()
    assert passage.samples == (A, B) and len(passage.frames) > 2


def test_variations_count_on():
    made = varied(A, [B.drawing, A.drawing], {"run": "run001", "way": "varied", "index": 0})
    assert [one.origin["index"] for one in made] == [0, 1]
    assert made[1].name == "a varied · run001 · 2"


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ({"model": "sketchformer"}, True),
        ({"model": "sketchrnn/vae"}, True),
        ({"model": "sketchrnn", "model_settings": {"latent": 64}}, True),
        ({"model": "sketchrnn/standard"}, False),
        ({"model": "transformer"}, False),
        ({}, False),
    ],
)
def test_which_runs_have_codes(settings, answer, tmp_path):
    assert has_codes(Run("run001", tmp_path, settings=settings)) is answer


@pytest.mark.parametrize("suffix", [".gif", ".png"])
def test_a_flip_file_goes_there_and_back(passage, tmp_path, suffix):
    file = tmp_path / f"a{suffix}"
    assert WriteFlip(file, passage)() == file
    with Image.open(file) as image:
        assert image.n_frames == 2 * (len(passage.frames) - 1)
        image.seek(0)
        first = np.asarray(image.convert("RGB")).copy()
        total = 0
        for index in range(image.n_frames):
            image.seek(index)
            total += image.info["duration"]
        image.seek(image.n_frames // 4)
        middle = np.asarray(image.convert("RGB")).astype(int)
    assert total / 1000 == pytest.approx(passage.duration_s, abs=0.11)
    assert (first.max(axis=2) < 60).any(), "the artist's ink"
    red = middle.reshape(-1, 3)[middle.reshape(-1, 3).sum(axis=1).argmin()]
    assert red[0] > red[2] + 60, "the machine's"


def test_a_film_has_the_rests_too(passage, tmp_path):
    import imageio_ffmpeg

    file = tmp_path / "a.mp4"
    assert WriteFlip(file, passage)() == file
    _frames, seconds = imageio_ffmpeg.count_frames_and_secs(str(file))
    assert seconds == pytest.approx(passage.duration_s, abs=0.15)


def test_stopped_it_leaves_nothing(passage, tmp_path):
    work = WriteFlip(tmp_path / "a.gif", passage)
    work.stop.stop()
    assert work() is None and list(tmp_path.iterdir()) == []


def test_the_strip_as_picture_and_as_lines(passage, tmp_path):
    WriteStrip(tmp_path / "a.png", passage.samples)()
    with Image.open(tmp_path / "a.png") as image:
        assert image.width > 5 * image.height / 2 and image.width > 6 * between._CELL_PX
    WriteStrip(tmp_path / "a.svg", passage.samples)()
    assert len(read_svg(tmp_path / "a.svg")) == 6
