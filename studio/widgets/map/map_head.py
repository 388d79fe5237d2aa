"""The row over the map: tools of the pointer, what the colours mean, and the way to share it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QToolButton, QWidget

from studio import theme
from studio.models.classes import COLOURINGS
from studio.widgets import parts
from studio.widgets.map.lasso_scatter import Tool

_TOOLS: tuple[tuple[Tool, str], ...] = (
    ("lasso", "Lasso: draw around points"),
    ("box", "Box: drag across points"),
    ("hand", "Hand: move the map; the wheel zooms"),
)


class MapHead(QFrame):
    """A row of choices.

    Signals:
        tool_chosen: A `Tool`.
        fit_wanted: Show everything.
        colouring_chosen: One of `COLOURINGS`.
        share_wanted: A page for other people is wanted.
    """

    tool_chosen = Signal(str)
    fit_wanted = Signal()
    colouring_chosen = Signal(str)
    share_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tools = QButtonGroup(self)
        buttons = [self._tool_button(number) for number in range(len(_TOOLS))]
        buttons[0].setChecked(True)
        self.tools.idClicked.connect(self._on_tool_clicked)
        fit = parts.tool("fit", "Show everything (0)", focus=False)
        fit.clicked.connect(self.fit_wanted)
        self.colouring = QComboBox()
        self.colouring.addItems(list(COLOURINGS))
        self.colouring.setToolTip("What the colours mean")
        self.colouring.currentTextChanged.connect(self.colouring_chosen)
        self._words = parts.label("", "caption")
        self._share = parts.tool("export", "Share the map: a page for any browser", focus=False)
        self._share.clicked.connect(self.share_wanted)
        row = parts.row(*buttons, fit, 0, self._words, parts.label("Colour by", "muted"), self.colouring)
        row.addWidget(self._share)
        row.setContentsMargins(theme.SPACE_12, theme.SPACE_4, theme.SPACE_12, theme.SPACE_4)
        self.setLayout(row)

    def _tool_button(self, number: int) -> QToolButton:
        tool, tip = _TOOLS[number]
        button = parts.tool(tool, tip, checkable=True, focus=False)
        self.tools.addButton(button, number)
        return button

    def say(self, words: str) -> None:
        """Say what is not seen, beside the choices."""
        self._words.setText(words)

    def _on_tool_clicked(self, number: int) -> None:
        self.tool_chosen.emit(_TOOLS[number][0])
