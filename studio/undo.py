"""Gestures as commands: one step of undo each, carried out by the engine's decision log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtGui import QUndoCommand

from engine.errors import UserError
from engine.project.ids import Decision, Level
from engine.project.log import Gesture
from engine.project.project import Project

Written = Callable[[Gesture], None]


class GestureCommand(QUndoCommand):
    """One gesture of the artist: doing it and taking it back are both written to the log."""

    def __init__(
        self, project: Project, gesture: Gesture, text: str, written: Written, failed: Callable[[str], None]
    ) -> None:
        """Prepare; `QUndoStack.push` carries it out.

        Args:
            project: Open for writing.
            gesture: What to do.
            text: What the undo action calls it.
            written: Told the gesture that went to the log, after each doing and taking back.
            failed: Told the sentence when the disk refuses; the command then drops out of the stack.
        """
        super().__init__(text)
        self._project = project
        self._gesture = gesture
        self._back: Gesture | None = None
        self._written = written
        self._failed = failed

    def redo(self) -> None:
        """Do it, and remember what takes it back."""
        self._back = self._write(self._gesture)

    def undo(self) -> None:
        """Take it back."""
        if self._back is not None:
            self._write(self._back)

    def _write(self, gesture: Gesture) -> Gesture | None:
        try:
            back = self._project.decide(gesture)
        except UserError as error:
            self.setObsolete(True)
            self._failed(str(error))
            return None
        self._written(gesture)
        return back


def decision_gesture(level: Level, ids: Iterable[str], decision: Decision, how: dict[str, Any]) -> Gesture:
    """The gesture that gives all `ids` one decision."""
    return Gesture(level, {decision: tuple(sorted(ids))}, {}, how)


def kind_gesture(level: Level, ids: Iterable[str], kind: str, how: dict[str, Any]) -> Gesture:
    """The gesture that gives all `ids` one kind; the empty kind takes it away."""
    return Gesture(level, {}, {kind: tuple(sorted(ids))}, how)
