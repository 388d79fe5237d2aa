"""What a running job says: to its folder, and to the parent process that listens."""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.jobs.folder import LIVE, State, Status, append_event, write_status
from engine.project.progress import Reporter

_PROGRESS_EVERY_S = 0.2


class JobReporter:
    """A reporter that keeps `events.jsonl` and `status.json`, and may pass everything on.

    Attributes:
        status: How the job stands.
    """

    def __init__(self, folder: Path, *, echo: bool = False, listener: Reporter | None = None) -> None:
        """Start reporting.

        Args:
            folder: The job folder.
            echo: Print each event as a JSON line for a parent process.
            listener: Someone in this process who hears everything too and may ask to stop.
        """
        self.status = Status("running")
        self._folder = folder
        self._echo = echo
        self._listener = listener
        self._stop = threading.Event()
        self._pause = threading.Event()
        self._writing = threading.Lock()
        self._last_progress_s = 0.0

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Write down how far it is, five times a second at most; the last step always."""
        if self._listener:
            self._listener.progress(done, total, message)
        now = time.monotonic()
        if now - self._last_progress_s < _PROGRESS_EVERY_S and done < total:
            return
        self._last_progress_s = now
        self.set_status(Status(self._state(), done, total, message))
        # Progress is worth nothing afterwards: it goes to the parent and the status, not into the record.
        self._print({"event": "progress", "done": done, "total": total, "message": message})

    def event(self, name: str, **fields: Any) -> None:
        """Write down a fact of the work, and tell the listener."""
        self.life_event(name, **fields)
        if self._listener:
            self._listener.event(name, **fields)

    def life_event(self, name: str, **fields: Any) -> None:
        """Write down that the job began or ended.

        The listener does not hear of it: for a job that runs another one inside (the demo trains), the end of
        the inner one would look like its own.
        """
        record = {"t": round(time.time(), 3), "event": name, **fields}
        append_event(self._folder, record)
        self._print(record)

    def stopped(self) -> bool:
        """Whether somebody asked: the parent, a signal, the listener."""
        return self._stop.is_set() or (self._listener is not None and self._listener.stopped())

    def stop(self) -> None:
        """Ask the work to save and leave. May be called from any thread and from a signal handler."""
        self._stop.set()

    def paused(self) -> bool:
        """Whether somebody asked to wait, and nobody to stop."""
        asked = self._pause.is_set() or (self._listener is not None and self._listener.paused())
        return asked and not self.stopped()

    def pause(self) -> None:
        """Ask the work to wait. From any thread, not from a signal handler: the status says so at once."""
        self._pause.set()
        self._show_life()

    def go_on(self) -> None:
        """Ask the work to wait no longer. From any thread, as `pause`."""
        self._pause.clear()
        self._show_life()

    def detach(self) -> None:
        """Say no more to the parent: it leaves, and the work goes on without it."""
        self._echo = False

    def set_status(self, status: Status) -> None:
        """Replace how the job stands."""
        with self._writing:
            self._write(status)

    def _show_life(self) -> None:
        """Show in the status whether it waits; what has ended is left as it ended."""
        with self._writing:
            if self.status.state in LIVE:
                self._write(replace(self.status, state=self._state()))

    def _state(self) -> State:
        return "paused" if self._pause.is_set() else "running"

    def _write(self, status: Status) -> None:
        self.status = status
        write_status(self._folder, status)

    def _print(self, record: dict[str, Any]) -> None:
        if not self._echo:
            return
        try:
            sys.stdout.write(json.dumps(record) + "\n")
            sys.stdout.flush()
        except (BrokenPipeError, ValueError):
            # The parent is gone. Whether it wants the work to end is told by the end of the input.
            self._echo = False
