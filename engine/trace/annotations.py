"""Page number, date and small captions: apart from the drawing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_CELL = 4
"""Clusters are found on a picture reduced by this factor."""


@dataclass(frozen=True, slots=True)
class AnnotationSettings:
    """What counts as an annotation, in shares of the page's height unless said otherwise.

    Attributes:
        margin_share: Its middle lies within this distance of the upper or lower border.
        height_share: Tallest.
        width_share: Widest, as a share of the page's width.
        gap_share: Marks this near each other are one annotation; this near a drawing, part of it.
        ink_share: Most ink, as a share of the page's.
        letters: So many small separate marks in a row are writing, wherever they stand.
        letter_gap_share: Letters and words this near each other are one piece of writing.
    """

    margin_share: float = 0.075
    height_share: float = 0.05
    width_share: float = 0.35
    gap_share: float = 0.012
    ink_share: float = 0.3
    letters: int = 4
    letter_gap_share: float = 0.02


def find_annotations(mask: NDArray[np.bool_], settings: AnnotationSettings) -> NDArray[np.bool_]:
    """Find small writing that stands alone near the upper or lower border.

    Args:
        mask: `(h, w)` bool ink.
        settings: See there.

    Returns:
        `(h, w)` bool, True around annotations.
    """
    height, width = mask.shape
    none = np.zeros(mask.shape, dtype=bool)
    size = (max(1, width // _CELL), max(1, height // _CELL))
    small = (cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
    reach = max(1, round(settings.gap_share * size[1])) | 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(small, np.ones((reach, reach), np.uint8))
    )
    if count < 3:
        return none
    ink = np.bincount(labels[small > 0], minlength=count)
    top = stats[:, cv2.CC_STAT_TOP].astype(float)
    tall, wide = stats[:, cv2.CC_STAT_HEIGHT] - reach + 1.0, stats[:, cv2.CC_STAT_WIDTH] - reach + 1.0
    middle = (top + stats[:, cv2.CC_STAT_HEIGHT] / 2) / size[1]
    chosen = (np.minimum(middle, 1 - middle) <= settings.margin_share) & (
        tall <= settings.height_share * size[1]
    )
    chosen &= (wide <= settings.width_share * size[0]) & (ink <= settings.ink_share * ink[1:].sum())
    chosen[0] = False
    found = chosen[labels] | _writing(small, settings)
    if not found.any():
        return none
    wide_open = cv2.resize(found.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(wide_open > 0)


def _writing(small: NDArray[np.uint8], settings: AnnotationSettings) -> NDArray[np.bool_]:
    """Rows of small separate marks that stand clear of larger ones, on the reduced picture."""
    height = small.shape[0]
    _, marks, stats, _ = cv2.connectedComponentsWithStats(small)
    size = np.maximum(stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH])
    letter = size <= 0.75 * settings.height_share * height
    letter[0] = False
    reach = max(1, round(settings.letter_gap_share * height)) | 1
    around = cv2.dilate(small, np.ones((reach, reach), np.uint8))
    count, groups, boxes, _ = cv2.connectedComponentsWithStats(around)
    members = np.unique(np.stack([groups[small > 0], marks[small > 0]], axis=1), axis=0)
    letters = np.bincount(members[:, 0], weights=letter[members[:, 1]], minlength=count)
    others = np.bincount(members[:, 0], minlength=count) - letters
    # Letters stand side by side: a row is wider than tall, line for line.
    rows = np.ceil((boxes[:, cv2.CC_STAT_HEIGHT] - reach) / (settings.height_share * height))
    row = boxes[:, cv2.CC_STAT_WIDTH] - reach > 1.5 * (boxes[:, cv2.CC_STAT_HEIGHT] - reach) / np.maximum(
        rows, 1
    )
    chosen = (letters >= settings.letters) & (others == 0) & row
    chosen[0] = False
    return np.asarray(chosen[groups])
