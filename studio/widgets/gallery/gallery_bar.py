"""What the gallery shows: which view, whose hand, which machine, how freely, which throw of the dice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSlider, QSpinBox, QWidget

from studio import icons, theme
from studio.gallery import manner as manners
from studio.gallery.manner import Manner
from studio.gallery.order import SERIES, SERIES_ROWS, Order
from studio.gallery.weights import Weights
from studio.widgets import parts
from studio.widgets.gallery.manner_panel import MannerPanel
from studio.widgets.gallery.segments import Segments
from studio.widgets.gallery.weights_choice import WeightsChoice

Source = Literal["machine", "kept", "sketchbook"]
SOURCES: tuple[Source, ...] = get_args(Source)
_NAMES: dict[Source, str] = {"machine": "Machine", "kept": "Kept", "sketchbook": "Sketchbook"}
_TIPS: dict[Source, str] = {
    "machine": "What a run draws",
    "kept": "The drawings you kept",
    "sketchbook": "Your own drawings, to compare",
}
COUNTS = (9, 16, 25, 36, 49, 64)
_SERIES = 0
_LOW, _HIGH, _DEFAULT = 10, 120, 50
_LAST_SEED = 9999
_ROW_PX = 46


class GalleryBar(QWidget):
    """Two rows: what is looked at and who draws; how it is drawn.

    Signals:
        view_changed: The number of another view.
        source_changed: Whose drawings: a `Source`.
        weights_changed: Another machine, or another state of it: `Weights`.
        changed: How it is drawn, seed or number changed: draw again.
    """

    view_changed = Signal(int)
    source_changed = Signal(str)
    weights_changed = Signal(object)
    changed = Signal()

    def __init__(self, views: Sequence[str], parent: QWidget | None = None) -> None:
        """`views` are the titles of the views, that of the grid first."""
        super().__init__(parent)
        self._manner = manners.recall()
        self._has_choices = True
        self._views = Segments(views, [f"The view {title}" for title in views])
        self._sources = Segments([_NAMES[one] for one in SOURCES], [_TIPS[one] for one in SOURCES])
        self.weights = WeightsChoice()
        self.panel = MannerPanel(self)
        self._slider = _slider()
        self._value = parts.label("", "caption")
        self._value.setFixedWidth(28)
        self._tune = parts.tool("tune", "How it draws, beyond variability", focus=False)
        self._seed = _seed()
        self._dice = parts.tool("dice", "Others  (D)", focus=False)
        self._count = QComboBox()
        self._head, self._machine, self._chance, self._foot = QWidget(), QWidget(), QWidget(), QWidget()
        self._lay_out()
        self._connect()
        self._show_manner()

    def _lay_out(self) -> None:
        self._count.setAccessibleName("How many")
        for count in COUNTS:
            self._count.addItem(f"{count} at once", count)
        self._count.addItem("Series", _SERIES)
        self._count.setItemData(
            len(COUNTS),
            "The same thoughts, from the likeliest lines to the wildest",
            Qt.ItemDataRole.ToolTipRole,
        )
        self._count.setCurrentIndex(COUNTS.index(16))
        rule = parts.rule(vertical=True)
        self._head.setLayout(parts.row(rule, self._sources, 0, self.weights, spacing=theme.SPACE_16))
        top = parts.row(self._views, spacing=theme.SPACE_16)
        top.addWidget(self._head, 1)
        top.addStretch(0)
        top.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        machine = parts.row(parts.label("Variability", "caption"))
        machine.addWidget(self._slider, 1)
        machine.addWidget(self._value)
        machine.addWidget(self._tune)
        machine.addStretch(0)
        self._machine.setLayout(machine)
        self._chance.setLayout(parts.row(parts.label("Seed", "caption"), self._seed, self._dice, self._count))
        low = parts.row(spacing=theme.SPACE_24)
        low.addWidget(self._machine, 1)
        low.addStretch(0)
        low.addWidget(self._chance)
        low.setContentsMargins(theme.SPACE_16, 0, theme.SPACE_12, theme.SPACE_8)
        self._foot.setLayout(low)
        layout = parts.column(spacing=0)
        layout.addLayout(top)
        layout.addWidget(self._foot)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self._views.chosen.connect(self._on_views_chosen)
        self._sources.chosen.connect(self._on_sources_chosen)
        self.weights.changed.connect(self._on_weights_changed)
        self._slider.valueChanged.connect(self._on_slider_changed)
        self._seed.valueChanged.connect(self._on_chance_changed)
        self._count.currentIndexChanged.connect(self._on_chance_changed)
        self._dice.clicked.connect(self.roll)
        self._tune.clicked.connect(self._on_tune_clicked)
        self.panel.changed.connect(self._on_panel_changed)

    @property
    def view(self) -> int:
        """The number of the view in sight."""
        return self._views.current

    @property
    def source(self) -> Source:
        """Whose drawings are shown."""
        return SOURCES[self._sources.current]

    @property
    def run_id(self) -> str:
        """The chosen run; empty for none."""
        chosen = self.weights.current
        return chosen.run_id if chosen is not None else ""

    @property
    def manner(self) -> Manner:
        """How it is drawn."""
        return replace(self._manner, variability=self._slider.value() / 100.0, seed=self.seed)

    @property
    def seed(self) -> int:
        """The throw of the dice."""
        return self._seed.value()

    @property
    def is_series(self) -> bool:
        """Whether the same thoughts are drawn more and more freely."""
        return int(self._count.currentData()) == _SERIES

    @property
    def count(self) -> int:
        """How many drawings."""
        return self.order.count

    @property
    def order(self) -> Order:
        """What to ask a machine for."""
        if self.is_series:
            return Order(SERIES_ROWS, self.manner, SERIES)
        return Order(int(self._count.currentData()), self.manner)

    def set_view(self, number: int) -> None:
        """Show another view, as if the artist had chosen it."""
        self._views.set_chosen(number)

    def set_source(self, source: Source) -> None:
        """Show other drawings, as if the artist had chosen them."""
        self._sources.set_chosen(SOURCES.index(source))

    def set_series(self, *, on: bool = True) -> None:
        """Draw a series, or 16, as if the artist had chosen it."""
        self._count.setCurrentIndex(self._count.findData(_SERIES if on else 16))

    def set_choices_visible(self, visible: bool) -> None:
        """Hide what would choose among nothing."""
        self._has_choices = visible
        self._arrange()

    def show_weights(self, weights: Sequence[Weights], choose: str = "") -> None:
        """Offer these machines, silently; the chosen one stays unless another run or file is named."""
        self.weights.show_weights(weights, choose)
        self._show_eras()
        self._arrange()

    def roll(self) -> None:
        """Throw the dice."""
        self._seed.setValue((self._seed.value() + random.randrange(1, _LAST_SEED)) % (_LAST_SEED + 1))

    def _arrange(self) -> None:
        """Only what has something to say stands there."""
        in_grid, source = self.view == 0, self.source
        self._head.setVisible(in_grid)
        self.weights.setVisible(source == "machine" and self.weights.current is not None)
        self._machine.setVisible(source == "machine")
        self._chance.setVisible(source != "kept")
        self._foot.setVisible(in_grid and self._has_choices and source != "kept")
        self._slider.setEnabled(not self.is_series)
        self._value.setEnabled(not self.is_series)

    def _show_eras(self) -> None:
        chosen = self.weights.current
        eras = chosen.eras if chosen is not None else ()
        self._manner = self._manner.among(len(eras))
        self.panel.show_eras(eras)
        self._show_manner()

    def _show_manner(self) -> None:
        self._value.setText(f"{self._slider.value() / 100.0:.2f}")
        words = self._manner.in_words()
        self._tune.setIcon(icons.icon("tune", "accent" if words else "text"))
        touched = f": {', '.join(words)}" if words else ", beyond variability"
        self._tune.setToolTip(f"How it draws{touched}")

    def _on_views_chosen(self, number: int) -> None:
        self._arrange()
        self.view_changed.emit(number)

    def _on_sources_chosen(self, number: int) -> None:
        self.set_choices_visible(True)
        self.source_changed.emit(SOURCES[number])

    def _on_weights_changed(self, weights: Weights) -> None:
        self._show_eras()
        self.weights_changed.emit(weights)

    def _on_slider_changed(self, _value: int) -> None:
        self._show_manner()
        self.changed.emit()

    def _on_chance_changed(self, _value: int) -> None:
        self._arrange()
        self.changed.emit()

    def _on_tune_clicked(self) -> None:
        self.panel.show_manner(self.manner)
        self.panel.open_at(self._tune)

    def _on_panel_changed(self, manner: Manner) -> None:
        self._manner = manner
        manners.remember(manner)
        self._show_manner()
        self.changed.emit()


def _slider() -> QSlider:
    result = QSlider(Qt.Orientation.Horizontal)
    result.setRange(_LOW, _HIGH)
    result.setValue(_DEFAULT)
    result.setPageStep(10)
    result.setMinimumWidth(120)
    result.setMaximumWidth(420)
    result.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    result.setMinimumHeight(24)
    result.setAccessibleName("Variability")
    result.setToolTip("Variability: left the likeliest lines, right the wildest")
    return result


def _seed() -> QSpinBox:
    result = QSpinBox()
    result.setRange(0, _LAST_SEED)
    result.setFixedWidth(84)
    result.lineEdit().setTextMargins(theme.SPACE_8, 0, 0, 0)
    result.setAccessibleName("Seed")
    result.setToolTip("The same seed draws the same drawings")
    return result
