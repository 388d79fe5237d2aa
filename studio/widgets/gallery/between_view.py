"""From one drawing to another, and around one: the steps between two, and variations."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from studio.gallery.between import GoByCode, GoByShape, Passage, varied
from studio.gallery.between_files import BetweenFiles
from studio.gallery.between_reading import Drawers, ReadDrawers, ReadDropped
from studio.gallery.kept import KeptNow, ReadKept
from studio.gallery.newest import NewestTasks
from studio.gallery.sampler import Sampler
from studio.gallery.weights import Weights
from studio.models.runs import Run
from studio.models.samples import Sample, SamplesModel, fingerprint
from studio.session import Session
from studio.training.run_loading import ReadSketchbook, usable_drawings
from studio.widgets import parts
from studio.widgets.gallery.between_bar import BetweenBar
from studio.widgets.gallery.between_side import BetweenSide
from studio.widgets.gallery.between_table import BetweenTable
from studio.widgets.gallery.view import GalleryView

_ASK_MS = 60
_KEPT_AGAIN_MS = 200
_OFFERED = 40
_NARROW_PX = 1000
_EMPTY = (
    "Two drawings meet here, and what lies between them. There are none yet: "
    "accept pages and trace them, or keep some of the machine's drawings."
)


class BetweenView(GalleryView):
    """Two drawings, and what lies between them."""

    TITLE = "Between"
    ICON = "move-to"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._runs: Sequence[Run] = ()
        self._drawers: Drawers | None = None
        self._chosen: Sample | None = None
        self._kept = KeptNow()
        self._own: list[Sample] = []
        self._tasks = NewestTasks(self._say)
        self._sampler: Sampler | None = None
        self._drawn_by: Weights | None = None
        self._asked: tuple[Sample | None, Sample | None] = (None, None)
        self._in_sight = False
        self._steps, self._others = SamplesModel(self), SamplesModel(self)
        self._ask, self._kept_again = self._timer(_ASK_MS), self._timer(_KEPT_AGAIN_MS)
        self.bar = BetweenBar()
        self.table = BetweenTable(self._steps, self._others)
        self.side = BetweenSide()
        self.files = BetweenFiles(self)
        self._empty = parts.EmptyState("move-to", _EMPTY, "")
        self._lay_out()
        self._connect()

    def _timer(self, after_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        return timer

    def _lay_out(self) -> None:
        room = parts.row(spacing=0)
        room.addWidget(self.table, 1)
        room.addWidget(self.side)
        full = QWidget()
        column = parts.column(self.bar, parts.rule(), spacing=0)
        column.addLayout(room, 1)
        full.setLayout(column)
        self._sheets = QStackedLayout(self)
        self._sheets.addWidget(full)
        self._sheets.addWidget(self._empty)

    def _connect(self) -> None:
        self._ask.timeout.connect(self._on_ask_timeout)
        self._kept_again.timeout.connect(self._read_kept)
        self.bar.mode_changed.connect(self._on_bar_mode_changed)
        self.bar.changed.connect(self._ask.start)
        self.bar.export_wanted.connect(self._on_bar_export_wanted)
        for letter, slot in self.table.slots.items():
            slot.picked.connect(partial(self.table.open_slot, letter))
            slot.dropped.connect(partial(self._lay, letter))
            slot.file_dropped.connect(partial(self._on_slot_file_dropped, letter))
            slot.take_wanted.connect(partial(self._on_slot_take_wanted, letter))
        self.table.pick.taken.connect(self._on_pick_taken)
        self.table.kind_changed.connect(self._show_offered)
        self.table.swap_wanted.connect(self.swap)
        self.table.dice_wanted.connect(self.roll)
        for grid in (self.table.strip, self.table.grid):
            grid.chosen.connect(self._on_grid_chosen)
            grid.updated.connect(self._on_grid_chosen)
        self.side.keep_wanted.connect(self._on_side_keep_wanted)
        self.side.export_wanted.connect(self._on_side_export_wanted)
        self.side.continue_wanted.connect(self.continue_wanted)
        self.side.use_wanted.connect(self._on_side_use_wanted)
        self.files.said.connect(self._say)
        self.files.export_wanted.connect(self.export_wanted)

    # -- life ------------------------------------------------------------------------------------------

    def open_session(self, session: Session) -> None:
        """Show this project. Nothing is read before it comes into sight."""
        self._session = session
        session.library.changed.connect(self._on_library_changed)

    def close_session(self) -> None:
        """Let go of it."""
        self.leave()
        self.files.stop()
        if self._session is not None:
            self._session.library.changed.disconnect(self._on_library_changed)
        self._session, self._drawers, self._runs = None, None, ()
        self._own, self._kept, self._chosen = [], KeptNow(), None
        for slot in self.table.slots.values():
            slot.show_sample(None)
        self._steps.show([])
        self._others.show([])
        self.table.flip.show_passage(None)
        self.table.pick.show_samples([])
        self.side.show_sample(None)
        self.table.state.setText("")

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Offer these, once it is in sight."""
        self._runs = list(runs)
        self._drawers = None
        if self._in_sight:
            self._read_drawers()

    def show_sample(self, sample: Sample | None) -> None:
        """Offer the drawing chosen in the grid."""
        self._chosen = sample if sample is not None and sample.is_drawn and not sample.is_growing else None
        self.table.show_offer(self._chosen)
        self._show_empty()

    def activate(self) -> None:
        """Read what there is to take, and draw."""
        self._in_sight = True
        self._read_drawers()
        self._read_kept()
        self._read_own()
        self._ask.start()
        self.setFocus()

    def leave(self) -> None:
        """The sampler ends; what is drawn stays."""
        self._in_sight = False
        self._ask.stop()
        self._kept_again.stop()
        self.table.flip.pause()
        self.side.player.playbar.pause()
        self._tasks.cancel()
        self._end_sampler()

    def is_settled(self) -> bool:
        """Whether strip or variations belong to what is chosen."""
        drawing = self._sampler is not None and self._sampler.is_busy
        return not (self._tasks.busy or drawing or self._ask.isActive() or self.files.is_writing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """S swaps, D throws the dice, R draws anew, K keeps; Space plays."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_S and self.bar.mode == "between":
            self.swap()
        elif key == Qt.Key.Key_D:
            self.roll()
        elif key == Qt.Key.Key_R and self.bar.needs_machine:
            self.bar.roll()
        elif key == Qt.Key.Key_K and self.side.keep.isEnabled() and self.side.sample is not None:
            self._on_side_keep_wanted(self.side.sample)
        elif self.bar.mode != "between" or not self.table.flip.press(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        """In a small window the side is narrow."""
        self.side.set_narrow(self.width() < _NARROW_PX)

    # -- reading ---------------------------------------------------------------------------------------

    def _run(self, kind: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if self._session is not None:
            self._tasks.run(self._session.tasks, kind, work, done)

    def _read_drawers(self) -> None:
        if self._drawers is None:
            self._run("drawers", ReadDrawers(self._runs), self._on_drawers_read)

    def _on_drawers_read(self, drawers: Drawers) -> None:
        self._drawers = drawers
        view = self._session.run_in_view if self._session is not None else ""
        self.bar.show_weights(drawers.weights, set(drawers.with_codes), view)
        self._ask.start()

    def _read_kept(self) -> None:
        if self._session is not None:
            self._run("kept", ReadKept(self._session.project.layout), self._on_kept_read)

    def _on_kept_read(self, kept: KeptNow) -> None:
        self._kept = kept
        self._show_offered()
        if self.side.sample is not None:
            self.side.show_kept(self._is_kept(self.side.sample))

    def _read_own(self) -> None:
        """Some of the artist's own; with the first two of them it begins."""
        if self._session is None or self._own or self._tasks.is_running("own"):
            return
        ids = usable_drawings(self._session.library)
        some = tuple(random.sample(ids, min(_OFFERED, len(ids))))
        if some:
            self._run("own", ReadSketchbook(self._session.project, some), self._on_own_read)
        self._show_empty()

    def _on_own_read(self, samples: list[Sample]) -> None:
        self._own = samples
        for letter, sample in zip("AB", samples, strict=False):
            if self.table.slots[letter].sample is None:
                self._lay(letter, sample)
        self._show_offered()

    def _on_library_changed(self, _level: str) -> None:
        if self._in_sight:
            self._read_own()

    def _show_offered(self) -> None:
        shown = list(self._kept.samples) if self.table.shows_kept else self._own
        self.table.pick.show_samples(shown)
        self._show_empty()

    def _show_empty(self) -> None:
        filled = any(slot.sample is not None for slot in self.table.slots.values())
        anything = filled or self._own or self._kept.samples or self._chosen or self._tasks.is_running("own")
        self._sheets.setCurrentIndex(0 if anything else 1)

    # -- the two drawings ------------------------------------------------------------------------------

    def _lay(self, letter: str, sample: Sample) -> None:
        self.table.slots[letter].show_sample(sample)
        self._show_empty()
        self._ask.start()

    def swap(self) -> None:
        """A and B change places."""
        first, second = (self.table.slots[letter].sample for letter in "AB")
        self.table.slots["A"].show_sample(second)
        self.table.slots["B"].show_sample(first)
        self._ask.start()

    def roll(self) -> None:
        """Two other drawings of the artist's."""
        ids = usable_drawings(self._session.library) if self._session is not None else []
        if self._session is None or not ids:
            self._say("There are no drawings of yours yet: accept pages and trace them.")
            return
        two = tuple(random.sample(ids, min(2, len(ids))))
        self._run("dice", ReadSketchbook(self._session.project, two), self._on_dice_read)

    def _on_dice_read(self, samples: list[Sample]) -> None:
        for letter, sample in zip("AB", samples, strict=False):
            self._lay(letter, sample)

    def _on_pick_taken(self, sample: Sample) -> None:
        self._lay(self.table.open_letter, sample)

    def _on_slot_take_wanted(self, letter: str) -> None:
        if self._chosen is not None:
            self._lay(letter, self._chosen)

    def _on_slot_file_dropped(self, letter: str, file: Path) -> None:
        self._run("file", ReadDropped(file), partial(self._lay, letter))

    def _on_side_use_wanted(self, letter: str) -> None:
        if self.side.sample is not None:
            self._lay(letter, self.side.sample)

    # -- drawing ---------------------------------------------------------------------------------------

    def _on_bar_mode_changed(self) -> None:
        self.table.show_mode(self.bar.mode)
        self.side.show_sample(None)
        self._ask.start()

    def _on_ask_timeout(self) -> None:
        """Ask for what the bar says; the old strip stays until the new one is there."""
        first, second = (self.table.slots[letter].sample for letter in "AB")
        if not self._in_sight or first is None:
            return
        if self.bar.mode == "varied":
            self._ask_machine("vary", drawing=first.drawing, n=self.bar.count, amount=self.bar.amount,
                              made_from=[first.name])  # fmt: skip
        elif second is not None and self.bar.way == "shape":
            if self._sampler is not None:
                self._sampler.forget_about("between")
            self._run("way", GoByShape(first, second, self.bar.steps), self._on_passage_found)
        elif second is not None:
            self._ask_machine("between", first=first.drawing, second=second.drawing, n=self.bar.steps,
                              way="code", made_from=[first.name, second.name])  # fmt: skip

    def _ask_machine(self, do: str, **fields: Any) -> None:
        weights = self.bar.weights.current
        if weights is None or self._session is None:
            return
        if self._sampler is None or not self._sampler.is_alive or self._drawn_by != weights:
            self._start_sampler(weights)
        if self._sampler is not None:
            self._asked = (self.table.slots["A"].sample, self.table.slots["B"].sample)
            self._sampler.ask_about(do, options=self.bar.options(), **fields)

    def _start_sampler(self, weights: Weights) -> None:
        self._end_sampler()
        assert self._session is not None
        self._sampler = Sampler(weights.file, self, self._session.project.layout.root)
        self._drawn_by = weights
        self._sampler.ready.connect(self._on_sampler_ready)
        self._sampler.answered.connect(self._on_sampler_answered)
        self._sampler.failed.connect(self._say)
        self._sampler.start()
        self.table.state.setText(f"Waking {weights.name}…")

    def _end_sampler(self) -> None:
        if self._sampler is not None:
            self._sampler.close()
            self._sampler.deleteLater()
            self._sampler = None

    def _on_sampler_ready(self) -> None:
        self.table.state.setText("Drawing…")

    def _on_sampler_answered(self, do: str, answer: dict[str, Any]) -> None:
        first, second = self._asked
        drawn, origin = tuple(answer.get("drawings") or ()), dict(answer.get("provenance") or {})
        if do == "vary" and first is not None and self.bar.mode == "varied":
            self._others.show(varied(first, drawn, origin))
            self.table.state.setText(f"{len(drawn)} variations of {first.name}, drawn by {origin.get('run')}")
        elif do == "between" and first is not None and second is not None and self.bar.way == "code":
            self._run("way", GoByCode(first, second, drawn, origin), self._on_passage_found)

    def _on_passage_found(self, passage: Passage) -> None:
        begins = self.table.flip.passage is None
        self._steps.show(passage.samples)
        self.table.flip.show_passage(passage)
        if begins and self.table.flip.isVisible():
            self.table.flip.play()
        by = f"drawn by {self._drawn_by.name}" if passage.way == "code" and self._drawn_by else "by shape"
        self.table.state.setText(f"{len(passage.samples) - 2} steps {by}. Point at the strip to scrub.")

    # -- one of them -----------------------------------------------------------------------------------

    def _on_grid_chosen(self, sample: Sample | None) -> None:
        known = sample is not None and sample is self.side.sample
        kept = sample is not None and self._is_kept(sample)
        self.side.show_sample(sample, play=not known and self.isVisible(), is_kept=kept)

    def _is_kept(self, sample: Sample) -> bool:
        return sample.is_kept or fingerprint(sample.drawing) in self._kept.keys

    def _on_side_keep_wanted(self, sample: Sample) -> None:
        self.keep_wanted.emit(sample)
        self._kept_again.start()

    def _on_side_export_wanted(self, sample: Sample) -> None:
        self.export_wanted.emit([sample])

    def _on_bar_export_wanted(self) -> None:
        if self._session is None:
            return
        passage = self.table.flip.passage if self.bar.mode == "between" else None
        folder = self._session.project.layout.exports
        menu = self.files.menu(self._session.tasks, folder, passage, self._drawn())
        menu.popup(self.bar.export.mapToGlobal(self.bar.export.rect().bottomLeft()))

    def _drawn(self) -> list[Sample]:
        shown = self._steps.samples if self.bar.mode == "between" else self._others.samples
        return [sample for sample in shown if sample.is_drawn]

    def _say(self, sentence: str) -> None:
        self.table.state.setText(sentence)
        self.said.emit(sentence)
