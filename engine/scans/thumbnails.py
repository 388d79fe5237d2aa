"""Small pictures of scans, cached by content hash: a renamed scan keeps its, a changed one gets another."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import UserError
from engine.project.atomic import write_bytes
from engine.project.layout import Layout
from engine.scans.images import load_pixels, read_scan

PREVIEW_PX = 640
"""Longer side of a preview: enough to embed a page and to show it on a card."""
THUMBNAIL_PX = 256
"""Longer side of a thumbnail."""


def preview_path(layout: Layout, sha256: str) -> Path:
    """Where the preview of a scan with this content lies."""
    return layout.previews / sha256[:2] / f"{sha256}.jpg"


def thumbnail_path(layout: Layout, sha256: str) -> Path:
    """Where the thumbnail of a scan with this content lies."""
    return layout.thumbnails / sha256[:2] / f"{sha256}.jpg"


def cache_pictures(layout: Layout, sha256: str, picture: Image.Image) -> None:
    """Make the preview and the thumbnail of an upright picture, unless they are there.

    Raises:
        UserError: if the cache cannot be written.
    """
    for path, side in (
        (preview_path(layout, sha256), PREVIEW_PX),
        (thumbnail_path(layout, sha256), THUMBNAIL_PX),
    ):
        if not path.exists():
            small = picture.copy()
            small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
            write_bytes(path, _jpeg(small))


def load_preview(layout: Layout, sha256: str, scan: Path) -> NDArray[np.uint8]:
    """The preview as `(height, width, 3)` RGB; made again from the scan where the cache was emptied.

    Raises:
        UserError: if neither the cache nor the scan can be read.
    """
    path = preview_path(layout, sha256)
    try:
        return load_pixels(path)
    except (UserError, FileNotFoundError):
        path.unlink(missing_ok=True)
        cache_pictures(layout, sha256, read_scan(scan, PREVIEW_PX)[1])
        return load_pixels(path)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88, subsampling=0)
    return buffer.getvalue()
