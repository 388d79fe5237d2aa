"""Page number, date and small captions: apart from the drawing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_CELL = 4
"""Clusters are found on a picture reduced by this factor."""

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AnnotationSettings:
    """What counts as an annotation, in shares of the page's height unless said otherwise.

    Attributes:
        margin_share: Its middle lies within this distance of the upper or lower border.
        height_share: Tallest.
        width_share: Widest, as a share of the page's width.
        corner_share: A page number stands within this share of the page's width of its side.
        gap_share: Marks this near each other are one annotation; this near a drawing, part of it.
        ink_share: Most ink, as a share of the page's; a page with less than one line down it counts as one.
        letters: So many letters in a row are writing, wherever they stand.
        letter_share: Tallest letter; words written in one go may be three times as wide.
        smallest_letter_share: Both sides of most letters are longer: dashes of a skipping pen are no writing.
        letter_gap_share: Letters and words this near each other are one piece of writing.
    """

    margin_share: float = 0.075
    height_share: float = 0.05
    width_share: float = 0.35
    corner_share: float = 0.25
    gap_share: float = 0.012
    ink_share: float = 0.3
    letters: int = 4
    letter_share: float = 0.0375
    smallest_letter_share: float = 0.005
    letter_gap_share: float = 0.02


def find_annotations(mask: Mask, settings: AnnotationSettings) -> Mask:
    """Find small writing near the upper or lower border, and rows of letters anywhere.

    When in doubt it is drawing: a caption left in a drawing is soon taken out, a lost hand is not missed.

    Args:
        mask: `(h, w)` bool ink.
        settings: See there.

    Returns:
        `(h, w)` bool, True around annotations.
    """
    height, width = mask.shape
    size = (max(1, width // _CELL), max(1, height // _CELL))
    small = (cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
    if not small.any():
        return np.zeros(mask.shape, dtype=bool)
    found = (_marginal(small, settings) | _writing(small, settings)).astype(np.uint8)
    return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def _marginal(small: Pixels, settings: AnnotationSettings) -> Mask:
    """Small clusters of marks that stand alone near the upper or lower border, on the reduced picture."""
    height, width = small.shape
    reach = max(1, round(settings.gap_share * height)) | 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(small, np.ones((reach, reach), np.uint8))
    )
    ink = np.bincount(labels[small > 0], minlength=count)
    tall, wide = stats[:, cv2.CC_STAT_HEIGHT] - reach + 1.0, stats[:, cv2.CC_STAT_WIDTH] - reach + 1.0
    middle = (stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT] / 2) / height
    chosen = (np.minimum(middle, 1 - middle) <= settings.margin_share) & (
        tall <= settings.height_share * height
    )
    chosen &= (wide <= settings.width_share * width) & (
        ink <= settings.ink_share * max(ink[1:].sum(), height)
    )
    # One or two marks that run off the sheet are lines of the drawing, save in a corner: numbers are cut off.
    _, marks = cv2.connectedComponents(small)
    pairs = np.unique(np.stack([labels[small > 0], marks[small > 0]], axis=1), axis=0)
    cut = np.isin(np.arange(count), np.concatenate([labels[0][small[0] > 0], labels[-1][small[-1] > 0]]))
    across = (stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] / 2) / width
    corner = np.minimum(across, 1 - across) <= settings.corner_share
    chosen &= ~cut | corner | (np.bincount(pairs[:, 0], minlength=count) > 2)
    chosen[0] = False
    return np.asarray(chosen[labels])


def _writing(small: Pixels, settings: AnnotationSettings) -> Mask:
    """Rows of letters, on the reduced picture: small marks among themselves, whatever stands near."""
    height = small.shape[0]
    _, marks, stats, _ = cv2.connectedComponentsWithStats(small)
    tall, wide = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    letter = (tall <= settings.letter_share * height) & (wide <= 3 * settings.letter_share * height)
    letter[0] = False
    letters = letter[marks].astype(np.uint8)
    reach = max(1, round(settings.letter_gap_share * height)) | 1
    count, groups, boxes, _ = cv2.connectedComponentsWithStats(
        cv2.dilate(letters, np.ones((reach, reach), np.uint8))
    )
    chosen = np.zeros(count, dtype=bool)
    members = np.unique(np.stack([groups[letters > 0], marks[letters > 0]], axis=1), axis=0)
    for group in np.flatnonzero(np.bincount(members[:, 0], minlength=count) >= settings.letters):
        own = members[members[:, 0] == group, 1]
        shape = boxes[group, [cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH]] - reach + 1.0
        # Letters stand side by side: a row is wider than tall, line for line.
        lines = max(1, round(shape[0] / (1.6 * float(np.median(tall[own])))))
        across = float(np.median(np.minimum(tall[own], wide[own])))
        chosen[group] = shape[1] > 1.5 * shape[0] / lines and across > settings.smallest_letter_share * height
    return np.asarray(chosen[groups] & ~((small > 0) & ~letter[marks]))
