"""The curves of several runs, and what they run over."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QWidget

from studio import theme
from studio.widgets import parts
from studio.widgets.training.loss_plot import AXES, LossPlot

_LEGEND = "strong: held out     thin: learnt from, smoothed"


class CurvesCard(QFrame):
    """A card with the plot; over it the legend and the choice of the axis.

    Signals:
        axis_changed: The artist chose what the curves run over.
    """

    axis_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.plot = LossPlot()
        self.axes = QButtonGroup(self)
        head = parts.row(parts.label(_LEGEND, "caption"), 0, spacing=theme.SPACE_4)
        head.setContentsMargins(theme.SPACE_8, theme.SPACE_4, theme.SPACE_4, 0)
        for number, name in enumerate(AXES):
            button = QPushButton(name.capitalize())
            button.setProperty("role", "small")
            button.setCheckable(True)
            button.setToolTip(f"Draw the curves over {AXES[name]}")
            self.axes.addButton(button, number)
            head.addWidget(button)
        layout = parts.column(spacing=0, margins=theme.SPACE_4)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)
        self.setLayout(layout)
        self.axes.button(0).setChecked(True)
        self.axes.idClicked.connect(self._on_axes_clicked)

    def set_axis(self, name: str) -> None:
        """Choose what the curves run over; an unknown name changes nothing."""
        if name in AXES:
            self.axes.button(list(AXES).index(name)).setChecked(True)
            self.plot.set_axis(name)

    def _on_axes_clicked(self, number: int) -> None:
        self.plot.set_axis(list(AXES)[number])
        self.axis_changed.emit()
