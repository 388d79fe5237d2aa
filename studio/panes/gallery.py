"""Gallery: what a run draws, what the artist keeps, and what the artist drew."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QStackedLayout, QStackedWidget, QWidget

from studio import theme
from studio.gallery.drawers import Drawers, ReadDrawers
from studio.gallery.insight import Insight
from studio.gallery.keeping import Keeping
from studio.gallery.kept import KeptNow, ReadKept, file_stem
from studio.gallery.machine import Machine
from studio.gallery.sorting import Sorting
from studio.gallery.table import Table
from studio.models.runs import RunsReader
from studio.models.samples import Sample, SamplesModel
from studio.panes.base import Pane
from studio.session import Session
from studio.tasks import Task
from studio.widgets import parts
from studio.widgets.gallery.between_view import BetweenView
from studio.widgets.gallery.gallery_bar import GalleryBar
from studio.widgets.gallery.gallery_side import GallerySide
from studio.widgets.gallery.grid_head import GridHead
from studio.widgets.gallery.twin_view import TwinView
from studio.widgets.gallery.view import GalleryView
from studio.widgets.player.big_player import BigPlayer
from studio.widgets.sample_grid import SampleGrid

_VIEWS: tuple[type[GalleryView], ...] = (BetweenView, TwinView)
"""What shares the pane with the grid."""
_AS_THEY_COME = {"machine": "As drawn", "kept": "Newest first", "sketchbook": "By page"}


class GalleryPane(Pane):
    """The grid at the left, the chosen drawing at the right; or one of the other views."""

    TITLE = "Gallery"
    ICON = "gallery"
    WATCHES = frozenset({"runs", "samples", "drawings", "decisions"})

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader: RunsReader | None = None
        self._reading: Task | None = None
        self._has_read = False
        self._model = SamplesModel(self)
        self._machine = Machine(self)
        self.keeping = Keeping(self._model, self)
        self._empty = parts.EmptyState("gallery", "", "")
        self.bar = GalleryBar(["Grid", *(view.TITLE for view in _VIEWS)])
        self.head = GridHead()
        self.grid = SampleGrid(self._model)
        self.side = GallerySide()
        self.views = [view() for view in _VIEWS]
        self._sorting = Sorting(self._model, self._machine, self.head, self)
        self._table = Table(self._model, self._machine, self.bar, self.keeping, self)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        shown = QWidget()
        self._sheets = QStackedLayout(shown)
        table = QWidget()
        column = parts.column(self.head, spacing=theme.SPACE_4, margins=theme.SPACE_12)
        column.addWidget(self.grid, 1)
        table.setLayout(column)
        self._sheets.addWidget(table)
        self._sheets.addWidget(self._empty)
        room = QHBoxLayout()
        room.setSpacing(0)
        room.setContentsMargins(0, 0, 0, 0)
        room.addWidget(shown, 1)
        room.addWidget(self.side)
        grid = QWidget()
        grid.setLayout(room)
        self._rooms = QStackedWidget()
        for one in (grid, *self.views):
            self._rooms.addWidget(one)
        layout = parts.column(self.bar, parts.rule(), spacing=0)
        layout.addWidget(self._rooms, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        self._empty.triggered.connect(self._on_empty_triggered)
        self.bar.view_changed.connect(self._on_bar_view_changed)
        self.bar.source_changed.connect(self._on_bar_source_changed)
        self.bar.weights_changed.connect(self._on_bar_weights_changed)
        self.bar.changed.connect(self._table.show)
        self.grid.chosen.connect(self._on_grid_chosen)
        self.grid.updated.connect(self._on_grid_updated)
        self.grid.activated.connect(self.side.player.open_large)
        self.side.keep_wanted.connect(self._on_side_keep_wanted)
        self.side.export_wanted.connect(self._on_side_export_wanted)
        self.side.name_wanted.connect(self._on_side_name_wanted)
        self.side.continue_wanted.connect(self._on_side_continue_wanted)
        self.side.nearest.opened.connect(self._on_nearest_opened)
        self.side.player.company = self._drawn
        self.keeping.changed.connect(self.count_changed)
        self.keeping.said.connect(self._say)
        self._table.said.connect(self.head.say)
        self._table.emptied.connect(self._on_table_emptied)
        self._table.laid.connect(self._on_table_laid)
        self._table.filled.connect(self._choose_first)
        self._machine.warmed.connect(self._on_machine_warmed)
        self._machine.found.connect(self.side.show_nearest)
        self._machine.failed.connect(self._say)
        for view in self.views:
            view.said.connect(self._say_elsewhere)
            view.export_wanted.connect(self._open_export)
            view.keep_wanted.connect(self.keeping.keep)
            view.continue_wanted.connect(self._continue)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's runs."""
        super().open_project(session)
        self._reader = RunsReader(session.project.layout.runs)
        self.keeping.open(session)
        self._table.open(session)
        for view in self.views:
            view.open_session(session)
        self._read_drawers(later=True)
        session.data_changed.connect(self._on_session_data_changed)
        self._on_session_data_changed("samples")

    def close_project(self) -> None:
        """Let go of it; the samplers end."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._table.close()
        self._machine.end()
        for view in self.views:
            view.close_session()
        self._reader, self._has_read = None, False
        self.keeping.open(None)
        self.bar.show_weights([])
        super().close_project()

    def refresh(self) -> None:
        """Read the runs again; what is drawn stays."""
        self._read_drawers()

    def count_text(self) -> str:
        """How many drawings are kept."""
        return f"{self.keeping.count} kept" if self.keeping.count else ""

    def activate(self) -> None:
        """The grid takes the arrows; a run that has learnt more since draws anew."""
        if self.bar.view:
            self.views[self.bar.view - 1].activate()
            return
        self.grid.setFocus()
        if self._has_read:
            self._table.show()

    def is_settled(self) -> bool:
        """Whether all drawings are there."""
        if self.bar.view and not self.views[self.bar.view - 1].is_settled():
            return False
        return self._has_read and self._table.is_settled and self._machine.is_settled

    def shutdown(self) -> None:
        """Nothing is left running."""
        self.side.player.playbar.pause()
        self._machine.end()
        for view in self.views:
            view.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """D throws the dice, K keeps, C goes on with it, F2 names; Space, F and steps are the player's."""
        key = Qt.Key(event.key())
        if self.bar.view:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_D and self.bar.source != "kept":
            self.bar.roll()
        elif key == Qt.Key.Key_K:
            self._on_side_keep_wanted()
        elif key == Qt.Key.Key_C and not event.modifiers():
            self._on_side_continue_wanted()
        elif key == Qt.Key.Key_F2:
            self._on_side_name_wanted()
        elif not self.side.player.press(event):
            super().keyPressEvent(event)

    # -- who draws -------------------------------------------------------------------------------------

    def _read_drawers(self, *, later: bool = False) -> None:
        if self.session is None or self._reader is None or self._reading is not None:
            return
        work = ReadDrawers(self.session.project.layout, self._reader)
        self._reading = self.session.tasks.run(work, self._on_read, self._on_read_failed, later=later)

    def _on_read(self, now: Drawers) -> None:
        self._reading, first, self._has_read = None, not self._has_read, True
        before = self.bar.run_id
        wanted = self.session.run_in_view if self.session is not None else ""
        # A run chosen elsewhere is taken over; else the state chosen here stays.
        self.bar.show_weights(now.weights, choose=wanted if wanted != before else "")
        for view in self.views:
            view.show_runs(now.runs)
        is_new = first or self.bar.run_id != before or not self._model.samples
        if self.isVisible() and not self.bar.view and is_new:
            self._table.show()

    def _on_read_failed(self, error: Exception) -> None:
        self._reading, self._has_read = None, True
        self._say(str(error))

    def _on_session_data_changed(self, topic: str) -> None:
        """Drawings are kept elsewhere, too: count them, also out of sight."""
        if topic == "samples" and self.session is not None:
            work = ReadKept(self.session.project.layout)
            self.session.tasks.run(work, self._on_kept_counted)

    def _on_kept_counted(self, now: KeptNow) -> None:
        self.keeping.take(now)

    # -- what is looked at -----------------------------------------------------------------------------

    def _on_bar_view_changed(self, number: int) -> None:
        """Only what is in sight has a model in memory."""
        for place, view in enumerate(self.views, start=1):
            if place != number:
                view.leave()
        self._rooms.setCurrentIndex(number)
        if number:
            self.side.player.playbar.pause()
            self._table.leave()
            self._machine.end()
        self.activate()

    def _on_bar_source_changed(self, _source: str) -> None:
        self._table.clear()
        self._table.show()

    def _on_bar_weights_changed(self, _weights: object) -> None:
        if self.session is not None:
            self.session.run_in_view = self.bar.run_id
        self._table.show()

    def _on_table_laid(self, heads: tuple[str, ...]) -> None:
        """There is something to see."""
        self._sheets.setCurrentIndex(0)
        self.side.show()
        self.grid.show_columns(heads)
        self._sorting.begin(_AS_THEY_COME[self.bar.source], is_series=bool(heads))

    def _on_table_emptied(self, line: str, action: str) -> None:
        self.side.show_sample(None)
        self._empty.set_text(line, action)
        self._sheets.setCurrentWidget(self._empty)
        self.side.hide()
        self.bar.set_choices_visible(False)

    def _on_empty_triggered(self) -> None:
        if self.bar.source == "kept":
            self.bar.set_source("machine")
        else:
            self.wanted.emit("Training" if self.bar.source == "machine" else "Tracing")

    def _choose_first(self) -> None:
        self._sorting.arrange()
        # Qt lays the focus on a card by itself, without choosing it.
        if self._model.samples and not self.grid.selectionModel().hasSelection():
            self.grid.blockSignals(True)
            self.grid.choose(max(self.grid.currentIndex().row(), 0))
            self.grid.blockSignals(False)
            self._show_chosen(self.grid.current_sample)

    # -- one drawing -----------------------------------------------------------------------------------

    def _show_chosen(self, sample: Sample | None, *, play: bool = False) -> None:
        is_other = sample is not None and (
            self.side.sample is None or sample.drawing is not self.side.sample.drawing
        )
        self.side.show_sample(sample, play=play)
        for view in self.views:
            view.show_sample(sample)
        if sample is not None and is_other and sample.is_drawn and sample.made_by == "machine":
            self._machine.ask_nearest(sample)

    def _on_grid_chosen(self, sample: Sample | None) -> None:
        self._show_chosen(sample, play=sample is not None)

    def _on_grid_updated(self, sample: Sample | None) -> None:
        if sample is None or not sample.is_growing:
            self._show_chosen(sample)

    def _on_machine_warmed(self, insight: Insight | None) -> None:
        self.side.player.set_insight(insight)

    def _on_nearest_opened(self, sample: Sample) -> None:
        """The real drawing large; an arrow key shows the machine's in its place."""
        self.side.player.playbar.pause()
        both = [one for one in (sample, self.side.sample) if one is not None]
        BigPlayer(self).show_samples(both, 0)

    def _drawn(self) -> list[Sample]:
        """The drawings that are there."""
        return [one for one in self._model.samples if one.is_drawn and not one.is_growing]

    def _chosen(self) -> Sample | None:
        sample = self.grid.current_sample
        return sample if sample is not None and sample.is_drawn and not sample.is_growing else None

    def _on_side_keep_wanted(self) -> None:
        self.keeping.keep_or_throw(self._chosen())

    def _on_side_continue_wanted(self) -> None:
        sample = self._chosen()
        if sample is not None:
            self._continue(sample)

    def _continue(self, sample: Sample) -> None:
        if self.session is not None:
            self.session.continue_drawing(sample)

    def _on_side_name_wanted(self) -> None:
        sample = self._chosen()
        if sample is not None and sample.is_kept:
            name, is_chosen = QInputDialog.getText(self, "Name", "What is it called?", text=sample.name)
            if is_chosen:
                self.keeping.rename(sample, name.strip())

    def _on_side_export_wanted(self) -> None:
        sample, samples = self._chosen(), self._drawn()
        if sample is not None:
            # By identity: comparing strokes is slow, and equal drawings are still two.
            self._open_export(samples, next(row for row, one in enumerate(samples) if one is sample))

    def _open_export(self, samples: list[Sample], current: int = 0) -> None:
        if self.session is None or not samples:
            return
        from studio.widgets.export.export_dialog import ExportDialog  # OpenCV is not needed before

        folder, stem = self.session.project.layout.exports, file_stem(samples[current].name)
        dialog = ExportDialog(samples, stem, folder, self.window(), current=current)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.written.connect(self._on_dialog_written)
        dialog.open()

    def _on_dialog_written(self, path: Path) -> None:
        self._say(f"Saved {path}")

    def _say(self, sentence: str) -> None:
        self.head.say(sentence)
        self._say_elsewhere(sentence)

    def _say_elsewhere(self, sentence: str) -> None:
        if self.session is not None:
            self.session.said.emit(sentence)
