"""The figures of the canvas: how soon ghosts follow the pen, and whether the sheet stays quick meanwhile."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from engine.jobs.runs import BASE
from engine.project.project import Project
from engine.strokes.types import as_stroke
from studio.canvas.line import BLANK, part_of
from studio.panes.canvas import CanvasPane
from studio.session import Session
from studio.widgets.canvas.pen_sheet import PenSheet
from tests.benchmarks.window_timing import (
    Figure,
    Pulse,
    Stopwatch,
    Time,
    dispose,
    print_figures,
    run_loop,
    send_mouse,
)

SIZE_PX = (1270, 850)
REPEATS, MOVES = 12, 360
AHEAD = 40
LONG_POINTS = 2000
FRAME_MS = 20.0
_MOVE_S = 1 / 120
_AIMS_MS = {8: 100.0, 64: 250.0}


def canvas_figures(project: Path | None = None) -> Iterator[Figure]:
    """Everything about the canvas, with the base model in a child process of its own.

    Args:
        project: Is copied; an empty one by default.
    """
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "project"
        if project is None:
            Project.create(root, "Canvas").close()
        else:
            shutil.copytree(project, root)
        session = Session(Project.open(root))
        pane = _pane(session)
        try:
            for n in _AIMS_MS:
                yield from _ghosts(pane, n)
            for n in _AIMS_MS:
                yield from _drawing(pane, n)
        finally:
            pane.close_project()
            pane.shutdown()
            dispose(pane)
            session.close()


def measure_canvas(project: Path | None = None) -> dict[str, float]:
    """The same as numbers: name to worst milliseconds, and to the median under `NAME, median`."""
    found: dict[str, float] = {}
    for figure in canvas_figures(project):
        times = [one.ms for one in figure.times]
        found[figure.name] = max(times)
        found[f"{figure.name}, median"] = float(np.median(times))
        found[f"{figure.name}, own"] = max(one.own_ms for one in figure.times)
    return found


def _pane(session: Session) -> CanvasPane:
    pane = CanvasPane()
    pane.resize(*SIZE_PX)
    pane.open_project(session)
    pane.refresh()
    pane.show()
    run_loop(20.0, until=lambda: pane.bar.weights.current is not None)
    pane.bar.weights.choose(BASE)
    pane.activate()
    if not run_loop(60.0, until=lambda: pane._asking is not None and pane._asking.is_ready):
        raise AssertionError("the machine does not wake: there is nothing to measure")
    run_loop(1.0)
    gc.freeze()  # as the window does once it is at home
    return pane


def _place(sheet: PenSheet, t: float) -> tuple[float, float]:
    """A point of an endless looping line on the sheet, in pixels."""
    x, y = (
        100 + 62 * np.sin(0.9 * t) + 20 * np.sin(2.3 * t),
        100 + 60 * np.cos(1.1 * t) + 18 * np.sin(3.1 * t),
    )
    at = sheet.transform().map(QPointF(float(x), float(y)))
    return at.x(), at.y()


def _ghosts(pane: CanvasPane, n: int) -> Iterator[Figure]:
    """From one move of a resting pen to the first painted ghosts, and to the whole of them."""
    sheet, soon, times = pane.sheet, [], []
    _begin(pane, n)
    for step in range(1, 41):
        send_mouse(sheet, QEvent.Type.MouseMove, *_place(sheet, 0.05 * step))
        run_loop(_MOVE_S)
    for step in range(REPEATS):
        run_loop(3.0, until=lambda: pane._asking is not None and not pane._asking.is_busy)
        run_loop(0.05)
        watch, of_first = Stopwatch(), Stopwatch()
        send_mouse(sheet, QEvent.Type.MouseMove, *_place(sheet, 2.1 + 0.05 * step))
        soon.append(_next_fan(sheet, of_first))
        times.append(_next_fan(sheet, watch))
    _end(sheet, 3.0)
    yield Figure(f"a move to the first points of {n} ghosts, painted", soon, _AIMS_MS[n])
    yield Figure(f"a move to {n} ghosts of {AHEAD} points, painted", times, _AIMS_MS[n])


def _next_fan(sheet: PenSheet, watch: Stopwatch) -> Time:
    """The time until another fan is painted whole."""
    before = sheet.fan
    if not run_loop(5.0, until=lambda: sheet.fan is not before and sheet.fan is not None):
        raise AssertionError("no ghosts came")
    sheet.repaint()
    run_loop(5.0, until=lambda: sheet.is_whole)
    return watch.read()


def _drawing(pane: CanvasPane, n: int) -> Iterator[Figure]:
    """120 moves a second on a sheet with a long line, the machine answering all the while."""
    sheet = pane.sheet
    t = np.linspace(0, 60, LONG_POINTS)
    points = np.stack([100 + 80 * np.sin(t), 100 + 80 * np.sin(1.17 * t + 0.4)], 1)
    pane._show(BLANK.with_parts([part_of(as_stroke(points), "hand", begins=True)]))
    run_loop(0.5)
    _begin(pane, n)
    paints = _timed_paints(sheet)
    moves, pulse = [], Pulse()
    hook = _Counter()
    pane._asking.opened.connect(hook.count_up)  # type: ignore[union-attr]
    pulse.start()
    for step in range(MOVES):
        watch = Stopwatch()
        send_mouse(sheet, QEvent.Type.MouseMove, *_place(sheet, 0.03 * step))
        moves.append(watch.read())
        run_loop(_MOVE_S)
    longest = pulse.stop()
    _end(sheet, 0.03 * MOVES)
    title = f"drawing, {LONG_POINTS:,} points there, {n} ghosts"
    seconds = MOVES * _MOVE_S
    print(f"  {title}: {hook.count / seconds:.1f} fans/s, {len(paints) / seconds:.0f} paints/s", flush=True)
    if not hook.count or len(paints) < MOVES / 4:
        raise AssertionError("nothing was predicted or painted: the figures would be a lie")
    yield Figure(f"{title}: a move", moves, FRAME_MS)
    yield Figure(f"{title}: a paint event", list(paints), FRAME_MS)
    yield Figure(f"{title}: longest stall", [longest], FRAME_MS)
    del sheet.paintEvent


class _Counter:
    """Counts fans."""

    def __init__(self) -> None:
        self.count = 0

    def count_up(self, _fan: object) -> None:
        """One more."""
        self.count += 1


def _timed_paints(sheet: PenSheet) -> list[Time]:
    """Time each paint event of a sheet from now on."""
    paints: list[Time] = []
    paint = sheet.paintEvent

    def timed(event: QPaintEvent) -> None:
        watch = Stopwatch()
        paint(event)
        paints.append(watch.read())

    sheet.paintEvent = timed  # type: ignore[method-assign]
    return paints


def _begin(pane: CanvasPane, n: int) -> None:
    pane.bar.restore({"futures": n, "ahead": AHEAD})
    send_mouse(pane.sheet, QEvent.Type.MouseButtonPress, *_place(pane.sheet, 0.0))


def _end(sheet: PenSheet, t: float) -> None:
    send_mouse(sheet, QEvent.Type.MouseButtonRelease, *_place(sheet, t))
    run_loop(0.3)


def main() -> None:
    """Print the table; an argument names a project to measure in a copy of."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from studio.app import make_application

    application = make_application()
    assert isinstance(application, QApplication)
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print_figures("The canvas, base model", canvas_figures(project))


if __name__ == "__main__":
    main()
