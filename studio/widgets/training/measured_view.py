"""What was measured of a run, beside what real drawings get."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from studio import theme
from studio.models.measured import Figure, FigureGroup, figures_of, measured_text
from studio.models.runs import Run
from studio.widgets import parts

_NOT_YET = (
    "Not measured yet. Measure reads the drawings held out, lets it draw 500 of its own, and holds those "
    "against real ones."
)
_BUSY = "Measuring… the strip below says how far it is, and stops it."
_NUMBER_PX, _HEAD_PX = 50, 28
_APART = "worse"
_APART_TIP = "Worse than real drawings by more than chance. No single figure tells whether a run is good."


class MeasuredView(QScrollArea):
    """A row a figure: its name and meaning, the run's, and that of real drawings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[FigureGroup, ...], str] | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def show_run(self, run: Run | None, *, busy: bool) -> None:
        """Show what was measured of a run, or how it comes to be."""
        groups = figures_of(run.evaluation) if run is not None else ()
        if busy:
            words = _BUSY
        else:
            words = measured_text(run.evaluation, run.best_step) if run is not None and groups else _NOT_YET
        if (groups, words) != self._shown:
            self._shown = (groups, words)
            self.setWidget(_table(groups, words))


def _table(groups: tuple[FigureGroup, ...], words: str) -> QWidget:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.SPACE_8)
    grid.setVerticalSpacing(theme.SPACE_8)
    grid.setColumnStretch(0, 1)
    for group in groups:
        _add_head(grid, group)
        for figure in group.figures:
            _add_figure(grid, figure)
    layout = parts.column(parts.label(words, "caption", wrap=True), spacing=theme.SPACE_12)
    layout.setContentsMargins(0, 0, theme.SPACE_12, theme.SPACE_8)
    layout.addLayout(grid)
    layout.addStretch(1)
    table = QWidget()
    table.setLayout(layout)
    table.setAutoFillBackground(False)
    return table


def _add_head(grid: QGridLayout, group: FigureGroup) -> None:
    row = grid.rowCount()
    grid.setRowMinimumHeight(row, _HEAD_PX)
    grid.addWidget(parts.label(group.title, "heading", wrap=True), row, 0, Qt.AlignmentFlag.AlignBottom)
    real = "real ones" if any(figure.real for figure in group.figures) else ""
    for column, title in enumerate(("this run", real), start=1):
        grid.addWidget(_number(title, "caption"), row, column, Qt.AlignmentFlag.AlignBottom)


def _add_figure(grid: QGridLayout, figure: Figure) -> None:
    row = grid.rowCount()
    meaning = parts.label(figure.meaning, "caption", wrap=True)
    grid.addLayout(parts.column(parts.label(figure.title, wrap=True), meaning, spacing=0), row, 0)
    value = parts.column(_number(figure.value, "error" if figure.is_suspect else ""), spacing=0)
    if figure.is_suspect:
        mark = _number(_APART, "caution")
        mark.setToolTip(_APART_TIP)
        value.addWidget(mark)
    grid.addLayout(value, row, 1, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(_number(figure.real, "muted"), row, 2, Qt.AlignmentFlag.AlignTop)


def _number(text: str, role: str) -> QLabel:
    label = parts.label(text, role)
    label.setMinimumWidth(_NUMBER_PX)
    label.setAlignment(Qt.AlignmentFlag.AlignRight)
    return label
