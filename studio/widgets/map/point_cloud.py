"""A hundred thousand points of the map, painted in one go and recoloured without rebuilding them.

pyqtgraph's `ScatterPlotItem` keeps a record with Python objects for every point: 40 ms a frame for 100,000
points, 0.2 s to set them, 0.33 s to colour them one by one (`setBrush(mask=)` is broken in 0.14.0). Points of
the map have few styles, so here a point is its place and the number of its style; a frame takes 15 ms, and
what was painted is kept: a card that follows the cursor repaints none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from studio import theme

DOT_PX = 9.0
CELL_PX = 18
"""Room for one symbol in the atlas: a dot, larger when selected, and its ring."""
DECISION_CODES = {"undecided": 0, "accepted": 1, "rejected": 2}
_ATLAS_COLUMNS = 64
_CROWD = 20_000
_CROWD_PX = 2
"""Of more than `_CROWD` points only the topmost in every square of `_CROWD_PX` is painted: the others lie
beneath its dot, and half of the work is theirs."""


@dataclass(frozen=True, slots=True)
class PointStyle:
    """How one point looks: colour says its class, shape its decision, a ring that it is chosen."""

    colour: str
    decision: int
    selected: bool


class PointCloud(pg.GraphicsObject):
    """Many points in few styles."""

    def __init__(self) -> None:
        super().__init__()
        self._xy: NDArray[np.float64] = np.zeros((0, 2))
        self._visible: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._front: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._opacity: NDArray[np.float64] | None = None
        self._styles: tuple[PointStyle, ...] = ()
        self._codes: NDArray[np.intp] = np.zeros(0, np.intp)
        self._fragments = pg.Qt.internals.PrimitiveArray(QPainter.PixmapFragment, 10)
        self._painted = QPixmap()
        self._painted_for: tuple[Any, ...] = ()

    @property
    def xy(self) -> NDArray[np.float64]:
        """`(n, 2)` where the points are at this moment."""
        return self._xy

    def place(self, xy: NDArray[np.float64], opacity: NDArray[np.float64] | None = None) -> None:
        """Put the points somewhere.

        Args:
            xy: `(n, 2)` map coordinates; another n than before leaves them undressed.
            opacity: `(n,)` 0 to 1 for points that fade in; all are opaque without it.
        """
        self._xy, self._opacity = xy, opacity
        if len(self._visible) != len(xy):
            self._visible = np.ones(len(xy), np.bool_)
        self._repaint()

    def dress(self, styles: Sequence[PointStyle], codes: NDArray[np.intp], front: NDArray[np.bool_]) -> None:
        """Give every point its style.

        Args:
            styles: The styles there are.
            codes: `(n,)` the style of each point, an index into `styles`.
            front: `(n,)` points that are painted over all others.
        """
        self._styles, self._codes, self._front = tuple(styles), codes, front
        self._repaint()

    def show_only(self, visible: NDArray[np.bool_]) -> None:
        """Paint these points alone: `(n,)`."""
        self._visible = visible
        self._repaint()

    def _repaint(self) -> None:
        self._painted_for = ()
        self.update()

    def boundingRect(self) -> QRectF:
        """All that is in view: what is kept of the painting covers it."""
        rect: QRectF = self.viewRect() or QRectF()
        return rect

    def viewTransformChanged(self) -> None:
        """The view moved, and the bounding box with it."""
        self.prepareGeometryChange()
        super().viewTransformChanged()

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Show what was painted before, or paint it."""
        if widget is None or len(self._codes) != len(self._xy):
            return
        transform, ratio = painter.transform(), widget.devicePixelRatioF()
        wanted = (
            transform.m11(), transform.m22(), transform.dx(), transform.dy(),
            widget.width(), widget.height(), ratio,
        )  # fmt: skip
        if wanted != self._painted_for:
            self._painted = self._paint_all(transform, widget, ratio)
            self._painted_for = wanted
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._painted)

    def _paint_all(self, transform: QTransform, widget: QWidget, ratio: float) -> QPixmap:
        sheet = QPixmap(widget.size() * ratio)
        sheet.setDevicePixelRatio(ratio)
        sheet.fill(Qt.GlobalColor.transparent)
        scale, shift = (transform.m11(), transform.m22()), (transform.dx(), transform.dy())
        pixels = self._xy * scale + shift
        low, high = -CELL_PX / 2, np.array([widget.width(), widget.height()]) + CELL_PX / 2
        inside = self._visible & ((pixels > low) & (pixels < high)).all(axis=1)
        layers = (inside & ~self._front, inside & self._front)
        rows = np.concatenate([_topmost(pixels, np.flatnonzero(layer)) for layer in layers])
        if len(rows):
            painter = QPainter(sheet)
            self._paint_rows(painter, pixels[rows], rows, ratio)
            painter.end()
        return sheet

    def _paint_rows(
        self, painter: QPainter, pixels: NDArray[np.float64], rows: NDArray[np.intp], ratio: float
    ) -> None:
        cell = CELL_PX * ratio
        at_row, at_column = np.divmod(self._codes[rows], _ATLAS_COLUMNS)
        self._fragments.resize(len(rows))
        fragments = self._fragments.ndarray()
        fragments[:, :2] = pixels
        fragments[:, 2], fragments[:, 3] = at_column * cell, at_row * cell
        fragments[:, 4:6] = cell
        fragments[:, 6:8] = 1 / ratio
        fragments[:, 8] = 0
        fragments[:, 9] = 1 if self._opacity is None else self._opacity[rows]
        draw: Any = painter.drawPixmapFragments  # its array form, which the stubs do not know
        draw(*self._fragments.drawargs(), _atlas(self._styles, theme.tokens(), ratio))


