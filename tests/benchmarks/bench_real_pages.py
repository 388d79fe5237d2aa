"""Print the figures of tracing on the artist's own pages.

Run from the repository: `python -m tests.benchmarks.bench_real_pages pairs` or `scans`, with `--overlays DIR`
for pictures and `--only NAME ...` for some pages.
Needs `../shared/data/slml` beside the repository and says so where it is absent.

pairs: 28 cropped scans with the original author's trace of each. Ink is what Otsu's threshold finds at two
megapixels; recall is the share of ink pixels within 6 px of the trace, precision the share of traced length
within 3 px of ink, both in pixels of that size, in which the author's files are written. Annotations are
kept: they are ink. Two of the pages are on dotted paper; the printed dots are ink to Otsu's threshold, so a
tracer that leaves them out, as it should, cannot have their recall. "recall lines" counts the ink without
pieces of a dot's size.

scans: the 163 full scans labelled drawing, with binding and page number, for which no truth is known.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
import time
import traceback
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.scans.images import load_pixels
from engine.strokes.geometry import resample
from engine.strokes.svg import read_svg
from engine.strokes.types import stroke_length
from engine.trace.pipeline import trace_image
from engine.trace.types import Trace
from tests.benchmarks.lines import (
    RECALL_PX,
    SHARED,
    on_ink,
    otsu_ink,
    print_table,
    summaries,
    to_scale,
    without_dots,
)
from tests.benchmarks.overlays import save_overlay

DATA = SHARED / "data" / "slml"
Row = dict[str, float]


def main() -> None:
    """Measure the pages that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=["pairs", "scans"])
    parser.add_argument("--overlays", type=Path, metavar="DIR", help="write one picture a page there")
    parser.add_argument("--only", nargs="*", default=(), help="pages whose name holds one of these")
    asked = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"nothing to measure with: {DATA} is not there")
    cv2.setNumThreads(1)
    trace_image(np.full((64, 64), 255, np.uint8))  # imports are not to be timed
    files = pair_files() if asked.what == "pairs" else scan_files()
    chosen = [f for f in files if not asked.only or any(part in f.name for part in asked.only)]
    (pairs if asked.what == "pairs" else scans)(chosen, asked.overlays)


def pair_files() -> list[Path]:
    """The cropped pages that have a trace by the author."""
    return sorted((DATA / "traced_pairs").glob("*.png"))


def scan_files() -> list[Path]:
    """The full scans labelled drawing."""
    with (DATA / "page_labels.csv").open() as file:
        names = [row["file"] for row in csv.DictReader(file) if row["hand_label"] == "drawings"]
    return [next(DATA.glob(f"scans/*/*/{name}")) for name in names]


def pairs(files: list[Path], overlays: Path | None) -> None:
    """Print recall, precision and strokes of each pair, worst first, ours beside the author's."""
    rows: dict[str, Row] = {}
    for path in files:
        image = load_pixels(path)
        begun = time.process_time()
        trace = trace_image(image, annotations="keep")
        seconds = time.process_time() - begun
        rows[path.stem] = _pair_row(path, image, trace) | {"seconds": seconds}
        if overlays:
            save_overlay(overlays, path.stem, image, trace)
    ranked = sorted(rows, key=lambda name: _worst(rows[name]))
    keys = [
        "recall",
        "recall lines",
        "precision",
        "recall 1",
        "precision 1",
        "strokes",
        "spliced",
        "invented",
        "seconds",
    ]
    keys += ["his recall", "his lines", "his precision", "his strokes"]
    widths = [12, *(max(8, len(k)) for k in keys)]
    print(f"\n{len(files)} pairs, worst first (recall, precision: after splice; 1: before join and splice)")
    print_table(["page", *keys], [[n, *(rows[n][k] for k in keys)] for n in ranked], widths)
    print_means(list(rows.values()), keys)
    under = [n for n in ranked if _worst(rows[n]) < 0.97]
    print(f"  pages under .97 (recall lines or precision): {len(under)} {' '.join(under)}")


def _worst(row: Row) -> float:
    return min(row["recall lines"], row["precision"])


def _pair_row(path: Path, image: NDArray[np.uint8], trace: Trace) -> Row:
    ink, scale = otsu_ink(image)
    lines, spliced = without_dots(ink), to_scale(trace.spliced, scale)
    ours, raw = on_ink(ink, spliced), on_ink(ink, to_scale(trace.strokes, scale))
    author = authors_trace(path.with_suffix(".svg"))
    his = on_ink(ink, author)
    return {
        "recall": ours.recall,
        "recall lines": on_ink(lines, spliced).recall,
        "precision": ours.precision,
        "recall 1": raw.recall,
        "precision 1": raw.precision,
        "strokes": float(len(trace.strokes)),
        "spliced": float(len(trace.spliced)),
        "invented": trace.invented_px,
        "his recall": his.recall,
        "his lines": on_ink(lines, author).recall,
        "his precision": his.precision,
        "his strokes": float(len(author)),
    }


