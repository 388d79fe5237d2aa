"""A few lines of the artist's own about one item."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

_HEIGHT_PX = 54


class NoteField(QPlainTextEdit):
    """Keeps what is written when the artist turns away: another field, another item, Ctrl+Enter.

    Signals:
        written: (id, text): the note of that item is another now.
    """

    written = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item_id = ""
        self._kept = ""
        self.setPlaceholderText("Note")
        self.setFixedHeight(_HEIGHT_PX)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Note")

    def show_note(self, item_id: str, text: str) -> None:
        """Show an item's note; what was being written about another one is kept first."""
        if item_id != self._item_id:
            self.keep()
        elif self.toPlainText() != self._kept and text == self._kept:
            # Being written right now, and nothing came from elsewhere.
            return
        self._item_id, self._kept = item_id, text
        if self.toPlainText() != text:
            self.setPlainText(text)

    def keep(self) -> None:
        """Tell what was written, if anything was."""
        text = self.toPlainText().strip()
        if self._item_id and text != self._kept:
            self._kept = text
            self.written.emit(self._item_id, text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Turning away keeps it."""
        super().focusOutEvent(event)
        self.keep()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter keeps it, Esc goes back to what was there."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers():
            self.keep()
        elif event.key() == Qt.Key.Key_Escape:
            self.setPlainText(self._kept)
        else:
            super().keyPressEvent(event)
