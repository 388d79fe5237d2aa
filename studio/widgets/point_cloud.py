"""Points of the map as pyqtgraph draws them, recoloured and moved without rebuilding them.

`ScatterPlotItem.setBrush(mask=)` is broken in pyqtgraph 0.14.0 and `setBrush(list)` takes a third of a second
for 100,000 points: here the few styles get their places in the symbol atlas, and every point the place
of its style, written straight into `.data`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen

from studio import theme

DOT_PX = 9.0
DECISION_CODES = {"undecided": 0, "accepted": 1, "rejected": 2}


@dataclass(frozen=True, slots=True)
class PointStyle:
    """How one point looks: colour says its class, shape its decision, a ring that it is chosen."""

    colour: str
    decision: int
    selected: bool


class PointCloud(pg.ScatterPlotItem):
    """Many points in few styles."""

    def __init__(self) -> None:
        super().__init__(pxMode=True, antialias=True, hoverable=False)
        self._styles: Sequence[PointStyle] = ()
        self._codes: NDArray[np.intp] = np.zeros(0, np.intp)

    def place(self, xy: NDArray[np.float64]) -> None:
        """Put the points somewhere.

        Args:
            xy: `(n, 2)` map coordinates; the same n as before moves them, another n makes them anew.
        """
        if len(self.data) != len(xy):
            self.setData(x=xy[:, 0], y=xy[:, 1], size=DOT_PX)
            return
        self.data["x"], self.data["y"] = xy[:, 0], xy[:, 1]
        self.prepareGeometryChange()
        self.bounds = [None, None]
        self.invalidate()

    def dress(self, styles: Sequence[PointStyle], codes: NDArray[np.intp]) -> None:
        """Give every point its style.

        Args:
            styles: The styles there are.
            codes: `(n,)` the style of each point, an index into `styles`.
        """
        self._styles, self._codes = styles, codes
        if not styles or len(codes) != len(self.data):
            return
        parts = [_parts(style, theme.tokens()) for style in styles]
        for column, name in enumerate(("symbol", "size", "pen", "brush")):
            values = np.empty(len(parts), dtype=self.data[name].dtype)
            for at, part in enumerate(parts):
                values[at] = part[column]
            self.data[name] = values[codes]
        places = np.array(self.fragmentAtlas[parts], dtype=self.data["sourceRect"].dtype)
        self.data["sourceRect"] = places[codes]
        self._updateMaxSpotSizes(data=self.data)
        self.invalidate()


@lru_cache(maxsize=512)
def _parts(style: PointStyle, tokens: theme.Tokens) -> tuple[QPainterPath, float, QPen, QBrush]:
    """Symbol, size, pen and brush of a style; cached so that equal styles are the same objects."""
    colour = QColor(style.colour)
    size = DOT_PX + (4.0 if style.selected else 0.0)
    edge = QColor(tokens.accent) if style.selected else colour
    fill = QColor(colour)
    if style.decision == 0:
        fill.setAlphaF(0.5)
    if style.decision == 2:
        pen = QPen(edge if style.selected else colour, 2.2 if style.selected else 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setCosmetic(True)
        return _cross(), size, pen, QBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(edge, 2.4 if style.selected else 1.2)
    pen.setCosmetic(True)
    return _disc(), size, pen, QBrush(fill)


@lru_cache(maxsize=1)
def _disc() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(0, 0), 0.5, 0.5)
    return path


@lru_cache(maxsize=1)
def _cross() -> QPainterPath:
    path = QPainterPath()
    for sign in (1.0, -1.0):
        path.moveTo(-0.38, -0.38 * sign)
        path.lineTo(0.38, 0.38 * sign)
    return path
