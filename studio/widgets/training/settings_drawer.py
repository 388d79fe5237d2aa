"""All settings of a run, by group, and a line to find one by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from engine.training.settings import TrainSettings
from studio import theme
from studio.training.training_parameters import GROUPS, MODEL_DEFAULTS, MODEL_SETTINGS, Value
from studio.widgets import parts
from studio.widgets.training.setting_row import SettingRow


@dataclass(frozen=True, slots=True)
class _Group:
    heading: QLabel
    rows: tuple[SettingRow, ...]


class SettingsDrawer(QWidget):
    """Rows that can be searched; those of the model come and go with it.

    Signals:
        changed: The artist set something.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: Mapping[str, Value] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a setting")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find a setting")
        self._nothing = parts.label("No setting is called that.", "caption")
        self._layout = parts.column(self.search, self._nothing, spacing=theme.SPACE_12)
        usual = asdict(TrainSettings())
        known = [one for one in MODEL_SETTINGS if one.key in MODEL_DEFAULTS]
        model = [SettingRow(one, MODEL_DEFAULTS[one.key]) for one in known]
        self._groups = [self._add_group("Model", model)]
        for name, group in GROUPS:
            self._groups.append(self._add_group(name, [SettingRow(one, usual[one.key]) for one in group]))
        self.model_rows = {row.setting.key: row for row in self._groups[0].rows}
        self.rows = {row.setting.key: row for group in self._groups[1:] for row in group.rows}
        self.setLayout(self._layout)
        self.search.textChanged.connect(self._on_search_text_changed)
        self._show_found()

    def _add_group(self, name: str, rows: list[SettingRow]) -> _Group:
        heading = parts.label(name, "heading")
        self._layout.addWidget(heading)
        for row in rows:
            self._layout.addWidget(row)
            row.changed.connect(self.changed)
        return _Group(heading, tuple(rows))

    @property
    def values(self) -> dict[str, Value]:
        """What is set otherwise than usual, of the training."""
        return {key: row.value for key, row in self.rows.items() if row.is_changed}

    @property
    def model_changes(self) -> dict[str, Value]:
        """What is set otherwise than the preset says, of the model."""
        rows = self.model_rows.items()
        return {key: row.value for key, row in rows if key in self._model and row.is_changed}

    def show_model(self, preset: Mapping[str, Value], changes: Mapping[str, Value]) -> None:
        """Show the settings of a model.

        Args:
            preset: Its whole configuration; empty where the model is not to be chosen.
            changes: What is set otherwise.
        """
        self._model = preset
        for key, value in preset.items():
            if key in self.model_rows:
                self.model_rows[key].show_value(changes.get(key, value), value)
        self._show_found()

    def show_values(self, values: Mapping[str, Value]) -> None:
        """Show these settings of the training, the others as usual."""
        usual = asdict(TrainSettings())
        for key, row in self.rows.items():
            row.show_value(values.get(key, usual[key]), usual[key])

    def _show_found(self) -> None:
        words, found_any = self.search.text(), False
        for group in self._groups:
            is_model = group is self._groups[0]
            there = [row for row in group.rows if not is_model or row.setting.key in self._model]
            found = [row for row in there if row.matches(words)]
            for row in group.rows:
                row.setVisible(row in found)
            group.heading.setVisible(bool(found))
            found_any = found_any or bool(found)
        self._nothing.setVisible(not found_any)

    def _on_search_text_changed(self, _text: str) -> None:
        self._show_found()
