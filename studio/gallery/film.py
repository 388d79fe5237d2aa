"""Drawings that draw themselves, laid out for the screen exactly as the exporters lay them out in a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.export.frames import Animation, Stage
from engine.export.grid import grid_shape
from engine.export.pen_canvas import TRAVEL_LEAST_PX, TRAVEL_WIDTH
from engine.export.plot import place
from engine.export.timeline import Timeline, make_timelines, stops_s
from engine.strokes.types import as_stroke, bounding_box

_PX_PER_MM = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class FilmPart:
    """One drawing of a film.

    Attributes:
        timeline: Its clock; the strokes stand in pixels of the picture, an integer is the centre of a pixel.
        lines: For each stroke `(n, 3)`: x, y, and the pen's width there, all in pixels of the picture.
        inks: For each stroke `#rrggbb`.
        box_px: Its cell, which no other drawing reaches into: left, top, width, height.
    """

    timeline: Timeline
    lines: tuple[NDArray[np.float32], ...]
    inks: tuple[str, ...]
    box_px: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """What a player shows.

    Attributes:
        size_px: Width and height of the picture; a screen may show it at any other size.
        paper: `#rrggbb`.
        parts: The drawings, row by row.
        columns: Of the grid they stand in.
        travel_px: Width of the way of a lifted pen; 0 where it is not shown.
        duration_s: To the end of the hold.
        pictures_per_s: Of the file.
    """

    size_px: tuple[int, int]
    paper: str
    parts: tuple[FilmPart, ...]
    columns: int
    travel_px: float
    duration_s: float
    pictures_per_s: int

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(part.lines for part in self.parts)

    @property
    def drawn_s(self) -> float:
        """When the last pen is done."""
        return max((part.timeline.drawn_s for part in self.parts), default=0.0)

    def point_stops_s(self) -> NDArray[np.float64]:
        """When any pen reaches a point, rising, each once."""
        return stops_s([part.timeline for part in self.parts])[0]

    def stroke_stops_s(self) -> NDArray[np.float64]:
        """The start, and when any pen is done with a stroke; rising, each once."""
        return stops_s([part.timeline for part in self.parts])[1]

    def part_at(self, x_px: float, y_px: float) -> int:
        """The number of the drawing whose cell lies there; -1 outside all of them."""
        for index, part in enumerate(self.parts):
            left, top, width, height = part.box_px
            if left <= x_px < left + width and top <= y_px < top + height:
                return index
        return -1


def make_film(animation: Animation) -> Film:
    """Lay an animation out; its look says the size that widths and margins are right for."""
    stage, look = Stage(animation), animation.look
    parts = tuple(
        FilmPart(line, _lines(line, widths, stage.pen_px), tuple(look.inks[ink] for ink in inks), box)
        for line, widths, inks, box in zip(
            stage.timelines_px(), stage.widths, stage.inks, stage.boxes_px(), strict=True
        )
    )
    columns, _ = grid_shape(len(parts), look.size_px[0] / look.size_px[1])
    travel_px = max(stage.pen_px * TRAVEL_WIDTH, TRAVEL_LEAST_PX) if look.shows_travel else 0.0
    return Film(look.size_px, look.paper, parts, columns, travel_px, animation.duration_s, animation.fps)


def make_plot(animation: Animation) -> Film:
    """Lay an animation out as a plotter draws it: on a sheet of so many millimetres, margins left empty."""
    placed, look = place(animation.drawings, animation.plot), animation.look
    pen_px = animation.plot.pen_mm * _PX_PER_MM
    strokes = [[as_stroke(line * _PX_PER_MM) for line in lines] for lines in placed.drawings]
    parts = tuple(
        FilmPart(line, _lines(line, (), pen_px), tuple(look.inks[ink] for ink in inks), _box(line, pen_px))
        for line, inks in zip(
            make_timelines(strokes, animation.pace), map(animation.inks, range(len(strokes))), strict=True
        )
    )
    size_px = (round(placed.sheet_mm[0] * _PX_PER_MM), round(placed.sheet_mm[1] * _PX_PER_MM))
    columns, _ = grid_shape(len(parts), size_px[0] / size_px[1])
    return Film(size_px, look.paper, parts, columns, 0.0, animation.duration_s, animation.fps)


def _box(timeline: Timeline, pen_px: float) -> tuple[int, int, int, int]:
    x0, y0, x1, y1 = bounding_box(timeline.strokes)
    room = pen_px + 2
    return int(x0 - room), int(y0 - room), int(x1 - x0 + 2 * room), int(y1 - y0 + 2 * room)


def _lines(
    timeline: Timeline, widths: Sequence[NDArray[np.float32]], pen_px: float
) -> tuple[NDArray[np.float32], ...]:
    """Places and widths side by side, so that a part of a line is a part of both."""
    shares = widths or [np.ones(len(stroke), dtype=np.float32) for stroke in timeline.strokes]
    return tuple(
        np.column_stack([stroke, share * pen_px]).astype(np.float32)
        for stroke, share in zip(timeline.strokes, shares, strict=True)
    )
