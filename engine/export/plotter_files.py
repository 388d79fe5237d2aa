"""What pen plotters read: SVG in millimetres, HPGL and G-code. Pure functions from drawings to text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.export.plot import Line, Plot, place
from engine.strokes.svg import path_data
from engine.strokes.types import Drawing, as_stroke

HPGL_UNITS_PER_MM = 40
"""A plotter unit is 0.025 mm. Source: Hewlett-Packard, "HP 7475A Interfacing and Programming Manual"."""
_HPGL_POINTS = 40
"""Points a `PD` command: the plotter's buffer holds some hundreds of characters."""
_HPGL_FASTEST_CM_S = 38.1
_MM_MIN_PER_CM_S = 600.0
_GCODE_DECIMALS = 2
"""Hundredths of a millimetre: about the step of a belt-driven plotter."""
_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"


def plotter_svg(drawings: Sequence[Drawing], plot: Plot, inks: Sequence[str]) -> str:
    """An SVG whose unit is the millimetre, a layer each pen, each stroke one path; nothing but lines.

    Layers are groups as Inkscape marks them: plotter programs draw them one after the other.
    """
    placed = place(drawings, plot)
    width, height = (f"{side:g}" for side in placed.sheet_mm)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="{_INKSCAPE}" '
        f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
    ]
    for number, (ink, strokes) in enumerate(zip(inks, placed.by_pen(len(inks)), strict=True), start=1):
        lines.append(
            f'<g inkscape:groupmode="layer" inkscape:label="{number} {ink}" fill="none" stroke="{ink}" '
            f'stroke-width="{plot.pen_mm:g}" stroke-linecap="round" stroke-linejoin="round">'
        )
        lines += [f'<path d="{path_data(as_stroke(stroke))}"/>' for stroke in strokes]
        lines.append("</g>")
    return "\n".join([*lines, "</svg>", ""])


def hpgl(drawings: Sequence[Drawing], plot: Plot, pens: int = 1) -> str:
    """HPGL: plotter units of 0.025 mm, y up, from the lower left corner of the sheet.

    Source: the manual named at `HPGL_UNITS_PER_MM`. A plotter with another origin moves all of it.
    """
    placed = place(drawings, plot)
    speed = min(max(plot.feed_mm_min / _MM_MIN_PER_CM_S, 1.0), _HPGL_FASTEST_CM_S)
    commands = ["IN", f"VS{speed:.1f}"]
    for number, strokes in enumerate(placed.by_pen(pens), start=1):
        if strokes:
            commands.append(f"SP{number}")
        for stroke in strokes:
            commands += _hpgl_stroke(stroke, placed.sheet_mm[1])
    return ";\n".join([*commands, "PU0,0", "SP0"]) + ";\n"


def _hpgl_stroke(stroke: Line, height_mm: float) -> Iterator[str]:
    mm = np.column_stack([stroke[:, 0], height_mm - stroke[:, 1]])
    points = _without_repeats(np.rint(mm * HPGL_UNITS_PER_MM)).astype(int)
    yield f"PU{points[0, 0]},{points[0, 1]}"
    if len(points) == 1:
        yield "PD"
    for start in range(1, len(points), _HPGL_POINTS):
        yield "PD" + ",".join(f"{x},{y}" for x, y in points[start : start + _HPGL_POINTS].tolist())
    yield "PU"


def gcode(drawings: Sequence[Drawing], plot: Plot, pens: int = 1) -> str:
    """G-code in millimetres, absolute, y up, from the lower left corner of the sheet; a pause between pens.

    Source: Kramer, Proctor & Messina 2000, "The NIST RS274NGC Interpreter - Version 3", section 3.
    """
    placed = place(drawings, plot)
    width, height = placed.sheet_mm
    program = _Program(plot, height)
    lines = [
        f"(Single-Line Studio: sheet {width:g} x {height:g} mm, origin at its lower left corner)",
        "G21 (millimetres)",
        "G90 (absolute)",
        "G94 (feed a minute)",
        *program.lift(),
    ]
    for number, strokes in enumerate(placed.by_pen(pens), start=1):
        if strokes and number > 1:
            lines += ["G0 X0 Y0", f"M0 (put in pen {number})"]
        for stroke in strokes:
            lines += program.stroke(stroke)
    return "\n".join([*lines, "G0 X0 Y0", "M2", ""])


@dataclass(frozen=True, slots=True)
class _Program:
    """Writes strokes as G-code."""

    plot: Plot
    height_mm: float

    def lift(self) -> list[str]:
        """Pen up."""
        return _commands(self.plot.pen_up)

    def stroke(self, stroke: Line) -> list[str]:
        """Go there, pen down, draw, pen up."""
        upright = np.column_stack([stroke[:, 0], self.height_mm - stroke[:, 1]])
        mm = _without_repeats(np.asarray(np.round(upright, _GCODE_DECIMALS), dtype=np.float64))
        places = [f"X{x:.{_GCODE_DECIMALS}f} Y{y:.{_GCODE_DECIMALS}f}" for x, y in mm.tolist()]
        feed = f" F{self.plot.feed_mm_min:g}"
        drawn = [f"G1 {at}{feed if index == 0 else ''}" for index, at in enumerate(places[1:])]
        return [f"G0 {places[0]}", *_commands(self.plot.pen_down), *drawn, *self.lift()]


def _commands(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _without_repeats(points: Line) -> Line:
    """Points finer than the machine's step fall together."""
    moved = np.concatenate([[True], np.any(np.diff(points, axis=0) != 0, axis=1)])
    kept: Line = points[moved]
    return kept
