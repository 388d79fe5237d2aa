"""Above the right side of the Datasets pane: what is shown there, and strokes from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QMenu, QPushButton, QWidget

from studio import theme
from studio.widgets import parts

_TABS = ("What it makes", "Versions")
Way = Literal["", "recipe", "pieces"]
_WAYS: tuple[tuple[Way, str, str], ...] = (
    ("", "Take them as they are", "Only the split is ours"),
    ("recipe", "Prepare them by this recipe", "Its rules, its lines, its shares"),
    (
        "pieces",
        "Prepare as pieces (join, splice, separate)",
        "For pages that an autotracer left in many short strokes: they become few long lines",
    ),
)


class DatasetBar(QWidget):
    """Two tabs, a word while it counts, and the menu of imports.

    Signals:
        tab_chosen: 0 for what the recipe makes, 1 for the versions.
        import_wanted: The file or folder whose strokes are to be imported.
    """

    tab_chosen = Signal(int)
    import_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = QButtonGroup(self)
        self._counting = parts.label("", "caption")
        self.import_menu = QMenu(self)
        self._file = self.import_menu.addAction("From a file (.npz, .ndjson)…")
        self._folder = self.import_menu.addAction("From a folder of SVGs…")
        self.import_menu.addSeparator()
        self._ways = QActionGroup(self)
        for way, title, tip in _WAYS:
            action = self._ways.addAction(title)
            action.setToolTip(tip)
            action.setCheckable(True)
            action.setChecked(not way)
            action.setData(way)
        self.import_menu.addActions(self._ways.actions())
        self.import_menu.setToolTipsVisible(True)
        self.imports = parts.button(
            "Import strokes", "import", tip="Drawings made elsewhere become a dataset"
        )
        self.imports.setMenu(self.import_menu)
        self._lay_out()
        self.show_tab(0)
        self.tabs.idClicked.connect(self.tab_chosen)
        self._file.triggered.connect(self._on_file_triggered)
        self._folder.triggered.connect(self._on_folder_triggered)

    def _lay_out(self) -> None:
        row = parts.row(spacing=theme.SPACE_8)
        row.setContentsMargins(theme.SPACE_24, theme.SPACE_8, theme.SPACE_24, theme.SPACE_8)
        for number, title in enumerate(_TABS):
            tab = QPushButton(title)
            tab.setCheckable(True)
            self.tabs.addButton(tab, number)
            row.addWidget(tab)
        row.addWidget(self._counting)
        row.addStretch(1)
        row.addWidget(self.imports)
        self.setLayout(row)

    @property
    def way(self) -> Way:
        """How imported strokes are prepared."""
        action = self._ways.checkedAction()
        return cast(Way, action.data()) if action is not None else ""

    def choose_way(self, way: Way) -> None:
        """Prepare them so."""
        next(action for action in self._ways.actions() if action.data() == way).setChecked(True)

    def show_tab(self, number: int) -> None:
        """Mark a tab, silently."""
        self.tabs.button(number).setChecked(True)

    def show_count(self, n_versions: int) -> None:
        """Say how many versions there are."""
        self.tabs.button(1).setText(f"{_TABS[1]}  {n_versions}" if n_versions else _TABS[1])

    def set_counting(self, is_counting: bool) -> None:
        """Say that newer numbers are on their way."""
        self._counting.setText("counting…" if is_counting else "")

    def _on_file_triggered(self) -> None:
        kinds = "Strokes (*.npz *.ndjson)"
        name, _ = QFileDialog.getOpenFileName(self, "Import strokes", str(Path.home()), kinds)
        if name:
            self.import_wanted.emit(Path(name))

    def _on_folder_triggered(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "A folder of SVGs", str(Path.home()))
        if name:
            self.import_wanted.emit(Path(name))
