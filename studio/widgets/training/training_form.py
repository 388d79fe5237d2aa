"""What an artist chooses before a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.training.settings import TrainSettings
from studio import icons, theme
from studio.training.training_parameters import MINUTES, STEPS, preset_values
from studio.widgets import parts
from studio.widgets.training.model_choice import ModelChoice, StartChoice
from studio.widgets.training.setting_row import dress_number
from studio.widgets.training.settings_drawer import SettingsDrawer

_ENDS = (MINUTES, STEPS)
_USUAL_STEPS = 2000
_ESTIMATE_PX = 54


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
    """Dataset, model, time, and the settings behind them; what it will take stands beside Start.

    Signals:
        start_wanted: (dataset id, settings): begin a run.
        dataset_wanted: None of these: make one.
        changed: Another dataset or setting is chosen.
    """

    start_wanted = Signal(str, object)
    dataset_wanted = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.datasets = QComboBox()
        self.datasets.setAccessibleName("Dataset")
        self._facts = parts.label("", "caption", wrap=True)
        self._fresh = parts.button(
            "Make another dataset", "datasets", tip="Choose drawings in the Datasets pane"
        )
        self.choice = ModelChoice()
        self._ends = QButtonGroup(self)
        self.length = QSpinBox()
        self._lengths = [round(TrainSettings().minutes), _USUAL_STEPS]
        self._length_meaning = parts.label("", "caption", wrap=True)
        self._more = parts.button("All settings", "down", "quiet")
        self._more.setCheckable(True)
        self.drawer = SettingsDrawer()
        self.drawer.setVisible(False)
        self._estimate = parts.label("", "caption", wrap=True)
        self._start = parts.button("Start training", "play", "primary")
        self._lay_out()
        self._show_model({})
        self._show_end(0)
        self._connect_parts()

    def _lay_out(self) -> None:
        content = parts.column(parts.label("New run", "title"), theme.SPACE_4, margins=theme.SPACE_16)
        content.addWidget(parts.label("Learn from", "heading"))
        content.addWidget(self.datasets)
        content.addWidget(self._facts)
        content.addWidget(self._fresh)
        content.addSpacing(theme.SPACE_8)
        content.addWidget(self.choice)
        content.addSpacing(theme.SPACE_8)
        content.addLayout(self._length_row())
        content.addWidget(self._length_meaning)
        content.addSpacing(theme.SPACE_4)
        content.addWidget(self._more)
        content.addWidget(self.drawer)
        content.addStretch(1)
        inside = QWidget()
        inside.setLayout(content)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        # One height, whatever is known: the button must not jump under the pointer.
        self._estimate.setFixedHeight(_ESTIMATE_PX)
        self._estimate.setAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        foot = parts.column(self._estimate, self._start)
        foot.setContentsMargins(theme.SPACE_16, theme.SPACE_8, theme.SPACE_16, theme.SPACE_16)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(parts.rule())
        layout.addLayout(foot)

    def _length_row(self) -> QVBoxLayout:
        row = parts.row(spacing=theme.SPACE_4)
        for number, end in enumerate(_ENDS):
            button = QPushButton(end.name)
            button.setProperty("role", "tight")
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._ends.addButton(button, number)
            row.addWidget(button, 1)
        dress_number(self.length)
        self.length.setGroupSeparatorShown(True)
        row.addWidget(self.length)
        whole = parts.column(parts.label("How long", "heading"))
        whole.addLayout(row)
        return whole

    def _connect_parts(self) -> None:
        self.datasets.currentIndexChanged.connect(self._on_datasets_changed)
        self._fresh.clicked.connect(self.dataset_wanted)
        self.choice.changed.connect(self._on_choice_changed)
        self._ends.idClicked.connect(self._on_ends_clicked)
        self.length.valueChanged.connect(self._on_length_changed)
        self.drawer.changed.connect(self.changed)
        self._more.toggled.connect(self._on_more_toggled)
        self._start.clicked.connect(self._on_start_clicked)

    # -- what is chosen --------------------------------------------------------------------------------

    @property
    def dataset(self) -> str:
        """The id of the chosen dataset; empty for none."""
        return self._dataset().id if self.datasets.count() else ""

    @property
    def n_drawings(self) -> int:
        """How many drawings that dataset has to learn from."""
        return self._dataset().drawings if self.datasets.count() else 0

    @property
    def settings(self) -> dict[str, Any]:
        """The chosen settings, as the engine's training settings name them; what is usual is left out."""
        start = self.choice.start_from
        changes = {} if start else self.drawer.model_changes
        chosen = {
            "model": self.choice.model,
            "model_changes": changes,
            "start_from": start,
            _ENDS[self._ends.checkedId()].key: self.length.value(),
        }
        return {key: value for key, value in (chosen | self.drawer.values).items() if value not in ("", {})}

    def show_settings(self, settings: Mapping[str, Any]) -> None:
        """Choose what these settings of a run say."""
        self.choice.show_model(str(settings.get("model", "")))
        self.choice.choose_start(str(settings.get("start_from", "")))
        self._show_model(settings.get("model_changes") or {})
        self.drawer.show_values(settings)
        end = 1 if settings.get("steps") else 0
        self._lengths[end] = round(settings.get(_ENDS[end].key) or self._lengths[end])
        self._ends.button(end).setChecked(True)
        self._show_end(end)
        if self.drawer.values or self.drawer.model_changes:
            self._more.setChecked(True)
        self.changed.emit()

    def choose_dataset(self, dataset_id: str) -> None:
        """Choose a dataset, if it is there."""
        known = [self.datasets.itemData(k).id for k in range(self.datasets.count())]
        if dataset_id in known:
            self.datasets.setCurrentIndex(known.index(dataset_id))

    # -- what is offered -------------------------------------------------------------------------------

    def show_datasets(self, datasets: Sequence[DatasetChoice]) -> None:
        """Offer these, newest first; the chosen one stays chosen."""
        wanted = self.dataset
        if [self.datasets.itemData(k) for k in range(self.datasets.count())] == list(datasets):
            return
        self.datasets.blockSignals(True)
        self.datasets.clear()
        for one in datasets:
            self.datasets.addItem(one.id, one)
        self.choose_dataset(wanted)
        self.datasets.blockSignals(False)
        self._on_datasets_changed(0)

    def show_starts(self, starts: Sequence[StartChoice]) -> None:
        """Offer to start from these."""
        self.choice.show_starts(starts)

    def show_room(self, *, starts_now: bool) -> None:
        """Say whether a run begins at once or waits for its turn."""
        self._start.setText("Start training" if starts_now else "Add to the queue")

    def show_estimate(self, sentence: str) -> None:
        """Say what it will take, in up to three lines."""
        self._estimate.setText(sentence)

    def _dataset(self) -> DatasetChoice:
        chosen = self.datasets.currentData()
        return chosen if isinstance(chosen, DatasetChoice) else DatasetChoice("", 0, 0)

    def _show_model(self, changes: Mapping[str, Any]) -> None:
        chosen = {} if self.choice.start_from else preset_values(self.choice.model)
        self.drawer.show_model(chosen, changes)

    def _show_end(self, number: int) -> None:
        end = _ENDS[number]
        self.length.blockSignals(True)
        self.length.setRange(int(end.low), int(end.high))
        self.length.setValue(self._lengths[number])
        self.length.setSingleStep(1 if number == 0 else 100)
        self.length.setAccessibleName(end.name)
        self.length.blockSignals(False)
        self._length_meaning.setText(end.meaning)

    def _on_datasets_changed(self, _index: int) -> None:
        chosen = self._dataset()
        words = f"{chosen.drawings:,} drawings, {chosen.points:,} points to learn from"
        self._facts.setText(words if chosen.id else "")
        self._start.setEnabled(bool(chosen.id))
        self.changed.emit()

    def _on_choice_changed(self) -> None:
        self._show_model({})
        self.changed.emit()

    def _on_ends_clicked(self, number: int) -> None:
        self._show_end(number)
        self.changed.emit()

    def _on_length_changed(self, value: int) -> None:
        self._lengths[self._ends.checkedId()] = value
        self.changed.emit()

    def _on_more_toggled(self, open_: bool) -> None:
        self.drawer.setVisible(open_)
        self._more.setText("Fewer settings" if open_ else "All settings")
        self._more.setIcon(icons.icon("up" if open_ else "down"))

    def _on_start_clicked(self) -> None:
        self.start_wanted.emit(self.dataset, self.settings)
