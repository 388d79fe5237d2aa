"""Who waits for a turn to train, and how many train side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSpinBox, QWidget

from engine.jobs.queue import MOST_SIDE_BY_SIDE
from studio import theme
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel

_FIELD_PX = 60


class QueueBar(QFrame):
    """One line above the runs, there only while something waits.

    Signals:
        go_on_wanted: Start what waits since the last time.
        side_by_side_changed: How many shall train at the same time.
    """

    go_on_wanted = Signal()
    side_by_side_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._words = ElidedLabel()
        self.go_on = parts.button("Go on", "play", "primary", "Train them now, one after the other")
        self.side_by_side = QSpinBox()
        self.side_by_side.setRange(1, MOST_SIDE_BY_SIDE)
        self.side_by_side.setFixedWidth(_FIELD_PX)
        self.side_by_side.lineEdit().setTextMargins(theme.SPACE_8, 0, 0, 0)
        self.side_by_side.setAccessibleName("At the same time")
        self.side_by_side.setToolTip("How many may train at the same time; each is slower then")
        layout = parts.row(spacing=theme.SPACE_8, margins=theme.SPACE_8)
        layout.addWidget(self._words, 1)
        layout.addWidget(parts.label("At the same time", "caption"))
        layout.addWidget(self.side_by_side)
        layout.addWidget(self.go_on)
        self.setLayout(layout)
        self.go_on.clicked.connect(self.go_on_wanted)
        self.side_by_side.valueChanged.connect(self.side_by_side_changed)

    def show_queue(self, waiting: Sequence[str], side_by_side: int, *, held: bool) -> None:
        """Show who waits.

        Args:
            waiting: What the runs are called, the next one first.
            side_by_side: How many train at the same time.
            held: They wait since the window was closed, and for a word.
        """
        self.setVisible(bool(waiting))
        names = ", then ".join(waiting)
        wait = "waits" if len(waiting) == 1 else "wait"
        since = f" still {wait} from last time" if held else f" {wait}"
        self._words.setText(f"{names}{since}")
        self.go_on.setVisible(held)
        self.side_by_side.blockSignals(True)
        self.side_by_side.setValue(side_by_side)
        self.side_by_side.blockSignals(False)
