"""What compared runs were told differently."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from studio import theme
from studio.models.runs import Run
from studio.training.training_parameters import settings_of
from studio.widgets import parts

_MISSING = "\N{EN DASH}"


class RunDifferences(QWidget):
    """A row for each setting in which they differ, a column for each run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = parts.label("", "caption")
        self._runs: tuple[Run, ...] = ()
        self.table = QTreeWidget()
        self.table.setProperty("role", "roomy")
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        layout = parts.column(self._title, spacing=theme.SPACE_4)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Compare these."""
        told = [(run.id, run.dataset, run.settings) for run in runs]
        if told == [(run.id, run.dataset, run.settings) for run in self._runs]:
            return
        self._runs = tuple(runs)
        rows = differences(runs)
        self.table.clear()
        self.table.setHeaderLabels(["", *(run.title or run.id for run in runs)])
        self.table.addTopLevelItems([QTreeWidgetItem(list(row)) for row in rows])
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setVisible(bool(rows))
        self._title.setText(
            "Where they differ" if rows else "They were told the same; only chance and the machine differ."
        )


def differences(runs: Sequence[Run]) -> list[tuple[str, ...]]:
    """Settings that are not the same in all runs: the name, then the value of each."""
    told = [{"dataset": ("Dataset", run.dataset), **settings_of(run.settings)} for run in runs]
    keys = dict.fromkeys(key for one in told for key in one)
    rows = []
    for key in keys:
        shown = [one.get(key, ("", _MISSING)) for one in told]
        if len({value for _, value in shown}) > 1:
            rows.append((next(name for name, _ in shown if name), *(value for _, value in shown)))
    return rows
