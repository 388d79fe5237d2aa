"""The drawings of one era: a few of the artist's held-out ones, and what its model drew."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from studio import theme
from studio.models.comparisons import Era, EraPictures, books_text
from studio.models.samples import SamplesModel
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel
from studio.widgets.sample_grid import SampleGrid

_COLUMNS = 4
_SLACK_PX = 4


class EraColumn(QWidget):
    """Cards four abreast, so that equal places in two columns are equal seeds.

    Signals:
        gallery_wanted: Id of the run whose drawings are wanted.
    """

    gallery_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = ""
        self.held_out = SamplesModel(self)
        self.drawn = SamplesModel(self)
        self._title = parts.label("", "heading")
        self._books = ElidedLabel("caption")
        self.gallery = parts.button("See more of it", "gallery", "small", "Open the Gallery with this run")
        self._grids = (_grid(self.held_out), _grid(self.drawn))
        self._captions = (
            parts.label("Held-out pages, by hand", "caption"),
            parts.label("By its model; equal places, equal seeds", "caption"),
        )
        head = parts.row(self._title, spacing=theme.SPACE_8)
        head.addWidget(self._books, 1)
        head.addWidget(self.gallery)
        layout = parts.column(spacing=theme.SPACE_4)
        layout.addLayout(head)
        for caption, grid in zip(self._captions, self._grids, strict=True):
            layout.addWidget(caption)
            layout.addWidget(grid)
        layout.addStretch(1)
        self.setLayout(layout)
        self.gallery.clicked.connect(self._on_gallery_clicked)

    def show_era(self, era: Era) -> None:
        """Name the era; its pictures come later."""
        self._run = era.run
        self._title.setText(f"{era.name.capitalize()} books")
        self._books.setText(books_text(era.books))
        self.gallery.setVisible(bool(era.run))
        self.show_pictures(EraPictures(era.name))

    def show_pictures(self, pictures: EraPictures) -> None:
        """Show drawings; without any, nothing stands in their place."""
        models, found = (self.held_out, self.drawn), (pictures.held_out, pictures.drawn)
        for model, samples, caption in zip(models, found, self._captions, strict=True):
            model.show(samples)
            caption.setVisible(bool(samples))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Four cards fill the width."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        cell = max((self.width() - _SLACK_PX) // _COLUMNS, 1)
        for grid in self._grids:
            rows = -(-grid.model().rowCount() // _COLUMNS)
            grid.setVisible(rows > 0)
            grid.setFixedHeight(max(rows, 1) * cell + _SLACK_PX)

    def _on_gallery_clicked(self) -> None:
        self.gallery_wanted.emit(self._run)


def _grid(model: SamplesModel) -> SampleGrid:
    grid = SampleGrid(model)
    grid.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # Qt's lists take the wheel even when there is nothing to scroll; here the page below scrolls.
    grid.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return grid
