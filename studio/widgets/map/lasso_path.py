"""The lasso or the box while it is drawn: its outline, and what lies inside so far."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from engine.curate.lasso import points_in_polygon

_CLICK_PX = 4.0
ToMap = Callable[[NDArray[np.float64]], NDArray[np.float64]]


class LassoPath:
    """A drag over the map.

    A lasso is the sum, modulo two, of the triangles between its first point and each of its edges: a move of
    the mouse asks about the points of one triangle (1 ms for 100,000), not about the whole outline again.
    """

    def __init__(self, start: QPointF, xy: NDArray[np.float64], to_map: ToMap, *, is_box: bool) -> None:
        """Begin.

        Args:
            start: Where the button went down, in widget pixels.
            xy: `(n, 2)` the points of the map.
            to_map: Widget pixels `(m, 2)` to map coordinates.
            is_box: Two corners instead of an outline.
        """
        self._path = [start]
        self._xy = xy
        self._to_map = to_map
        self._is_box = is_box
        self._inside: NDArray[np.bool_] = np.zeros(len(xy), np.bool_)

    def extend(self, point: QPointF) -> None:
        """The mouse moved there."""
        self._path.append(point)
        if not self._is_box and len(self._path) > 2:
            self._inside ^= points_in_polygon(self._xy, self._corners([self._path[0], *self._path[-2:]]))

    @property
    def is_click(self) -> bool:
        """Whether the mouse hardly moved."""
        bounds = QPolygonF(self._path).boundingRect()
        return max(bounds.width(), bounds.height()) < _CLICK_PX

    @property
    def outline(self) -> QPolygonF:
        """The lasso's polygon, or the box's four corners, in widget pixels."""
        if self._is_box:
            return QPolygonF(QRectF(self._path[0], self._path[-1]).normalized())
        return QPolygonF(self._path)

    def polygon(self) -> NDArray[np.float64]:
        """The outline in map coordinates, `(m, 2)`."""
        return self._corners(self.outline.toList())

    def inside(self) -> NDArray[np.bool_]:
        """`(n,)` which points lie inside so far."""
        return points_in_polygon(self._xy, self.polygon()) if self._is_box else self._inside

    def _corners(self, points: list[QPointF]) -> NDArray[np.float64]:
        return self._to_map(np.array([(point.x(), point.y()) for point in points]))
