"""The menu of a stroke, a crossing or an annotation."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from studio import icons
from studio.tracing.mend_hand import MendHand
from studio.tracing.mend_picking import Point, Target
from studio.tracing.mend_tools import BY_TOOL, Tool

_HOLDING = (Tool.CONNECT, Tool.MOVE)
_GROUPS = ((Tool.SWAP, Tool.CONNECT, Tool.CUT), (Tool.REVERSE, Tool.START), (Tool.MOVE, Tool.NOTE))


class MendMenu(QMenu):
    """Everything the tools can do at one place of the page.

    Signals:
        act_made: The `Act` that was chosen.
        hold_wanted: (tool, target) of a tool that needs a second click.
    """

    act_made = Signal(object)
    hold_wanted = Signal(object, object)

    def __init__(self, hand: MendHand, at: Point, reach: float, parent: QWidget | None = None) -> None:
        """Find out what lies `at` a place of the page, within `reach`, and list what can be done with it."""
        super().__init__(parent)
        self._hand = hand
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(at, reach)
        self.triggered.connect(self._on_menu_triggered)

    def _fill(self, at: Point, reach: float) -> None:
        under = self._hand.find(at, reach, Tool.NOTE)
        if under is not None and under.kind == "note":
            self._add(Tool.NOTE, under, "Take into the drawing")
            return
        for tools in (
            (Tool.SWAP, Tool.CONNECT, Tool.CUT),
            (Tool.REVERSE, Tool.START),
            (Tool.MOVE, Tool.NOTE),
        ):
            for tool in tools:
                target = under if tool == Tool.MOVE else self._hand.find(at, reach, tool)
                if target is not None:
                    self._add(tool, target, BY_TOOL[tool].act)
            self.addSeparator()
        if under is not None:
            self._add(Tool.DELETE, under, BY_TOOL[Tool.DELETE].act)

    def _add(self, tool: Tool, target: Target, text: str) -> None:
        action = QAction(icons.icon(BY_TOOL[tool].icon), text, self)
        action.setData((tool, target))
        self.addAction(action)

    def _on_menu_triggered(self, action: QAction) -> None:
        tool, target = action.data()
        if tool in _HOLDING:
            self.hold_wanted.emit(tool, target)
            return
        act = self._hand.act(tool, target)
        if act is not None:
            self.act_made.emit(act)
