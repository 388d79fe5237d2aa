"""What is measured on a traced page, and how a table of it is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.strokes.geometry import resample

SHARED = Path(__file__).resolve().parents[3] / "shared"
RECALL_PX, PRECISION_PX = 6.0, 3.0
"""Reach of the two measures on real pages, in pixels of the two megapixel picture."""
_DOT_PX = 10
"""Printed dots are at most this large there, and 60 px apart."""


@dataclass(frozen=True, slots=True)
class OnInk:
    """How lines lie on the ink of a picture.

    Attributes:
        recall: Share of the ink's pixels within 6 px of a line.
        precision: Share of the lines' length within 3 px of ink.
        length_px: Length of the lines.
    """

    recall: float
    precision: float
    length_px: float


def otsu_ink(image: NDArray[np.uint8], megapixels: float = 2.0) -> tuple[NDArray[np.bool_], float]:
    """Ink as the original's tool saw it: Otsu's threshold over the page at two megapixels.

    Args:
        image: `(h, w, 3)` RGB uint8.
        megapixels: Working size.

    Returns:
        `(h', w')` bool and the working pixels a full pixel.
    """
    height, width = image.shape[:2]
    scale = min(1.0, float(np.sqrt(megapixels * 1e6 / (height * width))))
    size = (round(width * scale), round(height * scale))
    grey = cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    return ink.astype(bool), size[0] / width


def without_dots(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The ink without pieces of the size of a printed dot."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    size = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    return np.asarray(ink & (size > _DOT_PX)[labels])


def on_ink(
    ink: NDArray[np.bool_], strokes: Iterable[NDArray[np.floating]], reach_px: float = RECALL_PX
) -> OnInk:
    """Measure strokes, given in the pixels of the ink, against it; a fat pen's ink needs a longer reach."""
    sampled = [resample(s, 1.0) for s in strokes if len(s) > 1]
    if not sampled:
        return OnInk(0.0 if ink.any() else 1.0, 1.0, 0.0)
    points = np.concatenate(sampled)
    ys, xs = np.nonzero(ink)
    distance, _ = cKDTree(points).query(np.stack([xs, ys], axis=1), distance_upper_bound=reach_px)
    away = cv2.distanceTransform((~ink).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    limit = np.array(ink.shape[::-1]) - 1
    at = np.clip(np.round(points).astype(int), 0, limit)
    near = away[at[:, 1], at[:, 0]] <= PRECISION_PX
    recall = float(np.isfinite(distance).mean()) if len(distance) else 1.0
    return OnInk(recall, float(near.mean()), float(sum(len(s) - 1 for s in sampled)))


def to_scale(strokes: Iterable[NDArray[np.floating]], scale: float) -> list[NDArray[np.float64]]:
    """Strokes in the pixels of a picture `scale` times as large; pixel centres are integers in both."""
    return [(np.asarray(s, dtype=np.float64) + 0.5) * scale - 0.5 for s in strokes]


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[int]) -> None:
    """Print rows under their heads, first column to the left, numbers to the right."""
    for row in (heads, *rows):
        first, *others = (_cell(v) for v in row)
        cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True))]
        print("  " + " ".join(cells))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 100 else f"{value:.0f}"
    return str(value)


def summaries(rows: Sequence[Mapping[str, float]], keys: Iterable[str]) -> Iterable[tuple[str, list[float]]]:
    """Mean, median, least and most of each key over the pages."""
    kinds: tuple[Callable[[NDArray[np.float64]], float], ...] = (np.mean, np.median, np.min, np.max)
    for key in keys:
        values = np.array([row[key] for row in rows], dtype=np.float64)
        yield key, [float(kind(values)) for kind in kinds]
