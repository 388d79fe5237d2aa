"""Every format, read back by a reader that is not ours: size, duration, and the drawing in it."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
from PIL import Image
from svgpathtools import svg2paths

from engine.dataset.npz import read_npz
from engine.errors import UserError
from engine.export.colours import rgb
from engine.export.formats import FORMATS, estimate_bytes, format_of, write_file
from engine.export.frames import Animation, Look, Stage, Stopped
from engine.export.timeline import Pace
from engine.strokes.smooth import smooth_drawing
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.types import Drawing, as_stroke
from tests.engine.export.drawings import DOT, EMPTY, StopsAfter, curly
from tests.engine.export.readers import read_gcode, read_hpgl, read_moving

MOVING = ("gif", "apng", "mp4", "webm")
LOOKS = {
    "plain": Look((120, 90)),
    "pen": Look((121, 91), pen="pen", shows_travel=True, inks=("black", "#C2562E"), paper="#eef"),
    "dark": Look((96, 160), paper="#101014", inks=("gold",), line_px=3.3),
}


def path_of(folder, key):
    return folder / f"out{FORMATS[key].suffix}"


@pytest.mark.parametrize("key", MOVING)
@pytest.mark.parametrize("look", LOOKS)
def test_what_moves_has_size_duration_and_last_picture(tmp_path, key, look):
    animation = Animation([curly(1), curly(2), DOT], LOOKS[look], Pace(draw_s=0.8, hold_s=0.4), fps=20)
    assert write_file(path_of(tmp_path, key), animation, key)
    seen = read_moving(path_of(tmp_path, key))
    width, height = animation.look.size_px
    even = key in ("mp4", "webm")
    assert seen.size == ((width + even * (width % 2), height + even * (height % 2)))
    assert seen.seconds == pytest.approx(1.2, abs=1e-6)
    last = Stage(animation).frame(0.8).astype(int)
    difference = np.abs(seen.frames[-1][:height, :width].astype(int) - last)
    assert difference.max() <= 12 if not even else difference.mean() < 5
    assert np.abs(seen.frames[-1][1, 1].astype(int) - rgb(animation.look.paper)).max() <= 4, "paper"
    first = np.abs(seen.frames[0][:height, :width].astype(int) - last)
    assert first.mean() > 2 * difference.mean(), "it is not whole from the start"


@pytest.mark.parametrize("key", ["gif", "apng"])
@pytest.mark.parametrize("pace", [Pace(draw_s=0.5, easing="soft"), Pace("points", "skip", 0.7, 0.0)])
def test_player_and_file_agree_picture_by_picture(tmp_path, key, pace):
    look = Look((120, 90), pen="pen", shows_travel=True)
    animation = Animation([curly(1), curly(2)], look, pace, fps=25)
    write_file(path_of(tmp_path, key), animation, key)
    seen = read_moving(path_of(tmp_path, key))
    times = animation.drawing_times_s()
    assert len(seen.frames) == len(times)
    for frame, t_s in zip(seen.frames, times, strict=True):
        assert np.abs(frame.astype(int) - Stage(animation).frame(t_s)).max() <= 12


def test_a_picture_is_the_end_of_the_film(tmp_path):
    animation = Animation([curly(1), curly(2)], LOOKS["pen"])
    write_file(tmp_path / "a.png", animation)
    with Image.open(tmp_path / "a.png") as image:
        np.testing.assert_array_equal(np.asarray(image), Stage(animation).frame(4.0))


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("key", ["svg", "moving-svg"])
def test_svgs_lie_where_the_picture_has_ink(tmp_path, key, look):
    animation = Animation([curly(1), curly(2)], LOOKS[look])
    write_file(tmp_path / "a.svg", animation, key)
    paths, attributes = svg2paths(str(tmp_path / "a.svg"), convert_rectangles_to_paths=False)
    ink = (Stage(animation).frame(4.0) != rgb(animation.look.paper)).any(axis=2)
    for path in paths:
        middle = path.point(0.5)
        x, y = round(middle.real), round(middle.imag)
        assert ink[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].any()
    inks = set(animation.look.inks)
    assert inks <= {one["stroke"] for one in attributes}
    if animation.look.pen == "pen":
        assert len({one.get("stroke-width") for one in attributes}) > 5
    else:
        assert len(paths) == 6


def test_pen_moves_are_the_ones_before_smoothing(tmp_path):
    raw = [curly(1), curly(2)]
    animation = Animation([smooth_drawing(one) for one in raw], raw=raw)
    write_file(tmp_path / "a.npz", animation)
    splits = read_npz(tmp_path / "a.npz").splits
    assert [len(splits[name]) for name in ("train", "valid", "test")] == [2, 0, 0]
    for rows, one in zip(splits["train"], raw, strict=True):
        read = from_stroke3(rows)
        assert [len(s) for s in read.strokes] == [len(s) for s in one.strokes]
        np.testing.assert_allclose(np.vstack(read.strokes), np.vstack(one.strokes), atol=1e-3)
    with np.load(tmp_path / "a.npz", allow_pickle=True) as file:
        assert file["train"].dtype == object and file["train"][0].shape == (120, 3)


@pytest.mark.parametrize("drawings", [[], [EMPTY], [DOT], [EMPTY, DOT, curly(1)]])
@pytest.mark.parametrize("key", FORMATS)
def test_nothing_and_next_to_nothing_can_be_written(tmp_path, key, drawings):
    animation = Animation(
        drawings, Look((40, 30), pen="pen", shows_travel=True), Pace(draw_s=0.2, hold_s=0.1)
    )
    path = path_of(tmp_path, key)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert write_file(path, animation, key)
        assert estimate_bytes(animation, key) > 0
    assert path.stat().st_size > 0
    if key in MOVING:
        inked = np.abs(read_moving(path).frames[-1].astype(int) - rgb(animation.look.paper)).max() > 30
        assert inked == any(one.n_points for one in drawings)


@pytest.mark.parametrize("key", FORMATS)
def test_a_thousand_strokes_can_be_written(tmp_path, key):
    rng = np.random.default_rng(1)
    strokes = tuple(as_stroke(rng.uniform(0, 200, 2) + rng.normal(size=(4, 2)) * 3) for _ in range(1000))
    animation = Animation([Drawing(strokes)], Look((64, 64), shows_travel=True), Pace(draw_s=0.3, hold_s=0.1))
    assert write_file(path_of(tmp_path, key), animation, key)
    if key == "hpgl":
        assert len(read_hpgl(path_of(tmp_path, key).read_text()).lines) == 1000
    if key == "gcode":
        assert len(read_gcode(path_of(tmp_path, key).read_text()).lines) == 1000


@pytest.mark.parametrize("key", FORMATS)
def test_stopping_leaves_the_old_file_and_nothing_else(tmp_path, key):
    path = path_of(tmp_path, key)
    path.write_bytes(b"the one before")
    assert not write_file(path, Animation([curly(1)], LOOKS["plain"]), key, StopsAfter(1))
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"the one before"
    if key in MOVING:
        later = StopsAfter(30)
        assert not write_file(path, Animation([curly(1)], LOOKS["plain"]), key, later)
        assert len(later.seen) == 30 and path.read_bytes() == b"the one before"
    whole = StopsAfter(10**6)
    assert write_file(path, Animation([curly(1)], LOOKS["plain"], Pace(draw_s=0.2)), key, whole)
    assert whole.seen[-1][0] == whole.seen[-1][1]


@pytest.mark.parametrize("key", FORMATS)
def test_a_place_that_cannot_be_written_is_named(tmp_path, key):
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / f"deeper{FORMATS[key].suffix}"
    with pytest.raises(UserError, match="deeper") as error:
        write_file(path, Animation([curly(1)], LOOKS["plain"], Pace(draw_s=0.1)), key)
    assert error.value.hint
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_may_not_be_written_is_named(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    for key in FORMATS:
        with pytest.raises(UserError, match="may not be written"):
            write_file(path_of(tmp_path, key), Animation([curly(1)], pace=Pace(draw_s=0.1)), key)


def test_ffmpeg_giving_up_is_told_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setitem(FORMATS, "mp4", FORMATS["mp4"])
    monkeypatch.setattr("engine.export.film._SETTINGS", {"mp4": ["-crf", "no"], "webm": []})
    with pytest.raises(UserError, match="ffmpeg") as error:
        write_file(tmp_path / "a.mp4", Animation([curly(1)], LOOKS["plain"]))
    assert len(str(error.value)) < 500 and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "wrong",
    [
        {"paper": "nocolour"}, {"paper": "#12"}, {"inks": ()}, {"inks": ("black",) * 65}, {"inks": ("",)},
        {"size_px": (0, 10)}, {"size_px": (10, 100_000)}, {"line_px": -1.0}, {"margin": 0.5},
        {"paper": "#11223344"},
    ],
)  # fmt: skip
def test_a_look_that_cannot_be_is_refused(wrong):
    with pytest.raises(UserError):
        Look(**wrong)


def test_colours_are_written_in_many_ways():
    look = Look(paper="White", inks=("#abc", "hsl(0, 100%, 50%)", "rgb(1, 2, 3)"))
    assert (look.paper, look.inks) == ("#FFFFFF", ("#AABBCC", "#FF0000", "#010203"))


@pytest.mark.parametrize("inks", [20, 64])
def test_many_inks_share_one_palette(tmp_path, inks):
    colours = [f"#{r:02X}{g:02X}80" for r, g in itertools.product(range(0, 256, 32), repeat=2)][:inks]
    animation = Animation([curly(1)] * inks, Look((200, 200), inks=tuple(colours)), Pace(draw_s=0.1))
    for key in ("gif", "apng"):
        write_file(path_of(tmp_path, key), animation, key)
        last = read_moving(path_of(tmp_path, key)).frames[-1]
        assert set(map(tuple, last.reshape(-1, 3).tolist())) >= {tuple(rgb(c).astype(int)) for c in colours}


def test_fps_and_length_have_their_limits():
    with pytest.raises(UserError, match="pictures a second"):
        Animation([], fps=0)
    with pytest.raises(UserError, match="too many pictures"):
        Animation([], pace=Pace(draw_s=1000), fps=60)


def test_names_say_the_format(tmp_path):
    assert format_of(tmp_path / "a.SVG").key == "svg"
    assert format_of(tmp_path / "a.plt").key == "hpgl" and format_of(tmp_path / "a.nc").key == "gcode"
    assert format_of(tmp_path / "a.svg", "moving-svg").key == "moving-svg"
    with pytest.raises(UserError, match="does not say"):
        format_of(tmp_path / "a.docx")
    with pytest.raises(UserError, match="no format 'dxf'"):
        format_of(tmp_path / "a.gif", "dxf")


def test_a_film_may_be_called_anything(tmp_path):
    animation = Animation([curly(1)], LOOKS["plain"], Pace(draw_s=0.2, hold_s=0.0))
    assert write_file(tmp_path / "film", animation, "mp4")
    (tmp_path / "film").rename(tmp_path / "film.mp4")
    assert read_moving(tmp_path / "film.mp4").seconds == pytest.approx(0.2, abs=1e-6)


@pytest.mark.parametrize("key", FORMATS)
@pytest.mark.parametrize(("count", "side", "draw_s"), [(1, 320, 3.0), (9, 300, 1.5)])
def test_an_estimate_is_near(tmp_path, key, count, side, draw_s):
    drawings = [smooth_drawing(curly(seed)) for seed in range(count)]
    animation = Animation(drawings, Look((side, side)), Pace(draw_s=draw_s))
    estimate = estimate_bytes(animation, key)
    write_file(path_of(tmp_path, key), animation, key)
    size = path_of(tmp_path, key).stat().st_size
    tolerance = 0.25 if key in ("mp4", "webm") else 0.2 if key in MOVING else 0.01
    assert estimate == pytest.approx(size, rel=tolerance)


@pytest.mark.parametrize("key", MOVING)
def test_an_estimate_can_be_stopped(key):
    with pytest.raises(Stopped):
        estimate_bytes(Animation([curly(1)]), key, lambda: True)
