"""Training: choose, start, watch, stop, go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QWidget,
)

from engine.errors import UserError
from engine.jobs.runs import create_run
from studio import theme
from studio.jobs import Job
from studio.models.runs import Run, RunsModel, RunsReader
from studio.models.samples import Sample, SamplesModel
from studio.panes.base import Pane
from studio.run_loading import ReadRuns, ReadSamples, RunsNow, usable_drawings
from studio.session import Session
from studio.tasks import Task
from studio.widgets import parts
from studio.widgets.loss_plot import Curve, LossPlot
from studio.widgets.run_header import RunHeader
from studio.widgets.sample_grid import SampleGrid
from studio.widgets.training_form import DatasetChoice, TrainingForm

_FORM_PX, _NAME_PX, _TABLE_PX, _SAMPLES_PX = 296, 112, 404, 164
_LIVE_MS, _QUIET_MS = 220, 2000
"""How often the run folders are read: while a run is alive, and otherwise (one may start elsewhere)."""
_DATASET_NAME = "drawings"


class TrainingPane(Pane):
    """The form at the left; curves, runs and their drawings at the right."""

    TITLE = "Training"
    ICON = "training"
    WATCHES = frozenset({"datasets", "runs", "drawings", "decisions"})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader: RunsReader | None = None
        self._reading: Task | None = None
        self._loading: Task | None = None
        self._dataset_job: Job | None = None
        self._datasets: Sequence[DatasetChoice] | None = None
        self._run_id = ""
        self._samples_key: tuple[str, int] = ("", -1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._read)
        self._model = RunsModel(self)
        self._samples = SamplesModel(self)
        self._empty = parts.EmptyState("training", "", "")
        self._none = parts.EmptyState(
            "training", "A run's curves and its first drawings appear here, seconds after it starts.",
            "Start training",
        )  # fmt: skip
        self.form = TrainingForm()
        self.header = RunHeader()
        self.plot = LossPlot()
        self.table = QTableView()
        self._samples_title = parts.label("", "caption")
        self._grid = SampleGrid(self._samples)
        self._dress_table()
        self._lay_out()
        self._connect_parts()

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setMinimumWidth(_TABLE_PX)
        table.setAccessibleName("Runs")
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        table.horizontalHeader().resizeSection(0, _NAME_PX)
        table.horizontalHeader().setHighlightSections(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._grid.setMinimumWidth(_SAMPLES_PX)

    def _lay_out(self) -> None:
        left = parts.panel()
        left.setFixedWidth(_FORM_PX)
        left.setLayout(parts.column(self.form, spacing=0))
        plot = parts.panel("card")
        legend = parts.label(
            "strong: held-out drawings     thin: drawings it learns from, smoothed", "caption"
        )
        legend.setContentsMargins(theme.SPACE_8, theme.SPACE_4, 0, 0)
        plot.setLayout(parts.column(legend, self.plot, spacing=0, margins=theme.SPACE_4))
        drawings = parts.column(self._samples_title, spacing=theme.SPACE_4)
        drawings.addWidget(self._grid, 1)
        lower = parts.row(spacing=theme.SPACE_16)
        lower.addWidget(self.table, 3)
        lower.addLayout(drawings, 2)
        watch = parts.column(self.header, spacing=theme.SPACE_12, margins=theme.SPACE_16)
        watch.addWidget(plot, 5)
        watch.addLayout(lower, 4)
        self._watch = QWidget()
        self._watch.setLayout(watch)
        self._right = QStackedLayout()
        self._right.addWidget(self._none)
        self._right.addWidget(self._watch)
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

    def _connect_parts(self) -> None:
        self._empty.triggered.connect(self._on_empty_triggered)
        self._none.triggered.connect(self._on_none_triggered)
        self.form.start_wanted.connect(self._on_form_start_wanted)
        self.form.dataset_wanted.connect(self._on_form_dataset_wanted)
        self.header.stop_wanted.connect(self._on_header_stop_wanted)
        self.header.resume_wanted.connect(self._on_header_resume_wanted)
        self.header.gallery_wanted.connect(self._on_header_gallery_wanted)
        self.table.selectionModel().currentRowChanged.connect(self._on_table_current_changed)
        self._model.shown_changed.connect(self._on_model_shown_changed)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's runs."""
        super().open_project(session)
        self._reader = RunsReader(session.project.layout.runs)
        session.library.changed.connect(self._on_library_changed)
        session.jobs.started.connect(self._on_jobs_changed)
        session.jobs.finished.connect(self._on_jobs_changed)
        self._show_room()
        self._read(later=True)

    def close_project(self) -> None:
        """Let go of it; the session stops its jobs."""
        self._timer.stop()
        for task in (self._reading, self._loading):
            if task is not None:
                task.cancel()
        self._reading = self._loading = None
        if self.session is not None:
            self.session.library.changed.disconnect(self._on_library_changed)
            self.session.jobs.started.disconnect(self._on_jobs_changed)
            self.session.jobs.finished.disconnect(self._on_jobs_changed)
        self._reader = self._dataset_job = self._datasets = None
        self._run_id, self._samples_key = "", ("", -1)
        self._model.show([])
        self._samples.show([])
        self.plot.show_curves([])
        super().close_project()

    def refresh(self) -> None:
        """Read runs and datasets now."""
        self._show_room()
        self._read()

    def count_text(self) -> str:
        """What trains, else how many runs there are."""
        training = sum(1 for run in self._model.runs if self._is_live(run))
        runs = len(self._model.runs)
        return (
            f"{training} training" if training else (f"{runs} run{'' if runs == 1 else 's'}" if runs else "")
        )

    def activate(self) -> None:
        """The runs take the arrows."""
        self.table.setFocus()

    def is_settled(self) -> bool:
        """Whether runs and drawings are loaded."""
        return self._datasets is not None and self._loading is None

    def shutdown(self) -> None:
        """Stop reading."""
        self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: read on."""
        self._show_room()
        self._read()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no timer runs."""
        self._timer.stop()
        super().hideEvent(event)

    # -- reading ---------------------------------------------------------------------------------------

    def _read(self, *, later: bool = False) -> None:
        if self.session is None or self._reader is None or self._reading is not None:
            return
        work = ReadRuns(self.session.project.layout, self._reader)
        tasks = self.session.tasks
        self._reading = tasks.run(work, self._on_runs_read, self._on_runs_failed, priority=1, later=later)

    def _on_runs_read(self, now: RunsNow) -> None:
        self._reading = None
        before = self.count_text()
        self._datasets = now.datasets
        self.form.show_datasets(now.datasets)
        self._model.show(now.runs)
        self._choose_run()
        self._show_room()
        self._show_run()
        self._show_curves()
        if self.count_text() != before:
            self.count_changed.emit()
        if self.isVisible():
            self._timer.start(_LIVE_MS if any(map(self._is_live, now.runs)) else _QUIET_MS)

    def _on_runs_failed(self, error: Exception) -> None:
        self._reading = None
        self._datasets = self._datasets or ()
        if self.session is not None:
            self.session.said.emit(str(error))

    def _choose_run(self) -> None:
        """Keep the run in view; else the newest."""
        if self._model.row_of(self._run_id) < 0:
            self._run_id = self._model.runs[0].id if self._model.runs else ""
        row = self._model.row_of(self._run_id)
        if row >= 0 and self.table.currentIndex().row() != row:
            self.table.setCurrentIndex(self._model.index(row, 0))

    # -- showing ---------------------------------------------------------------------------------------

    def _show_room(self) -> None:
        """The one next action, or the room."""
        drawings, busy = self._n_drawings(), self._dataset_job is not None
        self.form.show_drawings(drawings, busy=busy)
        self._right.setCurrentWidget(self._watch if self._model.runs else self._none)
        if self._datasets or self._model.runs:
            self._stack.setCurrentWidget(self._room)
            return
        self._stack.setCurrentWidget(self._empty)
        if busy:
            self._empty.set_text("Making a dataset of your drawings…", "")
        elif drawings:
            self._empty.set_text(
                "A machine learns from a dataset: your accepted drawings, frozen and split by page.",
                f"Make a dataset from {drawings} drawings",
            )
        else:
            self._empty.set_text(
                "Nothing to learn from yet. Trace accepted pages first: their drawings come here.",
                "Go to tracing",
            )

    def _n_drawings(self) -> int:
        """Drawings a dataset would be made from: not rejected, on an accepted page."""
        return len(usable_drawings(self.session.library)) if self.session is not None else 0

    def _show_run(self) -> None:
        run = self._run()
        job = self._job_of(run)
        self.header.show_run(
            run, is_ours=job is not None, is_stopping=job is not None and job.outcome == "stopping"
        )
        self._show_samples(run)

    def _show_samples(self, run: Run | None) -> None:
        """The newest drawings of the run in view, read once."""
        step, file = run.samples[-1] if run is not None and run.samples else (-1, None)
        key = (self._run_id, step)
        if key == self._samples_key or self.session is None:
            return
        self._samples_key = key
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        if file is None:
            self._samples_title.setText("")
            self._samples.show([])
            return
        self._samples_title.setText(f"Drawn at step {step:,}")
        self._loading = self.session.tasks.run(ReadSamples(file, self._run_id, step), self._on_samples_read)

    def _show_curves(self) -> None:
        self.plot.show_curves(
            [
                Curve(run.id, self._model.colour(run), run.train, run.valid, run.id == self._run_id)
                for run in self._model.shown
            ]
        )

    def _on_samples_read(self, samples: list[Sample]) -> None:
        self._loading = None
        self._samples.show(samples)

    def _on_table_current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        run = self._model.run_at(index)
        if run is not None and run.id != self._run_id:
            self._run_id = run.id
            self._show_run()
            self._show_curves()

    def _on_model_shown_changed(self) -> None:
        self._show_curves()

    def _on_library_changed(self, _level: str) -> None:
        if self.isVisible():
            self._show_room()

    # -- doing -----------------------------------------------------------------------------------------

    def _run(self) -> Run | None:
        row = self._model.row_of(self._run_id)
        return self._model.runs[row] if row >= 0 else None

    def _job_of(self, run: Run | None) -> Job | None:
        """The child process of a run, when it is ours."""
        if self.session is None or run is None:
            return None
        return next((job for job in self.session.jobs.running if job.folder == run.folder), None)

    def _is_live(self, run: Run) -> bool:
        return run.state == "running" or self._job_of(run) is not None

    def start_run(self, dataset: str, settings: dict[str, Any]) -> None:
        """Make a run and train it in a child process."""
        if self.session is None:
            return
        try:
            folder = create_run(self.session.project.layout, dataset, settings)
        except UserError as error:
            self.session.said.emit(str(error))
            return
        self._run_id = folder.name
        self.session.jobs.launch(f"Training {folder.name}", folder, {"runs", "samples"})
        self._read()

    def _on_form_start_wanted(self, dataset: str, settings: dict[str, Any]) -> None:
        self.start_run(dataset, settings)

    def _on_none_triggered(self) -> None:
        self.start_run(self.form.dataset, self.form.settings)

    def _on_header_stop_wanted(self) -> None:
        job = self._job_of(self._run())
        if job is not None:
            job.stop()
            self._show_run()

    def _on_header_resume_wanted(self) -> None:
        run = self._run()
        if run is not None and self.session is not None and self._job_of(run) is None:
            self.session.jobs.launch(f"Training {run.id}", run.folder, {"runs", "samples"})
            self._show_run()

    def _on_header_gallery_wanted(self) -> None:
        if self.session is not None:
            self.session.run_in_view = self._run_id
        self.wanted.emit("Gallery")

    def _on_form_dataset_wanted(self) -> None:
        if self.session is None or self._dataset_job is not None:
            return
        self._dataset_job = self.session.start_job(
            "dataset", "Making a dataset", {"datasets"}, name=_DATASET_NAME, recipe={}
        )
        if self._dataset_job is not None:
            self._dataset_job.finished.connect(self._on_dataset_job_finished)
        self._show_room()

    def _on_dataset_job_finished(self, job: Job) -> None:
        self._dataset_job = None
        if job.outcome == "failed" and self.session is not None:
            self.session.said.emit(job.message)
        self.refresh()

    def _on_empty_triggered(self) -> None:
        if self._n_drawings():
            self._on_form_dataset_wanted()
        else:
            self.wanted.emit("Tracing")

    def _on_jobs_changed(self, _job: Job) -> None:
        self._show_run()
        self._read()
        self.count_changed.emit()
