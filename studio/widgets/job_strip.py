"""The job strip: what runs, how far it is, how long it still takes, and the way to stop it."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from studio import theme
from studio.jobs import Job, Jobs
from studio.widgets import parts

_HEIGHT_PX = 32
_LINGER_MS = 8000
"""How long the last word of a finished job stays."""


class JobStrip(QWidget):
    """Shows the newest job; the others are counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs: Jobs | None = None
        self._job: Job | None = None
        self._title = parts.label()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(180)
        self._figures = parts.label("", "caption")
        self._figures.setMinimumWidth(180)
        self._stop = parts.tool("stop", "Stop; what is done stays done", size_px=16)
        self._stop.clicked.connect(self._on_stop_clicked)
        self._linger = QTimer(self)
        self._linger.setSingleShot(True)
        self._linger.setInterval(_LINGER_MS)
        self._linger.timeout.connect(self._on_linger_timeout)
        row = parts.row(self._title, self._bar, self._stop, self._figures, 0, spacing=theme.SPACE_12)
        row.setContentsMargins(theme.SPACE_16, 0, theme.SPACE_16, 0)
        self.setLayout(row)
        # One height, busy or not: nothing above it may jump when a job begins.
        self.setFixedHeight(_HEIGHT_PX)
        self._show_running(False)

    def follow(self, jobs: Jobs) -> None:
        """Show these jobs from now on, and the newest that is under way already."""
        if self._jobs is not None:
            self._jobs.started.disconnect(self._on_job_started)
            self._jobs.finished.disconnect(self._on_job_finished)
        self._let_go()
        self._jobs = jobs
        self._say("")
        jobs.started.connect(self._on_job_started)
        jobs.finished.connect(self._on_job_finished)
        if jobs.running:
            self._take(jobs.running[-1])

    def say(self, text: str) -> None:
        """Show a sentence for a while, unless a job is under way."""
        if self._job is None:
            self._say(text)
            self._linger.start()

    def _say(self, text: str) -> None:
        self._title.setText(" ".join(text.split()))
        self._title.setToolTip(text)
        self._show_running(False)

    def _show_running(self, running: bool) -> None:
        for widget in (self._bar, self._figures, self._stop):
            widget.setVisible(running)

    def _let_go(self) -> None:
        if self._job is not None:
            self._job.progressed.disconnect(self._on_job_progressed)
            self._job = None

    def _take(self, job: Job) -> None:
        self._let_go()
        self._job = job
        job.progressed.connect(self._on_job_progressed)
        self._linger.stop()
        self._show_running(True)
        self._stop.setEnabled(True)
        self._on_job_progressed(job.done, job.total, job.message)

    def _on_job_started(self, job: Job) -> None:
        self._take(job)

    def _on_job_progressed(self, done: int, total: int, message: str) -> None:
        if self._job is None or self._jobs is None:
            return
        others = len(self._jobs.running) - 1
        more = f"  and {others} more" if others > 0 else ""
        self._title.setText(self._job.title + more)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._stop.setEnabled(self._job.outcome == "running")
        self._figures.setText(figures(done, total, self._job.seconds_left(), message))

    def _on_job_finished(self, job: Job) -> None:
        if job is not self._job or self._jobs is None:
            return
        self._let_go()
        if self._jobs.running:
            self._take(self._jobs.running[-1])
            return
        words = {
            "done": job.message or "done",
            "stopped": "stopped; it can go on later",
            "left": "goes on in the background",
        }
        self._say(f"{job.title}: {words.get(job.outcome, job.message)}")
        if job.outcome != "failed":
            self._linger.start()

    def _on_stop_clicked(self) -> None:
        if self._job is not None:
            self._job.stop()
            self._stop.setEnabled(False)

    def _on_linger_timeout(self) -> None:
        if self._job is None:
            self._say("")


def figures(done: int, total: int, seconds_left: float | None, message: str) -> str:
    """`41 of 185   2 min left   sb44p041`, as much of it as is known."""
    words = [f"{done} of {total}" if total else ""]
    if seconds_left is not None and done < total:
        words.append(f"{duration(seconds_left)} left")
    words.append(message)
    return "   ".join(word for word in words if word)


def duration(seconds: float) -> str:
    """`40 s`, `3 min`, `2 h 10 min`."""
    whole = max(1, round(seconds))
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
