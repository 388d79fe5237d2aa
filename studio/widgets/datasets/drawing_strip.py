"""A strip of small drawings, each on its own piece of paper."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QSizePolicy, QWidget

from engine.strokes.types import Drawing
from studio.models.samples import Sample, SamplesModel
from studio.widgets.sample_grid import SampleDelegate

_NAME = "drawing"


class DrawingStrip(QListView):
    """Cards of one size in as few rows as there is room for; with one row, as many as fit.

    Signals:
        chosen: The id of a drawing that was clicked, or reached with the arrows.
        opened: The id of a drawing to look at closely: Space, Enter, a double click.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(
        self,
        name: str,
        *,
        least_px: int = 92,
        most_px: int = 124,
        one_row: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make it empty.

        Args:
            name: What it shows, for those who do not see it.
            least_px: Side of a card with its margin, where there is little room.
            most_px: The same where there is much.
            one_row: Whether what does not fit stays out of sight rather than going into another row.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._least_px, self._most_px, self._one_row = least_px, most_px, one_row
        self._model = SamplesModel(self)
        self._delegate = SampleDelegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setWrapping(not one_row)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("role", "strip")
        self.setAccessibleName(name)
        self.viewport().setAutoFillBackground(False)
        self.selectionModel().currentChanged.connect(self._on_selection_current_changed)
        self.doubleClicked.connect(self._on_view_double_clicked)
        self._model.modelReset.connect(self._fit)
        self._fit()

    @property
    def ids(self) -> list[str]:
        """The drawings shown, in order."""
        return [str(sample.origin[_NAME]) for sample in self._model.samples]

    @property
    def current_id(self) -> str:
        """The drawing with the focus; empty for none."""
        sample = self._model.sample_at(self.currentIndex())
        return str(sample.origin[_NAME]) if sample is not None else ""

    def show_drawings(self, drawings: Sequence[tuple[str, str, Drawing]], *, by: str = "hand") -> None:
        """Show drawings, silently.

        Args:
            drawings: (id, name, drawing); an empty drawing is a sheet still white.
            by: `hand` or `machine`, for the ink.
        """
        was = self.current_id
        samples = [Sample(name, drawing, by, {_NAME: id_}) for id_, name, drawing in drawings]
        self.blockSignals(True)
        self._model.show(samples)
        if was in self.ids:
            self.choose(was)
        self.blockSignals(False)

    def choose(self, id_: str) -> None:
        """Give a drawing the focus, silently; none where it is not shown."""
        at = self.ids.index(id_) if id_ in self.ids else -1
        self.blockSignals(True)
        self.setCurrentIndex(self._model.index(at) if at >= 0 else QModelIndex())
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter look closely; letters belong to the window, not to the list's search."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_id:
            self.opened.emit(self.current_id)
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls what the strip lies in."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        count, width = max(self._model.rowCount(), 1), max(self.width() - 2, 1)
        per_row = max(min(width // self._least_px, count), 1)
        rows = 1 if self._one_row else -(-count // per_row)
        per_row = per_row if self._one_row else -(-count // rows)
        cell = max(min(width // per_row, self._most_px), 1)
        if self._delegate.cell_px != cell or self.gridSize().width() != cell:
            self._delegate.cell_px = cell
            self._delegate.forget()
            self.setGridSize(QSize(cell, cell))
        if self.height() != rows * cell:
            self.setFixedHeight(rows * cell)

    def _on_selection_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        sample = self._model.sample_at(index)
        if sample is not None:
            self.chosen.emit(str(sample.origin[_NAME]))

    def _on_view_double_clicked(self, _index: QModelIndex) -> None:
        self.opened.emit(self.current_id)
