"""Pictures of drawings that draw themselves: anti-aliased, and only what changed is drawn again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.export.timeline import Moment, Pace, Timeline, make_timelines
from engine.project.progress import Reporter
from engine.strokes.types import Drawing, Stroke, bounding_box

PAPER = "#FBF9F3"
INK = "#1B1B1A"
MACHINE_INK = "#C2562E"
_OVER = 4  # drawn so much larger and averaged: OpenCV's own anti-aliasing is uneven where lines overlap
_SHIFT = 4

Coverage = NDArray[np.uint8]
"""`(height, width)`: 0 is paper, 255 is full ink."""


@dataclass(frozen=True, slots=True)
class Look:
    """How drawings are shown.

    Attributes:
        size_px: Width and height of the whole picture.
        line_px: Width of the pen; by default a 200th of the cell's side, so that a grid stays fine.
        paper: Colour as `#RRGGBB`.
        inks: Colours that the drawings take in turn.
        margin: Empty share of the cell's shorter side, at each side of a drawing.
    """

    size_px: tuple[int, int] = (512, 512)
    line_px: float | None = None
    paper: str = PAPER
    inks: tuple[str, ...] = (INK,)
    margin: float = 0.08

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
        fps: Pictures a second.
    """

    drawings: Sequence[Drawing]
    look: Look = Look()
    pace: Pace = field(default_factory=Pace)
    fps: int = 30

    @property
    def duration_s(self) -> float:
        """From the first mark to the end of the hold."""
        return self.pace.duration_s

    def timelines(self) -> tuple[Timeline, ...]:
        """One clock a drawing, in its own units."""
        return make_timelines([d.strokes for d in self.drawings], self.pace)

    def drawing_times_s(self) -> list[float]:
        """The time each picture shows, the end of its own span: the first has ink, the last has all of it."""
        count = max(1, math.ceil(self.pace.draw_s * self.fps - 1e-6))
        return [min((i + 1) / self.fps, self.pace.draw_s) for i in range(count)]


