"""A sheet of paper with a picture and lines on it, to zoom, pan, and watch being drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme
from studio.widgets import pen_lines
from studio.widgets.pen_lines import Line, PenPosition

MARGIN_PX = 10
"""Left empty around a sheet that is shown whole."""
_MIN_SCALE, _MAX_SCALE = 0.02, 40.0
_WHEEL_STEP = 1.2
WHOLE = PenPosition(1 << 30)
"""The pen has drawn everything."""


@dataclass(frozen=True, slots=True)
class View:
    """Where the eye is.

    Attributes:
        scale: Logical pixels per unit of the page.
        x: The point of the page in the middle of the canvas.
        y: Likewise.
    """

    scale: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A labelled box on the page: one separated drawing."""

    rect: QRectF
    label: str


class StrokeCanvas(QWidget):
    """Shows one page. Wheel zooms at the pointer, dragging pans, a double click shows the whole sheet.

    The picture and the finished ink are kept as pixmaps; moving the pen forward paints only the new piece.

    Signals:
        view_changed: The new `View`, or None for "the whole sheet"; only after the artist's own moves.
    """

    view_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 120)
        self._page = QRectF()
        self._paper = ""
        self._picture: QImage | None = None
        self._picture_opacity = 1.0
        self._lines: tuple[Line, ...] = ()
        self._frames: tuple[Frame, ...] = ()
        self._pen = WHOLE
        self._shows_pen = False
        self._scales_width = False
        self._view: View | None = None
        self._back: QPixmap | None = None
        self._ink: QPixmap | None = None
        self._ink_pen = PenPosition()
        self._grabbed: QPointF | None = None

    def sizeHint(self) -> QSize:
        """Room for a sheet."""
        return QSize(480, 600)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What lies on the paper, in drawing order."""
        return self._lines

    @property
    def pen(self) -> PenPosition:
        """How far it is drawn."""
        return self._pen

    @property
    def view(self) -> View | None:
        """Where the eye is; None shows the whole sheet."""
        return self._view

    def set_page(self, page: QRectF) -> None:
        """The sheet's extent, in the units of the lines. Another sheet is shown whole."""
        if page != self._page:
            self._page = page
            self._view = None
            self._forget()

    def set_paper(self, colour: str) -> None:
        """The colour of the sheet as `#rrggbb`; empty for the theme's paper."""
        if colour != self._paper:
            self._paper = colour
            self._back = None
            self.update()

    def set_picture(self, image: QImage | None) -> None:
        """What lies under the lines, stretched over the sheet; None for plain paper."""
        if image is not self._picture:
            self._picture = image
            self._back = None
            self.update()

    def set_picture_opacity(self, opacity: float) -> None:
        """From 0 (only paper) to 1 (the picture as it is)."""
        if opacity == self._picture_opacity:
            return
        self._picture_opacity = opacity
        self._back = None
        self.update()

    def set_lines(self, lines: Sequence[Line], *, scales_width: bool = False) -> None:
        """Show these lines, all of them drawn.

        Args:
            lines: In drawing order.
            scales_width: Widths are in units of the page and grow with the zoom.
        """
        self._lines = tuple(lines)
        self._scales_width = scales_width
        self._pen = WHOLE
        self._ink = None
        self.update()

    def set_frames(self, frames: Sequence[Frame]) -> None:
        """Boxes to draw around parts of the page."""
        self._frames = tuple(frames)
        self.update()

    def set_pen(self, pen: PenPosition, *, visible: bool = False) -> None:
        """Draw up to here; `visible` shows the tip of the pen."""
        if pen != self._pen or visible != self._shows_pen:
            self._pen = pen
            self._shows_pen = visible
            self.update()

    def set_view(self, view: View | None) -> None:
        """Look there; None for the whole sheet. Says nothing: for canvases that move together."""
        if view != self._view:
            self._view = view
            self._forget()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Come closer by `factor`, keeping the page point under `at` (default: the middle) in place."""
        anchor = at if at is not None else QRectF(self.rect()).center()
        now = self.transform()
        point = now.inverted()[0].map(anchor)
        scale = float(np.clip(now.m11() * factor, _MIN_SCALE, _MAX_SCALE))
        offset = (anchor - QRectF(self.rect()).center()) / scale
        self._look(View(scale, point.x() - offset.x(), point.y() - offset.y()))

    def fit(self) -> None:
        """Show the whole sheet."""
        self._look(None)

    def transform(self) -> QTransform:
        """From units of the page to logical pixels of this widget."""
        middle = QRectF(self.rect()).center()
        view = self._view or self._whole()
        result = QTransform.fromTranslate(middle.x(), middle.y())
        return result.scale(view.scale, view.scale).translate(-view.x, -view.y)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper and picture, then ink, then what lies over it."""
        if self._page.isEmpty():
            return
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._back_pixmap())
        painter.drawPixmap(0, 0, self._ink_pixmap())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, frame in enumerate(self._frames):
            self._paint_frame(painter, frame, theme.category_colour(index))
        if self._shows_pen:
            self._paint_tip(painter)
        self.paint_over(painter)
        painter.end()

    def paint_over(self, painter: QPainter) -> None:
        """What a canvas with more to show paints last; `painter` is in logical pixels of the widget."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The cached layers no longer fit."""
        self._forget()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme has other paper and ink."""
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._forget()
        super().changeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        if not self._page.isEmpty() and event.angleDelta().y():
            self.zoom(_WHEEL_STEP ** (event.angleDelta().y() / 120.0), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the sheet."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the sheet with the hand."""
        if self._grabbed is None or self._page.isEmpty():
            return
        view = self._view or self._whole()
        moved = (event.position() - self._grabbed) / view.scale
        self._grabbed = event.position()
        self._look(View(view.scale, view.x - moved.x(), view.y - moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole sheet."""
        self.fit()

    def _look(self, view: View | None) -> None:
        if view != self._view:
            self.set_view(view)
            self.view_changed.emit(view)

    def _whole(self) -> View:
        room_x, room_y = max(self.width() - 2 * MARGIN_PX, 1), max(self.height() - 2 * MARGIN_PX, 1)
        scale = min(room_x / max(self._page.width(), 1e-6), room_y / max(self._page.height(), 1e-6))
        return View(scale, self._page.center().x(), self._page.center().y())

    def _forget(self) -> None:
        self._back = self._ink = None
        self.update()

    def blank(self) -> QPixmap:
        """A transparent layer as large as this widget."""
        ratio = self.devicePixelRatioF()
        result = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        result.setDevicePixelRatio(ratio)
        result.fill(Qt.GlobalColor.transparent)
        return result

    def _back_pixmap(self) -> QPixmap:
        if self._back is None:
            self._back = self.blank()
            sheet = self.transform().mapRect(self._page)
            painter = QPainter(self._back)
            painter.fillRect(sheet, QColor(self._paper or theme.tokens().paper))
            if self._picture is not None and not self._picture.isNull() and self._picture_opacity > 0:
                painter.setOpacity(self._picture_opacity)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                picture = self._reduced(self._picture, sheet)
                painter.drawImage(sheet, picture, QRectF(picture.rect()))
                painter.setOpacity(1.0)
            painter.setPen(QPen(QColor(theme.tokens().line), 1))
            painter.drawRect(sheet)
            painter.end()
        return self._back

    def _reduced(self, picture: QImage, sheet: QRectF) -> QImage:
        """A painter that shrinks a picture much drops thin lines; an average keeps them."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(sheet.width() * ratio), round(sheet.height() * ratio))
        if size.width() * 1.4 > picture.width():
            return picture
        smooth = Qt.TransformationMode.SmoothTransformation
        return picture.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)

    def _ink_pixmap(self) -> QPixmap:
        """The ink up to the pen: painted on where it moved forward, anew where it moved back."""
        if self._ink is None or self._pen < self._ink_pen:
            self._ink = self.blank()
            self._ink_pen = PenPosition()
        if self._pen > self._ink_pen:
            painter = QPainter(self._ink)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_lines(painter, self._ink_pen, self._pen)
            painter.end()
            self._ink_pen = self._pen
        return self._ink

    def _paint_lines(self, painter: QPainter, start: PenPosition, stop: PenPosition) -> None:
        scale = self.transform().m11()
        for index in range(start.line, min(stop.line + 1, len(self._lines))):
            line = self._lines[index]
            first = start.point if index == start.line else 0.0
            last = stop.point if index == stop.line else float(len(line.points) - 1)
            points = line.points[:1] if len(line.points) == 1 else pen_lines.between(line.points, first, last)
            if len(points):
                width = line.width * scale if self._scales_width else line.width
                painter.setPen(pen_lines.pen_of(pen_lines.colour_of(line.colour), width))
                pen_lines.draw(painter, self.to_widget(points))

    def to_widget(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points of the page, `(n, 2)`, in logical pixels of this widget."""
        now = self.transform()
        offset = np.array([now.dx(), now.dy()], dtype=np.float32)
        return np.asarray(points * np.float32(now.m11()) + offset, dtype=np.float32)

    def _paint_frame(self, painter: QPainter, frame: Frame, colour: str) -> None:
        box = self.transform().mapRect(frame.rect).adjusted(-6, -6, 6, 6)
        painter.setPen(QPen(QColor(colour), 1.4, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(theme.font(theme.CAPTION_PX, bold=True))
        room = painter.fontMetrics().horizontalAdvance(frame.label) + 2 * theme.SPACE_8
        tag = QRectF(box.left(), box.top(), room, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(tag, 4, 4)
        painter.setPen(QColor(theme.tokens().paper))
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), frame.label)

    def _paint_tip(self, painter: QPainter) -> None:
        if not 0 <= self._pen.line < len(self._lines):
            return
        line = self._lines[self._pen.line]
        at = pen_lines.between(line.points, 0.0, max(self._pen.point, 1e-3))
        if not len(at):
            return
        tip = QPoint(*(round(v) for v in self.to_widget(at[-1:])[0].tolist()))
        painter.setPen(QPen(QColor(theme.tokens().paper), 1.5))
        painter.setBrush(pen_lines.colour_of("accent"))
        painter.drawEllipse(tip, 5, 5)
