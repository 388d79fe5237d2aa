"""Pictures of drawings that draw themselves: anti-aliased, and only what changed is drawn again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.export.colours import INK, MACHINE_INK, PAPER, hex_colour, ink_ramp
from engine.export.grid import grid_shape
from engine.export.pen import penned
from engine.export.pen_canvas import Coverage, PenCanvas
from engine.export.plot import Plot
from engine.export.recording import Recording
from engine.export.timeline import Moment, Pace, Timeline, make_timelines
from engine.project.progress import Reporter
from engine.strokes.types import Drawing, Stroke, bounding_box

PenKind = Literal["even", "pen"]
_LONGEST_SIDE_PX = 8000
_MAX_INKS = 64
_MAX_FPS = 120
_MAX_PICTURES = 20_000


@dataclass(frozen=True, slots=True)
class Look:
    """How drawings are shown.

    Attributes:
        size_px: Width and height of the whole picture.
        line_px: Width of the pen; by default a 200th of the cell's side, so that a grid stays fine.
        paper: Colour, as `#RRGGBB` or by its name in CSS; kept as `#RRGGBB`.
        inks: Colours that the drawings take in turn; likewise.
        margin: Empty share of the cell's shorter side, at each side of a drawing.
        pen: `even`, or `pen`: wider where the hand is slow, with tapered ends (`engine.export.pen`).
        shows_travel: Draw the way of the lifted pen, thin and light.

    Raises:
        UserError: for a colour that is none, or a size that no file holds.
    """

    size_px: tuple[int, int] = (512, 512)
    line_px: float | None = None
    paper: str = PAPER
    inks: tuple[str, ...] = (INK,)
    margin: float = 0.08
    pen: PenKind = "even"
    shows_travel: bool = False

    def __post_init__(self) -> None:
        if not all(1 <= side <= _LONGEST_SIDE_PX for side in self.size_px):
            raise UserError(
                f"A picture of {self.size_px[0]} x {self.size_px[1]} pixels cannot be made.",
                f"Each side is 1 to {_LONGEST_SIDE_PX:,} pixels.",
            )
        if not 1 <= len(self.inks) <= _MAX_INKS:
            raise UserError(f"A picture has 1 to {_MAX_INKS} inks, not {len(self.inks)}.", "Name fewer.")
        if self.line_px is not None and not 0 < self.line_px <= _LONGEST_SIDE_PX:
            raise UserError(f"A line cannot be {self.line_px:g} pixels wide.", "Choose 0.5 to 50.")
        if not 0 <= self.margin < 0.5:
            raise UserError(f"A margin of {self.margin:g} leaves no room.", "Choose a share of 0 to 0.45.")
        object.__setattr__(self, "paper", hex_colour(self.paper))
        object.__setattr__(self, "inks", tuple(hex_colour(ink) for ink in self.inks))

    def pen_px(self, cell_px: tuple[int, int]) -> float:
        """Width of the pen in a cell of that size."""
        return self.line_px or max(1.0, min(cell_px) / 200)


def machine_look(count: int) -> Look:
    """How `count` of the machine's drawings are shown together: its own ink, and room for a grid."""
    side = 512 if count == 1 else 800
    return Look((side, side), inks=(MACHINE_INK,))


