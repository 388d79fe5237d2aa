"""`train`: runs."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.errors import UserError
from engine.jobs.folder import Status, read_spec
from engine.jobs.runner import run_job
from engine.jobs.runs import change_settings, create_run, find_run
from engine.models.registry import resolve
from engine.project.layout import Layout
from engine.project.project import Project
from engine.training.settings import TrainSettings


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("train")(train)


def train(
    project: ProjectFolder,
    dataset: Annotated[
        str | None, typer.Argument(help="NAME or NAME/vNNN; not needed with --resume.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="The model, perhaps with a preset: transformer/standard, sketchrnn/vae."),
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="How long to train.")] = None,
    steps: Annotated[int | None, typer.Option(help="How many steps to train.")] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same run.")] = 0,
    start_from: Annotated[
        str, typer.Option(help="Weights to begin with: base, the model that comes along, or a run.")
    ] = "",
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other setting of training or model, NAME=VALUE; may be repeated."),
    ] = None,
    resume: Annotated[str | None, typer.Option(help="A run to go on with.")] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Try ten steps and say how long it takes.")
    ] = False,
    only_make: Annotated[
        bool, typer.Option("--only-make", help="Make the run and train later: by torchrun, or with --resume.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train a model on a dataset. Ctrl+C saves; --resume goes on.

    On several GPUs or machines: `--only-make`, then `torchrun ... -m engine.jobs run RUN_FOLDER`.
    """
    output = Output(as_json)
    with Project.open(project, write=False) as opened:
        layout = opened.layout
    if resume is not None:
        folder = _resumable(layout, resume)
        _extend(folder, minutes, steps)
    elif dataset is not None:
        chosen = {"model": model, "minutes": minutes, "steps": steps, "seed": seed, "start_from": start_from}
        settings = _settings(chosen, sets or [])
        dataset = _dataset_id(layout, dataset)
        if estimate:
            _estimate(layout, dataset, settings, output)
            return
        folder = create_run(layout, dataset, settings.to_json())
    else:
        raise UserError("Train on what?", "Give a dataset, or a run with --resume.")
    if only_make:
        output.result({"run": folder.name, "folder": str(folder), "state": "queued"}, str(folder))
        return
    if as_json:
        # A caller can follow events.jsonl, or stop it, from the first moment on.
        print(json.dumps({"run": folder.name, "folder": str(folder), "state": "running"}), flush=True)
    with output.bar("train") as bar:
        status = run_job(folder, listener=bar)
    _tell(output, folder.name, layout, status)


def _resumable(layout: Layout, name: str) -> Path:
    """The folder of a run that can go on. Raises UserError."""
    run = find_run(layout, name)
    if not run.dataset:
        raise UserError(
            f"{run.id} was made elsewhere and has nothing to go on with.",
            f"Begin with it: `singleline train PROJECT DATASET --start-from {run.id}`.",
        )
    return run.folder


def _dataset_id(layout: Layout, dataset: str) -> str:
    from engine.dataset.versions import dataset_folder

    folder = dataset_folder(layout, dataset)
    return f"{folder.parent.name}/{folder.name}"


def _settings(chosen: dict[str, Any], sets: list[str]) -> TrainSettings:
    """Settings of the options and of `--set`; what training does not know is the model's.

    Raises:
        UserError: if nobody knows it, or it cannot be so.
    """
    known = {field.name for field in fields(TrainSettings)}
    values: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    changes: dict[str, Any] = {}
    for text in sets:
        name, equals, value = text.partition("=")
        if not equals:
            raise UserError(f"--set {text} says nothing.", "Write --set NAME=VALUE.")
        (values if name in known else changes)[name] = _value(value)
    settings = TrainSettings.from_json({**values, "model_changes": changes})
    resolve(settings.model, settings.model_changes)
    return settings


def _value(text: str) -> Any:
    """A number, true, false or a list as JSON has them; anything else is the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _estimate(layout: Layout, dataset: str, settings: TrainSettings, output: Output) -> None:
    """Say what the run would cost."""
    from engine.dataset.store import load_dataset
    from engine.dataset.versions import dataset_folder
    from engine.jobs.training import start_weights
    from engine.training.probe import probe

    stored = load_dataset(dataset_folder(layout, dataset))
    found = probe(stored, settings, start_weights(layout, settings.start_from), lambda: False)
    assert found is not None  # nobody stops it
    steps = settings.steps or round(60 * settings.minutes / found.step_s)
    output.result(
        {"dataset": dataset, **asdict(found), "steps": steps, "seconds": steps * found.step_s},
        f"{found.step_s:.2f} s a step on {found.device_name}, {found.memory_mb} MB, "
        f"{found.parameters:,} numbers to learn.",
        f"{steps:,} steps take {steps * found.step_s / 60:.1f} minutes and see every drawing "
        f"{steps / found.steps_per_epoch:.0f} times.",
    )


def _extend(folder: Path, minutes: float | None, steps: int | None) -> None:
    """Give a run a later end: minutes and steps count from its very beginning."""
    if minutes is not None or steps is not None:
        before = read_spec(folder)["settings"]
        change_settings(folder, minutes=minutes or before["minutes"], steps=steps or 0)


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
