"""`trace`, `traces`, `trace-image`: from ink to strokes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import INCOMPLETE, STOPPED, Json, Output
from engine.errors import UserError
from engine.project.atomic import write_text
from engine.project.project import Project
from engine.trace.choices import (
    TraceChoices,
    load_choices,
    save_choices,
    settings_from_json,
    with_value,
)
from engine.trace.ranking import doubt, reasons, worst_first
from engine.trace.settings import TraceSettings
from engine.trace.store import TraceRow, trace_rows

if TYPE_CHECKING:
    from engine.trace.batch import TraceReport

Stage = Literal["strokes", "joined", "spliced"]
Annotations = Literal["drop", "keep"]

Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Change one setting, such as ink.seed_share=0.4."),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help='A JSON file such as {"ink": {"seed_share": 0.4}}.'),
]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("trace")(trace)
    app.command("traces")(traces)
    app.command("trace-image")(trace_image)


def trace(
    project: ProjectFolder,
    pages: Annotated[
        list[str] | None,
        typer.Option("--page", metavar="ID", help="Only this page, and settings for it alone; repeat it."),
    ] = None,
    sets: Set = None,
    settings: SettingsFile = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget the settings chosen before.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also pages that are no line ink.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a core by default.")] = None,
    as_json: Json = False,
) -> None:
    """Trace every accepted page; what is up to date is left alone. Settings are kept for the next time."""
    from engine.trace.batch import trace_pages, wanted_pages

    output = Output(as_json)
    with Project.open(project) as opened:
        wanted_pages(opened, pages)
        choices = _chosen(load_choices(opened), pages, sets or [], settings, reset)
        save_choices(opened, choices)
        with output.bar("trace") as bar:
            report = trace_pages(opened, page_ids=pages, workers=workers, reporter=bar)
            if anyway and report.not_line_ink and not report.stopped:
                save_choices(opened, replace(choices, anyway=choices.anyway | set(report.not_line_ink)))
                again = trace_pages(opened, page_ids=report.not_line_ink, workers=workers, reporter=bar)
                report = _added(report, again)
        rows = [row for row in trace_rows(opened).values() if not row.error]
    _tell(output, report, rows)
    if report.stopped:
        raise typer.Exit(STOPPED)
    if report.failed:
        raise typer.Exit(INCOMPLETE)


def _chosen(
    choices: TraceChoices, pages: list[str] | None, sets: list[str], file: Path | None, reset: bool
) -> TraceChoices:
    """The project's choices with what was asked for now, for all pages or for the pages named."""
    if not pages:
        return replace(choices, default=_settings(choices.default, sets, file, reset))
    own = {page: _settings(choices.of(page), sets, file, reset) for page in pages}
    kept = {**choices.pages, **own}
    return replace(choices, pages={page: one for page, one in kept.items() if one != choices.default})


def _settings(settings: TraceSettings, sets: list[str], file: Path | None, reset: bool) -> TraceSettings:
    if reset:
        settings = TraceSettings()
    if file is not None:
        settings = settings_from_json(_read_json(file))
    for one in sets:
        name, equals, text = one.partition("=")
        if not equals:
            raise UserError(f"{one} sets nothing.", "Write a name, =, and a value: ink.seed_share=0.4.")
        settings = with_value(settings, name.strip(), _value(text))
    return settings


def _value(text: str) -> Any:
    """A number, or the numbers of a pair; anything else is left for the setting to refuse."""
    try:
        parts = [json.loads(part) for part in text.strip("[] ").split(",")]
    except ValueError:
        return text
    return parts if len(parts) > 1 else parts[0]


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise UserError(f"Cannot read {file}: {error.strerror}.", "Check the name.") from error
    except ValueError as error:
        raise UserError(f"{file} is no JSON: {error}.", "Put the file right.") from error


def _added(first: TraceReport, second: TraceReport) -> TraceReport:
    return replace(
        second,
        traced=first.traced + second.traced,
        fresh=first.fresh + second.fresh,
        failed=first.failed + second.failed,
        seconds=first.seconds + second.seconds,
    )


def _tell(output: Output, report: TraceReport, rows: list[TraceRow]) -> None:
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
    refused = [
        f"{len(report.not_line_ink)} left alone, they are no line ink (--anyway traces them): "
        f"{', '.join(report.not_line_ink)}."
    ]
    output.result(
        facts,
        f"{len(report.traced)} pages traced in {report.seconds:.0f} s, {len(report.fresh)} were already.",
        f"Strokes {facts['strokes']} -> joined {facts['joined']} -> spliced {facts['spliced']}; "
        f"{facts['drawings']} drawing{'' if facts['drawings'] == 1 else 's'}.",
        *(refused if report.not_line_ink else []),
    )


def traces(
    project: ProjectFolder,
    out: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write them here too.")] = None,
    as_json: Json = False,
) -> None:
    """List every traced page, the one that most needs a look first."""
    with Project.open(project, write=False) as opened:
        rows = worst_first(trace_rows(opened).values())
    facts = [
        {**asdict(row), "doubt": round(doubt(row), 2), "reasons": "; ".join(reasons(row))} for row in rows
    ]
    for fact in facts:
        del fact["key"]
    if out is not None:
        _write_csv(out, facts)
    if not rows:
        lines = ["No page is traced yet: singleline trace PROJECT."]
    else:
        width = max(len(row.page) for row in rows)
        head = f"{'page':<{width}} strokes drawings covered invented uncertain mends lapsed"
        lines = [head, *(_line(row, width, "; ".join(reasons(row))) for row in rows)]
    Output(as_json).result({"pages": facts}, *lines, *([f"Written to {out}."] if out else []))


def _line(row: TraceRow, width: int, what: str) -> str:
    return (
        f"{row.page:<{width}} {row.spliced:>7} {row.drawings:>8} {100 * row.coverage:>6.1f}% "
        f"{row.invented_px:>8.0f} {row.uncertain:>9} {row.mends:>5} {row.lapsed:>6}  {what}"
    ).rstrip()


def _write_csv(out: Path, facts: list[dict[str, Any]]) -> None:
    buffer = io.StringIO()
    names = list(facts[0]) if facts else ["page"]
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(facts)
    write_text(out, buffer.getvalue())


def trace_image(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A scan; only read.")],
    out: Annotated[Path, typer.Option("-o", help="OUT.svg or OUT.json.")],
    stage: Annotated[Stage, typer.Option(help="How far to go.")] = "spliced",
    annotations: Annotated[Annotations, typer.Option(help="Page numbers and captions.")] = "drop",
    sets: Set = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """Trace one image, without a project."""
    from engine.scans.images import load_pixels
    from engine.strokes.svg import write_svg
    from engine.trace.pipeline import trace_image as trace_pixels

    if out.suffix.lower() not in (".svg", ".json"):
        raise UserError(f"{out} says no format this can write.", "End its name in .svg or .json.")
    if not image.is_file():
        raise UserError(f"There is no file {image}.", "Check the name.")
    if out.exists() and out.samefile(image):
        raise UserError(f"{out} is the scan itself.", "Scans are never written over; choose another name.")
    chosen = _settings(TraceSettings(), sets or [], settings, reset=False)
    found = trace_pixels(load_pixels(image), chosen, annotations=annotations)
    strokes = getattr(found, stage)
    if out.suffix.lower() == ".svg":
        width = max(found.pen_width_px, 1.0)
        write_svg(out, strokes, (found.width_px, found.height_px), stroke_width=width)
    else:
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
