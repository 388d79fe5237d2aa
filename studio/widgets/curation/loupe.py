"""The loupe: one page as large as the pane, to zoom into and move about."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.models.items import Item
from studio.session import Session
from studio.widgets.curation import marks
from studio.widgets.curation.closeup import LOOK_CLOSER, Closeup, Lens, caption, wheel_factor

_MARGIN_PX = 24
_CAPTION_PX = 40
_KEYS = "P accept   X reject   U undecided   ← →   0 fit   Space close"


class Loupe(QWidget):
    """Covers its parent while it is shown.

    The thumbnail stands in until the picture is loaded in a thread. Wheel zooms at the cursor, drag moves, a
    double click or `0` fits; arrows go to the neighbours; `Space` or `Esc` puts it away.

    Signals:
        stepped: +1 or -1, to look at the next or the previous item.
        closed: It was put away.
    """

    stepped = Signal(int)
    closed = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = parent
        self._closeup = Closeup(session, self)
        self._closeup.loaded.connect(self.update)
        self._lens = Lens()
        self._grip: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName("Loupe")
        self.hide()

    @property
    def item(self) -> Item | None:
        """What lies under the loupe."""
        return self._closeup.item

    @property
    def is_loaded(self) -> bool:
        """Whether the picture itself is shown, not the stand-in."""
        return self._closeup.is_loaded

    @property
    def zoom(self) -> float:
        """1 shows the whole page."""
        return self._lens.zoom

    def look_at(self, item: Item) -> None:
        """Show an item; the same item again (after a decision) keeps zoom and place."""
        if self._closeup.look_at(item):
            self._fit()
        if self.isHidden():
            self.setGeometry(self._table.rect())
            self.show()
            self.raise_()
            self.setFocus()
        self.update()

    def put_away(self) -> None:
        """Hide it."""
        self._closeup.drop()
        self.hide()
        self.closed.emit()

    def _fit(self) -> None:
        self._lens = Lens()
        self.update()

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX - _CAPTION_PX)

    def _sheet(self) -> QSizeF:
        return self._closeup.sheet(self._room())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw table, sheet, caption."""
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.window))
        item = self._closeup.item
        if item is None:
            return
        self._closeup.paint(painter, self._lens.frame(self._room(), self._sheet()))
        self._paint_caption(painter, item)

    def _paint_caption(self, painter: QPainter, item: Item) -> None:
        tokens = theme.tokens()
        bar = QRectF(0, self.height() - _CAPTION_PX, self.width(), _CAPTION_PX)
        painter.fillRect(bar, QColor(tokens.panel))
        painter.fillRect(QRectF(bar.x(), bar.y(), bar.width(), 1), QColor(tokens.line))
        marks.paint_decision(painter, item.decision, QRectF(_MARGIN_PX, bar.center().y() - 10, 20, 20))
        painter.setFont(theme.font())
        painter.setPen(QColor(tokens.text))
        room = bar.adjusted(_MARGIN_PX + 32, 0, -_MARGIN_PX, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), caption(item))
        painter.setPen(QColor(tokens.muted))
        painter.setFont(theme.font(theme.CAPTION_PX))
        keys = f"{round(100 * self._lens.zoom)} %     {_KEYS}"
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), keys)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the cursor is."""
        self.zoom_at(event.position(), wheel_factor(event.angleDelta().y()))

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom so that what lies under `point` (widget pixels) stays there."""
        self._lens = self._lens.zoomed(factor, point, self._room(), self._sheet())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the sheet."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the sheet."""
        if self._grip is not None:
            self._lens = self._lens.moved(event.position() - self._grip, self._sheet())
            self._grip = event.position()
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit, or look closer when it fits already."""
        if self._lens.zoom > 1.0:
            self._fit()
        else:
            self.zoom_at(event.position(), LOOK_CLOSER)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Neighbours, fit, zoom, put away; decisions are the window's keys."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}
        zooms = {Qt.Key.Key_Plus: 1.5, Qt.Key.Key_Equal: 1.5, Qt.Key.Key_Minus: 1 / 1.5}
        key = Qt.Key(event.key())
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in zooms:
            self.zoom_at(self._room().center(), zooms[key])
        elif key == Qt.Key.Key_0:
            self._fit()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Escape):
            self.put_away()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """A new size shows the whole page again."""
        self._fit()
