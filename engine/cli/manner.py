"""How the machine shall draw, as several commands ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import UserError

if TYPE_CHECKING:
    from engine.sampling.options import Options

RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="Such as run001; base is the model that comes along.")
]
DrawingName = Annotated[
    str,
    typer.Argument(
        metavar="DRAWING", help="A drawing's id, an .svg file, or FILE.npz:12 for the 12th of it."
    ),
]
Checkpoint = Annotated[str, typer.Option(help="best, last, or another name in the run's checkpoints.")]
Variability = Annotated[
    float, typer.Option("--variability", "--temperature", help="0.1 tame, 1 as the artist, above wilder.")
]
Seed = Annotated[int, typer.Option(help="Same seed, same drawings.")]
Choice = Annotated[float | None, typer.Option(help="Variability of which way the pen goes, apart.")]
Spread = Annotated[float | None, typer.Option(help="Variability of how exactly it goes there, apart.")]
Pen = Annotated[float | None, typer.Option(help="Variability of lifting and ending, apart.")]
TopP = Annotated[float, typer.Option(help="Only the likeliest ways, of so much chance together.")]
OneStroke = Annotated[bool, typer.Option("--one-stroke", help="The pen is never lifted.")]
Points = Annotated[str, typer.Option(metavar="LEAST-MOST", help="Such as 40-120; 40- or -120.")]
Side = Annotated[str, typer.Option(metavar="LEAST-MOST", help="The longer side, units of a 200-unit sheet.")]
Start = Annotated[str, typer.Option(metavar="X,Y", help="Where the pen begins, units of the sheet.")]
Era = Annotated[int, typer.Option(help="In the manner of which era, for a run that tells eras apart.")]
Retry = Annotated[bool, typer.Option("--retry", help="Refuse poor drawings and draw them again.")]


def options_of(
    variability: float,
    seed: int,
    *,
    apart: tuple[float | None, float | None, float | None] = (None, None, None),
    top_p: float = 1.0,
    one_stroke: bool = False,
    points: str = "",
    side: str = "",
    start: str = "",
    era: int = -1,
    retry: bool = False,
) -> Options:
    """What was asked for, of words that a person types.

    Args:
        variability: The one number.
        seed: Of all chance.
        apart: Variabilities of choice, spread and pen, where they are given.
        top_p: See `Options`, as all that follow.
        one_stroke: Likewise.
        points: `LEAST-MOST`.
        side: `LEAST-MOST`.
        start: `X,Y`.
        era: Likewise.
        retry: Likewise.

    Raises:
        UserError: for words that are no numbers, or numbers that draw nothing.
    """
    from engine.sampling.options import Options

    low, high = _span(points, "--points")
    choice, spread, pen = apart
    return Options(
        variability,
        choice,
        spread,
        pen,
        top_p,
        seed,
        era,
        one_stroke,
        points=(int(low), int(high)),
        side=_span(side, "--side"),
        start=_place(start),
        retry=retry,
    )


def _span(text: str, name: str) -> tuple[float, float]:
    """Least and most; 0 leaves an end open."""
    if not text:
        return 0.0, 0.0
    least, _, most = text.partition("-")
    try:
        return float(least or 0), float(most or 0)
    except ValueError as error:
        raise UserError(f"{name} {text} is no span.", f"Write it as {name} 40-120.") from error


def _place(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    x, _, y = text.partition(",")
    try:
        return float(x), float(y)
    except ValueError as error:
        raise UserError(f"--start {text} is no place.", "Write it as --start 100,20.") from error
