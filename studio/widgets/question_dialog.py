"""A question with a few answers, asked over the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from studio import theme
from studio.widgets import parts

_WIDTH_PX = 460


class QuestionDialog(QDialog):
    """A title, a few sentences, and buttons; closing it answers nothing.

    Signals:
        answered: The key of the answer.
    """

    answered = Signal(str)

    def __init__(self, title: str, words: str, parent: QWidget) -> None:
        """Make it; `offer` adds answers, `open` asks.

        Args:
            title: What it is about.
            words: What each answer comes to.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(_WIDTH_PX)
        self._answers = parts.row(0)
        layout = parts.column(
            parts.label(title, "title"),
            parts.label(words, "muted", wrap=True),
            theme.SPACE_8,
            spacing=theme.SPACE_12,
            margins=theme.SPACE_24,
        )
        layout.addLayout(self._answers)
        self.setLayout(layout)

    def offer(self, key: str, words: str, *, role: str = "") -> None:
        """Offer an answer; `role` as of `parts.button`."""
        button = parts.button(words, role=role)
        button.setProperty("answer", key)
        button.setAutoDefault(role == "primary")
        button.clicked.connect(self._on_button_clicked)
        self._answers.addWidget(button)

    def _on_button_clicked(self) -> None:
        answer = str(self.sender().property("answer"))
        self.accept()
        self.answered.emit(answer)
