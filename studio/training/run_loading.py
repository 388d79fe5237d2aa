"""What the Training and Gallery panes read in worker threads.

Reading datasets brings in scipy: it is imported, too, in those threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserError
from engine.jobs.runs import BASE
from engine.models.base_model import base_model_path
from engine.project.layout import Layout
from engine.project.project import Project
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.types import Drawing
from studio.models.library import Library
from studio.models.runs import Run, RunsReader
from studio.models.samples import Sample, machine_sample
from studio.widgets.training.model_choice import StartChoice
from studio.widgets.training.training_form import DatasetChoice

_BASE_MEANING = (
    "A transformer that can draw already: it has learnt from a sketchbook of our program's own. "
    "The shortest way to your hand; other models begin fresh."
)


@dataclass(frozen=True, slots=True)
class RunsNow:
    """Runs and datasets at one moment; None where datasets were not asked for."""

    runs: list[Run]
    datasets: list[DatasetChoice] | None


@dataclass(frozen=True, slots=True)
class ReadRuns:
    """Reads all runs; and all datasets where they are wanted: those do not change by themselves."""

    layout: Layout
    reader: RunsReader
    with_datasets: bool = False

    def __call__(self) -> RunsNow:
        """Both newest first."""
        return RunsNow(self.reader.read(), _dataset_choices(self.layout) if self.with_datasets else None)


@dataclass(frozen=True, slots=True)
class ReadSamples:
    """Reads the drawings a run made at one step."""

    file: Path
    run: str
    step: int

    def __call__(self) -> list[Sample]:
        """In the order of the file; none where the file is gone."""
        from engine.dataset.npz import read_npz

        try:
            splits = read_npz(self.file).splits
        except UserError:
            return []  # a picture on the way; the next validation brings others
        drawings = [from_stroke3(rows) for part in splits.values() for rows in part]
        return [
            machine_sample(
                f"{self.run} step {self.step} #{number + 1}",
                drawing.normalised(),
                {"run": self.run, "step": self.step, "index": number},
            )
            for number, drawing in enumerate(drawings)
        ]


@dataclass(frozen=True, slots=True)
class ReadSketchbook:
    """Reads the artist's own drawings: those whose page is accepted and that are not rejected."""

    project: Project
    ids: tuple[str, ...]

    def __call__(self) -> list[Sample]:
        """In the order of the ids; one that is gone is left out."""
        from engine.trace.drawings import drawing

        rows = ((drawing_id, drawing(self.project, drawing_id)) for drawing_id in self.ids)
        return [
            Sample(
                drawing_id.replace("/", " · "), Drawing(row.drawing.strokes), "hand", {"drawing": drawing_id}
            )
            for drawing_id, row in rows
            if row is not None
        ]


def usable_drawings(library: Library) -> list[str]:
    """Ids of the artist's drawings that a dataset takes in: not rejected, on an accepted page."""
    accepted = {item.id for item in library.shelf("pages").items if item.decision == "accepted"}
    drawings = library.shelf("drawings").items
    return [d.id for d in drawings if d.decision != "rejected" and d.id.split("/")[0] in accepted]


def base_run() -> Run | None:
    """The model that comes with the program, as a run that can draw; None where it is missing."""
    file = base_model_path()
    return Run(BASE, file, state="done", title="Base model", has_checkpoint=True) if file.is_file() else None


def starts_from(runs: Sequence[Run]) -> list[StartChoice]:
    """What a new run can start from: the base model, and every run that has learnt something."""
    base = base_run()
    come_along = [StartChoice(base.id, base.title, _BASE_MEANING)] if base is not None else []
    return come_along + [
        StartChoice(run.id, f"{run.title or run.id}   {run.model}", _start_meaning(run))
        for run in runs
        if run.has_checkpoint
    ]


def _start_meaning(run: Run) -> str:
    best = run.best_valid
    loss = f", {best:.3f} nats a point held out" if best is not None else ""
    return f"The same model as {run.id}, with all it has learnt: {run.step:,} steps on {run.dataset}{loss}."


def _dataset_choices(layout: Layout) -> list[DatasetChoice]:
    """Newest first; those that a comparison of eras made for itself come last."""
    from engine.dataset.versions import datasets
    from engine.jobs.eras import made_datasets

    found = []
    for version in reversed(datasets(layout)):
        train = version.manifest.get("counts", {}).get("train", {})
        choice = DatasetChoice(version.id, int(train.get("drawings", 0)), int(train.get("points", 0)))
        found.append(choice)
    made = made_datasets(layout)
    return sorted(found, key=lambda one: one.id in made)
