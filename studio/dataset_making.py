"""The shortest way to something to learn from: all usable drawings, frozen with the usual recipe."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.jobs import Job
from studio.run_loading import usable_drawings
from studio.session import Session

_NAME = "drawings"


class DatasetMaking(QObject):
    """Makes a version of one dataset, one at a time.

    Signals:
        changed: It began or ended.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a version is being made."""
        return self._job is not None

    @property
    def n_drawings(self) -> int:
        """Drawings it would be made from: not rejected, on an accepted page."""
        return len(usable_drawings(self._session.library))

    def first_step(self) -> tuple[str, str]:
        """Where there is nothing to learn from yet: what to say, and the action to offer."""
        if self.is_busy:
            return "Making a dataset of your drawings…", ""
        if drawings := self.n_drawings:
            line = "A machine learns from a dataset: your accepted drawings, frozen and split by page."
            return line, f"Make a dataset from {drawings} drawings"
        line = "Nothing to learn from yet. Trace accepted pages first: their drawings come here."
        return line, "Go to tracing"

    def make(self) -> None:
        """Make a version in a child process."""
        if self._job is not None:
            return
        self._job = self._session.start_job(
            "dataset", "Making a dataset", {"datasets"}, name=_NAME, recipe={}
        )
        if self._job is not None:
            self._job.finished.connect(self._on_job_finished)
        self.changed.emit()

    def _on_job_finished(self, job: Job) -> None:
        self._job = None
        if job.outcome == "failed":
            self._session.said.emit(job.message)
        self.changed.emit()
