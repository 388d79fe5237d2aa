"""What the canvas has of an open project: the line on it, who can draw, and where drawings go."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.canvas import telling
from studio.canvas.draft import Draft, draft_file, read_draft
from studio.canvas.line import BLANK, Line
from studio.canvas.outcome import Outcome
from studio.canvas.sources import ReadWeights
from studio.gallery.weights import Weights
from studio.models.runs import RunsReader
from studio.session import Session
from studio.tasks import Task


class Shelf(QObject):
    """One project's, from its opening to its closing.

    Signals:
        line_read: The `Line` that was on the canvas last; blank where it cannot be read.
        weights_read: A list of `Weights`: who can draw.
        said: A sentence for the artist.
    """

    line_read = Signal(object)
    weights_read = Signal(object)
    said = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        layout = session.project.layout
        self._reader = RunsReader(layout.runs)
        self._reading: Task | None = None
        self._draft = Draft(draft_file(layout), session.tasks, self)
        self._outcome = Outcome(session, self)
        self._draft.failed.connect(self.said)
        self._outcome.said.connect(self.said)
        work = partial(read_draft, draft_file(layout))
        session.tasks.run(work, self._on_line_read, self._on_line_failed)
        session.tasks.run(telling.load, _ignore, later=True)

    @property
    def is_settled(self) -> bool:
        """Whether everything is read and written."""
        return self._reading is None and self._draft.is_settled

    def read_weights(self) -> None:
        """Read who can draw."""
        if self._reading is None:
            work = ReadWeights(self._session.project.layout, self._reader)
            self._reading = self._session.tasks.run(work, self._on_weights_read)

    def put(self, line: Line) -> None:
        """The line is this one now: it is on the disk in a moment."""
        self._draft.keep(line)

    def keep(self, line: Line) -> None:
        """Save the drawing to the gallery, as a step of undo."""
        if not line.is_blank:
            self._outcome.keep(line)

    def export(self, line: Line, window: QWidget) -> None:
        """Open the dialogue that makes files of it."""
        if not line.is_blank:
            self._outcome.export(line, window)

    def close(self) -> None:
        """The project closes; the line is written."""
        if self._reading is not None:
            self._reading.cancel()
        self._draft.flush()
        self.deleteLater()

    def _on_weights_read(self, weights: list[Weights]) -> None:
        self._reading = None
        self.weights_read.emit(weights)

    def _on_line_read(self, line: Line) -> None:
        self.line_read.emit(line)

    def _on_line_failed(self, error: Exception) -> None:
        self.line_read.emit(BLANK)
        self.said.emit(str(error))


def _ignore(_nothing: object) -> None:
    """Nothing is to be done with it."""
