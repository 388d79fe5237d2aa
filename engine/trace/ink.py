"""Ink mask: what the pen left, at thresholds the page itself sets."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_FAT_PX = 9.0
"""Lines wider than this have ragged outlines, and every rag would grow a side branch."""
_WIDEST_SHARE = 0.25
"""Widest line, as a share of the page's shorter side."""


@dataclass(frozen=True, slots=True)
class InkSettings:
    """Thresholds as shares of the page's own ink darkness.

    Attributes:
        seed_share: Darkness that starts a line.
        grow_share: Darkness that continues one.
        edge_share: Border of a line, as a share of the darkest ink nearby: keeps near lines apart.
        faintest: Least darkness (0 to 1) of anything called ink.
        speck_pens: Pieces smaller than this many pen widths across are dirt.
        speck_share: On a page drawn with a fat pen, pieces standing clear of its lines are another pen's
            writing when larger than this share of the page's longer side.
        rim_share: Pieces no farther from the border than this share of the longer side are the sheet's edge.
    """

    seed_share: float = 0.5
    grow_share: float = 0.22
    edge_share: float = 0.5
    faintest: float = 0.10
    speck_pens: float = 2.2
    speck_share: float = 0.009
    rim_share: float = 0.006


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of a page at working size.

    Attributes:
        darkness: `(h, w)` uint8, 0 paper to 255 black.
        mask: `(h, w)` bool.
        level: Darkness of full ink, 0 to 255.
        pen_width: Usual width of the line, working px; 0 without ink.
        solid_share: Share of the mask far wider than the line: fills, washes.
    """

    darkness: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    level: float
    pen_width: float
    solid_share: float


def find_ink(flat: NDArray[np.uint8], excluded: NDArray[np.bool_], settings: InkSettings) -> Ink:
    """Separate ink from paper.

    Args:
        flat: `(h, w)` uint8 evened page, 255 is paper.
        excluded: `(h, w)` bool, what is not to be looked at (binding, scanner bed).
        settings: See there.

    Returns:
        The ink; an empty mask where the page has none.
    """
    darkness = np.asarray(cv2.bitwise_not(flat), dtype=np.uint8)
    darkness[excluded] = 0
    level = _ink_level(darkness, settings.faintest)
    empty = Ink(darkness, np.zeros(flat.shape, dtype=bool), 255.0, 0.0, 0.0)
    if level <= 0:
        return empty
    mask = _hysteresis(darkness, level, settings)
    mask, width = _without_specks(mask, settings)
    if width > _WIDEST_SHARE * min(flat.shape):  # no line is so wide: the page is black all over
        return Ink(darkness, empty.mask, level, 0.0, 1.0)
    if width > _FAT_PX:
        mask = _smooth_outline(mask, width)
    if not mask.any():
        return empty
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    solid = float((distance > 1.5 * width).sum() / mask.sum())
    return Ink(darkness, mask, level, width, solid)


def _smooth_outline(mask: NDArray[np.bool_], width: float) -> NDArray[np.bool_]:
    """The mask with the outlines of a fat pen smoothed over a third of the line's width.

    What another, thinner pen wrote on the page would be smoothed away: it is left as it is.
    """
    pixels = mask.astype(np.uint8)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.2 * width) > 0.5
    _, labels = cv2.connectedComponents(pixels)
    deep = cv2.distanceTransform(pixels, cv2.DIST_L2, 3) > 0.3 * width
    fat = np.isin(labels, np.unique(labels[deep]))
    return np.asarray(np.where(fat | ~mask, soft, mask))


def _ink_level(darkness: NDArray[np.uint8], faintest: float) -> float:
    """Darkness of a full line, 0 where the page has no ink."""
    counts = cv2.calcHist([darkness], [0], None, [256], [0.0, 256.0]).ravel().astype(np.float64)
    counts[: int(2 * faintest * 255)] = 0
    total = counts.sum()
    if total < 30:
        return 0.0
    return float(np.searchsorted(np.cumsum(counts), 0.75 * total))


def _hysteresis(darkness: NDArray[np.uint8], level: float, settings: InkSettings) -> NDArray[np.bool_]:
    """Pieces that hold a seed, bounded where the darkness falls to a share of its surroundings."""
    nearby = cv2.dilate(cv2.GaussianBlur(darkness, (3, 3), 0), np.ones((7, 7), np.uint8))
    faintest = max(settings.faintest * 255, settings.grow_share * level)
    edge = np.maximum(cv2.convertScaleAbs(nearby, alpha=settings.edge_share), np.uint8(faintest))
    grown = (darkness > edge).astype(np.uint8)
    count, labels = cv2.connectedComponents(grown, connectivity=8)
    seeded = np.zeros(count, dtype=bool)
    seeded[labels[darkness > settings.seed_share * level]] = True
    seeded[0] = False
    return np.take(seeded, np.asarray(labels))


def _without_specks(mask: NDArray[np.bool_], settings: InkSettings) -> tuple[NDArray[np.bool_], float]:
    """The mask without dirt, the sheet's edge and pinholes, and the usual width of its lines."""
    pixels = mask.astype(np.uint8)
    count, found = cv2.connectedComponents(pixels, connectivity=8)
    if count < 2:
        return mask, 0.0
    labels = np.asarray(found, dtype=np.int32)
    size, low, high = _extents(labels, count)
    width = _line_width(pixels)
    across = (high - low).max(axis=1) + 1
    keep = (across > settings.speck_pens * width) & (size > settings.speck_pens * width)
    if width > _FAT_PX:
        keep |= _standing_clear(labels, keep, width) & (across > settings.speck_share * max(mask.shape))
    inward = np.minimum(high + 1, np.array(mask.shape) - low).min(axis=1)
    keep &= inward > settings.rim_share * max(mask.shape)
    keep[0] = False
    return _fill_pinholes(np.take(keep, labels), width), width


