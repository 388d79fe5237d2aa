"""A small sheet on which one shows where the pen begins."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.gallery.manner import SHEET_UNITS

_PAD_PX = 200
_DOT_PX = 5.0
_STEP_UNITS = 5.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class StartPad(QWidget):
    """Click or drag a place; arrows move it, Delete leaves it open.

    Signals:
        chosen: The artist chose a place, or none.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place: tuple[float, float] | None = None
        self.setFixedSize(_PAD_PX, _PAD_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Where the pen begins")

    @property
    def place(self) -> tuple[float, float] | None:
        """In units of a sheet of 200; None: anywhere."""
        return self._place

    def set_place(self, place: tuple[float, float] | None) -> None:
        """Show a place, silently."""
        self._place = place
        self.update()

    def clear(self) -> None:
        """Leave it open, as if the artist had said so."""
        if self._place is not None:
            self.set_place(None)
            self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put it there."""
        self._put(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        self._put(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """There it stays."""
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move it, from the middle at first; Delete leaves it open."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        elif key in _ARROWS:
            x, y = self._place or (SHEET_UNITS / 2, SHEET_UNITS / 2)
            across, down = _ARROWS[key]
            self.set_place((_within(x + across * _STEP_UNITS), _within(y + down * _STEP_UNITS)))
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, the middle, and the place or the words for none."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = self.hasFocus()
        border = theme.tokens().accent if has_focus else theme.tokens().line
        painter.setPen(QPen(QColor(border), 2 if has_focus else 1))
        painter.setBrush(QColor(theme.tokens().paper))
        sheet = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(sheet, 4, 4)
        if self._place is None:
            painter.setPen(QColor(theme.LIGHT.muted))
            painter.drawText(sheet, int(Qt.AlignmentFlag.AlignCenter), "Anywhere.\nClick to choose a place")
        else:
            self._paint_place(painter, QPointF(*self._place) * (_PAD_PX / SHEET_UNITS))
        painter.end()

    def _paint_place(self, painter: QPainter, at: QPointF) -> None:
        painter.setPen(QPen(QColor(theme.LIGHT.line), 1))
        painter.drawLine(QPointF(at.x(), 2), QPointF(at.x(), _PAD_PX - 2))
        painter.drawLine(QPointF(2, at.y()), QPointF(_PAD_PX - 2, at.y()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.LIGHT.machine))
        painter.drawEllipse(at, _DOT_PX, _DOT_PX)

    def _put(self, at: QPointF) -> None:
        units = at * (SHEET_UNITS / _PAD_PX)
        self.set_place((float(round(_within(units.x()))), float(round(_within(units.y())))))


def _within(units: float) -> float:
    return min(max(units, 0.0), SHEET_UNITS)
