"""Making a map and sharing it: what the artist chose, as jobs of the session."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.jobs import Job
from studio.session import Session
from studio.widgets.map.map_controls import SELECTED, SHOWN, MapChoice
from studio.widgets.map.share_dialog import ShareChoice, ShareDialog


class MapMaking(QObject):
    """Starts the jobs of one project's maps; one map is made at a time.

    Signals:
        changed: Making began, or ended.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._job: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a map is being made."""
        return self._job is not None

    def make(self, choice: MapChoice) -> None:
        """Make the map of the level that is looked at."""
        if self._job is not None:
            return
        curation = self._session.curation
        groups = {SELECTED: self._session.selection.ids, SHOWN: {item.id for item in curation.shown}}
        chosen = groups.get(choice.scope)
        settings = {
            "model": choice.model,
            "k": choice.k,
            "projection": choice.projection,
            "clustering": choice.clustering,
            "scope": choice.scope if chosen is None else "chosen",
        }
        only = {} if chosen is None else {"ids": sorted(chosen)}
        self._job = self._session.start_job(
            "map",
            f"Making the map of {curation.level}",
            {"maps"},
            level=curation.level,
            settings=settings,
            **only,
        )
        if self._job is not None:
            self._job.finished.connect(self._on_job_finished)
        self.changed.emit()

    def _on_job_finished(self, _job: Job) -> None:
        self._job = None
        self.changed.emit()

    def ask_what_to_share(self, window: QWidget) -> None:
        """Ask which kinds may be seen and where the page goes, then write it in the background."""
        from engine.export.map_data import PRIVATE_KINDS

        items = self._session.curation.items
        kinds = sorted({item.kind for item in items if item.kind and item.is_on_map})
        dialog = ShareDialog(self._session.project.info.name, kinds, PRIVATE_KINDS, window)
        dialog.wanted.connect(self._on_dialog_wanted)
        dialog.open()

    def _on_dialog_wanted(self, choice: ShareChoice) -> None:
        self._session.start_job(
            "share",
            "Writing the page to share",
            (),
            level=self._session.curation.level,
            out=str(choice.folder),
            heading=choice.title,
            private=list(choice.private),
            rejected=choice.rejected,
        )
