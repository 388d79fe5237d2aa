"""The list of accepted pages beside the tracing table."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio import icons, theme
from studio.models.thumbnails import Thumbnails
from studio.models.traced_pages import PAGE_ROLE, TracedPage, TracedPagesModel
from studio.widgets.curation import marks

_ROW_PX = 68
_MARKS = {
    "waiting": ("undecided", "undecided"),
    "stale": ("retry", "undecided"),
    "traced": ("accept", "accepted"),
    "no line": ("box", "undecided"),
    "failed": ("warning", "rejected"),
}
_LEFT_TO_THE_PANE = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space)


class _Delegate(QStyledItemDelegate):
    """Thumbnail, title, figures, and a mark for how far it has come."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows are equally high."""
        return QSize(200, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One row."""
        page = index.data(PAGE_ROLE)
        if not isinstance(page, TracedPage):
            return
        tokens = theme.tokens()
        row = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.mix(tokens.panel, tokens.accent, 0.14)))
            painter.drawRoundedRect(row.adjusted(4, 2, -4, -2), theme.RADIUS_PX, theme.RADIUS_PX)
        frame = QRectF(row.left() + 12, row.top() + 6, 44, _ROW_PX - 12)
        marks.paint_picture(painter, self._thumbnails.pixmap(page.item), frame)
        self._paint_words(painter, page, row.adjusted(66, 12, -12, -12))
        painter.restore()

    def _paint_words(self, painter: QPainter, page: TracedPage, room: QRectF) -> None:
        tokens = theme.tokens()
        icon, colour = _MARKS[page.progress]
        icons.paint(painter, icon, QRectF(room.right() - 14, room.top() + 2, 14, 14), colour)
        mended = page.row is not None and page.row.mends > 0
        if mended:
            self._paint_mended(painter, page, QRectF(room.right() - 34, room.top() + 2, 14, 14))
        face = theme.font(theme.TEXT_PX)
        painter.setFont(face)
        painter.setPen(QColor(tokens.text))
        title = QFontMetrics(face).elidedText(
            page.item.title, Qt.TextElideMode.ElideRight, int(room.width() - (40 if mended else 20))
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft), title)
        face = theme.font(theme.CAPTION_PX)
        painter.setFont(face)
        painter.setPen(QColor(tokens.rejected if page.progress == "failed" else tokens.muted))
        line = QFontMetrics(face).elidedText(page.line, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft), line)

    def _paint_mended(self, painter: QPainter, page: TracedPage, box: QRectF) -> None:
        """A diamond: mended by hand; in the colour of a warning where a mend lapsed."""
        lapsed = page.row is not None and page.row.lapsed > 0
        icons.paint(painter, "mended", box, "rejected" if lapsed else "accepted")


class TracedPageList(QListView):
    """Up and Down choose a page; Left, Right and Space are left to the pane.

    Signals:
        chosen: The `TracedPage` with the focus; None when there is none.
    """

    chosen = Signal(object)

    def __init__(
        self, model: TracedPagesModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.setProperty("role", "panel")
        self.setModel(model)
        self.setItemDelegate(_Delegate(thumbnails, self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Accepted pages")
        self.selectionModel().currentChanged.connect(self._on_view_current_changed)
        thumbnails.loaded.connect(self._on_thumbnails_loaded)

    def choose(self, page_id: str) -> None:
        """Give a page the focus; an unknown one changes nothing."""
        row = self._model.row_of(page_id)
        if row >= 0 and row != self.currentIndex().row():
            self.setCurrentIndex(self._model.index(row))

    def step(self, by: int) -> None:
        """To a neighbour."""
        row = min(max(self.currentIndex().row() + by, 0), self._model.rowCount() - 1)
        self.setCurrentIndex(self._model.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Only the keys of a list."""
        if event.key() in _LEFT_TO_THE_PANE or (event.text() and event.text().isprintable()):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _on_view_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self._model.page_at(index))

    def _on_thumbnails_loaded(self) -> None:
        self.viewport().update()
