"""The SVG that draws itself, its keyframes worked out as a browser does: what the player shows, always."""

from __future__ import annotations

import re
import xml.dom.minidom

import numpy as np
import pytest
from svgpathtools import svg2paths

from engine.export.frames import Animation, Look, Stage
from engine.export.moving_svg import write_moving_svg
from engine.export.timeline import Pace
from engine.strokes.types import stroke_length
from tests.engine.export.drawings import DOT, curly


def keyframes(text):
    """Name -> rows `share of the loop, dash offset, opacity`, in the order of their time."""
    found = {}
    for name, body in re.findall(r"@keyframes (\w+)\{((?:[^{}]*\{[^{}]*\})+)\}", text):
        rows = []
        for shares, offset, opacity in re.findall(
            r"([\d.%,]+)\{stroke-dashoffset:([\d.]+);stroke-opacity:([\d.]+)\}", body
        ):
            rows += [
                (float(s) / 100, float(offset), float(opacity)) for s in re.findall(r"([\d.]+)%", shares)
            ]
        found[name] = np.array(rows)
    return found


def drawn_px(path, time):
    """How much ink is out: of each line its length, the share that its dash uncovers."""
    paths, attributes = svg2paths(str(path), convert_rectangles_to_paths=False)
    frames = keyframes(path.read_text())
    total = 0.0
    for line, one in zip(paths, attributes, strict=True):
        rows = frames[one["style"].removeprefix("animation-name:")]
        assert (np.diff(rows[:, 0]) >= 0).all() and rows[0, 0] == 0 and rows[-1, 0] == 1
        share, seen = (float(np.interp(time, rows[:, 0], rows[:, axis])) for axis in (1, 2))
        total += line.length() * (1 - share) * (seen >= 0.5)
    return total


@pytest.mark.parametrize(
    ("pace", "look"),
    [
        (Pace(draw_s=3.0, hold_s=1.0), Look((200, 200))),
        (Pace("points", "skip", 2.0, 0.5), Look((200, 200))),
        (Pace("length", "travel", 2.0, 0.0, "soft"), Look((300, 200))),
        (Pace("points", easing="soft"), Look((200, 200), pen="pen")),
    ],
)
def test_it_shows_what_the_player_shows(tmp_path, pace, look):
    animation = Animation([curly(1), curly(2), DOT], look, pace)
    write_moving_svg(tmp_path / "a.svg", animation)
    clocks = Stage(animation).timelines_px()
    whole = sum(stroke_length(s) for clock in clocks for s in clock.strokes)
    for share in np.linspace(0.02, 1.0, 15):
        t_s = share * animation.duration_s
        seen = sum(stroke_length(s) for clock in clocks for s in clock.visible(t_s))
        assert drawn_px(tmp_path / "a.svg", share) == pytest.approx(seen, abs=0.01 * whole + 0.5)


def test_the_way_of_the_lifted_pen_comes_after_the_line_before_it(tmp_path):
    animation = Animation([curly(1)], Look((200, 200), shows_travel=True), Pace(draw_s=4.0))
    write_moving_svg(tmp_path / "a.svg", animation)
    text = (tmp_path / "a.svg").read_text()
    xml.dom.minidom.parseString(text)
    spans = [(rows[1, 0], rows[-2, 0]) for rows in keyframes(text).values()]
    ways, lines = spans[:2], spans[2:]
    assert len(lines) == 3
    for way, before, after in zip(ways, lines, lines[1:], strict=False):
        assert before[1] == pytest.approx(way[0], abs=1e-4) and way[1] == pytest.approx(after[0], abs=1e-4)


def test_it_loops_and_keeps_still_where_motion_is_not_wanted(tmp_path):
    write_moving_svg(tmp_path / "a.svg", Animation([curly(1)], pace=Pace(draw_s=3.0, hold_s=1.0)))
    text = (tmp_path / "a.svg").read_text()
    assert "animation-duration:4.000s" in text and "infinite" in text
    assert "prefers-reduced-motion:reduce" in text and "<script" not in text
