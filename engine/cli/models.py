"""`import-model`, `export-model`: networks from and for the sketch-rnn-js demos."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import Json, Output
from engine.jobs.runs import find_run
from engine.project.project import Project


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("import-model")(import_model)
    app.command("export-model")(export_model)


def import_model(
    project: ProjectFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="A model of the sketch-rnn-js demos.")],
    as_json: Json = False,
) -> None:
    """Make a run of somebody else's SketchRNN: it can draw, and a training can start from it."""
    from engine.jobs.foreign import import_model as take_in

    with Project.open(project, write=False) as opened:
        layout = opened.layout
    run = take_in(layout, file)
    Output(as_json).result(
        {"run": run, "file": str(file)},
        f"{file.name} is {run} now.",
        f"Next: singleline generate {layout.root} {run} -n 16",
    )


def export_model(
    project: ProjectFolder,
    run: Annotated[str, typer.Argument(metavar="RUN")],
    out: Annotated[Path, typer.Option("-o", metavar="FILE.json", help="The file to write.")],
    as_json: Json = False,
) -> None:
    """Write a run's network for the sketch-rnn-js demos; `train --model sketchrnn/web` makes one for them."""
    from engine.jobs.foreign import export_model as write_out

    with Project.open(project, write=False) as opened:
        found = find_run(opened.layout, run)
    warnings = write_out(found, out)
    if not as_json:
        for warning in warnings:
            print(f"Note: {warning}", file=sys.stderr)
    Output(as_json).result({"run": run, "file": str(out), "warnings": warnings}, f"{out}: {run}.")
