"""What a run drew at each look, from its first scribble to now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QSlider, QWidget

from studio import theme
from studio.models.samples import Sample, SamplesModel
from studio.widgets import parts
from studio.widgets.sample_grid import SampleGrid

Drawn = tuple[int, Path]
_SLIDER_PX = 20


class SampleHistory(QWidget):
    """The drawings of one step, and a slider over the steps. At its right end it follows what comes.

    Signals:
        wanted: (step, file): drawings to be read; `show_samples` shows them.
    """

    wanted = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = SamplesModel(self)
        self._run_id = ""
        self._history: tuple[Drawn, ...] = ()
        self._shown: Drawn | None = None
        self._title = parts.label("", "caption")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumHeight(_SLIDER_PX)
        self.slider.setAccessibleName("Drawings over time")
        self.slider.setToolTip("How the hand was learnt: from the first drawings to the newest")
        self.grid = SampleGrid(self.model)
        self.grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = parts.column(self._title, self.slider, spacing=theme.SPACE_4)
        layout.addWidget(self.grid, 1)
        self.setLayout(layout)
        self.slider.valueChanged.connect(self._on_slider_changed)
        self._show_title()

    @property
    def is_complete(self) -> bool:
        """Whether the drawings of the chosen step are shown."""
        return self._shown == self._at()

    def show_history(self, run_id: str, history: Sequence[Drawn]) -> None:
        """Show a run's looks; the same run keeps its place, unless that is the newest."""
        followed = run_id != self._run_id or self.slider.value() >= len(self._history) - 1
        self._run_id, self._history = run_id, tuple(history)
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(len(self._history) - 1, 0))
        if followed:
            self.slider.setValue(self.slider.maximum())
        self.slider.blockSignals(False)
        self.slider.setVisible(len(self._history) > 1)
        self._want()

    def show_samples(self, step: int, file: Path, samples: Sequence[Sample]) -> None:
        """Show what was read, if it is still wanted."""
        if self._at() == (step, file):
            self._shown = (step, file)
            self.model.show(samples)

    def _at(self) -> Drawn | None:
        return self._history[min(self.slider.value(), len(self._history) - 1)] if self._history else None

    def _want(self) -> None:
        at = self._at()
        self._show_title()
        if at is None:
            self._shown = None
            self.model.show([])
        elif at != self._shown:
            self.wanted.emit(*at)

    def _show_title(self) -> None:
        at = self._at()
        if at is None:
            self._title.setText("It has drawn nothing yet")
            return
        look = f", look {self.slider.value() + 1} of {len(self._history)}" if len(self._history) > 1 else ""
        self._title.setText(f"Drawn at step {at[0]:,}{look}")

    def _on_slider_changed(self, _value: int) -> None:
        self._want()
