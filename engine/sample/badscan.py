"""Scans that went wrong: moved, dark, askew, cut off, half the lid open."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def spoil(pixels: Pixels, accident: int, rng: np.random.Generator) -> Pixels:
    """Spoil a good scan in one of five ways.

    Args:
        pixels: `(height, width, 3)` uint8 RGB.
        accident: Which way; any number, every fifth is the same.
        rng: How bad it was.

    Returns:
        An image of the same shape.
    """
    accidents = (_moved, _dark, _askew, _cut_off, _lid_open)
    return accidents[accident % len(accidents)](pixels, rng)


def _moved(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The page slipped while the lamp went by."""
    reach = int(rng.integers(31, 61)) | 1
    kernel = np.zeros((reach, reach), np.float32)
    cv2.line(kernel, (0, int(rng.integers(reach))), (reach - 1, int(rng.integers(reach))), 1.0, 2)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.uint8)


def _dark(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Hardly any light, and blurred."""
    dim = cv2.GaussianBlur(pixels, (0, 0), 3.0).astype(np.float32) * rng.uniform(0.18, 0.32)
    return np.asarray(dim + 12, np.uint8)


def _askew(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """The book lay far off square on a dark bed."""
    high, wide = pixels.shape[:2]
    angle = rng.choice([-1, 1]) * rng.uniform(14, 32)
    turn = cv2.getRotationMatrix2D(
        (wide * rng.uniform(0.4, 0.6), high * rng.uniform(0.3, 0.7)), angle, rng.uniform(0.75, 0.95)
    )
    return np.asarray(cv2.warpAffine(pixels, turn, (wide, high), borderValue=(46, 45, 44)), np.uint8)


def _cut_off(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Most of the page lay outside the glass."""
    high, wide = pixels.shape[:2]
    shift = np.array([[1, 0.06, wide * rng.uniform(0.45, 0.7)], [-0.04, 1, high * rng.uniform(-0.5, 0.5)]])
    return np.asarray(cv2.warpAffine(pixels, shift, (wide, high), borderValue=(60, 60, 60)), np.uint8)


def _lid_open(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A deep shadow over half the page, the rest washed out."""
    high, wide = pixels.shape[:2]
    rows, columns = np.mgrid[0:1:40j, 0:1:30j].astype(np.float32)
    edge = 1 / (1 + np.exp(-(columns + 0.5 * rows - rng.uniform(0.5, 0.8)) * rng.choice([-1, 1]) * 14))
    light = cv2.resize(edge.astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)[..., None]
    pale = 0.25 * pixels.astype(np.float32) + 190
    return np.asarray(np.clip(light * pale + (1 - light) * pixels * np.float32(0.16), 0, 255), np.uint8)
