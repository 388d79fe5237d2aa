"""Pages made up for the tests of curation."""

from __future__ import annotations

import cv2
import numpy as np


def blank(height: int = 640, width: int = 490, tone: int = 245) -> np.ndarray:
    return np.full((height, width, 3), tone, dtype=np.uint8)


def drawing(seed: int = 0, binding: str | None = None, box: tuple[int, int, int, int] = (140, 120, 360, 520)):
    """A wavering line inside `box`, a page number, and a spiral at the side asked for."""
    page, rng = blank(), np.random.default_rng(seed)
    x0, y0, x1, y1 = box
    points = np.column_stack([rng.uniform(x0, x1, 24), rng.uniform(y0, y1, 24)])
    points[0], points[1] = (x0, y0), (x1, y1)
    cv2.polylines(page, [points.round().astype(np.int32)], False, (30, 30, 30), 2, cv2.LINE_AA)
    cv2.putText(page, "17", (420, 625), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (60, 60, 60), 1)
    if binding:
        x = 4 if binding == "left" else 452
        for y in range(6, 640, 18):
            cv2.ellipse(page, (x + 16, y), (16, 5), 0, 0, 360, (20, 20, 20), 3)
    return page


def painting(seed: int = 0):
    page, rng = blank(tone=190), np.random.default_rng(seed)
    for _ in range(30):
        centre = tuple(int(v) for v in rng.integers(80, 420, 2))
        colour = tuple(int(v) for v in rng.integers(30, 200, 3))
        cv2.circle(page, centre, int(rng.integers(20, 80)), colour, -1)
    return page
