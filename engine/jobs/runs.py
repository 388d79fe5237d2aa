"""Runs: the job folders of trainings, numbered within the project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.jobs.folder import Status, fill_job, read_events, read_spec, read_status
from engine.project.atomic import write_error
from engine.project.layout import Layout


@dataclass(frozen=True, slots=True)
class Run:
    """One training, running or not.

    Attributes:
        id: `run001`; its folder's name.
        folder: Its job folder.
        dataset: `NAME/vNNN`.
        settings: The training settings, JSON-ready.
        status: How it stands.
    """

    id: str
    folder: Path
    dataset: str
    settings: dict[str, Any]
    status: Status

    def last_metrics(self) -> dict[str, Any]:
        """The newest `metrics` event; empty before there is one."""
        found: dict[str, Any] = {}
        for event in read_events(self.folder):
            if event.get("event") == "metrics":
                found.update({key: value for key, value in event.items() if value is not None})
        return found


def create_run(layout: Layout, dataset: str, settings: dict[str, Any]) -> Path:
    """Make the folder of a new run; training it is running that job.

    Args:
        layout: The project's.
        dataset: `NAME/vNNN`.
        settings: Training settings, JSON-ready.

    Returns:
        The run's folder; its name is the run's id.

    Raises:
        UserError: if it cannot be written.
    """
    numbers = [int(match[1]) for run in _folders(layout) if (match := re.fullmatch(r"run(\d+)", run.name))]
    number = max(numbers, default=0) + 1
    while True:
        folder = layout.runs / f"run{number:03d}"
        try:
            folder.mkdir(parents=True)
            break
        except FileExistsError:
            number += 1  # a window and a command may start a run at the same moment
        except OSError as error:
            raise write_error(folder, error) from error
    spec = {"kind": "train", "project": str(layout.root), "dataset": dataset, "settings": settings}
    return fill_job(folder, spec)


def runs(layout: Layout) -> list[Run]:
    """All runs, newest last."""
    folders = sorted(_folders(layout), key=lambda folder: (len(folder.name), folder.name))
    return [_run(folder) for folder in folders]


def find_run(layout: Layout, run_id: str) -> Run:
    """One run. Raises UserError if there is none of that id."""
    known = runs(layout)
    for run in known:
        if run.id == run_id:
            return run
    names = ", ".join(run.id for run in known) or "none yet; start one with `singleline train`"
    raise UserError(f"There is no run {run_id!r} in {layout.root}.", f"The runs are: {names}.")


def checkpoint_of(folder: Path) -> Path:
    """The checkpoint to draw with: the best on validation, else the last.

    Raises:
        UserError: if the folder is no run, or has no checkpoint yet.
    """
    read_spec(folder)
    for name in ("best", "last"):
        path = folder / "checkpoints" / f"{name}.safetensors"
        if path.exists():
            return path
    raise UserError(f"{folder.name} has no checkpoint yet.", "Let it train for a moment first.")


def _folders(layout: Layout) -> list[Path]:
    if not layout.runs.is_dir():
        return []
    return [folder for folder in layout.runs.iterdir() if (folder / "spec.json").exists()]


def _run(folder: Path) -> Run:
    spec = read_spec(folder)
    return Run(
        folder.name, folder, str(spec.get("dataset", "")), dict(spec.get("settings", {})), read_status(folder)
    )
