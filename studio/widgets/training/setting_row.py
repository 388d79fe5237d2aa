"""One parameter of a run: its name, a field for its value, its meaning, the way back to the usual value."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from studio import theme
from studio.training.training_parameters import Setting, Value
from studio.widgets import parts

FIELD_PX = 108


class _Whole(QSpinBox):
    """The wheel scrolls the form, not the values it happens to pass over."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Number(QDoubleSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def textFromValue(self, value: float) -> str:
        """As many decimals as say something."""
        return f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".") or "0"


class _Choice(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SettingRow(QWidget):
    """A field with its meaning below.

    Signals:
        changed: The artist set another value.
    """

    changed = Signal()

    def __init__(self, setting: Setting, default: Value, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._default = default
        self._name = parts.label(setting.name)
        self.field = _make_field(setting, default)
        self.field.setAccessibleName(setting.name)
        self.reset = parts.tool("undo", f"{setting.name}: back to what is usual", size_px=14)
        self.reset.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        meaning = parts.label(setting.meaning, "caption", wrap=True)
        head = parts.row(self._name, 0, self.reset, self.field, spacing=theme.SPACE_4)
        layout = parts.column(spacing=2)
        layout.addLayout(head)
        layout.addWidget(meaning)
        self.setLayout(layout)
        self.reset.clicked.connect(self._on_reset_clicked)
        if isinstance(self.field, QCheckBox):
            self.field.toggled.connect(self._on_field_changed)
        elif isinstance(self.field, QComboBox):
            self.field.currentIndexChanged.connect(self._on_field_changed)
        else:
            self.field.valueChanged.connect(self._on_field_changed)
        self.show_value(default, default)

    @property
    def value(self) -> Value:
        """What is set."""
        if isinstance(self.field, QCheckBox):
            return self.field.isChecked()
        return self.field.currentText() if isinstance(self.field, QComboBox) else self.field.value()

    @property
    def is_changed(self) -> bool:
        """Whether that is not what is usual."""
        return self.value != self._default

    def matches(self, words: str) -> bool:
        """Whether it is what somebody looks for."""
        text = f"{self.setting.name} {self.setting.key} {self.setting.meaning}".lower()
        return all(word in text for word in words.lower().split())

    def show_value(self, value: Value, default: Value) -> None:
        """Show a value, silently.

        Args:
            value: To show.
            default: What is usual.
        """
        self._default = default
        self.field.blockSignals(True)
        if isinstance(self.field, QCheckBox):
            self.field.setChecked(bool(value))
        elif isinstance(self.field, QComboBox):
            self.field.setCurrentText(str(value))
        elif isinstance(self.field, QSpinBox):
            self.field.setValue(int(value))
        else:
            self.field.setValue(float(value))
        self.field.blockSignals(False)
        self._show_difference()

    def _show_difference(self) -> None:
        self.reset.setVisible(self.is_changed)
        self._name.setFont(theme.font(bold=self.is_changed))

    def _on_field_changed(self) -> None:
        self._show_difference()
        self.changed.emit()

    def _on_reset_clicked(self) -> None:
        self.show_value(self._default, self._default)
        self.changed.emit()


def _make_field(setting: Setting, default: Value) -> QCheckBox | QComboBox | QSpinBox | QDoubleSpinBox:
    if isinstance(default, bool):
        return QCheckBox()
    if setting.choices:
        choice = _Choice()
        choice.addItems(list(setting.choices))
        choice.setFixedWidth(FIELD_PX)
        return choice
    field: _Whole | _Number
    if setting.decimals:
        field = _Number()
        field.setDecimals(setting.decimals)
        field.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        field.setRange(setting.low, setting.high)
    else:
        field = _Whole()
        field.setRange(int(setting.low), int(setting.high))
        field.setGroupSeparatorShown(True)
    field.setSpecialValueText(setting.zero)
    dress_number(field)
    return field


def dress_number(field: QSpinBox | QDoubleSpinBox) -> None:
    """Width and margins that all number fields of the form have; a number counts when it is written."""
    field.setFixedWidth(FIELD_PX)
    field.lineEdit().setTextMargins(theme.SPACE_8, 0, 0, 0)
    field.setKeyboardTracking(False)
