"""Trace: everything found on one page."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.strokes.types import Drawing, Stroke


@dataclass(frozen=True, slots=True)
class Trace:
    """All strokes of one page, in the pixels of the full image.

    An integer coordinate is the centre of a pixel (OpenCV's convention). The three stages tell one story:
    `strokes` come straight from the ink, `joined` close the small gaps, `spliced` insert loops and side
    trips into the line they hang on.

    Attributes:
        width_px: Width of the image.
        height_px: Height of the image.
        strokes: In drawing order, each `(n, 2)` float32.
        joined: The same ink in fewer strokes, joined end to end.
        spliced: Fewer still.
        annotations: Page number, date, captions at the margins; not in the other lists.
        drawings: For each drawing the indices of its strokes in `spliced`, in drawing order. A stroke in
            none of them is debris.
        pen_width_px: The usual width of the line; 0 on an empty page.
        binding: Side of the spiral binding: "left", "right" or "" for none.
        line_ink: False for washes and solid fills, which centre lines cannot describe.
        invented_px: Length of pen movement in `spliced` that has no ink under it.
        coverage: Share of the ink within reach of the spliced strokes, 0 to 1; 1 on an empty page.
        widths: For each stroke of `spliced` the width of the ink at each of its points, `(n,)` float32 px;
            empty in traces from before widths were kept.
        uncertain: `(n, 2)` float32, junctions where another pairing was nearly as good; worst first.
    """

    width_px: int
    height_px: int
    strokes: tuple[Stroke, ...] = ()
    joined: tuple[Stroke, ...] = ()
    spliced: tuple[Stroke, ...] = ()
    annotations: tuple[Stroke, ...] = ()
    drawings: tuple[tuple[int, ...], ...] = ()
    pen_width_px: float = 0.0
    binding: str = ""
    line_ink: bool = True
    invented_px: float = 0.0
    coverage: float = 1.0
    widths: tuple[NDArray[np.float32], ...] = ()
    uncertain: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 2), np.float32))

    def drawing(self, index: int) -> Drawing:
        """The strokes of one drawing, in page pixels."""
        return Drawing(tuple(self.spliced[k] for k in self.drawings[index]))
