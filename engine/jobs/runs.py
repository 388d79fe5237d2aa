"""Runs: the job folders of trainings, numbered within the project, and what the artist says about them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.jobs.folder import Status, fill_job, is_running, read_events, read_spec, read_status
from engine.models.base_model import base_model_path
from engine.project.atomic import write_error, write_json
from engine.project.layout import Layout

BASE = "base"
"""What the model that comes with the program is called where a run may be named."""


@dataclass(frozen=True, slots=True)
class Notes:
    """The artist's own words about a run.

    Attributes:
        title: A name for it; empty for none.
        text: Anything.
    """

    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One training, running or not.

    Attributes:
        id: `run001`; its folder's name.
        folder: Its job folder.
        dataset: `NAME/vNNN`.
        settings: The training settings, JSON-ready.
        status: How it stands.
        notes: What the artist says about it.
    """

    id: str
    folder: Path
    dataset: str
    settings: dict[str, Any]
    status: Status
    notes: Notes

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
    # What was thrown away keeps its number: it may come back.
    taken = [*_folders(layout.runs), *_folders(_trash(layout))]
    numbers = [int(match[1]) for run in taken if (match := re.fullmatch(r"run(\d+)", run.name))]
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
    folders = sorted(_folders(layout.runs), key=lambda folder: (len(folder.name), folder.name))
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


def weights_of(layout: Layout, name: str, checkpoint: str = "") -> Path:
    """The checkpoint to draw with of a run, or of the model that comes with the program.

    Args:
        layout: The project's.
        name: A run's id, or `BASE`.
        checkpoint: Which of the run's, such as `last`; by default the best.

    Raises:
        UserError: if there is no such run, or it has saved nothing, or the program came without its model.
    """
    if name != BASE:
        folder = find_run(layout, name).folder
        return _checkpoint_named(folder, checkpoint) if checkpoint else checkpoint_of(folder)
    path = base_model_path()
    if not path.is_file():
        raise UserError(f"The base model is missing: there is no {path}.", "Install the program again.")
    return path


def _checkpoint_named(folder: Path, name: str) -> Path:
    known = {path.stem: path for path in sorted((folder / "checkpoints").glob("*.safetensors"))}
    if name not in known:
        raise UserError(
            f"{folder.name} has no checkpoint {name!r}.", f"It has: {', '.join(known) or 'none yet'}."
        )
    return known[name]


def read_notes(folder: Path) -> Notes:
    """What the artist says about a run; nothing where there is no word, or none that can be read."""
    try:
        found = json.loads((folder / "notes.json").read_text("utf-8"))
        return Notes(str(found.get("title", "")), str(found.get("text", "")))
    except (OSError, ValueError, AttributeError):
        return Notes()


def write_notes(folder: Path, notes: Notes) -> None:
    """Keep what the artist says about a run. Raises UserError if it cannot be written."""
    write_json(folder / "notes.json", asdict(notes))


def change_settings(folder: Path, **changes: Any) -> None:
    """Go on with other settings from the next start: a later end, smaller parts.

    Args:
        folder: The run's.
        changes: Fields of the training settings.

    Raises:
        UserError: if it is training now, or cannot be written.
    """
    _refuse_live(folder)
    spec = read_spec(folder)
    write_json(folder / "spec.json", {**spec, "settings": {**spec.get("settings", {}), **changes}})


def discard_run(layout: Layout, run_id: str) -> None:
    """Put a run into the trash. Raises UserError if it is training, or cannot be moved."""
    _refuse_live(layout.runs / run_id)
    _move(layout.runs / run_id, _trash(layout) / run_id)


def restore_run(layout: Layout, run_id: str) -> None:
    """Take a run out of the trash again. Raises UserError if it cannot be moved."""
    _move(_trash(layout) / run_id, layout.runs / run_id)


def _move(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    except OSError as error:
        raise write_error(target, error) from error


def _refuse_live(folder: Path) -> None:
    if is_running(folder):
        raise UserError(f"{folder.name} is training.", "Stop it first.")


def _trash(layout: Layout) -> Path:
    return layout.trash / "runs"


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return [folder for folder in parent.iterdir() if (folder / "spec.json").exists()]


def _run(folder: Path) -> Run:
    spec = read_spec(folder)
    return Run(
        folder.name,
        folder,
        str(spec.get("dataset", "")),
        dict(spec.get("settings", {})),
        read_status(folder),
        read_notes(folder),
    )
