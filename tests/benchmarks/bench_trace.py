"""Print the figures of tracing on generated pages with known truth, beside what is to be reached.

Run from the repository: `python -m tests.benchmarks.bench_trace [pages] [seed ...]`, with
`--kinds scan clean` for other kinds, `--large 4` for pages of 2480x3508, `--memory 6` for how many pages are
traced in a process of their own, and `--peers PYTHON` to measure autotrace and skan where that interpreter
has them (see `peers.py`). Pages are rendered once and kept in the temporary folder. Needs `../shared` beside
the repository (page generator, score, stroke files) and says so where it is absent.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from engine.scans.images import load_pixels
from engine.strokes.types import as_stroke
from engine.trace.pipeline import trace_image
from tests.benchmarks.figures import FIGURES, Figure, drawings_right
from tests.benchmarks.lines import SHARED, print_table
from tests.benchmarks.pages import LARGE, Made, Score, load_score, made_pages
from tests.benchmarks.peers import peak_mb

Rows = dict[str, list[dict[str, float]]]
"""The scores of the pages, for each stage."""
PEERS = ("autotrace", "skan")


def main() -> None:
    """Trace generated pages and print one table a kind, a column for each seed, the mean and the peers."""
    asked = _arguments().parse_args()
    if asked.one:
        return print_peak(asked.one)
    if not (SHARED / "tools" / "render_scans.py").exists():
        sys.exit(f"nothing to measure with: {SHARED} is not there")
    cv2.setNumThreads(1)
    trace_image(np.full((64, 64), 255, np.uint8))  # imports are not to be timed
    score = load_score()
    for kind in asked.kinds:
        books = {seed: made_pages(kind, asked.pages, seed) for seed in asked.seeds}
        ours = {seed: measure(pages, score) for seed, pages in books.items()}
        everything = [page for pages in books.values() for page in pages]
        peers = {n: measure_peer(n, asked.peers, everything, score) for n in PEERS if asked.peers}
        report(f"{asked.pages} {kind} pages a seed", ours, {n: r for n, r in peers.items() if r})
        report_worst(merged(list(ours.values())), [page.name for page in everything])
    if not asked.peers:
        print(f"\npeers not measured: install {', '.join(PEERS)} apart (see peers.py), then --peers PYTHON")
    report_cost(asked)
    return None


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="?", type=int, default=20)
    parser.add_argument("seeds", nargs="*", type=int, default=[7])
    parser.add_argument("--kinds", nargs="+", default=["scan", "clean"], choices=["scan", "clean"])
    parser.add_argument("--large", type=int, default=4, metavar="N", help="pages of 2480x3508; 0 for none")
    parser.add_argument(
        "--memory", type=int, default=6, metavar="N", help="pages traced in their own process"
    )
    parser.add_argument("--peers", metavar="PYTHON", help="interpreter that has pyautotrace and skan")
    parser.add_argument("--one", type=Path, metavar="PICTURE", help="trace one picture, print peak memory")
    return parser


def measure(pages: Sequence[Made], score: Score) -> Rows:
    """Score two stages of every page."""
    rows: Rows = {"strokes": [], "spliced": []}
    for page in pages:
        image = load_pixels(page.scan)
        begun = time.process_time()
        trace = trace_image(image)
        about = {
            "cpu": time.process_time() - begun,
            "joined": float(len(trace.joined)),
            "invented": trace.invented_px,
            "annotations": float(len(trace.annotations)),
            "uncertain": float(len(trace.uncertain)),
            "found": float(len(trace.drawings)),
            "several": float(len(page.truth["drawings"]) > 1),
            "drawings_right": float(drawings_right(page.truth, trace.spliced, trace.drawings)),
        }
        for stage in rows:
            rows[stage].append(score(page.truth, list(getattr(trace, stage))) | about)
    return rows


def measure_peer(name: str, python: str, pages: Sequence[Made], score: Score) -> Rows | None:
    """Score another tracer on the same pages; None, with a line that says why, where it cannot run."""
    found = []
    script = Path(__file__).with_name("peers.py")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "strokes.json"
        for page in pages:
            run = subprocess.run(
                [python, str(script), name, str(page.scan), str(out)], check=False, stderr=subprocess.PIPE
            )
            if run.returncode:
                reason = run.stderr.decode().strip().splitlines()[-1:]
                print(f"\n{name} not measured: {reason}; uv pip install pyautotrace skan scikit-image there")
                return None
            traced = json.loads(out.read_text())
            strokes = [as_stroke(s) for s in traced["strokes"]]
            found.append(score(page.truth, strokes) | {"cpu": traced["cpu"], "peak_mb": traced["peak_mb"]})
    return {"strokes": found}


def merged(rows: Sequence[Rows]) -> Rows:
    """The pages of several seeds as one lot."""
    return {stage: [row for part in rows for row in part[stage]] for stage in rows[0]}


def report(title: str, ours: Mapping[int, Rows], peers: Mapping[str, Rows]) -> None:
    """Print the table: the issue's columns, each seed, all seeds together, each peer."""
    print(f"\n{title}, {len(ours)} seeds")
    total = merged(list(ours.values()))
    heads = ["figure", "peer", "reach", "aim", *(f"seed {s}" for s in ours), "ALL", "", *peers]
    table = []
    for figure in FIGURES:
        value = figure.fold(total[figure.stage])
        seeds = [_number(figure.fold(rows[figure.stage])) for rows in ours.values()]
        others = [_number(_of_peer(figure, rows)) for rows in peers.values()]
        bounds = [_number(v) for v in (figure.peer, figure.reach, figure.aim)]
        table.append([figure.name, *bounds, *seeds, _number(value), figure.verdict(value), *others])
    print_table(heads, table, [40, 7, 7, 7, *(9 for _ in ours), 9, 6, *(10 for _ in peers)])


