"""Canvas: the artist draws, and the machine shows how the line might go on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from studio import theme
from studio.canvas.asking import Asking, Wish
from studio.canvas.fan import Future
from studio.canvas.hairs import Hairs
from studio.canvas.line import BLANK, Line, Part
from studio.canvas.line_command import LineCommand
from studio.canvas.results import line_from, options_for
from studio.canvas.shelf import Shelf
from studio.canvas.telling import Telling
from studio.gallery import manner
from studio.gallery.manner import Manner
from studio.gallery.sampler import Sampler
from studio.gallery.weights import Weights
from studio.models.samples import Sample
from studio.panes.base import Pane
from studio.session import Session
from studio.widgets import parts
from studio.widgets.canvas.begin_panel import BeginPanel
from studio.widgets.canvas.canvas_bar import CanvasBar
from studio.widgets.canvas.canvas_side import CanvasSide
from studio.widgets.canvas.pen_sheet import PenSheet
from studio.widgets.canvas.session_bar import SessionBar
from studio.widgets.gallery.manner_panel import MannerPanel


class CanvasPane(Pane):
    """The sheet, choices above it, and at the right what can be done with the line."""

    TITLE = "Canvas"
    ICON = "canvas"
    WATCHES = frozenset({"runs"})

    def __init__(self) -> None:
        super().__init__()
        self._shelf: Shelf | None = None
        self._asking: Asking | None = None
        self._telling = Telling()
        self._manner = manner.recall()
        self._seed = 1
        self._is_hidden = False
        self._waiting: Sample | None = None
        self.bar = CanvasBar()
        self.sheet = PenSheet()
        self.side = CanvasSide()
        self.playing = SessionBar(self.sheet)
        self.begin = BeginPanel(self)
        self._hairs = Hairs(self.sheet, self.side.hairs)
        self.panel = MannerPanel(self)
        self.panel.pad.setEnabled(False)
        self._lay_out()
        self._connect()
        self.side.show_line(BLANK)
        self.sheet.is_locked = True

    def _lay_out(self) -> None:
        table = parts.column(spacing=theme.SPACE_8, margins=theme.SPACE_8)
        table.addWidget(self.sheet, 1)
        table.addWidget(self.playing)
        room = parts.row(spacing=0)
        room.addLayout(table, 1)
        room.addWidget(self.side)
        self.side.add_choices(self.bar.numbers)
        layout = parts.column(self.bar, parts.rule(), spacing=0)
        layout.addLayout(room, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        for signal, slot in (
            (self.sheet.moved, self._on_sheet_moved),
            (self.sheet.drawn, self._on_sheet_drawn),
            (self.sheet.accept_wanted, self.accept),
            (self.sheet.undo_wanted, self._on_sheet_undo_wanted),
            (self.bar.changed, self._ask),
            (self.bar.weights_changed, self._on_bar_weights_changed),
            (self.bar.begin_wanted, self._on_bar_begin_wanted),
            (self.bar.manner_wanted, self._on_bar_manner_wanted),
            (self.begin.chosen, self.take_sample),
            (self.begin.blank_wanted, self.clear),
            (self.panel.changed, self._on_panel_changed),
            (self.side.finish_wanted, self.finish),
            (self.side.play_wanted, self.play_session),
            (self.side.keep_wanted, self.keep),
            (self.side.export_wanted, self.export),
            (self.side.clear_wanted, self.clear),
            (self.side.pressure_changed, self.sheet.set_pressure_used),
            (self.side.hairs_changed, self._ask_hairs),
            (self.playing.opened, self.side.show_playing),
        ):
            signal.connect(slot)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show what was on this project's sheet last."""
        super().open_project(session)
        self._shelf = Shelf(session, self)
        self._shelf.line_read.connect(self._on_shelf_line_read)
        self._shelf.weights_read.connect(self._on_shelf_weights_read)
        self._shelf.said.connect(self._say)
        session.continuing.connect(self.take_sample)

    def close_project(self) -> None:
        """Let go of it; the machine ends, the line stays with the project."""
        self.playing.leave()
        self.begin.forget()
        self._end_machine()
        if self._shelf is not None:
            self._shelf.close()
            self._shelf = None
        self.bar.weights.show_weights([])
        self._show(BLANK)
        self.sheet.is_locked = True
        super().close_project()

    def refresh(self) -> None:
        """Read again who can draw; the line stays."""
        if self._shelf is not None:
            self._shelf.read_weights()

    def activate(self) -> None:
        """The sheet takes the keys."""
        self.sheet.setFocus()
        self._wake()

    def is_settled(self) -> bool:
        """Whether the machine has answered, and everything is read and written."""
        read = self.playing.is_open or not self.sheet.is_locked
        busy = self._asking is not None and self._asking.is_busy
        return read and not busy and not self.begin.is_busy and (not self._shelf or self._shelf.is_settled)

    def view_state(self) -> dict[str, Any]:
        """The choices of the bar."""
        return self.bar.to_json()

    def restore_view(self, view: Mapping[str, Any]) -> None:
        """Choose them again."""
        self.bar.restore(view)

    def shutdown(self) -> None:
        """Nothing is left running."""
        self.playing.leave()
        self._end_machine()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter accepts, Esc hides, F finishes, H asks again, N takes a fresh sheet."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.hide_futures()
        elif self.playing.is_open:
            if not self.playing.press(event):
                super().keyPressEvent(event)
        elif key == Qt.Key.Key_H:
            self._seed += 1
            self._wake()
            self._ask()
        else:
            slots = {"F": self.finish, "N": self.clear, "Return": self.accept, "Enter": self.accept}
            slots.get(key.name.removeprefix("Key_"), partial(super().keyPressEvent, event))()

    # -- the line --------------------------------------------------------------------------------------

    @property
    def line(self) -> Line:
        """What is on the sheet."""
        return self.sheet.line

    def _show(self, line: Line) -> None:
        """Put a line on the sheet, keep it, and hear how it might go on."""
        self._stop_finishing()
        self._forget_fan()
        self.sheet.show_line(line)
        self.side.show_line(line)
        if self._shelf is not None:
            self._shelf.put(line)
            self._ask()
        self._ask_hairs()

    def _push(self, text: str, after: Line) -> None:
        if self.session is not None:
            self.session.undo.push(LineCommand(text, self.line, after, self._show))

    def _on_sheet_drawn(self, part: Part) -> None:
        self._push("a stroke", self.line.with_parts([part]))

    def _on_sheet_moved(self) -> None:
        self._is_hidden = False
        self._stop_finishing()
        self.sheet.show_hairs([])
        self._ask()

    def _on_sheet_undo_wanted(self) -> None:
        if self.session is not None:
            self.session.undo.undo()

    def clear(self) -> None:
        """A fresh sheet; undo brings the line back."""
        if not self.line.is_blank:
            self.playing.leave()
            self._push("a fresh sheet", BLANK)

    def take_sample(self, sample: Sample) -> None:
        """Draw on with a drawing; undo brings the line before it back."""
        if self.sheet.is_locked and not self.playing.is_open:
            self._waiting = sample  # until the line of last time is there, which would be lost under it
            return
        line = line_from(sample)
        if self.session is not None and not line.is_blank:
            self.playing.leave()
            self._is_hidden = False
            self._push(f"begin from {sample.name}", line)
            self.sheet.fit()

    # -- the machine -----------------------------------------------------------------------------------

    def _wake(self) -> None:
        """Start the machine that is chosen, unless it is awake."""
        weights = self.bar.weights.current
        if self.session is None or weights is None or self._asking is not None or not self.isVisible():
            return
        self._asking = Asking(Sampler(weights.file, self, self.session.project.layout.root), self)
        self._asking.opened.connect(self.sheet.show_fan)
        self._hairs.watch(self._asking)
        self._asking.growing.connect(self.sheet.show_growing)
        self._asking.finished.connect(self._on_asking_finished)
        self._asking.failed.connect(self._on_asking_failed)
        self._asking.ready.connect(self._on_asking_ready)
        self._asking.start()
        self.side.state.setText(f"Waking {weights.title}…")
        self._ask()

    def _end_machine(self) -> None:
        if self._asking is not None:
            self._asking.close()
            self._asking.deleteLater()
            self._asking = None

    def _tell(self) -> Any:
        hand = self.sheet.hand
        return self._telling.tell(self.line.parts, hand.part() if hand is not None else None)

    def _wish(self) -> Wish:
        options = options_for(self._manner, self.bar.variability, self._seed)
        return Wish(self._tell, self.bar.futures, self.bar.ahead, options)

    def _ask(self) -> None:
        """Ask how the line might go on from where it is now."""
        blank = self.line.is_blank and self.sheet.hand is None
        if self._asking is None or self._is_hidden or blank or self.playing.is_open:
            return
        if not self._asking.is_finishing:
            self._asking.want(self._wish())

    def _ask_hairs(self) -> None:
        self._hairs.ask(self._asking, self._wish)

    def _on_asking_ready(self) -> None:
        self.side.state.setText("")
        self._ask_hairs()
        if self._asking is not None:
            self.panel.show_eras(self._asking.facts.get("eras") or [])

    def _on_asking_failed(self, sentence: str) -> None:
        self.sheet.show_fan(None)
        self._stop_finishing()
        if self._asking is not None and not self._asking.is_ready:
            self._end_machine()
            sentence += "  You can draw on. Press H to wake it again, or choose another run."
        self._say(sentence)

    def accept(self) -> None:
        """Take the chosen future, as far as the pointer says, as a step of undo."""
        if self.sheet.fan is None:
            return
        part = self.sheet.lift()
        if part is not None:
            fan = self.sheet.fan
            self._on_sheet_drawn(part)
            self.sheet.show_fan(fan)
        fan, tip = self.sheet.fan, self.line.tip
        if fan is not None and tip is not None:
            self._take(fan.taken_from(tip), {**fan.provenance, "index": fan.shown}, "a future")

    def _take(self, future: Future, provenance: dict[str, Any], text: str) -> None:
        grown = future.parts()
        if grown:
            self._push(text, self.line.with_parts(grown, provenance))

    def hide_futures(self) -> None:
        """Hide the fan until the pen moves again; first stop what is under way."""
        if self.playing.is_open:
            self.playing.leave()
        elif self._asking is not None and self._asking.is_finishing:
            self._stop_finishing()
            self._ask()
        else:
            self._is_hidden = True
            self._forget_fan()

    def _forget_fan(self) -> None:
        self.sheet.show_fan(None)
        if self._asking is not None:
            self._asking.forget()

    def finish(self) -> None:
        """Let the machine draw the line to its end; again, or Esc, stops it."""
        asking = self._asking
        if asking is None or self.line.is_blank or self.sheet.hand is not None:
            return
        if asking.is_finishing:
            self._stop_finishing()
            self._ask()
        elif asking.is_ready:
            self.playing.leave()
            self.sheet.show_fan(None)
            self.side.show_finishing(True)
            asking.finish(self._wish())

    def _stop_finishing(self) -> None:
        if self._asking is not None and self._asking.is_finishing:
            self._asking.stop()
        self.sheet.show_growing(None)
        self.side.show_finishing(False)

    def _on_asking_finished(self, future: Future, provenance: dict[str, Any]) -> None:
        self._stop_finishing()
        self._is_hidden = True  # it is finished: another future is asked for with the next move
        self._take(future, provenance, "let it finish")

    # -- choices ---------------------------------------------------------------------------------------

    def _on_shelf_weights_read(self, weights: list[Weights]) -> None:
        before = self.bar.weights.current
        self.bar.weights.show_weights(weights, "" if before or not self.session else self.session.run_in_view)
        if not weights:
            self.side.state.setText("No run can draw yet. You can; train a run, and it answers your pen.")
        self._wake()

    def _on_bar_weights_changed(self, _weights: Weights) -> None:
        self._stop_finishing()
        self.sheet.show_fan(None)
        self._end_machine()
        self._wake()

    def _on_bar_manner_wanted(self) -> None:
        self.panel.show_manner(self._manner)
        self.panel.open_at(self.bar.manner)

    def _on_panel_changed(self, chosen: Manner) -> None:
        self._manner = chosen
        self._ask()

    def _on_bar_begin_wanted(self) -> None:
        if self.session is not None:
            self.begin.offer(self.session, self.bar.begin)

    # -- what becomes of it ----------------------------------------------------------------------------

    def play_session(self) -> None:
        """Play it as it was drawn, hand and machine; again goes back to drawing."""
        if self.playing.is_open:
            self.playing.leave()
        elif not self.line.is_blank and self.sheet.hand is None:
            self._stop_finishing()
            self.playing.play()

    def keep(self) -> None:
        """Save the drawing to the gallery, as a step of undo."""
        if self._shelf is not None:
            self._shelf.keep(self.line)

    def export(self) -> None:
        """Make a file of it."""
        if self._shelf is not None:
            self._shelf.export(self.line, self.window())

    def _on_shelf_line_read(self, line: Line) -> None:
        self.sheet.is_locked = False
        self.sheet.show_line(line)
        self.side.show_line(line)
        self._ask()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.take_sample(waiting)

    def _say(self, sentence: str) -> None:
        self.side.state.setText(sentence)
        if self.session:
            self.session.said.emit(sentence)
