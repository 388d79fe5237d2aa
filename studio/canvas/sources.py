"""What the canvas reads in worker threads: who can draw, and what a line may begin from."""

from __future__ import annotations

from dataclasses import dataclass

from engine.project.layout import Layout
from studio.gallery.kept import ReadKept
from studio.gallery.weights import Weights, weights_of
from studio.models.runs import RunsReader
from studio.models.samples import Sample
from studio.training.run_loading import ReadRuns, ReadSketchbook, base_run


@dataclass(frozen=True, slots=True)
class ReadWeights:
    """Reads who can draw: every state of every run, the base model last."""

    layout: Layout
    reader: RunsReader

    def __call__(self) -> list[Weights]:
        """Newest run first."""
        runs = (*ReadRuns(self.layout, self.reader)().runs, base_run())
        return [one for run in runs if run is not None and run.has_checkpoint for one in weights_of(run)]


@dataclass(frozen=True, slots=True)
class ReadBeginnings:
    """Reads the drawings that a line may begin from."""

    layout: Layout
    own: ReadSketchbook

    def __call__(self) -> tuple[list[Sample], list[Sample]]:
        """Those that are kept, newest first, and the artist's own."""
        return list(ReadKept(self.layout)().samples), self.own()
