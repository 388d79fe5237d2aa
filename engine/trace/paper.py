"""Paper: working size, even light, and what lies outside the sheet."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

GreyImage = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """How a page is made even.

    Attributes:
        working_megapixels: Size at which everything but the final coordinates is computed.
        widest_line_share: Widest line that still counts as a line, as a share of the page's shorter side.
        tint_distance: Colours farther than this from the paper's are paint, in CIE L*a*b* (lightness halved).
        outside_share: Paper darker than this share of the page's paper is not the page (scanner bed).
    """

    working_megapixels: float = 2.0
    widest_line_share: float = 0.05
    tint_distance: float = 5.0
    outside_share: float = 0.42


@dataclass(frozen=True, slots=True)
class Paper:
    """A page at working size.

    Attributes:
        grey: `(h, w)` uint8 as scanned.
        flat: `(h, w)` uint8, light evened out: 255 is paper, the ink keeps its share of the light.
        outside: `(h, w)` bool, scanner bed and what else is no paper.
        scale_xy: Working pixels a full pixel, across and down: not quite the same, sizes being whole.
        tint: Share of the sheet's middle whose paper is not of the sheet's own colour: washes, fills.
    """

    grey: GreyImage
    flat: GreyImage
    outside: NDArray[np.bool_]
    scale_xy: tuple[float, float]
    tint: float

    @property
    def scale(self) -> float:
        """Working pixels a full pixel, for lengths."""
        return (self.scale_xy[0] + self.scale_xy[1]) / 2


def read_paper(image: NDArray[np.uint8], settings: PaperSettings) -> Paper:
    """Reduce a page to working size and even out its light.

    Args:
        image: `(h, w)` or `(h, w, 3)` RGB uint8.
        settings: See there.

    Returns:
        The page at working size.
    """
    # Grey first: reducing one channel takes a third of the time.
    full = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    grey = _working_size(np.asarray(full, dtype=np.uint8), settings.working_megapixels)
    scale_xy = (grey.shape[1] / image.shape[1], grey.shape[0] / image.shape[0])
    background = _background(grey, settings.widest_line_share)
    level = float(np.percentile(background, 75))
    dark = (background < settings.outside_share * level).astype(np.uint8)
    outside = cv2.dilate(
        cv2.resize(dark, grey.shape[::-1], interpolation=cv2.INTER_NEAREST), np.ones((13, 13), np.uint8)
    )
    wide = cv2.resize(background, grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
    flat = cv2.divide(grey, wide, scale=255.0)
    tint = _tint(image, grey.shape, settings)
    return Paper(grey, np.asarray(flat, dtype=np.uint8), outside.astype(bool), scale_xy, tint)


def _working_size(image: NDArray[np.uint8], megapixels: float) -> NDArray[np.uint8]:
    """The image at no more than the wanted size."""
    height, width = image.shape[:2]
    scale = min(1.0, float(np.sqrt(megapixels * 1e6 / max(1, height * width))))
    if scale > 0.95:  # resampling for nothing only blurs
        return np.ascontiguousarray(image)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _background(grey: GreyImage, widest_line_share: float) -> GreyImage:
    """Light of the paper alone, at a quarter of the size.

    A grey closing wipes out whatever is narrower than its window. Beyond the border we pretend black, as the
    scanner's bed is: strips along the border then stay in the background (and vanish from the flat page),
    while lines that run off the sheet are wiped out of it as everywhere else.
    """
    size = (max(1, grey.shape[1] // 4), max(1, grey.shape[0] // 4))
    reduced = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    window = max(3, int(widest_line_share * min(size)) | 1)
    pad = 2 * window
    padded = cv2.copyMakeBorder(reduced, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((window, window), np.uint8))
    closed = cv2.medianBlur(np.ascontiguousarray(closed[pad:-pad, pad:-pad]), 5)
    return np.asarray(np.maximum(closed, 1), dtype=np.uint8)


def _tint(image: NDArray[np.uint8], working: tuple[int, ...], settings: PaperSettings) -> float:
    """Share of the page's middle that is not of the paper's colour; gutter and binding do not reach there.

    Colours are compared in CIE L*a*b* once the lines are wiped out. Lightness counts half: light falls
    unevenly, but it does not turn violet.
    """
    if image.ndim == 2:
        image = np.repeat(image[..., None], 3, axis=2)
    width, height = size = (working[1] // 4, working[0] // 4)
    if min(size) < 8:
        return 0.0
    window = max(3, int(settings.widest_line_share * min(size)) | 1)
    step = max(1, image.shape[0] // (2 * height))
    middle = (slice(height // 8, height - height // 8), slice(width // 6, width - width // 6))
    reduced = cv2.resize(image[::step, ::step], size, interpolation=cv2.INTER_AREA)[middle]
    wiped = cv2.medianBlur(cv2.morphologyEx(reduced, cv2.MORPH_CLOSE, np.ones((window, window), np.uint8)), 5)
    lab = cv2.cvtColor(wiped[::2, ::2].astype(np.float32) / 255, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    paper = np.median(lab[lab[:, 0] >= np.percentile(lab[:, 0], 75)], axis=0)
    darker = np.maximum(paper[0] - lab[:, 0], 0) / 2
    away = np.hypot(np.hypot(lab[:, 1] - paper[1], lab[:, 2] - paper[2]), darker)
    return float((away > settings.tint_distance).mean())
