"""Drawings from a run, on request: the window's end of `python -m engine.jobs sample RUN`.

The child loads the model once and answers until its input ends; torch never enters this process.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.strokes.types import Drawing, as_stroke
from studio.answering import AnsweringProcess

_SILENT_END = "The sampler ended without a word. Choose the run again."


class Sampler(AnsweringProcess):
    """One child process for one run.

    Signals:
        drawn: (first, drawings): `Drawing`s of the newest request, from index `first` on.
        done: Every drawing of the newest request is there.
    """

    drawn = Signal(int, object)
    done = Signal()

    def __init__(self, run: Path, parent: QObject | None = None) -> None:
        super().__init__(_SILENT_END, parent)
        self.run = run

    def start(self, command: list[str] | None = None) -> None:
        """Start the child; `command` (default: the engine's sampler) is program and arguments."""
        self.launch(command or [sys.executable, "-m", "engine.jobs", "sample", str(self.run)])

    def ask(self, n: int, temperature: float, seed: int) -> None:
        """Ask for `n` drawings; what was asked before and is not there yet never comes."""
        self.request(n=n, temperature=temperature, seed=seed)

    def hear(self, event: dict[str, Any]) -> None:
        """Hand drawings on as they come."""
        if event.get("event") == "drawings":
            self.drawn.emit(int(event.get("first", 0)), [_drawing(d) for d in event["drawings"]])
        elif event.get("event") == "done":
            self.finish()
            self.done.emit()


def _drawing(strokes: list[list[list[float]]]) -> Drawing:
    """A drawing from nested lists, in units."""
    filled = [s for s in strokes if s]
    return Drawing(tuple(as_stroke(np.asarray(s, dtype=np.float32)) for s in filled)).normalised()
