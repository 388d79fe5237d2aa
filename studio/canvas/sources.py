"""What the canvas reads in worker threads: who can draw, and what a line may begin from."""

from __future__ import annotations

from dataclasses import dataclass

from engine.project.layout import Layout
from studio.gallery.kept import ReadKept
from studio.gallery.weights import Weights, weights_of
from studio.models.runs import RunsReader
from studio.models.samples import Sample
from studio.session import Session
from studio.training.run_loading import ReadRuns, ReadSketchbook, base_run, usable_drawings


@dataclass(frozen=True, slots=True)
class ReadWeights:
    """Reads who can draw: every state of every run, the base model last."""

    layout: Layout
    reader: RunsReader

    def __call__(self) -> list[Weights]:
        """Newest run first."""
        runs = (*ReadRuns(self.layout, self.reader)().runs, base_run())
        return [one for run in runs if run is not None and run.has_checkpoint for one in weights_of(run)]


_MOST = 48
"""So many of the artist's drawings are offered at once."""


def own_drawings(session: Session, text: str = "") -> ReadSketchbook:
    """The artist's drawings to choose from: those of the selected pages first, then the latest.

    Args:
        session: The open project.
        text: Found in the ids of all of them, such as `sb44` or `p071`.
    """
    words, selected = text.casefold().split(), session.selection.ids
    ids = [one for one in usable_drawings(session.library) if all(word in one.casefold() for word in words)]
    ids.sort(key=lambda one: one in selected or one.split("/")[0] in selected)
    return ReadSketchbook(session.project, tuple(reversed(ids[-_MOST:])))


@dataclass(frozen=True, slots=True)
class ReadBeginnings:
    """Reads the drawings that a line may begin from."""

    layout: Layout
    own: ReadSketchbook

    def __call__(self) -> tuple[list[Sample], list[Sample]]:
        """Those that are kept, newest first, and the artist's own."""
        return list(ReadKept(self.layout)().samples), self.own()
