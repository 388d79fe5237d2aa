"""`export`: what is known about items, as files other programs read."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import typer

from engine.cli.curation import LevelOption
from engine.cli.output import Json, Output
from engine.cli.projects import ProjectFolder
from engine.curate.embeddings import load_embeddings
from engine.curate.items import items
from engine.dataset.npz import object_array
from engine.errors import UserError
from engine.project.atomic import replacing, write_text
from engine.project.ids import Level
from engine.project.project import Project
from engine.strokes.stroke3 import to_stroke3
from engine.trace.drawings import drawings

What = Literal["items", "embeddings", "drawings"]
COLUMNS = ("id", "book", "page", "variant", "label", "file", "kind", "decision", "cluster", "x", "y")


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("export")(export)


def export(
    project: ProjectFolder,
    what: Annotated[What, typer.Argument(help="items: a CSV; embeddings, drawings: a .npz.")],
    out: Annotated[Path, typer.Option("-o", help="The file to write.")],
    level: LevelOption = "pages",
    as_json: Json = False,
) -> None:
    """Write items, embeddings or drawings to a file."""
    suffix = ".csv" if what == "items" else ".npz"
    if out.suffix.lower() != suffix:
        raise UserError(f"{out} should end in {suffix}.", f"{what} are written as {suffix}.")
    writers = {"items": _write_items, "embeddings": _write_embeddings, "drawings": _write_drawings}
    with Project.open(project, write=False) as opened:
        count = writers[what](opened, out, level)
    Output(as_json).result({"out": str(out), "count": count}, f"{out}: {count} {what}.")


def _write_items(project: Project, out: Path, level: Level) -> int:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    found = items(project, level)
    for item in found:
        row = {name: getattr(item, name) for name in COLUMNS if name != "file"}
        writer.writerow({**row, "file": item.path.name})
    write_text(out, buffer.getvalue())
    return len(found)


def _write_embeddings(project: Project, out: Path, level: Level) -> int:
    ids, vectors = load_embeddings(project, level)
    with replacing(out) as file:
        np.savez(file, ids=np.array(ids), vectors=vectors)
    return len(ids)


def _write_drawings(project: Project, out: Path, level: Level) -> int:
    """Stroke-3 as the field has it: an object array of `(points, 3)`, beside plain ids and pages."""
    found = drawings(project)
    if not found:
        raise UserError(
            "There are no drawings yet.", "Trace accepted pages first: `singleline trace PROJECT`."
        )
    with replacing(out) as file:
        np.savez(
            file,
            ids=np.array([row.id for row in found]),
            pages=np.array([row.page for row in found]),
            drawings=object_array(tuple(to_stroke3(row.drawing) for row in found)),
        )
    return len(found)
