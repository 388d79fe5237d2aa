"""What is selected on the map, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from studio import theme
from studio.widgets import parts

_HINT = "Draw around some.  Shift adds, Alt takes away, both keep what is in both."
_SHORT_HINT = "Draw around some."
_NARROW_PX = 560


class SelectionBar(QFrame):
    """Count, accept, reject, clear, zoom.

    Signals:
        decided: `accepted`, `rejected` or `undecided` for the selection.
        zoom_wanted: Show the selection as large as it fits.
        dropped: Select nothing.
        next_wanted: The artist is done here.
    """

    decided = Signal(str)
    zoom_wanted = Signal()
    dropped = Signal()
    next_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._words = parts.label(_HINT, "muted")
        self._accept = parts.button("Accept", "accept", "accept", "Accept (P)")
        self._reject = parts.button("Reject", "reject", "reject", "Reject (X)")
        self._clear = parts.button("Undecided", "undecided", "", "Take the decision back (U)")
        self._zoom = parts.tool("fit", "Zoom to the selection")
        self._drop = parts.tool("reject", "Select nothing (Esc)", size_px=16)
        self._next = parts.button("", "next", "quiet")
        self._count = 0
        self._level = "pages"
        self._next_text = ""
        self._next.clicked.connect(self.next_wanted)
        self._accept.clicked.connect(self._on_accept_clicked)
        self._reject.clicked.connect(self._on_reject_clicked)
        self._clear.clicked.connect(self._on_clear_clicked)
        self._zoom.clicked.connect(self.zoom_wanted)
        self._drop.clicked.connect(self.dropped)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._verbs = (self._accept, self._reject, self._clear, self._zoom, self._drop)
        row = parts.row(self._words, *self._verbs, self._next)
        row.setStretch(0, 1)
        row.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        self.setLayout(row)
        # As high with the buttons as without: the map must not jump when something is selected.
        self.setFixedHeight(self._accept.sizeHint().height() + 2 * theme.SPACE_8 + 2)
        self.show_count(0, "pages")

    def show_count(self, count: int, level: str) -> None:
        """Say how many are selected."""
        self._count, self._level = count, level
        self._show()

    def show_next(self, text: str) -> None:
        """Offer the next room while nothing is selected; empty for nothing to offer."""
        self._next_text = text
        self._show()

    def _show(self) -> None:
        narrow = self.width() < _NARROW_PX
        noun = self._level if self._count != 1 else self._level.removesuffix("s")
        chosen = f"{self._count} selected" if narrow else f"{self._count} {noun} selected"
        hint = _SHORT_HINT if narrow or self._next_text else _HINT
        self._words.setText(chosen if self._count else hint)
        self._words.setToolTip("" if self._count else _HINT)
        self._clear.setText("" if narrow else "Undecided")
        for widget in self._verbs:
            widget.setVisible(bool(self._count))
        self._next.setText(self._next_text)
        self._next.setVisible(bool(self._next_text) and not self._count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer words where there is less room."""
        super().resizeEvent(event)
        self._show()

    def _on_accept_clicked(self) -> None:
        self.decided.emit("accepted")

    def _on_reject_clicked(self) -> None:
        self.decided.emit("rejected")

    def _on_clear_clicked(self) -> None:
        self.decided.emit("undecided")
