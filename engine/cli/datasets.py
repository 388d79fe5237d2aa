"""`dataset`, `import-strokes`: what the machine will learn from."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import Json, Output
from engine.curate.marks import read_text
from engine.dataset.recipe import Recipe
from engine.dataset.versions import DatasetVersion, import_dataset, make_dataset
from engine.errors import UserError
from engine.project.project import Project

Name = Annotated[str, typer.Argument(metavar="NAME", help="The dataset's name.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("dataset")(dataset)
    app.command("import-strokes")(import_strokes)


def dataset(
    project: ProjectFolder,
    name: Name,
    recipe: Annotated[
        Path | None, typer.Option(help="A JSON file; keys left out take their default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Freeze the drawings of accepted pages as the next version of a dataset."""
    chosen = _read_recipe(recipe) if recipe else Recipe()
    with Project.open(project) as opened:
        made = make_dataset(opened, name, chosen)
    _tell(made, (), as_json)


def import_strokes(
    project: ProjectFolder,
    name: Name,
    file: Annotated[Path, typer.Argument(help="A .npz, a QuickDraw .ndjson, or a folder of SVGs.")],
    as_json: Json = False,
) -> None:
    """Make a dataset of strokes from elsewhere."""
    with Project.open(project) as opened:
        made, warnings = import_dataset(opened, name, file)
    _tell(made, warnings, as_json)


def _read_recipe(file: Path) -> Recipe:
    try:
        return Recipe.from_json(json.loads(read_text(file)))
    except ValueError as error:
        raise UserError(f"{file} is not JSON: {error}.", "Write {} for the default recipe.") from error


def _tell(made: DatasetVersion, warnings: tuple[str, ...], as_json: bool) -> None:
    counts: dict[str, dict[str, int]] = made.manifest["counts"]
    dropped: list[dict[str, Any]] = made.manifest["dropped"]
    facts = {
        "dataset": made.id,
        "folder": str(made.folder),
        "counts": counts,
        "dropped": len(dropped),
        "warnings": list(warnings),
        "recipe_hash": made.manifest["recipe_hash"],
    }
    parts = ", ".join(f"{part['drawings']} {name}" for name, part in counts.items())
    points = sum(part["points"] for part in counts.values())
    if not as_json:
        for warning in warnings:
            print(f"Note: {warning}", file=sys.stderr)
    Output(as_json).result(facts, f"{made.id}: {parts} drawings, {points} points, {len(dropped)} left out.")
