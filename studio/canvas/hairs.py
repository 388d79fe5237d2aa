"""Hairs along the line on the canvas: how it might have gone on elsewhere, while the pen rests."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox

from engine.strokes.smooth import smooth_drawing
from engine.strokes.types import Drawing
from studio.canvas.asking import Asking, Wish
from studio.widgets.canvas.pen_sheet import PenSheet


class Hairs(QObject):
    """Asks for them where they are wanted, and lays them on the sheet."""

    def __init__(self, sheet: PenSheet, wanted: QCheckBox) -> None:
        """`wanted` is checked where they are."""
        super().__init__(sheet)
        self._sheet, self._wanted = sheet, wanted

    def watch(self, asking: Asking) -> None:
        """Lay on the sheet what this one answers."""
        asking.haired.connect(self._on_asking_haired)

    def ask(self, asking: Asking | None, wish: Callable[[], Wish]) -> None:
        """Ask about the line as it is now; what was shown belongs to another one."""
        self._sheet.show_hairs([])
        if asking is not None and self._wanted.isChecked() and not self._sheet.line.is_blank:
            asking.want_hairs(wish())

    def _on_asking_haired(self, hairs: list[Drawing]) -> None:
        if self._wanted.isChecked() and self._sheet.hand is None:
            self._sheet.show_hairs([stroke for hair in hairs for stroke in smooth_drawing(hair).strokes])
