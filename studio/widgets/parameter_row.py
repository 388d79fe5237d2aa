"""One parameter: its name, its value, a slider, and the way back to the default."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from studio import theme
from studio.tracing.trace_parameters import Parameter
from studio.widgets import parts


class _Slider(QSlider):
    """The wheel scrolls the panel, not the values it happens to pass over."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ParameterRow(QWidget):
    """A slider with its figure.

    Signals:
        moved: (path, value) after the artist's own moves.
    """

    moved = Signal(str, float)

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._default = parameter.low
        self._name = parts.label(parameter.name)
        self._figure = parts.label("", "muted")
        self.reset = parts.tool("undo", f"{parameter.name}: back to the default", size_px=14)
        self.reset.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.slider = _Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, parameter.notches)
        self.slider.setPageStep(max(parameter.notches // 10, 1))
        self.slider.setMinimumHeight(20)
        self.slider.setAccessibleName(parameter.name)
        self.setToolTip(parameter.tip)
        head = parts.row(self._name, 0, self._figure, self.reset, spacing=theme.SPACE_4)
        layout = parts.column(spacing=0)
        layout.addLayout(head)
        layout.addWidget(self.slider)
        self.setLayout(layout)
        self.slider.valueChanged.connect(self._on_slider_value_changed)
        self.reset.clicked.connect(self._on_reset_clicked)

    def show_value(self, value: float, default: float) -> None:
        """Show a value, silently."""
        self._default = default
        self.slider.blockSignals(True)
        self.slider.setValue(self.parameter.notch_of(value))
        self.slider.blockSignals(False)
        self._show_figure(value)

    def _show_figure(self, value: float) -> None:
        differs = abs(value - self._default) > 1e-9
        self._figure.setText(self.parameter.text_of(value))
        self.reset.setVisible(differs)
        self._name.setFont(theme.font(bold=differs))

    def _on_slider_value_changed(self, notch: int) -> None:
        value = self.parameter.value_of(notch)
        self._show_figure(value)
        self.moved.emit(self.parameter.path, value)

    def _on_reset_clicked(self) -> None:
        self.show_value(self._default, self._default)
        self.moved.emit(self.parameter.path, self._default)
