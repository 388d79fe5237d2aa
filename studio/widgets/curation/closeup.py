"""A picture looked at closely: loaded in a thread, seen through a lens; one in the loupe, more compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import floor, log

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from studio.models.items import Item
from studio.session import Session
from studio.tasks import Task
from studio.widgets.curation import marks

MAX_ZOOM = 8.0
LOOK_CLOSER = 3.0
"""Zoom of a double click."""
_WHEEL = 1.0015
_STEP = 0.76
"""Reduced copies are made in these steps: never so much larger than the sheet that thin lines break up."""


@dataclass(frozen=True, slots=True)
class Lens:
    """Where one looks, and how closely; the same lens shows the same place of every sheet.

    Attributes:
        zoom: 1 shows the whole sheet.
        x: How far the sheet's middle is moved off the middle of the room, in widths of the enlarged sheet.
        y: The same in heights, down.
    """

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def frame(self, room: QRectF, sheet: QSizeF) -> QRectF:
        """Where a sheet lies that has the size `sheet` at zoom 1 and the middle of `room` as its place."""
        width, height = sheet.width() * self.zoom, sheet.height() * self.zoom
        middle = room.center() + QPointF(self.x * width, self.y * height)
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)

    def zoomed(self, factor: float, point: QPointF, room: QRectF, sheet: QSizeF) -> Lens:
        """Closer by `factor`: what lies under `point` stays there; at zoom 1 all of the sheet is seen."""
        zoom = min(max(self.zoom * factor, 1.0), MAX_ZOOM)
        if zoom == 1.0:
            return Lens()
        away = point - room.center()
        gain = 1 / zoom - 1 / self.zoom
        x, y = self.x + away.x() / sheet.width() * gain, self.y + away.y() / sheet.height() * gain
        return Lens(zoom, _held(x), _held(y))

    def moved(self, by: QPointF, sheet: QSizeF) -> Lens:
        """With the enlarged sheet moved by so many pixels; some of it stays in the middle of the room."""
        if self.zoom == 1.0:
            return self
        x = self.x + by.x() / (sheet.width() * self.zoom)
        y = self.y + by.y() / (sheet.height() * self.zoom)
        return replace(self, x=_held(x), y=_held(y))


def _held(shift: float) -> float:
    return min(max(shift, -0.5), 0.5)


def wheel_factor(angle: int) -> float:
    """How much closer a turn of the wheel leads, in eighths of a degree."""
    return float(_WHEEL**angle)


def caption(item: Item) -> str:
    """Title, kind and decision in a line."""
    return "  ·  ".join(part for part in (item.title, item.kind, item.decision) if part)


class Closeup(QObject):
    """One item and its large picture; the thumbnail stands in until that is loaded.

    Signals:
        loaded: The picture is there.
    """

    loaded = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._item: Item | None = None
        self._picture: QPixmap | None = None
        self._reduced: tuple[int, QPixmap] | None = None
        self._loading: Task | None = None

    @property
    def item(self) -> Item | None:
        """What is looked at."""
        return self._item

    @property
    def is_loaded(self) -> bool:
        """Whether the picture itself is shown, not the stand-in."""
        return self._loading is None

    def look_at(self, item: Item) -> bool:
        """Look at an item; after a decision only its caption changes.

        Returns:
            Whether it is another item than before.
        """
        before, self._item = self._item, item
        if before is None or (before.id, before.picture) != (item.id, item.picture):
            self._take(self._session.thumbnails.pixmap(item))
            self._load(item)
        return before is None or before.id != item.id

    def drop(self) -> None:
        """Look at nothing."""
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        self._item = None
        self._take(None)

    def sheet(self, room: QRectF) -> QSizeF:
        """The sheet's size when all of it is shown in `room`."""
        return marks.sheet_rect(self._picture, room).size()

    def paint(self, painter: QPainter, frame: QRectF) -> None:
        """Draw the sheet as large as it fits into `frame`."""
        sheet = marks.sheet_rect(self._picture, frame)
        width = sheet.width() * painter.device().devicePixelRatio()
        marks.paint_picture(painter, self._fine_enough(width), frame)

    def _fine_enough(self, width: float) -> QPixmap | None:
        """The picture, or a copy little wider than `width`, kept until the next: moving costs nothing."""
        full = self._picture
        if full is None or full.isNull() or not 0 < width < full.width() * _STEP:
            return full
        steps = floor(log(width / full.width()) / log(_STEP))
        if self._reduced is None or self._reduced[0] != steps:
            across = round(full.width() * _STEP**steps)
            copy = full.scaledToWidth(across, Qt.TransformationMode.SmoothTransformation)
            self._reduced = steps, copy
        return self._reduced[1]

    def _take(self, picture: QPixmap | None) -> None:
        self._picture, self._reduced = picture, None

    def _load(self, item: Item) -> None:
        if self._loading is not None:
            self._loading.cancel()
        load = partial(self._session.pictures.load_large, item)
        self._loading = self._session.tasks.run(load, self._on_picture_loaded, priority=1)

    def _on_picture_loaded(self, image: QImage) -> None:
        self._loading = None
        if not image.isNull():
            self._take(QPixmap.fromImage(image))
        self.loaded.emit()
