"""`generate`: drawings out of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.dataset.npz import object_array
from engine.errors import UserError
from engine.jobs.runs import weights_of
from engine.project.atomic import replacing
from engine.project.project import Project
from engine.strokes.smooth import smooth_drawing
from engine.strokes.stroke3 import to_stroke3
from engine.strokes.svg import write_svg
from engine.strokes.types import Drawing


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("generate")(generate)


def generate(
    project: ProjectFolder,
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="Such as run001; base is the model that comes along.")
    ],
    n: Annotated[int, typer.Option("-n", min=1, max=10_000, help="How many drawings.")] = 16,
    temperature: Annotated[
        float, typer.Option(help="Variability: 0.1 tame, 1 as the artist, above wilder.")
    ] = 0.5,
    seed: Annotated[int, typer.Option(help="Same seed, same drawings.")] = 0,
    gif: Annotated[Path | None, typer.Option(help="An animation of all of them drawing themselves.")] = None,
    svg: Annotated[Path | None, typer.Option(help="A folder for one SVG each.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="A PNG contact sheet.")] = None,
    npz: Annotated[Path | None, typer.Option(help="Stroke-3, as SketchRNN code reads it.")] = None,
    as_json: Json = False,
) -> None:
    """Let the machine draw; without a file to write, a contact sheet goes to the project's exports."""
    from engine.export.frames import Animation, machine_look
    from engine.export.gif import write_gif
    from engine.export.sheet import write_sheet
    from engine.sampling.options import Options
    from engine.sampling.sampler import Sampler

    output = Output(as_json)
    _check_suffixes(gif, sheet, npz)
    with Project.open(project, write=False) as opened:
        checkpoint = weights_of(opened.layout, run)
        if gif is None and svg is None and sheet is None and npz is None:
            sheet = opened.layout.exports / f"{run}-seed{seed}-t{temperature:g}.png"
    with output.bar("draw") as bar:
        drawn = Sampler.load(checkpoint).draw(n, Options(temperature, seed=seed), reporter=bar)
        stopped = bar.stopped()
    if stopped:
        raise typer.Exit(STOPPED)
    shown = [smooth_drawing(one) for one in drawn]
    written: list[str] = []
    if sheet is not None:
        write_sheet(sheet, shown, look=machine_look(n))
        written.append(str(sheet))
    if gif is not None:
        with output.bar("GIF") as bar:
            write_gif(gif, Animation(shown, machine_look(n)), reporter=bar)
        written.append(str(gif))
    if svg is not None:
        written.extend(_write_svgs(svg, drawn, run, seed))
    if npz is not None:
        _write_npz(npz, drawn)
        written.append(str(npz))
    facts = {
        "run": run,
        "checkpoint": checkpoint.name,
        "n": n,
        "temperature": temperature,
        "seed": seed,
        "points": sum(one.n_points for one in drawn),
        "files": written,
    }
    output.result(facts, f"{n} drawings:", *(f"  {path}" for path in written))


def _check_suffixes(gif: Path | None, sheet: Path | None, npz: Path | None) -> None:
    """Refuse a wrong name before the machine has drawn for a minute."""
    for path, suffix in ((gif, ".gif"), (sheet, ".png"), (npz, ".npz")):
        if path is not None and path.suffix.lower() != suffix:
            raise UserError(f"{path} should end in {suffix}.", "Choose another name.")


def _write_svgs(folder: Path, drawn: list[Drawing], run: str, seed: int) -> list[str]:
    paths = [folder / f"{run}-seed{seed}-{number:03d}.svg" for number in range(len(drawn))]
    for path, one in zip(paths, drawn, strict=True):
        write_svg(path, one.strokes, smooth=True)
    return [str(path) for path in paths]


def _write_npz(path: Path, drawn: list[Drawing]) -> None:
    """One split, `train`, and two empty ones: the keys SketchRNN code looks for."""
    rows = object_array(tuple(to_stroke3(one) for one in drawn))
    with replacing(path) as file:
        np.savez_compressed(file, train=rows, valid=object_array(()), test=object_array(()))
