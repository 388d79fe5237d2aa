"""The tools for mending, one above the other at the side of the paper."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QToolButton, QWidget

from studio import theme
from studio.tracing.mend_tools import BY_TOOL, GROUPS, Tool
from studio.widgets import parts

_BUTTON_PX = 34


class MendPalette(QFrame):
    """One tool is always in the hand.

    Signals:
        chosen: The `Tool` the artist clicked; silent for `show_tool`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName("Tools for mending")
        self._group = QButtonGroup(self)
        self.buttons: dict[Tool, QToolButton] = {}
        layout = parts.column(spacing=theme.SPACE_4, margins=theme.SPACE_8)
        for number, group in enumerate(GROUPS):
            if number:
                layout.addWidget(parts.rule())
            for tool in group:
                layout.addWidget(self._button(tool))
        layout.addStretch(1)
        self.setLayout(layout)
        self.setFixedWidth(_BUTTON_PX + 2 * theme.SPACE_8)
        self.show_tool(Tool.LOOK)
        self._group.buttonClicked.connect(self._on_group_clicked)

    def _button(self, tool: Tool) -> QToolButton:
        entry = BY_TOOL[tool]
        tip = f"{entry.name}  ({entry.letter})\n{entry.hint}"
        result = parts.tool(entry.icon, tip, checkable=True)
        result.setAccessibleName(entry.name)
        # Keys stay with the list of pages: Up and Down page through with a tool in the hand.
        result.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        result.setFixedSize(QSize(_BUTTON_PX, _BUTTON_PX))
        self._group.addButton(result)
        self.buttons[tool] = result
        return result

    def show_tool(self, tool: Tool) -> None:
        """Show which tool is in the hand."""
        self.buttons[tool].setChecked(True)

    def set_mendable(self, mendable: bool) -> None:
        """Whether there is a trace to mend; looking is always possible."""
        for tool, button in self.buttons.items():
            button.setEnabled(mendable or tool == Tool.LOOK)

    def _on_group_clicked(self, button: QAbstractButton) -> None:
        tool = next(tool for tool, known in self.buttons.items() if known is button)
        self.chosen.emit(tool)
