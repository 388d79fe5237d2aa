"""The sheet under the drawing: tone, uneven light, grain, the wire that binds it."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.sample.ink import Coverage, Image, blurred, coverage, lay_ink, shade
from engine.sample.pen import Points

WIDTH_PX = 1240
HEIGHT_PX = 1650
SHAPE = (HEIGHT_PX, WIDTH_PX)
_GRAIN_MARGIN = 96


@lru_cache(maxsize=1)
def _grain() -> NDArray[np.float32]:
    """Fine fibre and scanner noise, larger than the page so that each page can cut its own piece.

    It is the same on every machine: made once from a seed of its own, because noise for two million pixels
    costs more than everything else on a page.
    """
    rng = np.random.default_rng(20210)
    high, wide = HEIGHT_PX + _GRAIN_MARGIN, WIDTH_PX + _GRAIN_MARGIN
    fine = rng.standard_normal((high, wide), dtype=np.float32)
    fibre = cv2.GaussianBlur(rng.standard_normal((high, wide), dtype=np.float32), (0, 0), 1.4)
    return np.asarray(
        0.7 * cv2.GaussianBlur(fine, (0, 0), 0.6) / 0.45 + 0.7 * fibre / fibre.std(), np.float32
    )


@lru_cache(maxsize=8)
def mottle(number: int, scale: int) -> NDArray[np.float32]:
    """One of a few smooth textures of unit variance, page-sized, with hills about `scale` px wide."""
    rng = np.random.default_rng([20211, number, scale])
    size = (HEIGHT_PX // scale + 3, WIDTH_PX // scale + 3)
    rough = rng.standard_normal(size, dtype=np.float32)
    grown = cv2.resize(rough, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    return np.asarray(grown / grown.std(), np.float32)


def blank_sheet(rng: np.random.Generator, gutter: str | None) -> Image:
    """A lit sheet of paper without grain.

    Args:
        rng: Chooses tone and light.
        gutter: "left" or "right", where the binding throws its shadow; None for a cover or a loose sheet.
    """
    white = rng.uniform(234, 248)
    warmth = rng.uniform(2, 13)
    tone = np.array([white, white - rng.uniform(0.2, 0.5) * warmth, white - warmth], np.float32)
    rows, columns = np.mgrid[0:1:56j, 0:1:42j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    light = (
        1.0
        - rng.uniform(0.01, 0.05)
        * (1 + np.cos(angle) * (2 * columns - 1) + np.sin(angle) * (2 * rows - 1))
        / 2
    )
    light += cv2.GaussianBlur(rng.standard_normal(light.shape, dtype=np.float32), (0, 0), 6) * 0.05
    if gutter is not None:
        away = columns if gutter == "left" else 1.0 - columns
        light *= 1.0 - rng.uniform(0.05, 0.28) * np.exp(-away / rng.uniform(0.02, 0.06))
    full = cv2.resize(light.astype(np.float32), (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    return np.stack([full * value for value in tone])


def finish(image: Image, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Add grain and turn the page into the bytes of a scan, `(height, width, 3)` uint8 RGB."""
    top, left = rng.integers(0, _GRAIN_MARGIN, 2)
    grain = _grain()[top : top + HEIGHT_PX, left : left + WIDTH_PX]
    if rng.random() < 0.5:
        grain = grain[::-1]
    if rng.random() < 0.5:
        grain = grain[:, ::-1]
    grain = grain * np.float32(rng.uniform(1.1, 2.4))
    return np.asarray(cv2.merge([cv2.add(plane, grain, dtype=cv2.CV_8U) for plane in image]), np.uint8)


def rotated(points: Points, angle_deg: float) -> Points:
    """Turn page points about the page's middle, clockwise as seen."""
    angle = np.deg2rad(angle_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    middle = np.array([(WIDTH_PX - 1) / 2, (HEIGHT_PX - 1) / 2])
    return np.asarray((points - middle) @ turn + middle)


def add_binding(image: Image, rng: np.random.Generator, side: str, angle_deg: float) -> None:
    """Punch the holes along one edge and run the double wire through them, in place.

    Args:
        image: The page.
        rng: Small irregularities.
        side: "left" or "right".
        angle_deg: The page's rotation on the scanner.
    """
    count = int(rng.integers(20, 24))
    spacing = HEIGHT_PX / count
    reach = rng.uniform(58, 72)
    first = spacing * rng.uniform(0.3, 0.6)
    holes, wires = [], []
    for index in range(count):
        y = first + index * spacing + rng.normal(0, 0.8)
        holes.append(
            np.array([[reach - 9, y - 9], [reach + 7, y - 9], [reach + 7, y + 13], [reach - 9, y + 13]])
        )
        for gap in (-6.0, 7.0):
            wires.append(_wire(y + gap, reach + rng.normal(0, 1), rng))
    if side == "right":
        holes, wires = [_mirrored(p) for p in holes], [_mirrored(p) for p in wires]
    turned_holes = [rotated(p, angle_deg) for p in holes]
    turned_wires = [rotated(p, angle_deg) for p in wires]
    _punch(image, turned_holes)
    shadow, window = coverage([p + np.array([3.0, 5.0]) for p in turned_wires], 10.0, SHAPE)
    shade(image, blurred(shadow, 3.0), window, 0.35)
    lay_ink(image, *coverage(turned_wires, 8.0, SHAPE), (26, 26, 28))
    gleam, window = coverage([p + np.array([0.0, -1.5]) for p in turned_wires], 1.8, SHAPE)
    lay_ink(image, gleam, window, (120, 120, 124), 0.6)


def _mirrored(points: Points) -> Points:
    return np.asarray(points * (-1, 1) + (WIDTH_PX - 1, 0))


def _wire(y: float, reach: float, rng: np.random.Generator) -> Points:
    """One wire from beyond the edge to its hole, bowed upwards."""
    t = np.linspace(0, 1, 14)
    bow = rng.uniform(5, 8)
    return np.column_stack([-12 + t * (reach + 12), y + 9 * t - bow * np.sin(np.pi * t)])


def _punch(image: Image, holes: list[Points]) -> None:
    """Dark openings with a soft rim."""
    mask = np.zeros(SHAPE, np.uint8)
    for hole in holes:
        cv2.fillConvexPoly(mask, np.round(hole * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    ys, xs = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    window = (slice(int(ys[0]), int(ys[-1]) + 1), slice(int(xs[0]), int(xs[-1]) + 1))
    cover: Coverage = mask[window].astype(np.float32) / np.float32(255)
    lay_ink(image, cover, window, (74, 72, 70), 0.85)


def add_bed_strip(image: Image, rng: np.random.Generator, angle_deg: float) -> None:
    """Let a sliver of the scanner's bed show along the top or the bottom edge, in place."""
    depth, upper = rng.uniform(4, 16), rng.random() < 0.5
    edge = depth if upper else HEIGHT_PX - depth
    beyond = -60.0 if upper else HEIGHT_PX + 60.0
    corners = np.array([[-60.0, edge], [WIDTH_PX + 60.0, edge], [WIDTH_PX + 60.0, beyond], [-60.0, beyond]])
    mask = np.zeros(SHAPE, np.uint8)
    cv2.fillConvexPoly(mask, np.round(rotated(corners, angle_deg) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    cover = blurred(mask.astype(np.float32) / np.float32(255), 1.2)
    dark = rng.random() < 0.5
    lay_ink(image, cover, (slice(None), slice(None)), (58, 57, 56) if dark else (252, 252, 252), 0.9)
