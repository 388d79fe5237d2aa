"""Drawings on a sheet of paper, in millimetres: for pen plotters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.export.grid import grid_shape
from engine.strokes.types import Drawing, bounding_box

Turn = Literal["auto", "portrait", "landscape"]
Line = NDArray[np.float64]
"""`(n, 2)` mm on the sheet: x to the right, y down, from the top left corner."""

SHEETS_MM = {
    "A6": (105.0, 148.0),
    "A5": (148.0, 210.0),
    "A4": (210.0, 297.0),
    "A3": (297.0, 420.0),
    "A2": (420.0, 594.0),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "tabloid": (279.4, 431.8),
}
"""Portrait. Sources: ISO 216; ANSI/ASME Y14.1, rounded to 0.1 mm."""
_SMALLEST_MM, _LARGEST_MM = 20.0, 800.0
_GUTTER = 0.08
"""Empty share of a cell, at each side of one drawing among many."""


@dataclass(frozen=True, slots=True)
class Plot:
    """How a plotter draws.

    Attributes:
        sheet_mm: Width and height of the paper, portrait; see `sheet_size`.
        turn: How the paper lies; `auto` takes the way that shows the drawings larger.
        margin_mm: Empty at each side.
        pen_mm: Width of the pen; only what an SVG shows.
        feed_mm_min: Speed of the pen on the paper, mm a minute.
        pen_up: G-code that lifts the pen; more than one command stand on lines of their own.
        pen_down: G-code that puts it down.

    Raises:
        UserError: for a sheet without room, or a speed that is none.
    """

    sheet_mm: tuple[float, float] = SHEETS_MM["A4"]
    turn: Turn = "auto"
    margin_mm: float = 15.0
    pen_mm: float = 0.5
    feed_mm_min: float = 2400.0
    pen_up: str = "G0 Z5"
    pen_down: str = "G1 Z0 F600"

    def __post_init__(self) -> None:
        if not all(_SMALLEST_MM <= side <= _LARGEST_MM for side in self.sheet_mm):
            raise UserError(
                f"There is no sheet of {self.sheet_mm[0]:g} x {self.sheet_mm[1]:g} mm.",
                f"Each side is {_SMALLEST_MM:g} to {_LARGEST_MM:g} mm.",
            )
        if not 0 <= self.margin_mm <= min(self.sheet_mm) / 2 - 5:
            raise UserError(
                f"A margin of {self.margin_mm:g} mm leaves no room on the sheet.", "Choose a smaller one."
            )
        if not (1 <= self.feed_mm_min <= 100_000 and 0 < self.pen_mm <= 50):
            raise UserError(
                f"A pen of {self.pen_mm:g} mm at {self.feed_mm_min:g} mm a minute cannot draw.",
                "Choose a width of 0.05 to 50 mm and a speed of 1 to 100,000 mm a minute.",
            )
        for name, command in (("up", self.pen_up), ("down", self.pen_down)):
            if not command.strip() or not command.isascii():
                raise UserError(f"The command for pen {name} is not G-code: {command!r}.", "Such as G0 Z5.")


def sheet_size(name: str) -> tuple[float, float]:
    """Width and height in mm of `A4`, `letter`, ..., or of `200x300`.

    Raises:
        UserError: for a name that is no sheet.
    """
    known = {key.lower(): size for key, size in SHEETS_MM.items()}
    if name.lower() in known:
        return known[name.lower()]
    sides = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)", name.strip().lower())
    if sides is None:
        raise UserError(
            f"{name!r} is no sheet of paper.",
            f"Give one of {', '.join(SHEETS_MM)}, or its size in millimetres such as 200x300.",
        )
    return (float(sides[1]), float(sides[2]))


@dataclass(frozen=True, slots=True)
class PlacedDrawings:
    """Drawings where they stand on the sheet.

    Attributes:
        sheet_mm: Width and height of the paper as it lies.
        drawings: For each drawing its lines, in drawing order; empty ones are left out.
    """

    sheet_mm: tuple[float, float]
    drawings: tuple[tuple[Line, ...], ...]

    def by_pen(self, pens: int) -> list[tuple[Line, ...]]:
        """The lines of each pen: the drawings take the pens in turn, and each pen is taken up once."""
        return [
            tuple(line for index, lines in enumerate(self.drawings) if index % pens == pen for line in lines)
            for pen in range(pens)
        ]


def place(drawings: Sequence[Drawing], plot: Plot) -> PlacedDrawings:
    """Lay drawings out on the sheet, one over all of it or many in a grid, as large as they fit."""
    width, height = sorted(plot.sheet_mm)
    ways = {"portrait": (width, height), "landscape": (height, width)}
    sheets = [sheet for turn, sheet in ways.items() if plot.turn in (turn, "auto")]
    tried = [_place_on(drawings, sheet, plot.margin_mm) for sheet in sheets]
    return max(tried, key=lambda one: one[0])[1]


def _place_on(
    drawings: Sequence[Drawing], sheet: tuple[float, float], margin: float
) -> tuple[float, PlacedDrawings]:
    """The drawings on a sheet that lies so, and their scales together."""
    inner = np.array(sheet) - 2 * margin
    columns, rows = grid_shape(len(drawings), float(inner[0] / inner[1]))
    cell = inner / [columns, rows]
    gutter = 2 * _GUTTER * float(cell.min()) if len(drawings) > 1 else 0.0
    placed, scales = [], 0.0
    for index, drawing in enumerate(drawings):
        strokes = [stroke for stroke in drawing.strokes if len(stroke)]
        x0, y0, x1, y1 = bounding_box(strokes)
        scale = float(np.min((cell - gutter) / np.maximum([x1 - x0, y1 - y0], 1e-3)))
        middle = margin + cell * [index % columns + 0.5, index // columns + 0.5]
        centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        placed.append(tuple((stroke.astype(np.float64) - centre) * scale + middle for stroke in strokes))
        scales += scale if strokes else 0.0
    return scales, PlacedDrawings(sheet, tuple(placed))
