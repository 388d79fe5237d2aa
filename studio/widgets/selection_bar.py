"""What is selected on the map, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from studio import theme
from studio.widgets import parts

_HINT = "Draw around some.  Shift adds, Alt takes away, both keep what is in both."


class SelectionBar(QFrame):
    """Count, accept, reject, clear, zoom.

    Signals:
        decided: `accepted`, `rejected` or `undecided` for the selection.
        zoom_wanted: Show the selection as large as it fits.
        dropped: Select nothing.
    """

    decided = Signal(str)
    zoom_wanted = Signal()
    dropped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._words = parts.label(_HINT, "muted")
        self._accept = parts.button("Accept", "accept", "accept", "Accept (P)")
        self._reject = parts.button("Reject", "reject", "reject", "Reject (X)")
        self._clear = parts.button("Undecided", "undecided", "", "Take the decision back (U)")
        self._zoom = parts.tool("fit", "Zoom to the selection")
        self._drop = parts.tool("reject", "Select nothing (Esc)", size_px=16)
        self._accept.clicked.connect(self._on_accept_clicked)
        self._reject.clicked.connect(self._on_reject_clicked)
        self._clear.clicked.connect(self._on_clear_clicked)
        self._zoom.clicked.connect(self.zoom_wanted)
        self._drop.clicked.connect(self.dropped)
        row = parts.row(self._words, 0, self._accept, self._reject, self._clear, self._zoom, self._drop)
        row.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        self.setLayout(row)
        # As high with the buttons as without: the map must not jump when something is selected.
        self.setFixedHeight(self._accept.sizeHint().height() + 2 * theme.SPACE_8 + 2)
        self.show_count(0, "pages")

    def show_count(self, count: int, level: str) -> None:
        """Say how many are selected."""
        noun = level if count != 1 else level.removesuffix("s")
        self._words.setText(f"{count} {noun} selected" if count else _HINT)
        for widget in (self._accept, self._reject, self._clear, self._zoom, self._drop):
            widget.setVisible(bool(count))

    def _on_accept_clicked(self) -> None:
        self.decided.emit("accepted")

    def _on_reject_clicked(self) -> None:
        self.decided.emit("rejected")

    def _on_clear_clicked(self) -> None:
        self.decided.emit("undecided")
