"""Which drawings the artist keeps, wherever they are shown; keeping, throwing away and naming, with undo."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from studio.gallery.kept import KeptNow
from studio.gallery.kept_commands import KeepCommand, RenameCommand, ThrowAwayCommand
from studio.models.samples import Sample, SamplesModel, fingerprint
from studio.session import Session


class Keeping(QObject):
    """Knows kept drawings by their lines: one that a machine draws again is known again.

    Signals:
        changed: Other drawings are kept now.
        said: What was done, or why it was not.
    """

    changed = Signal()
    said = Signal(str)

    def __init__(self, model: SamplesModel, parent: QObject | None = None) -> None:
        """`model` holds what is shown: marks go there."""
        super().__init__(parent)
        self._model = model
        self._session: Session | None = None
        self._files: dict[str, str] = {}

    @property
    def count(self) -> int:
        """How many are kept."""
        return len(self._files)

    def open(self, session: Session | None) -> None:
        """Keep in this project; None in none."""
        self._session = session
        self._files = {}

    def take(self, now: KeptNow) -> None:
        """Know what was read."""
        self._files = dict(zip(now.keys, (sample.file for sample in now.samples), strict=True))
        self.changed.emit()

    def marked(self, sample: Sample) -> Sample:
        """The drawing with its file where it is kept."""
        return replace(sample, file=self._files.get(fingerprint(sample.drawing), ""))

    def keep_or_throw(self, sample: Sample | None) -> None:
        """Keep a drawing, or throw it away when it is kept."""
        if self._session is None or sample is None or not sample.is_drawn or sample.is_growing:
            return
        command = ThrowAwayCommand if sample.is_kept else KeepCommand
        layout = self._session.project.layout
        self._session.undo.push(command(layout, sample, self._on_command_done, self.said.emit))

    def keep(self, sample: Sample) -> None:
        """Keep a drawing that some other view shows; one that is kept already stays as it is."""
        marked = self.marked(sample)
        if marked.is_kept:
            self.said.emit(f"{sample.name} is kept already.")
        else:
            self.keep_or_throw(marked)

    def rename(self, sample: Sample, name: str) -> None:
        """Call a kept drawing otherwise."""
        if self._session is not None and sample.is_kept and name and name != sample.name:
            layout = self._session.project.layout
            command = RenameCommand(layout, sample, name, self._on_command_done, self.said.emit)
            self._session.undo.push(command)

    def _on_command_done(self, done: str, sample: Sample) -> None:
        """Mark it wherever it is shown."""
        key = fingerprint(sample.drawing)
        if done == "thrown away":
            self._files.pop(key, None)
        else:
            self._files[key] = sample.file
        self.changed.emit()
        for row, shown in enumerate(self._model.samples):
            if shown.is_drawn and fingerprint(shown.drawing) == key:
                named = replace(shown, name=sample.name) if done == "renamed" else shown
                self._model.replace_row(row, self.marked(named))
        self.said.emit(f"{done.capitalize()}: {sample.name}")