def _extents(
    labels: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pixels `(n,)` of each piece, and its lowest and highest rows and columns `(n, 2)`.

    Only the ink is looked at: OpenCV's own statistics go over the whole page and take five times as long.
    """
    rows, columns = np.nonzero(labels)
    piece = labels[rows, columns]
    order = np.argsort(piece, kind="stable")
    size = np.bincount(piece, minlength=count)
    at = np.stack([rows, columns], axis=1)[order]
    starts = np.cumsum(size[:-1])  # piece 0 is the paper and has no pixel here
    low, high = np.zeros((count, 2), dtype=np.int64), np.zeros((count, 2), dtype=np.int64)
    low[1:], high[1:] = np.minimum.reduceat(at, starts), np.maximum.reduceat(at, starts)
    return size, low, high


def _standing_clear(labels: NDArray[np.int32], large: NDArray[np.bool_], width: float) -> NDArray[np.bool_]:
    """For each piece whether it lies more than a line's width away from all large ones.

    Small pieces nearer than that are the fringe of a dry brush.
    """
    large[0] = False
    distance = cv2.distanceTransform(np.take(~large, labels).astype(np.uint8), cv2.DIST_L2, 5)
    clear = np.ones(len(large), dtype=bool)
    clear[np.unique(labels[distance <= width])] = False
    return clear


def _line_width(pixels: NDArray[np.uint8]) -> float:
    """Usual line width: twice area over perimeter, the perimeter by Crofton's formula in four directions."""
    area = float(pixels.sum())
    if area == 0:
        return 0.0
    m = pixels.astype(bool)
    straight = np.count_nonzero(m[1:] != m[:-1]) + np.count_nonzero(m[:, 1:] != m[:, :-1])
    slanted = np.count_nonzero(m[1:, 1:] != m[:-1, :-1]) + np.count_nonzero(m[1:, :-1] != m[:-1, 1:])
    perimeter = np.pi / 8 * (straight + slanted / np.sqrt(2))
    return float(max(1.0, 2 * area / max(perimeter, 1.0)))


def _fill_pinholes(mask: NDArray[np.bool_], width: float) -> NDArray[np.bool_]:
    """Fill holes that are grain in the ink rather than paper between lines."""
    pixels = mask.astype(np.uint8)
    contours, tree = cv2.findContours(pixels, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not len(contours):
        return mask
    largest = max(3.0, 0.3 * width * width)
    holes = [c for c, up in zip(contours, tree[0, :, 3], strict=True) if up >= 0 and len(c) < 3 * largest + 5]
    # Pixels inside a contour, by Pick's theorem.
    small = [c for c in holes if cv2.contourArea(c) - len(c) / 2 + 1 <= largest]
    return np.asarray(cv2.drawContours(pixels, small, -1, 1, cv2.FILLED), dtype=bool)
