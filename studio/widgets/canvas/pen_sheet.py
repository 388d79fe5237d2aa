"""The sheet under mouse, tablet and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPointingDevice, QTabletEvent

from studio.canvas.line import EVEN_PRESSURE
from studio.widgets.canvas.sheet import DrawingSheet

_GO_ON_PX = 10.0
"""A pen put down this near to the line's end goes on with it."""
_ZOOM = 1.25


class PenSheet(DrawingSheet):
    """The left button or the pen draws; the middle one, or Space held, moves the sheet; the wheel zooms.

    Signals:
        drawn: A `Part`: the pen was lifted.
        moved: The pen went on.
        accept_wanted: Take the chosen future, as far as the pointer says.
        undo_wanted: The pen's eraser end touched the sheet.
    """

    drawn = Signal(object)
    moved = Signal()
    accept_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.is_locked = False
        self._pans = False
        self._has_tablet = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Sheet")

    # -- mouse -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Draw, accept, or take hold of the sheet."""
        if event.button() == Qt.MouseButton.MiddleButton or self._pans:
            super().mousePressEvent(event)
        elif event.button() == Qt.MouseButton.RightButton:
            self.accept_wanted.emit()
        elif event.button() == Qt.MouseButton.LeftButton and not self._has_tablet:
            self._press(event.position(), EVEN_PRESSURE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on drawing, or say which future is meant."""
        if self._grabbed is not None:
            super().mouseMoveEvent(event)
        elif not self._has_tablet:
            self._move(event.position(), EVEN_PRESSURE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen, or let go of the sheet."""
        if self._grabbed is not None:
            super().mouseReleaseEvent(event)
            self._show_cursor()
        elif event.button() == Qt.MouseButton.LeftButton and not self._has_tablet:
            self._lift()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two dots drawn fast are two dots."""
        self.mousePressEvent(event)

    # -- tablet ----------------------------------------------------------------------------------------

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with pressure. Accepted, so that Qt makes no mouse events of it."""
        event.accept()
        kind, pressure = event.type(), float(event.pressure())
        if event.pointerType() == QPointingDevice.PointerType.Eraser:
            if kind == QEvent.Type.TabletPress:
                self.undo_wanted.emit()
        elif kind == QEvent.Type.TabletPress and event.button() == Qt.MouseButton.RightButton:
            self.accept_wanted.emit()
        elif kind == QEvent.Type.TabletPress and event.button() == Qt.MouseButton.LeftButton:
            self._has_tablet = True
            self._press(event.position(), pressure)
        elif kind == QEvent.Type.TabletMove:
            self._move(event.position(), pressure)
        elif kind == QEvent.Type.TabletRelease:
            self._lift()
            self._has_tablet = False

    # -- both ------------------------------------------------------------------------------------------

    def _press(self, at: QPointF, pressure: float) -> None:
        if not self.is_locked:
            self.setFocus()
            self.put_down(at, pressure, _GO_ON_PX)
            self.moved.emit()

    def _move(self, at: QPointF, pressure: float) -> None:
        if self.hand is not None:
            self.move_pen(at, pressure)
            self.moved.emit()
        else:
            self.point(at)

    def _lift(self) -> None:
        part = self.lift()
        if part is not None:
            self.drawn.emit(part)

    # -- keys ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space takes hold of the sheet, 0 shows all of it, + and - zoom; the rest is the pane's."""
        key = event.key()
        if key == Qt.Key.Key_Space and self.hand is None:
            self._pans = True
            self._show_cursor()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / _ZOOM if key == Qt.Key.Key_Minus else _ZOOM)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space lets go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._pans = False
            self._show_cursor()
        else:
            event.ignore()

    def _show_cursor(self) -> None:
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._pans else Qt.CursorShape.CrossCursor)
