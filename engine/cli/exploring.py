"""`interpolate`, `vary`, `surprise`, `hairs`: what a run makes of drawings that are there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.desk import Desk
from engine.cli.manner import DrawingName, RunName, Seed, Variability
from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Bar, Json, Output
from engine.errors import UserError
from engine.strokes.morph import morph
from engine.strokes.smooth import smooth_drawing
from engine.strokes.types import Drawing

if TYPE_CHECKING:
    from engine.sampling.options import Options

Out = Annotated[Path | None, typer.Option("-o", help="The file to write; by default into the exports.")]

_MOST_IN_A_ROW = 12
_FLIP_PICTURES = 60


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("interpolate")(interpolate)
    app.command("vary")(vary)
    app.command("surprise")(surprise)
    app.command("hairs")(hairs)


def interpolate(
    project: ProjectFolder,
    run: RunName,
    first: DrawingName,
    second: DrawingName,
    n: Annotated[int, typer.Option("-n", min=2, max=64, help="Drawings, the ends among them.")] = 8,
    by_shape: Annotated[
        bool, typer.Option("--by-shape", help="Lines turn into lines, whatever the run makes of them.")
    ] = False,
    variability: Variability = 0.2,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Go from one drawing to another: a strip (.png), or one turns into the other (.gif, .mp4, .webm)."""
    from engine.sampling.options import Options

    output, options = Output(as_json), Options(variability, seed=seed)
    desk = Desk(project, run)
    target = desk.target(out, f"{run}-between.png", ".png", ".gif", ".mp4", ".webm")
    ends = (desk.drawing(first), desk.drawing(second))
    with output.bar("between") as bar:
        drawn = _by_shape(ends, n) if by_shape else _by_code(desk, ends, n, options, bar)
        if bar.stopped() or not _write_steps(target, drawn, bar, has_own_ends=by_shape):
            raise typer.Exit(STOPPED)
    way = "shape" if by_shape else "code"
    facts = {"run": run, "between": [first, second], "way": way, "n": n, "seed": seed, "files": [str(target)]}
    output.result(facts, f"{n} drawings by {way}: {target}")


