"""The loupe: one page as large as the pane, to zoom into and move about."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.models.items import Item
from studio.session import Session
from studio.tasks import Task
from studio.widgets import marks

_MARGIN_PX = 24
_CAPTION_PX = 40
_MAX_ZOOM = 8.0
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
        self._session = session
        self._item: Item | None = None
        self._picture: QPixmap | None = None
        self._loading: Task | None = None
        self._zoom = 1.0
        self._offset = QPointF()
        self._grip: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName("Loupe")
        self.hide()

    @property
    def item(self) -> Item | None:
        """What lies under the loupe."""
        return self._item

    @property
    def is_loaded(self) -> bool:
        """Whether the picture itself is shown, not the stand-in."""
        return self._loading is None

    @property
    def zoom(self) -> float:
        """1 shows the whole page."""
        return self._zoom

    def look_at(self, item: Item) -> None:
        """Show an item; the same item again (after a decision) keeps zoom and place."""
        same = self._item is not None and self._item.id == item.id
        self._item = item
        if not same:
            self._fit()
            self._picture = self._session.thumbnails.pixmap(item)
            self._load(item)
        if self.isHidden():
            self.setGeometry(self._table.rect())
            self.show()
            self.raise_()
            self.setFocus()
        self.update()

    def put_away(self) -> None:
        """Hide it."""
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        self._item = None
        self._picture = None
        self.hide()
        self.closed.emit()

    def _load(self, item: Item) -> None:
        if self._loading is not None:
            self._loading.cancel()
        load = partial(self._session.pictures.load_large, item)
        self._loading = self._session.tasks.run(load, self._on_picture_loaded, priority=1)

    def _on_picture_loaded(self, image: QImage) -> None:
        self._loading = None
        if not image.isNull():
            self._picture = QPixmap.fromImage(image)
        self.update()

    def _fit(self) -> None:
        self._zoom, self._offset = 1.0, QPointF()
        self.update()

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX - _CAPTION_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw table, sheet, caption."""
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.window))
        if self._item is None:
            return
        room = self._room()
        centre = room.center() + self._offset
        half_width, half_height = room.width() * self._zoom / 2, room.height() * self._zoom / 2
        frame = QRectF(centre.x() - half_width, centre.y() - half_height, 2 * half_width, 2 * half_height)
        marks.paint_picture(painter, self._picture, frame)
        self._paint_caption(painter, self._item)

    def _paint_caption(self, painter: QPainter, item: Item) -> None:
        tokens = theme.tokens()
        bar = QRectF(0, self.height() - _CAPTION_PX, self.width(), _CAPTION_PX)
        painter.fillRect(bar, QColor(tokens.panel))
        painter.fillRect(QRectF(bar.x(), bar.y(), bar.width(), 1), QColor(tokens.line))
        marks.paint_decision(painter, item.decision, QRectF(_MARGIN_PX, bar.center().y() - 10, 20, 20))
        painter.setFont(theme.font())
        painter.setPen(QColor(tokens.text))
        words = [item.title, item.kind, item.decision]
        room = bar.adjusted(_MARGIN_PX + 32, 0, -_MARGIN_PX, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), "  ·  ".join(w for w in words if w))
        painter.setPen(QColor(tokens.muted))
        painter.setFont(theme.font(theme.CAPTION_PX))
        keys = (
            f"{round(self._zoom * 100)} %     P accept   X reject   U undecided   ← →   0 fit   Space close"
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), keys)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the cursor is."""
        factor = 1.0015 ** event.angleDelta().y()
        self.zoom_at(event.position(), factor)

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom so that what lies under `point` (widget pixels) stays there."""
        new = min(max(self._zoom * factor, 1.0), _MAX_ZOOM)
        anchor = point - self._room().center() - self._offset
        self._offset -= anchor * (new / self._zoom - 1.0)
        self._zoom = new
        if new == 1.0:
            self._offset = QPointF()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the sheet."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position() - self._offset
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the sheet."""
        if self._grip is not None and self._zoom > 1.0:
            self._offset = event.position() - self._grip
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit, or look closer when it fits already."""
        if self._zoom > 1.0:
            self._fit()
        else:
            self.zoom_at(event.position(), 3.0)

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
