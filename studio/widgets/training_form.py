"""What an artist chooses before a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio import theme
from studio.widgets import parts


@dataclass(frozen=True, slots=True)
class Preset:
    """A size of model.

    Attributes:
        model: What the engine calls it.
        name: What the button says.
        meaning: Whom it is for.
    """

    model: str
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One number the artist may change.

    Attributes:
        key: Field of the engine's training settings.
        name: What it is called.
        meaning: What it does, in a line.
        default: As the engine has it.
        low: Smallest.
        high: Largest.
        decimals: 0 for whole numbers.
        automatic: At its lowest value it is not set at all, and the engine takes what suits the model.
    """

    key: str
    name: str
    meaning: str
    default: float
    low: float
    high: float
    decimals: int = 0
    automatic: bool = False


PRESETS = (
    Preset("sketchrnn/quick", "Quick", "A small memory: shows a likeness within minutes on any computer."),
    Preset("sketchrnn/standard", "Standard", "Twice the memory, about three times slower: for an evening."),
    Preset("sketchrnn/large", "Large", "Two layers: for a graphics card, or a night."),
)
MINUTES = Setting(
    "minutes", "Minutes", "It saves as it goes; stop and resume whenever you like.", 10, 1, 2880
)
SETTINGS = (
    Setting("batch_size", "Drawings a step", "More is steadier and slower.", 32, 1, 512),
    Setting("learning_rate", "Learning rate", "Higher learns faster, too high forgets.", 0, 0, 0.1, 4, True),
    Setting("max_points", "Longest drawing", "Points; longer ones are learnt up to here.", 300, 20, 2000),
    Setting("seed", "Seed", "The same seed makes the same run.", 0, 0, 1_000_000),
)


@dataclass(frozen=True, slots=True)
class DatasetChoice:
    """A dataset in the list.

    Attributes:
        id: `NAME/vNNN`.
        drawings: How many drawings it trains on.
        points: How many points they have.
    """

    id: str
    drawings: int
    points: int


