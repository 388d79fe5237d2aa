"""Two runs, or two eras of one, side by side: the same seeds at the same places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedLayout, QWidget

from studio import theme
from studio.gallery.kept import KeptNow, ReadKept
from studio.gallery.twins import Wish
from studio.gallery.weights import Weights, weights_of
from studio.models.runs import Run
from studio.models.samples import Sample
from studio.session import Session
from studio.tasks import Task
from studio.widgets import parts
from studio.widgets.gallery.twin_bar import TwinBar
from studio.widgets.gallery.twin_player import TwinPlayer
from studio.widgets.gallery.twin_side import TwinSide
from studio.widgets.gallery.view import GalleryView

_ASK_MS = 60
"""A dragged slider asks at most this often."""
_NOTHING = (
    "Two machines are compared here: two runs, two states of one run, or a run and the base model. "
    "Train a run first."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Whom to begin with: checkpoint files and eras, left and right."""

    files: tuple[str, str]
    eras: tuple[int, int] = (-1, -1)


def first_pair(weights: Sequence[Weights]) -> Pair | None:
    """Whom to compare before anybody chose: the eras of the newest run; else it and the one before it.

    The older one stands at the left. None where there is nothing to compare.
    """
    if not weights:
        return None
    newest, best = weights[0], [one for one in weights if one.is_best]
    if len(newest.eras) > 1:
        return Pair((str(newest.file), str(newest.file)), (0, len(newest.eras) - 1))
    others = best[1:2] or [one for one in weights if one.file != newest.file][:1]
    return Pair((str(others[0].file), str(newest.file))) if others else None


