"""`trace`, `trace-image`: from ink to strokes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.cli.output import INCOMPLETE, STOPPED, Json, Output
from engine.cli.projects import ProjectFolder
from engine.errors import UserError
from engine.project.project import Project

Stage = Literal["strokes", "joined", "spliced"]
Annotations = Literal["drop", "keep"]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("trace")(trace)
    app.command("trace-image")(trace_image)


def trace(
    project: ProjectFolder,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a core by default.")] = None,
    as_json: Json = False,
) -> None:
    """Trace every accepted page; pages that are up to date are left alone."""
    from engine.trace.batch import trace_pages
    from engine.trace.store import trace_rows

    output = Output(as_json)
    with Project.open(project) as opened:
        with output.bar("trace") as bar:
            report = trace_pages(opened, workers=workers, reporter=bar)
        rows = [row for row in trace_rows(opened).values() if not row.error]
    facts = {
        "traced": report.traced,
        "fresh": len(report.fresh),
        "failed": [{"id": id_, "reason": reason} for id_, reason in report.failed],
        "not_line_ink": report.not_line_ink,
        "seconds": round(report.seconds, 2),
        "strokes": sum(row.strokes for row in rows),
        "joined": sum(row.joined for row in rows),
        "spliced": sum(row.spliced for row in rows),
        "drawings": sum(row.drawings for row in rows),
    }
    output.list_failures(report.failed, "pages not traced")
    output.result(
        facts,
        f"{len(report.traced)} pages traced in {report.seconds:.0f} s, {len(report.fresh)} were already.",
        f"Strokes {facts['strokes']} -> joined {facts['joined']} -> spliced {facts['spliced']}; "
        f"{facts['drawings']} drawing{'' if facts['drawings'] == 1 else 's'}.",
    )
    if report.stopped:
        raise typer.Exit(STOPPED)
    if report.failed:
        raise typer.Exit(INCOMPLETE)


def trace_image(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A scan; only read.")],
    out: Annotated[Path, typer.Option("-o", help="OUT.svg or OUT.json.")],
    stage: Annotated[Stage, typer.Option(help="How far to go.")] = "spliced",
    annotations: Annotated[Annotations, typer.Option(help="Page numbers and captions.")] = "drop",
    as_json: Json = False,
) -> None:
    """Trace one image, without a project."""
    from engine.project.atomic import write_text
    from engine.scans.images import load_pixels
    from engine.strokes.svg import write_svg
    from engine.trace.pipeline import trace_image as trace_pixels

    if out.suffix.lower() not in (".svg", ".json"):
        raise UserError(f"{out} says no format this can write.", "End its name in .svg or .json.")
    if not image.is_file():
        raise UserError(f"There is no file {image}.", "Check the name.")
    if out.exists() and out.samefile(image):
        raise UserError(f"{out} is the scan itself.", "Scans are never written over; choose another name.")
    found = trace_pixels(load_pixels(image), annotations=annotations)
    strokes = getattr(found, stage)
    if out.suffix.lower() == ".svg":
        width = max(found.pen_width_px, 1.0)
        write_svg(out, strokes, (found.width_px, found.height_px), stroke_width=width)
    else:
        import json

        points = [stroke.astype(float).round(2).tolist() for stroke in strokes]
        write_text(out, json.dumps({"strokes": points}))
    facts = {
        "image": str(image),
        "out": str(out),
        "stage": stage,
        "strokes": len(found.strokes),
        "joined": len(found.joined),
        "spliced": len(found.spliced),
        "drawings": len(found.drawings),
        "coverage": found.coverage,
        "invented_px": found.invented_px,
        "line_ink": found.line_ink,
    }
    Output(as_json).result(
        facts,
        f"{out}: strokes {facts['strokes']} -> joined {facts['joined']} -> spliced {facts['spliced']}; "
        f"{facts['drawings']} drawing{'' if facts['drawings'] == 1 else 's'}.",
        *([] if found.line_ink else ["This does not look like line ink."]),
    )
