"""Sketchbooks: books at the left, their pages on the table, the loupe over them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QSlider,
    QStackedLayout,
    QWidget,
)

from engine.scans.catalogue import skipped_files
from studio import theme
from studio.models.filters import NO_KIND, ItemFilter
from studio.models.items import Item, ItemsModel
from studio.panes.base import Pane
from studio.session import Session
from studio.widgets import parts
from studio.widgets.book_list import BOOKS_PX, BookList
from studio.widgets.left_out import LeftOutDialog
from studio.widgets.thumbnail_grid import ThumbnailGrid

_ROOMY_PX, _NARROW_PX = 860, 700
_DECISIONS = ("Any decision", "undecided", "accepted", "rejected")


class SketchbooksPane(Pane):
    """The pages of all books, or of one.

    Signals:
        import_wanted: The artist wants to add a folder of scans.
    """

    TITLE = "Sketchbooks"
    ICON = "sketchbooks"
    SHOWS_ITEMS = True
    WATCHES = frozenset({"pages", "decisions"})

    import_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = ItemFilter()
        self._model = ItemsModel(self)
        self._grid: ThumbnailGrid | None = None
        self._loaded = False
        self._stale = False
        self._books = BookList()
        self._books.chosen.connect(self._on_books_chosen)
        self._kind = QComboBox()
        self._decision = QComboBox()
        self._decision.addItems(list(_DECISIONS))
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search pages  ( / )")
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumWidth(130)
        self._search.setMaximumWidth(240)
        self._shown = parts.label("", "caption")
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setRange(110, 260)
        self._size.setValue(156)
        self._size.setFixedWidth(110)
        self._size.setToolTip("Size of the sheets")
        self._size.valueChanged.connect(self._on_size_changed)
        self._kind.currentTextChanged.connect(self._on_filter_changed)
        self._decision.currentTextChanged.connect(self._on_filter_changed)
        self._search.textChanged.connect(self._on_filter_changed)
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
        self._nothing = parts.EmptyState("filter", "No page fits these filters.", "Show all pages")
        self._nothing.triggered.connect(self._on_nothing_triggered)
        self._table = QWidget()
        self._sheets = QStackedLayout(self._table)
        self._sheets.addWidget(self._nothing)
        self._lay_out()

    def _lay_out(self) -> None:
        add = parts.tool("add", "Add a folder of scans…")
        add.clicked.connect(self.import_wanted)
        bar = parts.row(self._search, self._kind, self._decision, 0, self._shown, self._size, add)
        bar.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        right = parts.column(spacing=0)
        right.addLayout(bar)
        right.addWidget(parts.rule())
        right.addWidget(self._table, 1)
        self._room = QWidget()
        left = parts.panel()
        left.setFixedWidth(BOOKS_PX)
        foot = parts.column(self._left_out, self._next, spacing=theme.SPACE_4, margins=theme.SPACE_8)
        column = parts.column(self._books, spacing=0)
        column.addLayout(foot)
        left.setLayout(column)
        room = parts.row(left, parts.rule(vertical=True), spacing=0)
        room.addLayout(right, 1)
        self._room.setLayout(room)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._room)

    # -- life ------------------------------------------------------------------------------------------

    def open_project(self, session: Session) -> None:
        """Show this project's pages."""
        super().open_project(session)
        self._grid = ThumbnailGrid(self._model, session.thumbnails)
        self._grid.follow(session.selection)
        self._grid.loupe_wanted.connect(self.loupe_wanted)
        self._sheets.addWidget(self._grid)
        self._on_size_changed(self._size.value())
        session.library.changed.connect(self._on_library_changed)

    def close_project(self) -> None:
        """Clear the table."""
        if self.session is not None:
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
        return self.session is None or not (self.session.tasks.busy or self.session.thumbnails.busy)

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self._search.setFocus()
        self._search.selectAll()

    def refresh(self) -> None:
        """See which files were left out."""
        if self.session is not None:
            count = len(skipped_files(self.session.project))
            self._left_out.setText("1 file left out" if count == 1 else f"{count} files left out")
            self._left_out.setVisible(bool(count))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bar's less needed parts make room first."""
        super().resizeEvent(event)
        self._size.setVisible(self.width() > _ROOMY_PX)
        self._shown.setVisible(self.width() > _NARROW_PX)

    # -- what is shown ---------------------------------------------------------------------------------

    def _pages(self) -> Sequence[Item]:
        return self.session.library.shelf("pages").items if self.session is not None else ()

    def _on_library_changed(self, level: str) -> None:
        if level != "pages":
            return
        self.count_changed.emit()
        if self.isVisible():
            self._show_pages()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while another pane was in front."""
        super().showEvent(event)
        if self._stale:
            self._show_pages()

    def _show_pages(self) -> None:
        self._stale = False
        items = self._pages()
        self._stack.setCurrentWidget(self._room if items else self._empty)
        self._books.show_books(items)
        self._list_kinds(items)
        self._next.setVisible(not any(item.is_on_map for item in items))
        self._show(after_gesture=self._loaded)
        if items and not self._loaded:
            self.activate()
        self._loaded = bool(items)

    def _list_kinds(self, items: Sequence[Item]) -> None:
        kinds = ["Any kind", *sorted({item.kind or NO_KIND for item in items})]
        if kinds != [self._kind.itemText(at) for at in range(self._kind.count())]:
            chosen = self._kind.currentText()
            self._kind.blockSignals(True)
            self._kind.clear()
            self._kind.addItems(kinds)
            self._kind.setCurrentText(chosen if chosen in kinds else "Any kind")
            self._kind.blockSignals(False)

    def _show(self, *, after_gesture: bool = False) -> None:
        if self._grid is None:
            return
        items = self._pages()
        shown = [item for item in items if self._filter.admits(item)]
        self._grid.show_items(shown, after_gesture=after_gesture)
        self._sheets.setCurrentWidget(self._grid if shown else self._nothing)
        all_shown = len(shown) == len(items)
        self._shown.setText(
            f"{len(shown):,} pages" if all_shown else f"{len(shown):,} of {len(items):,} pages"
        )

    def _on_books_chosen(self, book: str) -> None:
        self._set_filter(book)

    def _on_next_clicked(self) -> None:
        self.wanted.emit("Map")

    def _on_left_out_clicked(self) -> None:
        if self.session is not None:
            LeftOutDialog(skipped_files(self.session.project), self).open()

    def _on_filter_changed(self, _text: str) -> None:
        self._set_filter(book=self._filter.book)

    def _set_filter(self, book: str) -> None:
        kind = self._kind.currentText() if self._kind.currentIndex() > 0 else ""
        decision = self._decision.currentText() if self._decision.currentIndex() > 0 else ""
        self._filter = ItemFilter(book, kind, decision, self._search.text())
        self._show()

    def _on_nothing_triggered(self) -> None:
        for field in (self._kind, self._decision):
            field.setCurrentIndex(0)
        self._search.clear()
        self._books.setCurrentRow(0)

    def _on_size_changed(self, width: int) -> None:
        if self._grid is not None:
            self._grid.set_cell(QSize(width, round(width * 1.3) + 6))

    def neighbour(self, item_id: str, step: int) -> str:
        """The next page of those shown."""
        row = self._model.row_of(item_id)
        items = self._model.items
        return items[row + step].id if row >= 0 and 0 <= row + step < len(items) else ""
