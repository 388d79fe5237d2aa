"""The cover of a book: dark card with a label on it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from engine.sample import paper
from engine.sample.ink import Image, blurred, coverage, lay_ink, shade
from engine.sample.lettering import scribble_word, write_number
from engine.sample.pen import Points

_CARDS = ((38, 40, 44), (74, 40, 38), (34, 52, 50), (92, 78, 60))


def paint_cover(book: int, strokes: Sequence[Points], rng: np.random.Generator) -> Image:
    """Make the cover of a book.

    Args:
        book: Its number, written on the label.
        strokes: A drawing in page pixels, set small and pale on the card.
        rng: Chooses card and placing.
    """
    card = np.asarray(_CARDS[book % len(_CARDS)], np.float32)[:, None, None]
    weave = 1.0 + 0.05 * paper.mottle(1, 5) + 0.03 * paper.mottle(0, 90)
    image: Image = paper.blank_sheet(rng, None) / np.float32(240) * card * weave
    paper.add_binding(image, rng, "left", float(rng.normal(0, 0.3)))
    _label(image, book, rng)
    points = np.concatenate(strokes)
    small = [(s - points.mean(axis=0)) * 0.55 + (660, 1080) for s in strokes]
    lay_ink(image, *coverage(small, 3.2, paper.SHAPE, rng), (226, 220, 204), 0.85)
    return image


def _label(image: Image, book: int, rng: np.random.Generator) -> None:
    """A paper label with a word and the book's number, in place."""
    corners = np.array([[330.0, 250.0], [1000.0, 250.0], [1000.0, 520.0], [330.0, 520.0]])
    corners = paper.rotated(corners + rng.normal(0, 3, (4, 2)), float(rng.normal(0, 0.8)))
    mask = np.zeros(paper.SHAPE, np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    cover, whole = mask.astype(np.float32) / np.float32(255), (slice(None), slice(None))
    shade(image, blurred(np.roll(cover, (6, 4), (0, 1)), 5.0), whole, 0.5)
    lay_ink(image, cover, whole, (238, 232, 216), 0.97)
    lines = [
        scribble_word(9, (400.0, 400.0), 26.0, rng),
        *write_number(f"{book:02d}", (830.0, 350.0), 70.0, rng),
    ]
    lay_ink(image, *coverage(lines, 4.0, paper.SHAPE, rng), (40, 40, 60), 0.95)
