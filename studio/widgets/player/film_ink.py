"""The ink of a film on one layer: added where pens moved on, taken away where they moved back."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform

from engine.export.pen_canvas import TRAVEL_SHARE
from engine.export.timeline import Moment
from studio import theme
from studio.gallery.film import Film, FilmPart
from studio.widgets import pen_lines

_NOTHING = Moment(0, 0, None)


class FilmInk:
    """Each drawing remembers how far it is painted; in a crowded film they take turns.

    Attributes:
        sheet: The layer, transparent where there is no ink.
    """

    def __init__(
        self, film: Film, sheet: QPixmap, transform: QTransform, tint: Sequence[Sequence[str]] | None = None
    ) -> None:
        """Begin.

        Args:
            film: What is painted.
            sheet: An empty layer.
            transform: From pixels of the picture to logical pixels of the layer.
            tint: The colour of each move of each stroke of the first drawing, instead of its ink.
        """
        self._tint = tint
        self.sheet = sheet
        self._film = film
        self._transform = transform
        self._moments = [_NOTHING] * len(film.parts)
        self._turn = 0

    def fits(self, transform: QTransform, size: QSize) -> bool:
        """Whether it is made for this place and this size in device pixels."""
        return self._transform == transform and self.sheet.size() == size

    def advance(self, moments: Sequence[Moment], budget_s: float) -> bool:
        """Paint up to these moments.

        Args:
            moments: One a drawing, earlier or later than what is painted.
            budget_s: Once it is spent, the drawings that are left stay as they are. The first has its turn
                in any case, and next time it is another one's turn first.

        Returns:
            Whether everything is as it should be.
        """
        count = len(moments)
        late = [k % count for k in range(self._turn, self._turn + count) if self._differs(k % count, moments)]
        if not late:
            return True
        painter = QPainter(self.sheet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        end_s = time.perf_counter() + budget_s
        painted = 0
        for index in late:
            self._paint(painter, index, moments[index])
            painted += 1
            if time.perf_counter() > end_s:
                break
        painter.end()
        self._turn = (late[painted - 1] + 1) % count
        return painted == len(late)

    def _differs(self, index: int, moments: Sequence[Moment]) -> bool:
        return _place(self._moments[index]) != _place(moments[index])

    def _paint(self, painter: QPainter, index: int, now: Moment) -> None:
        part = self._film.parts[index]
        if _place(now) < _place(self._moments[index]):
            self._wipe(painter, part)
            self._moments[index] = _NOTHING
        before = self._moments[index]
        self._paint_ink(painter, part, before, now)
        if self._film.travel_px:
            self._paint_ways(painter, part, before, now)
        self._moments[index] = now

    def _wipe(self, painter: QPainter, part: FilmPart) -> None:
        box = self._transform.mapRect(QRectF(*part.box_px).translated(-0.5, -0.5))
        if len(self._film.parts) == 1:
            box = QRectF(self.sheet.rect())
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(box, QColor(0, 0, 0))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _paint_ink(self, painter: QPainter, part: FilmPart, before: Moment, now: Moment) -> None:
        tint = self._tint if part is self._film.parts[0] else None
        for index in range(before.strokes, min(now.strokes + 1, len(part.lines))):
            line = part.lines[index]
            if index == now.strokes and not now.points:
                break
            first = _index(before) if index == before.strokes else 0.0
            last = _index(now) if index == now.strokes else float(len(line) - 1)
            for start, stop, colour in _runs(
                tint[index] if tint else part.inks[index : index + 1], first, last
            ):
                piece = line[:1] if last == 0.0 else pen_lines.between(line, start, stop)
                if len(piece):
                    pen_lines.draw_pen(painter, self._placed(piece), QColor(colour))

    def _paint_ways(self, painter: QPainter, part: FilmPart, before: Moment, now: Moment) -> None:
        """The ways of the lifted pen, under the ink that is there already."""
        if not part.inks:
            return
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOver)
        colour = QColor(theme.mix(self._film.paper, part.inks[0], TRAVEL_SHARE))
        painter.setPen(pen_lines.pen_of(colour, self._film.travel_px * self._transform.m11()))
        for index in range(max(before.strokes, 1), min(now.strokes + 1, len(part.lines))):
            start, stop = _way_share(before, index), _way_share(now, index)
            if stop > start:
                ends = np.stack([part.lines[index - 1][-1], part.lines[index][0]])
                pen_lines.draw(painter, self._placed(pen_lines.between(ends, start, stop))[:, :2])
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _placed(self, line: NDArray[np.float32]) -> NDArray[np.float32]:
        """A line with its widths in logical pixels of the layer."""
        scale = self._transform.m11()
        offset = np.array([self._transform.dx(), self._transform.dy(), 0.0])
        return np.asarray(line * scale + offset, dtype=np.float32)


def _runs(colours: Sequence[str], first: float, last: float) -> Iterator[tuple[float, float, str]]:
    """The pieces of a line between two fractional indices that have one colour each."""
    if len(colours) == 1 or last <= first:
        yield first, last, colours[0]
        return
    start = first
    for move in range(int(first), min(math.ceil(last), len(colours))):
        end = min(move + 1.0, last)
        if end == last or colours[move + 1] != colours[move]:
            yield start, end, colours[move]
            start = end


def _place(moment: Moment) -> tuple[int, int, float]:
    """Moments in the order of time."""
    return moment.strokes, moment.points, moment.share


def _way_share(moment: Moment, index: int) -> float:
    """How much of the way to a stroke lies behind the lifted pen."""
    if moment.strokes != index:
        return float(moment.strokes > index)
    return 1.0 if moment.points else moment.share


def _index(moment: Moment) -> float:
    """How far the pen is on the stroke in progress."""
    return moment.points - 1 + moment.share if moment.points else 0.0
