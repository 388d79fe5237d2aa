"""Comparisons of old sketchbooks with new ones: read in worker threads, made and trained in child processes.

What reads datasets brings in scipy: it is imported in those threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import UserError
from engine.jobs import control
from engine.project.layout import Layout
from engine.strokes.stroke3 import Stroke3, from_stroke3
from studio.jobs import Job
from studio.models.comparisons import Comparison, EraPictures, read_comparison
from studio.models.era_choices import EraRequest, RecipeChoice
from studio.models.samples import Sample, machine_sample
from studio.session import Session
from studio.tasks import Task

_LIVE_MS = 1000
"""How often the folders are read while somebody works on one."""
_TOPICS = frozenset({"runs", "samples", "datasets"})
_HELD_OUT = 4


@dataclass(frozen=True, slots=True)
class ReadComparisons:
    """Reads all comparisons."""

    layout: Layout

    def __call__(self) -> list[Comparison]:
        """Newest first."""
        from engine.jobs.eras import comparisons

        return [_read(folder) for folder in reversed(comparisons(self.layout))]


@dataclass(frozen=True, slots=True)
class ReadPictures:
    """Reads the drawings of a comparison that has its table."""

    layout: Layout
    comparison: Comparison

    def __call__(self) -> list[EraPictures]:
        """One for each era; what cannot be read any more is left out."""
        from engine.dataset.npz import read_npz
        from engine.dataset.store import load_dataset
        from engine.jobs.eras import samples_file

        found = []
        for era in self.comparison.eras:
            held: tuple[Sample, ...] = ()
            drawn: tuple[Sample, ...] = ()
            try:
                test = load_dataset(self.layout.datasets / era.dataset).dataset.test
                held = _some_of(test.ids, test.rows)
                rows = read_npz(samples_file(self.comparison.folder, era.name)).splits["train"]
                drawn = tuple(_drawn(era.run, number, one) for number, one in enumerate(rows))
            except (UserError, KeyError):
                pass  # thrown away since, or a picture on the way: the table stands without it
            found.append(EraPictures(era.name, held, drawn))
        return found


@dataclass(frozen=True, slots=True)
class ReadRecipes:
    """Reads the recipes that a comparison may share."""

    layout: Layout

    def __call__(self) -> list[RecipeChoice]:
        """Newest first; without strokes from files, which have no sketchbooks, and what comparisons made."""
        from engine.dataset.versions import datasets
        from engine.jobs.eras import made_datasets

        made = made_datasets(self.layout)
        return [
            RecipeChoice(version.id, version.manifest.get("recipe", {}))
            for version in reversed(datasets(self.layout))
            if not version.manifest.get("source") and version.id not in made
        ]


@dataclass(frozen=True, slots=True)
class _Create:
    layout: Layout
    request: EraRequest
    session: str

    def __call__(self) -> Path:
        from engine.jobs.eras import Eras, create_comparison

        request = self.request
        eras = Eras(request.dataset, request.books, request.settings, hold_out=request.hold_out)
        return create_comparison(self.layout, eras, self.session)


@dataclass(frozen=True, slots=True)
class _Rejoin:
    folder: Path
    session: str

    def __call__(self) -> Path:
        from engine.jobs.eras import rejoin

        rejoin(self.folder, self.session)
        return self.folder


class Comparisons(QObject):
    """All comparisons of a project, kept up to date while somebody works on one.

    Signals:
        changed: They are others than before, or further.
        started: Id of a comparison that began, or goes on.

    Attributes:
        all: Newest first.
        is_read: Whether they were read at all.
    """

    changed = Signal()
    started = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._layout = session.project.layout
        self._reading: Task | None = None
        self._again = False
        self._closing = False
        self.all: list[Comparison] = []
        self.is_read = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LIVE_MS)
        self._timer.timeout.connect(self.read)
        session.jobs.finished.connect(self._on_jobs_finished)

    def read(self) -> None:
        """Read them now; `changed` tells when they are there."""
        self._again = self._reading is not None
        if self._reading is None and not self._closing:
            work = ReadComparisons(self._layout)
            self._reading = self._session.tasks.run(work, self._on_read, self._on_read_failed)

    def start(self, request: EraRequest) -> None:
        """Make a comparison and work on it in a child process."""
        self._launch_after(_Create(self._layout, request, self._session.project.session))

    def resume(self, comparison_id: str) -> None:
        """Go on with one that was stopped or failed."""
        if self.job_of(comparison_id) is None:
            folder = self._layout.eras / comparison_id
            self._launch_after(_Rejoin(folder, self._session.project.session))

    def stop(self, comparison_id: str) -> None:
        """Ask whoever works on it to save and stop."""
        job = self.job_of(comparison_id)
        try:
            if job is not None:
                job.stop()
            else:
                control.ask(self._layout.eras / comparison_id, "stop")
        except UserError as error:
            self._session.said.emit(str(error))
        self.read()

    def job_of(self, comparison_id: str) -> Job | None:
        """The child process that works on it, when it is ours."""
        folder = self._layout.eras / comparison_id
        return next((job for job in self._session.jobs.running if job.folder == folder), None)

    def shutdown(self) -> None:
        """The project closes; the session ends its jobs and tasks."""
        self._closing = True
        self._timer.stop()
        self._session.jobs.finished.disconnect(self._on_jobs_finished)

    def _launch_after(self, make: Callable[[], Path]) -> None:
        self._session.tasks.run(make, self._on_made, priority=1)

    def _on_made(self, folder: Path) -> None:
        self._session.jobs.launch(f"Comparing eras, {folder.name}", folder, _TOPICS, can_be_left=True)
        self.started.emit(folder.name)
        self.read()

    def _on_read(self, found: list[Comparison]) -> None:
        self._reading = None
        found = [self._with_job(one) for one in found]
        is_new = found != self.all or not self.is_read
        self.all, self.is_read = found, True
        if is_new:
            self.changed.emit()
        if self._again:
            self.read()
        elif any(one.is_live for one in found):
            self._timer.start()

    def _with_job(self, comparison: Comparison) -> Comparison:
        """A child of ours lives before its folder says so."""
        job = self.job_of(comparison.id)
        if job is None:
            return comparison
        state = comparison.state if comparison.is_live else "running"
        return replace(comparison, state=state, error="", hint="", is_stopping=job.outcome == "stopping")

    def _on_read_failed(self, error: Exception) -> None:
        self._reading = None
        if not isinstance(error, UserError):
            raise error
        self._session.said.emit(str(error))

    def _on_jobs_finished(self, job: Job) -> None:
        if job.folder.parent == self._layout.eras:
            self.read()


def _read(folder: Path) -> Comparison:
    from engine.jobs.eras import read_report
    from engine.jobs.folder import read_spec, read_status

    try:
        spec = read_spec(folder)
        eras, readings, home = read_comparison(folder, spec, read_report(folder))
    except UserError as error:
        return Comparison(folder.name, folder, state="failed", error=error.message, hint=error.hint)
    except ValueError as error:
        return Comparison(folder.name, folder, state="failed", error=str(error), hint="Compare anew.")
    status, stage = read_status(folder), _last_stage(folder)
    return Comparison(
        folder.name,
        folder,
        float(spec.get("created", 0.0)),
        status.state,
        str(spec.get("dataset", "")),
        spec.get("settings", {}),
        eras,
        readings,
        home,
        str(stage.get("stage", "")),
        str(stage.get("run", "")),
        status.done,
        status.total,
        status.error,
        status.hint,
    )


def _last_stage(folder: Path) -> dict[str, Any]:
    from engine.jobs.folder import read_events

    stages = [event for event in read_events(folder) if event.get("event") == "stage_started"]
    return stages[-1] if stages else {}


def _some_of(ids: tuple[str, ...], rows: tuple[Stroke3, ...]) -> tuple[Sample, ...]:
    """A few, spread over all."""
    step = max(len(rows) / _HELD_OUT, 1.0)
    chosen = [int(at * step) for at in range(min(_HELD_OUT, len(rows)))]
    return tuple(
        Sample(ids[at], from_stroke3(rows[at]).normalised(), "hand", {"drawing": ids[at]}) for at in chosen
    )


def _drawn(run: str, number: int, rows: Stroke3) -> Sample:
    origin = {"run": run, "index": number}
    return machine_sample(f"{run} #{number + 1}", from_stroke3(rows).normalised(), origin)
