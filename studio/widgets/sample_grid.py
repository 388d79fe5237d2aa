"""A grid of drawings, each on its own piece of paper."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPixmap, QPixmapCache, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio import icons, theme
from studio.models.samples import SAMPLE_ROLE, Sample, SamplesModel
from studio.widgets import drawing_art

_GAP_PX = 12
_SMALLEST_PX = 72
_LARGEST_PX = 260


class SampleDelegate(QStyledItemDelegate):
    """Paints one card; a card once painted is kept as a pixmap until its drawing changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cell_px = 140

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All cards are equal squares."""
        return QSize(self.cell_px, self.cell_px)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paper, line, and what is chosen or kept."""
        sample = index.data(SAMPLE_ROLE)
        if not isinstance(sample, Sample):
            return
        rect: QRectF = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        inset = _GAP_PX / 2
        card = rect.adjusted(inset, inset, -inset, -inset)
        painter.save()
        painter.drawPixmap(card.topLeft(), self._card(sample, card.size().toSize(), chosen, painter))
        if sample.is_kept:
            mark = QRectF(card.right() - 24, card.top() + 6, 18, 18)
            icons.paint(painter, "keep", mark, theme.LIGHT.accent)
        painter.restore()

    def _card(self, sample: Sample, size: QSize, chosen: bool, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatio()
        parts = (id(sample.drawing), size.width(), size.height(), chosen, ratio, theme.tokens().name)
        key = f"sample:{sample.made_by}:" + ":".join(map(str, parts))
        found = QPixmap()
        if QPixmapCache.find(key, found):
            return found
        found = QPixmap(size * ratio)
        found.setDevicePixelRatio(ratio)
        found.fill(Qt.GlobalColor.transparent)
        inner = QPainter(found)
        border = theme.tokens().accent if chosen else ""
        colour = ink_of(sample)
        drawing_art.paint_card(
            inner, sample.drawing, QRectF(0, 0, size.width(), size.height()), colour, border
        )
        inner.end()
        QPixmapCache.insert(key, found)
        return found


def ink_of(sample: Sample) -> str:
    """The machine's ink or the artist's; on paper it is the light theme's in both themes."""
    return theme.LIGHT.machine if sample.made_by == "machine" else theme.LIGHT.ink


class SampleGrid(QListView):
    """As many columns as make the cards largest; arrows choose.

    Signals:
        chosen: The `Sample` under the focus; None when there is none.
    """

    chosen = Signal(object)

    def __init__(self, model: SamplesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._delegate = SampleDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Drawings")
        self.selectionModel().currentChanged.connect(self._on_view_current_changed)
        model.dataChanged.connect(self._on_model_data_changed)
        model.modelReset.connect(self._on_model_reset)

    @property
    def current_sample(self) -> Sample | None:
        """The one with the focus."""
        return self._model.sample_at(self.currentIndex())

    def choose(self, row: int) -> None:
        """Give one the focus."""
        self.setCurrentIndex(self._model.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters and Space belong to the pane, not to the list's search."""
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out anew."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """The largest square cards that show all without scrolling, within reason."""
        count = max(self._model.rowCount(), 1)
        room = self.contentsRect().adjusted(0, 0, -2, -2)
        best = max(min(room.width() // n, room.height() // -(-count // n)) for n in range(1, count + 1))
        cell = min(max(best, _SMALLEST_PX), _LARGEST_PX)
        columns = max(room.width() // cell, 1)
        cell = min(max(room.width() // columns, _SMALLEST_PX), _LARGEST_PX, max(best, _SMALLEST_PX))
        if cell != self._delegate.cell_px or self.gridSize().width() != cell:
            self._delegate.cell_px = cell
            self.setGridSize(QSize(cell, cell))
            self.scheduleDelayedItemsLayout()

    def _on_view_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self._model.sample_at(index))

    def _on_model_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() <= self.currentIndex().row() <= last.row():
            self.chosen.emit(self.current_sample)

    def _on_model_reset(self) -> None:
        self._fit()
        self.chosen.emit(None)
