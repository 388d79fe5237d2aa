"""A film on paper: one drawing or a grid of them, as far as their pens have come."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from engine.export.timeline import Moment
from studio import theme
from studio.gallery.film import Film, FilmPart
from studio.widgets.pen_lines import PenPosition
from studio.widgets.player.film_ink import FilmInk
from studio.widgets.stroke_canvas import MARGIN_PX, StrokeCanvas

_NOTHING = Moment(0, 0, None)
_FRAME_S = 0.03
_TIP_PX = 4.5
_CROWDED_PX = 120.0
"""In cells narrower than that the pens are half as large."""


class FilmCanvas(StrokeCanvas):
    """Zooms and pans like any sheet. Moving on paints only what is new, and no frame takes long.

    Attributes:
        frame_s: As long as painting ink may take in one frame; one drawing is painted in any case.

    Signals:
        picked: The number of the drawing that was double-clicked, on a sheet that is shown whole.
        pulled: A drawing is being dragged off the sheet, which is shown whole: its number.
    """

    picked = Signal(int)
    pulled = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, own_paper: bool = False) -> None:
        """Make it; `own_paper` shows the paper of the film, not the theme's."""
        super().__init__(parent)
        self._own_paper = own_paper
        self._film: Film | None = None
        self._time_s = 0.0
        self._moments: tuple[Moment, ...] = ()
        self._shows_tips = True
        self._ink_layer: FilmInk | None = None
        self._pressed: QPointF | None = None
        self._is_whole = True
        self.frame_s = _FRAME_S
        self._next_frame = QTimer(self)
        self._next_frame.setSingleShot(True)
        self._next_frame.setInterval(0)
        self._next_frame.timeout.connect(self.update)

    @property
    def is_whole(self) -> bool:
        """Whether the last frame had time for all of its ink."""
        return self._is_whole

    @property
    def film(self) -> Film | None:
        """What is shown."""
        return self._film

    @property
    def time_s(self) -> float:
        """How far it is drawn."""
        return self._time_s

    @property
    def pen(self) -> PenPosition:
        """Where the pen of the first drawing is."""
        moment = self._moments[0] if self._moments else _NOTHING
        return PenPosition(moment.strokes, max(moment.points - 1 + moment.share, 0.0) if moment.points else 0)

    def sheet_room(self) -> QSizeF:
        """How large a sheet is shown at its own size."""
        return QSizeF(self.width() - 2 * MARGIN_PX, self.height() - 2 * MARGIN_PX)

    def show_film(self, film: Film | None, time_s: float) -> None:
        """Lay a film on the table at a time; a film of the same size keeps the view."""
        self._film = film
        self._ink_layer = None
        width, height = film.size_px if film is not None else (0, 0)
        self.set_paper(film.paper if film is not None and self._own_paper else "")
        self.set_page(QRectF(-0.5, -0.5, width, height))
        self.set_time(time_s)
        self.update()

    def set_time(self, time_s: float) -> None:
        """Show what is drawn at that time."""
        self._time_s = time_s
        self._moments = tuple(part.timeline.at(time_s) for part in self._film.parts) if self._film else ()
        self.update()

    def set_tips_visible(self, visible: bool) -> None:
        """Show where the pens are, or only what they leave."""
        self._shows_tips = visible
        self.update()

    def paint_over(self, painter: QPainter) -> None:
        """The ink, and over it the pens."""
        if self._film is None:
            return
        painter.drawPixmap(0, 0, self._ink_now(self._film))
        if self._shows_tips:
            for part, moment in zip(self._film.parts, self._moments, strict=True):
                self._paint_pen(painter, part, moment)

    def _ink_now(self, film: Film) -> QPixmap:
        """The ink up to now, as far as it can be painted in a frame; the rest comes in the next ones."""
        size = self.size() * self.devicePixelRatioF()
        if self._ink_layer is None or not self._ink_layer.fits(self.transform(), size):
            self._ink_layer = FilmInk(film, self.blank(), self.transform())
        self._is_whole = self._ink_layer.advance(self._moments, self.frame_s)
        if not self._is_whole:
            self._next_frame.start()
        return self._ink_layer.sheet

    def _paint_pen(self, painter: QPainter, part: FilmPart, moment: Moment) -> None:
        """A dot where the pen is; a ring while it is lifted."""
        if moment.pen is None or moment.strokes >= len(part.lines):
            return
        x, y = self.to_widget(np.array([moment.pen], dtype=np.float32))[0].tolist()
        columns = max(self._film.columns if self._film else 1, 1)
        radius = _TIP_PX if self.width() / columns >= _CROWDED_PX else _TIP_PX / 2
        accent = QColor(theme.LIGHT.accent)
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(accent if moment.points else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), radius, radius)

    # -- the hand --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A sheet shown whole is nothing to push about: what lies on it may be dragged out."""
        if self.view is None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a drawing out, or move the sheet."""
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        moved = (event.position() - self._pressed).manhattanLength()
        if moved >= QApplication.startDragDistance():
            index = self._part_at(self._pressed)
            self._pressed = None
            if index >= 0:
                self.pulled.emit(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._pressed = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """One that is shown whole is picked; else it is shown whole."""
        index = self._part_at(event.position())
        if self.view is None and index >= 0:
            self.picked.emit(index)
        else:
            super().mouseDoubleClickEvent(event)

    def _part_at(self, at: QPointF) -> int:
        if self._film is None or self._film.is_blank:
            return -1
        place = self.transform().inverted()[0].map(at)
        return self._film.part_at(place.x() + 0.5, place.y() + 0.5)