def _topmost(pixels: NDArray[np.float64], rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Of a crowd those that lie on top, in order; all of them while they are no crowd."""
    if len(rows) <= _CROWD:
        return rows
    squares = ((pixels[rows] + CELL_PX) / _CROWD_PX).astype(np.intp)
    number = squares[:, 1] * (int(squares[:, 0].max()) + 1) + squares[:, 0]
    order = np.arange(len(rows))
    top = np.empty(int(number.max()) + 1, np.intp)
    top[number] = order  # of equal numbers the last one stays
    return np.asarray(rows[top[number] == order])


@lru_cache(maxsize=8)
def _atlas(styles: tuple[PointStyle, ...], tokens: theme.Tokens, ratio: float) -> QPixmap:
    """All symbols side by side, `_ATLAS_COLUMNS` a row, each in the middle of its cell."""
    columns, rows = min(len(styles), _ATLAS_COLUMNS), -(-len(styles) // _ATLAS_COLUMNS)
    sheet = QPixmap(round(columns * CELL_PX * ratio), round(rows * CELL_PX * ratio))
    sheet.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, style in enumerate(styles):
        row, column = divmod(number, _ATLAS_COLUMNS)
        painter.setTransform(QTransform.fromScale(ratio, ratio))
        painter.translate((column + 0.5) * CELL_PX, (row + 0.5) * CELL_PX)
        _paint_symbol(painter, style, tokens)
    painter.end()
    return sheet


def _paint_symbol(painter: QPainter, style: PointStyle, tokens: theme.Tokens) -> None:
    colour = QColor(style.colour)
    size = DOT_PX + (4.0 if style.selected else 0.0)
    edge = QColor(tokens.accent) if style.selected else colour
    if style.decision == DECISION_CODES["rejected"]:
        pen = QPen(edge, 2.4 if style.selected else 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(_cross(size))
        return
    fill = QColor(colour)
    if style.decision == DECISION_CODES["undecided"]:
        fill.setAlphaF(0.5)
    painter.setPen(QPen(edge, 2.4 if style.selected else 1.2))
    painter.setBrush(fill)
    painter.drawEllipse(QPointF(0, 0), size / 2, size / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _cross(size: float) -> QPainterPath:
    path, reach = QPainterPath(), 0.38 * size
    for sign in (1.0, -1.0):
        path.moveTo(-reach, -reach * sign)
        path.lineTo(reach, reach * sign)
    return path
