"""From the pieces an autotracer leaves to drawings: join, splice, put in order, separate."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from engine.strokes.geometry import resample
from engine.strokes.join import JoinSettings, join
from engine.strokes.order import in_drawing_order
from engine.strokes.separate import SeparateSettings, separate
from engine.strokes.splice import SpliceSettings, splice
from engine.strokes.types import Drawing, Stroke, as_stroke, bounding_box


@dataclass(frozen=True, slots=True)
class Assembly:
    """Steps from pieces to drawings; a step that is None is left out.

    Attributes:
        pen_units: Width of the line in the pieces' units; the lengths of all steps are in pen widths.
        join: Joining end to end.
        splice: Splicing strokes into one another.
        separate: One drawing per group of strokes that belong together.
    """

    pen_units: float = 2.0
    join: JoinSettings | None = None
    splice: SpliceSettings | None = None
    separate: SeparateSettings | None = None

    @property
    def is_off(self) -> bool:
        """Whether there is no step at all."""
        return not (self.join or self.splice or self.separate)


NO_ASSEMBLY = Assembly()
"""Strokes as they are, in the order they are in: what the tracing made needs nothing more."""

FRAGMENTS = Assembly(
    join=JoinSettings(touch_pens=4.0, gap_pens=7.5, invented_share=0.15),
    splice=SpliceSettings(retrace_share=0.25),
    separate=SeparateSettings(near_share=0.015, small_power=0.3, farthest_share=0.06, interlock=0.0),
)
"""For autotrace pieces on pages of 200 units: gaps up to 15 units, as the original had them.

Tuned on 300 pages of 46 pieces: of what stands apart more is separated than on traced pages, where a page
number and a second figure are known before.
"""

_WORTH_WORKERS = 100
"""Drawings from which starting processes costs less than it saves."""
_IDLE_WORKER_S = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """One drawing out of an assembly.

    Attributes:
        drawing: Its strokes; normalised where drawings were separated.
        area: Of its box where it was cut from, in square units; None where nothing was separated.
    """

    drawing: Drawing
    area: float | None = None


def assemble(drawing: Drawing, assembly: Assembly) -> tuple[Piece, ...]:
    """Take a drawing, or a whole page, through the steps.

    Args:
        drawing: At least one point.
        assembly: The steps. Without any of them the drawing comes back as it is, its strokes in their order.

    Returns:
        Drawings in reading order; none where everything is debris.
    """
    strokes: Sequence[Stroke] = drawing.strokes
    pen = assembly.pen_units
    if assembly.join or assembly.splice:
        # Both walk along points that lie closer together than the pen is wide.
        strokes = [as_stroke(resample(s, pen / 2)) for s in strokes if len(s)]
        if assembly.join:
            strokes = join(strokes, assembly.join, pen_width=pen)
        if assembly.splice:
            strokes = splice(strokes, assembly.splice, pen_width=pen)
        strokes = in_drawing_order(strokes)
    if assembly.separate is None:
        return (Piece(Drawing(tuple(strokes))),)
    groups = separate(strokes, assembly.separate, pen_width=pen)
    return tuple(_cut_out([strokes[k] for k in group]) for group in groups)


def _cut_out(strokes: Sequence[Stroke]) -> Piece:
    x0, y0, x1, y1 = bounding_box(strokes)
    return Piece(Drawing(tuple(strokes)).normalised(), (x1 - x0) * (y1 - y0))


def assemble_each(
    drawings: Sequence[Drawing], assembly: Assembly, workers: int | None = None
) -> Generator[tuple[Piece, ...] | str, None, None]:
    """Assemble many drawings.

    Args:
        drawings: With coordinates that may be anything.
        assembly: The steps.
        workers: Number of processes; one a core when None, none (this process) for 1.

    Yields:
        For each drawing, in order, what it came to, or why nothing came of it. Closing it ends the work.
    """
    if workers == 1 or len(drawings) < _WORTH_WORKERS:
        yield from (_assemble_one(drawing, assembly) for drawing in drawings)
        return
    import joblib  # here, as few recipes assemble

    calls = (joblib.delayed(_assemble_one)(drawing, assembly) for drawing in drawings)
    results = joblib.Parallel(
        n_jobs=workers or joblib.cpu_count(),
        return_as="generator",
        pre_dispatch="8*n_jobs",
        batch_size=4,
        backend="loky",
        idle_worker_timeout=_IDLE_WORKER_S,
    )(calls)
    with closing(results):
        yield from results


def _assemble_one(drawing: Drawing, assembly: Assembly) -> tuple[Piece, ...] | str:
    if not drawing.n_points:
        return "no strokes"
    if not all(np.isfinite(s).all() for s in drawing.strokes):
        return "coordinates that are not numbers"
    try:
        return assemble(drawing, assembly) or "nothing but debris"
    except (MemoryError, ArithmeticError, ValueError, IndexError) as error:
        # A page that cannot be put together is our fault, but the others are not to suffer for it.
        return f"it could not be put together: {type(error).__name__}: {error}"
