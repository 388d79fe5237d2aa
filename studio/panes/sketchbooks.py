"""Sketchbooks: books at the left, their pages or drawings on the table, the loupe over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSlider, QStackedLayout, QWidget

from engine.scans.catalogue import skipped_files
from studio import theme
from studio.models.filters import ItemFilter
from studio.models.items import ItemsModel
from studio.panes.base import Pane
from studio.session import Session
from studio.widgets import parts
from studio.widgets.curation.book_list import BOOKS_PX, BookList
from studio.widgets.curation.left_out import LeftOutDialog
from studio.widgets.curation.thumbnail_grid import ThumbnailGrid


class SketchbooksPane(Pane):
    """What the session's curation shows, of all books or of one.

    Signals:
        import_wanted: The artist wants to add a folder of scans.
    """

    TITLE = "Sketchbooks"
    ICON = "sketchbooks"
    SHOWS_ITEMS = True
    LISTS_BOOKS = True
    WATCHES = frozenset({"pages"})

    import_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ItemsModel(self)
        self._grid: ThumbnailGrid | None = None
        self._loaded = False
        self._stale = False
        self._books = BookList()
        self._books.chosen.connect(self._on_books_chosen)
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setRange(110, 260)
        self._size.setValue(156)
        self._size.setToolTip("Size of the sheets")
        self._size.valueChanged.connect(self._on_size_changed)
        self._add = parts.button("Add scans…", "add", "quiet", "Add a folder of scans (Ctrl+I)")
        self._add.clicked.connect(self.import_wanted)
        self._left_out = parts.button("", "warning", "quiet", "See which files were left out, and why")
        self._left_out.clicked.connect(self._on_left_out_clicked)
        self._next = parts.button(
            "Next: the map", "next", "primary", "Put pages that look alike side by side"
        )
        self._next.clicked.connect(self._on_next_clicked)
        self._empty = parts.EmptyState(
            "sketchbooks", "No pages yet. Scans stay where they are; nothing is ever written there.",
            "Add a folder of scans…",
        )  # fmt: skip
        self._empty.triggered.connect(self.import_wanted)
        self._nothing = parts.EmptyState("filter", "Nothing fits these filters.", "Show everything")
        self._nothing.triggered.connect(self._on_nothing_triggered)
        self._table = QWidget()
        self._sheets = QStackedLayout(self._table)
        self._sheets.addWidget(self._nothing)
        self._lay_out()

    def _lay_out(self) -> None:
        self._room = QWidget()
        left = parts.panel()
        left.setFixedWidth(BOOKS_PX)
        foot = parts.column(
            self._size, self._add, self._left_out, self._next, spacing=theme.SPACE_4, margins=theme.SPACE_8
        )
        column = parts.column(self._books, spacing=0)
        column.addLayout(foot)
        left.setLayout(column)
        room = parts.row(left, parts.rule(vertical=True), self._table, spacing=0)
        room.setStretch(2, 1)
        self._room.setLayout(room)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._room)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's pages."""
        super().open_project(session)
        self._grid = ThumbnailGrid(self._model, session.thumbnails)
        self._grid.set_badges(session.curation.badge)
        self._grid.follow(session.selection)
        self._grid.loupe_wanted.connect(self.loupe_wanted)
        self._sheets.addWidget(self._grid)
        self._on_size_changed(self._size.value())
        session.curation.shown_changed.connect(self._on_curation_shown_changed)
        session.learning.learned.connect(self._on_learning_learned)
        session.library.changed.connect(self._on_library_changed)

    def close_project(self) -> None:
        """Clear the table."""
        if self.session is not None:
            self.session.curation.shown_changed.disconnect(self._on_curation_shown_changed)
            self.session.learning.learned.disconnect(self._on_learning_learned)
            self.session.library.changed.disconnect(self._on_library_changed)
        if self._grid is not None:
            self._grid.follow(None)
            self._sheets.removeWidget(self._grid)
            self._grid.deleteLater()
            self._grid = None
        self._model.show(())
        self._loaded = False
        super().close_project()

    def count_text(self) -> str:
        """How many pages nobody decided about."""
        if self.session is None:
            return ""
        shelf = self.session.library.shelf("pages")
        left = shelf.decided["undecided"]
        return (
            f"{left:,} to look at" if left else (f"all {len(shelf.items):,} decided" if shelf.items else "")
        )

    def activate(self) -> None:
        """Arrow keys go to the grid at once."""
        if self._grid is not None:
            self._grid.setFocus()

    def is_settled(self) -> bool:
        """Whether the thumbnails on screen are there."""
        return self.session is None or not self.session.is_busy

    def refresh(self) -> None:
        """See which files were left out."""
        if self.session is not None:
            count = len(skipped_files(self.session.project))
            self._left_out.setText("1 file left out" if count == 1 else f"{count} files left out")
            self._left_out.setVisible(bool(count))

    def view_state(self) -> dict[str, Any]:
        """Size of the sheets, and what stands at the top."""
        return {"size": self._size.value(), "top": self._grid.top_id() if self._grid is not None else ""}

    def restore_view(self, view: dict[str, Any]) -> None:
        """The same sheets at the same place."""
        if isinstance(view.get("size"), int):
            self._size.setValue(view["size"])
        if self._grid is not None and isinstance(view.get("top"), str):
            self._grid.scroll_to_top_id(view["top"])

    # -- what is shown ---------------------------------------------------------------------------------

    def _on_library_changed(self, level: str) -> None:
        if level == "pages":
            self.count_changed.emit()

    def _on_curation_shown_changed(self, after_gesture: bool) -> None:
        if self.isVisible():
            self._show(after_gesture=after_gesture)
        else:
            self._stale = True

    def _on_learning_learned(self, _level: str) -> None:
        if self._grid is not None:
            self._grid.viewport().update()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another pane was in front."""
        super().showEvent(event)
        if self._stale:
            self._show(after_gesture=self._loaded)

    def _show(self, *, after_gesture: bool) -> None:
        if self._grid is None or self.session is None:
            return
        self._stale = False
        curation = self.session.curation
        pages = self.session.library.shelf("pages").items
        self._stack.setCurrentWidget(self._room if pages else self._empty)
        self._books.show_books(curation.items, curation.filter.book)
        self._next.setVisible(not any(item.is_on_map for item in pages))
        shown = curation.shown
        self._grid.show_items(shown, after_gesture=after_gesture and self._loaded)
        self._sheets.setCurrentWidget(self._grid if shown else self._nothing)
        if pages and not self._loaded:
            self.activate()
        self._loaded = bool(pages)

    def _on_books_chosen(self, book: str) -> None:
        if self.session is not None:
            curation = self.session.curation
            curation.set_filter(replace(curation.filter, book=book))

    def _on_next_clicked(self) -> None:
        self.wanted.emit("Map")

    def _on_left_out_clicked(self) -> None:
        if self.session is not None:
            LeftOutDialog(skipped_files(self.session.project), self).open()

    def _on_nothing_triggered(self) -> None:
        if self.session is not None:
            self.session.curation.set_filter(ItemFilter())
            self.session.curation.set_ranking(None)

    def _on_size_changed(self, width: int) -> None:
        if self._grid is not None:
            self._grid.set_cell(QSize(width, round(width * 1.3) + 6))

    def neighbour(self, item_id: str, step: int) -> str:
        """The next of those shown."""
        row = self._model.row_of(item_id)
        items = self._model.items
        return items[row + step].id if row >= 0 and 0 <= row + step < len(items) else ""
