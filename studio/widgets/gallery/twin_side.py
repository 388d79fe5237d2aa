"""One of two machines that are compared: who it is, what it draws."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QWidget

from studio import theme
from studio.gallery.twins import Twin, facts_of
from studio.gallery.weights import Weights
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.gallery.manner_form import era_text
from studio.widgets.gallery.weights_choice import WeightsChoice
from studio.widgets.sample_grid import SampleGrid


class TwinSide(QFrame):
    """Lists to choose a machine from, its facts, its grid.

    Signals:
        changed: Another machine, or another of its eras.
    """

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it; `name` is `Left` or `Right`."""
        super().__init__(parent)
        self.twin = Twin(self)
        self.choice = WeightsChoice()
        self.grid = SampleGrid(self.twin.model)
        self.grid.setAccessibleName(f"{name} drawings")
        self._eras = QComboBox()
        self._eras.setAccessibleName(f"{name} era")
        self._eras.setToolTip("In the manner of which group of sketchbooks")
        self._eras.setMinimumContentsLength(8)
        self._eras.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._facts = ElidedLabel("caption")
        self._figures = ElidedLabel("caption")
        head = parts.row(self.choice, self._eras, 0, spacing=theme.SPACE_8)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addLayout(head)
        layout.addWidget(self._facts)
        layout.addWidget(self._figures)
        layout.addWidget(self.grid, 1)
        layout.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_12, 0)
        self.setLayout(layout)
        self._eras.hide()
        self.choice.changed.connect(self._on_choice_changed)
        self._eras.activated.connect(self._on_eras_activated)
        self.twin.told.connect(self._show_words)

    @property
    def era(self) -> int:
        """The chosen era; -1 leaves it open."""
        data = self._eras.currentData()
        return -1 if data is None else int(data)

    def show_weights(self, weights: Sequence[Weights], choose: str = "", era: int = -1) -> None:
        """Offer machines, silently; see `WeightsChoice.show_weights`. `era` is for one that is named."""
        before = self.era
        self.choice.show_weights(weights, choose)
        self._show_eras(era if choose else before)

    def _show_eras(self, chosen: int) -> None:
        weights = self.choice.current
        eras = weights.eras if weights is not None else ()
        self._eras.clear()
        self._eras.addItem("Any era", -1)
        for number, books in enumerate(eras):
            self._eras.addItem(f"Era {era_text(number, books)}", number)
        self._eras.setCurrentIndex(max(self._eras.findData(chosen), 0))
        self._eras.setVisible(bool(eras))
        self._show_words()

    def _show_words(self) -> None:
        weights, twin = self.choice.current, self.twin
        self._facts.setText(facts_of(weights) if weights is not None else "")
        figures = twin.figures.in_words() if twin.figures is not None else ""
        self._figures.setText(twin.state or figures)

    def _on_choice_changed(self, _weights: Weights) -> None:
        self._show_eras(self.era)
        self.changed.emit()

    def _on_eras_activated(self, _index: int) -> None:
        self.changed.emit()
