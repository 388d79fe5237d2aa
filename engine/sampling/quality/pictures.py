"""Drawings as the embedder sees them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.strokes.raster import draw_strokes
from engine.strokes.stroke3 import Stroke3, from_stroke3
from engine.strokes.types import as_stroke, bounding_box

_SIDE_PX = 256
_PEN_PX = 1.5
_ROOM_PX = 31
"""The embedder takes marks near the rim of a page for binding and page number."""


def picture(rows: Stroke3) -> NDArray[np.uint8]:
    """A drawing on a white square, RGB `(256, 256, 3)`, as large as there is room for, in its middle."""
    strokes = from_stroke3(rows).strokes
    x0, y0, x1, y1 = bounding_box(strokes)
    middle = np.array([x0 + x1, y0 + y1], dtype=np.float32) / 2
    scale = np.float32((_SIDE_PX - 2 * _ROOM_PX) / max(x1 - x0, y1 - y0, 1e-6))
    lines = [as_stroke((stroke - middle) * scale + _SIDE_PX / 2) for stroke in strokes]
    grey = draw_strokes(lines, (_SIDE_PX, _SIDE_PX), _PEN_PX)
    return np.repeat(grey[:, :, None], 3, axis=2)
