"""What becomes of a line: it is kept in the gallery, or a file is made of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from studio.canvas.line import Line
from studio.canvas.results import recorded_sample_of
from studio.gallery.kept import file_stem
from studio.gallery.kept_commands import KeepCommand
from studio.models.samples import Sample
from studio.session import Session


class Outcome(QObject):
    """Keeps and exports.

    Signals:
        said: A sentence about what was done, or why not.
    """

    said = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session

    def keep(self, line: Line) -> None:
        """Save the drawing to the gallery, as a step of undo."""
        layout = self._session.project.layout
        command = KeepCommand(layout, recorded_sample_of(line), self._on_sample_changed, self.said.emit)
        self._session.undo.push(command)

    def export(self, line: Line, window: QWidget) -> None:
        """Open the dialogue that makes files."""
        from studio.widgets.export.export_dialog import ExportDialog  # OpenCV is not needed before

        sample = recorded_sample_of(line)
        folder = self._session.project.layout.exports
        dialog = ExportDialog([sample], file_stem(sample.name), folder, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.written.connect(self._on_dialog_written)
        dialog.open()

    def _on_sample_changed(self, done: str, sample: Sample) -> None:
        self._session.data_changed.emit("samples")
        self.said.emit(f"{done.capitalize()}: {sample.name}")

    def _on_dialog_written(self, path: Path) -> None:
        self.said.emit(f"Saved {path}")
