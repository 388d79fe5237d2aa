"""Runs as a table that can be ticked, sorted and compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from studio import theme
from studio.models.items import AnyIndex
from studio.models.run_columns import COLUMNS, column_number, ordinal
from studio.models.runs import Run

RUN_ROLE = int(Qt.ItemDataRole.UserRole) + 1
SORT_ROLE = RUN_ROLE + 1
_RUN, _STATE = column_number("run"), column_number("state")
_MOST_TICKED = 6
"""Of very many runs, only so many are plotted unless the artist ticks more."""


class RunsModel(QAbstractTableModel):
    """One row a run; the box in front says whether its curves are shown.

    Signals:
        shown_changed: Another set of runs is to be plotted.
        titled: (run id, title): the artist gave a run a name.
    """

    shown_changed = Signal()
    titled = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Run] = []
        self._hidden: set[str] = set()
        self._colours: dict[str, int] = {}
        self._waiting: tuple[str, ...] = ()
        self._compared: frozenset[str] = frozenset()
        self._differing: frozenset[int] = frozenset()

    @property
    def runs(self) -> Sequence[Run]:
        """All runs, newest first."""
        return self._runs

    @property
    def compared(self) -> list[Run]:
        """The runs that are compared; none unless there are two at least."""
        return [run for run in self._runs if run.id in self._compared]

    @property
    def shown(self) -> list[Run]:
        """The runs whose curves are shown: the compared ones, else the ticked ones."""
        return self.compared or [run for run in self._runs if run.id not in self._hidden]

    def colour(self, run: Run) -> str:
        """The colour of a run: its own for as long as the window stands."""
        # The first colour of the palette is the red of failures.
        tokens, number = theme.tokens(), self._colours.get(run.id, 0) + 1
        colour = theme.category_colour(number, on_paper=not tokens.is_dark)
        return theme.mix(colour, tokens.text, 0.35) if tokens.is_dark else colour

    def show(self, runs: Sequence[Run]) -> None:
        """Show these runs; with the same rows as before, only what changed is said."""
        self._meet(runs)
        if [run.id for run in runs] != [run.id for run in self._runs]:
            self.beginResetModel()
            self._runs = list(runs)
            self.endResetModel()
            self._note_differences()
            self.shown_changed.emit()
            return
        before, self._runs = self._runs, list(runs)
        for row, (old, new) in enumerate(zip(before, self._runs, strict=True)):
            if old is not new and old != new:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
        self._note_differences()

    def show_waiting(self, waiting: Sequence[str]) -> None:
        """Say which runs wait for their turn, in order."""
        if self._waiting != tuple(waiting):
            self._waiting = tuple(waiting)
            self._say_all()

    def compare(self, run_ids: Collection[str]) -> None:
        """Compare these runs; fewer than two compare nothing."""
        compared = frozenset(run_ids) if len(run_ids) > 1 else frozenset()
        if compared != self._compared:
            self._compared = compared
            self._note_differences()
            self._say_all()
            self.shown_changed.emit()

    def _meet(self, runs: Sequence[Run]) -> None:
        """Give runs not seen before a colour; of many, only the newest get a tick."""
        fresh = [run.id for run in runs if run.id not in self._colours]
        self._hidden.update(fresh[_MOST_TICKED:])
        for run_id in reversed(fresh):
            self._colours[run_id] = len(self._colours)

    def _note_differences(self) -> None:
        compared = self.compared
        self._differing = frozenset(
            number
            for number, column in enumerate(COLUMNS)
            if column.is_choice and len({column.show(run) for run in compared}) > 1
        )

    def _say_all(self) -> None:
        if self._runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._runs) - 1, len(COLUMNS) - 1))

    def row_of(self, run_id: str) -> int:
        """The row of a run, -1 for none."""
        return next((row for row, run in enumerate(self._runs) if run.id == run_id), -1)

    def run_of(self, run_id: str) -> Run | None:
        """A run by its id."""
        return next((run for run in self._runs if run.id == run_id), None)

    def run_at(self, index: AnyIndex) -> Run | None:
        """The run at an index, None for an invalid one."""
        return self._runs[index.row()] if index.isValid() and index.row() < len(self._runs) else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of runs."""
        return 0 if parent is not None and parent.isValid() else len(self._runs)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return column.tip if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """The first column can be ticked and named."""
        flags = super().flags(index)
        if index.isValid() and index.column() == _RUN:
            flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, figures, the run itself under `RUN_ROLE`, what is sorted by under `SORT_ROLE`."""
        run = self.run_at(index)
        if run is None:
            return None
        column = index.column()
        if role == RUN_ROLE:
            return run
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(run, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == SORT_ROLE:
            return run.id if column == _RUN else COLUMNS[column].value(run)
        if role == Qt.ItemDataRole.ToolTipRole:
            return " ".join(part for part in (run.dataset, run.note, run.error or run.message) if part)
        return self._first(run, role) if column == _RUN else self._dress(run, column, role)

    def _first(self, run: Run, role: int) -> Any:
        """What only the first column has."""
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Unchecked if run.id in self._hidden else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.DecorationRole:
            return _dot(self.colour(run))
        return run.title if role == Qt.ItemDataRole.EditRole else None

    def _dress(self, run: Run, column: int, role: int) -> Any:
        """Colours of states; what compared runs differ in stands out."""
        if role == Qt.ItemDataRole.ForegroundRole and column == _STATE:
            return _state_colour(run)
        if role == Qt.ItemDataRole.FontRole and run.id in self._compared and column in self._differing:
            return _bold()
        return None

    def _text(self, run: Run, column: int) -> str:
        if column == _STATE and run.id in self._waiting and not run.is_live:
            return f"waits, {ordinal(self._waiting.index(run.id) + 1)}"
        return COLUMNS[column].show(run)

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick or untick a run; a name is told, and shown when it is written."""
        run = self.run_at(index)
        if run is None or index.column() != _RUN:
            return False
        if role == Qt.ItemDataRole.EditRole:
            if str(value).strip() != run.title:
                self.titled.emit(run.id, str(value).strip())
            return True
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        if Qt.CheckState(value) == Qt.CheckState.Checked:
            self._hidden.discard(run.id)
        else:
            self._hidden.add(run.id)
        cell = self.index(index.row(), _RUN)
        self.dataChanged.emit(cell, cell, [role])
        self.shown_changed.emit()
        return True


class RunsSorter(QSortFilterProxyModel):
    """Runs by any column; what has no figure there stands last, whichever way."""

    def __init__(self, model: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setSourceModel(model)
        self.setSortRole(SORT_ROLE)
        self.setDynamicSortFilter(True)

    def lessThan(self, left: AnyIndex, right: AnyIndex) -> bool:
        """Whether the left one comes first when rising."""
        a, b = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if a is None or b is None:
            falling = self.sortOrder() == Qt.SortOrder.DescendingOrder
            return (a is None and b is not None) if falling else (b is None and a is not None)
        return bool(a < b)


@lru_cache(maxsize=64)
def _dot(colour: str) -> QPixmap:
    """The colour of a run's curves."""
    result = QPixmap(24, 24)
    result.setDevicePixelRatio(2.0)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(1, 1, 10, 10)
    painter.end()
    return result


@lru_cache(maxsize=1)
def _bold() -> QFont:
    return theme.font(bold=True)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if COLUMNS[column].is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _state_colour(run: Run) -> QColor | None:
    tokens = theme.tokens()
    colours = {
        "running": tokens.accent,
        "paused": tokens.accent,
        "done": tokens.accepted,
        "failed": tokens.rejected,
    }
    return QColor(colours[run.state]) if run.state in colours else None
