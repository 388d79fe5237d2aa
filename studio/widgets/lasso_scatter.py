"""The scatter of the map: lasso, box, hover, and pictures where few points are in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QEvent, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPolygonF, QResizeEvent
from scipy.spatial import cKDTree

from engine.curate.lasso import Mode, points_in_polygon
from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.widgets.map_overlay import MapOverlay
from studio.widgets.point_cloud import DECISION_CODES, PointCloud, PointStyle

Tool = Literal["lasso", "box", "hand"]
_HIT_PX = 12.0
_CLICK_PX = 4.0


_SIGNS: dict[Mode, str] = {"replace": "", "add": "+", "subtract": "\N{MINUS SIGN}", "intersect": "∩"}
"""What is shown at the cursor."""


def mode_of(modifiers: Qt.KeyboardModifier) -> Mode:
    """Shift adds, Alt subtracts (Ctrl too: many desktops keep Alt to themselves), both intersect."""
    add = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    subtract = bool(modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier))
    if add and subtract:
        return "intersect"
    return "add" if add else "subtract" if subtract else "replace"


class LassoScatter(pg.PlotWidget):
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
        super().__init__()
        self._items: Sequence[Item] = ()
        self._xy: NDArray[np.float64] = np.zeros((0, 2))
        self._shown: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._class_of: NDArray[np.intp] = np.zeros(0, np.intp)
        self._decision_of: NDArray[np.intp] = np.zeros(0, np.intp)
        self._colours: tuple[str, ...] = ()
        self._selected: frozenset[str] = frozenset()
        self._tree: cKDTree | None = None
        self._tool: Tool = "lasso"
        self._path: list[QPointF] = []
        self._cloud = PointCloud()
        self.addItem(self._cloud)
        self._overlay = MapOverlay(self, thumbnails)
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(theme.GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.valueChanged.connect(self._on_glide_moved)
        self._from: NDArray[np.float64] = self._xy
        self._prepare_view()

    def _prepare_view(self) -> None:
        view = self.getPlotItem()
        view.hideAxis("left")
        view.hideAxis("bottom")
        view.hideButtons()
        view.setMenuEnabled(False)
        view.setAspectLocked(True)
        view.setContentsMargins(0, 0, 0, 0)
        view.vb.setDefaultPadding(0.06)
        view.vb.sigRangeChanged.connect(self._on_view_range_changed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Map")
        self._take_theme()

    # -- what is shown ---------------------------------------------------------------------------------

    def set_points(self, items: Sequence[Item], xy: NDArray[np.float64]) -> None:
        """Show these items at these places; the same items at other places glide there.

        Args:
            items: One a point.
            xy: `(n, 2)`, y up.
        """
        same = [item.id for item in items] == [item.id for item in self._items]
        self._items, self._tree = items, None
        self._from, self._xy = (self._cloud_xy() if same else xy), np.asarray(xy, np.float64)
        self._shown = np.ones(len(items), np.bool_)
        self._glide.stop()
        if same and len(xy) and not np.array_equal(self._from, self._xy):
            self._glide.start()
        else:
            self._cloud.place(self._xy)
        if not same:
            self.fit()
        self._overlay.set_points(items, self._xy, self._shown)

    def set_classes(self, class_of: NDArray[np.intp], colours: Sequence[str]) -> None:
        """Say what each point is.

        Args:
            class_of: `(n,)` the class of each point, an index into `colours`.
            colours: `#rrggbb`, one a class.
        """
        self._class_of, self._colours = class_of, tuple(colours)
        self._decision_of = np.array([DECISION_CODES[item.decision] for item in self._items], np.intp)
        self._dress()

    def set_selected(self, selected: frozenset[str]) -> None:
        """Draw a ring around these."""
        self._selected = selected
        self._dress()

    def set_shown(self, shown: NDArray[np.bool_]) -> None:
        """Draw and hit only these points: `(n,)`."""
        self._shown = shown
        self._dress()

    def _dress(self) -> None:
        n = len(self._items)
        if len(self._class_of) != n:
            return
        selected = np.fromiter((item.id in self._selected for item in self._items), np.intp, n)
        keys = (self._class_of * len(DECISION_CODES) + self._decision_of) * 2 + selected
        present, codes = np.unique(keys, return_inverse=True)
        self._cloud.dress([self._style(key) for key in present.tolist()], codes)
        self._cloud.data["visible"] = self._shown
        self._overlay.set_points(self._items, self._xy, self._shown, self._selected)
        self._cloud.update()

    def _style(self, key: int) -> PointStyle:
        kind, selected = divmod(key, 2)
        at, decision = divmod(kind, len(DECISION_CODES))
        return PointStyle(self._colours[at], decision, bool(selected))

    def set_tool(self, tool: Tool) -> None:
        """Choose what a left drag does."""
        self._tool = tool
        self.viewport().setCursor(
            Qt.CursorShape.OpenHandCursor if tool == "hand" else Qt.CursorShape.CrossCursor
        )

    def fit(self) -> None:
        """Show all points."""
        self._show_region(self._xy[self._shown] if self._shown.any() else self._xy)

    def zoom_to(self, ids: frozenset[str]) -> None:
        """Show the points of these ids as large as they fit."""
        chosen = np.array([item.id in ids for item in self._items], np.bool_)
        if chosen.any():
            self._show_region(self._xy[chosen])

    def _show_region(self, xy: NDArray[np.float64]) -> None:
        if not len(xy):
            return
        low, high = xy.min(axis=0), xy.max(axis=0)
        extent = np.maximum(high - low, 0.02 * max(float(np.ptp(self._xy)), 1e-6))
        centre = (low + high) / 2
        rect = QRectF(*(centre - extent / 2), *extent)
        self.getPlotItem().vb.setRange(rect, padding=0.08)

    def _cloud_xy(self) -> NDArray[np.float64]:
        return np.column_stack([self._cloud.data["x"], self._cloud.data["y"]])

    def _on_glide_moved(self, share: float) -> None:
        self._cloud.place(self._from + (self._xy - self._from) * share)

    @property
    def is_gliding(self) -> bool:
        """Whether points are on their way to new places."""
        return self._glide.state() == QVariantAnimation.State.Running

    # -- geometry --------------------------------------------------------------------------------------

    def to_pixels(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map coordinates `(n, 2)` to widget pixels `(n, 2)`."""
        box = self.getPlotItem().vb
        view, scene = box.viewRect(), box.sceneBoundingRect()
        corner = np.array([view.left(), view.top()])
        share = (xy - corner) / np.array([view.width() or 1.0, view.height() or 1.0])
        x = scene.left() + share[:, 0] * scene.width()
        y = scene.bottom() - share[:, 1] * scene.height()
        return np.column_stack([x, y])

    def _to_map(self, point: QPointF) -> tuple[float, float]:
        mapped = self.getPlotItem().vb.mapSceneToView(self.mapToScene(point.toPoint()))
        return (mapped.x(), mapped.y())

    def item_at(self, point: QPointF) -> Item | None:
        """The nearest shown item within a few pixels of a place in the widget."""
        picture = self._overlay.item_at(point)
        if picture is not None or not len(self._xy):
            return picture
        if self._tree is None:
            self._tree = cKDTree(self._xy)
        x, y = self._to_map(point)
        reach = abs(self._to_map(point + QPointF(_HIT_PX, 0))[0] - x)
        near: list[int] = [at for at in self._tree.query_ball_point((x, y), reach) if self._shown[at]]
        if not near:
            return None
        return self._items[min(near, key=lambda at: float(np.hypot(*(self._xy[at] - (x, y)))))]

    # -- mouse and keys --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a lasso or a box."""
        if event.button() == Qt.MouseButton.LeftButton and self._tool != "hand":
            self._path = [event.position()]
            self._overlay.set_hovered(None, QPointF())
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, or show the card of the point under the cursor."""
        if self._path:
            self._path.append(event.position())
            self._overlay.set_outline(self._outline(), _SIGNS[mode_of(event.modifiers())], event.position())
            return
        if not event.buttons():
            self._overlay.set_hovered(self.item_at(event.position()), event.position())
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take in what was drawn around."""
        if not self._path or event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        self._path.append(event.position())
        outline, mode = self._outline(), mode_of(event.modifiers())
        is_click = QPolygonF(self._path).boundingRect()
        self._path = []
        self._overlay.set_outline(QPolygonF(), "", QPointF())
        if max(is_click.width(), is_click.height()) < _CLICK_PX:
            self._click(event.position(), mode)
        else:
            self._gather(outline, mode)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look closely at a point."""
        item = self.item_at(event.position())
        if item is not None:
            self.loupe_wanted.emit(item.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space looks at the point under the cursor, `0` shows all, Esc drops the lasso."""
        hovered = self._overlay.hovered
        if event.key() == Qt.Key.Key_Space:
            self.loupe_wanted.emit(hovered.id if hovered is not None else "")
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        elif event.key() == Qt.Key.Key_Escape:
            self._drop()
        else:
            super().keyPressEvent(event)

    def _drop(self) -> None:
        """Let go of the lasso under way, else of the selection."""
        if self._path:
            self._path = []
            self._overlay.set_outline(QPolygonF(), "", QPointF())
        else:
            self.dropped.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """No card without a cursor."""
        self._overlay.set_hovered(None, QPointF())
        super().leaveEvent(event)

    def _outline(self) -> QPolygonF:
        """The lasso's polygon, or the box's four corners, in widget pixels."""
        if self._tool == "box":
            return QPolygonF(QRectF(self._path[0], self._path[-1]).normalized())
        return QPolygonF(self._path)

    def _click(self, point: QPointF, mode: Mode) -> None:
        item = self.item_at(point)
        taken = frozenset((item.id,)) if item is not None else frozenset()
        if taken or mode == "replace":
            self.gathered.emit(taken, mode, None)

    def _gather(self, outline: QPolygonF, mode: Mode) -> None:
        polygon = np.array([self._to_map(point) for point in outline.toList()])
        inside = points_in_polygon(self._xy, polygon) & self._shown
        taken = frozenset(self._items[at].id for at in np.flatnonzero(inside).tolist())
        self.gathered.emit(taken, mode, polygon.round(4).tolist())

    # -- look ------------------------------------------------------------------------------------------

    def _on_view_range_changed(self, *_: object) -> None:
        self._overlay.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The overlay covers everything."""
        super().resizeEvent(event)
        if hasattr(self, "_overlay"):
            self._overlay.setGeometry(self.viewport().rect())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_theme()

    def _take_theme(self) -> None:
        self.setBackground(theme.tokens().window)
