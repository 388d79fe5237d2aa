"""Strokes as a picture."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.strokes.types import Stroke

_SHIFT = 4
"""Binary digits of sub-pixel position OpenCV draws with."""
_LARGEST_PX = 2**14
"""OpenCV's fixed-point drawing overflows beyond: points farther out are held there."""


def draw_strokes(strokes: Sequence[Stroke], size: tuple[int, int], width: float = 2.0) -> NDArray[np.uint8]:
    """Draw strokes anti-aliased, black on white.

    Args:
        strokes: Each `(n, 2)` in pixels; an integer is the centre of a pixel.
        size: `(width, height)` of the picture, px.
        width: Line width, px; fractions are honoured.

    Returns:
        `(height, width)` uint8, 255 is paper.
    """
    columns, rows = size
    over = 4 if columns * rows <= 4_000_000 else 2  # OpenCV's own anti-aliasing knows whole widths only
    canvas = np.full((rows * over, columns * over), 255, np.uint8)
    thickness = max(1, round(width * over))
    # A single point is a dot: OpenCV draws one only for a line from a place to itself.
    lines = [_fixed_point(np.repeat(s, 2, axis=0) if len(s) == 1 else s, over) for s in strokes if len(s)]
    cv2.polylines(canvas, lines, False, 0, thickness, cv2.LINE_8, _SHIFT)
    return np.asarray(cv2.resize(canvas, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _fixed_point(stroke: Stroke, over: int) -> NDArray[np.int32]:
    """Points in the fixed-point format of OpenCV, on a canvas `over` times as large."""
    points = np.clip((stroke + 0.5) * over - 0.5, -_LARGEST_PX, _LARGEST_PX)
    return np.asarray(np.round(points * 2**_SHIFT).reshape(-1, 1, 2), dtype=np.int32)
