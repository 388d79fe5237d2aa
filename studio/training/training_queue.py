"""Runs on their way: started in turn, asked to wait or to stop, whoever trains them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import UserError
from engine.jobs import control
from engine.jobs.folder import is_running
from engine.jobs.queue import Queue, read_queue, write_queue
from engine.jobs.runs import create_run
from engine.project.layout import Layout
from studio.jobs import Job
from studio.session import Session

_WATCH_MS = 1000
"""A run of somebody else says nothing when it ends: while another waits for that, its folder is looked at."""


class TrainingQueue(QObject):
    """The one place that starts runs.

    What waits is written down (`engine.jobs.queue`). Found again when a project is opened, it is `held` until
    the artist says to go on: nothing trains without being asked.

    Signals:
        changed: Who waits, who trains, or what they were asked, is other than before.
        failed: A sentence that says why something was not done.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._layout: Layout = session.project.layout
        self._queue = read_queue(self._layout)
        self._others: frozenset[str] = frozenset()
        self._closing = False
        self.held = bool(self._queue.waiting)
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._on_watch_timeout)
        session.jobs.started.connect(self._on_jobs_changed)
        session.jobs.finished.connect(self._on_jobs_changed)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Ids of the runs that wait, the next one first."""
        return self._queue.waiting

    @property
    def side_by_side(self) -> int:
        """How many may train at the same time."""
        return self._queue.side_by_side

    @property
    def n_training(self) -> int:
        """How many train now, in the background too; a comparison trains one after the other."""
        return len(self._ours() | self._others)

    @property
    def has_room(self) -> bool:
        """Whether one more may begin at once."""
        return self.n_training < self.side_by_side

    def shutdown(self) -> None:
        """The project closes: nothing is started any more; what waits is found again."""
        self._closing = True
        self._watch.stop()
        self._session.jobs.started.disconnect(self._on_jobs_changed)
        self._session.jobs.finished.disconnect(self._on_jobs_changed)

    def job_of(self, run_id: str) -> Job | None:
        """The child process of a run, when it is ours."""
        folder = self._layout.runs / run_id
        return next((job for job in self._session.jobs.running if job.folder == folder), None)

    def note_live(self, ids: frozenset[str]) -> None:
        """Take in which runs and comparisons are seen to train, whoever trains them."""
        others = ids - self._ours()
        if others != self._others:
            self._others = others
            self._start_next()

    # -- asking ----------------------------------------------------------------------------------------

    def create(self, dataset: str, settings: dict[str, Any]) -> str:
        """Make a run and let it train when there is room. Returns its id, empty where it was not made."""
        try:
            run_id = create_run(self._layout, dataset, settings).name
        except UserError as error:
            self.failed.emit(str(error))
            return ""
        self.add(run_id)
        return run_id

    def add(self, run_id: str) -> None:
        """Let a run train, or train on, when there is room: after those that wait, unless they are held."""
        self._put(self._queue.added(run_id, first=self.held))
        self.held = False
        self._start_next()

    def take_out(self, run_id: str) -> None:
        """Let a run wait no longer; it stays among the runs."""
        self._put(self._queue.without(run_id))
        self.held = self.held and bool(self.waiting)
        self.changed.emit()

    def move(self, run_id: str, step: int) -> None:
        """Let a run wait `step` places later; negative: earlier."""
        self._put(self._queue.moved(run_id, step))
        self.changed.emit()

    def go_on(self) -> None:
        """Start what waits since the last time."""
        self.held = False
        self._start_next()

    def set_side_by_side(self, count: int) -> None:
        """Let so many train at the same time."""
        self._put(Queue(self.waiting, count))
        self._start_next()

    def pause(self, run_id: str, *, wait: bool) -> None:
        """Ask a run to wait, or to wait no longer."""
        job = self.job_of(run_id)
        if job is None:
            self._ask(run_id, "pause" if wait else "go on")
        elif wait:
            job.pause()
        else:
            job.go_on()

    def stop(self, run_id: str) -> None:
        """Ask a run to save and stop."""
        job = self.job_of(run_id)
        if job is None:
            self._ask(run_id, "stop")
        else:
            job.stop()
        self.changed.emit()

    # -- inside ----------------------------------------------------------------------------------------

    def _ours(self) -> frozenset[str]:
        jobs, places = self._session.jobs.running, (self._layout.runs, self._layout.eras)
        return frozenset(job.folder.name for job in jobs if job.folder.parent in places)

    def _is_running(self, name: str) -> bool:
        folders = (self._layout.runs / name, self._layout.eras / name)
        return any(folder.is_dir() and is_running(folder) for folder in folders)

    def _ask(self, run_id: str, word: control.Word) -> None:
        self._try(partial(control.ask, self._layout.runs / run_id, word))

    def _put(self, queue: Queue) -> None:
        self._queue = queue
        self._try(partial(write_queue, self._layout, queue))

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except UserError as error:
            self.failed.emit(str(error))

    def _start_next(self) -> None:
        while not self._closing and not self.held and self.waiting and self.has_room:
            run_id = self.waiting[0]
            self._put(self._queue.without(run_id))
            folder = self._layout.runs / run_id
            if is_running(folder):
                self._others |= {run_id}
            elif folder.is_dir():
                self._launch(folder)
        if self.waiting and not self.held and self._others:
            self._watch.start()
        else:
            self._watch.stop()
        self.changed.emit()

    def _launch(self, folder: Path) -> None:
        self._session.jobs.launch(f"Training {folder.name}", folder, {"runs", "samples"}, can_be_left=True)

    def _on_jobs_changed(self, job: Job) -> None:
        if job.outcome == "left" and job.folder.parent in (self._layout.runs, self._layout.eras):
            self._others |= {job.folder.name}
        self._start_next()

    def _on_watch_timeout(self) -> None:
        self.note_live(frozenset(filter(self._is_running, self._others)))
