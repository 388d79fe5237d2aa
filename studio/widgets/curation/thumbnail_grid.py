"""The grid of thumbnails: ten thousand sheets on the table, painted only where one looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from studio.models.filters import focus_after
from studio.models.items import AnyIndex, Item, ItemsModel
from studio.models.thumbnails import Thumbnails
from studio.selection import Selection
from studio.widgets.curation.thumbnail_delegate import ThumbnailDelegate

_Move = QAbstractItemView.CursorAction
_FEW_CELLS = 50
_TYPED_WITH = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
"""A letter with any other modifier is a shortcut, not text."""


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
        self._wanted_top = ""
        self._was_reset = False
        self._strip = strip
        cell = QSize(68, 80) if strip else QSize(156, 208)
        self._cell = cell
        self._delegate = ThumbnailDelegate(thumbnails, cell, captions=not strip, parent=self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        # A list lays 10,000 cells out in 13 ms; icons take 40, or come in batches under a bar that grows.
        self.setViewMode(QListView.ViewMode.ListMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionRectVisible(True)
        self.setWrapping(not strip)
        if not strip:
            # Always there: a bar that comes and goes would change the width the columns share.
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(48)
        self.set_cell(cell)
        thumbnails.arrived.connect(self._on_thumbnails_arrived)
        self.selectionModel().selectionChanged.connect(self._on_view_selection_changed)
        self.selectionModel().currentChanged.connect(self._on_view_current_changed)
        self.doubleClicked.connect(self._on_view_double_clicked)
        model.modelReset.connect(self._on_model_reset)

    # -- cells -----------------------------------------------------------------------------------------

    def set_cell(self, cell: QSize) -> None:
        """Make the sheets larger or smaller; the topmost stays on top."""
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
            top = self.top_id() if self.isVisible() else ""
            self._delegate.cell = cell
            self.setGridSize(cell)
            self.scheduleDelayedItemsLayout()
            if top and self.verticalScrollBar().value():
                self.scroll_to_top_id(top)

    def set_badges(self, get: Callable[[str], str] | None) -> None:
        """Write something short over sheets.

        Args:
            get: Called while painting with the id of an item: "93 %", or empty for nothing; None: no badges.
        """
        self._delegate.badge = get
        self.viewport().update()

    # -- where one looks -------------------------------------------------------------------------------

    def top_id(self) -> str:
        """The first item of the topmost row that is in view; empty when nothing is."""
        item = self._model.item_at(self._top_index())
        return item.id if item is not None else ""

    def _top_index(self) -> QModelIndex:
        cell = self.gridSize()
        return self.indexAt(QPoint(cell.width() // 2, cell.height() // 2))

    def scroll_to_top_id(self, item_id: str) -> None:
        """Bring an item to the top, as soon as the grid is seen and has items."""
        self._wanted_top = item_id
        self._scroll_to_wanted()

    def _scroll_to_wanted(self) -> None:
        if not self._wanted_top or not self.isVisible() or not self._model.items:
            return
        index, self._wanted_top = self._model.index_of(self._wanted_top), ""
        if index.isValid():
            self.executeDelayedItemsLayout()
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    def showEvent(self, event: QShowEvent) -> None:
        """Now there is a size to scroll in."""
        super().showEvent(event)
        self._scroll_to_wanted()

    # -- what is shown ---------------------------------------------------------------------------------

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
        top_id, top_px = self.top_id(), self.visualRect(self._top_index()).top()
        elsewhere = self._looks_elsewhere()
        self._following, self._was_reset = True, False
        self._model.show(items)
        self._following = False
        if self._was_reset and not self._strip:
            self._hold_still(before, top_id, top_px)
            stays = elsewhere or after_gesture
            self._seen_id = self._selection.current if stays and self._selection is not None else ""
        if after_gesture and self._selection is not None:
            self._move_on(before, self._selection)
        self._show_selection()
        self._scroll_to_wanted()

    def _looks_elsewhere(self) -> bool:
        """Whether the focus was scrolled out of view: then nothing scrolls back to it by itself."""
        focused = self.visualRect(self.currentIndex())
        return self.isVisible() and focused.isValid() and not focused.intersects(self.viewport().rect())

    def _hold_still(self, before: Sequence[str], top_id: str, top_px: int) -> None:
        """After a reset, keep what stood on top where it stood, or what comes after it."""
        if not self.verticalScrollBar().value():
            return
        stays = focus_after(before, top_id, {item.id for item in self._model.items})
        self.executeDelayedItemsLayout()
        moved = self.visualRect(self._model.index_of(stays)).top() - top_px
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + moved if stays else 0)

    def _move_on(self, before: Sequence[str], selection: Selection) -> None:
        visible = {item.id for item in self._model.items}
        focus = focus_after(before, selection.current, visible)
        if focus == selection.current:
            return
        left = selection.ids & (set(before) - visible)
        stayed = selection.ids - left
        selection.set(stayed or ({focus} if focus else ()), focus)

    def dataChanged(self, first: AnyIndex, last: AnyIndex, roles: Sequence[int] = ()) -> None:
        """Cells are of one size whatever they show: paint, do not lay everything out again."""
        self.viewport().update()

    # -- keys ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space looks closely; letters belong to the window's keys, never to a search by typing."""
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._on_view_double_clicked(self.currentIndex())
        elif event.text().isprintable() and event.text() and not event.modifiers() & ~_TYPED_WITH:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """No jumping about by typing: `P`, `X` and the others decide."""

    def moveCursor(self, action: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Arrows run on from line to line; pages, Home and End as everywhere."""
        count, row = len(self._model.items), self.currentIndex().row()
        if row < 0 or not count:
            return self._model.index_at(0)
        columns, lines = self._columns(), max(1, self.viewport().height() // self.gridSize().height())
        step = {
            _Move.MoveLeft: -1, _Move.MovePrevious: -1, _Move.MoveRight: 1, _Move.MoveNext: 1,
            _Move.MoveUp: -columns, _Move.MoveDown: columns,
            _Move.MovePageUp: -columns * lines, _Move.MovePageDown: columns * lines,
            _Move.MoveHome: -row, _Move.MoveEnd: count - 1 - row,
        }[action]  # fmt: skip
        if action == _Move.MoveUp and row < columns:
            step = 0
        if action == _Move.MoveDown and row // columns == (count - 1) // columns:
            step = 0
        return self._model.index_at(min(max(row + step, 0), count - 1))

    def _columns(self) -> int:
        """Cells in a line; in a strip a line is what is in view."""
        return max(1, (self.viewport().width() - 1) // self.gridSize().width())

    # -- the selection ---------------------------------------------------------------------------------

    def selectAll(self) -> None:
        """From nothing to everything: Qt compares each run selected before with each after."""
        self._following = True
        self.clearSelection()
        self._following = False
        everything = self._ranges(list(range(len(self._model.items))))
        self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.Select)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What to paint again: everything, where adding up cells would ask the model for thousands."""
        rows = sum(selection.at(number).height() for number in range(min(selection.count(), _FEW_CELLS)))
        if rows < _FEW_CELLS > selection.count():
            return super().visualRegionForSelection(selection)
        return QRegion(self.viewport().rect())

    def _on_view_double_clicked(self, index: QModelIndex) -> None:
        item = self._model.item_at(index)
        if item is not None:
            self.loupe_wanted.emit(item.id)

    def _on_view_selection_changed(self, _chosen: QItemSelection, _left: QItemSelection) -> None:
        """Pass on what was chosen here; ids that this view does not show stay as they are only in a strip."""
        if self._selection is None or self._following:
            return
        ids = self._chosen_ids()
        self._following = True
        if self._strip:
            # Choosing within the strip moves the focus only: the strip shows the selection itself.
            current = self._model.item_at(self.currentIndex())
            self._selection.set_current(current.id if current else "")
        else:
            self._selection.set(ids, self._current_id(ids))
        self._following = False

    def _chosen_ids(self) -> set[str]:
        items, chosen = self._model.items, self.selectionModel().selection()
        ranges = [chosen.at(number) for number in range(chosen.count())]
        return {item.id for one in ranges for item in items[one.top() : one.bottom() + 1]}

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
        self._was_reset = True
        if not self._following:
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
            chosen = self._ranges(rows)
            if chosen != self.selectionModel().selection():
                self.clearSelection()
                self.selectionModel().select(chosen, flags.Select)
        self._show_current(self._selection.current)
        self._following = False

    def _show_current(self, item_id: str) -> None:
        index = self._model.index_of(item_id)
        flags = QItemSelectionModel.SelectionFlag
        # Seen, Qt would scroll to it at once, even where it was scrolled away from.
        self.setAutoScroll(not self.isVisible())
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect if self._strip else flags.NoUpdate)
        self.setAutoScroll(True)
        if index.isValid() and item_id != self._seen_id:
            self.scrollTo(index)
        self._seen_id = item_id

    def _ranges(self, rows: list[int]) -> QItemSelection:
        result = QItemSelection()
        start = 0
        for at in range(1, len(rows) + 1):
            if at == len(rows) or rows[at] != rows[at - 1] + 1:
                first, last = self._model.index_at(rows[start]), self._model.index_at(rows[at - 1])
                result.append(QItemSelectionRange(first, last))
                start = at
        return result

    def _on_thumbnails_arrived(self, ids: frozenset[str]) -> None:
        """Paint the cells whose pictures came, no others."""
        port = self.viewport().rect()
        for item_id in ids:
            cell = self.visualRect(self._model.index_of(item_id))
            if cell.intersects(port):
                self.viewport().update(cell)
