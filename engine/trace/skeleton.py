"""Centre lines of the mask as linked pixels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PixelLinks:
    """Skeleton pixels and which of them are neighbours.

    Attributes:
        xy: `(n, 2)` int32 pixel positions.
        pairs: `(m, 2)` int32 indices of linked pixels, each pair once.
        width: `(n,)` float32 width of the ink around each pixel, px.
    """

    xy: NDArray[np.int32]
    pairs: NDArray[np.int32]
    width: NDArray[np.float32]


def skeletonise(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """One-pixel centre lines of a mask `(h, w)` (Lee, Kashyap & Chu, by scikit-image).

    Zhang & Suen's thinning, the faster one, eats half of a straight line at 45 degrees.

    Only the part of the page that holds ink is thinned, and lines that run off the sheet are continued
    a little beyond it, so that thinning does not fork at the border.
    """
    from skimage.morphology import skeletonize

    out = np.zeros(mask.shape, dtype=bool)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return out
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    pad = 4
    window = np.pad(mask[top:bottom, left:right], pad, mode="edge" if _meets_border(mask) else "constant")
    thinned = skeletonize(window, method="lee") > 0  # type: ignore[no-untyped-call]
    out[top:bottom, left:right] = thinned[pad:-pad, pad:-pad]
    return out


def _meets_border(mask: NDArray[np.bool_]) -> bool:
    return bool(mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


def link_pixels(skeleton: NDArray[np.bool_], mask: NDArray[np.bool_]) -> PixelLinks:
    """Link neighbouring skeleton pixels; a diagonal only where no corner pixel joins the two already.

    Args:
        skeleton: `(h, w)` bool centre lines.
        mask: `(h, w)` bool ink they were thinned from.

    Returns:
        The pixels and their links.
    """
    padded = np.pad(skeleton, 1)
    ys, xs = np.nonzero(padded)
    index = np.full(padded.shape, -1, dtype=np.int32)
    index[ys, xs] = np.arange(len(ys), dtype=np.int32)
    found = []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        other = index[ys + dy, xs + dx]
        linked = other >= 0
        if dy and dx:
            linked &= ~(padded[ys + dy, xs] | padded[ys, xs + dx])
        found.append(np.stack([np.flatnonzero(linked), other[linked]], axis=1))
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    xy = np.stack([xs - 1, ys - 1], axis=1).astype(np.int32)
    width = np.maximum(2.0 * distance[xy[:, 1], xy[:, 0]] - 1.0, 1.0) if len(xy) else np.zeros(0)
    return PixelLinks(xy, np.concatenate(found).astype(np.int32), width.astype(np.float32))
