"""What is drawn in the gallery: whose hand, which run, how freely, which throw of the dice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal, get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QPushButton, QSizePolicy, QSlider, QSpinBox, QWidget

from engine.jobs.runs import BASE
from studio import theme
from studio.models.runs import Run
from studio.widgets import parts

Source = Literal["machine", "kept", "sketchbook"]
SOURCES: tuple[Source, ...] = get_args(Source)
_NAMES: dict[Source, str] = {"machine": "Machine", "kept": "Kept", "sketchbook": "Sketchbook"}
_TIPS: dict[Source, str] = {
    "machine": "What a run draws",
    "kept": "The drawings you kept",
    "sketchbook": "Your own drawings, to compare",
}
COUNTS = (9, 16, 25, 36)
_LOW, _HIGH, _DEFAULT = 10, 120, 50
_LAST_SEED = 9999
_BAR_PX = 50


class GalleryBar(QWidget):
    """One row of choices.

    Signals:
        source_changed: Whose drawings: a `Source`.
        run_changed: The id of another run.
        changed: Variability, seed or number changed: draw again.
    """

    source_changed = Signal(str)
    run_changed = Signal(str)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources = QButtonGroup(self)
        self._runs = QComboBox()
        self._runs.setAccessibleName("Run")
        self._runs.setToolTip("Which run draws")
        self._runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(_LOW, _HIGH)
        self._slider.setValue(_DEFAULT)
        self._slider.setPageStep(10)
        self._slider.setMinimumWidth(90)
        self._slider.setMaximumWidth(240)
        self._slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._slider.setMinimumHeight(24)
        self._slider.setAccessibleName("Variability")
        self._slider.setToolTip("Variability: left the likeliest lines, right the wildest")
        self._value = parts.label("", "caption")
        self._seed = QSpinBox()
        self._seed.setRange(0, _LAST_SEED)
        self._seed.setFixedWidth(84)
        self._seed.lineEdit().setTextMargins(theme.SPACE_8, 0, 0, 0)
        self._seed.setAccessibleName("Seed")
        self._seed.setToolTip("The same seed draws the same drawings")
        self._dice = parts.tool("dice", "Others  (D)")
        self._count = QComboBox()
        self._count.setAccessibleName("How many")
        for count in COUNTS:
            self._count.addItem(f"{count} at once", count)
        self._count.setCurrentIndex(COUNTS.index(16))
        self._machine = QWidget()
        self._chance = QWidget()
        self._lay_out()
        self._sources.idToggled.connect(self._on_sources_toggled)
        self._runs.currentIndexChanged.connect(self._on_runs_changed)
        self._slider.valueChanged.connect(self._on_slider_changed)
        self._seed.valueChanged.connect(self._on_chance_changed)
        self._count.currentIndexChanged.connect(self._on_chance_changed)
        self._dice.clicked.connect(self.roll)
        self._show_value()

    def _lay_out(self) -> None:
        choices = parts.row(spacing=theme.SPACE_4)
        for number, source in enumerate(SOURCES):
            choice = QPushButton(_NAMES[source])
            choice.setCheckable(True)
            choice.setChecked(number == 0)
            choice.setToolTip(_TIPS[source])
            choice.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._sources.addButton(choice, number)
            choices.addWidget(choice)
        machine = parts.row(self._runs, theme.SPACE_8, parts.label("Variability", "caption"))
        machine.addWidget(self._slider, 1)
        machine.addWidget(self._value)
        machine.addStretch(0)
        self._machine.setLayout(machine)
        self._chance.setLayout(parts.row(parts.label("Seed", "caption"), self._seed, self._dice, self._count))
        layout = parts.row(spacing=theme.SPACE_16)
        layout.addLayout(choices)
        layout.addWidget(self._machine, 1)
        layout.addStretch(0)
        layout.addWidget(self._chance)
        layout.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        self.setLayout(layout)
        self.setFixedHeight(_BAR_PX)

    @property
    def source(self) -> Source:
        """Whose drawings are shown."""
        return SOURCES[self._sources.checkedId()]

    @property
    def run_id(self) -> str:
        """The chosen run; empty for none."""
        return str(self._runs.currentData() or "")

    @property
    def temperature(self) -> float:
        """The variability."""
        return self._slider.value() / 100.0

    @property
    def seed(self) -> int:
        """The throw of the dice."""
        return self._seed.value()

    @property
    def count(self) -> int:
        """How many drawings."""
        return int(self._count.currentData())

    def set_source(self, source: Source) -> None:
        """Show other drawings, as if the artist had chosen them."""
        self._sources.button(SOURCES.index(source)).setChecked(True)

    def set_choices_visible(self, visible: bool) -> None:
        """Hide what would choose among nothing."""
        self._machine.setVisible(visible and self.source == "machine")
        self._chance.setVisible(visible and self.source != "kept")

    def show_runs(self, runs: Sequence[Run], *, choose: str = "") -> None:
        """Offer these runs, silently; the chosen one stays unless another is named."""
        wanted = choose or self.run_id
        self._runs.blockSignals(True)
        texts = [_run_text(run) for run in runs]
        if [self._runs.itemText(k) for k in range(self._runs.count())] != texts:
            self._runs.clear()
            for text, run in zip(texts, runs, strict=True):
                self._runs.addItem(text, run.id)
        found = next((k for k, run in enumerate(runs) if run.id == wanted), 0 if runs else -1)
        self._runs.setCurrentIndex(found)
        self._runs.blockSignals(False)

    def roll(self) -> None:
        """Throw the dice."""
        self._seed.setValue((self._seed.value() + random.randrange(1, _LAST_SEED)) % (_LAST_SEED + 1))

    def _show_value(self) -> None:
        self._value.setText(f"{self.temperature:.2f}")

    def _on_sources_toggled(self, number: int, checked: bool) -> None:
        if checked:
            source = SOURCES[number]
            self.set_choices_visible(True)
            self.source_changed.emit(source)

    def _on_runs_changed(self, _index: int) -> None:
        self.run_changed.emit(self.run_id)

    def _on_slider_changed(self, _value: int) -> None:
        self._show_value()
        self.changed.emit()

    def _on_chance_changed(self, _value: int) -> None:
        self.changed.emit()


def _run_text(run: Run) -> str:
    """What the list says: the artist's name for a run, else what it learnt from."""
    return run.title if run.id == BASE else f"{run.id}   {run.title or run.dataset}"