class TrainingForm(QWidget):
    """Dataset, size, time, and the numbers behind them.

    Signals:
        start_wanted: (dataset id, settings): begin a run.
        dataset_wanted: Make a new dataset version of the accepted drawings.
    """

    start_wanted = Signal(str, object)
    dataset_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._datasets = QComboBox()
        self._datasets.setAccessibleName("Dataset")
        self._facts = parts.label("", "caption", wrap=True)
        self._fresh = parts.button("", "add", tip="Freeze the accepted drawings as they are now")
        self._presets = QButtonGroup(self)
        self._meaning = parts.label("", "caption", wrap=True)
        self._fields: dict[str, QSpinBox | QDoubleSpinBox] = {}
        self._more = parts.button("More settings", "down", "quiet")
        self._more.setCheckable(True)
        self._drawer = QWidget()
        self._drawer.setVisible(False)
        self._start = parts.button("Start training", "play", "primary")
        self._lay_out()
        self._datasets.currentIndexChanged.connect(self._on_datasets_changed)
        self._fresh.clicked.connect(self.dataset_wanted)
        self._presets.idToggled.connect(self._on_presets_toggled)
        self._more.toggled.connect(self._on_more_toggled)
        self._start.clicked.connect(self._on_start_clicked)
        self._presets.button(0).setChecked(True)

    def _lay_out(self) -> None:
        sizes = parts.row(spacing=theme.SPACE_4)
        for number, preset in enumerate(PRESETS):
            choice = QPushButton(preset.name)
            choice.setCheckable(True)
            self._presets.addButton(choice, number)
            sizes.addWidget(choice, 1)
        content = parts.column(parts.label("New run", "title"), theme.SPACE_4, margins=theme.SPACE_16)
        content.addWidget(parts.label("Learn from", "heading"))
        content.addWidget(self._datasets)
        content.addWidget(self._facts)
        content.addWidget(self._fresh)
        content.addSpacing(theme.SPACE_8)
        content.addWidget(parts.label("Size", "heading"))
        content.addLayout(sizes)
        content.addWidget(self._meaning)
        content.addSpacing(theme.SPACE_8)
        self._add(content, MINUTES)
        content.addSpacing(theme.SPACE_4)
        content.addWidget(self._more)
        drawer = parts.column(spacing=theme.SPACE_8)
        for setting in SETTINGS:
            self._add(drawer, setting)
        self._drawer.setLayout(drawer)
        content.addWidget(self._drawer)
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        foot = parts.column(self._start, margins=theme.SPACE_16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(parts.rule())
        layout.addLayout(foot)

    def _add(self, layout: QVBoxLayout, setting: Setting) -> None:
        field = QDoubleSpinBox() if setting.decimals else QSpinBox()
        if isinstance(field, QDoubleSpinBox):
            field.setDecimals(setting.decimals)
            field.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
            field.setRange(setting.low, setting.high)
            field.setValue(setting.default)
        else:
            field.setRange(int(setting.low), int(setting.high))
            field.setValue(int(setting.default))
        field.setFixedWidth(104)
        field.lineEdit().setTextMargins(theme.SPACE_8, 0, 0, 0)
        field.setAccessibleName(setting.name)
        if setting.automatic:
            field.setSpecialValueText("automatic")
        self._fields[setting.key] = field
        layout.addLayout(parts.row(parts.label(setting.name, "heading"), 0, field))
        layout.addWidget(parts.label(setting.meaning, "caption", wrap=True))

    @property
    def dataset(self) -> str:
        """The id of the chosen dataset; empty for none."""
        return str(self._datasets.currentData().id) if self._datasets.count() else ""

    @property
    def settings(self) -> dict[str, Any]:
        """The chosen settings, as the engine's training settings name them."""
        preset = PRESETS[self._presets.checkedId()]
        chosen = {s.key: self._fields[s.key].value() for s in (MINUTES, *SETTINGS)}
        unset = {s.key for s in SETTINGS if s.automatic and chosen[s.key] == s.low}
        return {"model": preset.model} | {key: value for key, value in chosen.items() if key not in unset}

    def show_datasets(self, datasets: Sequence[DatasetChoice], *, choose: str = "") -> None:
        """Offer these, newest first; the chosen one stays chosen unless another is named."""
        wanted = choose or self.dataset
        if [self._datasets.itemData(k) for k in range(self._datasets.count())] == list(datasets):
            return
        self._datasets.blockSignals(True)
        self._datasets.clear()
        for one in datasets:
            self._datasets.addItem(one.id, one)
        found = next((k for k, one in enumerate(datasets) if one.id == wanted), 0)
        self._datasets.setCurrentIndex(found)
        self._datasets.blockSignals(False)
        self._on_datasets_changed(found)

    def show_drawings(self, count: int, *, busy: bool) -> None:
        """How many drawings a new dataset version would be made from."""
        self._fresh.setText("Making a dataset…" if busy else f"New version from {count} drawings")
        self._fresh.setEnabled(not busy)
        self._fresh.setVisible(count > 0)

    def _on_datasets_changed(self, _index: int) -> None:
        chosen = self._datasets.currentData()
        if isinstance(chosen, DatasetChoice):
            self._facts.setText(f"{chosen.drawings:,} drawings, {chosen.points:,} points to learn from")
        self._start.setEnabled(bool(self.dataset))

    def _on_presets_toggled(self, number: int, checked: bool) -> None:
        if checked:
            self._meaning.setText(PRESETS[number].meaning)

    def _on_more_toggled(self, open_: bool) -> None:
        self._drawer.setVisible(open_)
        self._more.setText("Fewer settings" if open_ else "More settings")

    def _on_start_clicked(self) -> None:
        self.start_wanted.emit(self.dataset, self.settings)
