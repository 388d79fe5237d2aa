"""Who draws: which run, and which of its saved states."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from studio import theme
from studio.gallery.weights import Weights
from studio.widgets import parts


class WeightsChoice(QWidget):
    """Two lists; the second hides where a run has saved one state only.

    Signals:
        changed: The `Weights` the artist chose.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: list[Weights] = []
        self._runs = _list("Run", "Which run draws")
        self._states = _list(
            "State of the run", "Which of its saved states draws: the best on held-out drawings, or another"
        )
        self.setLayout(parts.row(self._runs, self._states, spacing=theme.SPACE_8))
        self._states.hide()
        self._runs.activated.connect(self._on_runs_activated)
        self._states.activated.connect(self._on_states_activated)

    @property
    def current(self) -> Weights | None:
        """What is chosen; None where nothing is offered."""
        chosen = self._states.currentData()
        return chosen if isinstance(chosen, Weights) else None

    def show_weights(self, weights: Sequence[Weights], choose: str = "") -> None:
        """Offer these, silently.

        Args:
            weights: Those of a run side by side, as `weights_of` lists them.
            choose: The id of a run, or the path of a checkpoint; empty: what was chosen stays if it can.
        """
        before = self.current
        self._weights = list(weights)
        runs = {one.run_id: one.title for one in self._weights}
        if [self._runs.itemText(k) for k in range(self._runs.count())] != list(runs.values()):
            self._runs.clear()
            for run_id, title in runs.items():
                self._runs.addItem(title, run_id)
        wanted = choose or (str(before.file) if before is not None else "")
        fallback = before.run_id if before is not None and not choose else ""
        self._choose(self._find(wanted) or self._find(fallback) or next(iter(self._weights), None))

    def choose(self, wanted: str) -> bool:
        """Choose, silently, by the id of a run or the path of a checkpoint. Returns whether it is there."""
        found = self._find(wanted)
        if found is not None:
            self._choose(found)
        return found is not None

    def _find(self, wanted: str) -> Weights | None:
        return next((one for one in self._weights if wanted in (one.run_id, str(one.file))), None)

    def _choose(self, chosen: Weights | None) -> None:
        self._runs.setCurrentIndex(-1 if chosen is None else self._runs.findData(chosen.run_id))
        self._states.clear()
        of_run = [one for one in self._weights if chosen is not None and one.run_id == chosen.run_id]
        for one in of_run:
            self._states.addItem(one.label, one)
        if chosen is not None:
            self._states.setCurrentIndex(of_run.index(chosen))
        self._states.setVisible(len(of_run) > 1)

    def _on_runs_activated(self, _index: int) -> None:
        run_id = str(self._runs.currentData() or "")
        if self.current is None or run_id != self.current.run_id:
            self._choose(self._find(run_id))
            self.changed.emit(self.current)

    def _on_states_activated(self, _index: int) -> None:
        self.changed.emit(self.current)


def _list(name: str, tip: str) -> QComboBox:
    result = QComboBox()
    result.setAccessibleName(name)
    result.setToolTip(tip)
    result.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return result
