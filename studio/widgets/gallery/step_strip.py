"""The steps from one drawing to another, side by side, and where on the way one looks."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from studio import theme
from studio.models.samples import Sample, SamplesModel
from studio.widgets.sample_grid import SampleDelegate, SampleGrid

_MARK_PX = 3
_SCROLL_PX = 12


class StepStrip(SampleGrid):
    """Cards that lead from the first to the last, a row or two of them.

    Signals:
        hovered: How far from the first to the last the pointer is, 0 to 1.
        unhovered: It left.
    """

    SMALLEST_PX = 56

    hovered = Signal(float)
    unhovered = Signal()

    def __init__(self, model: SamplesModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._place = -1.0
        self.setAccessibleName("Steps")
        self.viewport().setMouseTracking(True)

    def set_place(self, place: float) -> None:
        """Mark a place on the way, 0 to 1; negative for none."""
        self._place = place
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub by hovering."""
        super().mouseMoveEvent(event)
        index, last = self.indexAt(event.position().toPoint()), self.model().rowCount() - 1
        if index.isValid() and last > 0 and not event.buttons():
            rect = self.visualRect(index)
            at = index.row() + (event.position().x() - rect.center().x()) / max(rect.width(), 1)
            self.hovered.emit(min(max(at / last, 0.0), 1.0))

    def leaveEvent(self, event: QEvent) -> None:
        """Nobody points any more."""
        self.unhovered.emit()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cards, and under them the mark."""
        super().paintEvent(event)
        last = self.model().rowCount() - 1
        if self._place < 0 or last < 1:
            return
        at = self._place * last
        rect: QRect = self.visualRect(self.model().index(round(at), 0))
        x = rect.center().x() + (at - round(at)) * rect.width()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.tokens().accent), _MARK_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        y, half = rect.bottom() - 1, rect.width() * 0.16
        painter.drawLine(QPointF(x - half, y), QPointF(x + half, y))


class PickStrip(QListView):
    """One row of small drawings to take from; the wheel moves it.

    Signals:
        taken: The `Sample` that was clicked.
    """

    taken = Signal(object)

    def __init__(self, side_px: int, parent: QWidget | None = None) -> None:
        """Make it, with cards of so many pixels, their margin among them."""
        super().__init__(parent)
        self._model = SamplesModel(self)
        self._delegate = SampleDelegate(self)
        self._delegate.cell_px = side_px
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setWrapping(False)
        self.setGridSize(QSize(side_px, side_px))
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        self.setFixedHeight(side_px + _SCROLL_PX)
        self.setAccessibleName("Drawings to take")
        self.clicked.connect(self._on_view_clicked)
        self._model.modelReset.connect(self._delegate.forget)

    @property
    def samples(self) -> list[Sample]:
        """What it offers."""
        return list(self._model.samples)

    @property
    def current_sample(self) -> Sample | None:
        """The one with the focus, which is dragged."""
        return self._model.sample_at(self.currentIndex())

    def show_samples(self, samples: list[Sample]) -> None:
        """Offer these."""
        self._model.show(samples)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Carry one to a slot, or out of the window."""
        from studio.gallery import dragging

        if self.current_sample is not None:
            dragging.drag_out(self, [self.current_sample])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The same cards, more or fewer of them in sight."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def wheelEvent(self, event: object) -> None:
        """There is one row: the wheel runs along it."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y())  # type: ignore[attr-defined]

    def _on_view_clicked(self, index: QModelIndex) -> None:
        sample = self._model.sample_at(index)
        if sample is not None and sample.is_drawn:
            self.taken.emit(sample)
