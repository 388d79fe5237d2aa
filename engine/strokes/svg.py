"""SVG in and out: hostile or broken files are refused, curves become polylines in document order."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from defusedxml.common import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser
from numpy.typing import NDArray

from engine.errors import UserError
from engine.project.atomic import write_text
from engine.strokes.types import Stroke, as_stroke, bounding_box

MAX_SVG_BYTES = 16 * 1024 * 1024
_MAX_POINTS = 2_000_000
INK = "#1B1B1A"
_MAX_STEPS = 2000
_UNSEEN_TAGS = frozenset({"defs", "symbol", "clipPath", "mask", "marker", "pattern"})


class _StrictParser(DefusedXMLParser):
    """Refuses entities and any DTD of the file's own; a bare DOCTYPE line is let pass and never read.

    potrace and Illustrator write that line into every file, so refusing it would refuse honest drawings.
    """

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: int
    ) -> None:
        if has_internal_subset:
            raise DTDForbidden(name, sysid, pubid)


def read_svg(path: Path, max_bytes: int = MAX_SVG_BYTES, tolerance: float = 0.25) -> list[Stroke]:
    """Read every line of an SVG file, in document order, transforms applied.

    Paths, lines, polylines, polygons, rectangles, circles and ellipses are read; rectangles without an
    outline are paper and left out, as is everything that is only defined (`defs`, `symbol`, `mask`).

    Args:
        path: The file.
        max_bytes: Larger files are refused unread.
        tolerance: Greatest distance between a curve and its polyline, in user units of the root.

    Returns:
        Strokes, each `(n, 2)` float32 in user units of the root; no repeated neighbouring points.

    Raises:
        UserError: if the file is missing, too large, hostile, or not an SVG.
    """
    root = _parse(path, _read_bytes(path, max_bytes))
    if _local_name(root) != "svg":
        raise UserError(
            f"{path} is not an SVG drawing.", "Choose a file that a drawing program saved as SVG."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "error", UserWarning
            )  # svgpathtools warns where it skips what it cannot parse
            return [
                stroke for element, matrix in _shapes(root) for stroke in _flatten(element, matrix, tolerance)
            ]
    except (
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        ArithmeticError,
        AssertionError,
        UserWarning,
    ) as error:
        raise UserError(
            f"{path} holds a shape that cannot be read: {_brief(error)}.",
            "Open it in a drawing program and save it again as plain SVG.",
        ) from error


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise UserError(
                f"{path} is too large: {size / 1e6:.0f} MB, and at most {max_bytes / 1e6:.0f} are read.",
                "Leave embedded pictures out of it, or cut it into several files.",
            )
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            f"Cannot read {path}: {error.strerror}.", "Check the path and its permissions."
        ) from error


def _parse(path: Path, data: bytes) -> ElementTree.Element:
    parser = _StrictParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        return ElementTree.parse(io.BytesIO(data), parser=parser).getroot()
    except DefusedXmlException as error:
        raise UserError(
            f"{path} declares entities or its own document type and is not opened.",
            "Such files can read other files; save it as plain SVG.",
        ) from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UserError(f"{path} is not a complete XML file: {_brief(error)}.", "Export it again.") from error


def _shapes(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, NDArray[np.float64]]]:
    """Every drawn element in document order with the matrix from its own units to the root's.

    svgpathtools' own walk goes by kind of element and so loses the drawing order.
    """
    from svgpathtools.parser import parse_transform

    stack = [(root, np.identity(3))]
    while stack:
        element, outer = stack.pop()
        name = _local_name(element)
        if name in _UNSEEN_TAGS or _property(element, "display") == "none":
            continue
        matrix = outer @ parse_transform(element.get("transform"))
        yield element, matrix
        stack.extend((child, matrix) for child in reversed(element))


def _flatten(element: ElementTree.Element, matrix: NDArray[np.float64], tolerance: float) -> Iterator[Stroke]:
    from svgpathtools.document import CONVERSIONS
    from svgpathtools.parser import parse_path

    name = _local_name(element)
    to_path_data: Callable[[ElementTree.Element], str] | None = CONVERSIONS.get(name)
    if to_path_data is None or (name == "rect" and _has_no_outline(element)):
        return
    local_tolerance = tolerance / max(float(np.linalg.norm(matrix[:2, :2], 2)), 1e-9)
    for points in _polylines(parse_path(to_path_data(element)), local_tolerance):
        yield _without_repeats(as_stroke(_sensible(_sensible(points) @ matrix[:2, :2].T + matrix[:2, 2])))


def _sensible(points: NDArray[np.float64]) -> NDArray[np.float64]:
    if not np.abs(points).max() < 1e9:
        raise ValueError("a coordinate is not a sensible number")
    return points


def _polylines(path: Any, tolerance: float) -> Iterator[NDArray[np.float64]]:
    """The sub-paths of a svgpathtools `Path` as `(n, 2)` polylines."""
    run: list[NDArray[np.complex128]] = []
    n_points = 0
    for segment in path:
        if run and abs(run[-1][-1] - segment.start) > 1e-9:
            yield _as_rows(run)
            run = []
        run.append(_sample(segment, tolerance))
        n_points += len(run[-1])
        if n_points > _MAX_POINTS:
            raise ValueError(f"a path of more than {_MAX_POINTS:,} points")
    if run:
        yield _as_rows(run)


def _as_rows(run: list[NDArray[np.complex128]]) -> NDArray[np.float64]:
    joined = np.concatenate(run)
    return np.column_stack([joined.real, joined.imag])


def _sample(segment: Any, tolerance: float) -> NDArray[np.complex128]:
    """Points along one segment, both ends among them, within `tolerance` of the curve."""
    from svgpathtools import Arc, Line

    if isinstance(segment, Line):
        return np.array([segment.start, segment.end])
    t = np.linspace(0.0, 1.0, _steps(segment, tolerance) + 1)
    if isinstance(segment, Arc):
        return np.array([segment.point(value) for value in t])
    points = np.asarray(segment.poly()(t), dtype=np.complex128)
    points[[0, -1]] = segment.start, segment.end
    return points


def _steps(segment: Any, tolerance: float) -> int:
    """How many chords keep within `tolerance`: the sagitta for arcs, Wang's formula for Bezier curves."""
    from svgpathtools import Arc

    if isinstance(segment, Arc):
        radius = max(abs(segment.radius.real), abs(segment.radius.imag), 1e-12)
        chord_angle = 2.0 * math.acos(max(1.0 - tolerance / radius, -1.0))
        steps = math.radians(abs(segment.delta)) / max(chord_angle, 1e-6)
    else:
        controls = np.array(segment.bpoints())
        degree = len(controls) - 1
        bend = float(np.abs(np.diff(controls, n=2)).max())
        steps = math.sqrt(degree * (degree - 1) / 8.0 * bend / tolerance)
    return int(min(max(math.ceil(steps), 1), _MAX_STEPS))


