"""`train`: runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.errors import UserError
from engine.jobs.folder import Status
from engine.jobs.runner import run_job
from engine.jobs.runs import create_run, find_run
from engine.project.layout import Layout
from engine.project.project import Project


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("train")(train)


def train(
    project: ProjectFolder,
    dataset: Annotated[
        str | None, typer.Argument(help="NAME or NAME/vNNN; not needed with --resume.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model, perhaps with a preset: sketchrnn.")] = None,
    minutes: Annotated[float | None, typer.Option(help="How long to train.")] = None,
    steps: Annotated[int | None, typer.Option(help="How many steps to train.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same run.")] = 0,
    resume: Annotated[str | None, typer.Option(help="A run to go on with.")] = None,
    as_json: Json = False,
) -> None:
    """Train a model on a dataset. Ctrl+C saves; --resume goes on."""
    output = Output(as_json)
    with Project.open(project, write=False) as opened:
        layout = opened.layout
    if resume is not None:
        folder = find_run(layout, resume).folder
        _extend(folder, minutes, steps)
    elif dataset is not None:
        folder = create_run(layout, _dataset_id(layout, dataset), _settings(model, minutes, steps, seed))
    else:
        raise UserError("Train on what?", "Give a dataset, or a run with --resume.")
    if as_json:
        # A caller can follow events.jsonl, or stop it, from the first moment on.
        print(json.dumps({"run": folder.name, "folder": str(folder), "state": "running"}), flush=True)
    with output.bar("train") as bar:
        status = run_job(folder, listener=bar)
    _tell(output, folder.name, layout, status)


def _dataset_id(layout: Layout, dataset: str) -> str:
    from engine.dataset.versions import dataset_folder

    folder = dataset_folder(layout, dataset)
    return f"{folder.parent.name}/{folder.name}"


def _settings(model: str | None, minutes: float | None, steps: int | None, seed: int) -> dict[str, Any]:
    from engine.training.settings import TrainSettings

    chosen = {"model": model, "minutes": minutes, "steps": steps, "seed": seed}
    return TrainSettings.from_json(
        {key: value for key, value in chosen.items() if value is not None}
    ).to_json()


def _extend(folder: Path, minutes: float | None, steps: int | None) -> None:
    """Give a run a later end: minutes and steps count from its very beginning."""
    from engine.jobs.folder import read_spec
    from engine.project.atomic import write_json

    if minutes is None and steps is None:
        return
    spec = read_spec(folder)
    spec["settings"].update({"minutes": minutes or spec["settings"]["minutes"], "steps": steps or 0})
    write_json(folder / "spec.json", spec)


def _tell(output: Output, run_id: str, layout: Layout, status: Status) -> None:
    run = find_run(layout, run_id)
    metrics = run.last_metrics()
    names = ("step", "train_nll", "valid_nll", "steps_per_s", "elapsed_s")
    facts = {"run": run_id, "state": status.state, **{name: metrics.get(name) for name in names}}
    if status.state == "failed":
        raise UserError(f"{run_id} failed: {status.error}", status.hint)
    valid = metrics.get("valid_nll")
    quality = f", {valid:.3f} nats a point on held-out pages" if valid is not None else ""
    output.result(
        facts,
        f"{run_id} {status.state}: {metrics.get('step', 0)} steps{quality}.",
        f"Next: singleline generate {layout.root} {run_id} -n 16 --gif drawings.gif",
    )
    if status.state == "stopped":
        raise typer.Exit(STOPPED)
