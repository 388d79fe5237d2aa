"""How one cell of the grid of thumbnails is painted."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio import theme
from studio.models.items import ITEM_ROLE, AnyIndex, Item
from studio.models.thumbnails import Thumbnails
from studio.widgets.curation import marks

MARK_PX, BADGE_PX = 20, 16


class ThumbnailDelegate(QStyledItemDelegate):
    """Paints one item: the sheet, the decision's mark, the caption, a small badge."""

    def __init__(self, thumbnails: Thumbnails, cell: QSize, *, captions: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._captions = captions
        self.cell = cell
        self.badge: Callable[[str], str] | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Every cell is the same: that is what makes ten thousand of them cheap."""
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw the cell at `index`."""
        item = index.data(ITEM_ROLE)
        if not isinstance(item, Item):
            return
        painter.save()
        cell = QRectF(option.rect).adjusted(4, 4, -4, -4)
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            self._paint_selection(painter, cell)
        caption_px = 22 if self._captions else 0
        frame = cell.adjusted(8, 8, -8, -8 - caption_px)
        rejected = item.decision == "rejected"
        sheet = marks.paint_picture(painter, self._thumbnails.pixmap(item), frame, dimmed=rejected)
        if item.decision != "undecided":
            corner = sheet.bottomRight()
            mark = QRectF(corner.x() - MARK_PX + 6, corner.y() - MARK_PX + 6, MARK_PX, MARK_PX)
            marks.paint_decision(painter, item.decision, mark)
        text = self.badge(item.id) if self.badge is not None else ""
        if text:
            _paint_badge(painter, text, sheet)
        if state & QStyle.StateFlag.State_HasFocus:
            self._paint_focus(painter, cell)
        if self._captions:
            self._paint_caption(painter, item, cell)
        painter.restore()

    def _paint_selection(self, painter: QPainter, cell: QRectF) -> None:
        tokens = theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.setBrush(QColor(theme.mix(tokens.window, tokens.accent, 0.14)))
        painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), theme.RADIUS_PX, theme.RADIUS_PX)

    def _paint_focus(self, painter: QPainter, cell: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().accent), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cell.adjusted(3.5, 3.5, -3.5, -3.5), 4, 4)

    def _paint_caption(self, painter: QPainter, item: Item, cell: QRectF) -> None:
        tokens = theme.tokens()
        face, metrics = _caption_face()
        painter.setFont(face)
        painter.setPen(QColor(tokens.muted))
        text = f"{item.short_title}  ·  {item.kind}" if item.kind else item.short_title
        room = cell.adjusted(8, 0, -8, -6)
        elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter), elided)


@lru_cache(maxsize=1)
def _caption_face() -> tuple[QFont, QFontMetrics]:
    face = theme.font(theme.CAPTION_PX)
    return face, QFontMetrics(face)


def _paint_badge(painter: QPainter, text: str, sheet: QRectF) -> None:
    """A few letters at the top right of a sheet, on a ground of their own: readable on any picture."""
    tokens = theme.tokens()
    face, metrics = _caption_face()
    width = metrics.horizontalAdvance(text) + 10.0
    room = QRectF(sheet.right() - width - 4, sheet.top() + 4, width, BADGE_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QColor(tokens.panel)
    ground.setAlphaF(0.9)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(room, BADGE_PX / 2, BADGE_PX / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(face)
    painter.setPen(QColor(tokens.text))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)
