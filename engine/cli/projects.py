"""`new`, `import`: the project and its catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.curate.measures import measure_items
from engine.errors import UserError
from engine.project.project import Project
from engine.scans.catalogue import import_folder


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("new")(new)
    app.command("import")(import_)


def new(project: ProjectFolder, as_json: Json = False) -> None:
    """Make a project in a new folder."""
    with Project.create(project) as made:
        facts = {"project": str(made.layout.root), "id": made.info.id, "name": made.info.name}
        Output(as_json).result(
            facts, f"Made {made.layout.root}.", "Next: singleline import PROJECT DIR, for the scans."
        )


def import_(
    project: ProjectFolder,
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders of scans; only read.")],
    as_json: Json = False,
) -> None:
    """Catalogue folders of scans; run it again to notice what is new, changed or gone."""
    output, facts, lines, stopped = Output(as_json), _no_imports(), [], False
    missing = next((folder for folder in folders if not folder.expanduser().is_dir()), None)
    if missing is not None:
        raise UserError(f"{missing} is not a folder.", "Give the folder that holds the scans.")
    with Project.open(project) as opened:
        for folder in folders:
            with output.bar(folder.name[:12] or "scans") as bar:
                report = import_folder(opened, folder, bar)
            for name in ("added", "changed", "gone", "returned", "unnamed", "skipped"):
                facts[name].extend(getattr(report, name))
            facts["unchanged"] += report.unchanged
            output.list_failures(report.skipped, "files skipped")
            lines.append(
                f"{folder}: {len(report.added)} pages added, {report.unchanged} as before, "
                f"{len(report.changed)} changed, {len(report.gone)} gone, "
                f"{len(report.skipped)} files skipped."
            )
            if report.unnamed:
                lines.append(
                    f"  {len(report.unnamed)} names say no book and page, such as {report.unnamed[0]}."
                )
            stopped = stopped or report.stopped
        measure_items(opened)
    output.result(facts, *lines)
    if stopped:
        raise typer.Exit(STOPPED)


def _no_imports() -> dict[str, Any]:
    return {
        "added": [],
        "changed": [],
        "gone": [],
        "returned": [],
        "unchanged": 0,
        "unnamed": [],
        "skipped": [],
    }
