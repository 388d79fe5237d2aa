"""What a plotter draws: in millimetres, within the margins, the drawing the right way up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svgpathtools import svg2paths2

from engine.errors import UserError
from engine.export.plot import SHEETS_MM, Plot, place, sheet_size
from engine.export.plotter_files import gcode, hpgl, plotter_svg
from engine.strokes.types import Drawing, as_stroke, bounding_box
from tests.engine.export.drawings import DOT, EMPTY, curly
from tests.engine.export.readers import read_gcode, read_hpgl

WIDE = Drawing((as_stroke([[0, 0], [200, 0], [200, 100]]),))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 7), st.floats(0, 40), st.sampled_from(["auto", "portrait", "landscape"]))
def test_all_lies_within_the_margins_and_nothing_is_stretched(count, margin, turn):
    plot = Plot(SHEETS_MM["A5"], turn, margin)
    drawings = [curly(seed) for seed in range(count)]
    placed = place(drawings, plot)
    assert sorted(placed.sheet_mm) == [148.0, 210.0]
    if turn != "auto":
        assert (placed.sheet_mm[0] > placed.sheet_mm[1]) == (turn == "landscape")
    for drawing, lines in zip(drawings, placed.drawings, strict=True):
        points = np.vstack(lines)
        assert (points >= margin - 1e-6).all() and (points <= np.array(placed.sheet_mm) - margin + 1e-6).all()
        whole = np.ptp(np.vstack(drawing.strokes), axis=0)
        assert np.ptp(points, axis=0)[0] / whole[0] == pytest.approx(
            np.ptp(points, axis=0)[1] / whole[1], 1e-3
        )


def test_one_drawing_fills_the_sheet_and_lies_as_it_is_larger():
    placed = place([WIDE], Plot(margin_mm=20))
    assert placed.sheet_mm == (297.0, 210.0)
    x0, _, x1, _ = bounding_box([line.astype(np.float32) for line in placed.drawings[0]])
    assert (x0, x1) == pytest.approx((20, 277))


@pytest.mark.parametrize("write", ["hpgl", "gcode"])
def test_the_plotter_draws_the_drawing_upright(write):
    plot = Plot((100.0, 100.0), margin_mm=10)
    drawing = curly(3)
    text = hpgl([drawing], plot) if write == "hpgl" else gcode([drawing], plot)
    drawn = read_hpgl(text) if write == "hpgl" else read_gcode(text)
    assert list(drawn.pens) == [1] and len(drawn.lines) == len(drawing.strokes)
    scale = 80 / max(np.ptp(np.vstack(drawing.strokes), axis=0))
    for line, stroke in zip(drawn.lines, drawing.strokes, strict=True):
        points = np.array(line)
        assert points[0] != pytest.approx(points[1])
        way = np.hypot(*np.diff(points, axis=0).T).sum()
        assert way == pytest.approx(np.hypot(*np.diff(stroke, axis=0).T).sum() * scale, rel=0.01)
        assert (points[-1] - points[0])[0] == pytest.approx((stroke[-1] - stroke[0])[0] * scale, abs=0.05)
        assert (points[-1] - points[0])[1] == pytest.approx(-(stroke[-1] - stroke[0])[1] * scale, abs=0.05)
    assert drawn.points.min() >= 10 - 0.02 and drawn.points.max() <= 90 + 0.02


def test_speed_and_pen_commands_are_the_plotters_own():
    plot = Plot(feed_mm_min=1800, pen_up="M5\nG4 P0.2", pen_down="M3 S30")
    text = gcode([WIDE], plot)
    assert "F1800" in text and "M3 S30" in text.splitlines()
    lines = text.splitlines()
    assert lines[lines.index("M5") + 1] == "G4 P0.2"
    assert "VS3.0" in hpgl([WIDE], plot)
    fast = hpgl([WIDE], Plot(feed_mm_min=90_000))
    assert "VS38.1" in fast, "the fastest an HP 7475A goes"


def test_each_ink_is_a_pen_taken_up_once():
    drawings = [curly(1, 2), curly(2, 1), curly(3, 1), EMPTY, DOT]
    drawn = {"hpgl": read_hpgl(hpgl(drawings, Plot(), 2)), "gcode": read_gcode(gcode(drawings, Plot(), 2))}
    for plotted in drawn.values():
        assert {pen: len(lines) for pen, lines in plotted.pens.items()} == {1: 4, 2: 1}
    text = plotter_svg(drawings, Plot(), ["#000000", "#FF0000"])
    assert text.count('inkscape:groupmode="layer"') == 2 and "1 #000000" in text and "2 #FF0000" in text


def test_an_svg_is_as_large_as_its_sheet(tmp_path):
    plot = Plot(SHEETS_MM["A4"], "portrait", 15, pen_mm=0.35)
    (tmp_path / "a.svg").write_text(plotter_svg([curly(1), curly(2)], plot, ["#1B1B1A"]))
    paths, _, svg = svg2paths2(str(tmp_path / "a.svg"))
    assert (svg["width"], svg["height"], svg["viewBox"]) == ("210mm", "297mm", "0 0 210 297")
    assert len(paths) == 6 and 'stroke-width="0.35"' in (tmp_path / "a.svg").read_text()
    boxes = np.array([path.bbox() for path in paths])
    assert boxes[:, [0, 2]].min() >= 15 - 0.01 and boxes[:, 1].max() <= 195.01
    assert boxes[:, 3].max() <= 282.01


def test_points_finer_than_the_machine_fall_together():
    tiny = Drawing((as_stroke([[0, 0], [0.001, 0], [0.002, 0], [200, 0]]), as_stroke([[5, 5]] * 3)))
    lines = read_hpgl(hpgl([tiny], Plot())).lines
    assert [len(line) for line in lines] == [2, 1]
    assert [len(line) for line in read_gcode(gcode([tiny], Plot())).lines] == [2, 1]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("A4", (210.0, 297.0)),
        ("a3", (297.0, 420.0)),
        ("Letter", (215.9, 279.4)),
        ("120 x 80.5", (120.0, 80.5)),
    ],
)
def test_sheets_by_name_and_by_size(name, size):
    assert sheet_size(name) == size


@pytest.mark.parametrize(
    "wrong",
    [
        {"sheet_mm": (10.0, 100.0)}, {"sheet_mm": (9000.0, 100.0)}, {"margin_mm": 120.0}, {"margin_mm": -1.0},
        {"feed_mm_min": 0.0}, {"pen_mm": 0.0}, {"pen_up": " "}, {"pen_down": "é"},
    ],
)  # fmt: skip
def test_a_plot_that_cannot_be_is_refused(wrong):
    with pytest.raises(UserError):
        Plot(**wrong)
    with pytest.raises(UserError, match="A99"):
        sheet_size("A99")
