"""Drawings from a run, on request: the window's end of `python -m engine.jobs sample RUN`.

The child loads the model once and answers until its input ends; torch never enters this process.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QProcess, Signal

from engine.strokes.types import Drawing, as_stroke

_GRACE_MS = 3000


class Sampler(QObject):
    """One child process for one run; the newest request wins.

    Signals:
        ready: The model is loaded.
        drawn: (first, drawings): `Drawing`s of the newest request, from index `first` on.
        done: Every drawing of the newest request is there.
        failed: The sentence that says why there are none.
    """

    ready = Signal()
    drawn = Signal(int, object)
    done = Signal()
    failed = Signal(str)

    def __init__(self, run: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run = run
        self._request = 0
        self._busy = False
        self._closing = False
        self._tail = b""
        self._words = b""
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_process_output)
        self._process.readyReadStandardError.connect(self._on_process_errors)
        self._process.finished.connect(self._on_process_finished)
        self._process.errorOccurred.connect(self._on_process_error)

    def start(self, command: list[str] | None = None) -> None:
        """Start the child; `command` (default: the engine's sampler) is program and arguments."""
        program, *arguments = command or [sys.executable, "-m", "engine.jobs", "sample", str(self.run)]
        self._process.start(program, arguments)

    @property
    def is_busy(self) -> bool:
        """Whether drawings are still to come."""
        return self._busy

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def ask(self, n: int, temperature: float, seed: int) -> None:
        """Ask for `n` drawings; what was asked before and is not there yet never comes."""
        self._request += 1
        self._busy = True
        line = {"request": self._request, "n": n, "temperature": temperature, "seed": seed}
        self._process.write(json.dumps(line).encode() + b"\n")

    def close(self) -> None:
        """End the child. It writes nothing and may be in the middle of a line, so it is not asked."""
        self._closing = True
        self._busy = False
        self._process.kill()
        self._process.waitForFinished(_GRACE_MS)

    def _on_process_output(self) -> None:
        *lines, self._tail = (self._tail + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            event = _parse(line)
            if event is None:
                self._words = (self._words + line + b"\n")[-4000:]
            elif not self._closing:
                self._hear(event)

    def _hear(self, event: dict[str, Any]) -> None:
        name = event.get("event")
        if name == "ready":
            self.ready.emit()
        elif name == "failed":
            self._busy = False
            self.failed.emit(" ".join(str(event[k]) for k in ("message", "hint") if event.get(k)))
        elif event.get("request") == self._request:
            if name == "drawings":
                self.drawn.emit(int(event.get("first", 0)), [_drawing(d) for d in event["drawings"]])
            elif name == "done":
                self._busy = False
                self.done.emit()

    def _on_process_errors(self) -> None:
        self._words = (self._words + self._process.readAllStandardError().data())[-4000:]

    def _on_process_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_process_output()
        if self._closing:
            return
        self._busy = False
        lines = self._words.decode("utf-8", "replace").strip().splitlines()
        self.failed.emit(lines[-1] if lines else "The sampler ended without a word. Choose the run again.")

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


def _drawing(strokes: list[list[list[float]]]) -> Drawing:
    """A drawing from nested lists, in units."""
    filled = [s for s in strokes if s]
    return Drawing(tuple(as_stroke(np.asarray(s, dtype=np.float32)) for s in filled)).normalised()