def vary(
    project: ProjectFolder,
    run: RunName,
    drawing: DrawingName,
    n: Annotated[int, typer.Option("-n", min=1, max=63, help="How many.")] = 8,
    amount: Annotated[float, typer.Option(min=0, max=1, help="0 the drawing itself, 1 any drawing.")] = 0.3,
    variability: Variability = 0.5,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Let a run vary a drawing; the sheet (.png or .gif) begins with the drawing itself."""
    from engine.sampling.options import Options
    from engine.sampling.variations import vary as vary_drawing

    output, options = Output(as_json), Options(variability, seed=seed)
    desk = Desk(project, run)
    target = desk.target(out, f"{run}-varied.png", ".png", ".gif")
    original = desk.drawing(drawing)
    with output.bar("vary") as bar:
        made = vary_drawing(desk.sampler, original, n, amount, options, stopped=bar.stopped)
        if bar.stopped() or not _write_sheet(target, [original, *made], bar):
            raise typer.Exit(STOPPED)
    facts = {"run": run, "drawing": drawing, "amount": amount, "n": n, "seed": seed, "files": [str(target)]}
    output.result(facts, f"{n} variations: {target}")


def surprise(
    project: ProjectFolder,
    run: RunName,
    drawing: DrawingName,
    era: Annotated[int, typer.Option(help="The drawing's era, for a run that tells eras apart.")] = -1,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show where a drawing surprises a run: pale as expected, dark where not (.svg); nats with --json."""
    from engine.export.overlays import usual_nats, write_surprise_svg
    from engine.sampling.surprise import surprise_along

    output, desk = Output(as_json), Desk(project, run)
    target = desk.target(out, f"{run}-surprise.svg", ".svg")
    shown = desk.drawing(drawing, simplified=False)
    nats, mean = surprise_along(desk.sampler, shown, recipe=desk.recipe, era=era)
    write_surprise_svg(target, shown, nats)
    low, high = usual_nats(nats)
    facts = {
        "run": run,
        "drawing": drawing,
        "mean": mean,
        "pale": low,
        "dark": high,
        "nats": [[round(value, 3) for value in of_stroke.tolist()] for of_stroke in nats],
        "files": [str(target)],
    }
    output.result(facts, f"{mean:.3f} nats a point; pale {low:.1f}, dark {high:.1f}: {target}")


def hairs(
    project: ProjectFolder,
    run: RunName,
    drawing: DrawingName,
    every: Annotated[int, typer.Option(min=1, help="From every so many points.")] = 3,
    points: Annotated[int, typer.Option(min=1, max=400, help="Points of a hair.")] = 12,
    each: Annotated[int, typer.Option(min=1, max=64, help="Hairs a place.")] = 1,
    variability: Variability = 0.5,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show how a drawing might have gone on, all along its lines (.svg)."""
    from engine.export.overlays import write_hairs_svg
    from engine.sampling.hairs import hairs as grow
    from engine.sampling.options import Options

    output, options = Output(as_json), Options(variability, seed=seed)
    desk = Desk(project, run)
    target = desk.target(out, f"{run}-hairs.svg", ".svg")
    shown = desk.drawing(drawing)
    with output.bar("hairs") as bar:
        grown = grow(
            desk.sampler, shown, every=every, points=points, each=each, options=options, stopped=bar.stopped
        )
        if bar.stopped():
            raise typer.Exit(STOPPED)
    write_hairs_svg(target, shown, [hair.line for hair in grown])
    facts = {"run": run, "drawing": drawing, "hairs": len(grown), "seed": seed, "files": [str(target)]}
    output.result(facts, f"{len(grown)} hairs: {target}")


def _by_shape(ends: tuple[Drawing, Drawing], n: int) -> list[Drawing]:
    """Steps between two drawings; smoothed first, as corners that are no points would stay corners."""
    return morph(smooth_drawing(ends[0]), smooth_drawing(ends[1]), n)


def _by_code(desk: Desk, ends: tuple[Drawing, Drawing], n: int, options: Options, bar: Bar) -> list[Drawing]:
    """Steps between two drawings, as a person would see them drawn; fewer when stopped."""
    from engine.sampling.latent import check_has_codes
    from engine.sampling.latent import interpolate as go_between

    try:
        check_has_codes(desk.sampler)
    except UserError as error:
        raise UserError(error.message, f"{error.hint.removesuffix('.')}: --by-shape.") from error
    made = go_between(desk.sampler, ends[0], ends[1], n, options, stopped=bar.stopped)
    return [smooth_drawing(one) for one in made]


def _write_steps(target: Path, drawn: Sequence[Drawing], bar: Bar, *, has_own_ends: bool) -> bool:
    """A strip; or a flip book, in which lines turn into lines from each step to the next."""
    from engine.export.colours import INK, MACHINE_INK
    from engine.export.flip import write_flip
    from engine.export.frames import Look, machine_look
    from engine.export.sheet import write_sheet

    if target.suffix.lower() == ".png":
        ends = (INK if has_own_ends else MACHINE_INK,)
        look = Look(inks=(*ends, *[MACHINE_INK] * (len(drawn) - 2), *ends))
        write_sheet(target, drawn, columns=len(drawn) if len(drawn) <= _MOST_IN_A_ROW else None, look=look)
        return True
    finely = max(_FLIP_PICTURES // (len(drawn) - 1), 1) + 1
    steps = [step for one, other in pairwise(drawn) for step in morph(one, other, finely)[:-1]]
    return write_flip(target, [*steps, drawn[-1]], machine_look(1), reporter=bar)


def _write_sheet(target: Path, drawn: Sequence[Drawing], bar: Bar) -> bool:
    """A sheet, or a sheet that draws itself; the first is the artist's."""
    from engine.export.colours import INK, MACHINE_INK
    from engine.export.frames import Animation, Look, machine_look
    from engine.export.gif import write_gif
    from engine.export.sheet import write_sheet

    shown, look = [smooth_drawing(one) for one in drawn], machine_look(len(drawn))
    if target.suffix.lower() == ".gif":
        return write_gif(target, Animation(shown, look), reporter=bar)
    write_sheet(target, shown, look=Look(inks=(INK, *[MACHINE_INK] * (len(shown) - 1))))
    return True
