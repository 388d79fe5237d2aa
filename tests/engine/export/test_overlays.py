import re

import numpy as np
import pytest

from engine.export.colours import rgb
from engine.export.overlays import surprise_colours, usual_nats, write_hairs_svg, write_surprise_svg
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing, as_stroke

LINE = as_stroke([[10, 10], [30, 20], [60, 15], [80, 60], [40, 90]])
DOT = as_stroke([[100, 5]])
DRAWING = Drawing((LINE, DOT))


def test_the_more_it_startles_the_darker_it_is():
    colours = surprise_colours(np.linspace(0, 10, 50), (1.0, 8.0))
    light = [rgb(colour).sum() for colour in colours]
    assert light == sorted(light, reverse=True)
    assert len(set(colours)) > 30
    ends = surprise_colours(np.array([-50.0, 1.0, 8.0, 500.0]), (1.0, 8.0))
    assert ends[0] == ends[1] != ends[2] == ends[3]


def test_one_point_far_out_does_not_pale_all_others():
    nats = np.concatenate([np.linspace(2, 6, 200), [400.0]])
    low, high = usual_nats([nats[:100], nats[100:]])
    assert 2 <= low < 3 and 5 < high < 7
    assert usual_nats([]) == (0.0, 1.0)
    alike = usual_nats([np.full(5, 3.0)])
    assert alike[0] < alike[1]


def test_moves_have_the_colour_of_where_they_lead(tmp_path):
    nats = [np.array([9.0, 0.0, 0.0, 8.0, 0.0]), np.array([8.0])]
    write_surprise_svg(tmp_path / "a.svg", DRAWING, nats)
    text = (tmp_path / "a.svg").read_text()
    colours = re.findall(r'<path stroke="(#\w+)"', text)
    pale, dark = surprise_colours(np.array([0.0, 8.0]), usual_nats(nats))
    # Two pale moves are one line; then the startling one; a pale one; the dot.
    assert colours == [pale, dark, pale, dark]
    strokes = read_svg(tmp_path / "a.svg")
    assert [s[0].tolist() for s in strokes] == [
        LINE[0].tolist(),
        LINE[2].tolist(),
        LINE[3].tolist(),
        [100, 5],
    ]
    assert [s[-1].tolist() for s in strokes[:3]] == [LINE[2].tolist(), LINE[3].tolist(), LINE[4].tolist()]


def test_nats_that_are_not_the_drawings_are_refused(tmp_path):
    with pytest.raises(ValueError):
        write_surprise_svg(tmp_path / "a.svg", DRAWING, [np.zeros(5)])


def test_hairs_lie_under_the_drawing_and_on_the_sheet(tmp_path):
    hair = as_stroke([[30, 20], [35, -40], [60, -60]])
    write_hairs_svg(tmp_path / "a.svg", DRAWING, [hair, hair + 5])
    strokes = read_svg(tmp_path / "a.svg")
    assert len(strokes) == 4
    assert strokes[0][-1].tolist() == [60, -60]
    assert strokes[2][0].tolist() == LINE[0].tolist()
    _, y, _, height = map(float, re.search(r'viewBox="([^"]+)"', (tmp_path / "a.svg").read_text())[1].split())
    assert y < -60 and y + height > 90
