"""The ink of one drawing as its pen moves on: anti-aliased, and only what changed is drawn again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.export.pen import WIDEST
from engine.export.timeline import Moment
from engine.strokes.types import Stroke

_SHIFT = 4
"""Binary digits of sub-pixel position OpenCV draws with."""
_RIM = 1.0
"""OpenCV fills a shape and half a pixel around it; measured against an exact picture, see the tests."""
_LARGEST = 2**14
"""OpenCV's fixed-point drawing overflows beyond: points farther out are held there."""
_FINE_PX = 4_000_000
"""Sheets of more pixels are drawn two times as large, not four: 64 MB of memory, not 256."""
TRAVEL_SHARE = 0.35
"""The way of a lifted pen: so much of the ink's darkness, ..."""
TRAVEL_WIDTH = 0.4
"""... and of its width, ..."""
TRAVEL_LEAST_PX = 0.75
"""... but wide enough to be seen."""

Coverage = NDArray[np.uint8]
"""`(height, width)`: 0 is paper, 255 is full ink."""
_Points = NDArray[np.int32]
_NONE: _Points = np.zeros((0, 2), dtype=np.int32)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a line on the enlarged sheet.

    Attributes:
        points: `(n, 2)` in OpenCV's fixed-point numbers.
        widths: `(n,)` in enlarged pixels; None for a line of the layer's own width.
    """

    points: _Points
    widths: NDArray[np.float32] | None = None

    def part(self, first: int, last: int) -> _Piece:
        """The points `first` to `last`, the latter left out."""
        return _Piece(self.points[first:last], None if self.widths is None else self.widths[first:last])


class PenCanvas:
    """The coverage of one drawing as its pen moves on."""

    def __init__(
        self,
        strokes: Sequence[Stroke],
        size_px: tuple[int, int],
        line_px: float,
        widths: Sequence[NDArray[np.float32]] = (),
        *,
        shows_travel: bool = False,
    ) -> None:
        """Prepare an empty sheet.

        Args:
            strokes: In pixels of the picture, an integer is the centre of a pixel.
            size_px: Width and height.
            line_px: Pen width.
            widths: For each stroke `(n,)` multiples of it; without them the line is even.
            shows_travel: Draw the way of the lifted pen, thin and light.
        """
        self._size = size_px
        self._over = 4 if size_px[0] * size_px[1] <= _FINE_PX else 2
        self._line_px = line_px
        self._lines = [_Piece(self._fixed_point(s)) for s in strokes]
        if widths:
            scale = line_px * self._over
            self._lines = [_Piece(p.points, w * scale) for p, w in zip(self._lines, widths, strict=True)]
        self._shows_travel = shows_travel
        self._clear()

    def _clear(self) -> None:
        width, height = self._size
        self.coverage: Coverage = np.zeros((height, width), dtype=np.uint8)
        self._ink = _Layer(self._size, self._over, self._line_px)
        travel_px = max(self._line_px * TRAVEL_WIDTH, TRAVEL_LEAST_PX)
        self._air = _Layer(self._size, self._over, travel_px) if self._shows_travel else None
        self._done = (0, 0)
        self._tips = _NONE

    def show(self, moment: Moment, pen_px: tuple[float, float] | None) -> Coverage:
        """Draw up to `moment`, whose pen is at `pen_px`; going back in time starts over.

        Returns:
            The coverage, valid until the next call.
        """
        if (moment.strokes, moment.points) < self._done:
            self._clear()
        tip, air_tip = self._ink_tip(moment, pen_px), self._air_tip(moment, pen_px)
        ink, air = self._fresh_lines(moment), self._fresh_ways(moment)
        for piece in ink:
            self._ink.draw(piece)
        for piece in air:
            if self._air is not None:
                self._air.draw(piece)
        tips = np.concatenate([tip.points, air_tip.points])
        touched = [piece.points for piece in (*ink, *air)]
        self._refresh(np.concatenate([*touched, self._tips, tips]), tip, air_tip)
        self._done, self._tips = (moment.strokes, moment.points), tips
        return self.coverage

    def _fresh_lines(self, moment: Moment) -> list[_Piece]:
        """The whole pieces between what is drawn and what should be."""
        stroke, points = self._done
        pieces = []
        for index in range(stroke, min(moment.strokes + 1, len(self._lines))):
            first = max(points - 1, 0) if index == stroke else 0
            last = len(self._lines[index].points) if index < moment.strokes else moment.points
            if last > first:
                pieces.append(self._lines[index].part(first, last))
        return pieces

    def _fresh_ways(self, moment: Moment) -> list[_Piece]:
        """The ways through the air that have ended since."""
        if self._air is None:
            return []
        begun = self._done[0] + (self._done[1] > 0)
        now = moment.strokes + (moment.points > 0)
        return [self._way(index) for index in range(max(begun, 1), now)]

    def _way(self, index: int) -> _Piece:
        """The way to a stroke from the one before."""
        ends = self._lines[index - 1].points[-1:], self._lines[index].points[:1]
        return _Piece(np.concatenate(ends))

    def _ink_tip(self, moment: Moment, pen_px: tuple[float, float] | None) -> _Piece:
        """From the last point passed to the pen."""
        if not moment.points or pen_px is None:
            return _Piece(_NONE)
        line = self._lines[moment.strokes]
        begun = line.part(moment.points - 1, moment.points)
        points = np.vstack([begun.points, self._fixed_point(np.array([pen_px], dtype=np.float32))])
        if line.widths is None:
            return _Piece(points)
        before, after = line.widths[moment.points - 1 : moment.points + 1]
        width = before + moment.share * (after - before)
        return _Piece(points, np.array([before, width], dtype=np.float32))

    def _air_tip(self, moment: Moment, pen_px: tuple[float, float] | None) -> _Piece:
        """From the end of the last stroke to the lifted pen."""
        lifted = not moment.points and 0 < moment.strokes < len(self._lines)
        if self._air is None or pen_px is None or not lifted:
            return _Piece(_NONE)
        left = self._lines[moment.strokes - 1].points[-1:]
        return _Piece(np.vstack([left, self._fixed_point(np.array([pen_px], dtype=np.float32))]))

    def _refresh(self, touched: _Points, tip: _Piece, air_tip: _Piece) -> None:
        """Average the touched part again."""
        if not len(touched):
            return
        scale = self._over << _SHIFT
        reach = self._widest_px() + 2
        x0, y0 = np.maximum(touched.min(axis=0) // scale - reach, 0)
        x1, y1 = np.minimum(touched.max(axis=0) // scale + reach + 1, self._size)
        if x1 <= x0 or y1 <= y0:
            return
        box = (slice(int(y0), int(y1)), slice(int(x0), int(x1)))
        part = self._ink.averaged(box, tip)
        if self._air is not None:
            part = np.maximum(part, (self._air.averaged(box, air_tip) * TRAVEL_SHARE).astype(np.uint8))
        self.coverage[box] = part

    def _widest_px(self) -> int:
        return math.ceil(max(self._line_px * WIDEST, TRAVEL_LEAST_PX)) + 1

    def _fixed_point(self, points: Stroke) -> _Points:
        """Pixels to the enlarged sheet, in OpenCV's fixed-point numbers."""
        enlarged = np.clip((points + 0.5) * self._over - 0.5, -_LARGEST, _LARGEST)
        return np.asarray(np.round(enlarged * (1 << _SHIFT)), dtype=np.int32)


