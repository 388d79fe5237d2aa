"""`generate` and `compare`: drawings out of a run, or of several with the same seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from engine.cli import manner
from engine.cli.animating import check_files, write_files
from engine.cli.desk import Desk
from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.dataset.npz import object_array
from engine.errors import UserError
from engine.project.atomic import replacing, write_json
from engine.strokes.smooth import smooth_drawing
from engine.strokes.stroke3 import to_stroke3
from engine.strokes.svg import write_svg
from engine.strokes.types import Drawing

if TYPE_CHECKING:
    from engine.sampling.options import Options

SERIES = (0.1, 0.3, 0.5, 0.7, 0.9, 1.1)
"""Variabilities of a series, from tame to wild."""
_MOST_IN_A_ROW = 12

Outs = Annotated[
    list[Path] | None, typer.Option("-o", help="A file of any format `animate` knows; may be repeated.")
]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("generate")(generate)
    app.command("compare")(compare)


def generate(
    project: ProjectFolder,
    run: manner.RunName,
    n: Annotated[int, typer.Option("-n", min=1, max=10_000, help="How many drawings.")] = 16,
    variability: manner.Variability = 0.5,
    seed: manner.Seed = 0,
    out: Outs = None,
    gif: Annotated[Path | None, typer.Option(help="An animation of all of them drawing themselves.")] = None,
    svg: Annotated[Path | None, typer.Option(help="A folder for one SVG each.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="A PNG contact sheet.")] = None,
    npz: Annotated[Path | None, typer.Option(help="Stroke-3, as SketchRNN code reads it.")] = None,
    record: Annotated[Path | None, typer.Option(help="A .json file: where each drawing comes from.")] = None,
    nearest: Annotated[
        bool, typer.Option("--nearest", help="Say in the record which real drawing each is most like.")
    ] = False,
    series: Annotated[
        bool, typer.Option("--series", help=f"Each at {len(SERIES)} variabilities, from tame to wild.")
    ] = False,
    checkpoint: manner.Checkpoint = "",
    choice: manner.Choice = None,
    spread: manner.Spread = None,
    pen: manner.Pen = None,
    top_p: manner.TopP = 1.0,
    one_stroke: manner.OneStroke = False,
    points: manner.Points = "",
    side: manner.Side = "",
    start: manner.Start = "",
    era: manner.Era = -1,
    retry: manner.Retry = False,
    as_json: Json = False,
) -> None:
    """Let the machine draw; without a file to write, a contact sheet goes to the project's exports."""
    output, outs = Output(as_json), list(out or ())
    check_files(outs)
    _check_suffixes((gif, ".gif"), (sheet, ".png"), (npz, ".npz"), (record, ".json"))
    options = manner.options_of(
        variability, seed, apart=(choice, spread, pen), top_p=top_p, one_stroke=one_stroke, points=points,
        side=side, start=start, era=era, retry=retry,
    )  # fmt: skip
    desk = Desk(project, run, checkpoint)
    if not any((outs, gif, svg, sheet, npz, record)):
        sheet = desk.layout.exports / f"{run}-seed{seed}-{'series' if series else f't{variability:g}'}.png"
    manners = [replace(options, variability=value) for value in SERIES] if series else [options]
    drawn = _draw(desk, n, manners, output)
    written = _write(drawn, [*outs, *filter(None, (gif,))], sheet, len(SERIES) if series else None, output)
    if svg is not None:
        written.extend(_write_svgs(svg, [one for one, _ in drawn], run, seed))
    if npz is not None:
        _write_npz(npz, [one for one, _ in drawn])
        written.append(str(npz))
    if record is not None:
        write_json(record, {"drawings": list(_records(desk, drawn, nearest=nearest))})
        written.append(str(record))
    facts = {
        "run": run,
        "checkpoint": desk.weights.name,
        "n": len(drawn),
        "temperature": variability,
        "seed": seed,
        "points": sum(one.n_points for one, _ in drawn),
        "files": written,
    }
    output.result(facts, f"{len(drawn)} drawings:", *(f"  {path}" for path in written))


def compare(
    project: ProjectFolder,
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Two runs or more; base, too.")],
    n: Annotated[int, typer.Option("-n", min=1, max=_MOST_IN_A_ROW, help="Drawings of each.")] = 8,
    variability: manner.Variability = 0.5,
    seed: manner.Seed = 0,
    era: Annotated[
        list[int] | None, typer.Option(help="One run in several eras, in place of runs; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", help="A .png sheet; by default into the exports.")] = None,
    as_json: Json = False,
) -> None:
    """Let runs, or one run in several eras, draw with the same seeds: a row each, of one seed a column."""
    output, eras = Output(as_json), list(era or ()) or [-1]
    if len(runs) * len(eras) < 2:
        raise UserError("One run alone is compared with nothing.", "Name two runs, or one run and two eras.")
    rows = [(Desk(project, run), one) for run in runs for one in eras]
    target = rows[0][0].target(out, f"{'-'.join(runs)}-seed{seed}.png", ".png")
    drawn = [
        made
        for desk, one in rows
        for made in _draw(desk, n, [manner.options_of(variability, seed, era=one)], output)
    ]
    _write(drawn, [], target, n, output)
    facts = {"runs": runs, "eras": eras, "n": n, "seed": seed, "files": [str(target)]}
    output.result(facts, f"{len(rows)} rows of {n} drawings: {target}")


def _draw(
    desk: Desk, n: int, manners: Sequence[Options], output: Output
) -> list[tuple[Drawing, dict[str, Any]]]:
    """`n` drawings in each manner, those of one seed side by side, and where each comes from."""
    columns = []
    with output.bar("draw") as bar:
        for options in manners:
            made = desk.sampler.draw(n, options, reporter=bar)
            if bar.stopped():
                raise typer.Exit(STOPPED)
            told = [desk.machine.provenance(index, options) for index in range(n)]
            columns.append(list(zip(made, told, strict=True)))
    return [column[index] for index in range(n) for column in columns]


def _records(
    desk: Desk, drawn: Sequence[tuple[Drawing, dict[str, Any]]], *, nearest: bool
) -> Iterator[dict[str, Any]]:
    """Provenance of each drawing, with the nearest real one where it is wanted and there is one."""
    from engine.sampling.provenance import Provenance

    real = desk.machine.real_drawings.result() if nearest else None
    found = [None] * len(drawn) if real is None else real.nearest([one for one, _ in drawn])
    for (_, told), one in zip(drawn, found, strict=True):
        yield told if one is None else Provenance.from_json(told).with_nearest(one).to_json()


def _write(
    drawn: Sequence[tuple[Drawing, dict[str, Any]]],
    outs: Sequence[Path],
    sheet: Path | None,
    columns: int | None,
    output: Output,
) -> list[str]:
    """Write the sheet and what draws itself; returns what was written."""
    from engine.export.frames import Animation, machine_look
    from engine.export.sheet import write_sheet

    raw = [one for one, _ in drawn]
    shown, written = [smooth_drawing(one) for one in raw], []
    if sheet is not None:
        write_sheet(sheet, shown, columns=columns, look=machine_look(len(shown)))
        written.append(str(sheet))
    if outs:
        animation = Animation(shown, machine_look(len(shown)), raw=raw)
        written += [str(path) for path in write_files(outs, animation, output)]
    return written


def _check_suffixes(*wanted: tuple[Path | None, str]) -> None:
    """Refuse a wrong name before the machine has drawn for a minute."""
    for path, suffix in wanted:
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
