"""`animate`: drawings of any kind, drawing themselves or lying still, as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.named import NamedDrawing, find_drawings, some_of
from engine.cli.options import ProjectFolder
from engine.cli.output import STOPPED, Json, Output
from engine.errors import UserError
from engine.export.colours import INK, MACHINE_INK, PAPER
from engine.export.formats import FORMATS, estimate_bytes, format_of, write_file
from engine.export.frames import Animation, Look, PenKind
from engine.export.plot import Plot, Turn, sheet_size
from engine.export.timeline import By, Pace

_SIDE_PX, _GRID_SIDE_PX = 512, 800
_PLOT = Plot()

Outs = Annotated[list[Path], typer.Option("-o", help="A file to write; may be repeated.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("animate")(animate)


def animate(
    project: ProjectFolder,
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...",
            help="Ids of drawings or pages, kept drawings (or `kept`, all), a dataset, .svg or .npz files.",
        ),
    ],
    out: Outs,
    kind: Annotated[
        str, typer.Option("--format", help=f"{', '.join(FORMATS)}; by the file's name if not given.")
    ] = "",
    size: Annotated[str, typer.Option(help="Pixels: 512 or 1080x1920.")] = "",
    seconds: Annotated[float, typer.Option(min=0.1, max=600, help="Until all is drawn.")] = 4.0,
    hold: Annotated[float, typer.Option(min=0, max=600, help="How long the end stays, seconds.")] = 1.5,
    fps: Annotated[int, typer.Option(min=1, max=120, help="Pictures a second.")] = 30,
    pace: Annotated[By, typer.Option(help="One pen speed, or the same time for each point.")] = "length",
    skip_lifts: Annotated[bool, typer.Option("--skip-lifts", help="A lifted pen takes no time.")] = False,
    soft: Annotated[bool, typer.Option("--soft", help="Begin and end slowly.")] = False,
    pen: Annotated[PenKind, typer.Option(help="An even line, or a pen's: wide where it is slow.")] = "even",
    show_lifts: Annotated[bool, typer.Option("--show-lifts", help="Show the way of the lifted pen.")] = False,
    line: Annotated[float, typer.Option(min=0, help="Width of the line in pixels; 0 fits the size.")] = 0.0,
    ink: Annotated[list[str] | None, typer.Option(help="#RRGGBB or a name; more are taken in turn.")] = None,
    paper: Annotated[str, typer.Option(help="Colour of the paper.")] = PAPER,
    sheet: Annotated[str, typer.Option(help="Plotter: A4, letter, ... or 200x300 (mm).")] = "A4",
    turn: Annotated[Turn, typer.Option(help="Plotter: how the sheet lies.")] = "auto",
    margin: Annotated[float, typer.Option(help="Plotter: empty around, mm.")] = _PLOT.margin_mm,
    pen_mm: Annotated[float, typer.Option(help="Plotter: width of the pen, mm.")] = _PLOT.pen_mm,
    feed: Annotated[float, typer.Option(help="Plotter: speed of the pen, mm a minute.")] = _PLOT.feed_mm_min,
    pen_up: Annotated[str, typer.Option(help="G-code that lifts the pen.")] = _PLOT.pen_up,
    pen_down: Annotated[str, typer.Option(help="G-code that puts it down.")] = _PLOT.pen_down,
    most: Annotated[
        int, typer.Option("-n", min=1, max=1000, help="Drawings at most; of more, evenly chosen ones.")
    ] = 36,
    each: Annotated[bool, typer.Option("--each", help="A file for each drawing, numbered.")] = False,
    estimate: Annotated[bool, typer.Option("--estimate", help="Say how large they get; write none.")] = False,
    as_json: Json = False,
) -> None:
    """Write drawings to files that move (GIF, film, SVG) or lie still (SVG, PNG), or for a plotter."""
    check_files(out, kind)
    shown = some_of(find_drawings(project, what), most)
    look = Look(
        _size(size, 1 if each else len(shown)), line or None, paper, tuple(ink or _inks(shown)), pen=pen,
        shows_travel=show_lifts,
    )  # fmt: skip
    clock = Pace(pace, "skip" if skip_lifts else "travel", seconds, hold, "soft" if soft else "even")
    plot = Plot(sheet_size(sheet), turn, margin, pen_mm, feed, pen_up, pen_down)
    drawings = [one.picture for one in shown]
    animation = Animation(drawings, look, clock, fps, plot, [one.drawing for one in shown])
    output = Output(as_json)
    facts: dict[str, Any] = {"drawings": [one.name for one in shown], "seconds": animation.duration_s}
    if estimate:
        sizes = [size for path in out for size in _estimates(path, animation, kind, each)]
        facts["files"] = [{"file": str(path), "estimated_bytes": bytes_} for path, bytes_ in sizes]
        output.result(facts, *(f"{path}: about {bytes_ / 1000:,.0f} KB" for path, bytes_ in sizes))
        return
    written = write_files(out, animation, output, kind, each=each)
    facts["files"] = [{"file": str(path), "bytes": path.stat().st_size} for path in written]
    lines = [f"{path}: {path.stat().st_size / 1000:,.0f} KB" for path in written]
    output.result(facts, f"{len(shown)} drawing{'s' if len(shown) > 1 else ''}:", *(f"  {t}" for t in lines))


def check_files(paths: Sequence[Path], kind: str = "") -> None:
    """Refuse names of no known kind before anything is drawn. Raises UserError."""
    for path in paths:
        format_of(path, kind)


def write_files(
    paths: Sequence[Path], animation: Animation, output: Output, kind: str = "", *, each: bool = False
) -> list[Path]:
    """Write the drawings to every one of the files, with a bar for each.

    Args:
        paths: The files; what kind they are, their names say.
        animation: What they show.
        output: Draws the bars.
        kind: A format for all of them, in place of their names.
        each: One file a drawing in place of a grid: `NAME-001.gif`, ...

    Returns:
        The files written.

    Raises:
        UserError: for a name of no known kind, or a disk that refuses.
        typer.Exit: when it was stopped.
    """
    check_files(paths, kind)
    written = []
    for path in paths:
        for target, shown in _targets(path, animation, each):
            with output.bar(format_of(path, kind).title) as bar:
                if not write_file(target, shown, kind, bar):
                    raise typer.Exit(STOPPED)
            written.append(target)
    return written


def _estimates(path: Path, animation: Animation, kind: str, each: bool) -> Iterator[tuple[Path, int]]:
    key = format_of(path, kind).key
    for target, shown in _targets(path, animation, each):
        yield target, estimate_bytes(shown, key)


def _targets(path: Path, animation: Animation, each: bool) -> Iterator[tuple[Path, Animation]]:
    """The files to write for one name, and what each of them shows."""
    if not each:
        yield path, animation
        return
    inks = animation.look.inks
    for index, drawing in enumerate(animation.drawings):
        look = replace(animation.look, inks=(inks[index % len(inks)],))
        raw = animation.raw[index : index + 1]
        name = f"{path.stem}-{index + 1:03d}{path.suffix}"
        yield path.with_name(name), replace(animation, drawings=(drawing,), look=look, raw=raw)


def _size(text: str, count: int) -> tuple[int, int]:
    if not text:
        side = _SIDE_PX if count == 1 else _GRID_SIDE_PX
        return side, side
    width, by, height = text.lower().replace("×", "x").partition("x")
    if not width.isdecimal() or not (height if by else width).isdecimal():
        raise UserError(f"{text!r} is no size.", "Give pixels, such as 512 or 1080x1920.")
    return int(width), int(height if by else width)


def _inks(shown: Sequence[NamedDrawing]) -> tuple[str, ...]:
    """A hand's ink and a machine's; where both are shown, each its own."""
    inks = tuple(MACHINE_INK if one.is_machine else INK for one in shown)
    return inks if len(set(inks)) > 1 and len(inks) <= 64 else inks[:1]
