"""`eras`: old sketchbooks against new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.errors import UserError
from engine.project.project import Project
from engine.scans.pages import pages

_CELL = 32


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    app.command("eras")(eras)


def eras(
    project: ProjectFolder,
    dataset: Annotated[
        str | None, typer.Argument(help="NAME or NAME/vNNN, whose recipe both eras share.")
    ] = None,
    old: Annotated[list[str] | None, typer.Option(help="An old sketchbook; may be repeated.")] = None,
    new: Annotated[list[str] | None, typer.Option(help="A new sketchbook; may be repeated.")] = None,
    model: Annotated[str | None, typer.Option(help="The model, perhaps with a preset.")] = None,
    minutes: Annotated[float, typer.Option(help="How long each era trains.")] = 10.0,
    steps: Annotated[int, typer.Option(help="How many steps each era trains, in place of minutes.")] = 0,
    start_from: Annotated[str, typer.Option(help="base, or a run that both begin with.")] = "",
    hold_out: Annotated[float, typer.Option(help="Share of the pages that only the table sees.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Same seed, same comparison.")] = 0,
    resume: Annotated[str | None, typer.Option(help="A comparison to go on with: eras001.")] = None,
    as_json: Json = False,
) -> None:
    """Train one model on old books and one on new ones, and see how well each predicts the other's pages."""
    from engine.jobs.eras import NEW, OLD, Eras, create_comparison, read_report
    from engine.jobs.runner import run_job
    from engine.training.settings import TrainSettings

    output = Output(as_json)
    with Project.open(project, write=False) as opened:
        layout, books = opened.layout, sorted({page.book for page in pages(opened)})
    if resume is not None:
        folder = layout.eras / resume
    elif dataset is None:
        raise UserError("Compare by which recipe?", "Give a dataset, or a comparison with --resume.")
    else:
        chosen = {"minutes": minutes, "steps": steps, "start_from": start_from, "seed": seed}
        settings = TrainSettings.from_json({**chosen, **({"model": model} if model else {})})
        groups = _groups(books, old or [], new or [])
        shared = dict(zip((OLD, NEW), groups, strict=True))
        folder = create_comparison(layout, Eras(dataset, shared, settings.to_json(), hold_out=hold_out))
    with output.bar("eras") as bar:
        status = run_job(folder, listener=bar)
    if status.state == "failed":
        raise UserError(f"{folder.name} failed: {status.error}", status.hint)
    report = read_report(folder)
    if status.state == "stopped" or report is None:
        output.result(
            {"comparison": folder.name, "state": "stopped"}, f"{folder.name} stopped; --resume goes on."
        )
        raise typer.Exit(STOPPED)
    facts = {"comparison": folder.name, "folder": str(folder), "state": status.state, **report}
    output.result(facts, *_lines(report, folder))


def _groups(books: list[str], old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Old and new books; where neither is named, the first and the second half of the shelf."""
    unknown = sorted({*old, *new} - set(books))
    if unknown:
        raise UserError(
            f"There is no sketchbook {', '.join(unknown)}.", f"The books are: {', '.join(books)}."
        )
    if old or new:
        return old or [b for b in books if b not in new], new or [b for b in books if b not in old]
    return books[: len(books) // 2], books[len(books) // 2 :]


def _lines(report: dict[str, Any], folder: Path) -> list[str]:
    """The cross table for people."""
    head = "nats a point".ljust(18) + "".join(f"on {name} pages".rjust(_CELL) for name in report["sets"])
    lines = [head]
    for model, nats, dearer, sure in zip(
        report["models"], report["nats"], report["dearer"], report["sure"], strict=True
    ):
        cells = [
            f"{n:.3f}".rjust(_CELL) if d == 0 else f"{n:.3f} ({d:+.3f}, {low:+.2f}..{high:+.2f})".rjust(_CELL)
            for n, d, (low, high) in zip(nats, dearer, sure, strict=True)
        ]
        lines.append(f"{model} books' model".ljust(18) + "".join(cells))
    gain, low, high = report["home"]
    lines.append(f"Pages of its own era cost a model {gain:.3f} nats a point less ({low:+.3f}..{high:+.3f}).")
    held = ", ".join(
        f"{n} drawings of {name} books ({', '.join(report['books'][name])})"
        for name, n in zip(report["sets"], report["drawings"], strict=True)
    )
    return [*lines, f"Held out: {held}. Drawings of both: {folder}."]
