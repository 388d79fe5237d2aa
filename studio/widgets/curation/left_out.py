"""Files that are no usable scan, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from studio import theme
from studio.widgets import parts


class LeftOutDialog(QDialog):
    """A list to read: file, reason."""

    def __init__(self, files: Sequence[tuple[Path, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Files left out")
        self.resize(640, 420)
        table = QTreeWidget()
        table.setHeaderLabels(["File", "Why"])
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        for file, reason in files:
            row = QTreeWidgetItem([file.name, reason])
            row.setToolTip(0, str(file))
            table.addTopLevelItem(row)
        words = parts.label("They stay where they are; everything else was taken in.", "muted", wrap=True)
        title = parts.label(f"{len(files)} files left out", "title")
        self.setLayout(parts.column(title, words, table, spacing=theme.SPACE_12, margins=theme.SPACE_24))
