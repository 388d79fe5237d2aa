"""The 24 px one-line icons, drawn in the colours of the theme at the size asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources
from studio import theme

ICON_PX = 24
_FOLDER = Path(resources.__file__).parent / "icons"


def names() -> list[str]:
    """Every icon there is."""
    return sorted(path.stem for path in _FOLDER.glob("*.svg"))


def icon(name: str, colour: str = "text") -> QIcon:
    """An icon that follows the theme.

    Args:
        name: The file name in `resources/icons`, without suffix.
        colour: A token of the theme (`text`, `muted`, `accent`, `accepted`, ...) or `#rrggbb`.

    Raises:
        KeyError: if there is no such icon.
    """
    _source(name)
    return QIcon(_Engine(name, colour))


def paint(painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
    """Draw an icon into `rect`; `colour` as in `icon`."""
    _renderer(name, _resolve(colour)).render(painter, rect)


def pixmap(name: str, colour: str = "text", size_px: int = ICON_PX, ratio: float = 1.0) -> QPixmap:
    """An icon as a transparent pixmap of `size_px` logical pixels."""
    result = QPixmap(round(size_px * ratio), round(size_px * ratio))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    paint(painter, name, QRectF(result.rect()), colour)
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def _resolve(colour: str) -> str:
    return colour if colour.startswith("#") else str(getattr(theme.tokens(), colour))


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    path = _FOLDER / f"{name}.svg"
    if not path.is_file():
        raise KeyError(f"no icon named {name!r}; there are {', '.join(names())}")
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    """Qt's SVG knows no `currentColor`: the word is replaced before it reads the file."""
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


class _Engine(QIconEngine):
    """Draws at paint time, so a change of theme needs no new icons."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.35)
        colour = "accent" if state == QIcon.State.On and self._colour == "text" else self._colour
        paint(painter, self._name, QRectF(rect), colour)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        result = QPixmap(size)
        result.fill(QColor(0, 0, 0, 0))
        painter = QPainter(result)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return result

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        result = self.pixmap(size * scale, mode, state)
        result.setDevicePixelRatio(scale)
        return result

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour)
