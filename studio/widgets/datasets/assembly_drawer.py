"""The steps from loose pieces to drawings, in a drawer: most drawings have been through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from studio import theme
from studio.datasets.recipe_parameters import ASSEMBLY, STEPS, read
from studio.widgets import parts
from studio.widgets.parameter_row import ParameterRow

_CLOSED, _OPEN = "Assemble pieces first", "Pieces are assembled first"


class AssemblyDrawer(QWidget):
    """A switch for each step, with its numbers while it is on.

    Signals:
        switched: (path, value): a step is on with these numbers, or off with None.
        moved: (path, value): a number is another.
    """

    switched = Signal(str, object)
    moved = Signal(str, float)

    def __init__(self, filled: Mapping[str, Any], parent: QWidget | None = None) -> None:
        """Make it, closed.

        Args:
            filled: A recipe as JSON values in which every step is on: the numbers a step begins with.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._filled = filled
        self.fold = parts.button(_CLOSED, "down", "quiet")
        self.fold.setCheckable(True)
        self.fold.setToolTip("For strokes that come in pieces; traced drawings have been through it already")
        self.switches = {path: QCheckBox(name) for path, name in STEPS.items()}
        self.rows = {p.path: ParameterRow(p) for p in ASSEMBLY}
        inside = parts.column(spacing=theme.SPACE_4)
        for path, switch in self.switches.items():
            inside.addWidget(switch)
            switch.toggled.connect(self._on_switch_toggled)
            for row in self._rows_of(path):
                inside.addWidget(row)
        inside.addWidget(self.rows["assemble.pen_units"])
        for row in self.rows.values():
            row.moved.connect(self.moved)
        self._inside = QWidget()
        self._inside.setLayout(inside)
        self._inside.hide()
        self.setLayout(parts.column(self.fold, self._inside, spacing=theme.SPACE_4))
        self.fold.toggled.connect(self._inside.setVisible)

    def show_recipe(self, recipe: Mapping[str, Any]) -> None:
        """Show the steps of a recipe, silently; with one of them on, the drawer opens."""
        on = {path: read(recipe, path) is not None for path in STEPS}
        for path, switch in self.switches.items():
            switch.blockSignals(True)
            switch.setChecked(on[path])
            switch.blockSignals(False)
            for row in self._rows_of(path):
                row.setVisible(on[path])
        for path, row in self.rows.items():
            shown = recipe if on.get(path.rpartition(".")[0], True) else self._filled
            row.show_value(float(read(shown, path)), float(read(self._filled, path)))
        self.rows["assemble.pen_units"].setVisible(any(on.values()))
        self.fold.setText(_OPEN if any(on.values()) else _CLOSED)
        if any(on.values()):
            self.fold.setChecked(True)

    def _rows_of(self, step: str) -> list[ParameterRow]:
        """The numbers of a step; what is too small to be a drawing is asked where drawings are separated."""
        rows = [row for path, row in self.rows.items() if path.startswith(f"{step}.")]
        return [*rows, self.rows["min_area"]] if step == "assemble.separate" else rows

    def _on_switch_toggled(self, on: bool) -> None:
        path = next(path for path, switch in self.switches.items() if switch is self.sender())
        self.switched.emit(path, read(self._filled, path) if on else None)