class _Layer:
    """A sheet drawn larger and averaged: OpenCV's own anti-aliasing is uneven where lines overlap."""

    def __init__(self, size_px: tuple[int, int], over: int, line_px: float) -> None:
        self._over = over
        self._width = line_px * over
        self._large = np.zeros((size_px[1] * over, size_px[0] * over), dtype=np.uint8)

    def draw(self, piece: _Piece) -> None:
        """Put a piece of line on the sheet."""
        widths = piece.widths
        if widths is None:
            widths = np.full(len(piece.points), self._width, dtype=np.float32)
        self._draw_pen(piece.points, widths)

    def _draw_pen(self, points: _Points, widths: NDArray[np.float32]) -> None:
        """A round nib at each point and the band between two of them.

        OpenCV's `polylines` knows whole widths only, and odd ones at that.
        """
        import cv2

        half = np.maximum(widths - _RIM, 1.0) * (1 << _SHIFT) / 2
        for (x, y), radius in zip(points.tolist(), half.tolist(), strict=True):
            cv2.circle(self._large, (x, y), round(radius), 255, cv2.FILLED, cv2.LINE_8, _SHIFT)
        steps = np.diff(points, axis=0)
        lengths = np.hypot(*steps.T)
        normals = np.column_stack([-steps[:, 1], steps[:, 0]]) / np.maximum(lengths, 1e-9)[:, None]
        before, after = normals * half[:-1, None], normals * half[1:, None]
        starts, ends = points[:-1], points[1:]
        corners = np.stack([starts + before, ends + after, ends - after, starts - before], axis=1)
        for band in np.round(corners).astype(np.int32):
            cv2.fillConvexPoly(self._large, band, 255, cv2.LINE_8, _SHIFT)

    def averaged(self, box: tuple[slice, slice], tip: _Piece) -> Coverage:
        """A part of the sheet at its own size, with a tip that is drawn, averaged and taken back.

        Kept, its rounded end would leave specks beside the line, and a picture would depend on the pictures
        before it.
        """
        import cv2

        rows, columns = (slice(s.start * self._over, s.stop * self._over) for s in box)
        part = self._large[rows, columns]
        before = part.copy() if len(tip.points) else None
        if len(tip.points):
            self.draw(tip)
        size = (box[1].stop - box[1].start, box[0].stop - box[0].start)
        averaged = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        if before is not None:
            part[:] = before
        return np.asarray(averaged, dtype=np.uint8)
