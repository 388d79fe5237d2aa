"""What both machines that are compared have in common: how freely, which throw of the dice, how many."""

from __future__ import annotations

import random
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSlider, QSpinBox, QWidget

from studio import icons, theme
from studio.gallery import manner as manners
from studio.gallery.manner import Manner
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.gallery.manner_panel import MannerPanel

COUNTS = (9, 16, 25)
_LOW, _HIGH = 10, 120
_LAST_SEED = 9999


class TwinBar(QWidget):
    """One row of choices.

    Signals:
        changed: Draw again: `manner` or `count` is another.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._manner = manners.recall()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(_LOW, _HIGH)
        self._slider.setPageStep(10)
        self._slider.setMinimumWidth(90)
        self._slider.setMaximumWidth(240)
        self._slider.setMinimumHeight(24)
        self._slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._slider.setValue(round(self._manner.variability * 100))
        self._slider.setAccessibleName("Variability")
        self._slider.setToolTip("Variability of both: left the likeliest lines, right the wildest")
        self._value = parts.label("", "caption")
        self._tune = parts.tool("tune", "How both draw: choice, spread, length, where the pen begins")
        self._words = ElidedLabel("caption")
        self._seed = QSpinBox()
        self._seed.setRange(0, _LAST_SEED)
        self._seed.setFixedWidth(84)
        self._seed.lineEdit().setTextMargins(theme.SPACE_8, 0, 0, 0)
        self._seed.setAccessibleName("Seed")
        self._seed.setToolTip("Both begin with the same seeds, at the same places")
        self._dice = parts.tool("dice", "Others  (D)")
        self._count = QComboBox()
        self._count.setAccessibleName("How many")
        for count in COUNTS:
            self._count.addItem(f"{count} each", count)
        self.panel = MannerPanel(self)
        layout = parts.row(parts.label("Variability", "caption"), spacing=theme.SPACE_8)
        layout.addWidget(self._slider, 2)
        layout.addWidget(self._value)
        layout.addWidget(self._tune)
        layout.addWidget(self._words, 3)
        for widget in (parts.label("Seed", "caption"), self._seed, self._dice, self._count):
            layout.addWidget(widget)
        self.setLayout(layout)
        self._slider.valueChanged.connect(self._on_choices_changed)
        self._seed.valueChanged.connect(self._on_choices_changed)
        self._count.currentIndexChanged.connect(self._on_choices_changed)
        self._dice.clicked.connect(self.roll)
        self._tune.clicked.connect(self._on_tune_clicked)
        self.panel.changed.connect(self._on_panel_changed)
        self._say()

    @property
    def manner(self) -> Manner:
        """How both draw; the era is each side's own."""
        return replace(
            self._manner, variability=self._slider.value() / 100.0, seed=self._seed.value(), era=-1
        )

    @property
    def count(self) -> int:
        """How many drawings on each side."""
        return int(self._count.currentData())

    def roll(self) -> None:
        """Throw the dice."""
        self._seed.setValue((self._seed.value() + random.randrange(1, _LAST_SEED)) % (_LAST_SEED + 1))

    def _say(self) -> None:
        self._value.setText(f"{self.manner.variability:.2f}")
        words = self._manner.in_words()
        self._words.setText(" · ".join(words))
        self._tune.setIcon(icons.icon("tune", "accent" if words else "text"))

    def _on_choices_changed(self, _value: int) -> None:
        self._say()
        self.changed.emit()

    def _on_tune_clicked(self) -> None:
        self.panel.show_manner(self.manner)
        self.panel.open_at(self._tune)

    def _on_panel_changed(self, chosen: Manner) -> None:
        self._manner = chosen
        manners.remember(chosen)
        self._say()
        self.changed.emit()
