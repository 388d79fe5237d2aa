"""The filmstrip: what is selected, in a row, whatever pane it was selected in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from studio.models.items import ItemsModel
from studio.session import Session
from studio.widgets import parts
from studio.widgets.curation.thumbnail_grid import ThumbnailGrid

STRIP_PX = 96


class Filmstrip(QWidget):
    """A row of the selected items.

    Signals:
        loupe_wanted: The id of the item to look at closely.
    """

    loupe_wanted = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = ItemsModel(self)
        self._strip = ThumbnailGrid(self._model, session.thumbnails, strip=True)
        self._strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._strip.follow(session.selection)
        self._strip.loupe_wanted.connect(self.loupe_wanted)
        hint = parts.label("What you select gathers here.", "caption")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(hint)
        self._stack.addWidget(self._strip)
        self.setMinimumHeight(STRIP_PX)
        session.selection.changed.connect(self._on_selection_changed)
        session.library.changed.connect(self._on_selection_changed)
        self._on_selection_changed()

    def _on_selection_changed(self, _what: object = None) -> None:
        items = self._session.library.find_all(self._session.selection.ids)
        self._strip.show_items(items)
        self._stack.setCurrentIndex(1 if items else 0)
