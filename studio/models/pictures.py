"""Pictures of items: small from the cache, large from the scan, drawings in ink on paper."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPen

from engine.errors import UserError
from engine.project.project import Project
from engine.scans.images import load_pixels
from engine.scans.thumbnails import THUMBNAIL_PX, thumbnail_path
from engine.strokes.types import DRAWING_SIZE_UNITS, bounding_box
from studio import theme
from studio.models.items import Item

_LARGE_DRAWING_PX = 1600
_LONGEST_PX = 6000
"""Scans beyond this are shown reduced: nobody sees more, and textures have limits."""


class Pictures:
    """Loads pictures of a project's items; every method may be called in any thread.

    What cannot be read (a scan on a disk that is not there) gives a null image: an empty sheet.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def load_small(self, item: Item) -> QImage:
        """A picture for a thumbnail."""
        if item.level == "drawings":
            return self._draw(item, THUMBNAIL_PX)
        image = QImage(str(thumbnail_path(self._project.layout, item.picture)))
        return image if not image.isNull() else _load_reduced(item.file)

    def load_large(self, item: Item) -> QImage:
        """A picture to look at closely, upright."""
        if item.level == "drawings":
            return self._draw(item, _LARGE_DRAWING_PX)
        reader = QImageReader(str(item.file))
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > _LONGEST_PX:
            reader.setScaledSize(size.scaled(_LONGEST_PX, _LONGEST_PX, Qt.AspectRatioMode.KeepAspectRatio))
        return reader.read()

    def _draw(self, item: Item, side_px: int) -> QImage:
        """A drawing in ink on a square sheet."""
        from engine.trace.drawings import drawing

        image = QImage(side_px, side_px, QImage.Format.Format_RGB32)
        image.fill(QColor(theme.LIGHT.paper))
        row = drawing(self._project, item.id)
        if row is None:
            return image
        margin_px = side_px / 20
        scale = (side_px - 2 * margin_px) / DRAWING_SIZE_UNITS
        _, _, width, height = bounding_box(row.drawing.strokes)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate((side_px - width * scale) / 2, (side_px - height * scale) / 2)
        painter.scale(scale, scale)
        painter.setPen(_pen(max(1.6, side_px / 500) / scale))
        for stroke in row.drawing.strokes:
            painter.drawPolyline([QPointF(x, y) for x, y in stroke.tolist()])
        painter.end()
        return image


def _pen(width: float) -> QPen:
    pen = QPen(QColor(theme.LIGHT.ink), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _load_reduced(scan: Path) -> QImage:
    """From the scan itself, where the cache was emptied."""
    try:
        pixels = load_pixels(scan, THUMBNAIL_PX)
    except (UserError, FileNotFoundError):
        return QImage()
    height, width, _ = pixels.shape
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
