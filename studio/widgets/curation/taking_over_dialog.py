"""What would be taken over from a file or from somebody else, before anything is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from studio import theme
from studio.widgets import parts

_MOST_ROWS = 2000


class TakingOverDialog(QDialog):
    """A sentence, a table, and the ways to go on.

    Signals:
        answered: The key of the way that was chosen.
    """

    answered = Signal(str)

    def __init__(self, title: str, words: str, parent: QWidget) -> None:
        """Make it.

        Args:
            title: What is about to happen.
            words: What it comes to, a few sentences.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(720, 460)
        self._table = QTreeWidget()
        self._table.setRootIsDecorated(False)
        self._table.setUniformRowHeights(True)
        self._table.hide()
        self._ways = parts.row(0)
        self._column = parts.column(
            parts.label(title, "title"),
            parts.label(words, "muted", wrap=True),
            self._table,
            spacing=theme.SPACE_12,
            margins=theme.SPACE_24,
        )
        self._column.addStretch(1)
        self._column.addLayout(self._ways)
        self.setLayout(self._column)

    def show_table(self, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """List what each line is about; of very many, the first."""
        self._table.setHeaderLabels(list(headers))
        self._table.addTopLevelItems([QTreeWidgetItem(list(row)) for row in rows[:_MOST_ROWS]])
        self._table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._table.show()
        self._column.setStretchFactor(self._table, 1)

    def offer(self, key: str, words: str, *, primary: bool = False) -> None:
        """Offer a way to go on."""
        button = parts.button(words, role="primary" if primary else "")
        button.setProperty("way", key)
        button.setAutoDefault(primary)
        button.clicked.connect(self._on_way_clicked)
        self._ways.addWidget(button)

    def _on_way_clicked(self) -> None:
        self.answered.emit(str(self.sender().property("way")))
        self.accept()
