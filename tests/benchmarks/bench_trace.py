"""Print the figures of tracing on generated pages with known truth.

Run from the repository: `python -m tests.benchmarks.bench_trace [pages] [seed ...]`. Needs `../shared` beside
the repository (page generator, score, stroke files) and says so where it is absent.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from engine.strokes.types import Stroke
from engine.trace.pipeline import trace_image

SHARED = Path(__file__).resolve().parents[3] / "shared"
Row = dict[str, float]


def main() -> None:
    """Generate pages, trace them, print one table a kind and seed."""
    if not (SHARED / "tools" / "render_scans.py").exists():
        sys.exit(f"nothing to measure with: {SHARED} is not there")
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seeds = [int(s) for s in sys.argv[2:]] or [7]
    cv2.setNumThreads(1)
    trace_image(np.full((64, 64), 255, np.uint8))  # imports are not to be timed
    score = load_score()
    for kind in ("scan", "clean"):
        for seed in seeds:
            with tempfile.TemporaryDirectory() as folder:
                render(Path(folder), kind, pages, seed)
                report(f"{pages} {kind} pages, seed {seed}", measure(Path(folder), score))
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def load_score() -> Callable[[dict[str, Any], list[Stroke]], Row]:
    """The scoring function of ../shared/tools, which is no part of this repository."""
    spec = importlib.util.spec_from_file_location("score_trace", SHARED / "tools" / "score_trace.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[[dict[str, Any], list[Stroke]], Row] = module.score
    return function


def render(folder: Path, kind: str, pages: int, seed: int) -> None:
    """Generate pages with their truth."""
    data = SHARED / "data" / "strokes"
    command = [sys.executable, str(SHARED / "tools" / "render_scans.py"), "--out", str(folder)]
    command += ["--n", str(pages), "--seed", str(seed), "--kind", kind]
    command += ["--look", str(data / "look_fragments.npz"), "--sheep", str(data / "aaron_sheep.npz")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure(folder: Path, score: Callable[[dict[str, Any], list[Stroke]], Row]) -> dict[str, list[Row]]:
    """Score two stages of every page of a folder."""
    rows: dict[str, list[Row]] = {"strokes": [], "spliced": []}
    for path in sorted(folder.glob("*.json")):
        truth = json.loads(path.read_text())
        image = np.asarray(Image.open(folder / truth["file"]).convert("RGB"))
        start = time.process_time()
        trace = trace_image(image)
        seconds = time.process_time() - start
        right = float(len(trace.drawings) == truth["n_drawings"])
        for stage, found in rows.items():
            strokes: Iterable[Stroke] = getattr(trace, stage)
            more = {"cpu": seconds, "drawings_right": right, "joined": float(len(trace.joined))}
            found.append(score(truth, list(strokes)) | more)
    return rows


def report(title: str, rows: dict[str, list[Row]]) -> None:
    """Print the table of one set of pages."""
    print(f"\n{title}")
    for name, figure in FIGURES.items():
        print(f"  {name:42}", *(f"{stage} {figure(found):8.3f}" for stage, found in rows.items()))


def median(key: str) -> Callable[[list[Row]], float]:
    """Median over the pages."""
    return lambda rows: float(np.nanmedian([r[key] for r in rows]))


def total(key: str) -> Callable[[list[Row]], float]:
    """Sum over the pages."""
    return lambda rows: float(sum(r[key] for r in rows))


def share(key: str, weight: str) -> Callable[[list[Row]], float]:
    """Mean over all crossings of all pages, where pages have different numbers of them."""

    def figure(rows: list[Row]) -> float:
        weights = np.array([r[weight] for r in rows])
        values = np.nan_to_num(np.array([r[key] for r in rows]))
        return float((weights * values).sum() / max(weights.sum(), 1))

    return figure


def ratio(key: str, truth: str) -> Callable[[list[Row]], float]:
    """Sum over sum."""
    return lambda rows: total(key)(rows) / max(total(truth)(rows), 1e-9)


FIGURES: dict[str, Callable[[list[Row]], float]] = {
    "crossings taken straight, all": share("straight", "crossings"),
    "crossings taken straight, isolated": share("straight_iso", "crossings_iso"),
    "chamfer mean px, median page": median("chamfer_mean"),
    "chamfer mean px, worst page": lambda rows: float(np.nanmax([r["chamfer_mean"] for r in rows])),
    "recall at 3 px, median": median("recall"),
    "precision at 3 px, median": median("prec"),
    "false strokes, all pages": total("false_strokes"),
    "strokes, all pages": total("strokes"),
    "joined, all pages": total("joined"),
    "strokes / truth": ratio("strokes", "strokes_true"),
    "mean unbroken true run px, median": median("run_px"),
    "mean unbroken true run px, mean": lambda rows: float(np.mean([r["run_px"] for r in rows])),
    "pen-up travel / truth": ratio("travel", "travel_true"),
    "CPU seconds a page, median": median("cpu"),
    "pages with the right number of drawings": lambda rows: float(
        np.mean([r["drawings_right"] for r in rows])
    ),
}


if __name__ == "__main__":
    main()