@dataclass(frozen=True, slots=True)
class Animation:
    """One drawing, or a grid of many, drawing themselves.

    Attributes:
        drawings: What to draw.
        look: Size and colours.
        pace: How time runs.
        fps: Pictures a second, 1 to 120.
        plot: How a plotter draws them.
        raw: The same drawings with the few points of a model or a data set, where `drawings` are smoothed for
            the eye: what learning code is given.
        recordings: How each drawing came about, or none at all: strokes have inks of their own then.

    Raises:
        UserError: for pictures a second that are none, or more of them than any file should have.
    """

    drawings: Sequence[Drawing]
    look: Look = Look()
    pace: Pace = field(default_factory=Pace)
    fps: int = 30
    plot: Plot = field(default_factory=Plot)
    raw: Sequence[Drawing] = ()
    recordings: Sequence[Recording] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.fps <= _MAX_FPS:
            raise UserError(f"There cannot be {self.fps} pictures a second.", f"Choose 1 to {_MAX_FPS}.")
        if self.duration_s * self.fps > _MAX_PICTURES:
            raise UserError(
                f"{self.duration_s:g} s at {self.fps} pictures a second are too many pictures.",
                f"At most {_MAX_PICTURES:,}: choose a shorter time, or fewer a second.",
            )

    @property
    def duration_s(self) -> float:
        """From the first mark to the end of the hold."""
        return self.pace.duration_s

    def timelines(self) -> tuple[Timeline, ...]:
        """One clock a drawing, in its own units."""
        return make_timelines([d.strokes for d in self.drawings], self.pace, self.recordings)

    def inks(self, index: int) -> tuple[int, ...]:
        """For each stroke of a drawing which of the look's inks it has."""
        count = len(self.look.inks)
        if self.recordings:
            return tuple(ink % count for ink in self.recordings[index].inks)
        return (index % count,) * sum(1 for stroke in self.drawings[index].strokes if len(stroke))

    def drawing_times_s(self) -> list[float]:
        """The time each picture shows, the end of its own span: the first has ink, the last has all of it."""
        count = max(1, math.ceil(self.pace.draw_s * self.fps - 1e-6))
        return [min((i + 1) / self.fps, self.pace.draw_s) for i in range(count)]


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where one drawing stands: its cell's corner in the picture, and what lies in the cell's middle."""

    x: int
    y: int
    scale: float
    centre: NDArray[np.float64]
    middle: NDArray[np.float64]

    @property
    def corner(self) -> NDArray[np.float32]:
        """The cell's place in the picture, `(2,)` px."""
        return np.array([self.x, self.y], dtype=np.float32)

    def to_pixels(self, points: Stroke) -> Stroke:
        """Units of the drawing to pixels of the cell."""
        return np.asarray((points - self.centre) * self.scale + self.middle, dtype=np.float32)


