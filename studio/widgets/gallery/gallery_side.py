"""The chosen drawing, large, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.strokes.types import Drawing
from studio import icons, theme
from studio.models.samples import Sample
from studio.widgets import parts
from studio.widgets.player.drawing_player import DrawingPlayer

_SIDE_PX = 440


class GallerySide(QWidget):
    """Player, facts, keep, export.

    Signals:
        keep_wanted: Keep the drawing, or throw it away when it is kept.
        export_wanted: Make a file of it, or of all of them.
        name_wanted: Call the kept drawing otherwise.
    """

    keep_wanted = Signal()
    export_wanted = Signal()
    name_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = DrawingPlayer()
        self._title = parts.label("", "heading", wrap=True)
        self._facts = parts.label("", "caption", wrap=True)
        self._keep = parts.button("Keep", "keep", "primary", tip="Keep this drawing for good  (K)")
        self._export = parts.button("Export", "export", tip="A file of this drawing, or of all of them")
        self._name = parts.tool("tag", "Another name  (F2)")
        self._name.setFixedHeight(self._keep.sizeHint().height())
        self._foot = QWidget()
        foot = parts.column(self._title, self._facts, parts.rule(), spacing=theme.SPACE_8)
        buttons = parts.row(spacing=theme.SPACE_8)
        buttons.addWidget(self._keep, 1)
        buttons.addWidget(self._export, 1)
        buttons.addWidget(self._name)
        foot.addLayout(buttons)
        column = parts.column(spacing=theme.SPACE_12, margins=theme.SPACE_12)
        column.addWidget(self.player, 1)
        self._foot.setLayout(foot)
        column.addWidget(self._foot)
        panel = parts.panel()
        panel.setLayout(column)
        layout = parts.row(parts.rule(vertical=True), spacing=0)
        layout.addWidget(panel, 1)
        self.setLayout(layout)
        self.setFixedWidth(_SIDE_PX)
        self._keep.clicked.connect(self.keep_wanted)
        self._export.clicked.connect(self.export_wanted)
        self._name.clicked.connect(self.name_wanted)
        self.show_sample(None)

    def show_sample(self, sample: Sample | None, *, play: bool = False) -> None:
        """Lay a drawing on the paper; None clears the table."""
        drawn = sample is not None and sample.is_drawn
        self.player.show_sample(sample if drawn else None, play=play)
        self._foot.setVisible(drawn)
        if sample is None or not drawn:
            return
        self._title.setText(sample.name)
        self._facts.setText(facts_of(sample.drawing))
        self._show_keep(sample.is_kept)

    def _show_keep(self, is_kept: bool) -> None:
        """Keeping is the thing to do here; throwing away is not. What is kept can be named."""
        self._name.setVisible(is_kept)
        self._keep.setText("Throw away" if is_kept else "Keep")
        self._keep.setIcon(icons.icon(*(("trash", "text") if is_kept else ("keep", "on_accent"))))
        self._keep.setProperty("role", "" if is_kept else "primary")
        self._keep.style().unpolish(self._keep)
        self._keep.style().polish(self._keep)


def facts_of(drawing: Drawing) -> str:
    """Strokes, points, length."""
    n = len(drawing.strokes)
    return (
        f"{n} stroke{'' if n == 1 else 's'}   ·   {drawing.n_points} points   ·   {drawing.length:,.0f} units"
    )
