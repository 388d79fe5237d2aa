"""The tools for mending a trace by hand, in one table: palette, menu, hints and keys are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt


class Tool(StrEnum):
    """What the pointer does on the table."""

    LOOK = "look"
    SWAP = "swap"
    CONNECT = "connect"
    CUT = "cut"
    DELETE = "delete"
    REVERSE = "reverse"
    START = "start"
    MOVE = "move"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """One line of the table.

    Attributes:
        tool: Which.
        letter: Its key, a capital letter.
        icon: Its picture.
        name: What the palette calls it.
        hint: What to do with it, one sentence.
        act: What the menu of a stroke calls it; empty where the menu has no such line.
        done: What undo calls it.
    """

    tool: Tool
    letter: str
    icon: str
    name: str
    hint: str
    act: str = ""
    done: str = ""


TOOLS = (
    ToolEntry(
        Tool.LOOK, "V", "pointer", "Look and move the sheet",
        "Right-click a line for what can be done with it.",
    ),
    ToolEntry(
        Tool.SWAP, "W", "swap", "Swap crossing",
        "Click a crossing: its lines go on the other way. Again: the third way, then as it was.",
        "Swap this crossing", "swap a crossing",
    ),
    ToolEntry(
        Tool.CONNECT, "C", "connect", "Connect ends",
        "Drag from one end of a line to another, or click one and then the other.",
        "Connect this end to …", "connect two ends",
    ),
    ToolEntry(
        Tool.CUT, "K", "cut", "Cut", "Click where the line is to be cut.", "Cut here", "cut a line"
    ),
    ToolEntry(
        Tool.DELETE, "E", "trash", "Delete stroke", "Click the stroke to take out of the trace.",
        "Delete this stroke", "delete a stroke",
    ),
    ToolEntry(
        Tool.REVERSE, "R", "reverse", "Reverse", "Click a stroke to draw it the other way round.",
        "Reverse", "reverse a stroke",
    ),
    ToolEntry(
        Tool.START, "B", "start-here", "Begin here",
        "Click where the stroke is to begin: anywhere on a closed one, near an end of an open one.",
        "Begin here", "choose a start",
    ),
    ToolEntry(
        Tool.MOVE, "M", "move-to", "Move to a drawing",
        "Click a stroke (Shift adds more), then the drawing it belongs to; N makes a new one.",
        "Move to another drawing …", "move to a drawing",
    ),
    ToolEntry(
        Tool.NOTE, "A", "annotation", "Annotation",
        "Click a grey mark to take it into the drawing, or a stroke to set it apart as an annotation.",
        "Set apart as an annotation", "set a stroke apart",
    ),
)  # fmt: skip
"""In the order of the palette."""

BY_TOOL = {entry.tool: entry for entry in TOOLS}
GROUPS = (
    (Tool.LOOK,),
    (Tool.SWAP, Tool.CONNECT, Tool.CUT),
    (Tool.DELETE, Tool.REVERSE, Tool.START),
    (Tool.MOVE, Tool.NOTE),
)
"""How the palette sets them apart."""
NEW_DRAWING_KEY = Qt.Key.Key_N
DOUBT_KEY = Qt.Key.Key_J
_BY_KEY = {Qt.Key(ord(entry.letter)): entry.tool for entry in TOOLS}


def tool_of(key: Qt.Key) -> Tool | None:
    """The tool on that key."""
    return _BY_KEY.get(key)


def key_lines() -> list[tuple[str, str]]:
    """What the list of keys says about mending."""
    lines = []
    for group in GROUPS:
        letters = " · ".join(BY_TOOL[tool].letter for tool in group)
        lines.append((letters, "Tracing: " + ", ".join(BY_TOOL[tool].name.lower() for tool in group)))
    return [
        *lines,
        ("N", "Tracing, while moving strokes: a new drawing"),
        ("J · Shift+J", "Tracing: to the next uncertain crossing, to the one before"),
        ("T · O", "Tracing: the settings, the overview of all pages"),
    ]
