"""`dataset`, `datasets`, `import-strokes`: what the machine will learn from."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.curate.marks import read_text
from engine.dataset import shelf
from engine.dataset.assembly import FRAGMENTS, Assembly
from engine.dataset.audit import LEAKS
from engine.dataset.likeness import Abandoned
from engine.dataset.recipe import Recipe, fragments_recipe
from engine.dataset.shelf import DatasetVersion
from engine.dataset.store import load_manifest
from engine.dataset.versions import import_dataset, make_dataset
from engine.errors import UserError
from engine.project.project import Project

Name = Annotated[str, typer.Argument(metavar="NAME", help="The dataset's name.")]
RecipeFile = Annotated[Path | None, typer.Option(help="A JSON file; keys left out take their default.")]
Title = Annotated[str, typer.Option(help="A note on this version.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("dataset")(dataset)
    app.command("datasets")(datasets)
    app.command("import-strokes")(import_strokes)


def dataset(
    project: ProjectFolder, name: Name, recipe: RecipeFile = None, title: Title = "", as_json: Json = False
) -> None:
    """Freeze the drawings of accepted pages as the next version of a dataset."""
    chosen = _read_recipe(recipe) if recipe else Recipe()
    out = Output(as_json)
    with Project.open(project) as opened, out.bar("Dataset") as bar:
        try:
            made = make_dataset(opened, name, chosen, title=title, reporter=bar)
        except Abandoned:
            raise typer.Exit(STOPPED) from None
    _tell(made, (), out)


def import_strokes(
    project: ProjectFolder,
    name: Name,
    file: Annotated[Path, typer.Argument(help="A .npz, a QuickDraw .ndjson, or a folder of SVGs.")],
    recipe: RecipeFile = None,
    assemble: Annotated[bool, typer.Option("--assemble", help="Join, splice and separate.")] = False,
    join: Annotated[bool, typer.Option("--join", help="Join pieces end to end.")] = False,
    splice: Annotated[bool, typer.Option("--splice", help="Splice strokes into one another.")] = False,
    separate: Annotated[bool, typer.Option("--separate", help="One drawing per group of strokes.")] = False,
    title: Title = "",
    as_json: Json = False,
) -> None:
    """Make a dataset of strokes from elsewhere: as they are, or with a recipe, or assembled from pieces."""
    steps = _steps(join or assemble, splice or assemble, separate or assemble)
    chosen = _read_recipe(recipe) if recipe else None
    if not steps.is_off:
        chosen = replace(chosen, assemble=steps) if chosen else fragments_recipe(steps)
    out = Output(as_json)
    with Project.open(project) as opened, out.bar("Import") as bar:
        try:
            made, warnings = import_dataset(opened, name, file, chosen, title=title, reporter=bar)
        except Abandoned:
            raise typer.Exit(STOPPED) from None
    _tell(made, warnings, out)


def datasets(
    project: ProjectFolder,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="A dataset, or one version of it: NAME/vNNN.")
    ] = "",
    title: Annotated[
        str | None, typer.Option(help="Call one version so from now on; nothing else about it changes.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List all datasets, or the versions of one, or show one version with its recipe and its audit."""
    with Project.open(project, write=False) as opened:
        layout, out = opened.layout, Output(as_json)
    if title is not None and "/" not in name:
        raise UserError("One version has a title, not a dataset.", "Name it as NAME/vNNN.")
    if name:
        folder = shelf.dataset_folder(layout, name)
    if title is not None:
        shelf.write_title(folder, title)
    if "/" in name:
        one = DatasetVersion(name, folder, load_manifest(folder))
        facts = {**_facts(one), "recipe": one.manifest["recipe"]}
        recipe = json.dumps(facts["recipe"], indent=1)
        out.result(facts, _line(one), *_change_lines(one), *_audit_lines(one), f"Recipe: {recipe}")
        return
    found = [one for one in shelf.datasets(layout) if name in ("", one.folder.parent.name)]
    lines = [line for one in found for line in (_line(one), *(_change_lines(one) if name else ()))]
    nothing = "No dataset yet; make one with `singleline dataset PROJECT NAME`."
    out.result({"datasets": [_facts(one) for one in found]}, *(lines or [nothing]))


def _steps(join: bool, splice: bool, separate: bool) -> Assembly:
    """The chosen steps, each with what suits pages in pieces."""
    return Assembly(
        FRAGMENTS.pen_units,
        FRAGMENTS.join if join else None,
        FRAGMENTS.splice if splice else None,
        FRAGMENTS.separate if separate else None,
    )


def _read_recipe(file: Path) -> Recipe:
    try:
        return Recipe.from_json(json.loads(read_text(file)))
    except ValueError as error:
        raise UserError(f"{file} is not JSON: {error}.", "Write {} for the default recipe.") from error


def _tell(made: DatasetVersion, warnings: tuple[str, ...], out: Output) -> None:
    """Say what a new version is, how it differs and what its audit found."""
    if not out.as_json:
        for warning in warnings:
            print(f"Note: {warning}", file=sys.stderr)
    facts = {**_facts(made), "warnings": list(warnings)}
    out.result(facts, _line(made), *_change_lines(made), *_audit_lines(made))


def _facts(one: DatasetVersion) -> dict[str, Any]:
    manifest = one.manifest
    return {
        "dataset": one.id,
        "folder": str(one.folder),
        "title": one.title,
        "made": manifest["made"],
        "source": manifest["source"],
        "counts": manifest["counts"],
        "dropped": len(manifest["dropped"]),
        "recipe_hash": manifest["recipe_hash"],
        "data_hash": manifest["data_hash"],
        "difference": manifest.get("difference"),
        "audit": manifest.get("audit"),
    }


def _line(one: DatasetVersion) -> str:
    counts: dict[str, dict[str, int]] = one.manifest["counts"]
    parts = ", ".join(f"{part['drawings']} {name}" for name, part in counts.items())
    points = sum(part["points"] for part in counts.values())
    title = f" {one.title}" if one.title else ""
    return f"{one.id}: {parts} drawings, {points} points, {len(one.manifest['dropped'])} left out.{title}"


def _change_lines(one: DatasetVersion) -> list[str]:
    """How a version differs from the one before; nothing for a first version."""
    found: dict[str, Any] | None = one.manifest.get("difference")
    if not found:
        return []
    if "problem" in found:
        return [f"  Not compared with {found['base']}: {found['problem']}"]
    counts = ", ".join(f"{found[kind]} {kind}" for kind in ("added", "removed", "changed"))
    fields = [f"{key} {before!r} -> {after!r}" for key, (before, after) in found["recipe"].items()]
    return [f"  Against {found['base']}: {counts}.", *(f"  Recipe: {one}" for one in fields)]


def _audit_lines(one: DatasetVersion) -> list[str]:
    """What the audit found; nothing for a version from before there were audits."""
    found: dict[str, Any] | None = one.manifest.get("audit")
    if not found:
        return []
    lines = ["  Audit: no page, no sheet and no drawing lies on two sides of the split."]
    if not found["clean"]:
        lines = [
            f"  Audit: {count} times {LEAKS[kind]} lie on two sides of the split, as "
            f"{' and '.join(found['examples'][kind][0])}."
            for kind, count in found["leaks"].items()
            if count
        ]
    if found["twins"]:
        lines.append(f"  {found['twins']} pairs on one side show the same.")
    if found["baked_in"]:
        pair = " and ".join(found["baked_in_examples"][0])
        lines.append(f"  {found['baked_in']} pairs look like augmented copies baked in, as {pair}.")
    return lines
