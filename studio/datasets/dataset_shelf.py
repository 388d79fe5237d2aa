"""The versions of all datasets: read in threads, looked at, copied out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from engine.dataset.shelf import check_name
from engine.errors import UserError
from studio.datasets.dataset_loading import CopyData, ReadVersionDrawings, VersionsReader
from studio.models.datasets import Version
from studio.models.samples import Sample
from studio.session import Session
from studio.tasks import Task
from studio.training.run_commands import TitleCommand
from studio.widgets.datasets.dataset_versions import DatasetVersions

_N_SHOWN = 24
"""Drawings shown of a version."""


class DatasetShelf(QObject):
    """Keeps the list of versions up to date and fills in the one looked at.

    Signals:
        read: The versions are read, for the first time or again.
    """

    read = Signal()

    def __init__(self, view: DatasetVersions, parent: QObject) -> None:
        """Make it.

        Args:
            view: Where versions are shown.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._view = view
        self._session: Session | None = None
        self._reader: VersionsReader | None = None
        self._reading: Task | None = None
        self._showing: Task | None = None
        self._is_read = self._again = False
        self._shown = ""
        view.chosen.connect(self._on_view_chosen)
        view.export_wanted.connect(self._on_view_export_wanted)
        view.titled.connect(self._on_view_titled)

    @property
    def versions(self) -> Sequence[Version]:
        """All versions, newest first."""
        return self._view.versions

    @property
    def is_settled(self) -> bool:
        """Whether versions and pictures are there."""
        return self._is_read and self._reading is None and self._showing is None

    def next_text(self, name: str) -> str:
        """What the next version of a dataset becomes; empty where it cannot have that name."""
        if not name:
            return "Give it a name."
        if name_problem(name):
            return ""
        numbers = (one.id.rpartition("/v")[2] for one in self.versions if one.name == name)
        number = max((int(number) for number in numbers if number.isdigit()), default=0) + 1
        return f"becomes {name}/v{number:03d}{'' if number > 1 else ', a new dataset'}"

    def open_session(self, session: Session) -> None:
        """Read this project's versions, in a moment."""
        self._session = session
        self._reader = VersionsReader(session.project.layout)
        self.refresh(later=True)

    def close_session(self) -> None:
        """Let go of the project."""
        for task in (self._reading, self._showing):
            if task is not None:
                task.cancel()
        self._session = self._reader = self._reading = self._showing = None
        self._is_read, self._shown = False, ""
        self._view.show_versions([])

    def refresh(self, *, later: bool = False) -> None:
        """Read what is new."""
        self._again = self._reading is not None
        if self._session is None or self._reader is None or self._again:
            return
        done, failed = self._on_versions_read, self._on_versions_failed
        self._reading = self._session.tasks.run(self._reader, done, failed, later=later)

    def export(self, version: Version, out: Path) -> None:
        """Copy a version's drawings to a file, in a thread."""
        if self._session is not None:
            self._session.tasks.run(CopyData(version.folder, out), self._on_data_copied)

    def _on_versions_read(self, versions: Sequence[Version]) -> None:
        self._reading, self._is_read = None, True
        self._view.show_versions(versions)
        self.read.emit()
        if self._again:
            self.refresh()

    def _on_versions_failed(self, error: Exception) -> None:
        self._reading, self._is_read = None, True
        if self._session is not None:
            self._session.said.emit(str(error))

    def _on_view_chosen(self, version_id: str) -> None:
        if version_id == self._shown:
            return
        self._shown = version_id
        if self._showing is not None:
            self._showing.cancel()
            self._showing = None
        version = self._view.version
        if self._session is None or version is None:
            self._view.show_drawings([])
            return
        work = ReadVersionDrawings(version.folder, _N_SHOWN)
        self._showing = self._session.tasks.run(work, self._on_drawings_read)

    def _on_drawings_read(self, drawings: Sequence[Sample]) -> None:
        self._showing = None
        self._view.show_drawings(drawings)

    def _on_view_export_wanted(self, _version_id: str) -> None:
        version = self._view.version
        if self._session is None or version is None:
            return
        start = self._session.project.layout.exports / f"{version.id.replace('/', '-')}.npz"
        start.parent.mkdir(exist_ok=True)
        name, _ = QFileDialog.getSaveFileName(self._view, "Export drawings", str(start), "Strokes (*.npz)")
        if name:
            self.export(version, Path(name))

    def _on_view_titled(self, version_id: str, title: str) -> None:
        version = next((one for one in self.versions if one.id == version_id), None)
        if self._session is not None and version is not None:
            told, failed = self.refresh, self._session.said.emit
            self._session.undo.push(TitleCommand(version, title, told, failed))

    def _on_data_copied(self, out: Path) -> None:
        if self._session is not None:
            self._session.said.emit(f"Saved {out}")


def name_problem(name: str) -> str:
    """Why a dataset cannot be called so; empty where it can."""
    try:
        check_name(name)
    except UserError as error:
        return str(error)
    return ""
