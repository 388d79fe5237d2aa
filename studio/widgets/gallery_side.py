"""The chosen drawing, large, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from engine.strokes.types import Drawing
from studio import icons, theme
from studio.drawing_export import FORMATS, Format
from studio.models.samples import Sample
from studio.widgets import parts
from studio.widgets.drawing_player import DrawingPlayer


class GallerySide(QWidget):
    """Player, facts, keep, export.

    Signals:
        keep_wanted: Keep the drawing, or throw it away when it is kept.
        export_wanted: A `Format` of `studio.drawing_export`.
    """

    keep_wanted = Signal()
    export_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = DrawingPlayer()
        self._title = parts.label("", "heading", wrap=True)
        self._facts = parts.label("", "caption", wrap=True)
        self._keep = parts.button("Keep", "keep", "primary", tip="Keep this drawing for good  (K)")
        self._export = parts.button("Export", "export", tip="A file of this drawing, or of all of them")
        self._menu = QMenu(self)
        self._fill_menu()
        self._export.setMenu(self._menu)
        self._foot = QWidget()
        foot = parts.column(self._title, self._facts, parts.rule(), spacing=theme.SPACE_8)
        buttons = parts.row(spacing=theme.SPACE_8)
        buttons.addWidget(self._keep, 1)
        buttons.addWidget(self._export, 1)
        foot.addLayout(buttons)
        layout = parts.column(spacing=theme.SPACE_12, margins=theme.SPACE_12)
        layout.addWidget(self.player, 1)
        self._foot.setLayout(foot)
        layout.addWidget(self._foot)
        self.setLayout(layout)
        self._keep.clicked.connect(self.keep_wanted)
        self.show_sample(None)

    @property
    def menu(self) -> QMenu:
        """Every way to export."""
        return self._menu

    def _fill_menu(self) -> None:
        for format_ in FORMATS:
            if format_.many and not self._menu.property("divided"):
                self._menu.addSeparator()
                self._menu.setProperty("divided", True)
            action = self._menu.addAction(format_.label)
            action.triggered.connect(partial(self._on_menu_triggered, format_))

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
        """Keeping is the thing to do here; throwing away is not."""
        self._keep.setText("Throw away" if is_kept else "Keep")
        self._keep.setIcon(icons.icon(*(("trash", "text") if is_kept else ("keep", "on_accent"))))
        self._keep.setProperty("role", "" if is_kept else "primary")
        self._keep.style().unpolish(self._keep)
        self._keep.style().polish(self._keep)

    def _on_menu_triggered(self, format_: Format, _checked: bool = False) -> None:
        self.export_wanted.emit(format_)


def facts_of(drawing: Drawing) -> str:
    """Strokes, points, length."""
    n = len(drawing.strokes)
    return (
        f"{n} stroke{'' if n == 1 else 's'}   ·   {drawing.n_points} points   ·   {drawing.length:,.0f} units"
    )


def drawn(samples: Sequence[Sample]) -> list[Drawing]:
    """The drawings that are there."""
    return [sample.picture for sample in samples if sample.is_drawn]
