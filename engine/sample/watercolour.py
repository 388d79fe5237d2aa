"""Watercolour: soft-edged washes of pigment that gathers at the rim, bleeds and runs into its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.sample import paper
from engine.sample.ink import Image
from engine.sample.pen import Points
from engine.strokes.smooth import catmull_rom

_PALETTES = (
    ((38, 62, 118), (98, 140, 168), (188, 120, 84), (226, 178, 96)),
    ((140, 52, 62), (206, 122, 108), (92, 96, 70), (226, 190, 130)),
    ((32, 86, 84), (96, 150, 120), (216, 180, 84), (150, 84, 110)),
    ((70, 60, 110), (150, 110, 160), (214, 132, 130), (110, 150, 180)),
    ((60, 58, 60), (116, 114, 118), (150, 128, 104), (88, 100, 116)),
)


def paint_wash(image: Image, rng: np.random.Generator, strokes: Sequence[Points], strength: float) -> None:
    """Lay several washes over the page in place, under the ink that follows.

    Args:
        image: The sheet.
        rng: The painter.
        strokes: Lines of the drawing, if there is one: some washes then gather inside it.
        strength: 1 for a full wash, less for a scan that hardly shows it.
    """
    palette = _PALETTES[int(rng.integers(len(_PALETTES)))]
    centres = _centres(rng, strokes)
    for x, y in centres:
        pigment = np.asarray(palette[int(rng.integers(len(palette)))], np.float32)
        size = rng.uniform(110, 330)
        mask = _blob(rng, x, y, size)
        for _ in range(int(rng.integers(0, 3))):
            mask = np.maximum(
                mask, _blob(rng, x + rng.normal(0, size * 0.7), y + rng.normal(0, size * 0.7), 0.5 * size)
            )
        _stain(image, mask, pigment, rng, strength)
    drops = [
        _blob(rng, rng.uniform(120, 1120), rng.uniform(100, 1540), rng.uniform(5, 22))
        for _ in range(int(rng.integers(3, 14)))
    ]
    _stain(image, np.maximum.reduce(drops), np.asarray(palette[0], np.float32), rng, strength)


def _centres(rng: np.random.Generator, strokes: Sequence[Points]) -> list[tuple[float, float]]:
    """Where the brush comes down."""
    count = int(rng.integers(4, 9))
    if strokes:
        points = np.concatenate(strokes)
        picked = points[rng.integers(0, len(points), count)]
        return [(float(x), float(y)) for x, y in picked]
    spread = np.column_stack([rng.uniform(240, 1000, count), rng.uniform(240, 1400, count)])
    return [(float(x), float(y)) for x, y in spread]


def _blob(rng: np.random.Generator, x: float, y: float, size: float) -> NDArray[np.float32]:
    """An irregular closed shape at half the page's resolution, 0 to 1."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    radius = np.ones_like(angles)
    for wave in range(1, 9):
        radius += rng.normal(0, 0.24 / wave) * np.cos(wave * angles + rng.uniform(0, 2 * np.pi))
    squeeze = rng.uniform(0.6, 1.5)
    ring = np.column_stack(
        [x + size * radius * np.cos(angles) * squeeze, y + size * radius * np.sin(angles) / squeeze]
    )
    mask = np.zeros((paper.HEIGHT_PX // 2, paper.WIDTH_PX // 2), np.uint8)
    outline = catmull_rom(np.vstack([ring, ring[:1]]), 4) / 2
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / np.float32(255)


def _stain(
    image: Image,
    mask: NDArray[np.float32],
    pigment: NDArray[np.float32],
    rng: np.random.Generator,
    strength: float,
) -> None:
    """Multiply one wash into the page: even inside, darker at the rim, granulated, wet on one side."""
    texture = paper.mottle(0, 90)[::2, ::2]
    grain = paper.mottle(1, 5)[::2, ::2]
    bleed = _bled(mask, texture, rng)
    soft = cv2.GaussianBlur(bleed, (0, 0), rng.uniform(0.8, 2.5))
    wet = cv2.GaussianBlur(bleed, (0, 0), rng.uniform(10, 26))
    rim = np.clip(soft - wet, 0, 1)
    fade = np.clip(0.5 + 0.5 * np.roll(texture, int(rng.integers(400)), axis=0), 0.0, 1.0)
    body = soft * fade + wet * (1 - fade)
    amount = body * rng.uniform(0.35, 0.7) * (1 + 0.16 * texture + 0.07 * grain) + rim * rng.uniform(
        0.25, 0.6
    )
    share = cv2.resize(np.clip(amount * strength, 0, 0.95), (paper.WIDTH_PX, paper.HEIGHT_PX))
    for plane, value in zip(image, pigment, strict=True):
        np.multiply(plane, 1.0 - share * (1.0 - value / np.float32(255)), out=plane)


def _bled(
    mask: NDArray[np.float32], texture: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Push the outline about by the paper's texture, as water does."""
    reach = np.float32(rng.uniform(4, 14))
    rows, columns = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32)
    grain = paper.mottle(3, 24)[::2, ::2]
    return np.asarray(
        cv2.remap(mask, columns + reach * grain, rows + reach * texture, cv2.INTER_LINEAR), np.float32
    )
