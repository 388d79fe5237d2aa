"""Painting futures: the machine's ink, fading along their way."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF, QTransform

from engine.strokes.types import Stroke
from studio import theme
from studio.canvas.fan import Fan, Future
from studio.widgets import pen_lines

_BANDS = 4
"""A ghost is painted in so many pieces, each fainter than the one before."""
_STRONGEST, _FAINTEST = 0.62, 0.08
_BEYOND, _TAKEN = 0.35, 0.82
_CROWD = 8
"""More ghosts than these are fainter each, so that they are a haze and not a thicket."""
_HAIR_BOOST = 1.6
"""A crowd is painted in lines of one device pixel: Qt paints those seven times faster (7, not 50 ms)."""
_HAIR_STRENGTH = 0.55
_ROOM_PX = 4


def box_of(strokes: list[Stroke], now: QTransform) -> QRectF:
    """The box around strokes on the widget, with room for the pen."""
    filled = [stroke for stroke in strokes if len(stroke)]
    if not filled:
        return QRectF()
    points = np.concatenate(filled)
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    box = now.mapRect(QRectF(x0, y0, x1 - x0, y1 - y0))
    return box.adjusted(-_ROOM_PX, -_ROOM_PX, _ROOM_PX, _ROOM_PX)


def paint_fan(sheet: QPixmap, fan: Fan, now: QTransform, width_px: float, first: int, last: int) -> None:
    """Paint ghosts from `first` to before `last`, but not the one that stands out.

    That one is painted on top of it all, as it changes.
    """
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    is_crowd = len(fan.futures) > 2 * _CROWD
    strength = (
        _STRONGEST * min(1.0, math.sqrt(_CROWD / len(fan.futures))) * (_HAIR_BOOST if is_crowd else 1.0)
    )
    hair_px = 1.0 / sheet.devicePixelRatio()
    pens = [
        _pen_of_band(band, strength, hair_px if is_crowd else width_px, hair_px) for band in range(_BANDS)
    ]
    for index, future in enumerate(fan.futures[first:last], start=first):
        if index != fan.shown:
            _paint_ghost(painter, future, pens, now)
    painter.end()


def _pen_of_band(band: int, strength: float, width_px: float, least_px: float) -> QPen:
    share = band / (_BANDS - 1)
    colour = QColor(theme.LIGHT.machine)
    colour.setAlphaF(strength * (1 - share) + _FAINTEST * share)
    return pen_lines.pen_of(colour, max(width_px * (1 - 0.5 * share), least_px))


def _paint_ghost(painter: QPainter, future: Future, pens: list[QPen], now: QTransform) -> None:
    count = sum(len(stroke) for stroke in future.strokes)
    start = 0
    for stroke in future.strokes:
        points = [QPointF(x, y) for x, y in placed(stroke, now).tolist()]
        for band, pen in enumerate(pens):
            first, last = count * band // len(pens), count * (band + 1) // len(pens)
            piece = points[max(first - start, 0) : max(last + 1 - start, 0)]
            if len(piece) > 1:
                painter.setPen(pen)
                painter.drawPolyline(QPolygonF(piece))
        start += len(stroke)


def paint_hairs(sheet: QPixmap, hairs: list[Stroke], now: QTransform, width_px: float) -> None:
    """Paint how the line might have gone on: thin, and light where many lie."""
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(theme.LIGHT.machine)
    colour.setAlphaF(_HAIR_STRENGTH)
    painter.setPen(pen_lines.pen_of(colour, max(width_px, 1.0)))
    for hair in hairs:
        pen_lines.draw(painter, placed(hair, now))
    painter.end()


def paint_chosen(painter: QPainter, fan: Fan, now: QTransform, width_px: float) -> None:
    """The one that stands out: strong as far as it would be taken, light beyond; never as strong as ink."""
    for future, strength in ((fan.chosen, _BEYOND), (fan.taken, _TAKEN)):
        colour = QColor(theme.mix(theme.LIGHT.paper, theme.LIGHT.machine, strength))
        painter.setPen(pen_lines.pen_of(colour, width_px))
        for stroke in future.strokes:
            pen_lines.draw(painter, placed(stroke, now))


def placed(points: Stroke, now: QTransform) -> Stroke:
    """Units of the sheet in logical pixels of the widget."""
    offset = np.array([now.dx(), now.dy()], dtype=np.float32)
    return np.asarray(points * np.float32(now.m11()) + offset, dtype=np.float32)
