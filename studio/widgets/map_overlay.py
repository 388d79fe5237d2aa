"""What lies over the points of the map: the lasso, the card at the cursor, pictures where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.widgets import marks

if TYPE_CHECKING:
    from studio.widgets.lasso_scatter import LassoScatter

CARD_PX = 150
_PICTURE_PX = 84
_FEW = 80
"""Up to so many points in view become pictures, where there is room."""
_TWIN_PX = 4.0


class MapOverlay(QWidget):
    """A transparent sheet over the scatter; the mouse passes through it."""

    def __init__(self, scatter: LassoScatter, thumbnails: Thumbnails) -> None:
        super().__init__(scatter.viewport())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._scatter = scatter
        self._thumbnails = thumbnails
        self._items: Sequence[Item] = ()
        self._xy: NDArray[np.float64] = np.zeros((0, 2))
        self._shown: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._selected: frozenset[str] = frozenset()
        self._pictures: list[tuple[QRectF, Item]] = []
        self._outline = QPolygonF()
        self._sign = ""
        self._cursor = QPointF()
        self._hovered: Item | None = None
        thumbnails.loaded.connect(self.update)

    @property
    def hovered(self) -> Item | None:
        """The item whose card is shown."""
        return self._hovered

    def set_points(
        self,
        items: Sequence[Item],
        xy: NDArray[np.float64],
        shown: NDArray[np.bool_],
        selected: frozenset[str] = frozenset(),
    ) -> None:
        """Know what lies below; arguments as in `LassoScatter`."""
        self._items, self._xy, self._shown, self._selected = items, xy, shown, selected
        if self._hovered is not None:
            self._hovered = None
        self.update()

    def set_outline(self, outline: QPolygonF, sign: str, cursor: QPointF) -> None:
        """Draw the lasso, and at the cursor the sign of what it will do."""
        self._outline, self._sign, self._cursor = outline, sign, cursor
        self.update()

    def set_hovered(self, item: Item | None, cursor: QPointF) -> None:
        """Show an item's card at the cursor, or none."""
        if item is not None or self._hovered is not None:
            self._hovered, self._cursor = item, cursor
            self.update()

    def item_at(self, point: QPointF) -> Item | None:
        """The item whose picture lies there."""
        return next((item for rect, item in self._pictures if rect.contains(point)), None)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Pictures first, the lasso over them, the card on top."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_pictures(painter)
        if not self._outline.isEmpty():
            self._paint_outline(painter)
        if self._hovered is not None:
            self._paint_card(painter, self._hovered)

    def _paint_pictures(self, painter: QPainter) -> None:
        self._pictures = []
        if not len(self._xy):
            return
        pixels = self._scatter.to_pixels(self._xy)
        inside = (pixels > 0).all(axis=1) & (pixels < (self.width(), self.height())).all(axis=1)
        rows = np.flatnonzero(inside & self._shown).tolist()
        if not 0 < len(rows) <= _FEW:
            return
        centres = pixels[rows]
        for row in rows:
            rect = QRectF(0, 0, _PICTURE_PX, _PICTURE_PX)
            rect.moveCenter(QPointF(*pixels[row]))
            away = np.abs(centres - pixels[row]).max(axis=1)
            # A picture hides no other point, but for a twin at the very same place.
            if ((away > _TWIN_PX) & (away <= _PICTURE_PX / 2)).any():
                continue
            if not any(rect.intersects(other) for other, _ in self._pictures):
                self._pictures.append((rect, self._items[row]))
                self._paint_picture(painter, rect, self._items[row])

    def _paint_picture(self, painter: QPainter, rect: QRectF, item: Item) -> None:
        rejected = item.decision == "rejected"
        sheet = marks.paint_picture(painter, self._thumbnails.pixmap(item), rect, dimmed=rejected)
        if item.id in self._selected:
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
        if self._sign:
            badge = QRectF(self._cursor + QPointF(12, 12), QSizeF(20, 20))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(badge)
            painter.setPen(QColor(theme.tokens().on_accent))
            painter.setFont(theme.font(bold=True))
            painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), self._sign)

    def _paint_card(self, painter: QPainter, item: Item) -> None:
        tokens = theme.tokens()
        size = QSizeF(CARD_PX + 16, CARD_PX + 40)
        corner = self._cursor + QPointF(18, 18)
        if corner.x() + size.width() > self.width():
            corner.setX(self._cursor.x() - 18 - size.width())
        corner.setY(max(4.0, min(corner.y(), self.height() - size.height() - 4)))
        card = QRectF(corner, size)
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
        text = QFontMetrics(face).elidedText(item.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