def _without_repeats(stroke: Stroke) -> Stroke:
    keep = np.ones(len(stroke), dtype=bool)
    keep[1:] = np.any(stroke[1:] != stroke[:-1], axis=1)
    return stroke[keep]


def _has_no_outline(element: ElementTree.Element) -> bool:
    return _property(element, "stroke") in (None, "none")


def _property(element: ElementTree.Element, name: str) -> str | None:
    """A presentation property of the element itself: its `style` goes before its attribute."""
    style = re.search(rf"(?:^|;)\s*{name}\s*:\s*([^;]+)", element.get("style", ""))
    return style.group(1).strip() if style else element.get(name)


def _local_name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _brief(error: BaseException) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__


def write_svg(
    path: Path,
    strokes: Sequence[Stroke],
    size: tuple[float, float] | None = None,
    *,
    stroke_width: float = 1.5,
    colour: str | Sequence[str] = INK,
    background: str | None = None,
    smooth: bool = False,
) -> None:
    """Write strokes as an SVG file, one `path` element a stroke, in one step.

    Args:
        path: The file to make or replace.
        strokes: In drawing order, `(n, 2)` each.
        size: Width and height of the picture, origin at the top left; without it the picture is the box
            around the strokes with a little room.
        stroke_width: In the units of the points.
        colour: One colour, or several that the strokes take in turn.
        background: Colour of a rectangle behind the strokes; none by default.
        smooth: Curves through the points (Catmull-Rom) in place of straight pieces.

    Raises:
        UserError: if the file cannot be written.
    """
    colours = [colour] if isinstance(colour, str) else list(colour)
    box = picture_box(strokes, size, room=4.0 * stroke_width)
    lines = [
        f'<path stroke="{colours[i % len(colours)]}" d="{path_data(stroke, smooth=smooth)}"/>'
        for i, stroke in enumerate(strokes)
        if len(stroke)
    ]
    write_text(path, svg_document(lines, box, stroke_width=stroke_width, background=background))


def picture_box(
    strokes: Sequence[Stroke], size: tuple[float, float] | None, room: float
) -> tuple[float, float, float, float]:
    """The `(x, y, width, height)` to show: `size` from the origin, or the strokes with `room` around."""
    if size is not None:
        return (0.0, 0.0, float(size[0]), float(size[1]))
    x0, y0, x1, y1 = bounding_box(strokes)
    return (x0 - room, y0 - room, x1 - x0 + 2 * room, y1 - y0 + 2 * room)


def svg_document(
    lines: Sequence[str],
    box: tuple[float, float, float, float],
    *,
    stroke_width: float,
    background: str | None = None,
    style: str = "",
) -> str:
    """Wrap finished `path` elements in a document that shows `box`, with round pens and no fill."""
    x, y, width, height = (_number(v) for v in box)
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{x} {y} {width} {height}">'
    ]
    if style:
        head.append(f"<style>{style}</style>")
    if background:
        head.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{background}" stroke="none"/>'
        )
    pen = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    head.append(f'<g {pen} stroke-width="{_number(stroke_width)}">')
    return "\n".join([*head, *lines, "</g>", "</svg>", ""])


def path_data(stroke: Stroke, smooth: bool = False, part: slice = slice(None)) -> str:
    """The `d` attribute of one stroke, or of some moves of it.

    A single point becomes a line of no length, which draws a dot.
    """
    if len(stroke) == 1:
        stroke = np.repeat(stroke, 2, axis=0)
    start = f"M{_pair(stroke[:-1][part][0])}"
    if not smooth or len(stroke) < 3:
        return start + "L" + " ".join(_pair(p) for p in stroke[1:][part])
    tangents = np.gradient(stroke, axis=0)
    first, second = stroke[:-1] + tangents[:-1] / 3.0, stroke[1:] - tangents[1:] / 3.0
    curves = zip(first[part], second[part], stroke[1:][part], strict=True)
    return start + "C" + " ".join(f"{_pair(a)} {_pair(b)} {_pair(c)}" for a, b, c in curves)


def _pair(point: NDArray[np.float32]) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    """Three decimals at most: a thousandth of a unit is far below any pen."""
    text = f"{float(value):.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
