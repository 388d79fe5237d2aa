"""Canvas: the artist draws, and the machine shows how the line might go on."""

from __future__ import annotations

from studio.models.samples import Sample
from studio.panes.base import Pane
from studio.session import Session


class CanvasPane(Pane):
    """A sheet to draw on."""

    TITLE = "Canvas"
    ICON = "canvas"

    def open_project(self, session: Session) -> None:
        """Show this project's sheet."""
        super().open_project(session)
        session.continuing.connect(self.take_sample)

    def take_sample(self, sample: Sample) -> None:
        """Draw on with a drawing."""
