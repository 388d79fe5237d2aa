"""Hairs on a layer of their own: the grown ones are kept, the few that grow are painted each frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPixmap, QTransform

from studio import theme
from studio.gallery.insight_film import FilmHair
from studio.widgets import pen_lines


class HairLayer:
    """Follows the time of a film, forwards and back."""

    def __init__(self, hairs: Sequence[FilmHair]) -> None:
        """Begin; `hairs` in the order in which they are grown."""
        self._hairs = tuple(hairs)
        self._grown_s = np.array([hair.grown_s for hair in hairs])
        self._sheet: QPixmap | None = None
        self._transform = QTransform()
        self._kept = 0

    def paint(
        self, painter: QPainter, blank: Callable[[], QPixmap], transform: QTransform, time_s: float
    ) -> None:
        """Paint what has grown by then.

        Args:
            painter: Of the canvas, in its logical pixels.
            blank: Makes an empty layer as large as the canvas.
            transform: From pixels of the film to logical pixels.
            time_s: Of the film.
        """
        painter.drawPixmap(0, 0, self._grown(painter, blank, transform, time_s))
        for hair in self._hairs[self._kept :]:
            share = hair.share(time_s)
            if share > 0:
                self._paint(painter, hair, share)

    def _grown(
        self, painter: QPainter, blank: Callable[[], QPixmap], transform: QTransform, time_s: float
    ) -> QPixmap:
        count = int(np.searchsorted(self._grown_s, time_s, side="right"))
        device = painter.device()
        size = (device.width(), device.height())
        kept = self._sheet
        if kept is None or transform != self._transform or _size(kept) != size:
            kept, self._transform, self._kept = blank(), transform, 0
        elif count < self._kept:
            kept.fill(Qt.GlobalColor.transparent)
            self._kept = 0
        if count > self._kept:
            layer = QPainter(kept)
            layer.setRenderHint(QPainter.RenderHint.Antialiasing)
            for hair in self._hairs[self._kept : count]:
                self._paint(layer, hair, 1.0)
            layer.end()
            self._kept = count
        self._sheet = kept
        return kept

    def _paint(self, painter: QPainter, hair: FilmHair, share: float) -> None:
        scale = self._transform.m11()
        offset = np.array([self._transform.dx(), self._transform.dy(), 0.0])
        line = pen_lines.between(hair.line, 0.0, share * (len(hair.line) - 1))
        if len(line):
            placed = np.asarray(line * scale + offset, dtype=np.float32)
            pen_lines.draw_pen(painter, placed, QColor(theme.LIGHT.machine))


def _size(sheet: QPixmap) -> tuple[int, int]:
    ratio = sheet.devicePixelRatio()
    return round(sheet.width() / ratio), round(sheet.height() / ratio)
