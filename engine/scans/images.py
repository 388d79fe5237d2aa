"""Opening scans safely: whatever lies in the folder, the answer is pixels or a reason."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from engine.errors import UserError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".jfif"})
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF")
MAX_PIXELS = 250_000_000
"""An A2 page at 600 dpi is 140 million; more than this is a decompression bomb or not a page."""
_MIN_SIDE_PX = 16
_DEEP_MODES = frozenset({"I", "F", "I;16", "I;16B", "I;16L"})

# Pillow warns and raises by its own, lower limit; ours is checked from the header, before a pixel is decoded.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class ScanInfo:
    """What a scan's header says.

    Attributes:
        width_px: Width, orientation applied.
        height_px: Height, orientation applied.
        orientation: EXIF orientation, 1 to 8.
        dpi: Resolution, None where the file does not say.
        taken: ISO date and time, None where the file does not say.
    """

    width_px: int
    height_px: int
    orientation: int
    dpi: float | None
    taken: str | None


def content_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_scan(path: Path, max_side_px: int | None = None) -> tuple[ScanInfo, Image.Image]:
    """Open a scan, decode all of it, and turn it upright.

    Args:
        path: The image file; only ever read.
        max_side_px: Reduce the longer side to this; JPEGs are then decoded at a lower resolution.

    Returns:
        What the header says, and an RGB picture with transparency laid on white.

    Raises:
        UserError: if it is empty, no image, broken, cut short, too small or too large; the message names the
            file and the reason.
    """
    try:
        with Image.open(path, formats=_FORMATS) as image:
            info = _read_info(image)
            _refuse_odd_sizes(path, info)
            if max_side_px is not None:
                image.draft("RGB", (max_side_px, max_side_px))
            picture = _to_rgb(image)
    except UserError:
        raise
    except FileNotFoundError as error:
        raise UserError(f"{path}: it is not there.", "Is its disk there? Import its folder again.") from error
    except UnidentifiedImageError as error:
        raise UserError(f"{path}: {_what_it_is(path)}.", "Scan or export the page again.") from error
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, MemoryError) as error:
        reason = (
            "it is broken or cut short" if not isinstance(error, MemoryError) else "it does not fit in memory"
        )
        raise UserError(f"{path}: {reason} ({error}).", "Scan or copy the page again.") from error
    picture = _upright(picture, info.orientation)
    if max_side_px is not None:
        picture.thumbnail((max_side_px, max_side_px), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return info, picture


def load_pixels(path: Path, max_side_px: int | None = None) -> NDArray[np.uint8]:
    """Load a scan as `(height, width, 3)` RGB. Raises UserError as `read_scan` does."""
    return np.asarray(read_scan(path, max_side_px)[1])


def _read_info(image: Image.Image) -> ScanInfo:
    exif = image.getexif()
    orientation = exif.get(ExifTags.Base.Orientation, 1)
    orientation = orientation if orientation in range(1, 9) else 1
    width, height = image.size if orientation < 5 else image.size[::-1]
    return ScanInfo(width, height, orientation, _dpi(image), _taken(exif))


def _dpi(image: Image.Image) -> float | None:
    try:
        dpi = float(image.info["dpi"][0])
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    return round(dpi, 2) if 1 < dpi < 20_000 else None


def _taken(exif: Image.Exif) -> str | None:
    details = exif.get_ifd(ExifTags.IFD.Exif)
    text = str(details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "")
    match = re.match(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)", text)
    return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}" if match else None


def _refuse_odd_sizes(path: Path, info: ScanInfo) -> None:
    size = f"{info.width_px} x {info.height_px} px"
    if info.width_px * info.height_px > MAX_PIXELS:
        raise UserError(
            f"{path}: it says it is {size}, more than any page.", "Export it again at 600 dpi or less."
        )
    if min(info.width_px, info.height_px) < _MIN_SIDE_PX:
        raise UserError(f"{path}: {size} is too small for a page.", "Scan the page again.")


def _to_rgb(image: Image.Image) -> Image.Image:
    image.load()
    if image.mode in _DEEP_MODES:
        pixels = np.asarray(image, dtype=np.float64)
        # 16 bit scans; a picture whose values all fit eight bits was only stored wide.
        scale = 255.0 / 65535.0 if pixels.size and pixels.max() > 255 else 1.0
        image = Image.fromarray(np.clip(pixels * scale, 0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    return image.convert("RGB")


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    if orientation == 1:
        return picture
    picture.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(picture)


def _what_it_is(path: Path) -> str:
    if path.stat().st_size == 0:
        return "it is empty"
    return "it is not an image this program can read"
