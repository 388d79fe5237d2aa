"""What the window showed last, kept with the project so that the next evening begins where this one ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from engine.errors import UserError
from engine.project.atomic import write_json
from engine.project.layout import Layout

_EVERY_MS = 3000


def read_view(layout: Layout) -> dict[str, Any]:
    """The view that was kept; empty where there is none or it cannot be read: nothing hangs on it."""
    try:
        stored = json.loads(layout.view.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


class ViewKeeper(QObject):
    """Writes the view down every few seconds where it changed, and once more at the end."""

    def __init__(self, layout: Layout, take: Callable[[], dict[str, Any]], parent: QObject) -> None:
        """Begin.

        Args:
            layout: The project's.
            take: Says how the view is now, JSON-ready.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._layout = layout
        self._take = take
        self._written = read_view(layout)
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY_MS)
        self._clock.timeout.connect(self.keep)
        self._clock.start()

    def keep(self) -> None:
        """Write it down now; a disk that refuses costs only the view."""
        view = self._take()
        if view == self._written:
            return
        self._written = view
        try:
            write_json(self._layout.view, view)
        except UserError:
            self._clock.stop()

    def stop(self) -> None:
        """Write it down for the last time."""
        self._clock.stop()
        self.keep()
