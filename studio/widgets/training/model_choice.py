"""Which model is to learn: fresh of a family and size, or on from what has learnt before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QPushButton, QWidget

from engine.jobs.runs import BASE
from engine.models.registry import DEFAULT_MODEL, DEFAULT_PRESET, FAMILIES, ModelFamily
from studio import theme
from studio.widgets import parts

_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class StartChoice:
    """Where the weights may come from.

    Attributes:
        key: As `TrainSettings.start_from`.
        title: What the list says.
        meaning: What it comes to, in a line.
    """

    key: str
    title: str
    meaning: str


FRESH = StartChoice("", "Nothing: fresh weights", "")


class ModelChoice(QWidget):
    """Start, family, size. Until something is chosen, the base model is proposed, where it is offered.

    Signals:
        changed: Another is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.starts = QComboBox()
        self.starts.setAccessibleName("Start from")
        self._start_meaning = parts.label("", "caption", wrap=True)
        self.families = QComboBox()
        self.families.setAccessibleName("Model")
        for key, kind in FAMILIES.items():
            self.families.addItem(kind.title, key)
        self._family_meaning = parts.label("", "caption", wrap=True)
        self.sizes = QButtonGroup(self)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.SPACE_4)
        self._size_meaning = parts.label("", "caption", wrap=True)
        self._fresh = QWidget()
        self._lay_out()
        self._is_chosen = False
        self.show_starts(())
        self._show(DEFAULT_MODEL)
        self.families.currentIndexChanged.connect(self._on_families_changed)
        self.starts.currentIndexChanged.connect(self._on_starts_changed)
        self.sizes.idClicked.connect(self._on_sizes_clicked)

    def _lay_out(self) -> None:
        fresh = parts.column(parts.label("Model", "heading"), self.families, self._family_meaning)
        fresh.addLayout(self._grid)
        fresh.addWidget(self._size_meaning)
        self._fresh.setLayout(fresh)
        layout = parts.column(parts.label("Start from", "heading"), self.starts, self._start_meaning)
        layout.addSpacing(theme.SPACE_8)
        layout.addWidget(self._fresh)
        self.setLayout(layout)

    @property
    def start_from(self) -> str:
        """As `TrainSettings.start_from`."""
        return str(self.starts.currentData().key)

    @property
    def family(self) -> str:
        """The chosen family."""
        return str(self.families.currentData())

    @property
    def model(self) -> str:
        """`family/preset`."""
        return f"{self.family}/{self._presets()[self.sizes.checkedId()]}"

    def show_starts(self, starts: Sequence[StartChoice]) -> None:
        """Offer these besides fresh weights; the chosen one stays chosen."""
        offered = [FRESH, *starts]
        if [self.starts.itemData(k) for k in range(self.starts.count())] == offered:
            return
        before = self.start_from if self.starts.count() else ""
        self.starts.blockSignals(True)
        self.starts.clear()
        for one in offered:
            self.starts.addItem(one.title, one)
        self._show_start(before if self._is_chosen else BASE)
        self.starts.blockSignals(False)
        self.starts.setEnabled(bool(starts))
        if self.start_from != before:
            self.changed.emit()

    def choose_start(self, key: str) -> None:
        """Choose where the weights come from; what is not offered is fresh."""
        self._is_chosen = True
        self._show_start(key)

    def show_model(self, model: str) -> None:
        """Choose `family` or `family/preset`; what there is not leaves the choice as it is."""
        self._is_chosen = True
        self._show(model)

    def _show(self, model: str) -> None:
        family, _, preset = model.partition("/")
        if family not in FAMILIES:
            return
        self.families.blockSignals(True)
        self.families.setCurrentIndex(list(FAMILIES).index(family))
        self.families.blockSignals(False)
        self._show_family(preset or DEFAULT_PRESET)

    def _kind(self) -> ModelFamily:
        return FAMILIES[self.family]

    def _presets(self) -> list[str]:
        return list(self._kind().presets)

    def _show_family(self, preset: str) -> None:
        self._family_meaning.setText(self._kind().meaning)
        for button in self.sizes.buttons():
            self.sizes.removeButton(button)
            self._grid.removeWidget(button)
            button.deleteLater()
        names = self._presets()
        for number, name in enumerate(names):
            button = QPushButton(self._kind().presets[name].title)
            button.setProperty("role", "tight")
            button.setCheckable(True)
            self.sizes.addButton(button, number)
            self._grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
            button.setChecked(name == preset or (number == 0 and preset not in names))
        self._show_size()

    def _show_size(self) -> None:
        self._size_meaning.setText(self._kind().presets[self._presets()[self.sizes.checkedId()]].meaning)

    def _show_start(self, key: str) -> None:
        known = [self.starts.itemData(k).key for k in range(self.starts.count())]
        self.starts.setCurrentIndex(known.index(key) if key in known else 0)
        self._show_meaning()

    def _show_meaning(self) -> None:
        start = self.starts.currentData()
        self._start_meaning.setText(start.meaning)
        self._start_meaning.setVisible(bool(start.meaning))
        self._fresh.setVisible(not start.key)

    def _on_families_changed(self, _index: int) -> None:
        self._is_chosen = True
        before = self.sizes.checkedId()
        names = self._presets()
        self._show_family(names[before] if 0 <= before < len(names) else DEFAULT_PRESET)
        self.changed.emit()

    def _on_sizes_clicked(self, _number: int) -> None:
        self._is_chosen = True
        self._show_size()
        self.changed.emit()

    def _on_starts_changed(self, _index: int) -> None:
        self._is_chosen = True
        self._show_meaning()
        self.changed.emit()