def authors_trace(path: Path) -> list[NDArray[np.floating]]:
    """The author's trace in pixels of the two megapixel picture.

    The file's transform fits it into a sheet of A4 and is left out; his tool puts the centre of the first
    pixel at (1, 1), as both measures show: they are best there.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.name
        plain.write_text(re.sub(r'transform="[^"]*"', "", path.read_text()))
        return [s - 1.0 for s in read_svg(plain)]


def scans(files: list[Path], overlays: Path | None) -> None:
    """Print the figures of the full scans: means and medians, then the pages to look at."""
    rows: dict[str, Row] = {}
    failures: list[str] = []
    for path in files:
        try:
            image = load_pixels(path)
            begun = time.process_time()
            trace = trace_image(image)
            seconds = time.process_time() - begun
        except Exception:  # noqa: BLE001 - a benchmark lists what fails, whatever it is
            failures.append(f"{path.stem}: {traceback.format_exc().strip().splitlines()[-1]}")
            continue
        found = inner_recall(path, image, trace)
        rows[path.stem] = _scan_row(path, trace) | {"otsu recall": found, "seconds": seconds}
        if overlays:
            save_overlay(overlays, path.stem, image, trace)
    print(f"\n{len(rows)} scans labelled drawing, {len(failures)} failures")
    for failure in failures:
        print(f"  FAILED {failure}")
    if rows:
        print_means(list(rows.values()), list(next(iter(rows.values()))))
        _print_scans_to_look_at(rows)


def _scan_row(path: Path, trace: Trace) -> Row:
    side = expected_binding(path)
    length = max(sum(stroke_length(s) for s in trace.spliced), 1.0)
    apart = sum(stroke_length(s) for s in trace.annotations)
    return {
        "strokes": float(len(trace.strokes)),
        "joined": float(len(trace.joined)),
        "spliced": float(len(trace.spliced)),
        "coverage": trace.coverage,
        "invented px": trace.invented_px,
        "invented share": trace.invented_px / length,
        "drawings": float(len(trace.drawings)),
        "in no drawing": float(len(trace.spliced) - sum(map(len, trace.drawings))),
        "annotations": float(len(trace.annotations)),
        "share set apart": apart / (apart + length),
        "uncertain": float(len(getattr(trace, "uncertain", ()))),
        "binding right": float(trace.binding == side),
        "px at the binding": _length_at(trace, side),
        "line ink": float(trace.line_ink),
        "pen px": trace.pen_width_px,
        "length px": length,
    }


def inner_recall(path: Path, image: NDArray[np.uint8], trace: Trace) -> float:
    """Recall of Otsu's ink in the middle of the page, well away from binding and borders.

    The trace's own coverage asks about the ink that the tracer saw; this asks about what it may have missed.
    """
    height, width = image.shape[:2]
    left, right = (0.13, 0.03) if expected_binding(path) == "left" else (0.03, 0.13)
    x0, y0 = round(left * width), round(0.02 * height)
    inner = image[y0 : height - y0, x0 : width - round(right * width)]
    ink, scale = otsu_ink(np.ascontiguousarray(inner))
    everything = [s - (x0, y0) for s in (*trace.spliced, *trace.annotations)]
    reach = max(RECALL_PX, 0.75 * trace.pen_width_px * scale)
    return on_ink(without_dots(ink), to_scale(everything, scale), reach).recall


def expected_binding(path: Path) -> str:
    """The binding is at the left of odd pages and at the right of even ones."""
    number = re.match(r"sb\d+p(\d+)", path.stem)
    return "" if number is None else "left" if int(number[1]) % 2 else "right"


def _length_at(trace: Trace, side: str) -> float:
    """Traced length in the outermost 3 % of the page on the binding's side, where drawings hardly reach."""
    points = [resample(s, 2.0)[:, 0] for s in trace.spliced if len(s) > 1]
    if not points or not side:
        return 0.0
    x = np.concatenate(points) / trace.width_px
    return 2.0 * float((x < 0.03).sum() if side == "left" else (x > 0.97).sum())


def _print_scans_to_look_at(rows: dict[str, Row]) -> None:
    worst = {
        "lowest coverage": lambda r: r["coverage"],
        "lowest recall of Otsu's ink": lambda r: r["otsu recall"],
        "largest share set apart": lambda r: -r["share set apart"],
        "shortest": lambda r: r["length px"],
        "most invented px": lambda r: -r["invented px"],
        "most spliced strokes": lambda r: -r["spliced"],
        "most drawings": lambda r: -r["drawings"],
        "most annotations": lambda r: -r["annotations"],
        "most px at the binding": lambda r: -r["px at the binding"],
        "slowest": lambda r: -r["seconds"],
    }
    print("\n  pages to look at")
    for title, key in worst.items():
        names = sorted(rows, key=lambda n: key(rows[n]))[:6]
        print(f"  {title:28}", *(f"{n} {abs(key(rows[n])):.5g}" for n in names), sep="  ")
    for title, names in {
        "no drawing at all": [n for n, r in rows.items() if not r["drawings"]],
        "binding missed": [n for n, r in rows.items() if not r["binding right"]],
        "no annotation": [n for n, r in rows.items() if not r["annotations"]],
        "called no line ink": [n for n, r in rows.items() if not r["line ink"]],
    }.items():
        print(f"  {title:28}  {len(names)}: {' '.join(names[:12])}")


def print_means(rows: list[Row], keys: list[str]) -> None:
    """Mean, median, least and most of every column."""
    print()
    table = [[key, *values] for key, values in summaries(rows, keys)]
    print_table(["over the pages", "mean", "median", "least", "most"], table, [20, 9, 9, 9, 9])


if __name__ == "__main__":
    main()
