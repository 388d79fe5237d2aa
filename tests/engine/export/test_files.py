"""Every file, opened again by a reader that is not ours."""

from __future__ import annotations

import xml.dom.minidom

import imageio.v2 as imageio
import numpy as np
import pytest
from PIL import Image, ImageSequence
from svgpathtools import svg2paths

from engine.errors import UserError
from engine.export.colours import INK, MACHINE_INK, PAPER, rgb
from engine.export.film import write_mp4
from engine.export.frames import Animation, Look, Stage
from engine.export.gif import durations_ms, write_gif
from engine.export.moving_svg import write_moving_svg
from engine.export.sheet import write_sheet
from engine.export.timeline import Pace
from engine.strokes.svg import read_svg
from tests.engine.export.drawings import DOT, EMPTY, StopsAfter, curly

LOOK = Look(size_px=(120, 91))
MANY = [curly(1), EMPTY, DOT, curly(2)]


def gif_frames(path):
    with Image.open(path) as image:
        frames = [(f.convert("RGB"), f.info["duration"]) for f in ImageSequence.Iterator(image)]
        return frames, image.info


@pytest.mark.parametrize(("fps", "draw_s", "hold_s"), [(30, 1.0, 0.5), (24, 0.97, 0.0), (50, 0.4, 3.333)])
def test_a_gif_has_the_size_the_duration_and_the_drawing(tmp_path, fps, draw_s, hold_s):
    animation = Animation([curly(1)], LOOK, Pace(draw_s=draw_s, hold_s=hold_s), fps)
    assert write_gif(tmp_path / "a.gif", animation)
    frames, info = gif_frames(tmp_path / "a.gif")
    assert frames[0][0].size == (120, 91) and info["loop"] == 0
    assert sum(duration for _, duration in frames) == round((draw_s + hold_s) * 100) * 10
    last = np.asarray(frames[-1][0]).astype(int)
    assert np.abs(last - Stage(animation).frame(draw_s)).max() <= 9, "sixteen shades from paper to ink"
    assert (np.asarray(frames[0][0]) != last).any()


def test_every_picture_of_a_grid_is_the_one_the_player_shows(tmp_path):
    animation = Animation(
        MANY, Look(size_px=(120, 90), inks=(INK, MACHINE_INK)), Pace(draw_s=0.5, hold_s=0.2)
    )
    write_gif(tmp_path / "a.gif", animation)
    frames, _ = gif_frames(tmp_path / "a.gif")
    times = animation.drawing_times_s()
    assert len(frames) == len(times)
    for (frame, _), t_s in zip(frames, times, strict=True):
        difference = np.asarray(frame).astype(int) - Stage(animation).frame(t_s)
        assert np.abs(difference).max() <= 9


def test_a_gif_has_one_palette(tmp_path):
    write_gif(tmp_path / "a.gif", Animation([curly(1)], LOOK, Pace(draw_s=0.5)))
    flags = picture_flags((tmp_path / "a.gif").read_bytes())
    assert len(flags) > 10 and not any(flag & 0x80 for flag in flags), "0x80 announces a palette of its own"


def picture_flags(data):
    """The packed field of every image descriptor (GIF89a, 20)."""
    at, flags = 13 + 3 * (2 << (data[10] & 7)), []
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            flags.append(data[at + 9])
            at += 11 + (3 * (2 << (flags[-1] & 7)) if flags[-1] & 0x80 else 0)
        else:
            at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
    return flags


def test_the_spans_of_a_gif_are_whole_hundredths():
    spans = durations_ms(Animation([curly(1)], LOOK, Pace(draw_s=2.0, hold_s=1.0), 30))
    assert sum(spans) == 3000 and set(spans[:-1]) == {30, 40}
    with pytest.raises(UserError, match="1 to 50"):
        write_gif("never.gif", Animation([], LOOK, fps=100))


def test_a_film_has_the_size_the_duration_and_the_drawing(tmp_path):
    animation = Animation([curly(1)], LOOK, Pace(draw_s=1.0, hold_s=0.5), 20)
    assert write_mp4(tmp_path / "a.mp4", animation)
    with imageio.get_reader(tmp_path / "a.mp4") as film:
        meta, frames = film.get_meta_data(), list(film.iter_data())
    assert meta["size"] == (120, 92) and meta["fps"] == 20
    assert len(frames) == 30 and meta["duration"] == pytest.approx(1.5, abs=0.05)
    difference = np.abs(frames[-1][:91].astype(int) - Stage(animation).frame(1.0))
    assert difference.mean() < 4


