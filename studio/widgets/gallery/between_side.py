"""One step, or one variation: drawn again by hand, and what can be done with it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio import theme
from studio.models.samples import Sample
from studio.widgets import parts
from studio.widgets.gallery.gallery_side import facts_of
from studio.widgets.player.drawing_player import DrawingPlayer

_SIDE_PX = 300
_NARROW_PX = 268


class BetweenSide(QWidget):
    """A small player, and under it the buttons.

    Signals:
        keep_wanted: Keep this `Sample`.
        export_wanted: Make a file of this `Sample`.
        continue_wanted: Go on with this `Sample` on the canvas.
        use_wanted: Lay it into the slot: `A` or `B`.
    """

    keep_wanted = Signal(object)
    export_wanted = Signal(object)
    continue_wanted = Signal(object)
    use_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = DrawingPlayer()
        self._title = parts.label("", "heading", wrap=True)
        self._facts = parts.label("", "caption", wrap=True)
        self.keep = parts.button("Keep", "keep", "primary", tip="Keep this drawing for good  (K)")
        self.export = parts.button("Export", "export", tip="A file of this drawing")
        self.go_on = parts.button("Continue", "canvas", tip="Go on with it on the canvas")
        self.use_a = parts.button("Use as A", tip="Lay it into A")
        self.use_b = parts.button("Use as B", tip="Lay it into B")
        self._foot = QWidget()
        foot = parts.column(self._title, self._facts, spacing=theme.SPACE_4)
        foot.addSpacing(theme.SPACE_4)
        foot.addLayout(_pair(self.keep, self.export))
        foot.addLayout(_pair(self.use_a, self.use_b))
        foot.addWidget(self.go_on)
        self._foot.setLayout(foot)
        self._hint = parts.label("Click a drawing to watch it drawn, and to keep it.", "muted", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = parts.column(spacing=theme.SPACE_8, margins=theme.SPACE_12)
        column.addWidget(self.player, 1)
        column.addWidget(self._foot)
        column.addWidget(self._hint, 1)
        panel = parts.panel()
        panel.setLayout(column)
        layout = parts.row(parts.rule(vertical=True), spacing=0)
        layout.addWidget(panel, 1)
        self.setLayout(layout)
        self.setFixedWidth(_SIDE_PX)
        self.keep.clicked.connect(self._on_keep_clicked)
        self.export.clicked.connect(self._on_export_clicked)
        self.go_on.clicked.connect(self._on_go_on_clicked)
        self.use_a.clicked.connect(self._on_use_a_clicked)
        self.use_b.clicked.connect(self._on_use_b_clicked)
        self.show_sample(None)

    @property
    def sample(self) -> Sample | None:
        """What is shown."""
        return self.player.sample

    def set_narrow(self, is_narrow: bool) -> None:
        """Leave more room to what lies beside."""
        self.setFixedWidth(_NARROW_PX if is_narrow else _SIDE_PX)

    def show_sample(self, sample: Sample | None, *, play: bool = False, is_kept: bool = False) -> None:
        """Show a drawing; None shows the way to one."""
        shown = sample if sample is not None and sample.is_drawn else None
        self.player.show_sample(shown, play=play)
        self.player.playbar.set_stops(np.zeros(0), np.zeros(0))  # no room for steps
        self._foot.setVisible(shown is not None)
        self.player.setVisible(shown is not None)
        self._hint.setVisible(shown is None)
        if shown is not None:
            self._title.setText(shown.name)
            self._facts.setText(facts_of(shown.drawing))
            self.show_kept(is_kept)

    def show_kept(self, is_kept: bool) -> None:
        """Say whether it is kept already, or is the artist's own."""
        own = self.sample is not None and self.sample.made_by == "hand"
        self.keep.setEnabled(not is_kept and not own)
        self.keep.setText("Kept" if is_kept else "Yours" if own else "Keep")

    def _on_keep_clicked(self) -> None:
        if self.sample is not None:
            self.keep_wanted.emit(self.sample)

    def _on_export_clicked(self) -> None:
        if self.sample is not None:
            self.export_wanted.emit(self.sample)

    def _on_go_on_clicked(self) -> None:
        if self.sample is not None:
            self.continue_wanted.emit(self.sample)

    def _on_use_a_clicked(self) -> None:
        self.use_wanted.emit("A")

    def _on_use_b_clicked(self) -> None:
        self.use_wanted.emit("B")


def _pair(*widgets: QWidget) -> QHBoxLayout:
    row = parts.row(spacing=theme.SPACE_8)
    for widget in widgets:
        row.addWidget(widget, 1)
    return row
