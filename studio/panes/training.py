"""Training: choose, start, watch, compare; pause, stop, go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from studio import theme
from studio.models.run_table import RunsModel
from studio.models.runs import Run, RunsReader
from studio.models.samples import Sample
from studio.panes.base import Pane
from studio.session import Session
from studio.tasks import Task
from studio.training.estimating import FormEstimate
from studio.training.run_actions import RunActions
from studio.training.run_loading import ReadRuns, ReadSamples, RunsNow, starts_from
from studio.training.training_queue import TrainingQueue
from studio.widgets import parts
from studio.widgets.training.era_room import EraRoom
from studio.widgets.training.run_desk import RunDesk
from studio.widgets.training.run_header import Standing
from studio.widgets.training.training_form import DatasetChoice, TrainingForm

_FORM_PX = 312
_LIVE_MS, _QUIET_MS = 200, 2000
"""How often the run folders are read: while a run is alive, and otherwise (one may start elsewhere)."""


@dataclass(slots=True)
class _Open:
    """What belongs to the project that is open."""

    session: Session
    reader: RunsReader
    queue: TrainingQueue
    actions: RunActions
    estimate: FormEstimate


class TrainingPane(Pane):
    """The form at the left; curves, runs and their drawings at the right."""

    TITLE = "Training"
    ICON = "training"
    WATCHES = frozenset({"datasets", "runs"})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open: _Open | None = None
        self._reading: Task | None = None
        self._loading: Task | None = None
        self._loading_file: Path | None = None
        self._datasets: Sequence[DatasetChoice] | None = None
        self._reads_datasets = True
        self._wanted_dataset = ""
        self._run_id = self._new_run_id = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._read)
        self._model = RunsModel(self)
        self._empty = parts.EmptyState(
            "training", "A machine learns from a dataset: drawings chosen, frozen and split by page.",
            "Go to datasets",
        )  # fmt: skip
        self._none = parts.EmptyState(
            "training", "A run's curves and its first drawings appear here, seconds after it starts.",
            "Start training",
        )  # fmt: skip
        self.form = TrainingForm()
        self.desk = RunDesk(self._model)
        self.eras = EraRoom()
        self._lay_out()
        self._connect_parts()

    def _lay_out(self) -> None:
        left = parts.panel()
        left.setFixedWidth(_FORM_PX)
        foot = parts.row(self.eras.door)
        foot.setContentsMargins(theme.SPACE_16, 0, theme.SPACE_16, theme.SPACE_16)
        column = parts.column(self.form, spacing=0)
        column.addLayout(foot)
        left.setLayout(column)
        self._right = QStackedLayout()
        self._right.addWidget(self._none)
        self._right.addWidget(self.desk)
        self._room = QWidget()
        room = QHBoxLayout(self._room)
        room.setContentsMargins(0, 0, 0, 0)
        room.setSpacing(0)
        room.addWidget(left)
        room.addWidget(parts.rule(vertical=True))
        room.addLayout(self._right, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._room)
        self._stack.addWidget(self.eras)

    def _connect_parts(self) -> None:
        self._empty.triggered.connect(self._on_dataset_wanted)
        self._none.triggered.connect(self._on_none_triggered)
        self.eras.moved.connect(self._show_room)
        self.eras.wanted.connect(self.wanted)
        self.form.start_wanted.connect(self.start_run)
        self.form.dataset_wanted.connect(self._on_dataset_wanted)
        desk = self.desk
        desk.header.wanted.connect(self._on_header_wanted)
        desk.queue_bar.go_on_wanted.connect(self._on_queue_bar_go_on_wanted)
        desk.queue_bar.side_by_side_changed.connect(self._on_queue_bar_side_by_side_changed)
        desk.table.chosen.connect(self._on_table_chosen)
        desk.table.compared.connect(self._on_table_compared)
        desk.history.wanted.connect(self._on_history_wanted)
        desk.note.written.connect(self._on_note_written)
        self._model.titled.connect(self._on_model_titled)
        self._model.shown_changed.connect(self._show_curves)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's runs."""
        super().open_project(session)
        layout = session.project.layout
        queue = TrainingQueue(session, self)
        actions = RunActions(session, queue, self)
        estimate = FormEstimate(self.form, layout.root, self)
        self._open = _Open(session, RunsReader(layout.runs), queue, actions, estimate)
        queue.changed.connect(self._on_queue_changed)
        queue.failed.connect(session.said)
        actions.written.connect(self._read)
        self.eras.open_project(session)
        self._show_room()
        self._read(later=True)

    def close_project(self) -> None:
        """Let go of it; the session stops its jobs."""
        self._timer.stop()
        for task in (self._reading, self._loading):
            if task is not None:
                task.cancel()
        self._reading = self._loading = self._loading_file = None
        if self._open is not None:
            self.desk.note.keep()
            self._open.queue.shutdown()
            self._open.estimate.shutdown()
            for part in (self._open.queue, self._open.actions, self._open.estimate):
                part.deleteLater()
        self._open = self._datasets = None
        self._run_id, self._reads_datasets = "", True
        self._model.show([])
        self.desk.show_run(None, Standing())
        self.desk.show_curves("")
        self.form.show_datasets([])
        self.eras.close_project()
        super().close_project()

    def refresh(self) -> None:
        """Read runs and datasets now."""
        self._reads_datasets = True
        self._show_room()
        self._read()
        self.eras.refresh()

    def count_text(self) -> str:
        """What trains and what waits, else how many runs there are."""
        training = sum(1 for run in self._model.runs if run.is_live or self._is_ours(run))
        waiting = len(self._open.queue.waiting) if self._open else 0
        runs = len(self._model.runs)
        words = [f"{training} training"] if training else []
        words += [f"{waiting} {'waits' if waiting == 1 else 'wait'}"] if waiting else []
        return ", ".join(words) or (f"{runs} run{'' if runs == 1 else 's'}" if runs else "")

    def activate(self) -> None:
        """The runs take the arrows."""
        self.desk.table.setFocus()

    def is_settled(self) -> bool:
        """Whether runs and drawings are loaded."""
        return self._datasets is not None and self._loading is None and self.eras.is_settled()

    def view_state(self) -> dict[str, Any]:
        """Columns, order and axis."""
        return self.desk.view_state()

    def restore_view(self, view: dict[str, Any]) -> None:
        """Look at runs as before."""
        self.desk.restore_view(view)

    def shutdown(self) -> None:
        """Stop reading."""
        self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: read on."""
        if self._open is not None:
            self.choose_dataset(self._open.session.dataset_in_view)
            self._open.session.dataset_in_view = ""
            self._open.estimate.set_looked_at(True)
        self._show_room()
        self._read()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no timer runs."""
        self._timer.stop()
        if self._open is not None:
            self._open.estimate.set_looked_at(False)
        super().hideEvent(event)

    # -- reading ---------------------------------------------------------------------------------------

    def _read(self, *, later: bool = False) -> None:
        if self._open is None or self._reading is not None:
            return
        session = self._open.session
        work = ReadRuns(session.project.layout, self._open.reader, self._reads_datasets)
        self._reads_datasets = False
        self._reading = session.tasks.run(
            work, self._on_runs_read, self._on_runs_failed, priority=1, later=later
        )

    def _on_runs_read(self, now: RunsNow) -> None:
        self._reading = None
        if self._open is None:
            return
        before = self.count_text()
        if now.datasets is not None:
            self._datasets = now.datasets
            self.form.show_datasets(now.datasets)
            self.choose_dataset(self._wanted_dataset)
        self.eras.starts = starts_from(now.runs)
        self.form.show_starts(self.eras.starts)
        self._model.show(now.runs)
        live = frozenset(run.id for run in now.runs if run.is_live)
        self._open.queue.note_live(self.eras.training(live))
        self._choose_run()
        self._show_room()
        self._show_run()
        self._show_curves()
        if self.count_text() != before:
            self.count_changed.emit()
        if self._reads_datasets:
            self._read()
        elif self.isVisible():
            self._timer.start(_LIVE_MS if live or self._open.queue.n_training else _QUIET_MS)

    def _on_runs_failed(self, error: Exception) -> None:
        self._reading = None
        self._datasets = self._datasets or ()
        if self._open is not None:
            self._open.session.said.emit(str(error))

    def _choose_run(self) -> None:
        """Look at the one just asked for; keep the run in view; else the newest."""
        if self._model.run_of(self._new_run_id) is not None:
            self._run_id, self._new_run_id = self._new_run_id, ""
        if self._model.row_of(self._run_id) < 0:
            self._run_id = self._model.runs[0].id if self._model.runs else ""
        self.desk.table.choose(self._run_id)

    # -- showing ---------------------------------------------------------------------------------------

    def choose_dataset(self, dataset_id: str) -> None:
        """Train on this dataset next, now or as soon as it is there; empty changes nothing."""
        self._wanted_dataset = dataset_id
        if dataset_id:
            self.form.choose_dataset(dataset_id)
            if self.form.dataset == dataset_id:
                self._wanted_dataset = ""

    def _show_room(self) -> None:
        """The one next action, or the room."""
        self._right.setCurrentWidget(self.desk if self._model.runs else self._none)
        if self._datasets or self._model.runs:
            self._stack.setCurrentWidget(self.eras if self.eras.is_entered else self._room)
        else:
            self._stack.setCurrentWidget(self._empty)

    def _show_run(self) -> None:
        run = self._run()
        self.desk.show_run(run, self._open.actions.standing(run) if self._open and run else Standing())
        self.desk.show_compared()
        self._show_queue()

    def _show_queue(self) -> None:
        if self._open is None:
            return
        queue = self._open.queue
        self._model.show_waiting(queue.waiting)
        found = [self._model.run_of(run_id) for run_id in queue.waiting]
        names = [run.title or run.id for run in found if run is not None]
        self.desk.queue_bar.show_queue(names, queue.side_by_side, held=queue.held)
        self.form.show_room(starts_now=queue.has_room)
        self._open.estimate.set_training(queue.n_training > 0)

    def _show_curves(self) -> None:
        self.desk.show_curves(self._run_id)

    def _on_history_wanted(self, step: int, file: Path) -> None:
        """Read the drawings of a step; one reading at a time, the newest wish."""
        if self._open is None or (self._loading is not None and self._loading_file == file):
            return
        if self._loading is not None:
            self._loading.cancel()
        self._loading_file = file
        work = ReadSamples(file, self._run_id, step)
        self._loading = self._open.session.tasks.run(work, partial(self._on_samples_read, step, file))

    def _on_samples_read(self, step: int, file: Path, samples: list[Sample]) -> None:
        self._loading = None
        self.desk.history.show_samples(step, file, samples)

    def _on_table_chosen(self, run_id: str) -> None:
        if run_id != self._run_id:
            self._run_id = run_id
            self._show_run()
            self._show_curves()

    def _on_table_compared(self, run_ids: list[str]) -> None:
        self._model.compare(run_ids)
        self.desk.show_compared()

    def _on_queue_changed(self) -> None:
        self._show_run()
        self._read()
        self.count_changed.emit()

    # -- doing -----------------------------------------------------------------------------------------

    def _run(self) -> Run | None:
        return self._model.run_of(self._run_id)

    def _is_ours(self, run: Run) -> bool:
        return self._open is not None and self._open.queue.job_of(run.id) is not None

    def start_run(self, dataset: str, settings: dict[str, Any]) -> None:
        """Make a run and train it in a child process, when it is its turn."""
        if self._open is not None:
            self._open.estimate.estimates.rest()
            self._new_run_id = self._open.queue.create(dataset, settings)

    def _on_none_triggered(self) -> None:
        self.start_run(self.form.dataset, self.form.settings)

    def _on_queue_bar_go_on_wanted(self) -> None:
        if self._open is not None:
            self._open.queue.go_on()

    def _on_queue_bar_side_by_side_changed(self, count: int) -> None:
        if self._open is not None:
            self._open.queue.set_side_by_side(count)

    def _on_header_wanted(self, word: str) -> None:
        run = self._run()
        if run is None or self._open is None:
            return
        if word == "copy":
            self.form.choose_dataset(run.dataset)
            self.form.show_settings(run.settings)
        elif word == "gallery":
            self._open.session.run_in_view = run.id
            self.wanted.emit("Gallery")
        else:
            self._open.actions.do(word, run)
            if word == "measure":
                self.desk.show_look(1)
            self._show_run()

    def _on_model_titled(self, run_id: str, title: str) -> None:
        if self._open is not None:
            self._open.actions.name(run_id, title)

    def _on_note_written(self, run_id: str, text: str) -> None:
        if self._open is not None:
            self._open.actions.note(run_id, text)

    def _on_dataset_wanted(self) -> None:
        self.wanted.emit("Datasets")
