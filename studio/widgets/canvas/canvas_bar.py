"""Who answers the pen, how freely, how many ways and how far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QSlider, QWidget

from studio import theme
from studio.widgets import parts
from studio.widgets.choices import Number
from studio.widgets.gallery.weights_choice import WeightsChoice

FUTURES, AHEAD = (1, 64), (5, 120)
_LOW, _HIGH, _DEFAULT = 10, 120, 50
_BAR_PX, _NUMBER_PX = 50, 104


class CanvasBar(QWidget):
    """One row of choices, and two numbers that find room elsewhere.

    Signals:
        weights_changed: The `Weights` the artist chose.
        changed: Variability, number or look-ahead changed: ask again.
        begin_wanted: Begin from something else.
        manner_wanted: Show how else the machine draws.

    Attributes:
        weights: Who draws.
        begin: The button of `begin_wanted`.
        numbers: How many futures and how far, for where there is room.
        manner: The button of `manner_wanted`.
    """

    weights_changed = Signal(object)
    changed = Signal()
    begin_wanted = Signal()
    manner_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.begin = parts.button("Begin from…", "add", tip="A fresh sheet, a kept drawing, one of yours")
        self.begin.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.weights = WeightsChoice()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(_LOW, _HIGH)
        self._slider.setValue(_DEFAULT)
        self._slider.setPageStep(10)
        self._slider.setMinimumWidth(80)
        self._slider.setMaximumWidth(220)
        self._slider.setMinimumHeight(24)
        self._slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._slider.setAccessibleName("Variability")
        self._slider.setToolTip("Variability: left the likeliest lines, right the wildest")
        self._value = parts.label("", "caption")
        self._futures = Number("Futures", FUTURES, decimals=0, step=1)
        self._futures.setToolTip("How many ways the line may go on")
        self._ahead = Number("Look ahead", AHEAD, unit=" points", decimals=0, step=5)
        self._ahead.setToolTip("How many points the machine looks ahead")
        for number in (self._futures, self._ahead):
            number.setFixedWidth(_NUMBER_PX)
        self._futures.set_value(8)
        self._ahead.set_value(40)
        self.manner = parts.tool("tune", "How else it draws: top-p, lifts, era", focus=False)
        self.numbers = QWidget()
        self._lay_out()
        self._slider.valueChanged.connect(self._on_slider_changed)
        self._futures.chosen.connect(self.changed)
        self._ahead.chosen.connect(self.changed)
        self.weights.changed.connect(self.weights_changed)
        self.begin.clicked.connect(self.begin_wanted)
        self.manner.clicked.connect(self.manner_wanted)
        self._show_value()

    def _lay_out(self) -> None:
        layout = parts.row(self.begin, theme.SPACE_8, self.weights, theme.SPACE_8)
        layout.addWidget(parts.label("Variability", "caption"))
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._value)
        layout.addWidget(self.manner)
        layout.addStretch(0)
        layout.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        self.setLayout(layout)
        self.setFixedHeight(_BAR_PX)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        for row, (name, number) in enumerate((("Futures", self._futures), ("Look ahead", self._ahead))):
            grid.addWidget(parts.label(name), row, 0)
            grid.addWidget(number, row, 1)
        self.numbers.setLayout(grid)

    @property
    def variability(self) -> float:
        """Near 0 the likeliest lines, 1 as the data."""
        return self._slider.value() / 100.0

    @property
    def futures(self) -> int:
        """How many."""
        return round(self._futures.value())

    @property
    def ahead(self) -> int:
        """Points of each."""
        return round(self._ahead.value())

    def to_json(self) -> dict[str, Any]:
        """The choices, for the next evening."""
        return {"variability": self._slider.value(), "futures": self.futures, "ahead": self.ahead}

    def restore(self, view: Mapping[str, Any]) -> None:
        """Choose as `to_json` said, silently; what is not understood is left as it is."""
        for widget, name in ((self._futures, "futures"), (self._ahead, "ahead")):
            if isinstance(view.get(name), int):
                widget.set_value(view[name])
        if isinstance(view.get("variability"), int):
            self._slider.blockSignals(True)
            self._slider.setValue(view["variability"])
            self._slider.blockSignals(False)
            self._show_value()

    def _show_value(self) -> None:
        self._value.setText(f"{self.variability:.2f}")

    def _on_slider_changed(self, _value: int) -> None:
        self._show_value()
        self.changed.emit()
