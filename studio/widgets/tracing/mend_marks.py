"""What the mending canvas paints over the page: highlights, arrows, rings, the marks of mends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from studio import theme
from studio.widgets import pen_lines

_GLOW_PX, _LINE_PX, _EDGE_PX = 9.0, 3.2, 1.5
_NEAR_PX = 48.0
_ARROW_PX, _ARROW_EVERY_PX, _FIRST_ARROW_PX = 7.0, 110.0, 30.0
_DOT_PX, _RING_PX, _DOUBT_PX, _MARK_PX = 5.5, 12.0, 6.0, 5.0

Pixels = NDArray[np.float32]


def _colour(name: str, alpha: float = 1.0) -> QColor:
    result = pen_lines.colour_of(name)
    result.setAlphaF(alpha)
    return result


def _pen(name: str, width: float = _EDGE_PX) -> QPen:
    return pen_lines.pen_of(_colour(name), width)


def on_paper() -> str:
    """The accent as it reads on paper, in both themes."""
    return theme.LIGHT.accent


def paint_stroke(painter: QPainter, points_px: Pixels, colour: str, *, arrows: bool = True) -> None:
    """Lift a stroke out of the page, with its direction and its start."""
    # Opaque: where a pale line crosses itself it would show its pieces.
    glow = QColor(theme.mix(theme.tokens().paper, pen_lines.colour_of(colour).name(), 0.25))
    painter.setPen(pen_lines.pen_of(glow, _GLOW_PX))
    pen_lines.draw(painter, points_px)
    painter.setPen(_pen(colour, _LINE_PX))
    pen_lines.draw(painter, points_px)
    if arrows and len(points_px) > 1:
        for place, direction in _arrows(points_px):
            _paint_arrow(painter, place, direction, colour)
        paint_start(painter, points_px[0], colour)


def paint_near(painter: QPainter, points_px: Pixels, at_px: Pixels, colour: str) -> None:
    """Lift only the stretch of a stroke around a place: the rest is not what the tool is about."""
    near = np.hypot(*(points_px - at_px).T)
    middle, inside = int(near.argmin()), near <= _NEAR_PX
    outside = np.flatnonzero(~inside)
    first = int(outside[outside < middle].max(initial=-1))
    last = int(outside[outside > middle].min(initial=len(points_px)))
    stretch = points_px[max(first, 0) : last + 1]
    paint_stroke(painter, stretch if len(stretch) > 1 else points_px, colour, arrows=False)


def _arrows(points_px: Pixels) -> list[tuple[Pixels, Pixels]]:
    """Places along a line, evenly, and the direction at each."""
    steps = np.hypot(*np.diff(points_px, axis=0).T)
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    if arc[-1] < 2 * _ARROW_PX:
        return []
    first = min(_FIRST_ARROW_PX, arc[-1] * 0.6)
    found = []
    for at in np.arange(first, arc[-1], _ARROW_EVERY_PX):
        tail, head = (_along(points_px, arc, at + shift) for shift in (-_ARROW_PX, _ARROW_PX))
        length = float(np.hypot(*(head - tail)))
        if length > 1e-3:
            found.append((_along(points_px, arc, at), (head - tail) / np.float32(length)))
    return found


def _along(points_px: Pixels, arc: NDArray[np.floating], at: float) -> Pixels:
    return np.array([np.interp(at, arc, points_px[:, axis]) for axis in (0, 1)], dtype=np.float32)


def _paint_arrow(painter: QPainter, place: Pixels, direction: Pixels, colour: str) -> None:
    across = np.array([-direction[1], direction[0]], dtype=np.float32)
    corners = [
        place + direction * _ARROW_PX,
        place - direction * 4 + across * 6,
        place - direction * 4 - across * 6,
    ]
    painter.setPen(_pen("paper"))
    painter.setBrush(_colour(colour))
    painter.drawPolygon(QPolygonF([_point(corner) for corner in corners]))


def paint_start(painter: QPainter, at_px: Pixels, colour: str) -> None:
    """The dot where a stroke begins."""
    painter.setPen(_pen("paper"))
    painter.setBrush(_colour(colour))
    painter.drawEllipse(_point(at_px), _DOT_PX, _DOT_PX)


def paint_end(painter: QPainter, at_px: Pixels, colour: str) -> None:
    """A ring around an end that can be taken hold of."""
    painter.setBrush(_colour(colour, 0.22))
    painter.setPen(_pen(colour, 2.0))
    painter.drawEllipse(_point(at_px), _RING_PX - 3, _RING_PX - 3)
    paint_start(painter, at_px, colour)


def paint_crossing(
    painter: QPainter, at_px: Pixels, passages: Sequence[Pixels], colours: Sequence[str]
) -> None:
    """A crossing, and which of its arms belong together."""
    for passage, colour in zip(passages, colours, strict=False):
        painter.setPen(_pen("paper", _LINE_PX + 4))
        pen_lines.draw(painter, passage)
        painter.setPen(_pen(colour, _LINE_PX + 0.8))
        pen_lines.draw(painter, passage)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen("paper", 4.5))
    painter.drawEllipse(_point(at_px), _RING_PX, _RING_PX)
    painter.setPen(_pen(on_paper(), 2.0))
    painter.drawEllipse(_point(at_px), _RING_PX, _RING_PX)


def paint_cut(painter: QPainter, at_px: Pixels, along: tuple[float, float], colour: str) -> None:
    """The knife across the line."""
    across = np.array([-along[1], along[0]], dtype=np.float32) * 13
    for width, name in ((5.0, "paper"), (2.4, colour)):
        painter.setPen(_pen(name, width))
        painter.drawLine(_point(at_px - across), _point(at_px + across))


def paint_rubber(painter: QPainter, start_px: Pixels, stop_px: Pixels, colour: str) -> None:
    """The line that would be drawn."""
    painter.setPen(_pen("paper", 5.0))
    painter.drawLine(_point(start_px), _point(stop_px))
    pen = _pen(colour, 2.4)
    pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawLine(_point(start_px), _point(stop_px))


def paint_doubts(painter: QPainter, places_px: Pixels, chosen: int) -> None:
    """Small rings: here another pairing was nearly as good. Rings that would lie in a heap are one.

    Args:
        painter: In logical pixels.
        places_px: `(n, 2)`, worst first.
        chosen: The one looked at, drawn larger; -1 for none.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    cells = np.floor(places_px / (2 * _DOUBT_PX)).astype(np.int32)
    _, firsts = np.unique(cells, axis=0, return_index=True)
    for name, width in (("paper", 4.0), (theme.LIGHT.machine, 1.8)):  # a red line would swallow the ring
        painter.setPen(_pen(name, width))
        for place in places_px[firsts]:
            painter.drawEllipse(_point(place), _DOUBT_PX, _DOUBT_PX)
    if 0 <= chosen < len(places_px):
        for name, width in (("paper", 5.0), (theme.LIGHT.machine, 2.4)):
            painter.setPen(_pen(name, width))
            painter.drawEllipse(_point(places_px[chosen]), _RING_PX + 8, _RING_PX + 8)


