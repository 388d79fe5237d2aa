"""What the artist does to kept drawings, as steps of undo: keeping, throwing away, naming."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QUndoCommand

from engine.errors import UserError
from engine.project.layout import Layout
from studio.gallery import kept
from studio.models.samples import Sample

Told = Callable[[str, Sample], None]
"""What was done (`kept`, `thrown away`, `renamed`), and to which drawing, as it is now."""
Failed = Callable[[str], None]


class _KeptCommand(QUndoCommand):
    """Does something to the files of one drawing; what the disk refuses drops out of the stack."""

    def __init__(self, text: str, layout: Layout, sample: Sample, told: Told, failed: Failed) -> None:
        super().__init__(text)
        self._layout = layout
        self._sample = sample
        self._told = told
        self._failed = failed
        self._thrown = ""

    def _try(self, do: Callable[[], str]) -> None:
        try:
            word = do()
        except UserError as error:
            self.setObsolete(True)
            self._failed(str(error))
            return
        self._told(word, self._sample)

    def _keep(self) -> str:
        """A drawing thrown away before comes back as it was, its words and its date with it."""
        if self._thrown:
            stem = kept.bring_back(self._layout, self._thrown, self._sample.file)
        else:
            stem = kept.keep(self._layout, self._sample)
        self._sample = replace(self._sample, file=stem)
        return "kept"

    def _throw_away(self) -> str:
        self._thrown = kept.throw_away(self._layout, self._sample.file)
        return "thrown away"


class KeepCommand(_KeptCommand):
    """Keeping one drawing."""

    def __init__(self, layout: Layout, sample: Sample, told: Told, failed: Failed) -> None:
        """Prepare; `QUndoStack.push` carries it out.

        Args:
            layout: The project's.
            sample: The drawing.
            told: Told what was done, each time.
            failed: Told the sentence when the disk refuses.
        """
        super().__init__(f"keep {sample.name}", layout, sample, told, failed)

    def redo(self) -> None:
        """Do it."""
        self._try(self._keep)

    def undo(self) -> None:
        """Take it back."""
        self._try(self._throw_away)


class ThrowAwayCommand(_KeptCommand):
    """A kept drawing into the trash, and out of it again."""

    def __init__(self, layout: Layout, sample: Sample, told: Told, failed: Failed) -> None:
        """Prepare; `QUndoStack.push` carries it out. Arguments as of `KeepCommand`."""
        super().__init__(f"throw away {sample.name}", layout, sample, told, failed)

    def redo(self) -> None:
        """Do it."""
        self._try(self._throw_away)

    def undo(self) -> None:
        """Take it back."""
        self._try(self._keep)


class RenameCommand(_KeptCommand):
    """Another name of a kept drawing."""

    def __init__(self, layout: Layout, sample: Sample, name: str, told: Told, failed: Failed) -> None:
        """Prepare; `QUndoStack.push` carries it out. Arguments as of `KeepCommand`; `name` is the new one."""
        super().__init__(f"name {name}", layout, sample, told, failed)
        self._names = (sample.name, name)

    def redo(self) -> None:
        """Do it."""
        self._try(self._rename)

    def undo(self) -> None:
        """Take it back."""
        self._try(self._rename_back)

    def _rename(self) -> str:
        return self._call(self._names[1])

    def _rename_back(self) -> str:
        return self._call(self._names[0])

    def _call(self, name: str) -> str:
        stem = kept.rename(self._layout, self._sample.file, name)
        self._sample = replace(self._sample, name=name, file=stem)
        return "renamed"
