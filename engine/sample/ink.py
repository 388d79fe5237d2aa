"""Ink on paper: how much of each pixel a line covers, and what that does to the colour."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.sample.pen import Points, line_widths

Image = NDArray[np.float32]
"""A page being made: `(3, height, width)` float32, RGB, 0 to 255. In planes: they are quicker to change."""

Coverage = NDArray[np.float32]
"""How much of each pixel is covered: `(height, width)` float32, 0 to 1."""

_FINER = 3
"""Lines are drawn this many times finer and averaged: widths then change in steps of a third of a pixel."""


def coverage(
    lines: Sequence[Points], width: float, shape: tuple[int, int], rng: np.random.Generator | None = None
) -> tuple[Coverage, tuple[slice, slice]]:
    """Rasterise pen lines with soft edges.

    Args:
        lines: Each `(n, 2)` in pixels; (0, 0) is the centre of the top left pixel.
        width: The pen's width in pixels.
        shape: Height and width of the page.
        rng: The hand's pressure; without it the line is equally wide everywhere.

    Returns:
        The coverage of a window of the page, and that window as slices.
    """
    window = _window(lines, width, shape)
    top, left = window[0].start, window[1].start
    high, wide = window[0].stop - top, window[1].stop - left
    canvas = np.zeros((high * _FINER, wide * _FINER), np.uint8)
    for line in lines:
        widths = np.full(len(line), width) if rng is None else line_widths(line, width, rng)
        fine = ((line - (left, top) + 0.5) * _FINER - 0.5) * 16
        _stroke(canvas, np.round(fine).astype(np.int32), np.maximum(1, np.round(widths * _FINER)).astype(int))
    small = cv2.resize(canvas, (wide, high), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) * np.float32(1 / 255), window


def _window(lines: Sequence[Points], width: float, shape: tuple[int, int]) -> tuple[slice, slice]:
    """The part of the page the lines can touch, at least one pixel large."""
    points = np.concatenate(lines)
    low = np.maximum(np.floor(points.min(axis=0) - 2 * width - 3).astype(int), 0)
    high = np.ceil(points.max(axis=0) + 2 * width + 4).astype(int)
    left, top = min(int(low[0]), shape[1] - 1), min(int(low[1]), shape[0] - 1)
    right, bottom = min(max(int(high[0]), left + 1), shape[1]), min(max(int(high[1]), top + 1), shape[0])
    return slice(top, bottom), slice(left, right)


def _stroke(canvas: NDArray[np.uint8], points: NDArray[np.int32], thickness: NDArray[np.int_]) -> None:
    """Draw runs of equal thickness, each overlapping the next by one point so that no gap opens."""
    changes = np.flatnonzero(np.diff(thickness)) + 1
    for start, stop in zip([0, *changes], [*changes, len(points)], strict=True):
        run = points[start : stop + 1]
        cv2.polylines(canvas, [run], False, 255, int(thickness[start]), cv2.LINE_8, 4)


def blurred(cover: Coverage, sigma_px: float) -> Coverage:
    """Soften coverage: ink creeps into the paper, light into a shadow."""
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), sigma_px), np.float32)


def lay_ink(
    image: Image, cover: Coverage, window: tuple[slice, slice], colour: Sequence[float], density: float = 1.0
) -> None:
    """Mix ink into the page in place.

    Args:
        image: The page.
        cover: Coverage of the window.
        window: Where the coverage lies.
        colour: RGB of the ink, 0 to 255.
        density: 1 is opaque.
    """
    inked = np.nonzero(cover)  # a line covers a few pixels in a hundred
    share = cover[inked] * np.float32(density)
    for plane, value in zip(image, colour, strict=True):
        part = plane[window]
        under = part[inked]
        part[inked] = under + share * (np.float32(value) - under)


def shade(image: Image, cover: Coverage, window: tuple[slice, slice], depth: float) -> None:
    """Darken the page in place where something lies behind it; `depth` is the share of light taken."""
    light = 1.0 - np.float32(depth) * cover
    for plane in image:
        plane[window] *= light