class TwinView(GalleryView):
    """Two grids; the drawing chosen in one is chosen in the other, and both are drawn at once."""

    TITLE: ClassVar[str] = "Compare"
    ICON: ClassVar[str] = "swap"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._runs: list[Run] = []
        self._reading: Task | None = None
        self._marking: Task | None = None
        self._is_active = False
        self._is_paired = False
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(_ASK_MS)
        self.bar = TwinBar()
        self.left, self.right = TwinSide("Left"), TwinSide("Right")
        self._active = self.left
        self.player = TwinPlayer()
        self._empty = parts.EmptyState("swap", _NOTHING, "")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        sides = parts.row(spacing=0)
        sides.addWidget(self.left, 1)
        sides.addWidget(parts.rule(vertical=True))
        sides.addWidget(self.right, 1)
        grids = QWidget()
        grids.setLayout(sides)
        self._split = QSplitter(Qt.Orientation.Vertical)
        for widget, share in ((grids, 11), (self.player, 9)):
            self._split.addWidget(widget)
            self._split.setStretchFactor(self._split.count() - 1, share)
        self._split.setSizes([1100, 900])
        self._split.setChildrenCollapsible(False)
        table = QWidget()
        head = QWidget()
        line = parts.row(self.bar, spacing=0)
        line.setContentsMargins(theme.SPACE_12, theme.SPACE_4, theme.SPACE_12, theme.SPACE_4)
        head.setLayout(line)
        column = parts.column(head, parts.rule(), spacing=0)
        column.addWidget(self._split, 1)
        table.setLayout(column)
        self._sheets = QStackedLayout(self)
        self._sheets.addWidget(self._empty)
        self._sheets.addWidget(table)
        QWidget.setTabOrder(self.left.grid, self.right.grid)

    def _connect(self) -> None:
        self._ask.timeout.connect(self._on_ask_timeout)
        self.bar.changed.connect(self._on_wish_changed)
        self.left.changed.connect(self._on_wish_changed)
        self.right.changed.connect(self._on_wish_changed)
        self.left.grid.chosen.connect(self._on_left_chosen)
        self.right.grid.chosen.connect(self._on_right_chosen)
        self.left.grid.clicked.connect(self._on_left_clicked)
        self.right.grid.clicked.connect(self._on_right_clicked)
        self.left.grid.updated.connect(self._on_grid_updated)
        self.right.grid.updated.connect(self._on_grid_updated)
        self.left.twin.failed.connect(self.said)
        self.right.twin.failed.connect(self.said)
        self.left.twin.told.connect(self._on_twin_told)
        self.right.twin.told.connect(self._on_twin_told)
        self.player.keep_wanted.connect(self.keep_wanted)
        self.player.continue_wanted.connect(self.continue_wanted)
        self.player.export_wanted.connect(self._on_player_export_wanted)

    # -- life ------------------------------------------------------------------------------------------

    def open_session(self, session: Session) -> None:
        """Show this project's runs."""
        self._session = session
        for side in (self.left, self.right):
            side.twin.open_project(session.project.layout.root)
        session.undo.indexChanged.connect(self._on_undo_index_changed)

    def close_session(self) -> None:
        """Both samplers end."""
        self.leave()
        if self._session is not None:
            self._session.undo.indexChanged.disconnect(self._on_undo_index_changed)
        for task in (self._reading, self._marking):
            if task is not None:
                task.cancel()
        self._reading = self._marking = None
        self._session, self._runs, self._is_paired = None, [], False
        for side in (self.left, self.right):
            side.twin.clear()
            side.show_weights([])
        self._sheets.setCurrentIndex(0)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Offer these; their checkpoints are looked up in a worker."""
        self._runs = list(runs)
        if self._session is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        work = partial(_weights_of_all, tuple(self._runs))
        self._reading = self._session.tasks.run(work, self._on_weights_read)

    def show_sample(self, sample: Sample | None) -> None:
        """Machines are compared by their seeds: what lies in the grid does not matter here."""

    def activate(self) -> None:
        """Both draw what is not there yet."""
        self._is_active = True
        self._active.grid.setFocus()
        self._mark_kept()
        self._ask.start()

    def leave(self) -> None:
        """Both samplers end; what is drawn stays."""
        self._is_active = False
        self._ask.stop()
        self.player.playbar.pause()
        for side in (self.left, self.right):
            side.twin.rest()

    def is_settled(self) -> bool:
        """Whether both grids are there."""
        waits = self._reading is not None or self._marking is not None or self._ask.isActive()
        return not (waits or self.left.twin.is_busy or self.right.twin.is_busy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """D throws the dice, K keeps; Space and steps are the player's. Tab goes to the other side."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_D:
            self.bar.roll()
        elif key == Qt.Key.Key_K:
            self._on_keep_key()
        elif not self.player.press(event):
            super().keyPressEvent(event)

    # -- who draws -------------------------------------------------------------------------------------

    def _on_weights_read(self, weights: list[Weights]) -> None:
        self._reading = None
        pair = None if self._is_paired else first_pair(weights)
        if pair is not None:
            for side, file, era in zip((self.left, self.right), pair.files, pair.eras, strict=True):
                side.show_weights(weights, file, era)
            self._is_paired = True
        elif self._is_paired:
            self.left.show_weights(weights)
            self.right.show_weights(weights)
        self._sheets.setCurrentIndex(1 if self._is_paired and weights else 0)
        if self._is_active:
            self._ask.start()

    def _on_wish_changed(self) -> None:
        if self._is_active and not self._ask.isActive():
            self._ask.start()

    def _on_ask_timeout(self) -> None:
        for side in (self.left, self.right):
            weights = side.choice.current
            if self._is_active and self._is_paired and weights is not None:
                side.twin.show(Wish(weights, replace(self.bar.manner, era=side.era), self.bar.count))

    def _on_twin_told(self) -> None:
        """The first drawing is chosen once there is one."""
        if self.left.grid.current_sample is None and any(s.is_drawn for s in self.left.twin.model.samples):
            self._choose(0)

    # -- one drawing on each side ----------------------------------------------------------------------

    def _choose(self, row: int) -> None:
        """The same place on both sides, silently."""
        for side in (self.left, self.right):
            side.grid.blockSignals(True)
            side.grid.choose(row)
            side.grid.blockSignals(False)
        self._play(play=False)

    def _play(self, *, play: bool) -> None:
        samples = [side.grid.current_sample for side in (self.left, self.right)]
        self.player.show_samples(samples, play=play)

    def _on_left_chosen(self, sample: Sample | None) -> None:
        self._follow(self.left, self.right, sample)

    def _on_right_chosen(self, sample: Sample | None) -> None:
        self._follow(self.right, self.left, sample)

    def _follow(self, side: TwinSide, other: TwinSide, sample: Sample | None) -> None:
        if sample is None:
            self._play(play=False)
            return
        self._active = side
        other.grid.blockSignals(True)
        other.grid.choose(side.grid.currentIndex().row())
        other.grid.blockSignals(False)
        self._play(play=sample.is_drawn and not sample.is_growing)

    def _on_left_clicked(self) -> None:
        self._active = self.left

    def _on_right_clicked(self) -> None:
        self._active = self.right

    def _on_grid_updated(self, sample: Sample | None) -> None:
        if sample is not None and not sample.is_growing:
            self._play(play=False)

    def _on_keep_key(self) -> None:
        side = self.right if self.right.grid.hasFocus() else self._active
        sample = side.grid.current_sample
        if sample is not None and sample.is_drawn and not sample.is_growing:
            self.keep_wanted.emit(sample)

    def _on_player_export_wanted(self) -> None:
        samples = [one for one in self.player.samples if one is not None and not one.is_growing]
        if samples:
            self.export_wanted.emit(samples)

    # -- what is kept ----------------------------------------------------------------------------------

    def _on_undo_index_changed(self, _index: int) -> None:
        if self._is_active:
            self._mark_kept()

    def _mark_kept(self) -> None:
        if self._session is None:
            return
        if self._marking is not None:
            self._marking.cancel()
        work = ReadKept(self._session.project.layout)
        self._marking = self._session.tasks.run(work, self._on_kept_read)

    def _on_kept_read(self, now: KeptNow) -> None:
        self._marking = None
        kept = dict(zip(now.keys, (sample.file for sample in now.samples), strict=True))
        self.left.twin.mark_kept(kept)
        self.right.twin.mark_kept(kept)


def _weights_of_all(runs: Sequence[Run]) -> list[Weights]:
    return [one for run in runs for one in weights_of(run)]
