"""Page number, date and small captions at the margins: apart from the drawing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_CELL = 8
"""Clusters are found on a picture reduced by this factor."""


@dataclass(frozen=True, slots=True)
class AnnotationSettings:
    """What counts as an annotation, in shares of the page's height unless said otherwise.

    Attributes:
        margin_share: Its middle lies within this distance of the upper or lower border.
        height_share: Tallest.
        width_share: Widest, as a share of the page's width.
        gap_share: Marks this near each other are one annotation, and nearer than this to a drawing part of it.
        ink_share: Most ink, as a share of the page's.
    """

    margin_share: float = 0.075
    height_share: float = 0.05
    width_share: float = 0.35
    gap_share: float = 0.012
    ink_share: float = 0.3


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
    if not chosen.any():
        return none
    return cv2.resize(chosen[labels].astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
