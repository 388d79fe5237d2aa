"""What of the map is shared, and where to: asked once, before the page is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QLineEdit, QWidget

from studio import theme
from studio.widgets import parts


@dataclass(frozen=True, slots=True)
class ShareChoice:
    """A map to share.

    Attributes:
        folder: Where the page goes; made by us, or not there yet.
        title: What stands over it; empty for the project's name.
        private: Kinds that stay at home.
        rejected: Whether what was rejected goes along.
    """

    folder: Path
    title: str
    private: tuple[str, ...]
    rejected: bool


class ShareDialog(QDialog):
    """Kinds to show, title, and the button that asks for a folder.

    Signals:
        wanted: A `ShareChoice`.
    """

    wanted = Signal(object)

    def __init__(self, title: str, kinds: Sequence[str], private: Collection[str], parent: QWidget) -> None:
        """Make it.

        Args:
            title: The project's name.
            kinds: All kinds there are.
            private: Those of them that stay at home unless ticked.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle("Share the map")
        self._title = QLineEdit(title)
        self._kinds = {kind: QCheckBox(kind) for kind in kinds}
        for kind, box in self._kinds.items():
            box.setChecked(kind not in private)
        self._rejected = QCheckBox("also what I rejected")
        self._choose = parts.button("Choose a folder…", "folder", "primary")
        self._choose.clicked.connect(self._on_choose_clicked)
        words = parts.label(
            "A page for any browser, its pictures beside it. Put the folder on a web site or a stick: "
            "it asks nothing of anybody. What is not ticked is nowhere in it.",
            "muted",
            wrap=True,
        )
        layout = parts.column(
            parts.label("Share the map", "title"), words, spacing=theme.SPACE_8, margins=theme.SPACE_24
        )
        layout.addWidget(parts.label("Title", "caption"))
        layout.addWidget(self._title)
        if self._kinds:
            layout.addWidget(parts.label("Show", "caption"))
        for box in (*self._kinds.values(), self._rejected):
            layout.addWidget(box)
        layout.addSpacing(theme.SPACE_8)
        layout.addLayout(parts.row(0, self._choose))
        self.setLayout(layout)
        self.setMinimumWidth(400)

    def choice(self, folder: Path) -> ShareChoice:
        """What is chosen now, for this folder."""
        private = tuple(kind for kind, box in self._kinds.items() if not box.isChecked())
        return ShareChoice(folder, self._title.text().strip(), private, self._rejected.isChecked())

    def _on_choose_clicked(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "A new folder for the page", str(Path.home() / "map"))
        if name:
            self.wanted.emit(self.choice(Path(name)))
            self.accept()
