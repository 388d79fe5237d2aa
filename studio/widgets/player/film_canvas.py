"""A film on paper: one drawing or a grid of them, as far as their pens have come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from engine.export.timeline import Moment
from studio import theme
from studio.gallery.film import Film, FilmPart
from studio.gallery.insight_film import FilmHair, Tint
from studio.widgets.pen_lines import PenPosition
from studio.widgets.player.film_ink import FilmInk
from studio.widgets.player.insight_layer import HairLayer
from studio.widgets.stroke_canvas import MARGIN_PX, StrokeCanvas

_NOTHING = Moment(0, 0, None)
_FRAME_S = 0.03
_TIP_PX = 4.5
_NEAR_PX = 10.0
_TAG_PX = 20
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
        self._tint: Tint | None = None
        self._hairs: HairLayer | None = None
        self._hovered = -1
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
        self.set_tint(None)
        self.set_hairs(())
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

    def exchange(self, film: Film) -> None:
        """The same film in other colours: time, view and what lies on it stay."""
        if film is not self._film:
            self._film = film
            self._ink_layer = None
            self.update()

    def set_tint(self, tint: Tint | None) -> None:
        """Colour the line of the first drawing by what a machine says of it; hovering then says its nats."""
        self._ink_layer = None
        self._tint = tint
        self._hovered = -1
        self.setMouseTracking(tint is not None)
        self.update()

    def set_hairs(self, hairs: Sequence[FilmHair]) -> None:
        """Let hairs grow where the pen passes."""
        self._hairs = HairLayer(hairs) if hairs else None
        self.update()

    def set_tips_visible(self, visible: bool) -> None:
        """Show where the pens are, or only what they leave."""
        self._shows_tips = visible
        self.update()

    def paint_over(self, painter: QPainter) -> None:
        """The ink, and over it the pens."""
        if self._film is None:
            return
        if self._hairs is not None:
            self._hairs.paint(painter, self.blank, self.transform(), self._time_s)
        painter.drawPixmap(0, 0, self._ink_now(self._film))
        if self._tint is not None and self._is_drawn(self._hovered):
            self._paint_nats(painter, self._tint)
        if self._shows_tips:
            for part, moment in zip(self._film.parts, self._moments, strict=True):
                self._paint_pen(painter, part, moment)

    def _ink_now(self, film: Film) -> QPixmap:
        """The ink up to now, as far as it can be painted in a frame; the rest comes in the next ones."""
        size = self.size() * self.devicePixelRatioF()
        if self._ink_layer is None or not self._ink_layer.fits(self.transform(), size):
            tint = self._tint.colours if self._tint is not None else None
            self._ink_layer = FilmInk(film, self.blank(), self.transform(), tint)
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

    def _is_drawn(self, number: int) -> bool:
        """Whether the pen has passed a point of the first drawing, counted along all of its strokes."""
        if self._film is None or number < 0:
            return False
        times = np.concatenate(self._film.parts[0].timeline.times_s)
        return bool(times[number] <= self._time_s)

    def _paint_nats(self, painter: QPainter, tint: Tint) -> None:
        """A ring where the pointer is on the line, and how that move surprised the machine."""
        assert self._film is not None
        point = np.concatenate(self._film.parts[0].lines)[self._hovered : self._hovered + 1, :2]
        x, y = self.to_widget(point)[0].tolist()
        words = f"{float(np.concatenate(tint.nats)[self._hovered]):.1f} nats"
        painter.setPen(QPen(QColor(theme.LIGHT.ink), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), _TIP_PX, _TIP_PX)
        painter.setFont(theme.font(theme.CAPTION_PX, bold=True))
        room = painter.fontMetrics().horizontalAdvance(words) + 2 * theme.SPACE_8
        left = x + theme.SPACE_8 if x + theme.SPACE_8 + room < self.width() else x - theme.SPACE_8 - room
        tag = QRectF(left, max(y - _TAG_PX - theme.SPACE_4, 0.0), room, _TAG_PX)
        painter.setPen(QPen(QColor(theme.tokens().line), 1))
        painter.setBrush(QColor(theme.tokens().panel))
        painter.drawRoundedRect(tag, theme.SPACE_4, theme.SPACE_4)
        painter.setPen(QColor(theme.tokens().text))
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), words)

    def _hover(self, at: QPointF) -> None:
        """Find the point of the line under the pointer."""
        found = -1
        if self._tint is not None and self._film is not None and self._film.parts[0].lines:
            points = self.to_widget(np.concatenate(self._film.parts[0].lines)[:, :2])
            apart = np.hypot(*(points - np.array([at.x(), at.y()], dtype=np.float32)).T)
            nearest = int(apart.argmin())
            found = nearest if apart[nearest] <= _NEAR_PX else -1
        if found != self._hovered:
            self._hovered = found
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self._hover(QPointF(-1e6, -1e6))
        super().leaveEvent(event)

    # -- the hand --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A sheet shown whole is nothing to push about: what lies on it may be dragged out."""
        if self.view is None and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a drawing out, or move the sheet; on a tinted line, say its nats."""
        if not event.buttons():
            self._hover(event.position())
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
