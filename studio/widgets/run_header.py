"""The run in view: what it is, how it stands, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.models.runs import Run, duration_text
from studio.widgets import parts

_STATES = {
    "queued": "Waiting",
    "running": "Training",
    "stopped": "Stopped",
    "done": "Finished",
    "failed": "Failed",
}


class RunHeader(QWidget):
    """One line of facts and buttons; a card below it when something went wrong.

    Signals:
        stop_wanted: Save and stop the run in view.
        resume_wanted: Go on with it.
        gallery_wanted: See what it draws.
    """

    stop_wanted = Signal()
    resume_wanted = Signal()
    gallery_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = parts.label("", "title")
        self._state = parts.label("", "muted")
        self._facts = parts.label("", "muted", wrap=True)
        self._stop = parts.button("Stop", "stop", tip="It saves first, and can go on later")
        self._resume = parts.button("Resume", "play", tip="Go on from where it stopped")
        self._gallery = parts.button("See what it draws", "gallery", tip="Open the Gallery with this run")
        self._problem = parts.panel("card")
        self._error = parts.label("", "error", wrap=True)
        self._hint = parts.label("", "", wrap=True)
        self._problem.setLayout(
            parts.column(self._error, self._hint, spacing=theme.SPACE_4, margins=theme.SPACE_12)
        )
        # The gallery's button comes and goes; what stands last keeps its place under the pointer.
        bar = parts.row(self._title, self._state, 0, self._gallery, self._resume, self._stop)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addLayout(bar)
        layout.addWidget(self._facts)
        layout.addWidget(self._problem)
        self.setLayout(layout)
        self._stop.clicked.connect(self.stop_wanted)
        self._resume.clicked.connect(self.resume_wanted)
        self._gallery.clicked.connect(self.gallery_wanted)

    def show_run(self, run: Run | None, *, is_ours: bool, is_stopping: bool) -> None:
        """Show a run.

        Args:
            run: None for none.
            is_ours: Its process was started by this window, which can therefore stop it.
            is_stopping: It was asked to stop.
        """
        self.setVisible(run is not None)
        if run is None:
            return
        live = run.state == "running" or is_ours
        self._title.setText(run.id)
        state = (
            "Stopping" if is_stopping else ("Starting" if is_ours and not run.step else _STATES[run.state])
        )
        self._state.setText(state if is_ours or not live else f"{state}, started elsewhere")
        self._facts.setText("   ·   ".join(_facts(run, live=live)))
        self._stop.setVisible(is_ours)
        self._stop.setEnabled(not is_stopping)
        self._stop.setText("Stopping…" if is_stopping else "Stop")
        self._resume.setVisible(not live and run.state in ("queued", "stopped", "failed"))
        self._resume.setText("Start" if run.state == "queued" else "Resume")
        self._gallery.setVisible(run.has_checkpoint)
        self._problem.setVisible(run.state == "failed" and not live)
        self._error.setText(run.error or run.message)
        self._hint.setText(run.hint)
        self._hint.setVisible(bool(run.hint))


def _facts(run: Run, *, live: bool) -> list[str]:
    """What there is to say about a run in a line."""
    facts = [run.dataset]
    if run.step:
        facts.append(f"step {run.step:,}")
    if run.elapsed_s:
        minutes = run.settings.get("minutes")
        of = f" of {minutes:g} min" if live and minutes and not run.settings.get("steps") else ""
        facts.append(duration_text(run.elapsed_s) + of)
    if live and run.steps_per_s:
        facts.append(f"{run.steps_per_s:.1f} steps/s")
    if run.best_valid is not None:
        facts.append(f"{run.best_valid:.3f} nats a point held out")
    return facts