def _of_peer(figure: Figure, rows: Rows) -> float | None:
    """A peer's figure, None where it has no such stage or measure."""
    try:
        return figure.fold(rows[figure.stage])
    except KeyError:
        return None


def _number(value: float | None) -> str:
    if value is None or np.isnan(value):
        return "-"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"


def report_worst(rows: Rows, names: Sequence[str]) -> None:
    """Name the pages to look at first."""
    print("  pages to look at")
    for title, stage, key, sign in (
        ("farthest from the truth", "strokes", "chamfer_mean", -1),
        ("lowest recall", "strokes", "recall", 1),
        ("lowest precision", "strokes", "prec", 1),
        ("lowest precision, spliced", "spliced", "prec", 1),
        ("crossings taken wrong", "strokes", "wrong", -1),
        ("most strokes, spliced", "spliced", "strokes", -1),
        ("most invented px", "spliced", "invented", -1),
        ("most pen-up travel", "strokes", "travel", -1),
        ("slowest", "strokes", "cpu", -1),
    ):
        values = np.array([_value(row, key) for row in rows[stage]])
        worst = np.argsort(sign * np.nan_to_num(values, nan=0.0 if sign < 0 else 1.0))[:5]
        print(f"  {title:28}", *(f"{names[k]} {values[k]:.4g}" for k in worst), sep="  ")
    wrong = [
        f"{name} {row['found']:.0f}/{row['n_drawings']:.0f}"
        for name, row in zip(names, rows["spliced"], strict=True)
        if not row["drawings_right"]
    ]
    print(f"  {'drawings wrong (found/true)':28}", len(wrong), *wrong, sep="  ")


def _value(row: Mapping[str, float], key: str) -> float:
    if key == "wrong":
        return (1 - np.nan_to_num(row["straight"], nan=1.0)) * row["crossings"]
    return row[key]


def report_cost(asked: argparse.Namespace) -> None:
    """Print CPU seconds on large pages, and the peak memory of a process that traces one page."""
    small = made_pages("scan", min(asked.memory, asked.pages), asked.seeds[0])
    large = made_pages("scan", asked.large, asked.seeds[0], LARGE)
    print("\ncost; reach and aim: 2480x3508 .80 .40 s, memory 220 160 MB")
    if large:
        seconds = [_cpu_seconds(page) for page in large]
        print(f"  CPU seconds a page, 2480x3508: median {np.median(seconds):.3f}, most {max(seconds):.3f}")
    for title, pages in (("1600x2200", small), ("2480x3508", large)):
        if pages:
            peaks = [_peak_of(page.scan) for page in pages]
            print(f"  peak memory of a process that traces one page, {title}: {max(peaks):.0f} MB")
    print(f"  of which Python and its imports: {_peak_of(None):.0f} MB")


def _cpu_seconds(page: Made) -> float:
    image = load_pixels(page.scan)
    begun = time.process_time()
    trace_image(image)
    return time.process_time() - begun


def _peak_of(picture: Path | None) -> float:
    """Peak memory in MB of a process that traces one picture; with none, of one that only imports."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_trace", "--one", str(picture or "none")]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def print_peak(picture: Path) -> None:
    """Trace one picture as a worker does and print this process's peak memory."""
    cv2.setNumThreads(1)
    trace_image(load_pixels(picture) if picture.exists() else np.full((64, 64), 255, np.uint8))
    print(peak_mb())


if __name__ == "__main__":
    main()
