"""The files of what lies between two drawings: asked for, written with progress, stopped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QProgressDialog, QWidget

from engine.errors import UserError
from studio.gallery.between import FLIPS, Passage, WriteFlip, WriteStrip
from studio.gallery.exporting import StopFlag, free_path
from studio.gallery.kept import file_stem
from studio.models.samples import Sample
from studio.tasks import Task, Tasks


class BetweenFiles(QObject):
    """One file at a time; what is stopped leaves no half file.

    Signals:
        said: What came of it.
        export_wanted: A list of `Sample`s to open the export dialogue with.
    """

    said = Signal(str)
    export_wanted = Signal(object)
    _told = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._writing: tuple[Task, StopFlag] | None = None
        self._progress: QProgressDialog | None = None
        self._told.connect(self._on_told)

    @property
    def is_writing(self) -> bool:
        """Whether a file is on its way."""
        return self._writing is not None

    def menu(self, tasks: Tasks, folder: Path, passage: Passage | None, drawn: list[Sample]) -> QMenu:
        """What files there can be.

        Args:
            tasks: Where they are written.
            folder: Where they go unless the artist says otherwise.
            passage: The way from one drawing to another; None where there is none.
            drawn: The drawings that lie there.
        """
        result = QMenu(self._parent)
        result.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if passage is not None:
            samples = passage.samples
            for suffix, title in ((".png", "Strip as picture (PNG)…"), (".svg", "Strip as lines (SVG)…")):
                result.addAction(title, partial(self.write_strip, tasks, samples, folder, suffix))
            result.addSeparator()
            for suffix, title in FLIPS.items():
                words = f"A turning into B: {title}…"
                result.addAction(words, partial(self.write_flip, tasks, passage, folder, suffix))
            result.addSeparator()
        each = result.addAction("The drawings themselves…", partial(self.export_wanted.emit, drawn))
        each.setEnabled(bool(drawn))
        return result

    def write_flip(self, tasks: Tasks, passage: Passage, folder: Path, suffix: str) -> None:
        """Ask where to, and write the one turning into the other; `suffix` is one of `FLIPS`."""
        stem = file_stem(f"{passage.samples[0].name} to {passage.samples[-1].name}")
        path = self._ask(folder, stem, suffix, FLIPS[suffix])
        if path is not None:
            flag = StopFlag(self._told.emit)
            self._begin(tasks, WriteFlip(path, passage, flag), flag, path)

    def write_strip(self, tasks: Tasks, samples: Sequence[Sample], folder: Path, suffix: str) -> None:
        """Ask where to, and write drawings side by side, as `.png` or `.svg`."""
        stem = file_stem(f"{samples[0].name} to {samples[-1].name} strip")
        path = self._ask(folder, stem, suffix, "Picture" if suffix == ".png" else "Lines")
        if path is not None:
            flag = StopFlag(self._told.emit)
            self._begin(tasks, WriteStrip(path, tuple(samples), flag), flag, path)

    def stop(self) -> None:
        """Nobody waits for it any more."""
        if self._writing is not None:
            self._writing[1].stop()

    def _ask(self, folder: Path, stem: str, suffix: str, kind: str) -> Path | None:
        if self.is_writing:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        wanted = str(free_path(folder, stem, suffix))
        name, _ = QFileDialog.getSaveFileName(self._parent, "Where to", wanted, f"{kind} (*{suffix})")
        if not name:
            return None
        path = Path(name)
        if path.suffix.lower() == suffix:
            return path
        # With the suffix it is another file than the one that was asked about: nothing may be replaced.
        return free_path(path.parent, path.name, suffix)

    def _begin(self, tasks: Tasks, work: WriteFlip | WriteStrip, flag: StopFlag, path: Path) -> None:
        self._progress = QProgressDialog(f"Writing {path.name}…", "Stop", 0, 0, self._parent)
        self._progress.setWindowModality(Qt.WindowModality.WindowModal)
        self._progress.setMinimumDuration(400)
        self._progress.canceled.connect(self.stop)
        self._writing = (tasks.run(work, self._on_written, self._on_failed, priority=1), flag)

    def _on_told(self, done: int, total: int) -> None:
        if self._progress is not None and not self._progress.wasCanceled():
            self._progress.setRange(0, total + 1)  # at its end it would close by itself
            self._progress.setValue(done)

    def _on_written(self, path: Path | None) -> None:
        self._end()
        self.said.emit(f"Saved {path}" if path is not None else "Stopped. Nothing was written.")

    def _on_failed(self, error: Exception) -> None:
        self._end()
        if not isinstance(error, UserError):
            raise error
        self.said.emit(str(error))

    def _end(self) -> None:
        self._writing = None
        if self._progress is not None:
            self._progress.canceled.disconnect(self.stop)
            self._progress.close()
            self._progress.deleteLater()
            self._progress = None
