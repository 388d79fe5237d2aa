"""Plays the session on the sheet, as it was drawn."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from studio.widgets import parts
from studio.widgets.canvas.pen_sheet import PenSheet
from studio.widgets.player.playbar import Playbar


class SessionBar(QWidget):
    """Hidden while one draws; while it plays nobody draws.

    Signals:
        opened: Whether it plays now.
    """

    opened = Signal(bool)

    def __init__(self, sheet: PenSheet) -> None:
        super().__init__()
        self._sheet = sheet
        self._is_open = False
        self.playbar = Playbar()
        self.setLayout(parts.row(self.playbar))
        self.playbar.moved.connect(self._on_playbar_moved)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether the session is played."""
        return self._is_open

    def play(self) -> None:
        """Play from the start."""
        self._is_open = self._sheet.is_locked = True
        self.show()
        self.playbar.set_duration(self._sheet.session_s)
        self.playbar.seek(0.0)
        self.playbar.play()
        self.opened.emit(True)

    def leave(self) -> None:
        """Back to drawing."""
        if self._is_open:
            self._is_open = self._sheet.is_locked = False
            self.playbar.pause()
            self.hide()
            self._sheet.show_time(None)
            self.opened.emit(False)

    def press(self, event: QKeyEvent) -> bool:
        """Take a key of the player. Returns whether it was one."""
        return self.playbar.press(event)

    def _on_playbar_moved(self, time_s: float) -> None:
        if self._is_open:
            self._sheet.show_time(time_s)
