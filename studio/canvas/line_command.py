"""What happens to the line on the canvas, as steps of undo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from studio.canvas.line import Line


class LineCommand(QUndoCommand):
    """One gesture: a stroke, an accepted future, a fresh sheet."""

    def __init__(self, text: str, before: Line, after: Line, show: Callable[[Line], None]) -> None:
        """Prepare; `QUndoStack.push` carries it out.

        Args:
            text: What the undo action calls it.
            before: The line as it was.
            after: The line with it.
            show: Puts a line on the sheet.
        """
        super().__init__(text)
        self._before, self._after, self._show = before, after, show

    def redo(self) -> None:
        """Do it."""
        self._show(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._show(self._before)
