"""What is drawn between two drawings, or around one: which way, how many, who draws, how freely."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from studio import theme
from studio.gallery.between import Way
from studio.gallery.weights import Weights
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.gallery.weights_choice import WeightsChoice

Mode = Literal["between", "varied"]
COUNTS = (8, 15, 24)
LEAST_STEPS, MOST_STEPS = 3, 16
_LAST_SEED = 9999
_ROW_PX = 40
_SLIDER_PX = 130
_MODES: tuple[tuple[Mode, str, str], ...] = (
    ("between", "Steps", "From drawing A to drawing B"),
    ("varied", "Variations", "Drawings like A"),
)
_WAYS: tuple[tuple[Way, str, str], ...] = (
    ("code", "By the machine", "The machine draws each step from a mixture of both codes"),
    ("shape", "By shape", "Lines turn into lines; no run is needed"),
)
_SHAPE_SAID = "Each line goes to the line it is most like, and turns into it."
_NO_CODES = (
    "By the machine needs a run that reads whole drawings into codes: "
    "train a Sketchformer, or a SketchRNN as VAE."
)
_NO_RUN = "No run can draw yet: one learns from your drawings in Training."


class BetweenBar(QWidget):
    """Two rows: what is wanted, and who draws it.

    Signals:
        mode_changed: Steps or variations.
        changed: Anything else: draw again.
        export_wanted: The button of files; `export` is where its menu hangs.
    """

    mode_changed = Signal()
    changed = Signal()
    export_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: list[Weights] = []
        self._with_codes: set[str] = set()
        self._wish: Way = "code"
        self._modes, modes = _choice(self, _MODES)
        self._ways, ways = _choice(self, _WAYS)
        self._way_row = QWidget()
        self._way_row.setLayout(ways)
        self._steps = _number("Steps", LEAST_STEPS, MOST_STEPS, 7, "So many drawings between A and B")
        self._steps.setSuffix(" steps")
        self._count = QComboBox()
        self._count.setAccessibleName("How many")
        for count in COUNTS:
            self._count.addItem(f"{count} at once", count)
        self._count.setCurrentIndex(1)
        self._amount, self._amount_text, self._amount_row = _slider(
            "How far", 0, 100, 40, "How far they go: left the drawing itself, right any drawing"
        )
        self.weights = WeightsChoice()
        self._variability, self._variability_text, self._freely = _slider(
            "Variability", 5, 120, 20, "Variability: left the likeliest lines, right the wildest"
        )
        self._seed = _number("Seed", 0, _LAST_SEED, 0, "The same seed draws the same drawings")
        self._dice = parts.tool("dice", "Drawn another time  (R)")
        self._chance = QWidget()
        self._chance.setLayout(parts.row(parts.label("Seed", "caption"), self._seed, self._dice))
        self._said = ElidedLabel("caption")
        self.export: QToolButton = parts.tool("export", "Files of what lies here")
        self._lay_out(modes)
        self._connect()
        self._modes.button(0).setChecked(True)
        self._show_all()

    def _lay_out(self, modes: Any) -> None:
        above = parts.row(spacing=theme.SPACE_16)
        above.addLayout(modes)
        above.addWidget(parts.rule(vertical=True))
        for widget in (self._way_row, self._steps, self._amount_row, self._count):
            above.addWidget(widget)
        above.addStretch(1)
        above.addWidget(self.export)
        below = parts.row(self.weights, spacing=theme.SPACE_16)
        below.addWidget(self._freely)
        below.addWidget(self._chance)
        below.addWidget(self._said, 1)
        below.addStretch(0)
        rows = [QWidget(), QWidget()]
        for row, layout in zip(rows, (above, below), strict=True):
            layout.setContentsMargins(theme.SPACE_16, 0, theme.SPACE_12, 0)
            row.setLayout(layout)
            row.setFixedHeight(_ROW_PX)
        self.setLayout(parts.column(*rows, spacing=0, margins=theme.SPACE_4))

    def _connect(self) -> None:
        self._modes.idToggled.connect(self._on_modes_toggled)
        self._ways.idClicked.connect(self._on_ways_clicked)
        self._steps.valueChanged.connect(self._on_value_changed)
        self._seed.valueChanged.connect(self._on_value_changed)
        self._amount.valueChanged.connect(self._on_value_changed)
        self._variability.valueChanged.connect(self._on_value_changed)
        self._count.currentIndexChanged.connect(self._on_value_changed)
        self.weights.changed.connect(self._on_value_changed)
        self._dice.clicked.connect(self.roll)
        self.export.clicked.connect(self.export_wanted)

    @property
    def mode(self) -> Mode:
        """What is wanted."""
        return _MODES[max(self._modes.checkedId(), 0)][0]

    @property
    def way(self) -> Way:
        """How one goes from A to B."""
        return self._wish if self._with_codes else "shape"

    @property
    def steps(self) -> int:
        """How many drawings between A and B."""
        return self._steps.value()

    @property
    def count(self) -> int:
        """How many variations."""
        return int(self._count.currentData())

    @property
    def amount(self) -> float:
        """How far they go, 0 to 1."""
        return self._amount.value() / 100.0

    @property
    def needs_machine(self) -> bool:
        """Whether a run draws what is wanted."""
        return self.mode == "varied" or self.way == "code"

    def options(self) -> dict[str, Any]:
        """For the sampler."""
        return {"variability": self._variability.value() / 100.0, "seed": self._seed.value()}

    def set_mode(self, mode: Mode) -> None:
        """As if the artist had chosen it."""
        self._modes.button([one[0] for one in _MODES].index(mode)).setChecked(True)

    def set_way(self, way: Way) -> None:
        """As if the artist had chosen it."""
        self._ways.button([one[0] for one in _WAYS].index(way)).click()

    def show_weights(self, weights: Sequence[Weights], with_codes: set[str], choose: str = "") -> None:
        """Offer these, silently.

        Args:
            weights: All that can draw.
            with_codes: Ids of the runs that read drawings into codes.
            choose: The run to prefer.
        """
        self._weights, self._with_codes = list(weights), with_codes
        self._show_all(choose)

    def roll(self) -> None:
        """Another seed."""
        self._seed.setValue((self._seed.value() + random.randrange(1, _LAST_SEED)) % (_LAST_SEED + 1))

    def _show_all(self, choose: str = "") -> None:
        between, machine = self.mode == "between", self.needs_machine
        self._way_row.setVisible(between)
        self._steps.setVisible(between)
        self._amount_row.setVisible(not between)
        self._count.setVisible(not between)
        for number, (way, _, _) in enumerate(_WAYS):
            self._ways.button(number).setChecked(way == self.way)
        self._ways.button(0).setEnabled(bool(self._with_codes))
        can = [one for one in self._weights if not between or one.run_id in self._with_codes]
        self.weights.show_weights(can, choose if any(one.run_id == choose for one in can) else "")
        for widget in (self.weights, self._freely, self._chance):
            widget.setVisible(machine and bool(can))
        self._said.setText(self._sentence(bool(can)))
        self._said.setVisible(bool(self._said.text()))
        self._amount_text.setText(f"{self.amount:.2f}")
        self._variability_text.setText(f"{self._variability.value() / 100:.2f}")

    def _sentence(self, can_draw: bool) -> str:
        if self.mode == "varied":
            return "" if can_draw else _NO_RUN
        if self.way == "code":
            return ""
        return _SHAPE_SAID if self._with_codes else f"{_SHAPE_SAID} {_NO_CODES}"

    def _on_modes_toggled(self, _number: int, checked: bool) -> None:
        if checked:
            self._show_all()
            self.mode_changed.emit()

    def _on_ways_clicked(self, number: int) -> None:
        self._wish = _WAYS[number][0]
        self._on_value_changed()

    def _on_value_changed(self, *_value: object) -> None:
        self._show_all()
        self.changed.emit()


def _choice(owner: QWidget, options: Sequence[tuple[str, str, str]]) -> tuple[QButtonGroup, Any]:
    group, row = QButtonGroup(owner), parts.row(spacing=theme.SPACE_4)
    for number, (_, title, tip) in enumerate(options):
        button = QPushButton(title)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        group.addButton(button, number)
        row.addWidget(button)
    return group, row


def _number(name: str, least: int, most: int, value: int, tip: str) -> QSpinBox:
    result = QSpinBox()
    result.setRange(least, most)
    result.setValue(value)
    result.setFixedWidth(92)
    result.lineEdit().setTextMargins(theme.SPACE_4, 0, 0, 0)
    result.setAccessibleName(name)
    result.setToolTip(tip)
    return result


def _slider(name: str, least: int, most: int, value: int, tip: str) -> tuple[QSlider, Any, QWidget]:
    """A slider of hundredths with its name and its number."""
    slider, text, whole = QSlider(Qt.Orientation.Horizontal), parts.label("0.00", "caption"), QWidget()
    slider.setRange(least, most)
    slider.setValue(value)
    slider.setPageStep(10)
    slider.setMinimumHeight(24)
    slider.setFixedWidth(_SLIDER_PX)
    slider.setAccessibleName(name)
    slider.setToolTip(tip)
    text.setFixedWidth(text.sizeHint().width() + theme.SPACE_4)
    whole.setLayout(parts.row(parts.label(name, "caption"), slider, text))
    whole.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return slider, text, whole
