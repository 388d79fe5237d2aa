"""One of two machines that are compared: its warm model, its drawings, and what is measured of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.export.frames import Animation, Look
from engine.jobs.runs import BASE
from engine.strokes.types import Drawing
from studio import theme
from studio.gallery.film import Film, make_film
from studio.gallery.manner import Manner
from studio.gallery.playing import Playing
from studio.gallery.sampler import Sampler
from studio.gallery.weights import Weights
from studio.models.samples import Sample, SamplesModel, fingerprint, growing_sample, machine_sample

_FILM_PX = (1000, 1000)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one side shall show.

    Attributes:
        weights: Who draws.
        manner: How, the era of this side among it.
        count: How many.
    """

    weights: Weights
    manner: Manner
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a side's drawings are like, on average.

    Attributes:
        strokes: A drawing.
        points: A drawing.
        surprise: Nats a point, to the machine that drew them; None before it was measured.
        copies: How many of them it knows by heart; None where there is nothing to compare with.
    """

    strokes: float
    points: float
    surprise: float | None = None
    copies: int | None = None

    def in_words(self) -> str:
        """`4.2 strokes · 87 points · surprise 5.21 nats a point`."""
        words = [f"{self.strokes:.1f} strokes", f"{self.points:.0f} points"]
        if self.surprise is not None:
            words.append(f"surprise {self.surprise:.2f} nats a point")
        if self.copies:
            words.append(f"{self.copies} learnt by heart")
        return " · ".join(words)


class Twin(QObject):
    """Draws what is wished, as late as it can: the child starts with the first wish that is not fulfilled.

    Each side has a child of its own, also when both have the same weights: they draw at the same time.

    Signals:
        told: Something to say about it has changed.
        failed: The sentence that says why there are no drawings.

    Attributes:
        model: Its drawings.
        figures: What they are like; None before all are there.
        state: What it does: `Waking…`, `Drawing…` or nothing.
    """

    told = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = SamplesModel(self)
        self.figures: Figures | None = None
        self.state = ""
        self._project: Path | None = None
        self._sampler: Sampler | None = None
        self._asked: Wish | None = None
        self._is_whole = False
        self._kept: Mapping[str, str] = {}

    @property
    def is_busy(self) -> bool:
        """Whether drawings or figures are still to come."""
        return self._sampler is not None and self._sampler.is_busy

    def open_project(self, project: Path) -> None:
        """Whose drawings a model is held against that learnt elsewhere."""
        self._project = project

    def show(self, wish: Wish) -> None:
        """Draw this, unless it is there or on its way; old drawings stay until new ones take their places."""
        if wish == self._asked and (self._is_whole or self._sampler is not None):
            return
        if self._sampler is None or self._asked is None or wish.weights != self._asked.weights:
            self._start(wish.weights)
        self._asked, self._is_whole, self.figures = wish, False, None
        samples = list(self.model.samples)[: wish.count]
        self.model.show(samples + [Sample("")] * (wish.count - len(samples)))
        if self._sampler is not None:
            self._sampler.forget_about("measure")
            self._sampler.ask(wish.count, wish.manner.options())
        self.told.emit()

    def rest(self) -> None:
        """The child ends; what is drawn stays."""
        if self._sampler is not None:
            self._sampler.close()
            self._sampler.deleteLater()
            self._sampler = None
        self.state = ""

    def clear(self) -> None:
        """The child ends and nothing stays."""
        self.rest()
        self._asked, self._is_whole, self.figures, self._project = None, False, None, None
        self.model.show([])

    def mark_kept(self, kept: Mapping[str, str]) -> None:
        """Mark those that the artist keeps: fingerprint -> stem of the files."""
        self._kept = kept
        for row, sample in enumerate(self.model.samples):
            if sample.is_drawn and not sample.is_growing and self._marked(sample).file != sample.file:
                self.model.put(row, [self._marked(sample)])

    def _start(self, weights: Weights) -> None:
        self.rest()
        # The folder of a run and its best file draw the same; from the folder it knows its data.
        self._sampler = Sampler(weights.file, self, self._project)
        self._sampler.ready.connect(self._on_sampler_ready)
        self._sampler.grown.connect(self._on_sampler_grown)
        self._sampler.drawn.connect(self._on_sampler_drawn)
        self._sampler.done.connect(self._on_sampler_done)
        self._sampler.answered.connect(self._on_sampler_answered)
        self._sampler.failed.connect(self._on_sampler_failed)
        self._sampler.start()
        self.state = f"Waking {'the base model' if weights.run_id == BASE else weights.run_id}…"

    def _marked(self, sample: Sample) -> Sample:
        return replace(sample, file=self._kept.get(fingerprint(sample.drawing), ""))

    def _on_sampler_ready(self) -> None:
        self.state = "Drawing…"
        self.told.emit()

    def _on_sampler_grown(self, first: int, drawings: list[Drawing]) -> None:
        self.model.put(first, [growing_sample(one) for one in drawings])

    def _on_sampler_drawn(self, first: int, drawings: list[Drawing], facts: list[dict[str, Any]]) -> None:
        if self._asked is None:
            return
        samples = [
            sample_of(self._asked, first + k, drawing, facts[k].get("provenance"))
            for k, drawing in enumerate(drawings)
        ]
        self.model.put(first, [self._marked(one) for one in samples])

    def _on_sampler_done(self) -> None:
        self._is_whole, self.state = True, ""
        drawings = [one.drawing for one in self.model.samples]
        self.figures = figures_of(drawings)
        if self._sampler is not None and self._asked is not None:
            self._sampler.ask_about("measure", drawings=drawings, era=self._asked.manner.era)
        self.told.emit()

    def _on_sampler_answered(self, do: str, answer: dict[str, Any]) -> None:
        if do == "measure" and self.figures is not None:
            surprise, knows = answer.get("surprise") or [], any(answer.get("nearest") or ())
            self.figures = replace(
                self.figures,
                surprise=fmean(surprise) if surprise else None,
                copies=sum(map(bool, answer["memorised"])) if knows else None,
            )
            self.told.emit()

    def _on_sampler_failed(self, sentence: str) -> None:
        """What the next wish asks is asked anew, of another child where this one has ended."""
        if self._sampler is not None and not self._sampler.is_alive:
            self.rest()
            self._asked = None
        if not self._is_whole:  # figures that cannot be measured are left out
            self.state = sentence
            self.failed.emit(sentence)
        self.told.emit()


def sample_of(wish: Wish, index: int, drawing: Drawing, provenance: dict[str, Any] | None) -> Sample:
    """A drawing of a side, with its name and where it comes from."""
    manner, weights = wish.manner, wish.weights
    era = f" · era {manner.era + 1}" if manner.era >= 0 else ""
    name = f"{weights.name}{era} · {manner.variability:.2f} · seed {manner.seed} · {index + 1}"
    origin = {
        "run": weights.run_id,
        "seed": manner.seed,
        "temperature": manner.variability,
        "index": index,
    }
    return machine_sample(name, drawing, origin | ({"provenance": provenance} if provenance else {}))


def figures_of(drawings: Sequence[Drawing]) -> Figures | None:
    """Strokes and points of a drawing, on average; None for no drawings."""
    if not drawings:
        return None
    return Figures(fmean(len(one.strokes) for one in drawings), fmean(one.n_points for one in drawings))


def facts_of(weights: Weights) -> str:
    """What is known of a machine before it draws: `8,312 steps · 6.695 nats a point held out · mix/v001`."""
    words = [f"{weights.step:,} steps"] if weights.step else []
    if weights.valid_nll is not None:
        words.append(f"{weights.valid_nll:.3f} nats a point held out")
    if weights.run_id == BASE:
        words.append("learnt from drawings of the program's own")
    elif weights.dataset:
        words.append(weights.dataset)
    return " · ".join(words)


def films_of(samples: Sequence[Sample | None], playing: Playing, ink: str) -> list[Film | None]:
    """Films of drawings that draw themselves side by side with the same pen speed, all equally long."""
    shown = [one.picture if one is not None else Drawing(()) for one in samples]
    pace = playing.pace
    times = [line.drawn_s for line in Animation(shown, pace=pace).timelines()]
    look = Look(
        _FILM_PX, paper=theme.LIGHT.paper, inks=(ink,), pen=playing.pen, shows_travel=playing.shows_travel
    )
    return [
        make_film(Animation([drawing], look, replace(pace, draw_s=time_s, hold_s=pace.duration_s - time_s)))
        if time_s > 0
        else None
        for drawing, time_s in zip(shown, times, strict=True)
    ]
