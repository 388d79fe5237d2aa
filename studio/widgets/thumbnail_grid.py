"""The grid of thumbnails: ten thousand sheets on the table, painted only where one looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio import theme
from studio.models.filters import focus_after
from studio.models.items import ITEM_ROLE, AnyIndex, Item, ItemsModel
from studio.models.thumbnails import Thumbnails
from studio.selection import Selection
from studio.widgets import marks

MARK_PX = 20


class ThumbnailDelegate(QStyledItemDelegate):
    """Paints one item: the sheet, the decision's mark, the caption."""

    def __init__(self, thumbnails: Thumbnails, cell: QSize, *, captions: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._captions = captions
        self.cell = cell

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
        face = theme.font(theme.CAPTION_PX)
        painter.setFont(face)
        painter.setPen(QColor(tokens.muted))
        text = f"{item.short_title}  ·  {item.kind}" if item.kind else item.short_title
        room = cell.adjusted(8, 0, -8, -6)
        elided = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter), elided)


class ThumbnailGrid(QListView):
    """A view of items that shares its selection with everybody else.

    Signals:
        loupe_wanted: The id of the item to look at closely (Space or double click).
    """

    loupe_wanted = Signal(str)

    def __init__(
        self, model: ItemsModel, thumbnails: Thumbnails, *, strip: bool = False, parent: QWidget | None = None
    ) -> None:
        """Make a grid, or a single row.

        Args:
            model: What to show.
            thumbnails: Where pictures come from.
            strip: One row that scrolls sideways, without captions.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._model = model
        self._selection: Selection | None = None
        self._following = False
        self._seen_id = ""
        self._strip = strip
        cell = QSize(68, 80) if strip else QSize(156, 208)
        self._cell = cell
        self._delegate = ThumbnailDelegate(thumbnails, cell, captions=not strip, parent=self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(400)
        self.setUniformItemSizes(True)
        self.setWrapping(not strip)
        if not strip:
            # Always there: a bar that comes and goes would change the width the columns share.
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(48)
        self.set_cell(cell)
        thumbnails.loaded.connect(self._on_thumbnails_loaded)
        self.selectionModel().selectionChanged.connect(self._on_view_selection_changed)
        self.selectionModel().currentChanged.connect(self._on_view_current_changed)
        self.doubleClicked.connect(self._on_view_double_clicked)
        model.modelReset.connect(self._on_model_reset)

    def set_cell(self, cell: QSize) -> None:
        """Make the sheets larger or smaller."""
        self._cell = cell
        self._spread()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns share the width there is."""
        super().resizeEvent(event)
        self._spread()

    def _spread(self) -> None:
        width = self._cell.width()
        if not self._strip:
            room = self.viewport().width() - 1
            width = max(width, room // max(1, room // width))
        cell = QSize(width, self._cell.height())
        if cell != self.gridSize():
            self._delegate.cell = cell
            self.setGridSize(cell)
            self.scheduleDelayedItemsLayout()

    def follow(self, selection: Selection | None) -> None:
        """Show this selection from now on, and change it when the artist chooses here."""
        if self._selection is not None:
            self._selection.changed.disconnect(self._on_selection_changed)
            self._selection.current_changed.disconnect(self._on_selection_current_changed)
        self._selection = selection
        if selection is not None:
            selection.changed.connect(self._on_selection_changed)
            selection.current_changed.connect(self._on_selection_current_changed)
            self._show_selection()

    def show_items(self, items: Sequence[Item], *, after_gesture: bool = False) -> None:
        """Show other items; the selection outlives a change of filter.

        Args:
            items: What to show, in order.
            after_gesture: Items left because the artist decided about them: then the focus goes to the next
                one that is still there, else the one before, and is chosen in place of those that left.
        """
        before = [item.id for item in self._model.items]
        self._following = True
        self._model.show(items)
        self._following = False
        if after_gesture and self._selection is not None:
            self._move_on(before, self._selection)
        self._show_selection()

    def _move_on(self, before: Sequence[str], selection: Selection) -> None:
        visible = {item.id for item in self._model.items}
        focus = focus_after(before, selection.current, visible)
        if focus == selection.current:
            return
        left = selection.ids & (set(before) - visible)
        stayed = selection.ids - left
        selection.set(stayed or ({focus} if focus else ()), focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space looks closely; everything else is the list's own."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._on_view_double_clicked(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _on_view_double_clicked(self, index: QModelIndex) -> None:
        item = self._model.item_at(index)
        if item is not None:
            self.loupe_wanted.emit(item.id)

    def _on_view_selection_changed(self, _chosen: QItemSelection, _left: QItemSelection) -> None:
        """Pass on what was chosen here; ids that this view does not show stay as they are only in a strip."""
        if self._selection is None or self._following:
            return
        ids = {item.id for item in map(self._model.item_at, self.selectedIndexes()) if item is not None}
        self._following = True
        if self._strip:
            # Choosing within the strip moves the focus only: the strip shows the selection itself.
            current = self._model.item_at(self.currentIndex())
            self._selection.set_current(current.id if current else "")
        else:
            self._selection.set(ids, self._current_id(ids))
        self._following = False

    def _current_id(self, ids: Iterable[str]) -> str:
        current = self._model.item_at(self.currentIndex())
        return current.id if current is not None else min(ids, default="")

    def _on_view_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        item = self._model.item_at(index)
        if self._selection is not None and not self._following and item is not None:
            self._following = True
            self._selection.set_current(item.id)
            self._following = False

    def _on_selection_changed(self, _ids: object) -> None:
        if not self._following:
            self._show_selection()

    def _on_selection_current_changed(self, item_id: str) -> None:
        if not self._following and self._model.index_of(item_id).isValid():
            self._following = True
            self._show_current(item_id)
            self._following = False

    def _on_model_reset(self) -> None:
        self._seen_id = ""
        self._show_selection()

    def _show_selection(self) -> None:
        """Select the chosen rows in runs: one range each, not one call each."""
        if self._selection is None:
            return
        self._following = True
        flags = QItemSelectionModel.SelectionFlag
        if not self._strip:
            rows = sorted(row for row in map(self._model.row_of, self._selection.ids) if row >= 0)
            self.selectionModel().select(self._ranges(rows), flags.ClearAndSelect)
        self._show_current(self._selection.current)
        self._following = False

    def _show_current(self, item_id: str) -> None:
        index = self._model.index_of(item_id)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect if self._strip else flags.NoUpdate)
        if index.isValid() and item_id != self._seen_id:
            self.scrollTo(index)
        self._seen_id = item_id

    def _ranges(self, rows: list[int]) -> QItemSelection:
        result = QItemSelection()
        start = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or rows[at] != rows[at - 1] + 1:
                result.select(self._model.index(rows[start]), self._model.index(rows[at - 1]))
                start = at
        return result

    def _on_thumbnails_loaded(self) -> None:
        self.viewport().update()
