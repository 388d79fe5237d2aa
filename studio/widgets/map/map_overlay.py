"""What lies over the points of the map: the lasso, the card at the cursor, pictures where there is room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.widgets.curation import marks
from studio.widgets.map.map_camera import MapCamera
from studio.widgets.map.map_pictures import MOST_PX, MapPictures

CARD_PX = 150
_BADGE_PX = 20.0
_STRIPE_PX = 3.0


class MapOverlay(QWidget):
    """A transparent sheet over the scatter; the mouse passes through it."""

    def __init__(self, parent: QWidget, camera: MapCamera, thumbnails: Thumbnails) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._camera = camera
        self._thumbnails = thumbnails
        self._chooser = MapPictures()
        self._items: Sequence[Item] = ()
        self._xy: NDArray[np.float64] = np.zeros((0, 2))
        self._shown: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._selected: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._class_of: NDArray[np.intp] = np.zeros(0, np.intp)
        self._colours: Sequence[str] = ()
        self._resting = True
        self._placed: list[tuple[QRectF, int]] = []
        self._placed_for: tuple[Any, ...] = ()
        self._outline = QPolygonF()
        self._badge = ""
        self._say: Callable[[str], str] | None = None
        self._cursor = QPointF()
        self._hovered = -1
        thumbnails.arrived.connect(self._on_thumbnails_arrived)

    @property
    def hovered(self) -> Item | None:
        """The item whose card is shown."""
        return self._items[self._hovered] if self._hovered >= 0 else None

    # -- what it knows ---------------------------------------------------------------------------------

    def set_points(self, items: Sequence[Item], xy: NDArray[np.float64], *, same: bool) -> None:
        """Know what lies below: items and their places `(n, 2)`; `same`: the same ids as before, in order."""
        if not same or xy is not self._xy:
            self._chooser.set_points(xy, same=same)
        if not same:
            self._hovered = -1
        self._items, self._xy = items, xy
        self._forget_places()

    def set_classes(self, class_of: NDArray[np.intp], colours: Sequence[str]) -> None:
        """Know the class of each point, `(n,)`, and its colour: pictures of its middle go first."""
        self._class_of, self._colours = class_of, colours
        self._chooser.set_classes(class_of)
        self._forget_places()

    def set_badges(self, get: Callable[[str], str] | None) -> None:
        """Let the card say a few words about an id, such as "93 %"; none, or "", for nothing to say."""
        self._say = get

    def set_shown(self, shown: NDArray[np.bool_]) -> None:
        """Know which points are there at all, `(n,)`."""
        self._shown = shown
        if self._hovered >= 0 and not shown[self._hovered]:
            self._hovered = -1
        self._forget_places()

    def set_selected(self, selected: NDArray[np.bool_]) -> None:
        """Know which points are chosen, `(n,)`."""
        self._selected = selected
        self.update()

    def set_resting(self, resting: bool) -> None:
        """No pictures while points glide."""
        self._resting = resting
        self._forget_places()

    def _forget_places(self) -> None:
        self._placed_for = ()
        self.update()

    def set_outline(self, outline: QPolygonF, badge: str, cursor: QPointF) -> None:
        """Draw the lasso, and at the cursor what it will do, to how many; nothing for an empty outline."""
        if not outline.isEmpty() or badge or not self._outline.isEmpty() or self._badge:
            self._outline, self._badge, self._cursor = outline, badge, cursor
            self.update()

    def set_hovered(self, row: int, cursor: QPointF) -> None:
        """Show a point's card at the cursor, or none (-1)."""
        if row >= 0 or self._hovered >= 0:
            self._hovered, self._cursor = row, cursor
            self.update()

    # -- pictures --------------------------------------------------------------------------------------

    @property
    def _pictures(self) -> list[tuple[QRectF, Item]]:
        """The pictures in view and whose they are."""
        return [(rect, self._items[row]) for rect, row in self._places()]

    def row_at(self, point: QPointF) -> int:
        """The point whose picture lies there, or -1."""
        return next((row for rect, row in self._places() if rect.contains(point)), -1)

    def _places(self) -> list[tuple[QRectF, int]]:
        view = self._camera.rect
        wanted = (view.left(), view.top(), view.width(), view.height(), self.width(), self.height())
        if wanted != self._placed_for:
            self._placed_for = wanted
            self._placed = self._choose() if self._resting and len(self._shown) == len(self._xy) else []
        return self._placed

    def _choose(self) -> list[tuple[QRectF, int]]:
        """Pictures come in from beyond the border: points just outside the view are asked too."""
        scale = self._camera.px_per_unit
        margin = MOST_PX / 2 / scale
        view = self._camera.rect.adjusted(-margin, -margin, margin, margin)
        x, y = self._xy[:, 0], self._xy[:, 1]
        near = (x > view.left()) & (x < view.right()) & (y > view.top()) & (y < view.bottom()) & self._shown
        rows = np.flatnonzero(near)
        if not self._chooser.are_few(len(rows)):
            return []
        side = self._chooser.side_px(scale)
        chosen = self._chooser.place(self._camera.to_pixels(self._xy[rows]), rows, side)
        corners = (self._camera.to_pixels(self._xy[chosen]) - side / 2).tolist()
        placed = [
            (QRectF(left, top, side, side), row)
            for (left, top), row in zip(corners, chosen.tolist(), strict=True)
        ]
        return [(rect, row) for rect, row in placed if rect.intersects(QRectF(self.rect()))]

    def _on_thumbnails_arrived(self, ids: frozenset[str]) -> None:
        rows = [row for _, row in self._places()] if self.isVisible() else []
        if any(self._items[row].id in ids for row in (*rows, self._hovered) if row >= 0):
            self.update()

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Pictures first, the lasso over them, the card on top."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect, row in self._places():
            self._paint_picture(painter, rect, row)
        if not self._outline.isEmpty():
            self._paint_outline(painter)
        if self._hovered >= 0:
            self._paint_card(painter, self._items[self._hovered])
        if self._badge:
            self._paint_badge(painter)

    def _paint_picture(self, painter: QPainter, rect: QRectF, row: int) -> None:
        item = self._items[row]
        rejected = item.decision == "rejected"
        sheet = marks.paint_picture(painter, self._thumbnails.pixmap(item), rect, dimmed=rejected)
        if len(self._class_of) == len(self._items):
            # What the dot would have said.
            stripe = QRectF(sheet.left(), sheet.bottom() + 1, sheet.width(), _STRIPE_PX)
            painter.fillRect(stripe, QColor(self._colours[self._class_of[row]]))
        if self._selected[row]:
            painter.setPen(QPen(QColor(theme.tokens().accent), 3))
            painter.drawRect(sheet)
        if item.decision != "undecided":
            corner = sheet.bottomRight()
            marks.paint_decision(painter, item.decision, QRectF(corner.x() - 11, corner.y() - 11, 16, 16))

    def _paint_outline(self, painter: QPainter) -> None:
        accent = QColor(theme.tokens().accent)
        fill = QColor(accent)
        fill.setAlphaF(0.10)
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(fill)
        painter.drawPolygon(self._outline, Qt.FillRule.OddEvenFill)

    def _paint_badge(self, painter: QPainter) -> None:
        face = theme.font(bold=True)
        width = max(_BADGE_PX, QFontMetrics(face).horizontalAdvance(self._badge) + 12.0)
        corner = self._cursor + QPointF(12, 12)
        corner.setX(min(corner.x(), self.width() - width - 4))
        corner.setY(min(corner.y(), self.height() - _BADGE_PX - 4))
        badge = QRectF(corner, QSizeF(width, _BADGE_PX))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tokens().accent))
        painter.drawRoundedRect(badge, _BADGE_PX / 2, _BADGE_PX / 2)
        painter.setPen(QColor(theme.tokens().on_accent))
        painter.setFont(face)
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), self._badge)

    def _paint_card(self, painter: QPainter, item: Item) -> None:
        tokens = theme.tokens()
        card = QRectF(self._card_corner(), QSizeF(CARD_PX + 16, CARD_PX + 40))
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.panel))
        painter.drawRoundedRect(card, theme.RADIUS_PX, theme.RADIUS_PX)
        frame = card.adjusted(8, 8, -8, -32)
        marks.paint_picture(painter, self._thumbnails.pixmap(item), frame)
        mark = QRectF(card.left() + 8, card.bottom() - 26, 16, 16)
        marks.paint_decision(painter, item.decision, mark)
        face = theme.font(theme.CAPTION_PX)
        painter.setFont(face)
        painter.setPen(QColor(tokens.text))
        room = QRectF(mark.right() + 6, card.bottom() - 28, card.right() - mark.right() - 14, 20)
        said = self._say(item.id) if self._say is not None else ""
        words = f"{item.title}  ·  {said}" if said else item.title
        text = QFontMetrics(face).elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _card_corner(self) -> QPointF:
        """Beside the cursor, within the map."""
        corner = self._cursor + QPointF(18, 18)
        if corner.x() + CARD_PX + 16 > self.width():
            corner.setX(self._cursor.x() - 18 - CARD_PX - 16)
        corner.setY(max(4.0, min(corner.y(), self.height() - CARD_PX - 44.0)))
        return corner
