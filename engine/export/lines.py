"""The lines of a picture as vector files hold them: in pixels, with width, colour and times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.export.colours import mixed
from engine.export.frames import Stage
from engine.export.pen import finely
from engine.export.pen_canvas import TRAVEL_LEAST_PX, TRAVEL_SHARE, TRAVEL_WIDTH
from engine.export.timeline import Timeline
from engine.strokes.types import Stroke

_WIDTH_STEP = 0.12
"""SVG lines have one width: a pen's line is cut where its width has changed by this share of the pen's."""

_EASED_STEP_PX = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class TimedLine:
    """One piece of line.

    Attributes:
        points: `(n, 2)`, px of the picture.
        times_s: `(n,)` when its points are reached.
        colour: `#RRGGBB`.
        width_px: Of the pen there.
    """

    points: Stroke
    times_s: NDArray[np.float64]
    colour: str
    width_px: float


def timed_lines(stage: Stage, *, exact_times: bool = False) -> list[list[TimedLine]]:
    """For each drawing its lines in drawing order; before them, and so under them, the ways of a lifted pen.

    Args:
        stage: The picture.
        exact_times: More points where the pen eases, as time is even from one point to the next.
    """
    inks, paper = stage.look.inks, stage.look.paper
    drawings = []
    for clock, widths, of_strokes in zip(stage.timelines_px(), stage.widths, stage.inks, strict=True):
        eases = exact_times and clock.easing != "even" and not widths
        timeline = finely(clock, _EASED_STEP_PX) if eases else clock
        colours = [inks[ink] for ink in of_strokes]
        lines = list(_inked(timeline, widths, colours, stage.pen_px))
        if stage.look.shows_travel and colours:
            lines = [*_ways(timeline, mixed(paper, colours[0], TRAVEL_SHARE), stage.pen_px), *lines]
        drawings.append(lines)
    return drawings


def _inked(
    timeline: Timeline, widths: tuple[NDArray[np.float32], ...], inks: list[str], pen_px: float
) -> Iterator[TimedLine]:
    for index, (points, times) in enumerate(zip(timeline.strokes, timeline.times_s, strict=True)):
        whole = [(0, len(points), 1.0)]
        for first, last, width in even_pieces(widths[index]) if widths else whole:
            yield TimedLine(points[first:last], times[first:last], inks[index], width * pen_px)


def _ways(timeline: Timeline, colour: str, pen_px: float) -> Iterator[TimedLine]:
    width = max(pen_px * TRAVEL_WIDTH, TRAVEL_LEAST_PX)
    timed = zip(timeline.strokes, timeline.times_s, strict=True)
    for (before, left), (after, reached) in pairwise(timed):
        points = np.stack([before[-1], after[0]])
        yield TimedLine(points, np.array([left[-1], reached[0]]), colour, width)


def even_pieces(widths: NDArray[np.float32]) -> list[tuple[int, int, float]]:
    """Cut a line where its width has changed.

    Returns:
        `(first, last, width)`: points from `first`, `last` left out; neighbours share a point.
    """
    pieces, first = [], 0
    for index in range(1, len(widths)):
        if abs(widths[index] - widths[first]) > _WIDTH_STEP or index == len(widths) - 1:
            pieces.append((first, index + 1, float(widths[first : index + 1].mean())))
            first = index
    return pieces or [(0, 1, 1.0)]
