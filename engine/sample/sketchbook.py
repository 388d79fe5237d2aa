"""The sample sketchbooks on disk: scans, labels and the exact strokes of every page."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image

from engine.errors import UserError
from engine.project.atomic import write_bytes, write_text
from engine.project.progress import Reporter, Silent
from engine.sample.book import PageSpec, plan_books, small_mix
from engine.sample.page import Scan, render_page

DPI = 200
_JPEG_QUALITY = 86
_EXIF_DATETIME_ORIGINAL = 36867
_EXIF_DATETIME = 306
_EXIF_IFD = 0x8769
_FIRST_DAY = datetime(2024, 1, 8, 19, 30)


@dataclass(frozen=True, slots=True)
class SampleReport:
    """What `make_sketchbook` did.

    Attributes:
        folder: Where the books are.
        books: The folders to import, one a book.
        made: Pages made now.
        kept: Pages that were there.
        stopped: Whether it was told to stop before the end.
    """

    folder: Path
    books: tuple[Path, ...]
    made: int
    kept: int
    stopped: bool


def make_sketchbook(
    folder: Path, *, seed: int = 1, pages: int | None = None, reporter: Reporter | None = None
) -> SampleReport:
    """Make the sample sketchbooks, or what is still missing of them.

    Args:
        folder: Gets `sb01/`, `sb02/` (scans), `labels.csv` and `truth/` (strokes in page pixels).
        seed: The artist; the same seed makes the same pages. Pages that are there stay, whoever drew them.
        pages: A small representative mix of so many pages instead of all.
        reporter: Hears of progress and is asked whether to stop, several times a second.

    Returns:
        What was made and what was kept.

    Raises:
        UserError: if `pages` is not positive or the folder cannot be written.
    """
    reporter = reporter or Silent()
    specs = plan_books()
    if pages is not None:
        if pages < 1:
            raise UserError("A sketchbook needs at least one page.", "Ask for 1 page or more.")
        specs = small_mix(specs, pages)
    missing = [s for s in specs if not ((folder / s.file).exists() and _truth_file(folder, s).exists())]
    made = _make_all(folder, missing, len(specs), seed, reporter)
    _write_labels(folder)
    books = tuple(folder / f"sb{book:02d}" for book in sorted({s.book for s in specs}))
    return SampleReport(folder, books, made, len(specs) - len(missing), made < len(missing))


def _make_all(folder: Path, missing: Sequence[PageSpec], total: int, seed: int, reporter: Reporter) -> int:
    """Make pages a handful at a time, so that a stop is heard within a second.

    Threads, not processes: nearly all the time is spent in OpenCV, numpy and the JPEG encoder, which let go
    of the interpreter, and threads start at once and leave nothing behind.
    """
    workers = os.cpu_count() or 1
    kept = total - len(missing)
    made = 0
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, len(missing), workers):
            reporter.progress(kept + made, total, "drawing the sample sketchbook")
            if reporter.stopped():
                return made
            some = missing[start : start + workers]
            list(pool.map(lambda spec: _make_page(folder, spec, seed), some))
            made += len(some)
    reporter.progress(kept + made, total, "drawing the sample sketchbook")
    return made


def _make_page(folder: Path, spec: PageSpec, seed: int) -> None:
    """Render one page and write its scan, then its truth: a page counts as made when both are there."""
    scan = render_page(spec, seed)
    write_bytes(folder / spec.file, _jpeg(scan, spec))
    write_text(_truth_file(folder, spec), json.dumps(scan.truth))


def _truth_file(folder: Path, spec: PageSpec) -> Path:
    return folder / "truth" / f"{spec.stem}.json"


def _jpeg(scan: Scan, spec: PageSpec) -> bytes:
    """Encode as a scanner does: resolution in the header, date and time in EXIF."""
    day = _FIRST_DAY + timedelta(days=120 * (spec.book - 1) + 1.3 * (spec.page or 0))
    stamp = day.strftime("%Y:%m:%d %H:%M:%S")
    exif = Image.Exif()
    exif[_EXIF_DATETIME] = stamp
    exif.get_ifd(_EXIF_IFD)[_EXIF_DATETIME_ORIGINAL] = stamp
    buffer = io.BytesIO()
    Image.fromarray(scan.image).save(buffer, "JPEG", quality=_JPEG_QUALITY, dpi=(DPI, DPI), exif=exif)
    return buffer.getvalue()


def _write_labels(folder: Path) -> None:
    """Write `labels.csv` for all pages that are there, unless it already says just that."""
    there = [s for s in plan_books() if (folder / s.file).exists()]
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\n")
    rows.writerow(["file", "folder", "hand_label"])
    rows.writerows([Path(s.file).name, s.folder, s.kind.hand_label] for s in there)
    path = folder / "labels.csv"
    if not path.exists() or path.read_text(encoding="utf-8") != buffer.getvalue():
        write_text(path, buffer.getvalue())
