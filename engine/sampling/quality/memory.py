"""Whether a drawing is one of the training set, remembered."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import resample
from engine.strokes.stroke3 import Stroke3, from_stroke3
from engine.strokes.types import Stroke

_SIDE = 16
_DIRECTIONS = 4
_BLUR_CELLS = 0.8
_INK_SHARE = 0.19
"""Standard deviation of the ink along each axis, as a share of the side."""
_FLATTEST = 0.15
"""A drawing is not stretched further than so: one flat line shall not become a cloud."""
_STEP_CELLS = 0.5
_PROBES = 1000
_CHUNK = 1024
_ONE_IN_HUNDRED = 2.33
"""Standard deviations below the mean that one in a hundred of a normal distribution is."""
_MAD_TO_SD = 1.4826
_SAME = 1e-5
"""Distance of a drawing to itself, rounding included."""


class TrainingMemory:
    """The training set, to find in it what a drawing is most like.

    Drawings are compared by where on the sheet ink runs in which direction, coarsely; position, size and
    stretch, and whether it is mirrored, make no difference. On 1,106 real pages it finds all copies whose
    points are off by 1 % of the page, 93 % of those slanted and turned by up to 6 degrees, and 81 % of those
    whose moves are all a little off; one to two in a hundred merely similar drawings are taken for copies.
    """

    def __init__(self, prints: NDArray[np.float32], pages: Sequence[str], seed: int = 0) -> None:
        """Remember a training set.

        Args:
            prints: `ink_prints` of all of it.
            pages: The page of each; drawings of one page do not count as each other's copies.
            seed: Of the drawings that the threshold is found with.
        """
        self._prints = prints
        self._numbers = {page: number for number, page in enumerate(dict.fromkeys(pages))}
        self._pages = self._numbered(pages)
        probes = np.random.default_rng(seed).permutation(len(prints))[:_PROBES]
        self.threshold = usual_nearest(self._nearest(self._prints[probes], self._pages[probes])[1])

    def distances(
        self, drawings: Sequence[Stroke3], pages: Sequence[str] | None = None
    ) -> NDArray[np.float64]:
        """Distance of each drawing to the nearest of the training set, 0 the same to 1 nothing in common.

        Args:
            drawings: Stroke-3.
            pages: Their pages, where they have any: training drawings of the same page are passed over.
        """
        return self.nearest(drawings, pages)[1]

    def nearest(
        self, drawings: Sequence[Stroke3], pages: Sequence[str] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Which of the training set is nearest to each, and its distance; arguments as for `distances`."""
        return self._nearest(ink_prints(drawings), self._numbered(pages or [""] * len(drawings)))

    def is_memorised(
        self, drawings: Sequence[Stroke3], pages: Sequence[str] | None = None
    ) -> NDArray[np.bool_]:
        """Whether each is nearer to a training drawing than one in a hundred real drawings is by chance."""
        return np.asarray(self.distances(drawings, pages) <= self.threshold)

    def _numbered(self, pages: Sequence[str]) -> NDArray[np.int64]:
        """A number a page; -1 for one the training set has not."""
        return np.array([self._numbers.get(page, -1) for page in pages], dtype=np.int64)

    def _nearest(
        self, prints: NDArray[np.float32], pages: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        best, which = np.full(len(prints), -np.inf), np.zeros(len(prints), dtype=np.int64)
        for start in range(0, len(self._prints), _CHUNK):
            part = self._prints[start : start + _CHUNK]
            likeness = np.maximum(prints @ part.T, _mirrored(prints) @ part.T)
            likeness[pages[:, None] == self._pages[start : start + _CHUNK]] = -1.0
            found = likeness.argmax(axis=1)
            value = likeness[np.arange(len(prints)), found]
            which = np.where(value > best, start + found, which)
            best = np.maximum(best, value)
        return which, np.asarray(1.0 - best)


def usual_nearest(distances: NDArray[np.float64]) -> float:
    """The distance that one in a hundred nearest drawings is below, had the set no duplicates.

    Told by the middle of the distribution, whose logarithm is about normal: a real collection holds pages
    scanned twice (4 % of one), and their small distances would hide every copy that is not exact.
    """
    logs = np.log(np.maximum(distances, _SAME))
    middle = np.median(logs)
    spread = _MAD_TO_SD * np.median(np.abs(logs - middle))
    return max(float(np.exp(middle - _ONE_IN_HUNDRED * spread)), _SAME)


def ink_prints(drawings: Sequence[Stroke3]) -> NDArray[np.float32]:
    """Where ink runs in which direction, `(n, 4 * 16 * 16)` of length 1; zeros for no ink."""
    prints = np.zeros((len(drawings), _DIRECTIONS * _SIDE * _SIDE), dtype=np.float32)
    for index, rows in enumerate(drawings):
        prints[index] = _ink_print(from_stroke3(rows).strokes)
    return prints


def _ink_print(strokes: Sequence[Stroke]) -> NDArray[np.float32]:
    fine = [resample(line, _STEP_CELLS) for line in _fitted(strokes)]
    middles = np.concatenate([np.zeros((0, 2)), *((line[1:] + line[:-1]) / 2 for line in fine)])
    moves = np.concatenate([np.zeros((0, 2)), *(np.diff(line, axis=0) for line in fine)])
    ink = np.hypot(*moves.T)
    column, row = np.clip(np.rint(middles), 0, _SIDE - 1).astype(np.int64).T
    angle = np.arctan2(moves[:, 1], moves[:, 0]) % np.pi * _DIRECTIONS / np.pi
    lower = np.floor(angle).astype(np.int64)
    cells = np.zeros((_DIRECTIONS, _SIDE, _SIDE), dtype=np.float32)
    np.add.at(cells, (lower % _DIRECTIONS, row, column), ink * (1 - (angle - lower)))
    np.add.at(cells, ((lower + 1) % _DIRECTIONS, row, column), ink * (angle - lower))
    blurred = np.sqrt(np.stack([cv2.GaussianBlur(cell, (0, 0), _BLUR_CELLS) for cell in cells]).ravel())
    return np.asarray(blurred / max(float(np.linalg.norm(blurred)), 1e-9), dtype=np.float32)


def _fitted(strokes: Sequence[Stroke]) -> list[NDArray[np.float64]]:
    """Strokes in cells, moved and stretched so that every drawing has its ink in one place, one spread."""
    lines = [stroke.astype(np.float64) for stroke in strokes if len(stroke) > 1]
    if not lines:
        return []
    middles = np.concatenate([(line[1:] + line[:-1]) / 2 for line in lines])
    moves = np.concatenate([np.diff(line, axis=0) for line in lines])
    ink = np.hypot(*moves.T)
    if ink.sum() <= 0:
        return []
    centre = np.average(middles, axis=0, weights=ink)
    # The ink of a segment is spread along it: a line there and back has one middle and is no point.
    spread = np.sqrt(np.average(np.square(middles - centre) + np.square(moves) / 12, axis=0, weights=ink))
    spread = np.maximum(spread, max(_FLATTEST * spread.max(), 1e-9))
    return [(line - centre) * (_INK_SHARE * _SIDE / spread) + (_SIDE - 1) / 2 for line in lines]


def _mirrored(prints: NDArray[np.float32]) -> NDArray[np.float32]:
    """The prints of the drawings mirrored left to right."""
    cells = prints.reshape(-1, _DIRECTIONS, _SIDE, _SIDE)[..., ::-1]
    directions = -np.arange(_DIRECTIONS) % _DIRECTIONS
    return np.ascontiguousarray(cells[:, directions]).reshape(len(prints), -1)
