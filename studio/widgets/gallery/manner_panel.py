"""How the machine draws, beyond the one slider, on a small sheet that opens at its button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from studio import theme
from studio.gallery.manner import Manner


class MannerPanel(QFrame):
    """Closes when one clicks beside it, or with Esc.

    Signals:
        changed: The `Manner` the artist wants.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self._manner = Manner()

    @property
    def manner(self) -> Manner:
        """What is chosen, with the variability and seed it was shown with."""
        return self._manner

    def show_manner(self, manner: Manner) -> None:
        """Show choices, silently."""
        self._manner = manner

    def show_eras(self, eras: Sequence[Sequence[str]]) -> None:
        """Offer eras, by the names of their sketchbooks; none hides the choice."""

    def open_at(self, button: QWidget) -> None:
        """Open under a button; above it where there is no room below."""
        self.adjustSize()
        room = button.screen().availableGeometry()
        foot = button.mapToGlobal(QPoint(0, button.height() + theme.SPACE_4))
        y = foot.y()
        if y + self.height() > room.bottom():
            y = foot.y() - button.height() - 2 * theme.SPACE_4 - self.height()
        x = min(foot.x(), room.right() - self.width())
        self.move(max(x, room.left()), max(y, room.top()))
        self.show()
