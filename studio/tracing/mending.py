"""Mending in a project: the list of a page's mends, where they are, and the index that follows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from engine.project.project import Project
from engine.trace.mends.records import Connect, Cut, Mend, StartAt, SwapCrossing
from studio.tasks import Task, Tasks
from studio.tracing.mend_hand import Act
from studio.tracing.mend_picking import Point

_SAME_CROSSING_PX = 30.0
_QUIET_MS = 1200
"""The index follows when the artist has paused so long: each time, every pane reads its drawings again."""


def with_act(mends: Sequence[Mend], act: Act) -> tuple[Mend, ...]:
    """A page's mends after one more act. Swapping a crossing again takes the place of the swap before."""
    new, last = act.mends[0], mends[-1] if mends else None
    if isinstance(new, SwapCrossing) and isinstance(last, SwapCrossing) and _are_near(new.at, last.at):
        before = tuple(mends[:-1])
        return (*before, replace(new, turn=2)) if last.turn == 1 else before
    return (*mends, *act.mends)


def _are_near(a: Point, b: Point) -> bool:
    return float(np.hypot(a[0] - b[0], a[1] - b[1])) <= _SAME_CROSSING_PX


def place_of(mend: Mend) -> Point:
    """Where on the page a mend is, full image px."""
    if isinstance(mend, SwapCrossing | Cut | StartAt):
        return mend.at
    if isinstance(mend, Connect):
        return ((mend.a[0] + mend.b[0]) / 2, (mend.a[1] + mend.b[1]) / 2)
    points = mend.stroke.points
    return points[len(points) // 2]


def marks_of(mends: Sequence[Mend], lapsed: Sequence[int]) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Where mends are that found their line, and where those are that did not."""
    gone = set(lapsed)
    places = [(k in gone, place_of(mend)) for k, mend in enumerate(mends)]
    return (
        tuple(dict.fromkeys(place for is_gone, place in places if not is_gone)),
        tuple(dict.fromkeys(place for is_gone, place in places if is_gone)),
    )


@dataclass(frozen=True, slots=True)
class _Refresh:
    """Writes the drawings of mended pages to the index."""

    project: Project
    page_ids: tuple[str, ...]

    def __call__(self) -> None:
        """In a worker's thread."""
        from engine.trace.store import refresh_drawings

        for page_id in self.page_ids:
            refresh_drawings(self.project, page_id)


class DrawingsRefresher(QObject):
    """Lets the index's drawings follow the mends, in the background, a little later.

    Signals:
        refreshed: The drawings of the pages asked for are written.
        failed: The sentence to show.
    """

    refreshed = Signal()
    failed = Signal(str)

    def __init__(self, project: Project, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project, self._tasks = project, tasks
        self._waiting: dict[str, None] = {}
        self._running: tuple[str, ...] = ()
        self._task: Task | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self._start)

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be written."""
        return self._task is not None or bool(self._waiting)

    def want(self, page_id: str) -> None:
        """This page was mended."""
        self._waiting[page_id] = None
        self._timer.start()

    def flush(self) -> None:
        """Write now, in this thread, what is not written yet: the project closes, its threads have ended."""
        self._timer.stop()
        waiting = tuple(dict.fromkeys((*self._running, *self._waiting)))
        self._waiting, self._running = {}, ()
        if waiting:
            _Refresh(self._project, waiting)()

    def _start(self) -> None:
        if self._task is not None or not self._waiting:
            return
        self._running, self._waiting = tuple(self._waiting), {}
        work = _Refresh(self._project, self._running)
        self._task = self._tasks.run(work, self._on_task_done, self._on_task_failed)

    def _on_task_done(self, _result: None) -> None:
        self._task, self._running = None, ()
        self.refreshed.emit()
        if self._waiting:
            self._timer.start()

    def _on_task_failed(self, error: Exception) -> None:
        self._task, self._running = None, ()
        self.failed.emit(str(error))
