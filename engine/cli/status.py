"""`status`: what the project holds, and how far it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import Json, Output
from engine.curate.items import Item, items
from engine.dataset.versions import datasets
from engine.jobs.runs import Run, runs
from engine.project.project import Project
from engine.scans.catalogue import skipped_files
from engine.trace.drawings import DrawingRow, drawings
from engine.trace.store import trace_rows


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command("status")(status)


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
