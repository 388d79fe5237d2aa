"""The run in view: what it is, how it stands, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from studio import theme
from studio.models.run_columns import ordinal
from studio.models.runs import Run, duration_text
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel

_STATES = {
    "queued": "Not begun",
    "running": "Training",
    "paused": "Paused",
    "stopped": "Stopped",
    "done": "Finished",
    "failed": "Failed",
}
_MEASURE_TIP = (
    "How well it reads drawings held out, and how good its own are; takes some minutes, stop it at any time"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands with this window.

    Attributes:
        is_ours: Its process was started by this window.
        asked: What it was asked and has not done yet: `pause`, `go on`, `stop` or nothing.
        place: Its place among those that wait; 0 for none.
        n_waiting: How many wait.
        is_measured: Whether it is being measured.
    """

    is_ours: bool = False
    asked: str = ""
    place: int = 0
    n_waiting: int = 0
    is_measured: bool = False


class RunHeader(QWidget):
    """One line of facts and buttons; a card below it when something went wrong.

    Signals:
        wanted: What to do with the run in view: `pause`, `go on`, `stop`, `resume`, `longer`, `smaller`,
            `earlier`, `later`, `take out`, `copy`, `gallery`, `measure`, `discard`.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = parts.label("", "title")
        self._state = ElidedLabel("muted")
        self._facts = parts.label("", "muted", wrap=True)
        self._facts.setMinimumWidth(1)
        self.buttons = {
            "gallery": parts.button("Its drawings", "gallery", tip="Open the Gallery with this run"),
            "measure": parts.button("Measure", "measure", tip=_MEASURE_TIP),
            "earlier": parts.button("Earlier", "up", tip="Let it train before the one that waits ahead"),
            "later": parts.button("Later", "down", tip="Let the next one train first"),
            "take out": parts.button("Take out", tip="Let it wait no longer; it stays in the list"),
            "longer": parts.button("Train longer", "play", tip="As long again, from where it ended"),
            "resume": parts.button("Resume", "play", tip="Go on from where it stopped"),
            "pause": parts.button("Pause", "pause", tip="Let it wait, without using the processor"),
            "go on": parts.button("Go on", "play", tip="Let it train on"),
            "stop": parts.button("Stop", "stop", tip="It saves first, and can go on later"),
        }
        self.more = self._make_menu()
        self._problem = parts.panel("card")
        self._error = parts.label("", "error", wrap=True)
        self._hint = parts.label("", "", wrap=True)
        self.smaller = parts.button("Resume with half as many at a time", "play", "primary")
        self._lay_out()
        for key, button in self.buttons.items():
            button.setProperty("does", key)
            button.clicked.connect(self._on_button_clicked)
        self.smaller.setProperty("does", "smaller")
        self.smaller.clicked.connect(self._on_button_clicked)

    def _make_menu(self) -> QToolButton:
        menu = QMenu(self)
        self.copy = QAction("Duplicate with changes", self)
        self.copy.setData("copy")
        self.discard = QAction("Move to the trash…", self)
        self.discard.setData("discard")
        menu.addActions([self.copy, self.discard])
        menu.triggered.connect(self._on_menu_triggered)
        button = parts.tool("more", "More to do with this run", size_px=18)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _lay_out(self) -> None:
        words = parts.column(self._error, self._hint, spacing=theme.SPACE_4)
        problem = parts.row(spacing=theme.SPACE_16, margins=theme.SPACE_12)
        problem.addLayout(words, 1)
        problem.addWidget(self.smaller)
        self._problem.setLayout(problem)
        # The first buttons come and go; what stands last keeps its place under the pointer.
        bar = parts.row(self._title, self._state, *self.buttons.values(), self.more)
        bar.setStretch(1, 1)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addLayout(bar)
        layout.addWidget(self._facts)
        layout.addWidget(self._problem)
        self.setLayout(layout)

    def show_run(self, run: Run | None, standing: Standing) -> None:
        """Show a run; None for none."""
        self.setVisible(run is not None)
        if run is None:
            return
        live = run.is_live or standing.is_ours
        self._title.setText(run.title or run.id)
        self._state.setText(_state_text(run, standing))
        self._facts.setText("   ·   ".join(_facts(run, live=live)))
        offered = _offered(run, standing)
        for key, button in self.buttons.items():
            button.setVisible(key in offered)
        self._show_asked(standing.asked)
        self.buttons["resume"].setText("Resume" if run.step else "Start")
        self.buttons["measure"].setText("Measuring…" if standing.is_measured else "Measure")
        self.buttons["measure"].setEnabled(not standing.is_measured)
        self.buttons["earlier"].setEnabled(standing.place > 1)
        self.buttons["later"].setEnabled(standing.place < standing.n_waiting)
        self.discard.setEnabled(not live)
        self._problem.setVisible(run.state == "failed" and not live)
        self._error.setText(run.error or run.message)
        self._hint.setText(run.hint)
        self._hint.setVisible(bool(run.hint))
        self.smaller.setVisible(run.is_out_of_memory and run.micro_batch != 1)

    def _show_asked(self, asked: str) -> None:
        words = {
            "stop": ("Stop", "Stopping…"),
            "pause": ("Pause", "Pausing…"),
            "go on": ("Go on", "Going on…"),
        }
        for key, (usual, meanwhile) in words.items():
            self.buttons[key].setText(meanwhile if asked == key else usual)
            self.buttons[key].setEnabled(asked not in ("stop", key))

    def _on_button_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.wanted.emit(str(sender.property("does")))

    def _on_menu_triggered(self, action: QAction) -> None:
        self.wanted.emit(str(action.data()))


def _offered(run: Run, standing: Standing) -> set[str]:
    """Keys of the buttons that make sense now."""
    offered = {"gallery", "measure"} if run.has_checkpoint else set()
    if run.is_live or standing.is_ours:
        return offered | {"go on" if run.state == "paused" else "pause", "stop"}
    if standing.place:
        return (offered - {"measure"}) | {"earlier", "later", "take out"}
    return offered | {"longer" if run.state == "done" else "resume"}


def _state_text(run: Run, standing: Standing) -> str:
    if standing.place and not run.is_live:
        return f"Waits, {ordinal(standing.place)} in the queue"
    if standing.asked == "stop":
        return "Stopping"
    if standing.is_ours:
        return "Starting" if not run.is_live else _STATES[run.state]
    return f"{_STATES[run.state]} in the background" if run.is_live else _STATES[run.state]


def _facts(run: Run, *, live: bool) -> list[str]:
    """What there is to say about a run in a line."""
    figures, settings = run.figures, run.settings
    facts = [run.id, run.dataset] if run.title else [run.dataset]
    if run.step:
        of = f" of {settings['steps']:,}" if live and settings.get("steps") else ""
        facts.append(f"step {run.step:,}{of}")
    if run.elapsed_s:
        minutes = settings.get("minutes")
        of = f" of {minutes:g} min" if live and minutes and not settings.get("steps") else ""
        facts.append(duration_text(run.elapsed_s) + of)
    if run.best_valid is not None:
        facts.append(f"{run.best_valid:.3f} nats a point held out")
    if run.state == "running" and figures.get("steps_per_s"):
        points = figures.get("points_per_s")
        facts.append(
            f"{figures['steps_per_s']:.1f} steps/s" + (f", {points:,.0f} points/s" if points else "")
        )
    if live and figures.get("memory_mb"):
        facts.append(f"{figures['memory_mb']:,.0f} MB")
    if live and run.facts.get("device"):
        facts.append(str(run.facts.get("device_name") or run.facts["device"]))
    return facts
