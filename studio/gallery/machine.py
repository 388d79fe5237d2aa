"""The machine behind the grid: woken, asked for grids, asked what it thinks of them, and let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.project.layout import Layout
from studio.gallery.insight import Insight
from studio.gallery.order import Order
from studio.gallery.sampler import Sampler
from studio.gallery.weights import Weights
from studio.models.samples import Measure, Sample, growing_sample, machine_sample

_ASK_MS = 60
"""A dragged slider asks at most this often."""


class Machine(QObject):
    """One warm model at a time; the newest order wins.

    Signals:
        waking: A sleeping model is being loaded: its `Weights`.
        warmed: An `Insight` that can be asked now; None before the model ends.
        begun: An `Order` is asked for: places are needed.
        came: (number, `Sample`s): a part of the grid from that number on, growing or whole.
        finished: The grid is there.
        measured: What it says of the grid: a list of `Measure`s by number.
        found: (Sample, answer): the nearest real drawing, see `engine.jobs.insights`.
        failed: The sentence that says why there is no answer.

    Attributes:
        order: The newest.
        weights: Who draws.
        sampler: The child; None while there is none.
    """

    waking = Signal(object)
    warmed = Signal(object)
    begun = Signal(object)
    came = Signal(int, object)
    finished = Signal()
    measured = Signal(object)
    found = Signal(object, object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sampler: Sampler | None = None
        self.weights: Weights | None = None
        self.order: Order | None = None
        self._wanted: Order | None = None
        self._part = 0
        self._is_whole = False
        self._asked_of: Sample | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_ASK_MS)
        self._soon.timeout.connect(self._on_soon_timeout)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is on its way."""
        return not self._soon.isActive() and (self.sampler is None or not self.sampler.is_busy)

    @property
    def is_warm(self) -> bool:
        """Whether the model is loaded."""
        return self.sampler is not None and bool(self.sampler.facts)

    @property
    def is_drawing(self) -> bool:
        """Whether drawings are still to come."""
        return self._is_at("draw")

    @property
    def is_measuring(self) -> bool:
        """Whether it is about to say something of the grid."""
        return self._is_at("measure")

    def wake(self, weights: Weights, layout: Layout) -> None:
        """Let these draw from now on; those that do already, and have learnt nothing since, stay."""
        now = self.weights
        same = now is not None and (now.file, now.step) == (weights.file, weights.step)
        if same and self.sampler is not None and self.sampler.is_alive:
            return
        self.end()
        self.weights = weights
        self.sampler = Sampler(weights.file, self, layout.root)
        self.sampler.ready.connect(self._on_sampler_ready)
        self.sampler.grown.connect(self._on_sampler_grown)
        self.sampler.drawn.connect(self._on_sampler_drawn)
        self.sampler.done.connect(self._on_sampler_done)
        self.sampler.answered.connect(self._on_sampler_answered)
        self.sampler.failed.connect(self.failed)
        self.sampler.start()
        self.waking.emit(weights)

    def draw(self, order: Order) -> None:
        """Ask for a grid, soon; one that is there, or on its way, is not asked for again."""
        if order == self.order and not self._soon.isActive() and (self._is_whole or not self.is_settled):
            return
        self._wanted = order
        if not self._soon.isActive():
            self._soon.start()

    def hold(self) -> None:
        """What is on its way is not wanted any more."""
        self._soon.stop()
        self.order = None
        for do in ("draw", "measure", "nearest"):
            if self.sampler is not None and self.sampler.is_waiting(do):
                self.sampler.forget_about(do)

    def ask_nearest(self, sample: Sample) -> None:
        """Look for the real drawing nearest to this one; the newest question wins."""
        if self.sampler is not None and self.sampler.is_alive:
            self._asked_of = sample
            self.sampler.ask_about("nearest", drawing=sample.drawing)

    def measure(self, samples: Sequence[Sample]) -> None:
        """Ask what it thinks of a whole grid."""
        if self.sampler is not None and self.order is not None:
            era = self.order.manner.era
            self.sampler.ask_about("measure", drawings=[one.drawing for one in samples], era=era)

    def end(self) -> None:
        """Let the model go; what it drew stays."""
        self._soon.stop()
        self.order = None
        if self.sampler is not None:
            self.warmed.emit(None)
            self.sampler.close()
            self.sampler.deleteLater()
            self.sampler = None

    def _is_at(self, do: str) -> bool:
        return self.sampler is not None and self.sampler.is_alive and self.sampler.is_waiting(do)

    def _on_soon_timeout(self) -> None:
        if self.sampler is None or self._wanted is None:
            return
        if self.sampler.is_waiting("measure"):
            self.sampler.forget_about("measure")
        self.order, self._part, self._is_whole = self._wanted, 0, False
        self.begun.emit(self.order)
        self._ask()

    def _ask(self) -> None:
        if self.sampler is not None and self.order is not None:
            self.sampler.ask(self.order.rows, self.order.parts[self._part].options())

    def _on_sampler_ready(self) -> None:
        if self.sampler is not None:
            self.warmed.emit(Insight(self.sampler, self.sampler))

    def _on_sampler_grown(self, first: int, drawings: list) -> None:  # type: ignore[type-arg]
        self._hand_on(first, [growing_sample(one) for one in drawings])

    def _on_sampler_drawn(self, first: int, drawings: list, facts: list) -> None:  # type: ignore[type-arg]
        pairs = enumerate(zip(drawings, facts, strict=True))
        self._hand_on(first, [self._sample(first + k, one, fact) for k, (one, fact) in pairs])

    def _hand_on(self, first: int, samples: list[Sample]) -> None:
        if self.order is None:
            return
        if not self.order.columns:
            self.came.emit(first, samples)
            return
        for k, sample in enumerate(samples):
            self.came.emit(self.order.place(self._part, first + k), [sample])

    def _sample(self, index: int, drawing: Any, facts: dict[str, Any]) -> Sample:
        manner = self.order.parts[self._part] if self.order is not None else None
        who = self.weights.name if self.weights is not None else ""
        how = f"{manner.variability:.2f} · seed {manner.seed}" if manner is not None else ""
        return machine_sample(f"{who} · {how} · {index + 1}", drawing, dict(facts.get("provenance") or {}))

    def _on_sampler_done(self) -> None:
        if self.order is None:
            return
        self._part += 1
        if self._part < len(self.order.parts):
            self._ask()
        else:
            self._is_whole = True
            self.finished.emit()

    def _on_sampler_answered(self, do: str, answer: dict[str, Any]) -> None:
        if do == "measure" and self.order is not None:
            self.measured.emit(measures_of(answer))
        elif do == "nearest" and self._asked_of is not None:
            self.found.emit(self._asked_of, answer)


def measures_of(answer: dict[str, Any]) -> list[Measure]:
    """What was answered about a grid, drawing by drawing."""
    columns = (answer["surprise"], answer["distance"], answer["nearest"], answer["memorised"])
    return [
        Measure(nats, far, name or "", bool(copy)) for nats, far, name, copy in zip(*columns, strict=True)
    ]


def with_measure(sample: Sample, measure: Measure) -> Sample:
    """The drawing with what is known of it, its nearest real one in its provenance."""
    if measure.distance is None:
        return replace(sample, measure=measure)
    near = {"name": measure.nearest, "distance": measure.distance, "memorised": measure.is_memorised}
    origin = {**sample.origin, "nearest": near} if sample.made_by == "machine" else sample.origin
    return replace(sample, measure=measure, origin=origin)
