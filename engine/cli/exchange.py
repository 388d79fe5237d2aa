"""`export-decisions`, `import-decisions`, `export-folders`: what was decided, for and from other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.history import DryRun, carry_out, changed, described
from engine.cli.options import LevelOption, ProjectFolder
from engine.cli.output import INCOMPLETE, Json, Output
from engine.curate import exchange, folders
from engine.curate.folders import By
from engine.errors import UserError
from engine.project.ids import Level
from engine.project.project import Project


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("export-decisions")(export_decisions)
    app.command("import-decisions")(import_decisions)
    app.command("export-folders")(export_folders)


def export_decisions(
    project: ProjectFolder,
    out: Annotated[Path, typer.Option("-o", help="The .csv or .json to write.")],
    level: LevelOption = "pages",
    as_json: Json = False,
) -> None:
    """Write every item with its decision, kind, note and groups, for a spreadsheet or another program."""
    with Project.open(project, write=False) as opened:
        count = exchange.write_decisions(opened, out, level)
    facts = {"out": str(out), "level": level, "count": count}
    Output(as_json).result(facts, f"{out}: {count} {level}.")


def import_decisions(
    project: ProjectFolder,
    source: Annotated[
        Path,
        typer.Argument(metavar="FILE|FOLDER", help="A .csv, a .json, or a folder with a sub-folder a label."),
    ],
    level: Annotated[
        Level | None, typer.Option(help="Only rows of this level; for tables that do not say: what they are.")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="A folder: accept the scans with this label, reject the others. May be repeated."),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take decisions, kinds and notes from a table or a folder of labels: one entry in the history."""
    if accept and not source.is_dir():
        raise UserError(f"{source} is no folder of labels.", "A table says itself what is accepted.")
    output = Output(as_json)
    with Project.open(project, write=not dry_run) as opened:
        if source.is_dir():
            _need_pages(level)
            with output.bar("read") as bar:
                rows = folders.read_folders(source, accept or (), bar)
        else:
            rows = exchange.read_decisions(source, level)
        plan = exchange.plan_import(opened, rows, {"by": "import", "of": source.resolve().name})
        gestures = [plan.gesture] if plan.gesture else []
        if not dry_run:
            carry_out(opened, gestures)
    facts: dict[str, Any] = {
        "level": rows[0].level,
        "dry_run": dry_run,
        "changed": plan.changed,
        "already": plan.already,
        "values": changed(gestures).get(rows[0].level, {}),
        "unknown": [{"what": what, "reason": reason} for what, reason in plan.unknown],
    }
    output.list_failures(plan.unknown, "fit nothing here")
    verb = "would change" if dry_run else "changed"
    lines = [f"{described(one)}." for one in gestures]
    output.result(facts, *lines, f"{plan.changed} {rows[0].level} {verb}, {plan.already} were so already.")
    if plan.unknown:
        raise typer.Exit(INCOMPLETE)


def _need_pages(level: Level | None) -> None:
    if level == "drawings":
        raise UserError("A folder of labels holds scans, which are pages.", "Leave --level out.")


def export_folders(
    project: ProjectFolder,
    out: Annotated[Path, typer.Option("-o", help="A new folder, or one written by this command.")],
    by: Annotated[By, typer.Option(help="What the sub-folders are called by.")] = "kind",
    link: Annotated[bool, typer.Option("--link", help="Links in the place of copies.")] = False,
    as_json: Json = False,
) -> None:
    """Copy the scans into one folder a kind or a decision; the scans themselves are only read."""
    output = Output(as_json)
    with Project.open(project, write=False) as opened, output.bar("copy") as bar:
        written = folders.write_folders(opened, out, by, link=link, reporter=bar)
    facts = {
        "out": str(out),
        "folders": written.counts,
        "failed": [{"id": id_, "reason": reason} for id_, reason in written.failed],
    }
    output.list_failures(written.failed, "not copied")
    lines = [f"{count:>6}  {name}" for name, count in sorted(written.counts.items())]
    output.result(facts, *lines, f"{sum(written.counts.values())} scans in {out}.")
    if written.failed:
        raise typer.Exit(INCOMPLETE)
