"""Every key of the window, in one table: the actions are made from it, and so is the list behind `?`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from studio import icons, theme
from studio.tracing import mend_tools
from studio.widgets import parts


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the table.

    Attributes:
        name: What the code calls it.
        keys: As Qt reads them; the first is shown.
        text: What it does.
        in_project: Whether it needs an open project.
        among_items: Whether it needs a pane of items in front; other panes have letters of their own.
    """

    name: str
    keys: tuple[str, ...]
    text: str
    in_project: bool = True
    among_items: bool = False


KEYS = (
    Key("accept", ("P",), "Accept what is selected"),
    Key("reject", ("X",), "Reject what is selected"),
    Key("clear", ("U",), "Undecided again"),
    Key("next", ("N",), "Next undecided", among_items=True),
    Key("advance", ("A",), "Auto-advance: a decision goes on to the next", among_items=True),
    Key("compare", ("C",), "Compare side by side", among_items=True),
    Key("alike", ("M",), "More like this", among_items=True),
    Key("filters", ("F",), "Filters by figures, saved filters", among_items=True),
    Key("history", ("Ctrl+H",), "History of every decision"),
    Key("search", ("/",), "Search"),
    Key("import", ("Ctrl+I",), "Add a folder of scans"),
    Key("new", ("Ctrl+N",), "New project", in_project=False),
    Key("open", ("Ctrl+O",), "Open a project", in_project=False),
    Key("keys", ("?", "F1"), "This list", in_project=False),
)
_VIEW_KEYS = (
    ("Space", "Look closely; again to put the loupe away"),
    ("Arrows", "Next and previous page"),
    ("0", "Fit the page, or the whole map"),
    ("Wheel · + · -", "Zoom"),
    ("Page Up · Page Down · Home · End", "Far through the grid"),
    ("Shift · Alt · both", "Lasso: add · take away · keep what is in both"),
    ("Esc", "Select nothing; close the loupe"),
    ("Tab · Up · Down · K", "Compare: other side · another page there · keep this, reject the rest"),
    ("Left · Right · S", "Tracing: stage before, stage after, all side by side"),
    ("Space", "Tracing, Gallery: play or pause"),
    *mend_tools.key_lines(),
    ("S · H", "Gallery: where the machine was surprised by a line, its hairs along it"),
    ("D · K", "Gallery: throw the dice, keep the drawing"),
    ("Tab · Enter · Esc", "Canvas: another future · take it up to the pointer · hide them"),
    ("F · H · N", "Canvas: let it finish · ask again · a fresh sheet"),
)
"""Keys that views hear themselves."""


def make_actions(window: QWidget) -> dict[str, QAction]:
    """Make the window's actions, by name; connect them where they are carried out."""
    made: dict[str, QAction] = {}
    for key in KEYS:
        action = QAction(key.text, window)
        action.setShortcuts([QKeySequence(text) for text in key.keys])
        action.setAutoRepeat(False)
        window.addAction(action)
        made[key.name] = action
    return made


def make_pane_actions(window: QWidget, titles: list[str]) -> list[QAction]:
    """One action a pane, on the keys 1, 2, 3, ..."""
    made = []
    for number, title in enumerate(titles, start=1):
        action = QAction(title, window)
        action.setShortcut(QKeySequence(str(number)))
        action.setData(number - 1)
        window.addAction(action)
        made.append(action)
    return made


def make_undo_actions(window: QWidget, group: QUndoGroup) -> tuple[QAction, QAction]:
    """Undo and redo, named after what they would do."""
    undo, redo = group.createUndoAction(window, "Undo"), group.createRedoAction(window, "Redo")
    undo.setShortcut(QKeySequence.StandardKey.Undo)
    redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
    for action, icon in ((undo, "undo"), (redo, "redo")):
        action.setIcon(icons.icon(icon))
        window.addAction(action)
    return undo, redo


def enable(actions: Mapping[str, QAction], *, in_project: bool, among_items: bool) -> None:
    """Keys that need a project, or items in front, are dead without."""
    for key in KEYS:
        has_project = in_project or not key.in_project
        actions[key.name].setEnabled(has_project and (among_items or not key.among_items))


class KeysDialog(QDialog):
    """The list of keys."""

    def __init__(self, panes: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        rows = [(str(number), title) for number, title in enumerate(panes, start=1)]
        rows += [(QKeySequence(key.keys[0]).toString(), key.text) for key in KEYS]
        rows += [("Ctrl+Z", "Undo"), ("Ctrl+Shift+Z", "Redo"), *_VIEW_KEYS]
        half = (len(rows) + 1) // 2
        columns = parts.row(spacing=2 * theme.SPACE_24)
        for part in (rows[:half], rows[half:]):
            columns.addLayout(_form(part))
        layout = parts.column(parts.label("Keys", "title"), spacing=theme.SPACE_16, margins=theme.SPACE_24)
        layout.addLayout(columns)
        self.setLayout(layout)


def _form(rows: Sequence[tuple[str, str]]) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(theme.SPACE_24)
    form.setVerticalSpacing(theme.SPACE_8)
    for keys, text in rows:
        name = parts.label(keys, "heading")
        name.setAlignment(Qt.AlignmentFlag.AlignRight)
        form.addRow(name, parts.label(text))
    return form
