"""Long work as child processes: the window's end of `python -m engine.jobs run FOLDER`.

The child says JSON lines on its standard output, `{"event": ..., ...}`, and hears words on its input: `stop`,
`pause`, `go on`, `detach`; see `engine.jobs.control`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from engine.jobs.folder import read_status

_PACE_STEPS, _PACE_S = 3, 2.0
"""A guess of the time left needs so many steps and seconds behind it."""
STOP_GRACE_MS = 5000
"""Asked to stop, a job has this long to save; then it is terminated, and after as long again killed."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of work with a pace of its own: its first step, its number of steps, when it began."""

    first: int
    total: int
    begun_s: float


class _Child(QProcess):
    """A process that can be let go."""

    def let_go(self) -> None:
        """Forget the process: it lives on. A QProcess that goes kills what it takes to be running."""
        self.setProcessState(QProcess.ProcessState.NotRunning)


class Job(QObject):
    """One child process.

    Signals:
        progressed: (done, total, message).
        event_received: Every other event, as the dict it came as.
        finished: The process is gone; see `outcome` and `message`.

    Attributes:
        title: What the job strip calls it.
        topics: The topics of `Session.data_changed` that its end touches.
        folder: Its job folder.
        can_be_left: Whether it may go on when the window closes.
        is_paused: Whether it was asked to wait.
        outcome: `running`, `stopping`, `done`, `stopped`, `failed` or `left`.
        message: The last word: of progress while it runs; at the end what came of it, or why it failed.
    """

    progressed = Signal(int, int, str)
    event_received = Signal(object)
    finished = Signal(object)

    def __init__(
        self,
        title: str,
        folder: Path,
        topics: Iterable[str] = (),
        parent: QObject | None = None,
        *,
        can_be_left: bool = False,
    ) -> None:
        super().__init__(parent)
        self.title = title
        self.folder = folder
        self.topics = frozenset(topics)
        self.can_be_left = can_be_left
        self.is_paused = False
        self.outcome = "running"
        self.message = ""
        self.done = 0
        self.total = 0
        self._stage = Stage(0, 0, time.monotonic())
        self._ending: dict[str, Any] = {}
        self._tail = b""
        self._errors = b""
        self._process = _Child(self)
        self._process.readyReadStandardOutput.connect(self._on_process_output)
        self._process.readyReadStandardError.connect(self._on_process_errors)
        self._process.finished.connect(self._on_process_finished)
        self._process.errorOccurred.connect(self._on_process_error)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(STOP_GRACE_MS)
        self._patience.timeout.connect(self._on_patience_timeout)

    def start(self, command: list[str] | None = None) -> None:
        """Start the child; `command` (default: the engine's runner on `folder`) is program and arguments."""
        program, *arguments = command or [sys.executable, "-m", "engine.jobs", "run", str(self.folder)]
        self._process.start(program, arguments)

    @property
    def is_running(self) -> bool:
        """Whether the child still lives."""
        return self.outcome in ("running", "stopping")

    def seconds_left(self) -> float | None:
        """The time this stage still needs at its pace so far, in seconds; None before there is a pace."""
        if self.is_paused:
            return None
        steps, elapsed_s = self.done - self._stage.first, time.monotonic() - self._stage.begun_s
        if steps < _PACE_STEPS or elapsed_s < _PACE_S or not self.total:
            return None
        return elapsed_s / steps * (self.total - self.done)

    def stop(self) -> None:
        """Ask it to save and leave; insist after five seconds, kill after ten."""
        if self.outcome != "running":
            return
        self.outcome = "stopping"
        self._process.write(b"stop\n")
        self._patience.start()
        self.progressed.emit(self.done, self.total, "Stopping")

    def pause(self) -> None:
        """Ask it to wait."""
        self._ask_to_wait(True)

    def go_on(self) -> None:
        """Ask it to wait no longer."""
        self._ask_to_wait(False)

    def leave(self) -> None:
        """Let it go on without this window; whoever wants to know how it stands reads its folder."""
        if self.outcome != "running":
            return
        self.outcome = "left"
        self._process.write(b"detach\n")
        while self._process.bytesToWrite() and self._process.waitForBytesWritten(STOP_GRACE_MS):
            pass
        self._process.let_go()
        self.finished.emit(self)

    def wait_until_gone(self) -> None:
        """Block until the child is gone, with the same patience as `stop`. For closing the window only."""
        self.stop()
        for insist in (self._process.terminate, self._process.kill):
            if self._process.state() == QProcess.ProcessState.NotRunning:
                return
            if not self._process.waitForFinished(STOP_GRACE_MS):
                insist()
        self._process.waitForFinished(STOP_GRACE_MS)

    def _ask_to_wait(self, wait: bool) -> None:
        if self.outcome != "running" or wait == self.is_paused:
            return
        self.is_paused = wait
        self._process.write(b"pause\n" if wait else b"go on\n")
        self._stage = Stage(self.done, self.total, time.monotonic())
        self.progressed.emit(self.done, self.total, "Paused" if wait else self.message)

    def _on_process_output(self) -> None:
        *lines, self._tail = (self._tail + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            # A library that prints is no reason to fail; its words are kept for the reason, should it fail.
            self._errors += line + b"\n"
            return
        if isinstance(event, dict):
            self._take(event)

    def _take(self, event: dict[str, Any]) -> None:
        if event.get("event") == "progress":
            done, self.total = int(event.get("done", 0)), int(event.get("total", 0))
            if self.total != self._stage.total or done < self.done:
                self._stage = Stage(done, self.total, time.monotonic())
            self.done = done
            self.message = str(event.get("message", ""))
            self.progressed.emit(self.done, self.total, "Paused" if self.is_paused else self.message)
            return
        if event.get("event") in ("done", "stopped", "failed"):
            self._ending = event
        self.event_received.emit(event)

    def _on_process_errors(self) -> None:
        self._errors = (self._errors + self._process.readAllStandardError().data())[-4000:]

    def _on_process_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_process_output()
        if not self.is_running:
            return
        self._patience.stop()
        said = str(self._ending.get("event", ""))
        if said in ("done", "stopped"):
            self.outcome, self.message = said, read_status(self.folder).message
        elif self.outcome == "stopping":
            self.outcome = "stopped"
        elif said == "failed" or code != 0 or status != QProcess.ExitStatus.NormalExit:
            self.outcome, self.message = "failed", self._reason()
        else:
            self.outcome = "done"
        self.finished.emit(self)

    def _on_process_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self.is_running:
            self.outcome, self.message = "failed", self._process.errorString()
            self.finished.emit(self)

    def _reason(self) -> str:
        """What went wrong and what to do: the job's own words, else the last it wrote before it died."""
        if "message" in self._ending:
            return f"{self._ending['message']} {self._ending.get('hint', '')}".strip()
        lines = self._errors.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "The job ended without a word; see log.txt in its folder."

    def _on_patience_timeout(self) -> None:
        if self._process.state() == QProcess.ProcessState.NotRunning:
            return
        if self._patience.property("insisted"):
            self._process.kill()
            return
        self._patience.setProperty("insisted", True)
        self._process.terminate()
        self._patience.start()


class Jobs(QObject):
    """All jobs of the session.

    Signals:
        started: A `Job` began.
        finished: A `Job` ended, however it ended.
    """

    started = Signal(object)
    finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Job] = []

    @property
    def running(self) -> list[Job]:
        """The jobs under way, oldest first."""
        return list(self._running)

    def launch(
        self,
        title: str,
        folder: Path,
        topics: Iterable[str] = (),
        command: list[str] | None = None,
        *,
        can_be_left: bool = False,
    ) -> Job:
        """Run the job folder in a child process.

        Args:
            title: A few words for the job strip, `Making the map`.
            folder: The job folder, its `spec.json` written.
            topics: What it changes; told to everybody when it ends.
            command: Another program than the engine's runner.
            can_be_left: Whether it may go on when the window closes.
        """
        job = Job(title, folder, topics, self, can_be_left=can_be_left)
        job.finished.connect(self._on_job_finished)
        self._running.append(job)
        self.started.emit(job)
        job.start(command)
        return job

    @property
    def leavable(self) -> list[Job]:
        """The jobs under way that may go on when the window closes."""
        return [job for job in self._running if job.can_be_left and job.outcome == "running"]

    def leave(self) -> None:
        """Let those go on without this window."""
        for job in self.leavable:
            job.leave()

    def shutdown(self) -> None:
        """Stop all jobs and wait until their processes are gone."""
        for job in list(self._running):
            job.stop()
        for job in list(self._running):
            job.wait_until_gone()

    def _on_job_finished(self, job: Job) -> None:
        if job in self._running:
            self._running.remove(job)
        self.finished.emit(job)