def paint_free_ends(painter: QPainter, ends_px: Pixels, colour: str) -> None:
    """Small open dots where strokes end: what `Connect` can take hold of."""
    painter.setPen(_pen(colour, 1.8))
    painter.setBrush(_colour("paper"))
    for end in ends_px:
        painter.drawEllipse(_point(end), _DOT_PX - 1.5, _DOT_PX - 1.5)


def paint_mended(painter: QPainter, at_px: Pixels, *, lapsed: bool) -> None:
    """A diamond where something was mended by hand; crossed out where the mend finds its line no more."""
    x, y = float(at_px[0]), float(at_px[1])
    size = _MARK_PX + (1.5 if lapsed else 0.0)
    diamond = QPolygonF(
        [QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size), QPointF(x - size, y)]
    )
    painter.setPen(_pen("paper", 3.5))
    painter.setBrush(_colour("paper"))
    painter.drawPolygon(diamond)
    colour = theme.LIGHT.rejected if lapsed else theme.LIGHT.accepted
    painter.setPen(_pen(colour, 1.6))
    painter.setBrush(_colour("paper") if lapsed else _colour(colour))
    painter.drawPolygon(diamond)
    if lapsed:
        painter.drawLine(QPointF(x - 2.2, y - 2.2), QPointF(x + 2.2, y + 2.2))
        painter.drawLine(QPointF(x - 2.2, y + 2.2), QPointF(x + 2.2, y - 2.2))


def paint_drawing(painter: QPainter, box: QRectF, label: str, colour: str, *, chosen: bool) -> None:
    """The box of a drawing a stroke can be moved to."""
    box = box.adjusted(-8, -8, 8, 8)
    painter.setBrush(_colour(colour, 0.10) if chosen else Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(
            _colour(colour), 2.4 if chosen else 1.4, Qt.PenStyle.SolidLine if chosen else Qt.PenStyle.DashLine
        )
    )
    painter.drawRoundedRect(box, theme.RADIUS_PX, theme.RADIUS_PX)
    painter.setFont(theme.font(theme.CAPTION_PX, bold=True))
    room = painter.fontMetrics().horizontalAdvance(label) + 2 * theme.SPACE_8
    tag = QRectF(box.left(), box.top(), room, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_colour(colour))
    painter.drawRoundedRect(tag, 4, 4)
    painter.setPen(_colour("paper"))
    painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), label)


def _point(at_px: Pixels) -> QPointF:
    return QPointF(float(at_px[0]), float(at_px[1]))
