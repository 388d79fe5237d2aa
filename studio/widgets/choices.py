"""Values to choose from, in plain words, and numbers, with the same few signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSizePolicy, QWidget

from studio import theme


class Choices(QComboBox):
    """A list of values. The wheel scrolls the form, not the values it happens to pass over.

    Signals:
        chosen: The artist chose another one.
    """

    chosen = Signal()

    def __init__(self, name: str, options: Sequence[tuple[Any, str]], parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            name: What is chosen.
            options: Values and the words for them.
            parent: Owner.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self._values = [value for value, _ in options]
        self.addItems([words for _, words in options])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._on_activated)

    @property
    def value(self) -> Any:
        """What is chosen."""
        return self._values[self.currentIndex()]

    def set_value(self, value: Any) -> None:
        """Choose, silently; a value that is not offered changes nothing."""
        if value in self._values:
            self.setCurrentIndex(self._values.index(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what lies around."""
        event.ignore()

    def _on_activated(self, _index: int) -> None:
        self.chosen.emit()


class Number(QDoubleSpinBox):
    """A number with its unit; no more decimals than say something. The wheel scrolls the form.

    Signals:
        chosen: The artist set another one.
    """

    chosen = Signal()

    def __init__(
        self,
        name: str,
        bounds: tuple[float, float],
        *,
        unit: str = "",
        decimals: int = 1,
        step: float = 0.5,
        zero: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make it.

        Args:
            name: What the number is.
            bounds: The least and the greatest.
            unit: What stands behind it.
            decimals: At most so many.
            step: Of the arrows.
            zero: What the least number is called.
            parent: Owner.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setDecimals(decimals)
        self.setRange(*bounds)
        self.setSingleStep(step)
        self.setSuffix(unit)
        self.setSpecialValueText(zero)
        self.setKeyboardTracking(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(72)
        self.lineEdit().setTextMargins(theme.SPACE_4, 0, 0, 0)
        self.valueChanged.connect(self._on_value_changed)

    def set_value(self, value: float) -> None:
        """Show a number, silently."""
        self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(False)

    def textFromValue(self, value: float) -> str:
        """`4`, `1.5`."""
        return f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".") if self.decimals() else f"{value:.0f}"

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what lies around."""
        event.ignore()

    def _on_value_changed(self, _value: float) -> None:
        self.chosen.emit()
