"""`new`, `import`, `status`: the project and its catalogue."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.output import STOPPED, Json, Output
from engine.curate.items import Item, items
from engine.curate.measures import measure_items
from engine.dataset.versions import datasets
from engine.errors import UserError
from engine.jobs.runs import Run, runs
from engine.project.project import Project
from engine.scans.catalogue import import_folder, skipped_files
from engine.trace.drawings import DrawingRow, drawings
from engine.trace.store import trace_rows

ProjectFolder = Annotated[Path, typer.Argument(metavar="PROJECT", help="The project folder.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("new")(new)
    app.command("import")(import_)
    app.command("status")(status)


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


def status(project: ProjectFolder, as_json: Json = False) -> None:
    """Say what the project holds and how far it is."""
    with Project.open(project, write=False) as opened:
        pages, traced = items(opened), trace_rows(opened)
        drawn = items(opened, "drawings")
        figures: dict[str, DrawingRow] = {row.id: row for row in drawings(opened)}
        versions, trainings = datasets(opened.layout), runs(opened.layout)
        facts = {
            "project": str(opened.layout.root),
            "name": opened.info.name,
            "pages": [
                {**_item(page), "trace": asdict(traced[page.id]) if page.id in traced else None}
                for page in pages
            ],
            "drawings": [
                {
                    **_item(one),
                    "page_id": one.page_id,
                    "strokes": figures[one.id].strokes,
                    "points": figures[one.id].points,
                }
                for one in drawn
            ],
            "datasets": [
                {
                    "id": one.id,
                    **{key: one.manifest.get(key) for key in ("made", "recipe_hash", "counts", "source")},
                }
                for one in versions
            ],
            "runs": [_run(run) for run in trainings],
            "skipped": [{"file": str(path), "reason": reason} for path, reason in skipped_files(opened)],
        }
        lines = [
            f"{opened.info.name} ({opened.layout.root})",
            f"pages     {_decided(pages)}; {sum(not row.error for row in traced.values())} traced",
            f"drawings  {_decided(drawn)}",
            f"datasets  {', '.join(one.id for one in versions) or 'none yet'}",
            f"runs      {', '.join(f'{run.id} ({run.status.state})' for run in trainings) or 'none yet'}",
        ]
        Output(as_json).result(facts, *lines)


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "book": item.book,
        "page": item.page,
        "variant": item.variant,
        "label": item.label,
        "kind": item.kind,
        "decision": item.decision,
        "cluster": item.cluster,
    }


def _run(run: Run) -> dict[str, Any]:
    metrics = run.last_metrics()
    return {
        "id": run.id,
        "dataset": run.dataset,
        "state": run.status.state,
        "model": run.settings.get("model"),
        "step": metrics.get("step"),
        "train_nll": metrics.get("train_nll"),
        "valid_nll": metrics.get("valid_nll"),
        "steps_per_s": metrics.get("steps_per_s"),
        "error": run.status.error,
    }


def _decided(found: list[Item]) -> str:
    counts = Counter(item.decision for item in found)
    return ", ".join([f"{len(found)}", *(f"{counts[name]} {name}" for name in sorted(counts))])
