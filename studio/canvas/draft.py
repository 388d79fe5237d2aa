"""The line on the canvas, kept with the project from one gesture to the next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import UserError
from engine.project.atomic import write_text
from engine.project.layout import Layout
from studio.canvas.line import BLANK, Line
from studio.tasks import Tasks

_SOON_MS = 400


def draft_file(layout: Layout) -> Path:
    """Where it lies."""
    return layout.exports / "canvas" / "draft.json"


@dataclass(frozen=True, slots=True)
class WriteDraft:
    """Writes it, in a worker thread."""

    file: Path
    line: Line

    def __call__(self) -> None:
        """Raises UserError when the disk refuses."""
        write_text(self.file, json.dumps(self.line.to_json()))  # in one line: five times quicker to write


def read_draft(file: Path) -> Line:
    """The line that was on the canvas; blank where there was none.

    Raises:
        UserError: if the file cannot be read. It is put aside then: the next line does not replace it.
    """
    if not file.is_file():
        return BLANK
    try:
        return Line.from_json(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        aside = file.with_name(f"{file.stem}-damaged.json")
        number = 1
        while aside.exists():
            number += 1
            aside = file.with_name(f"{file.stem}-damaged-{number}.json")
        try:
            file.rename(aside)
        except OSError:
            aside = file
        raise UserError(
            f"The line on the canvas cannot be read ({error}).", f"It is left in {aside}."
        ) from error


class Draft(QObject):
    """Writes the newest line soon after each gesture, one at a time.

    Signals:
        failed: The sentence when the disk refuses; it is tried again with the next gesture.
    """

    failed = Signal(str)

    def __init__(self, file: Path, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file, self._tasks = file, tasks
        self._line: Line | None = None
        self._is_writing = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._write)

    @property
    def is_settled(self) -> bool:
        """Whether the disk has what the sheet has."""
        return self._line is None and not self._is_writing

    def keep(self, line: Line) -> None:
        """The line is this one now."""
        self._line = line
        self._soon.start()

    def flush(self) -> None:
        """Write it now, here: the project closes."""
        self._soon.stop()
        line, self._line = self._line, None
        if line is not None:
            try:
                WriteDraft(self._file, line)()
            except UserError as error:
                self.failed.emit(str(error))

    def _write(self) -> None:
        if self._line is None or self._is_writing:
            return
        line, self._line = self._line, None
        self._is_writing = True
        self._tasks.run(WriteDraft(self._file, line), self._on_written, self._on_failed)

    def _on_written(self, _nothing: object) -> None:
        self._is_writing = False
        if self._line is not None:
            self._soon.start()

    def _on_failed(self, error: Exception) -> None:
        self._is_writing = False
        if not isinstance(error, UserError):
            raise error
        self.failed.emit(str(error))
