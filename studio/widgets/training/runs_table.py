"""The table of runs: sorted, compared, its columns chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QToolButton, QWidget

from studio.models.run_columns import COLUMNS
from studio.models.run_table import RUN_ROLE, RunsModel, RunsSorter
from studio.models.runs import Run
from studio.widgets import parts

_ROW_PX, _NAME_PX, _LEAST_PX = 30, 156, 64
_FIT_MS = 2000
"""A run that reports changes its figures all the time; the widths of columns follow more calmly."""


class RunsTable(QTableView):
    """Runs as rows; several chosen ones are compared.

    Signals:
        chosen: Id of the run that is looked at.
        compared: Ids of all runs that are chosen.
        columns_changed: The artist chose other columns.
    """

    chosen = Signal(str)
    compared = Signal(object)
    columns_changed = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = model
        self.sorter = RunsSorter(model, self)
        self.setModel(self.sorter)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAccessibleName("Runs")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._actions = [self._make_action(number) for number in range(1, len(COLUMNS))]
        self.columns = self._make_columns_button()
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(_FIT_MS)
        self._fitting.timeout.connect(self._fit_columns)
        self._dress_header()
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        model.modelReset.connect(self._on_model_reset)
        model.dataChanged.connect(self._on_model_data_changed)

    def _make_action(self, number: int) -> QAction:
        action = QAction(COLUMNS[number].title, self)
        action.setCheckable(True)
        action.setToolTip(COLUMNS[number].tip)
        action.setChecked(COLUMNS[number].is_usual)
        action.setData(number)
        self.setColumnHidden(number, not COLUMNS[number].is_usual)
        action.toggled.connect(self._on_action_toggled)
        return action

    def _make_columns_button(self) -> QToolButton:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addActions(self._actions)
        button = parts.tool("tune", "Columns", size_px=16)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _dress_header(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_LEAST_PX)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, _NAME_PX)
        header.setStretchLastSection(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu_requested)
        # Unsorted at first: the newest stand first.
        self.sorter.sort(-1)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)

    @property
    def chosen_id(self) -> str:
        """Id of the run that is looked at; empty for none."""
        run = self.currentIndex().data(RUN_ROLE)
        return run.id if isinstance(run, Run) else ""

    def choose(self, run_id: str) -> None:
        """Look at a run."""
        row = self._runs.row_of(run_id)
        if row >= 0 and self.chosen_id != run_id:
            self.setCurrentIndex(self.sorter.mapFromSource(self._runs.index(row, 0)))

    def view_state(self) -> dict[str, Any]:
        """Columns and order, JSON-ready."""
        shown = [COLUMNS[number].key for number in range(len(COLUMNS)) if not self.isColumnHidden(number)]
        header = self.horizontalHeader()
        section = header.sortIndicatorSection()
        falls = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        return {"columns": shown, "sorted": COLUMNS[section].key if section >= 0 else "", "falling": falls}

    def restore_view(self, view: dict[str, Any]) -> None:
        """Show what `view_state` said; what is not understood stays as it is."""
        shown = view.get("columns")
        if isinstance(shown, list) and shown:
            for action in self._actions:
                action.setChecked(COLUMNS[action.data()].key in shown)
        keys = [column.key for column in COLUMNS]
        if view.get("sorted") in keys:
            order = Qt.SortOrder.DescendingOrder if view.get("falling") else Qt.SortOrder.AscendingOrder
            self.sortByColumn(keys.index(view["sorted"]), order)

    def _fit_columns(self) -> None:
        """Make room for what is in the columns; the name keeps the width it was given."""
        for number in range(1, len(COLUMNS)):
            if not self.isColumnHidden(number):
                self.resizeColumnToContents(number)

    def _on_action_toggled(self, shown: bool) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.setColumnHidden(action.data(), not shown)
            self._fit_columns()
            self.columns_changed.emit()

    def _on_header_menu_requested(self, place: QPoint) -> None:
        menu = self.columns.menu()
        if menu is not None:
            menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _on_current_row_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        run = index.data(RUN_ROLE)
        if isinstance(run, Run):
            self.chosen.emit(run.id)

    def _on_selection_changed(self, _on: QItemSelection, _off: QItemSelection) -> None:
        runs = [index.data(RUN_ROLE) for index in self.selectionModel().selectedRows()]
        self.compared.emit([run.id for run in runs if isinstance(run, Run)])

    def _on_model_reset(self) -> None:
        self._fit_columns()
        self.compared.emit([])

    def _on_model_data_changed(self) -> None:
        if not self._fitting.isActive() and self.isVisible():
            self._fitting.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no timer runs."""
        self._fitting.stop()
        super().hideEvent(event)