class Stage:
    """All drawings of an animation on one sheet, at any time."""

    def __init__(self, animation: Animation) -> None:
        """Lay the drawings out in a grid that fills the picture."""
        look, self._timelines = animation.look, animation.timelines()
        self.inks = [animation.inks(index) for index in range(len(self._timelines))]
        self.look = look
        self.widths: tuple[tuple[NDArray[np.float32], ...], ...] = ((),) * len(self._timelines)
        if look.pen == "pen" and self._timelines:
            self._timelines, self.widths = zip(*map(penned, self._timelines), strict=True)
        width, height = look.size_px
        columns, rows = grid_shape(len(self._timelines), width / height)
        border = round(look.margin * min(width, height) / 2) if columns * rows > 1 else 0
        self.cell_px = (max((width - 2 * border) // columns, 1), max((height - 2 * border) // rows, 1))
        left, top = (width - columns * self.cell_px[0]) // 2, (height - rows * self.cell_px[1]) // 2
        self.pen_px = look.pen_px(self.cell_px)
        self._cells = [
            fit_cell(line.strokes, self.cell_px, look, left + i % columns * self.cell_px[0],
                     top + i // columns * self.cell_px[1])
            for i, line in enumerate(self._timelines)
        ]  # fmt: skip
        self._canvases = [
            PenCanvas([cell.to_pixels(s) for s in line.strokes], self.cell_px, self.pen_px, widths,
                      shows_travel=look.shows_travel)
            for cell, line, widths in zip(self._cells, self._timelines, self.widths, strict=True)
        ]  # fmt: skip
        self._coverage: Coverage = np.zeros((height, width), dtype=np.uint8)
        self.ink_map = self._map_inks()

    def _map_inks(self) -> NDArray[np.uint8]:
        """`(height, width)`: which of the look's inks a pixel is drawn with."""
        inks = np.zeros_like(self._coverage)
        for cell, line, widths, of_strokes in zip(
            self._cells, self._timelines, self.widths, self.inks, strict=True
        ):
            used = sorted(set(of_strokes))
            if len(used) > 1:
                covers = [self._covered(cell, line, widths, of_strokes, ink) for ink in used]
                inks[self._window(cell)] = np.array(used, dtype=np.uint8)[np.argmax(covers, axis=0)]
            else:
                inks[self._window(cell)] = used[0] if used else 0
        return inks

    def _covered(
        self,
        cell: _Cell,
        line: Timeline,
        widths: tuple[NDArray[np.float32], ...],
        of_strokes: tuple[int, ...],
        ink: int,
    ) -> Coverage:
        """What one of several inks covers in the end."""
        own = [index for index, other in enumerate(of_strokes) if other == ink]
        strokes = [cell.to_pixels(line.strokes[index]) for index in own]
        canvas = PenCanvas(strokes, self.cell_px, self.pen_px, [widths[i] for i in own] if widths else ())
        return canvas.show(Moment(len(own), 0, None), None)

    def _window(self, cell: _Cell) -> tuple[slice, slice]:
        width, height = self.cell_px
        return slice(cell.y, cell.y + height), slice(cell.x, cell.x + width)

    def boxes_px(self) -> list[tuple[int, int, int, int]]:
        """The cell of each drawing: left, top, width, height."""
        return [(cell.x, cell.y, *self.cell_px) for cell in self._cells]

    def timelines_px(self) -> list[Timeline]:
        """The clocks with the strokes where they stand in the picture, in pixels."""
        placed = zip(self._cells, self._timelines, strict=True)
        return [
            replace(line, strokes=tuple(cell.to_pixels(s) + cell.corner for s in line.strokes))
            for cell, line in placed
        ]

    def coverage(self, t_s: float) -> Coverage:
        """`(height, width)` ink at `t_s`; valid until the next call."""
        for cell, canvas, timeline in zip(self._cells, self._canvases, self._timelines, strict=True):
            moment = timeline.at(t_s)
            pen = None
            if moment.pen is not None:
                x, y = cell.to_pixels(np.array([moment.pen], dtype=np.float32))[0]
                pen = (float(x), float(y))
            self._coverage[self._window(cell)] = canvas.show(moment, pen)
        return self._coverage

    def frame(self, t_s: float) -> NDArray[np.uint8]:
        """`(height, width, 3)` RGB at `t_s`."""
        ramps = np.stack([ink_ramp(self.look.paper, ink, 256) for ink in self.look.inks])
        return np.asarray(ramps[self.ink_map, self.coverage(t_s)])


def fit_cell(strokes: Sequence[Stroke], size_px: tuple[int, int], look: Look, x: int, y: int) -> _Cell:
    """Centre strokes in a cell with the look's margin around."""
    x0, y0, x1, y1 = bounding_box(strokes)
    room = min(size_px) * look.margin + look.pen_px(size_px) / 2
    inner = np.maximum(np.array(size_px) - 2 * room, 1.0)
    scale = float(np.min(inner / np.maximum([x1 - x0, y1 - y0], 1e-3)))
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    return _Cell(x, y, scale, centre, (np.array(size_px) - 1) / 2)


class Stopped(Exception):
    """The reporter asked to stop; the exporter leaves nothing behind and says so."""


def watched(times_s: Sequence[float], reporter: Reporter, message: str) -> Iterator[float]:
    """Hand on the times one by one, saying how far it is.

    Raises:
        Stopped: as soon as the reporter asks for it.
    """
    for done, t_s in enumerate(times_s):
        if reporter.stopped():
            raise Stopped
        reporter.progress(done, len(times_s), message)
        yield t_s
    reporter.progress(len(times_s), len(times_s), message)