class PenCanvas:
    """The coverage of one drawing as its pen moves on."""

    def __init__(self, strokes: Sequence[Stroke], size_px: tuple[int, int], line_px: float) -> None:
        """Prepare an empty sheet.

        Args:
            strokes: In pixels of the picture, an integer is the centre of a pixel.
            size_px: Width and height.
            line_px: Pen width.
        """
        self._lines = [_fixed_point(s) for s in strokes]
        self._thickness = max(1, round(line_px * _OVER))
        self._size = size_px
        self._clear()

    def _clear(self) -> None:
        width, height = self._size
        self._large = np.zeros((height * _OVER, width * _OVER), dtype=np.uint8)
        self.coverage: Coverage = np.zeros((height, width), dtype=np.uint8)
        self._done = (0, 0)
        self._tip = np.zeros((0, 2), dtype=np.int32)

    def show(self, moment: Moment, pen_px: tuple[float, float] | None) -> Coverage:
        """Draw up to `moment`, whose pen is at `pen_px`; going back in time starts over.

        Returns:
            The coverage, valid until the next call.
        """
        if (moment.strokes, moment.points) < self._done:
            self._clear()
        fresh = self._fresh_lines(moment)
        for line in fresh:
            self._draw(line)
        tip = np.zeros((0, 2), dtype=np.int32)
        if moment.points and pen_px is not None:
            begun = self._lines[moment.strokes][moment.points - 1 : moment.points]
            tip = np.vstack([begun, _fixed_point(np.array([pen_px], dtype=np.float32))])
        self._refresh(np.concatenate([*fresh, self._tip, tip]), tip)
        self._done, self._tip = (moment.strokes, moment.points), tip
        return self.coverage

    def _fresh_lines(self, moment: Moment) -> list[NDArray[np.int32]]:
        """The whole pieces between what is drawn and what should be."""
        stroke, points = self._done
        lines = []
        for index in range(stroke, min(moment.strokes + 1, len(self._lines))):
            first = max(points - 1, 0) if index == stroke else 0
            last = len(self._lines[index]) if index < moment.strokes else moment.points
            if last > first:
                lines.append(self._lines[index][first:last])
        return lines

    def _refresh(self, touched: NDArray[np.int32], tip: NDArray[np.int32]) -> None:
        """Average the touched part again; the moving tip is drawn, averaged and taken back.

        Kept, its rounded end would leave specks beside the line, and a picture would depend on the
        pictures before it.
        """
        if not len(touched):
            return
        scale = _OVER << _SHIFT
        reach = self._thickness // _OVER + 2
        x0, y0 = np.maximum(touched.min(axis=0) // scale - reach, 0)
        x1, y1 = np.minimum(touched.max(axis=0) // scale + reach + 1, self._size)
        if x1 <= x0 or y1 <= y0:
            return
        part = self._large[y0 * _OVER : y1 * _OVER, x0 * _OVER : x1 * _OVER]
        before = part.copy() if len(tip) else None
        if len(tip):
            self._draw(tip)
        size = (int(x1 - x0), int(y1 - y0))
        self.coverage[y0:y1, x0:x1] = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        if before is not None:
            part[:] = before

    def _draw(self, line: NDArray[np.int32]) -> None:
        if len(line) == 1:
            line = np.repeat(line, 2, axis=0)  # OpenCV draws nothing for one point, a pen leaves a dot
        cv2.polylines(self._large, [line.reshape(-1, 1, 2)], False, 255, self._thickness, cv2.LINE_8, _SHIFT)


def _fixed_point(points: Stroke) -> NDArray[np.int32]:
    """Pixels to the enlarged canvas, in OpenCV's fixed-point numbers."""
    enlarged = (np.clip(points, -4000, 4000) + 0.5) * _OVER - 0.5
    return np.round(enlarged * (1 << _SHIFT)).astype(np.int32)


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
        self.look = look
        width, height = look.size_px
        columns, rows = grid_shape(len(self._timelines), width / height)
        border = round(look.margin * min(width, height) / 2) if columns * rows > 1 else 0
        self._cell_size = (max((width - 2 * border) // columns, 1), max((height - 2 * border) // rows, 1))
        left, top = (width - columns * self._cell_size[0]) // 2, (height - rows * self._cell_size[1]) // 2
        self.pen_px = look.pen_px(self._cell_size)
        self._cells = [
            fit_cell(line.strokes, self._cell_size, look, left + i % columns * self._cell_size[0],
                     top + i // columns * self._cell_size[1])
            for i, line in enumerate(self._timelines)
        ]  # fmt: skip
        self._canvases = [
            PenCanvas([cell.to_pixels(s) for s in line.strokes], self._cell_size, self.pen_px)
            for cell, line in zip(self._cells, self._timelines, strict=True)
        ]
        self._coverage: Coverage = np.zeros((height, width), dtype=np.uint8)
        self.ink_map = self._map_inks()

    def _map_inks(self) -> NDArray[np.uint8]:
        """`(height, width)`: which of the look's inks a pixel is drawn with."""
        inks = np.zeros_like(self._coverage)
        for i, cell in enumerate(self._cells):
            inks[self._window(cell)] = i % len(self.look.inks)
        return inks

    def _window(self, cell: _Cell) -> tuple[slice, slice]:
        width, height = self._cell_size
        return slice(cell.y, cell.y + height), slice(cell.x, cell.x + width)

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


def grid_shape(count: int, aspect: float) -> tuple[int, int]:
    """Columns and rows of nearly square cells for `count` drawings; `aspect` is width / height of all."""
    columns = max(1, min(round(math.sqrt(count * aspect)), max(count, 1)))
    return columns, max(1, math.ceil(count / columns))


def fit_cell(strokes: Sequence[Stroke], size_px: tuple[int, int], look: Look, x: int, y: int) -> _Cell:
    """Centre strokes in a cell with the look's margin around."""
    x0, y0, x1, y1 = bounding_box(strokes)
    room = min(size_px) * look.margin + look.pen_px(size_px) / 2
    inner = np.maximum(np.array(size_px) - 2 * room, 1.0)
    scale = float(np.min(inner / np.maximum([x1 - x0, y1 - y0], 1e-3)))
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    return _Cell(x, y, scale, centre, (np.array(size_px) - 1) / 2)


def ink_ramp(paper: str, ink: str, levels: int) -> NDArray[np.uint8]:
    """`(levels, 3)` colours from paper to ink."""
    share = np.linspace(0.0, 1.0, levels)[:, None]
    return np.asarray(np.round(rgb(paper) * (1 - share) + rgb(ink) * share), dtype=np.uint8)


def rgb(colour: str) -> NDArray[np.float64]:
    """`#RRGGBB` as three numbers in 0..255.

    Raises:
        ValueError: if it is written otherwise.
    """
    digits = colour.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"a colour is written #RRGGBB, got {colour!r}")
    return np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)], dtype=np.float64)


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