@pytest.mark.parametrize("drawings", [[], [EMPTY], [DOT], MANY])
def test_degenerate_drawings_export_too(tmp_path, drawings):
    animation = Animation(drawings, Look(size_px=(64, 48)), Pace(draw_s=0.2, hold_s=0.3), 10)
    assert write_gif(tmp_path / "a.gif", animation) and write_mp4(tmp_path / "a.mp4", animation)
    write_moving_svg(tmp_path / "a.svg", animation)
    write_sheet(tmp_path / "a.png", drawings)
    frames, _ = gif_frames(tmp_path / "a.gif")
    with Image.open(tmp_path / "a.png") as sheet:
        assert (np.asarray(sheet) != rgb(PAPER)).any() == any(d.n_points for d in drawings)
    inked = (np.asarray(frames[-1][0]) != rgb(PAPER)).any()
    assert inked == any(d.n_points for d in drawings)
    assert len(read_svg(tmp_path / "a.svg")) == sum(len(d.strokes) for d in drawings)


@pytest.mark.parametrize(("name", "write"), [("a.gif", write_gif), ("a.mp4", write_mp4)])
def test_stopping_leaves_the_old_file_and_nothing_else(tmp_path, name, write):
    (tmp_path / name).write_bytes(b"the one before")
    reporter = StopsAfter(4)
    assert not write(tmp_path / name, Animation([curly(1)], LOOK), reporter)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"the one before"
    reporter = StopsAfter(10**6)
    assert write(tmp_path / name, Animation([curly(1)], LOOK, Pace(draw_s=0.3, hold_s=0.1)), reporter)
    assert reporter.seen[-1][0] == reporter.seen[-1][1] > 1


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"a\.gif"):
        write_gif(tmp_path / "file" / "a.gif", Animation([curly(1)], LOOK, Pace(draw_s=0.1)))


def test_a_moving_svg_is_the_finished_drawing_to_others(tmp_path):
    drawing = curly(1)
    animation = Animation(
        [drawing], Look(size_px=(200, 200), inks=(MACHINE_INK,)), Pace(draw_s=3.0, hold_s=1.0)
    )
    write_moving_svg(tmp_path / "a.svg", animation)
    paths, attributes = svg2paths(str(tmp_path / "a.svg"), convert_rectangles_to_paths=False)
    assert len(paths) == len(drawing.strokes)
    assert {a["stroke"] for a in attributes} == {MACHINE_INK}
    scale = sum(p.length() for p in paths) / drawing.length
    assert 0.7 < scale < 0.95, "200 units fill most of 200 pixels"
    text = (tmp_path / "a.svg").read_text()
    xml.dom.minidom.parseString(text)
    assert text.count("@keyframes") == len(drawing.strokes) and "animation-duration:4.000s" in text


def test_a_sheet_has_room_captions_and_every_drawing(tmp_path):
    drawings = [curly(i) for i in range(5)]
    captions = ["one", "two", "a caption that is far too long to fit under a small drawing", "", "five"]
    write_sheet(tmp_path / "a.png", drawings, captions=captions, columns=3, cell_px=100)
    write_sheet(tmp_path / "plain.png", drawings, columns=3, cell_px=100)
    with Image.open(tmp_path / "a.png") as sheet, Image.open(tmp_path / "plain.png") as plain:
        assert plain.size == (350, 250) and sheet.size == (350, 272)
        pixels = np.asarray(plain).astype(int)
    ink = (pixels != rgb(PAPER)).any(axis=2)
    assert not ink[:25].any() and not ink[:, :25].any() and not ink[-25:].any()
    cells = [ink[25 + y : 125 + y, 25 + x : 125 + x].any() for y in (0, 100) for x in (0, 100, 200)]
    assert cells == [True] * 5 + [False]
    with pytest.raises(ValueError, match="2 captions"):
        write_sheet(tmp_path / "b.png", drawings, captions=["a", "b"])
