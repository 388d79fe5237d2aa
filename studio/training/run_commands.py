"""What the artist does to runs and datasets, as steps of undo: naming, noting, throwing away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QUndoCommand

from engine.dataset.shelf import write_title
from engine.errors import UserError
from engine.jobs.runs import Notes, discard_run, read_notes, restore_run, write_notes
from engine.project.layout import Layout
from studio.models.datasets import Version

Told = Callable[[], None]
Failed = Callable[[str], None]


class _FolderCommand(QUndoCommand):
    """Does something to a folder of the project; what the disk refuses drops out of the stack."""

    def __init__(self, text: str, told: Told, failed: Failed) -> None:
        super().__init__(text)
        self._told = told
        self._failed = failed

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except UserError as error:
            self.setObsolete(True)
            self._failed(str(error))
            return
        self._told()


class NotesCommand(_FolderCommand):
    """Another title or note."""

    def __init__(self, layout: Layout, run_id: str, notes: Notes, told: Told, failed: Failed) -> None:
        """Prepare; `QUndoStack.push` carries it out.

        Args:
            layout: The project's.
            run_id: The run.
            notes: Its words from now on.
            told: Called when they are written.
            failed: Told the sentence when the disk refuses.
        """
        super().__init__(f"words about {run_id}", told, failed)
        self._folder = layout.runs / run_id
        self._before = read_notes(self._folder)
        self._notes = notes

    def redo(self) -> None:
        """Do it."""
        self._try(self._write)

    def undo(self) -> None:
        """Take it back."""
        self._try(self._write_back)

    def _write(self) -> None:
        write_notes(self._folder, self._notes)

    def _write_back(self) -> None:
        write_notes(self._folder, self._before)


class DiscardCommand(_FolderCommand):
    """A run into the trash, and out of it again."""

    def __init__(self, layout: Layout, run_id: str, told: Told, failed: Failed) -> None:
        """Prepare; `QUndoStack.push` carries it out. Arguments as of `NotesCommand`."""
        super().__init__(f"move {run_id} to the trash", told, failed)
        self._layout = layout
        self._run_id = run_id

    def redo(self) -> None:
        """Do it."""
        self._try(self._discard)

    def undo(self) -> None:
        """Take it back."""
        self._try(self._restore)

    def _discard(self) -> None:
        discard_run(self._layout, self._run_id)

    def _restore(self) -> None:
        restore_run(self._layout, self._run_id)


class TitleCommand(_FolderCommand):
    """Another title of a dataset version."""

    def __init__(self, version: Version, title: str, told: Told, failed: Failed) -> None:
        """Prepare; `QUndoStack.push` carries it out. Arguments as of `NotesCommand`."""
        super().__init__(f"title of {version.id}", told, failed)
        self._version = version
        self._title = title

    def redo(self) -> None:
        """Do it."""
        self._try(partial(write_title, self._version.folder, self._title))

    def undo(self) -> None:
        """Take it back."""
        self._try(partial(write_title, self._version.folder, self._version.title))
