"""How wide exported lines are, held against pictures made without OpenCV."""

from __future__ import annotations

import numpy as np
import pytest

from engine.export.pen_canvas import PenCanvas
from engine.export.timeline import make_timeline
from engine.strokes.types import Stroke, as_stroke

SIDE_PX, FINE = 120, 8
TURN = np.linspace(0, 5, 150)
LINES = {
    "level": as_stroke([[20, 60], [100, 60]]),
    "between pixels": as_stroke([[20, 60.37], [100, 60.37]]),
    "slanting": as_stroke([[20, 40.3], [100, 71.7]]),
    "curve": as_stroke(np.column_stack([60 + 40 * np.cos(TURN), 60 + 40 * np.sin(TURN)])),
}


def drawn(stroke: Stroke, width_px: float) -> np.ndarray:
    canvas, moment = PenCanvas([stroke], (SIDE_PX, SIDE_PX), width_px), make_timeline([stroke]).at(99.0)
    return canvas.show(moment, moment.pen).astype(float) / 255


def exact(stroke: Stroke, width_px: float) -> np.ndarray:
    """All that is nearer to the line than half the pen's width, counted in 64ths of a pixel."""
    places = (np.arange(SIDE_PX * FINE) + 0.5) / FINE - 0.5
    x, y = np.meshgrid(places, places)
    apart = np.full(x.shape, np.inf)
    for start, end in zip(stroke[:-1].astype(float), stroke[1:].astype(float), strict=True):
        way = end - start
        along = np.clip(((x - start[0]) * way[0] + (y - start[1]) * way[1]) / (way @ way), 0, 1)
        apart = np.minimum(apart, np.hypot(x - start[0] - along * way[0], y - start[1] - along * way[1]))
    ink = (apart <= width_px / 2).astype(float)
    return ink.reshape(SIDE_PX, FINE, SIDE_PX, FINE).mean(axis=(1, 3))


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
@pytest.mark.parametrize("width_px", [1.0, 2.56, 4.0, 6.0])
def test_a_line_is_as_wide_as_its_pen(line, width_px):
    seen, right = drawn(line, width_px), exact(line, width_px)
    length = float(np.hypot(*np.diff(line, axis=0).T).sum())
    too_wide = (seen.sum() - right.sum()) / length
    # A quarter of a pixel is one of the four parts it is drawn with: only a level line may fall on its edge.
    assert abs(too_wide) < (0.27 if line is LINES["between pixels"] else 0.08)
    assert np.abs(seen - right).mean() < 0.35 * right.sum() / right.size
