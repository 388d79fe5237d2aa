"""What lies on the gallery's table: a machine's grid, what is kept, or some of the artist's own."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.jobs.runs import BASE
from studio.gallery.keeping import Keeping
from studio.gallery.kept import KeptNow, ReadKept
from studio.gallery.machine import Machine
from studio.gallery.order import Order
from studio.gallery.weights import Weights
from studio.models.samples import Measure, Sample, SamplesModel
from studio.session import Session
from studio.tasks import Task
from studio.training.run_loading import ReadSketchbook, usable_drawings

if TYPE_CHECKING:
    from studio.widgets.gallery.gallery_bar import GalleryBar

_FROM_ELSEWHERE = " The base model has never seen yours: train a run, and it draws as you do."


class Table(QObject):
    """Lays out what the bar says.

    Signals:
        said: A sentence about what lies there.
        laid: There is something: the heads of its columns, none for a plain grid.
        filled: Drawings have come, whole ones.
        emptied: (line, action): there is nothing, and what to do about it.
    """

    said = Signal(str)
    laid = Signal(object)
    filled = Signal()
    emptied = Signal(str, str)

    def __init__(
        self,
        model: SamplesModel,
        machine: Machine,
        bar: GalleryBar,
        keeping: Keeping,
        parent: QObject | None = None,
    ) -> None:
        """`model` is filled with what `bar` says: drawn by `machine`, or as `keeping` knows it."""
        super().__init__(parent)
        self._model, self._machine, self._bar, self._keeping = model, machine, bar, keeping
        self._session: Session | None = None
        self._fetching: Task | None = None
        machine.waking.connect(self._on_machine_waking)
        machine.begun.connect(self._on_machine_begun)
        machine.came.connect(self._on_machine_came)
        machine.finished.connect(self._on_machine_finished)

    @property
    def is_settled(self) -> bool:
        """Whether everything is read."""
        return self._fetching is None

    def open(self, session: Session) -> None:
        """Drawings of this project."""
        self._session = session

    def close(self) -> None:
        """Nothing lies there any more."""
        self.leave()
        self._session = None
        self._model.show([])

    def leave(self) -> None:
        """What is on its way is not wanted any more."""
        if self._fetching is not None:
            self._fetching.cancel()
            self._fetching = None

    def clear(self) -> None:
        """Make room for something else."""
        self._machine.hold()
        self._model.show([])

    def show(self) -> None:
        """Lay out what the bar says, or say the one next action."""
        if self._session is None:
            return
        self.leave()
        source = self._bar.source
        self._bar.set_choices_visible(True)
        if source == "machine":
            self._show_machine(self._session)
        elif source == "kept":
            work = ReadKept(self._session.project.layout)
            self._fetching = self._session.tasks.run(work, self._on_kept_read)
        else:
            ids = usable_drawings(self._session.library)
            some = random.Random(self._bar.seed).sample(ids, min(self._bar.count, len(ids)))
            own = ReadSketchbook(self._session.project, tuple(sorted(some)))
            self._fetching = self._session.tasks.run(own, self._on_sketchbook_read)

    def _show_machine(self, session: Session) -> None:
        weights = self._bar.weights.current
        if weights is None:
            self._empty(
                "No run can draw yet. One learns from your drawings, and can draw within a minute.",
                "Go to training",
            )
            return
        order = self._bar.order
        if len(self._model.samples) != order.count:
            self._model.show([Sample("") for _ in range(order.count)])
        self.laid.emit(_heads(order))
        self._machine.wake(weights, session.project.layout)
        self._machine.draw(order)

    def _on_machine_waking(self, weights: Weights) -> None:
        self.said.emit(f"Waking {'the base model' if weights.run_id == BASE else weights.run_id}…")

    def _on_machine_begun(self, _order: Order) -> None:
        if self._machine.is_warm:
            self.said.emit("Drawing…")

    def _on_machine_came(self, first: int, samples: list[Sample]) -> None:
        if self._bar.source != "machine":
            return
        whole = not samples[0].is_growing
        self._model.put(first, [self._keeping.marked(one) for one in samples] if whole else samples)
        if whole:
            self.said.emit("Drawing…")
            self.filled.emit()

    def _on_machine_finished(self) -> None:
        weights = self._machine.weights
        more = _FROM_ELSEWHERE if weights is not None and weights.run_id == BASE else ""
        order = self._machine.order
        what = f"{len(self._model.samples)} drawings"
        if order is not None and order.columns:
            what = f"{order.rows} thoughts, each drawn more freely to the right"
        self.said.emit(f"{what}. Click one to watch it drawn.{more}")

    def _on_kept_read(self, now: KeptNow) -> None:
        self._fetching = None
        self._keeping.take(now)
        self._lay([_measured(sample) for sample in now.samples])
        if now.samples or now.damaged:
            damaged = f". Cannot be read, and left alone: {'; '.join(now.damaged)}" if now.damaged else ""
            self.said.emit(f"{len(now.samples)} kept{damaged}")
        else:
            self._empty("Nothing kept yet. Choose a drawing and press K.", "To the machine's drawings")

    def _on_sketchbook_read(self, samples: list[Sample]) -> None:
        self._fetching = None
        self._lay([self._keeping.marked(sample) for sample in samples])
        if samples:
            self.said.emit(f"{len(samples)} of your own drawings")
        else:
            self._empty("No drawings of yours yet. Trace accepted pages first.", "Go to tracing")

    def _lay(self, samples: list[Sample]) -> None:
        self._model.show(samples)
        self.laid.emit(())
        self.filled.emit()

    def _empty(self, line: str, action: str) -> None:
        self._machine.hold()
        self._model.show([])
        self.said.emit("")
        self.emptied.emit(line, action)


def _heads(order: Order) -> tuple[str, ...]:
    return tuple(f"{one:.1f}" for one in order.columns)


def _measured(sample: Sample) -> Sample:
    """A kept drawing with what was known of it when it was kept."""
    near = sample.origin.get("nearest")
    if not isinstance(near, dict) or near.get("distance") is None:
        return sample
    name, is_copy = str(near.get("name", "")), bool(near.get("memorised"))
    return replace(sample, measure=Measure(None, float(near["distance"]), name, is_copy))
