"""The figures of the gallery: from a move of the slider to the last card on the screen, with a real child.

Run it alone: `python -m tests.benchmarks.window_gallery [PROJECT]`; without a project the base model draws.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.project.layout import Layout
from engine.project.project import Project
from engine.strokes.types import Drawing
from studio.gallery import kept
from studio.models.samples import Sample
from studio.panes.gallery import GalleryPane
from studio.session import Session
from tests.benchmarks.window_timing import Pulse, Stopwatch, dispose, run_loop

SIZE_PX = (1240, 838)
N_DRAWINGS = 64
N_FIRST = 8
N_KEPT = 500
REPEATS = 5
_PATIENCE_S = 60.0


def measure_gallery(project: Path | None = None) -> dict[str, float]:
    """Medians of a few moves of the slider, in seconds.

    Args:
        project: One to draw with, which is only read; None: a new one, where the base model draws.

    Returns:
        `first_s` and `grid_s`: until the first 8 and all of 64 whole drawings are painted; `coarse_s`: until
        the first parts of lines are; `measured_s`: until they are measured, too; `stall_s`: the longest
        pause of the window in all of that; `kept_s` and `kept_stall_s`: the source of 500 kept drawings.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = project or Path(folder) / "project"
        if project is None:
            Project.create(root, "Gallery").close()
            _keep_many(Layout(root))
        session = Session(Project.open(root))
        pane = GalleryPane()
        pane.resize(*SIZE_PX)
        pane.open_project(session)
        pane.show()
        try:
            return _measure(pane)
        finally:
            pane.close_project()
            pane.shutdown()
            dispose(pane)
            session.close()


def _measure(pane: GalleryPane) -> dict[str, float]:
    pane.bar._count.setCurrentIndex(pane.bar._count.findData(N_DRAWINGS))
    pane.activate()
    _wait(pane, "the first grid")
    pulse, rows = Pulse(), []
    pulse.start()
    for step in range(REPEATS):
        rows.append(_move(pane, 55 + step))
    stall = pulse.stop()
    names = ("coarse_s", "first_s", "grid_s", "measured_s")
    figures = dict(zip(names, np.median(np.array(rows), axis=0).tolist(), strict=True))
    pulse = Pulse()
    pulse.start()
    watch = Stopwatch()
    pane.bar.set_source("kept")
    _wait(pane, "what is kept")
    return {
        **figures,
        "stall_s": stall.own_ms / 1000,
        "kept_s": watch.read().ms / 1000,
        "kept_stall_s": pulse.stop().own_ms / 1000,
    }


def _move(pane: GalleryPane, value: int) -> tuple[float, float, float, float]:
    """One move of the slider: seconds until the parts of the grid are painted."""
    came: dict[str, float] = {}
    before = pane._model.numbered
    begun = time.perf_counter()
    pane.bar._slider.setValue(value)
    while "measured" not in came and time.perf_counter() - begun < _PATIENCE_S:
        QApplication.processEvents()
        samples, late = pane._model.numbered, pane.grid._delegate.late
        new = [one for one, old in zip(samples, before, strict=True) if one is not old]
        whole = sum(not one.is_growing for one in new)
        now = time.perf_counter() - begun
        if new:
            came.setdefault("coarse", now)
        if whole >= N_FIRST and not late:
            came.setdefault("first", now)
        if whole >= N_DRAWINGS and not late and pane._machine._is_whole:
            came.setdefault("grid", now)
            if pane.is_settled():
                came["measured"] = now
    return came["coarse"], came["first"], came["grid"], came["measured"]


def _wait(pane: GalleryPane, what: str) -> None:
    if not run_loop(_PATIENCE_S, lambda: pane.is_settled() and bool(pane._model.samples)):
        raise AssertionError(f"{what} never came")


def _keep_many(layout: Layout) -> None:
    random = np.random.default_rng(3)
    for number in range(N_KEPT):
        line = np.cumsum(random.normal(0, 8, (120, 2)), axis=0).astype(np.float32)
        kept.keep(layout, Sample(f"made {number}", Drawing((line,)).normalised(), origin={"run": "base"}))


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    for name, seconds in measure_gallery(Path(sys.argv[1]) if len(sys.argv) > 1 else None).items():
        print(f"{name:14}{seconds:8.3f}")
