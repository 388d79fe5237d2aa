"""In which order the drawings of a grid lie; what must be measured for it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.gallery.machine import Machine, with_measure
from studio.gallery.order import Sort
from studio.models.samples import Measure, SamplesModel

if TYPE_CHECKING:
    from studio.widgets.gallery.grid_head import GridHead


class Sorting(QObject):
    """Cards lie still while they grow; once a grid is whole and measured they take their places."""

    def __init__(
        self, model: SamplesModel, machine: Machine, head: GridHead, parent: QObject | None = None
    ) -> None:
        """The artist chooses in `head`; `machine` measures what `model` holds."""
        super().__init__(parent)
        self._model, self._machine, self._head = model, machine, head
        self._is_series = False
        machine.finished.connect(self._on_machine_finished)
        machine.measured.connect(self._on_machine_measured)
        machine.failed.connect(self._on_machine_failed)
        head.sorted.connect(self._on_head_sorted)

    def begin(self, first: str, *, is_series: bool) -> None:
        """Another grid, whose drawings come in the order `first`.

        In a series the place says what a drawing is, so nothing is sorted.
        """
        self._head.name_first(first)
        self._is_series = is_series
        self._head.set_sorts_visible(not is_series)
        if is_series:
            self._model.arrange(None)

    def arrange(self) -> None:
        """Offer what is known, and lay the cards out, unless some are still to come."""
        samples = self._model.samples
        is_growing = any(one.is_growing or not one.is_drawn for one in samples)
        if self._is_series or is_growing or self._machine.is_drawing:
            return
        if not self._machine.is_measuring:
            found = [one.measure for one in samples if one.measure is not None]
            has_surprise = any(one.surprise is not None for one in found)
            has_likeness = any(one.distance is not None for one in found)
            self._head.offer((*["surprise"] * has_surprise, *["likeness"] * has_likeness))
        # What was offered before will be there again in a moment: cards wait for it where they are.
        if not (self._machine.is_measuring and self._head.sort.needs):
            self._model.arrange(self._head.sort.key)

    def _on_machine_finished(self) -> None:
        self._machine.measure(self._model.numbered)
        self.arrange()

    def _on_machine_failed(self, _reason: str) -> None:
        self.arrange()

    def _on_machine_measured(self, measures: list[Measure]) -> None:
        samples = self._model.numbered
        if len(samples) == len(measures):
            pairs = zip(samples, measures, strict=True)
            self._model.put(0, [with_measure(sample, measure) for sample, measure in pairs])
            self.arrange()

    def _on_head_sorted(self, _sort: Sort) -> None:
        self.arrange()
