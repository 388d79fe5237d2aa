"""Looks: what a picture shows that a network trained on photographs does not say.

An embedder says what is drawn; it says little about paper and paint, and one subject in two poses is nearly
the same to it. So each picture also gets a *look*: a few measures of paper and ink, and a small blurred
picture of its ink, in which two scans of one page agree however they were lit. It is kept beside the
embeddings, as one vector.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.curate.crop import at_preview_size, ink_box, paper_colour, view_of

LOOK_MODEL = "look-1"
"""The name looks are kept under among the embeddings; another number, and all are made again."""
PRINT_SIDE = 24
_VIEW_PX = 224
_MEASURES = 4
LOOK_LENGTH = _MEASURES + PRINT_SIDE**2
_INK_DARKNESS = 0.5  # of the paper's lightness
_WASH_CONTRAST = 16  # of 255, from the paper's colour
_RIM_PX = 5  # width of the square within which a line is grey at its rim, in pixels of half a preview
_PRINT_BLUR_PX = 4.0  # a page laid askew by one degree moves by about this at its rim


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of many items, each an array with one row an item.

    Attributes:
        lightness: `(n,)`, of the paper, 0 black to 1 white.
        ink_share: `(n,)`, share of the drawing's box that is dark, 0 to 1.
        wash_share: `(n,)`, share of the box that is neither paper nor dark nor the rim of a line: paint.
        colourfulness: `(n,)`, after Hasler and Suesstrunk 2003; 0 is grey, 0.2 lively, 0.4 very.
        prints: `(n, PRINT_SIDE**2)`, the blurred ink, 0 to 1.
    """

    lightness: NDArray[np.float32]
    ink_share: NDArray[np.float32]
    wash_share: NDArray[np.float32]
    colourfulness: NDArray[np.float32]
    prints: NDArray[np.float32]

    @staticmethod
    def of(vectors: NDArray[np.float32]) -> Looks:
        """Read the vectors that `look` gives, `(n, LOOK_LENGTH)`."""
        if vectors.ndim != 2 or vectors.shape[1] != LOOK_LENGTH:
            raise ValueError(f"looks are (n, {LOOK_LENGTH}), got {vectors.shape}")
        lightness, ink, wash, colour = vectors[:, :_MEASURES].T
        return Looks(lightness, ink, wash, colour, np.ascontiguousarray(vectors[:, _MEASURES:]))

    def paper_and_paint(self) -> NDArray[np.float32]:
        """`(n, 2)`: paper and wash on scales of their own, about 1 apart where a person sees it at once.

        The scales are fixed: by the spread of the collection, the last speck on clean pages would count as
        much as a painting does elsewhere. Wash counts by its root, for the step from none to some matters.
        """
        paper = (self.lightness - 1.0) / 0.1
        paint = np.sqrt(np.maximum(self.wash_share, 0.0)) / 0.25
        return np.clip(np.column_stack([paper, paint]), -3.0, 3.0).astype(np.float32)


def look(page: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The look of one picture.

    Args:
        page: RGB, `(height, width, 3)`: a preview, or a drawing rendered on paper.

    Returns:
        `(LOOK_LENGTH,)` float32, for `Looks.of`.
    """
    page = at_preview_size(page)
    box = ink_box(page)
    part = page[box.y0 : box.y1, box.x0 : box.x1]
    # Paint is broad: at half the size it is all there, and a line's rim is thin.
    size = (part.shape[1] // 2 or 1, part.shape[0] // 2 or 1)
    half = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    measures = _paper_and_ink(half, paper_colour(page))
    return np.concatenate([np.array(measures, np.float32), _ink_print(view_of(page, box, _VIEW_PX))])


def _paper_and_ink(part: NDArray[np.uint8], paper: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Lightness, ink share, wash share, colourfulness."""
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    paper_grey = int(cv2.cvtColor(paper.reshape(1, 1, 3), cv2.COLOR_RGB2GRAY)[0, 0])
    ink = (grey < _INK_DARKNESS * paper_grey).astype(np.uint8)
    rim = cv2.dilate(ink, np.ones((_RIM_PX, _RIM_PX), np.uint8))
    red, green, blue = cv2.split(cv2.absdiff(part, np.full_like(part, paper)))
    contrast = cv2.max(cv2.max(red, green), blue)
    wash = (contrast > _WASH_CONTRAST) & (rim == 0)
    return paper_grey / 255, float(ink.mean()), float(wash.mean()), _colourfulness(part)


def _colourfulness(part: NDArray[np.uint8]) -> float:
    """Hasler and Suesstrunk's M3, of values in 0..1."""
    opponents = cv2.transform(
        part.astype(np.float32) / 255, np.array([[1, -1, 0], [0.5, 0.5, -1]], np.float32)
    )
    mean, spread = cv2.meanStdDev(opponents)
    return float(np.hypot(*spread.ravel()) + 0.3 * np.hypot(*mean.ravel()))


def _ink_print(view: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The ink of a view, told from paper and wash by how much darker it is than what lies around it."""
    grey = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY)
    around = cv2.blur(cv2.dilate(grey, np.ones((9, 9), np.uint8)), (41, 41))
    darkness = 1.0 - grey.astype(np.float32) / np.maximum(around, 1)
    ink = np.clip((darkness - 0.15) / 0.35, 0.0, 1.0)
    blurred = cv2.GaussianBlur(ink, (0, 0), _PRINT_BLUR_PX)
    small = cv2.resize(blurred, (PRINT_SIDE, PRINT_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small.ravel(), dtype=np.float32)
