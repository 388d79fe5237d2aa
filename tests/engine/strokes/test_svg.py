"""SVG in and out: order, curves, transforms, and files that must be refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svgpathtools import svg2paths

from engine.errors import UserError
from engine.strokes.svg import read_svg, write_svg
from engine.strokes.types import as_stroke, bounding_box

PAIRS = Path(__file__).resolve().parents[4] / "shared/data/slml/traced_pairs"

coordinates = st.integers(-50_000, 50_000).map(lambda v: v / 100)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20, unique=True)


def svg(tmp_path: Path, body: str, head: str = "") -> Path:
    path = tmp_path / "in.svg"
    path.write_text(f'{head}<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">{body}</svg>')
    return path


@settings(max_examples=30, deadline=None)
@given(st.lists(points, max_size=5))
def test_strokes_survive_the_round_trip(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("svg") / "out.svg"
    strokes = [as_stroke(r) for r in rows]
    write_svg(path, strokes, background="#FFFFFF")
    back = read_svg(path)
    assert len(back) == len(strokes)
    for one, other in zip(strokes, back, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_an_independent_reader_finds_every_stroke(tmp_path):
    strokes = [as_stroke([[0, 0], [10, 5], [20, 0]]), as_stroke([[5, 5]]), as_stroke([[1, 9], [2, 30]])]
    write_svg(tmp_path / "a.svg", strokes, (40, 40), colour=["#1B1B1A", "#C2562E"])
    paths, attributes = svg2paths(str(tmp_path / "a.svg"))
    assert [p[0].start for p in paths] == [0, 5 + 5j, 1 + 9j]
    assert [a["stroke"] for a in attributes] == ["#1B1B1A", "#C2562E", "#1B1B1A"]


def test_smooth_lines_pass_through_the_points(tmp_path):
    stroke = as_stroke([[0, 0], [10, 20], [30, 10], [60, 40]])
    write_svg(tmp_path / "a.svg", [stroke], smooth=True)
    (back,) = read_svg(tmp_path / "a.svg", tolerance=0.05)
    assert len(back) > len(stroke)
    gaps = np.linalg.norm(back[None] - stroke[:, None], axis=2).min(axis=1)
    assert gaps.max() < 1e-3


def test_curves_stay_within_the_tolerance(tmp_path):
    path = svg(tmp_path, '<circle cx="50" cy="50" r="40"/><path d="M0 0C0 50 100 50 100 0"/>')
    circle, curve = read_svg(path, tolerance=0.1)
    middles = (circle[1:] + circle[:-1]) / 2
    assert np.abs(np.hypot(*(middles - 50).T) - 40).max() < 0.11
    t = np.linspace(0, 1, 500)[:, None]
    exact = 3 * (1 - t) ** 2 * t * [0, 50] + 3 * (1 - t) * t**2 * [100, 50] + t**3 * [100, 0]
    assert _distance(exact, curve).max() < 0.1


def _distance(dots, line):
    a, b = line[:-1][None], line[1:][None]
    along = ((dots[:, None] - a) * (b - a)).sum(2) / ((b - a) ** 2).sum(2)
    nearest = a + np.clip(along, 0, 1)[..., None] * (b - a)
    return np.linalg.norm(dots[:, None] - nearest, axis=2).min(axis=1)


def test_group_transforms_and_document_order(tmp_path):
    body = (
        '<g transform="translate(10 0)"><polyline points="0,0 1,0 1,1"/>'
        '<g transform="scale(2)"><path d="M1 1L2 2" transform="rotate(90)"/></g></g>'
        '<line x1="1" y1="2" x2="3" y2="4"/><path d="M5 5L6 6M8 8L9 9"/>'
        '<defs><path d="M0 0L99 99"/></defs><g display="none"><path d="M0 0L99 99"/></g>'
        '<g style="opacity:1;display:none"><path d="M0 0L9 9"/></g>'
    )
    expected = [
        [[10, 0], [11, 0], [11, 1]],
        [[8, 2], [6, 4]],
        [[1, 2], [3, 4]],
        [[5, 5], [6, 6]],
        [[8, 8], [9, 9]],
    ]
    for stroke, rows in zip(read_svg(svg(tmp_path, body)), expected, strict=True):
        np.testing.assert_allclose(stroke, rows, atol=1e-5)


def test_a_plain_doctype_line_is_harmless(tmp_path):
    head = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 20010904//EN" '
        '"http://www.w3.org/TR/2001/REC-SVG-20010904/DTD/svg10.dtd">'
    )
    assert len(read_svg(svg(tmp_path, '<path d="M0 0L1 1"/>', head))) == 1


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "<text>&x;</text>"),
        ('<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', "<text>&b;</text>"),
        ("<!DOCTYPE svg [<!ELEMENT svg ANY>]>", ""),
        ("", "<path"),
        ("", '<path d="M0 0L1e999 3"/>'),
        ("", '<path d="M0 0 L nonsense"/>'),
        ("", '<path d="M0 0L1 1" transform="matrix(nan)"/>'),
        ("", '<circle r="wide"/>'),
        ("", '<path d="M0 0' + "C0 9e8 9e8 0 0 0" * 1100 + '"/>'),
    ],
)
def test_hostile_and_broken_files_are_refused_by_name(tmp_path, head, body):
    with pytest.raises(UserError, match=r"in\.svg"):
        read_svg(svg(tmp_path, body, head))


def test_not_an_svg_missing_and_oversize(tmp_path):
    (tmp_path / "in.svg").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(UserError, match=r"in\.svg"):
        read_svg(tmp_path / "in.svg")
    (tmp_path / "html.svg").write_text("<html/>")
    with pytest.raises(UserError, match="not an SVG"):
        read_svg(tmp_path / "html.svg")
    with pytest.raises(UserError, match="Cannot read"):
        read_svg(tmp_path / "none.svg")
    with pytest.raises(UserError, match="too large"):
        read_svg(svg(tmp_path, "<!-- long -->" * 20), max_bytes=100)


def test_deep_nesting_does_not_exhaust_the_stack(tmp_path):
    body = '<g transform="translate(1)">' * 3000 + '<path d="M0 0L1 0"/>' + "</g>" * 3000
    (stroke,) = read_svg(svg(tmp_path, body))
    np.testing.assert_allclose(stroke[0], [3000, 0])


@pytest.mark.skipif(not PAIRS.is_dir(), reason="the artist's data is not here")
def test_the_artists_own_traces_are_read_whole():
    for path in sorted(PAIRS.glob("*.svg"))[:4]:
        strokes = read_svg(path)
        assert len(strokes) == path.read_text().split(' d="')[1].count("M")
        x0, y0, x1, y1 = bounding_box(strokes)
        assert x1 - x0 > 100 and y1 - y0 > 100
        assert x0 < 0, "the transform on the path moves it left of the page"
