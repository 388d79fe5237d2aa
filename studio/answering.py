"""A child process that answers requests, seen from the window: started, asked, heard, ended."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

_GRACE_MS = 3000
_KEPT_BYTES = 4000


class AnsweringProcess(QObject):
    """One child that keeps something heavy warm; the newest request wins. See `engine.jobs.requests`.

    Signals:
        ready: It can answer now.
        failed: The sentence that says why there is no answer.
    """

    ready = Signal()
    failed = Signal(str)

    def __init__(self, silent_end: str, parent: QObject | None = None) -> None:
        """Make it; nothing runs yet.

        Args:
            silent_end: What to say when the child ends and gave no reason.
            parent: Owner.
        """
        super().__init__(parent)
        self._silent_end = silent_end
        self._request = 0
        self._busy = False
        self._closing = False
        self._tail = b""
        self._words = b""
        self._process = self._listen_to(QProcess())

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._busy

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def close(self) -> None:
        """End the child. It writes nothing and may be in the middle of a line, so it is not asked."""
        self._closing = True
        self._busy = False
        self._process.kill()
        self._process.waitForFinished(_GRACE_MS)

    def launch(self, command: list[str]) -> None:
        """Start the child, perhaps again; `command` is program and arguments."""
        self._closing = False
        self._tail = self._words = b""
        program, *arguments = command
        self._process.start(program, arguments)

    def adopt(self, process: QProcess) -> None:
        """Take over a child that runs already, in place of one that was never started."""
        self._process.deleteLater()
        self._process = self._listen_to(process)
        self._on_process_errors()
        self._on_process_output()

    def tell(self, **fields: Any) -> None:
        """Say something that is no request."""
        self._process.write(json.dumps(fields).encode() + b"\n")

    def request(self, **fields: Any) -> int:
        """Ask; what was asked before and is not there yet never comes. Returns the number of the request."""
        self._request += 1
        self._busy = True
        self.tell(request=self._request, **fields)
        return self._request

    def forget(self) -> None:
        """Let go of the request in hand: its answer never comes."""
        self._request += 1
        self._busy = False

    def finish(self) -> None:
        """Note that the newest request is answered whole."""
        self._busy = False

    def is_current(self, event: dict[str, Any]) -> bool:
        """Whether an event belongs to a request somebody still waits for: the newest one."""
        return bool(event.get("request", self._request) == self._request)

    def greet(self, event: dict[str, Any]) -> None:
        """Hear the child's first word, that it is ready."""

    def fail(self, event: dict[str, Any]) -> None:
        """Hear that a request cannot be answered."""
        self.finish()

    def hear(self, event: dict[str, Any]) -> None:
        """Take a part of the answer to the newest request; the last part calls `finish`."""
        raise NotImplementedError

    def _listen_to(self, process: QProcess) -> QProcess:
        process.setParent(self)
        process.readyReadStandardOutput.connect(self._on_process_output)
        process.readyReadStandardError.connect(self._on_process_errors)
        process.finished.connect(self._on_process_finished)
        process.errorOccurred.connect(self._on_process_error)
        return process

    def _on_process_output(self) -> None:
        *lines, self._tail = (self._tail + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            event = _parse(line)
            if event is None:
                self._keep(line + b"\n")
            elif not self._closing:
                self._sort(event)

    def _sort(self, event: dict[str, Any]) -> None:
        name = event.get("event")
        if name == "ready":
            self.greet(event)
            self.ready.emit()
        elif not self.is_current(event):
            return
        elif name == "failed":
            self.fail(event)
            self.failed.emit(" ".join(str(event[key]) for key in ("message", "hint") if event.get(key)))
        else:
            self.hear(event)

    def _on_process_errors(self) -> None:
        self._keep(bytes(self._process.readAllStandardError().data()))

    def _keep(self, words: bytes) -> None:
        self._words = (self._words + words)[-_KEPT_BYTES:]

    def _on_process_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_process_output()
        self._on_process_errors()
        if self._closing:
            return
        self._busy = False
        lines = self._words.decode("utf-8", "replace").strip().splitlines()
        self.failed.emit(lines[-1] if lines else self._silent_end)

    def _on_process_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._closing:
            self._busy = False
            self.failed.emit(self._process.errorString())


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
