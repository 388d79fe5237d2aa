"""The chosen drawing, large, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from engine.strokes.types import Drawing
from studio import icons, theme
from studio.gallery.words import origin_words
from studio.models.samples import Sample
from studio.widgets import parts
from studio.widgets.gallery.nearest_card import NearestCard
from studio.widgets.player.drawing_player import DrawingPlayer

_SIDE_PX = 440


class GallerySide(QWidget):
    """Player, the nearest real drawing, where it comes from, keep, export.

    Signals:
        keep_wanted: Keep the drawing, or throw it away when it is kept.
        export_wanted: Make a file of it, or of all of them.
        name_wanted: Call the kept drawing otherwise.
        continue_wanted: Go on with it on the canvas.
    """

    keep_wanted = Signal()
    export_wanted = Signal()
    name_wanted = Signal()
    continue_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample: Sample | None = None
        self.player = DrawingPlayer()
        self.nearest = NearestCard()
        self._title = parts.label("", "heading", wrap=True)
        self._facts = parts.label("", "caption", wrap=True)
        self._origin = parts.label("", "caption", wrap=True)
        self._origin.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = parts.tool("alike", "Copy where it comes from", size_px=14, focus=False)
        self._keep = parts.button("Keep", "keep", "primary", tip="Keep this drawing for good  (K)")
        self._export = parts.button("Export", "export", tip="A file of this drawing, or of all of them")
        self._continue = parts.tool("start-here", "Continue on the canvas  (C)")
        self._name = parts.tool("tag", "Another name  (F2)")
        self._foot = QWidget()
        self._lay_out()
        self._keep.clicked.connect(self.keep_wanted)
        self._export.clicked.connect(self.export_wanted)
        self._name.clicked.connect(self.name_wanted)
        self._continue.clicked.connect(self.continue_wanted)
        self._copy.clicked.connect(self._on_copy_clicked)
        self.show_sample(None)

    def _lay_out(self) -> None:
        origin = parts.row(self._origin, self._copy, spacing=theme.SPACE_4)
        origin.setStretch(0, 1)
        buttons = parts.row(spacing=theme.SPACE_8)
        buttons.addWidget(self._keep, 1)
        buttons.addWidget(self._export, 1)
        for tool in (self._continue, self._name):
            tool.setFixedHeight(self._keep.sizeHint().height())
            buttons.addWidget(tool)
        foot = parts.column(self._title, self._facts, spacing=theme.SPACE_4)
        foot.addLayout(origin)
        foot.addWidget(self.nearest)
        foot.addSpacing(theme.SPACE_4)
        foot.addWidget(parts.rule())
        foot.addSpacing(theme.SPACE_4)
        foot.addLayout(buttons)
        self._foot.setLayout(foot)
        column = parts.column(spacing=theme.SPACE_12, margins=theme.SPACE_12)
        column.addWidget(self.player, 1)
        column.addWidget(self._foot)
        panel = parts.panel()
        panel.setLayout(column)
        layout = parts.row(parts.rule(vertical=True), spacing=0)
        layout.addWidget(panel, 1)
        self.setLayout(layout)
        self.setFixedWidth(_SIDE_PX)

    @property
    def sample(self) -> Sample | None:
        """What lies on the table."""
        return self._sample

    def show_sample(self, sample: Sample | None, *, play: bool = False) -> None:
        """Lay a drawing on the paper; None clears the table."""
        drawn = sample is not None and sample.is_drawn
        if not drawn or self._sample is None or sample.drawing is not self._sample.drawing:  # type: ignore[union-attr]
            self.nearest.show_answer(None)
        self._sample = sample if drawn else None
        self.player.show_sample(self._sample, play=play)
        self._foot.setVisible(drawn)
        if sample is None or not drawn:
            return
        self._title.setText(sample.name)
        self._facts.setText(facts_of(sample.drawing))
        origin = origin_words(sample.origin)
        self._origin.setText(origin)
        for part in (self._origin, self._copy):
            part.setVisible(bool(origin))
        self._show_keep(sample.is_kept)

    def show_nearest(self, sample: Sample, answer: Mapping[str, Any]) -> None:
        """Lay the nearest real drawing beside the one that was asked about, if that still lies there."""
        if self._sample is not None and self._sample.drawing is sample.drawing:
            self.nearest.show_answer(answer)

    def _show_keep(self, is_kept: bool) -> None:
        """Keeping is the thing to do here; throwing away is not. What is kept can be named."""
        self._name.setVisible(is_kept)
        self._keep.setText("Throw away" if is_kept else "Keep")
        self._keep.setIcon(icons.icon(*(("trash", "text") if is_kept else ("keep", "on_accent"))))
        self._keep.setProperty("role", "" if is_kept else "primary")
        self._keep.style().unpolish(self._keep)
        self._keep.style().polish(self._keep)

    def _on_copy_clicked(self) -> None:
        if self._sample is not None:
            text = f"{self._sample.name}\n{self._facts.text()}\n{self._origin.text()}"
            QGuiApplication.clipboard().setText(text)


def facts_of(drawing: Drawing) -> str:
    """Strokes, points, length."""
    n = len(drawing.strokes)
    strokes = f"{n} stroke{'' if n == 1 else 's'}"
    return f"{strokes}   ·   {drawing.n_points:,} points   ·   {drawing.length:,.0f} units"
