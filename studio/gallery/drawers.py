"""Who can draw in a project: its runs and their saved states, read in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass

from engine.project.layout import Layout
from studio.gallery.weights import Weights, weights_of
from studio.models.runs import Run, RunsReader
from studio.training.run_loading import base_run


@dataclass(frozen=True, slots=True)
class Drawers:
    """Who can draw at one moment.

    Attributes:
        runs: Newest first, the base model last.
        weights: Their saved states, those of a run together.
    """

    runs: list[Run]
    weights: list[Weights]


@dataclass(frozen=True, slots=True)
class ReadDrawers:
    """Reads them."""

    layout: Layout
    reader: RunsReader

    def __call__(self) -> Drawers:
        """Runs without a checkpoint are left out."""
        runs = [run for run in (*self.reader.read(), base_run()) if run is not None and run.has_checkpoint]
        return Drawers(runs, [one for run in runs for one in weights_of(run)])
