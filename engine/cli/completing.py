"""`complete`: a run goes on with a drawing that has been begun."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli import manner
from engine.cli.animating import check_files, write_files
from engine.cli.desk import Desk
from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.strokes.smooth import smooth_drawing
from engine.strokes.types import Drawing, Stroke


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("complete")(complete)


def complete(
    project: ProjectFolder,
    run: manner.RunName,
    drawing: manner.DrawingName,
    n: Annotated[int, typer.Option("-n", min=1, max=64, help="Ways, at each variability.")] = 8,
    share: Annotated[float, typer.Option(min=0.01, max=1, help="How much of the drawing is told.")] = 0.5,
    variability: Annotated[
        list[float] | None, typer.Option(help="0.1 tame, 1 as the artist; may be repeated, a row each.")
    ] = None,
    seed: manner.Seed = 0,
    checkpoint: manner.Checkpoint = "",
    top_p: manner.TopP = 1.0,
    one_stroke: manner.OneStroke = False,
    era: manner.Era = -1,
    out: Annotated[
        list[Path] | None, typer.Option("-o", help="A file of any format `animate` knows; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Let a run go on with the beginning of a drawing: yours in ink, the machine's in its own."""
    from engine.sampling.variations import beginning

    output, variabilities = Output(as_json), list(variability or ()) or [0.5]
    check_files(list(out or ()))
    desk = Desk(project, run, checkpoint)
    outs = list(out or ()) or [desk.layout.exports / f"{run}-completed.png"]
    whole = desk.drawing(drawing)
    begun, is_lifted = beginning(whole, max(round(share * whole.n_points), 1))
    made: list[Drawing] = []
    with output.bar("complete") as bar:
        for value in variabilities:
            options = manner.options_of(value, seed, top_p=top_p, one_stroke=one_stroke, era=era)
            made += desk.sampler.complete(begun, n, options, is_lifted=is_lifted, reporter=bar)
            if bar.stopped():
                raise typer.Exit(STOPPED)
    written = _write(outs, begun, made, output)
    facts = {
        "run": run,
        "drawing": drawing,
        "told": begun.n_points,
        "n": len(made),
        "variability": variabilities,
        "seed": seed,
        "files": written,
    }
    output.result(facts, f"{len(made)} completions:", *(f"  {path}" for path in written))


def _write(outs: list[Path], begun: Drawing, made: list[Drawing], output: Output) -> list[str]:
    """Each in two inks; learning code is given the whole lines."""
    from engine.export.colours import INK, MACHINE_INK
    from engine.export.frames import Animation, Look, machine_look
    from engine.export.recording import Recording

    shown, recordings = [], []
    for one in made:
        told, added = (smooth_drawing(Drawing(part)).strokes for part in split(one, begun.n_points))
        shown.append(Drawing((*told, *added)))
        recordings.append(Recording((0,) * len(told) + (1,) * len(added), ()))
    look = Look(machine_look(len(made)).size_px, inks=(INK, MACHINE_INK))
    animation = Animation(shown, look, raw=made, recordings=recordings)
    return [str(path) for path in write_files(outs, animation, output)]


def split(drawing: Drawing, points: int) -> tuple[tuple[Stroke, ...], tuple[Stroke, ...]]:
    """The first points of a drawing, and what comes after; a stroke that is cut has its point in both."""
    before: list[Stroke] = []
    after: list[Stroke] = []
    for stroke in drawing.strokes:
        if points > 0:
            before.append(stroke[:points])
        if points < len(stroke):
            after.append(stroke[max(points - 1, 0) :])
        points -= len(stroke)
    return tuple(before), tuple(after)
