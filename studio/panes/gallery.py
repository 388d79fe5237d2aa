"""Gallery: what a run draws, what the artist keeps, and what the artist drew."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QStackedLayout, QWidget

from engine.jobs.runs import BASE
from studio import theme
from studio.gallery.kept import KeptNow, ReadKept, file_stem
from studio.gallery.kept_commands import KeepCommand, RenameCommand, ThrowAwayCommand
from studio.gallery.sampler import Sampler
from studio.models.runs import Run, RunsReader
from studio.models.samples import Sample, SamplesModel, fingerprint, growing_sample, machine_sample
from studio.panes.base import Pane
from studio.session import Session
from studio.tasks import Task
from studio.training.run_loading import ReadRuns, ReadSketchbook, RunsNow, base_run, usable_drawings
from studio.widgets import parts
from studio.widgets.gallery.gallery_bar import GalleryBar
from studio.widgets.gallery.gallery_side import GallerySide
from studio.widgets.sample_grid import SampleGrid

_ASK_MS = 60
"""A dragged slider asks at most this often."""


class GalleryPane(Pane):
    """The grid at the left, the chosen drawing at the right."""

    TITLE = "Gallery"
    ICON = "gallery"
    WATCHES = frozenset({"runs", "samples", "drawings", "decisions"})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: list[Run] | None = None
        self._reader: RunsReader | None = None
        self._reading: Task | None = None
        self._fetching: Task | None = None
        self._sampler: Sampler | None = None
        self._drawing_run = Run("", Path())
        self._kept: dict[str, str] = {}
        self._model = SamplesModel(self)
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(_ASK_MS)
        self._ask.timeout.connect(self._on_ask_timeout)
        self._empty = parts.EmptyState("gallery", "", "")
        self._state = parts.label("", "caption")
        self.bar = GalleryBar()
        self.grid = SampleGrid(self._model)
        self.side = GallerySide()
        self._lay_out()
        self._empty.triggered.connect(self._on_empty_triggered)
        self.bar.source_changed.connect(self._on_bar_source_changed)
        self.bar.run_changed.connect(self._on_bar_run_changed)
        self.bar.changed.connect(self._on_bar_changed)
        self.grid.chosen.connect(self._on_grid_chosen)
        self.grid.updated.connect(self._on_grid_updated)
        self.side.keep_wanted.connect(self._on_side_keep_wanted)
        self.side.export_wanted.connect(self._on_side_export_wanted)
        self.side.name_wanted.connect(self._on_side_name_wanted)
        self.grid.activated.connect(self.side.player.open_large)
        self.side.player.company = self._drawn

    def _lay_out(self) -> None:
        shown = QWidget()
        self._sheets = QStackedLayout(shown)
        table = QWidget()
        column = parts.column(self._state, spacing=theme.SPACE_4, margins=theme.SPACE_12)
        column.addWidget(self.grid, 1)
        table.setLayout(column)
        self._sheets.addWidget(table)
        self._sheets.addWidget(self._empty)
        room = QHBoxLayout()
        room.setSpacing(0)
        room.addWidget(shown, 1)
        room.addWidget(self.side)
        layout = parts.column(self.bar, parts.rule(), spacing=0)
        layout.addLayout(room, 1)
        self.setLayout(layout)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's runs."""
        super().open_project(session)
        self._reader = RunsReader(session.project.layout.runs)
        self._read_runs(later=True)
        session.tasks.run(ReadKept(session.project.layout), self._on_kept_counted)

    def close_project(self) -> None:
        """Let go of it; the sampler ends."""
        self._ask.stop()
        for task in (self._reading, self._fetching):
            if task is not None:
                task.cancel()
        self._reading = self._fetching = None
        self._end_sampler()
        self._runs = self._reader = None
        self._kept = {}
        self.bar.show_runs([])
        self._model.show([])
        super().close_project()

    def refresh(self) -> None:
        """Read the runs again; what is drawn stays."""
        self._read_runs()

    def count_text(self) -> str:
        """How many drawings are kept."""
        return f"{len(self._kept)} kept" if self._kept else ""

    def activate(self) -> None:
        """The grid takes the arrows; a run that has learnt more since draws anew."""
        self.grid.setFocus()
        self._show_source()

    def is_settled(self) -> bool:
        """Whether all drawings are there."""
        busy = self._sampler is not None and self._sampler.is_busy
        return self._runs is not None and self._fetching is None and not busy and not self._ask.isActive()

    def shutdown(self) -> None:
        """Nothing is left running."""
        self._ask.stop()
        self.side.player.playbar.pause()
        self._end_sampler()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """D throws the dice, K keeps, F2 names; Space, F and steps are the player's."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_D and self.bar.source != "kept":
            self.bar.roll()
        elif key == Qt.Key.Key_K:
            self._on_side_keep_wanted()
        elif key == Qt.Key.Key_F2:
            self._on_side_name_wanted()
        elif not self.side.player.press(event):
            super().keyPressEvent(event)

    # -- whose drawings --------------------------------------------------------------------------------

    def _read_runs(self, *, later: bool = False) -> None:
        if self.session is None or self._reader is None or self._reading is not None:
            return
        work = ReadRuns(self.session.project.layout, self._reader)
        self._reading = self.session.tasks.run(work, self._on_runs_read, self._on_runs_failed, later=later)

    def _on_runs_read(self, now: RunsNow) -> None:
        self._reading = None
        self._runs = [run for run in (*now.runs, base_run()) if run is not None and run.has_checkpoint]
        before = self.bar.run_id
        self.bar.show_runs(self._runs, choose=self.session.run_in_view if self.session else "")
        if self.isVisible() and (self.bar.run_id != before or not self._model.samples):
            self._show_source()

    def _on_runs_failed(self, error: Exception) -> None:
        self._reading = None
        self._runs = self._runs or []
        self._say(str(error))

    def _show_source(self) -> None:
        """Show what the bar says, or the one next action."""
        if self.session is None or self._runs is None:
            return
        if self._fetching is not None:
            self._fetching.cancel()
            self._fetching = None
        self._sheets.setCurrentIndex(0)
        self.side.show()
        self.bar.set_choices_visible(True)
        source = self.bar.source
        if source == "machine":
            self._show_machine()
        elif source == "kept":
            kept = ReadKept(self.session.project.layout)
            self._fetching = self.session.tasks.run(kept, self._on_kept_read)
        else:
            ids = usable_drawings(self.session.library)
            some = random.Random(self.bar.seed).sample(ids, min(self.bar.count, len(ids)))
            work = ReadSketchbook(self.session.project, tuple(sorted(some)))
            self._fetching = self.session.tasks.run(work, self._on_sketchbook_read)

    def _show_machine(self) -> None:
        run = self._run()
        if run is None:
            self._say_empty(
                "No run can draw yet. One learns from your drawings, and can draw within a minute.",
                "Go to training",
            )
            return
        if not any(sample.made_by == "machine" and not sample.is_kept for sample in self._model.samples):
            self._model.show([Sample("") for _ in range(self.bar.count)])
        before = self._drawing_run
        if self._sampler is None or before.folder != run.folder or before.step < run.step:
            self._start_sampler(run)
        self._ask.start()

    def _on_kept_counted(self, now: KeptNow) -> None:
        self._kept = dict(zip(now.keys, (sample.file for sample in now.samples), strict=True))
        self.count_changed.emit()

    def _on_kept_read(self, now: KeptNow) -> None:
        self._fetching = None
        self._on_kept_counted(now)
        self._show_samples(now.samples)
        if now.samples or now.damaged:
            damaged = f". Cannot be read, and left alone: {'; '.join(now.damaged)}" if now.damaged else ""
            self._state.setText(f"{len(now.samples)} kept, newest first{damaged}")
        else:
            self._say_empty("Nothing kept yet. Choose a drawing and press K.", "To the machine's drawings")

    def _on_sketchbook_read(self, samples: list[Sample]) -> None:
        self._fetching = None
        self._show_samples([self._with_mark(sample) for sample in samples])
        if samples:
            self._state.setText(f"{len(samples)} of your own drawings")
        else:
            self._say_empty("No drawings of yours yet. Trace accepted pages first.", "Go to tracing")

    def _show_samples(self, samples: Sequence[Sample]) -> None:
        self._model.show(samples)
        self._choose_first()

    def _choose_first(self) -> None:
        if self._model.samples and self.grid.current_sample is None:
            self.grid.blockSignals(True)
            self.grid.choose(0)
            self.grid.blockSignals(False)
            self.side.show_sample(self.grid.current_sample)

    def _say_empty(self, line: str, action: str) -> None:
        self._model.show([])
        self.side.show_sample(None)
        self._state.setText("")
        self._empty.set_text(line, action)
        self._sheets.setCurrentWidget(self._empty)
        self.side.hide()
        self.bar.set_choices_visible(False)

    def _on_empty_triggered(self) -> None:
        if self.bar.source == "kept":
            self.bar.set_source("machine")
        else:
            self.wanted.emit("Training" if self.bar.source == "machine" else "Tracing")

    def _on_bar_source_changed(self, _source: str) -> None:
        self._ask.stop()
        self._model.show([])
        self._show_source()

    def _on_bar_run_changed(self, run_id: str) -> None:
        if self.session is not None:
            self.session.run_in_view = run_id
        self._show_source()

    def _on_bar_changed(self) -> None:
        if self.bar.source == "machine":
            if not self._ask.isActive():
                self._ask.start()
        else:
            self._show_source()

    # -- the machine -----------------------------------------------------------------------------------

    def _run(self) -> Run | None:
        return next((run for run in self._runs or () if run.id == self.bar.run_id), None)

    def _start_sampler(self, run: Run) -> None:
        self._end_sampler()
        self._sampler = Sampler(run.folder, self)
        self._drawing_run = run
        self._sampler.ready.connect(self._on_sampler_ready)
        self._sampler.grown.connect(self._on_sampler_grown)
        self._sampler.drawn.connect(self._on_sampler_drawn)
        self._sampler.done.connect(self._on_sampler_done)
        self._sampler.failed.connect(self._say)
        self._sampler.start()
        self._state.setText(f"Waking {'the base model' if run.id == BASE else run.id}…")

    def _end_sampler(self) -> None:
        if self._sampler is not None:
            self._sampler.close()
            self._sampler.deleteLater()
            self._sampler = None

    def _on_ask_timeout(self) -> None:
        """Ask for what the bar says; old drawings stay until new ones take their places."""
        if self._sampler is None or self.bar.source != "machine":
            return
        samples = list(self._model.samples)[: self.bar.count]
        self._model.show(samples + [Sample("")] * (self.bar.count - len(samples)))
        options = {"variability": self.bar.temperature, "seed": self.bar.seed, "retry": True}
        self._sampler.ask(self.bar.count, options)

    def _on_sampler_ready(self) -> None:
        self._state.setText("Drawing…")

    def _on_sampler_grown(self, first: int, drawings: list) -> None:  # type: ignore[type-arg]
        if self.bar.source == "machine":
            self._model.put(first, [growing_sample(one) for one in drawings])

    def _on_sampler_drawn(self, first: int, drawings: list, _facts: list) -> None:  # type: ignore[type-arg]
        if self.bar.source != "machine" or self._sampler is None:
            return
        run, seed, temperature = self._drawing_run.id, self.bar.seed, self.bar.temperature
        samples = [
            machine_sample(
                f"{run} · {temperature:.2f} · seed {seed} · {first + k + 1}",
                drawing,
                {"run": run, "seed": seed, "temperature": temperature, "index": first + k},
            )
            for k, drawing in enumerate(drawings)
        ]
        self._model.put(first, [self._with_mark(sample) for sample in samples])
        self._choose_first()
        self._state.setText("Drawing…")

    def _on_sampler_done(self) -> None:
        base = self._drawing_run.id == BASE
        more = " The base model has never seen yours: train a run, and it draws as you do." if base else ""
        self._state.setText(f"{len(self._model.samples)} drawings. Click one to watch it drawn.{more}")

    # -- one drawing -----------------------------------------------------------------------------------

    def _on_grid_chosen(self, sample: Sample | None) -> None:
        self.side.show_sample(sample, play=sample is not None)

    def _on_grid_updated(self, sample: Sample | None) -> None:
        if sample is None or not sample.is_growing:
            self.side.show_sample(sample)

    def _with_mark(self, sample: Sample) -> Sample:
        return replace(sample, file=self._kept.get(fingerprint(sample.drawing), ""))

    def _drawn(self) -> list[Sample]:
        """The drawings that are there."""
        return [one for one in self._model.samples if one.is_drawn and not one.is_growing]

    def _on_side_keep_wanted(self) -> None:
        sample = self.grid.current_sample
        if self.session is None or sample is None or not sample.is_drawn or sample.is_growing:
            return
        command = ThrowAwayCommand if sample.is_kept else KeepCommand
        layout = self.session.project.layout
        self.session.undo.push(command(layout, sample, self._on_sample_changed, self._say))

    def _on_sample_changed(self, done: str, sample: Sample) -> None:
        """A drawing was kept, named or thrown away: mark it wherever it is shown."""
        key = fingerprint(sample.drawing)
        if done == "thrown away":
            self._kept.pop(key, None)
        else:
            self._kept[key] = sample.file
        self.count_changed.emit()
        for row, shown in enumerate(self._model.samples):
            if shown.is_drawn and fingerprint(shown.drawing) == key:
                named = replace(shown, name=sample.name) if done == "renamed" else shown
                self._model.put(row, [self._with_mark(named)])
        self._say(f"{done.capitalize()}: {sample.name}")

    def _on_side_name_wanted(self) -> None:
        sample = self.grid.current_sample
        if self.session is None or sample is None or not sample.is_kept:
            return
        name, is_chosen = QInputDialog.getText(self, "Name", "What is it called?", text=sample.name)
        if is_chosen and name.strip() and name.strip() != sample.name:
            layout = self.session.project.layout
            command = RenameCommand(layout, sample, name.strip(), self._on_sample_changed, self._say)
            self.session.undo.push(command)

    def _on_side_export_wanted(self) -> None:
        sample, samples = self.grid.current_sample, self._drawn()
        if self.session is None or sample is None or not sample.is_drawn or sample.is_growing:
            return
        from studio.widgets.export.export_dialog import ExportDialog  # OpenCV is not needed before

        # By identity: comparing strokes is slow, and equal drawings are still two.
        row = next(row for row, one in enumerate(samples) if one is sample)
        folder = self.session.project.layout.exports
        dialog = ExportDialog(samples, file_stem(sample.name), folder, self.window(), current=row)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.written.connect(self._on_dialog_written)
        dialog.open()

    def _on_dialog_written(self, path: Path) -> None:
        self._say(f"Saved {path}")

    def _say(self, sentence: str) -> None:
        self._state.setText(sentence)
        if self.session is not None:
            self.session.said.emit(sentence)
