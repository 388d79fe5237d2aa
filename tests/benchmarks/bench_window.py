"""Print how fast the map and the grid answer: 100,000 points, 10,000 thumbnails.

Run from the repository: `python -m tests.benchmarks.bench_window`, with `map` or `grid` for one of them.
Without a screen, on made items: no project is needed. The thumbnails are real JPEG files of the size that the
cache keeps, read by the threads that read them in the window.

Every figure is in milliseconds: the median of some repeats, and beside it the worst, which is what is held
against the aim; "(own)" is the worst without the time in which other programs had the processor. "asked" is
the time until the call returns to the event loop, "painted" until the frame stands there.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import argparse
import sys
import tempfile
from pathlib import Path

from studio import theme
from studio.app import make_application
from tests.benchmarks.window_grid import grid_figures
from tests.benchmarks.window_map import map_figures
from tests.benchmarks.window_timing import print_figures


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", nargs="?", choices=["map", "grid", "all"], default="all")
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--sheets", type=int, default=10_000)
    asked = parser.parse_args()
    application = make_application()
    theme.apply(application, theme.LIGHT)
    if asked.what != "grid":
        print_figures(f"The map, {asked.points:,} points", map_figures(asked.points))
    if asked.what != "map":
        with tempfile.TemporaryDirectory() as folder:
            print_figures(f"The grid, {asked.sheets:,} thumbnails", grid_figures(asked.sheets, Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
