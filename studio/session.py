"""Everything that is open at once: project, selection, undo stack, tasks, jobs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from studio.jobs import Job, Jobs
from studio.selection import Selection
from studio.tasks import Tasks

TOPICS = frozenset({"pages", "decisions", "maps", "traces", "drawings", "datasets", "runs", "samples"})
"""What `data_changed` may speak of."""


class Session(QObject):
    """One open project and what every pane shares while it is open.

    Signals:
        data_changed: A topic of `TOPICS`; whoever shows it reads again.
        said: A sentence for the status bar.
    """

    data_changed = Signal(str)
    said = Signal(str)

    def __init__(self, project: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.selection = Selection(self)
        self.undo = QUndoStack(self)
        self.tasks = Tasks(self)
        self.jobs = Jobs(self)
        self.jobs.finished.connect(self._on_jobs_finished)
        self.tasks.failed.connect(self.said)

    def close(self) -> None:
        """Stop jobs and threads, then the project itself. Nothing is left running."""
        self.jobs.shutdown()
        self.tasks.shutdown()
        self.undo.clear()
        self.project.close()

    def _on_jobs_finished(self, job: Job) -> None:
        for topic in job.topics:
            self.data_changed.emit(topic)
