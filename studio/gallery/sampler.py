"""A warm model, seen from the window: the other end of `python -m engine.jobs sample WEIGHTS PROJECT`.

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
from studio.gallery.spare import the_spare

_SILENT_END = "The sampler ended without a word. Choose the run again."
_GRID = "draw"
_ONE = ("drawing",)
_MANY = ("drawings", "futures", "hairs")


class Sampler(AnsweringProcess):
    """One child process for one set of weights. Of each kind of request the newest wins.

    Signals:
        drawn: (first, drawings, facts): whole `Drawing`s of the newest grid from index `first` on, and of
            each a dict with `ended`, `attempts` and its `provenance`.
        grown: (first, drawings): a part of the newest grid as far as it is drawn.
        done: The newest grid is there.
        growing: (kind, drawing): another answer as far as it is drawn.
        unfolding: A dict like that of an answer, with the first points of the futures of a fan.
        answered: (kind, answer): a dict in which `drawing`, `drawings`, `futures` and `hairs` are `Drawing`s.

    Attributes:
        weights: The folder of a run, or a checkpoint file.
        facts: What the child says of the model, once it is ready.
    """

    drawn = Signal(int, object, object)
    grown = Signal(int, object)
    done = Signal()
    growing = Signal(str, object)
    unfolding = Signal(object)
    answered = Signal(str, object)

    def __init__(self, weights: Path, parent: QObject | None = None, project: Path | None = None) -> None:
        """Make it; nothing runs yet.

        Args:
            weights: See above.
            parent: Owner.
            project: Whose drawings a model is held against that learnt elsewhere.
        """
        super().__init__(_SILENT_END, parent)
        self.weights = weights
        self._project = project
        self.facts: dict[str, Any] = {}
        self._newest: dict[str, int] = {}
        self._leaves_spare = False

    def start(self, command: list[str] | None = None) -> None:
        """Start the child; `command` (default: the engine's sampler) is program and arguments.

        Where a spare one waits, that is given the model.
        """
        project = None if self._project is None else str(self._project)
        self._leaves_spare = command is None
        spare = the_spare().take() if command is None else None
        if spare is not None:
            self.adopt(spare)
            self.tell(do="load", weights=str(self.weights), project=project)
            return
        told = [str(self.weights), *filter(None, [project])]
        self.launch(command or [sys.executable, "-m", "engine.jobs", "sample", *told])

    def ask(self, n: int, options: dict[str, Any], first: int = 0) -> None:
        """Ask for a grid of `n` drawings; see `engine.sampling.options` for the options."""
        self.ask_about(_GRID, n=n, first=first, options=options, coarse=True)

    def ask_about(self, do: str, **fields: Any) -> int:
        """Ask for anything; see `engine.jobs.answers`. `Drawing`s among the fields are told as such.

        Returns:
            The number of the request.
        """
        the_spare().put_off()
        number = self.request(do=do, **{name: _told(value) for name, value in fields.items()})
        self._newest[do] = number
        return number

    def forget_about(self, do: str) -> None:
        """Let go of a request in hand: its answer never comes."""
        self._newest.pop(do, None)
        self._settle()

    def is_waiting(self, do: str) -> bool:
        """Whether an answer of this kind is still to come."""
        return do in self._newest

    def is_current(self, event: dict[str, Any]) -> bool:
        """Whether an event belongs to the newest request of its kind."""
        if "request" not in event:
            return True
        return bool(self._newest.get(str(event.get("do", _GRID))) == event["request"])

    def greet(self, event: dict[str, Any]) -> None:
        """Keep what the child says of the model. The next one shall not be waited for."""
        self.facts = dict(event.get("facts") or {})
        if self._leaves_spare:
            the_spare().prepare()

    def fail(self, event: dict[str, Any]) -> None:
        """One kind of answer will not come."""
        self._newest.pop(str(event.get("do", _GRID)), None)
        self._settle()

    def hear(self, event: dict[str, Any]) -> None:
        """Hand on what comes, as it comes."""
        do, name = str(event.get("do", _GRID)), event.get("event")
        if name == "drawings":
            facts = event.get("facts") or [{} for _ in event["drawings"]]
            self.drawn.emit(int(event.get("first", 0)), _grid(event["drawings"]), facts)
        elif name == "partial" and do == _GRID:
            self.grown.emit(int(event.get("first", 0)), _grid(event["drawings"]))
        elif name == "partial" and "futures" in event:
            self.unfolding.emit(_answer(event))
        elif name == "partial":
            self.growing.emit(do, as_told(event["drawing"]))
        elif name in ("done", "answer"):
            self._newest.pop(do, None)
            self._settle()
            self.done.emit() if name == "done" else self.answered.emit(do, _answer(event))

    def _settle(self) -> None:
        if not self._newest:
            self.finish()


def as_told(strokes: list[list[list[float]]]) -> Drawing:
    """A drawing from nested lists, in units, where it is."""
    return Drawing(tuple(as_stroke(np.asarray(s, dtype=np.float32)) for s in strokes if s))


def _grid(drawings: list[list[list[list[float]]]]) -> list[Drawing]:
    return [as_told(one).normalised() for one in drawings]


def _answer(event: dict[str, Any]) -> dict[str, Any]:
    """What was answered, drawings as such."""
    read: dict[str, Any] = {name: as_told(event[name]) for name in _ONE if event.get(name) is not None}
    read |= {name: [as_told(one) for one in event[name]] for name in _MANY if event.get(name) is not None}
    return {**event, **read}


def _told(value: Any) -> Any:
    """A field as JSON."""
    if isinstance(value, Drawing):
        return [stroke.astype(np.float64).round(2).tolist() for stroke in value.strokes]
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return value
