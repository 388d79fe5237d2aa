"""`export`: what is known about items, as files other programs read, and the map as a page to share."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import typer

from engine.cli.options import LevelOption, ProjectFolder
from engine.cli.output import INCOMPLETE, STOPPED, Json, Output
from engine.curate.embeddings import load_embeddings
from engine.curate.items import items
from engine.curate.names import cluster_names
from engine.dataset.npz import object_array
from engine.errors import UserError
from engine.export.map_data import PRIVATE_KINDS, check_kinds
from engine.project.atomic import replacing, write_text
from engine.project.ids import Level
from engine.project.project import Project
from engine.strokes.stroke3 import to_stroke3
from engine.trace.drawings import drawings

What = Literal["items", "embeddings", "drawings", "map"]
_PRIVATE = " and ".join(PRIVATE_KINDS)
COLUMNS = ("id", "book", "page", "variant", "label", "file", "kind", "decision", "cluster", "x", "y")


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("export")(export)


def export(
    project: ProjectFolder,
    what: Annotated[
        What, typer.Argument(help="items: a CSV; embeddings, drawings: a .npz; map: a page to share.")
    ],
    out: Annotated[Path, typer.Option("-o", help="The file to write; for a map, the folder.")],
    level: LevelOption = "pages",
    rejected: Annotated[bool, typer.Option("--rejected", help="map: show rejected items too.")] = False,
    private: Annotated[
        list[str] | None, typer.Option(help=f"map: a kind to leave out beside {_PRIVATE}; may be repeated.")
    ] = None,
    all_kinds: Annotated[
        bool, typer.Option("--all-kinds", help=f"map: show {_PRIVATE} too, where not named by --private.")
    ] = False,
    title: Annotated[str, typer.Option(help="map: its title; the project's name by default.")] = "",
    as_json: Json = False,
) -> None:
    """Write items, embeddings or drawings to a file, or the map as a page that opens in any browser."""
    output = Output(as_json)
    if what == "map":
        kept = _Kept(rejected, tuple(private or ()), all_kinds, title)
        _export_map(project, out, level, kept, output)
        return
    if rejected or private or all_kinds or title:
        raise UserError(f"--rejected, --private, --all-kinds and --title belong to `map`, not to `{what}`.")
    suffix = ".csv" if what == "items" else ".npz"
    if out.suffix.lower() != suffix:
        raise UserError(f"{out} should end in {suffix}.", f"{what} are written as {suffix}.")
    writers = {"items": _write_items, "embeddings": _write_embeddings, "drawings": _write_drawings}
    with Project.open(project, write=False) as opened:
        count = writers[what](opened, out, level)
    output.result({"out": str(out), "count": count}, f"{out}: {count} {what}.")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a shared map may show."""

    rejected: bool
    private: tuple[str, ...]
    all_kinds: bool
    title: str


def _export_map(project: Path, out: Path, level: Level, kept: _Kept, output: Output) -> None:
    from engine.export.frames import Stopped
    from engine.export.map_page import write_map_page

    with Project.open(project, write=False) as opened, output.bar("map") as bar:
        check_kinds(opened, kept.private)
        private = (*(() if kept.all_kinds else PRIVATE_KINDS), *kept.private)
        try:
            page = write_map_page(
                opened, out, level, rejected=kept.rejected, private=private,
                cluster_names=cluster_names(opened, level), title=kept.title, reporter=bar,
            )  # fmt: skip
        except Stopped:
            raise typer.Exit(STOPPED) from None
    output.list_failures(list(page.failed), "left out")
    facts = {
        "out": str(out),
        "page": str(out / "index.html"),
        "count": len(page.shown),
        "bytes": page.bytes,
        "failed": [{"id": id_, "reason": reason} for id_, reason in page.failed],
    }
    output.result(facts, f"{out / 'index.html'}: {len(page.shown)} {level}, {page.bytes / 1e6:.1f} MB.")
    if page.failed:
        raise typer.Exit(INCOMPLETE)


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
