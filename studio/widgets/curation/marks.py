"""How an item looks wherever it appears: its picture on paper, its decision as a shape."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPixmapCache

from studio import icons, theme

_SHRINK = 0.75
"""Below this scale a reduced copy is drawn."""
_ICONS = {"accepted": "accept", "rejected": "reject"}


def paint_decision(painter: QPainter, decision: str, rect: QRectF) -> None:
    """Draw tick, cross or ring: a filled disc with the shape, so that it reads on any picture."""
    tokens = theme.tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if decision in _ICONS:
        painter.setPen(QPen(QColor(tokens.panel), 1.5))
        painter.setBrush(QColor(tokens.decision(decision)))
        painter.drawEllipse(rect)
        inner = rect.adjusted(*(rect.width() * f for f in (0.2, 0.2, -0.2, -0.2)))
        icons.paint(painter, _ICONS[decision], inner, "panel")
    else:
        edge = rect.width() * 0.14
        painter.setPen(QPen(QColor(tokens.undecided), 1.8))
        painter.setBrush(QColor(tokens.paper))
        painter.drawEllipse(rect.adjusted(edge, edge, -edge, -edge))
    painter.restore()


def paint_picture(
    painter: QPainter, picture: QPixmap | None, frame: QRectF, *, dimmed: bool = False
) -> QRectF:
    """Draw a picture on its sheet of paper, centred in `frame`.

    Args:
        painter: Where to.
        picture: None or null while there is none: then an empty sheet.
        frame: The room there is.
        dimmed: Let the picture fade into its paper: rejected, but not hidden.

    Returns:
        The sheet's rectangle.
    """
    tokens = theme.tokens()
    sheet = sheet_rect(picture, frame)
    painter.fillRect(sheet, QColor(tokens.paper))
    if picture is not None and not picture.isNull():
        if sheet.width() < _SHRINK * picture.width():
            picture = _shrunk(picture, sheet, painter.device().devicePixelRatio())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(0.35 if dimmed else 1.0)
        painter.drawPixmap(sheet, picture, QRectF(picture.rect()))
        painter.setOpacity(1.0)
    painter.setPen(QPen(QColor(tokens.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5))
    return sheet


def _shrunk(picture: QPixmap, sheet: QRectF, ratio: float) -> QPixmap:
    """A reduced copy in which every pixel of the picture has its share; kept for the next time.

    The painter looks at four pixels for each it draws: thin lines would break into dots.
    """
    width, height = max(1, round(sheet.width() * ratio)), max(1, round(sheet.height() * ratio))
    key = f"shrunk:{picture.cacheKey()}:{width}x{height}"
    found = QPixmap()
    if not QPixmapCache.find(key, found):
        ways = (Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        found = picture.scaled(width, height, *ways)
        QPixmapCache.insert(key, found)
    return found


def sheet_rect(picture: QPixmap | None, frame: QRectF) -> QRectF:
    """Where the sheet of a picture lies, centred and as large as it fits into `frame`."""
    if picture is None or picture.isNull():
        width = min(frame.width(), frame.height() * 0.76)
        height = width / 0.76
    else:
        scale = min(frame.width() / picture.width(), frame.height() / picture.height())
        width, height = picture.width() * scale, picture.height() * scale
    centre = frame.center()
    corner = QPointF(round(centre.x() - width / 2), round(centre.y() - height / 2))
    return QRectF(corner.x(), corner.y(), round(width), round(height))
