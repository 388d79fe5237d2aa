"""The runs: curves, table, drawings, and the words about the one in view."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSplitter, QStackedWidget, QWidget

from studio import theme
from studio.models.run_table import RunsModel
from studio.models.runs import Run
from studio.widgets import parts
from studio.widgets.note_field import NoteField
from studio.widgets.training.curves_card import CurvesCard
from studio.widgets.training.loss_plot import Curve
from studio.widgets.training.measured_view import MeasuredView
from studio.widgets.training.queue_bar import QueueBar
from studio.widgets.training.run_differences import RunDifferences
from studio.widgets.training.run_header import RunHeader, Standing
from studio.widgets.training.runs_table import RunsTable
from studio.widgets.training.sample_history import SampleHistory

_TABLE_PX, _SIDE_PX = 300, 248
_SPLIT_PX = 1000
"""So many for each share: more than there are, so that all are scaled alike."""


class RunDesk(QWidget):
    """Header and queue, curves below, then the table beside the drawings of the run in view.

    Where several runs are chosen, what they were told differently stands in the place of the drawings.

    Attributes:
        looks: The tabs over the drawings and the figures of the run in view.
    """

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.header = RunHeader()
        self.queue_bar = QueueBar()
        self.curves = CurvesCard()
        self.table = RunsTable(model)
        self.history = SampleHistory()
        self.measured = MeasuredView()
        self.looks = QButtonGroup(self)
        self._looks = QStackedWidget()
        self.note = NoteField()
        self.differences = RunDifferences()
        self._side = QStackedWidget()
        self._lay_out()

    def _lay_out(self) -> None:
        self._side.addWidget(self._make_looks())
        self._side.addWidget(self.differences)
        head = parts.row(parts.label("Runs", "heading"), 0, self.table.columns)
        runs = parts.column(spacing=0)
        runs.addLayout(head)
        runs.addWidget(self.table, 1)
        left = QWidget()
        left.setLayout(runs)
        left.setMinimumWidth(_TABLE_PX)
        runs.setContentsMargins(0, 0, theme.SPACE_12, 0)
        self._side.setMinimumWidth(_SIDE_PX)
        self._side.setContentsMargins(theme.SPACE_12, 0, 0, 0)
        lower = _split(Qt.Orientation.Horizontal, (left, 3), (self._side, 2))
        layout = parts.column(self.header, self.queue_bar, spacing=theme.SPACE_12, margins=theme.SPACE_16)
        lower.setContentsMargins(0, theme.SPACE_12, 0, 0)
        upper = parts.column(self.curves)
        upper.setContentsMargins(0, 0, 0, theme.SPACE_12)
        curves = QWidget()
        curves.setLayout(upper)
        layout.addWidget(_split(Qt.Orientation.Vertical, (curves, 5), (lower, 4)), 1)
        self.setLayout(layout)

    def _make_looks(self) -> QWidget:
        """What it draws or what was measured of it, and the note."""
        tabs = parts.row(spacing=theme.SPACE_4)
        for number, (title, page) in enumerate((("Drawings", self.history), ("Figures", self.measured))):
            tab = QPushButton(title)
            tab.setProperty("role", "small")
            tab.setCheckable(True)
            tab.setChecked(number == 0)
            self.looks.addButton(tab, number)
            self._looks.addWidget(page)
            tabs.addWidget(tab)
        tabs.addStretch(1)
        self.looks.idClicked.connect(self.show_look)
        column = parts.column(spacing=theme.SPACE_8)
        column.addLayout(tabs)
        column.addWidget(self._looks, 1)
        column.addWidget(self.note)
        looks = QWidget()
        looks.setLayout(column)
        return looks

    def show_look(self, number: int) -> None:
        """0 shows what the run in view draws, 1 the figures measured of it."""
        self.looks.button(number).setChecked(True)
        self._looks.setCurrentIndex(number)
        self.note.setVisible(number == 0)

    def show_run(self, run: Run | None, standing: Standing) -> None:
        """Show the run in view."""
        self.header.show_run(run, standing)
        self.measured.show_run(run, busy=standing.is_measured)
        self.history.show_history(run.id if run else "", run.samples if run else ())
        self.note.show_note(run.id if run else "", run.note if run else "")
        self.note.setEnabled(run is not None)

    def show_curves(self, run_id: str) -> None:
        """Plot the runs that are shown; the one in view stands out."""
        runs = list(self._model.shown)
        in_view = self._model.run_of(run_id)
        if in_view is not None and in_view not in runs:
            runs.append(in_view)
        self.curves.plot.show_curves(
            [
                Curve(
                    run.id,
                    self._model.colour(run),
                    run.train,
                    run.valid,
                    run.id == run_id,
                    run.points_per_step,
                )
                for run in runs
            ]
        )

    def show_compared(self) -> None:
        """Show what compared runs were told differently, or the drawings of the one in view."""
        compared = self._model.compared
        if compared:
            self.differences.show_runs(compared)
        self._side.setCurrentIndex(1 if compared else 0)

    def view_state(self) -> dict[str, Any]:
        """How runs are looked at, JSON-ready."""
        return {"axis": self.curves.plot.axis, "table": self.table.view_state()}

    def restore_view(self, view: dict[str, Any]) -> None:
        """Look at them so again."""
        self.curves.set_axis(str(view.get("axis", "")))
        table = view.get("table")
        self.table.restore_view(table if isinstance(table, dict) else {})


def _split(orientation: Qt.Orientation, *parts_: tuple[QWidget, int]) -> QSplitter:
    """Widgets whose shares of the room, at first as given, can be pulled to others."""
    splitter = QSplitter(orientation)
    for widget, share in parts_:
        splitter.addWidget(widget)
        splitter.setStretchFactor(splitter.count() - 1, share)
    splitter.setSizes([share * _SPLIT_PX for _, share in parts_])
    splitter.setChildrenCollapsible(False)
    return splitter
