"""One of a few, side by side, all in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from studio import theme
from studio.widgets import parts


class Segments(QWidget):
    """Buttons of which one is down; they leave the keys to what lies beside them.

    Signals:
        chosen: The number of the one that the artist, or `set_chosen`, pressed down.
    """

    chosen = Signal(int)

    def __init__(self, texts: Sequence[str], tips: Sequence[str], parent: QWidget | None = None) -> None:
        """`texts` and `tips` one a button; the first is down."""
        super().__init__(parent)
        self._group = QButtonGroup(self)
        layout = parts.row(spacing=theme.SPACE_4)
        for number, (text, tip) in enumerate(zip(texts, tips, strict=True)):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setChecked(number == 0)
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._group.addButton(button, number)
            layout.addWidget(button)
        self.setLayout(layout)
        self._group.idToggled.connect(self._on_group_toggled)

    @property
    def current(self) -> int:
        """The number of the one that is down."""
        return self._group.checkedId()

    def set_chosen(self, number: int) -> None:
        """Press one down, as if the artist had."""
        self._group.button(number).setChecked(True)

    def _on_group_toggled(self, number: int, is_down: bool) -> None:
        if is_down:
            self.chosen.emit(number)
