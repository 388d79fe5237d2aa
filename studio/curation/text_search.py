"""Pictures by a description, on request: the window's end of `python -m engine.jobs search PROJECT`.

The child starts with the first question, loads the text tower once and answers until its input ends; torch
never enters this process.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.project.ids import Level
from studio.answering import AnsweringProcess

_SILENT_END = "The search by text ended without a word. Search again to start it anew."
_COUNT = 60


class TextSearch(AnsweringProcess):
    """One child process for one project.

    Signals:
        found: (text, [(id, cosine), ...]): the answer to the newest question, the nearest first.
    """

    found = Signal(str, object)

    def __init__(
        self, project: Path, parent: QObject | None = None, command: list[str] | None = None
    ) -> None:
        """Make it; nothing runs before the first question.

        Args:
            project: The project's folder.
            parent: Owner.
            command: Program and arguments of the child; the engine's by default.
        """
        super().__init__(_SILENT_END, parent)
        self._command = command or [sys.executable, "-m", "engine.jobs", "search", str(project)]
        self._text = ""

    def find(self, level: Level, text: str, count: int = _COUNT) -> None:
        """Ask for the items nearest to a description; starts the child if there is none (any more)."""
        if not self.is_alive:
            self.launch(self._command)
        self._text = text
        self.request(level=level, text=text, count=count)

    def hear(self, event: dict[str, Any]) -> None:
        """Hand the answer on."""
        if event.get("event") == "found":
            self.finish()
            self.found.emit(self._text, [(str(id_), float(cosine)) for id_, cosine in event["items"]])
