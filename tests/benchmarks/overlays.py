"""Pictures to look at: a faded scan under its trace, one colour a stroke."""

from __future__ import annotations

import colorsys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.strokes.types import bounding_box
from engine.trace.types import Trace

_FINE = 4
"""Bits of sub-pixel accuracy that OpenCV draws with."""
_ANNOTATION, _BOX, _UNSURE = (150, 150, 150), (60, 60, 60), (255, 0, 200)
Colour = tuple[int, int, int]


def colours(count: int) -> list[Colour]:
    """Colours that differ as far as possible from the ones before (golden angle around the hue)."""
    found = []
    for k in range(count):
        red, green, blue = colorsys.hsv_to_rgb((0.02 + 0.618034 * k) % 1.0, 1.0, (0.9, 0.6, 0.75)[k % 3])
        found.append((int(255 * red), int(255 * green), int(255 * blue)))
    return found


def overlay(image: NDArray[np.uint8], trace: Trace) -> NDArray[np.uint8]:
    """Draw a trace over its faded page.

    Args:
        image: `(h, w, 3)` RGB uint8.
        trace: Its trace.

    Returns:
        `(h, w, 3)` RGB uint8: spliced strokes in distinct colours, a dot at each start, a ring at each end,
        annotations grey, drawings boxed and numbered, uncertain crossings ringed.
    """
    picture = np.asarray(255 - (255 - image.astype(np.int16)) * 0.4, dtype=np.uint8)
    thick = max(2, round(0.35 * trace.pen_width_px))
    for stroke in trace.annotations:
        _line(picture, stroke, _ANNOTATION, thick)
    for stroke, colour in zip(trace.spliced, colours(len(trace.spliced)), strict=True):
        _line(picture, stroke, colour, thick)
        cv2.circle(picture, _pixel(stroke[0]), 3 * thick, colour, -1, cv2.LINE_AA)
        cv2.circle(picture, _pixel(stroke[-1]), 3 * thick, colour, max(1, thick // 2), cv2.LINE_AA)
    for k, members in enumerate(trace.drawings):
        x0, y0, x1, y1 = bounding_box([trace.spliced[m] for m in members])
        cv2.rectangle(picture, _pixel((x0 - 12, y0 - 12)), _pixel((x1 + 12, y1 + 12)), _BOX, 2)
        cv2.putText(picture, str(k + 1), _pixel((x0, y0 - 18)), cv2.FONT_HERSHEY_SIMPLEX, 1.2, _BOX, 2)
    for place in getattr(trace, "uncertain", ()):
        cv2.circle(picture, _pixel(place), 8 * thick, _UNSURE, 2, cv2.LINE_AA)
    return picture


def save_overlay(folder: Path, name: str, image: NDArray[np.uint8], trace: Trace) -> None:
    """Write the overlay of one page as PNG, the figures of the page in its name's place at the top."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = cv2.cvtColor(overlay(image, trace), cv2.COLOR_RGB2BGR)
    text = (
        f"{name}: {len(trace.strokes)} -> {len(trace.joined)} -> {len(trace.spliced)} strokes, "
        f"{len(trace.drawings)} drawings, {len(trace.annotations)} annotations, "
        f"binding {trace.binding or '-'}, invented {trace.invented_px:.0f} px, coverage {trace.coverage:.4f}"
    )
    cv2.putText(picture, text, (10, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 200), 2, cv2.LINE_AA)
    cv2.imwrite(str(folder / f"{name}.png"), picture)


def _line(picture: NDArray[np.uint8], stroke: NDArray[np.floating], colour: Colour, thick: int) -> None:
    points = np.round(np.asarray(stroke, dtype=np.float64) * (1 << _FINE)).astype(np.int32)
    cv2.polylines(picture, [points.reshape(-1, 1, 2)], False, colour, thick, cv2.LINE_AA, _FINE)


def _pixel(point: object) -> tuple[int, int]:
    x, y = np.round(np.asarray(point, dtype=np.float64)).astype(int)
    return int(x), int(y)
