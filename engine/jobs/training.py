"""The work of a training job, as its first process and as one that follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.dataset.versions import dataset_folder
from engine.jobs.folder import project_of, read_spec
from engine.jobs.runs import weights_of
from engine.project.layout import Layout
from engine.project.progress import Reporter, Silent
from engine.training.checkpoint import LAST
from engine.training.loop import TrainResult, train
from engine.training.settings import TrainSettings


def train_run(spec: dict[str, Any], folder: Path, reporter: Reporter) -> TrainResult:
    """Train the run in `folder` as its spec says. Raises UserError as `train` does."""
    layout, settings = Layout(project_of(folder, spec)), TrainSettings.from_json(spec["settings"])
    # Once it has begun it needs no start, which may be gone by then.
    has_begun = (folder / "checkpoints" / LAST).exists()
    start = None if has_begun else start_weights(layout, settings.start_from)
    return train(folder, dataset_folder(layout, spec["dataset"]), settings, reporter, start=start)


def follow(folder: Path) -> None:
    """Help another process to train the run in `folder`: it alone speaks, saves and listens."""
    train_run(read_spec(folder), folder, Silent())


def start_weights(layout: Layout, start_from: str) -> Path | None:
    """The checkpoint that `TrainSettings.start_from` means; None for a fresh start.

    Raises:
        UserError: if there is none.
    """
    return weights_of(layout, start_from) if start_from else None
