"""A grid of drawings, each on its own piece of paper."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.strokes.types import Drawing
from studio import icons, theme
from studio.gallery import dragging
from studio.models.samples import SAMPLE_ROLE, Sample, SamplesModel
from studio.widgets import drawing_art

_GAP_PX = 12
_LARGEST_PX = 260
_HEADS_PX = 22
_EVEN_SHARE = 0.8
"""Cards may be so much smaller than they could be, for the sake of full rows."""
_WORDS_PX = 120
"""From this width on a card has room for words."""
_FRAME_S = 0.03
"""Long enough to make a few cards, short enough for a hand on a slider."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What a painted card depends on besides its drawing."""

    side_px: int
    is_chosen: bool
    ratio: float
    theme: str


class SampleDelegate(QStyledItemDelegate):
    """Paints one card; a card once painted is kept as a pixmap until its drawing changes.

    Attributes:
        cell_px: Side of the place of a card.
        budget_s: Time left for new cards in this frame; the first is made in any case.
        late: Rows whose new card must wait for the next frame; what was there stays meanwhile.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cell_px = 140
        self.budget_s = math.inf
        self.late: list[int] = []
        self._cards: dict[int, tuple[Drawing, _Look, QPixmap]] = {}

    def forget(self) -> None:
        """Other places now."""
        self._cards.clear()

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
        inset = _GAP_PX // 2
        card = rect.adjusted(inset, inset, -inset, -inset)
        look = _Look(
            round(card.width()),
            bool(state & QStyle.StateFlag.State_Selected),
            painter.device().devicePixelRatio(),
            theme.tokens().name,
        )
        painter.save()
        painter.drawPixmap(card.topLeft(), self._card(index.row(), sample, look))
        if sample.is_kept:
            mark = QRectF(card.right() - 24, card.top() + 6, 18, 18)
            icons.paint(painter, "keep", mark, theme.LIGHT.accent)
        if sample.measure is not None and sample.measure.is_memorised and not sample.is_growing:
            _paint_copy_mark(painter, card)
        painter.restore()

    def _card(self, row: int, sample: Sample, look: _Look) -> QPixmap:
        kept = self._cards.get(row)
        if kept is not None and kept[0] is sample.picture and kept[1] == look:
            return kept[2]
        if self.budget_s <= 0.0:
            self.late.append(row)
            return QPixmap() if kept is None else kept[2]
        begun_s = time.perf_counter()
        size = QSize(look.side_px, look.side_px)
        card = QPixmap(size * look.ratio)
        card.setDevicePixelRatio(look.ratio)
        card.fill(Qt.GlobalColor.transparent)
        painter = QPainter(card)
        border = theme.tokens().accent if look.is_chosen else ""
        drawing_art.paint_sample(painter, sample, QRectF(QPointF(0, 0), size), border)
        painter.end()
        self._cards[row] = (sample.picture, look, card)
        self.budget_s -= time.perf_counter() - begun_s
        return card


def _paint_copy_mark(painter: QPainter, card: QRectF) -> None:
    """Two sheets one on the other, and the words where there is room."""
    colour = theme.LIGHT.rejected
    place = QRectF(card.left() + 6, card.bottom() - 22, 16, 16)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if card.width() >= _WORDS_PX:
        painter.setFont(theme.font(theme.CAPTION_PX))
        words = QRectF(place.right() + 4, place.top(), card.width() - 36, place.height())
        painter.setPen(QColor(colour))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), "nearly a copy")
    icons.paint(painter, "alike", place, colour)


def even_columns(count: int, width: int, height: int) -> int:
    """In how many columns square cards are large, and all rows full if that costs little.

    Args:
        count: How many cards, 1 at least.
        width: Of the room, px.
        height: Likewise.
    """
    sizes = {n: min(width // n, height // -(-count // n)) for n in range(1, count + 1)}
    large = [n for n, size in sizes.items() if size >= _EVEN_SHARE * max(sizes.values())]
    return min(large, key=lambda n: (-count % n, -sizes[n]))


class ColumnHeads(QWidget):
    """What the columns of a series are, over them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.texts: tuple[str, ...] = ()
        self.cell_px = 0
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each in the middle of its column."""
        painter = QPainter(self)
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(QColor(theme.tokens().muted))
        for column, text in enumerate(self.texts):
            room = QRectF(column * self.cell_px, 0, self.cell_px, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.end()


class SampleGrid(QListView):
    """As many columns as make the cards largest, or those of a series; arrows choose.

    Signals:
        chosen: The `Sample` that got the focus; None when there is none.
        updated: The `Sample` with the focus became another drawing, or was kept.
    """

    SMALLEST_PX: ClassVar[int] = 72
    """Side of a card's place; smaller ones would be scrolled."""

    chosen = Signal(object)
    updated = Signal(object)

    def __init__(self, model: SamplesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._delegate = SampleDelegate(self)
        self._heads = ColumnHeads(self)
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
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.selectionModel().currentChanged.connect(self._on_view_current_changed)
        self._next_frame = QTimer(self)
        self._next_frame.setSingleShot(True)
        self._next_frame.setInterval(0)
        self._next_frame.timeout.connect(self._on_next_frame_timeout)
        model.dataChanged.connect(self._on_model_data_changed)
        model.modelReset.connect(self._on_model_reset)
        model.layoutChanged.connect(self._on_model_layout_changed)

    @property
    def current_sample(self) -> Sample | None:
        """The one with the focus."""
        return self._model.sample_at(self.currentIndex())

    def choose(self, row: int) -> None:
        """Give one the focus."""
        self.setCurrentIndex(self._model.index(row))

    def show_columns(self, heads: Sequence[str]) -> None:
        """Lay the cards out in as many columns as there are heads; none: as they fit best."""
        if tuple(heads) != self._heads.texts:
            self._heads.texts = tuple(heads)
            self._heads.setVisible(bool(heads))
            self._fit()

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Carry the drawing out of the window."""
        if self.current_sample is not None:
            dragging.drag_out(self, [self.current_sample])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters and Space belong to the pane, not to the list's search."""
        if event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As many new cards as fit into a frame; the others come in the next ones."""
        self._delegate.budget_s = _FRAME_S
        super().paintEvent(event)
        if self._delegate.late:
            self._next_frame.start()

    def _on_next_frame_timeout(self) -> None:
        late, self._delegate.late = self._delegate.late, []
        for row in late:
            self.update(self._model.index(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out anew."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """The largest square cards that show all without scrolling, within reason."""
        count, series = max(self._model.rowCount(), 1), len(self._heads.texts)
        head = _HEADS_PX if series else 0
        width, height = self.contentsRect().width() - 4, self.contentsRect().height() - 4 - head
        columns = series or even_columns(count, width, height)
        cell = min(width // columns, height // -(-count // columns))
        fits = cell >= self.SMALLEST_PX
        if not fits:
            width -= self.verticalScrollBar().sizeHint().width()
            columns = series or max(width // self.SMALLEST_PX, 1)
            cell = width // columns
        cell = max(min(cell, _LARGEST_PX), 1)
        # A list breaks its rows where the view ends: it must end after the last column.
        spare = max(width - cell * columns, 0)
        self.setViewportMargins(spare // 2, head, spare - spare // 2, 0)
        self._heads.cell_px = cell
        self._heads.setGeometry(spare // 2, 0, cell * columns, head)
        self._heads.update()
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        self.setVerticalScrollBarPolicy(off if fits else needed)
        if cell != self._delegate.cell_px or self.gridSize().width() != cell:
            self._delegate.cell_px = cell
            self.setGridSize(QSize(cell, cell))
            self.scheduleDelayedItemsLayout()

    def _on_view_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self._model.sample_at(index))

    def _on_model_data_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        if first.row() <= self.currentIndex().row() <= last.row():
            self.updated.emit(self.current_sample)

    def _on_model_layout_changed(self) -> None:
        """Other cards at the places; the chosen one stays in sight."""
        self.viewport().update()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _on_model_reset(self) -> None:
        self._delegate.forget()
        self._fit()
        self.chosen.emit(None)
