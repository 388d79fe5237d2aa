"""The scatter of the map: lasso, box, hover, and pictures where few points are in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPolygonF, QWheelEvent

from engine.curate.lasso import Mode
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.widgets.map.lasso_path import LassoPath
from studio.widgets.map.point_scatter import PointScatter

Tool = Literal["lasso", "box", "hand"]
_ZOOM = 1.3
_STEP = 0.15
"""Share of the view that an arrow key moves."""

_SIGNS: dict[Mode, str] = {"replace": "", "add": "+", "subtract": "\N{MINUS SIGN}", "intersect": "∩"}
"""What is shown at the cursor."""
_MODIFIERS: dict[int, Qt.KeyboardModifier] = {
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
}
_ARROWS: dict[int, tuple[float, float]] = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, _STEP),
    Qt.Key.Key_Down: (0.0, -_STEP),
}
_ZOOMS: dict[int, float] = {Qt.Key.Key_Plus: _ZOOM, Qt.Key.Key_Equal: _ZOOM, Qt.Key.Key_Minus: 1 / _ZOOM}


def mode_of(modifiers: Qt.KeyboardModifier) -> Mode:
    """Shift adds, Alt subtracts (Ctrl too: many desktops keep Alt to themselves), both intersect."""
    add = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    subtract = bool(modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier))
    if add and subtract:
        return "intersect"
    return "add" if add else "subtract" if subtract else "replace"


class LassoScatter(PointScatter):
    """Points with ids; a left drag takes some in, the wheel zooms, the middle button moves.

    Signals:
        gathered: (ids, Mode, polygon or None): the artist drew around these, or clicked one.
        loupe_wanted: The id of the item to look at closely; empty for the one with the focus.
        dropped: Esc: select nothing.
    """

    gathered = Signal(object, object, object)
    loupe_wanted = Signal(str)
    dropped = Signal()

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__(thumbnails)
        self._tool: Tool = "lasso"
        self._path: LassoPath | None = None
        self._cursor: QPointF | None = None

    def set_points(self, items: Sequence[Item], xy: NDArray[np.float64]) -> None:
        """As `PointScatter`; a lasso under way is let go, since it went around other points."""
        if self._path is not None:
            self._let_go()
        super().set_points(items, xy)

    def set_tool(self, tool: Tool) -> None:
        """Choose what a left drag does."""
        self._tool = tool
        self.viewport().setCursor(
            Qt.CursorShape.OpenHandCursor if tool == "hand" else Qt.CursorShape.CrossCursor
        )

    # -- mouse -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a lasso or a box."""
        if event.button() == Qt.MouseButton.LeftButton and self._tool != "hand":
            is_box = self._tool == "box"
            self._path = LassoPath(event.position(), self._xy, self._camera.to_map, is_box=is_box)
            self._overlay.set_hovered(-1, QPointF())
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, or show the card of the point under the cursor."""
        self._cursor = event.position()
        if self._path is not None:
            self._path.extend(event.position())
            self._show_path(mode_of(event.modifiers()))
            return
        if not event.buttons():
            self._overlay.set_hovered(self._row_at(event.position()), event.position())
            self._show_sign(mode_of(event.modifiers()))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take in what was drawn around."""
        path = self._path
        if path is None or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        path.extend(event.position())
        mode = mode_of(event.modifiers())
        self._let_go()
        if path.is_click:
            self._click(event.position(), mode)
        else:
            self._gather(path, mode)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look closely at a point."""
        item = self.item_at(event.position())
        if item is not None:
            self.loupe_wanted.emit(item.id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, but not under a lasso that is being drawn."""
        if self._path is not None:
            event.accept()
            return
        super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No card without a cursor."""
        self._cursor = None
        self._overlay.set_hovered(-1, QPointF())
        if self._path is None:
            self._overlay.set_outline(QPolygonF(), "", QPointF())
        super().leaveEvent(event)

    # -- keys ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space looks at the point under the cursor; `+`, `-`, arrows and `0` move the map; Esc lets go."""
        key = event.key()
        if key in _MODIFIERS:
            self._on_modifier_changed(event.modifiers() | _MODIFIERS[key])
        if key == Qt.Key.Key_Space:
            hovered = self._overlay.hovered
            self.loupe_wanted.emit(hovered.id if hovered is not None else "")
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape:
            self._drop()
        elif self._path is None and key in _ZOOMS:
            self._camera.zoom(_ZOOMS[key])
        elif self._path is None and key in _ARROWS:
            self._camera.pan(*_ARROWS[key])
        else:
            # Not to QGraphicsView, which would scroll, but to whoever is around the map.
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The sign at the cursor follows Shift and Alt."""
        key = event.key()
        if key in _MODIFIERS:
            self._on_modifier_changed(event.modifiers() & ~_MODIFIERS[key])
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys that are let go elsewhere are not heard here."""
        self._on_modifier_changed(Qt.KeyboardModifier.NoModifier)
        super().focusOutEvent(event)

    def _on_modifier_changed(self, modifiers: Qt.KeyboardModifier) -> None:
        if self._path is not None:
            self._show_path(mode_of(modifiers))
        else:
            self._show_sign(mode_of(modifiers))

    # -- the lasso -------------------------------------------------------------------------------------

    def _show_path(self, mode: Mode) -> None:
        """The outline, and at the cursor what it does to how many."""
        if self._path is not None and self._cursor is not None:
            count = np.count_nonzero(self._path.inside() & self._shown)
            self._overlay.set_outline(self._path.outline, f"{_SIGNS[mode]} {count:,}".strip(), self._cursor)

    def _show_sign(self, mode: Mode) -> None:
        """What a lasso would do that began now."""
        if self._cursor is not None and self._tool != "hand":
            self._overlay.set_outline(QPolygonF(), _SIGNS[mode], self._cursor)

    def _drop(self) -> None:
        """Let go of the lasso under way, else of the selection."""
        if self._path is not None:
            self._let_go()
        else:
            self.dropped.emit()

    def _let_go(self) -> None:
        self._path = None
        self._overlay.set_outline(QPolygonF(), "", QPointF())

    def _click(self, point: QPointF, mode: Mode) -> None:
        item = self.item_at(point)
        taken = frozenset((item.id,)) if item is not None else frozenset()
        if taken or mode == "replace":
            self.gathered.emit(taken, mode, None)

    def _gather(self, path: LassoPath, mode: Mode) -> None:
        inside = path.inside() & self._shown
        taken = frozenset(self._items[at].id for at in np.flatnonzero(inside).tolist())
        self.gathered.emit(taken, mode, path.polygon().round(4).tolist())
