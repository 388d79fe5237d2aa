"""Which sketchbooks are old and which new: the shelf in order, a mark along it, a choice for each book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from studio import theme
from studio.models.comparisons import books_text, counted
from studio.models.era_choices import Book, Side
from studio.widgets import parts
from studio.widgets.elided_label import ElidedLabel

_SIDES: tuple[tuple[Side, str], ...] = (("old", "Old"), ("", "Leave out"), ("new", "New"))
_SIDE_PX = 76
_LIST_PX = 190


class _Slider(QSlider):
    """The wheel scrolls the list, not the mark it happens to pass over."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class BookRow(QWidget):
    """A sketchbook with what it holds, and where it stands.

    Signals:
        changed: The artist put it elsewhere.

    Attributes:
        buttons: By side.
    """

    changed = Signal()

    def __init__(self, book: Book, side: Side, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.book = book
        self.buttons: dict[Side, QPushButton] = {}
        self._group = QButtonGroup(self)
        facts = [book.dates, counted(book.pages, "page"), counted(book.drawings, "drawing")]
        caption = ElidedLabel("caption")
        caption.setText("  ·  ".join(part for part in facts if part))
        name = parts.label(book.name, "heading")
        layout = parts.row(name, spacing=theme.SPACE_12)
        layout.addWidget(caption, 1)
        choices = parts.row(spacing=2)
        for key, words in _SIDES:
            button = parts.button(words, role="small")
            button.setCheckable(True)
            button.setFixedWidth(_SIDE_PX)
            button.setAccessibleName(f"{book.name}: {words.lower()}")
            button.setAutoDefault(False)
            self.buttons[key] = button
            self._group.addButton(button)
            choices.addWidget(button)
        layout.addLayout(choices)
        self.setLayout(layout)
        self.put(side)
        self._group.buttonClicked.connect(self._on_group_clicked)

    @property
    def side(self) -> Side:
        """Where it stands."""
        return next(key for key, button in self.buttons.items() if button.isChecked())

    def put(self, side: Side) -> None:
        """Put it somewhere, silently."""
        self.buttons[side].setChecked(True)

    def _on_group_clicked(self) -> None:
        self.changed.emit()


class EraShelf(QWidget):
    """The whole shelf.

    Signals:
        changed: A book stands elsewhere.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[BookRow] = []
        self.mark = _Slider(Qt.Orientation.Horizontal)
        self.mark.setMinimumHeight(20)
        self.mark.setAccessibleName("Where the new books begin")
        self.mark.setToolTip("Books before the mark are old, those behind it new; what is left out stays out")
        self._mark_row = QWidget()
        marked = parts.row(parts.label("oldest", "caption"), spacing=theme.SPACE_8)
        marked.addWidget(self.mark, 1)
        marked.addWidget(parts.label("newest", "caption"))
        self._mark_row.setLayout(marked)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.SPACE_4)
        self._list.setContentsMargins(theme.SPACE_12, theme.SPACE_8, theme.SPACE_12, theme.SPACE_8)
        inside = QWidget()
        inside.setLayout(self._list)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(_LIST_PX)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        card = parts.panel("card")
        card.setLayout(parts.column(area, spacing=0, margins=1))
        self._totals = (parts.label("", "", wrap=True), parts.label("", "", wrap=True))
        layout = parts.column(self._mark_row, spacing=theme.SPACE_8)
        layout.addWidget(card, 1)
        for label in self._totals:
            layout.addWidget(label)
        self.setLayout(layout)
        self.mark.valueChanged.connect(self._on_mark_moved)

    def books(self, side: Side) -> list[Book]:
        """The sketchbooks on a side, in order."""
        return [row.book for row in self.rows if row.side == side]

    def show_books(self, books: Sequence[Book], sides: Mapping[str, Side]) -> None:
        """List these, silently; one that has no side is left out."""
        while self._list.count():
            item = self._list.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = [BookRow(book, sides.get(book.name, "")) for book in books]
        for row in self.rows:
            row.changed.connect(self._on_row_changed)
            self._list.addWidget(row)
        self._list.addStretch(1)
        self._mark_row.setVisible(len(books) > 2)
        self.mark.blockSignals(True)
        self.mark.setRange(1, max(len(books) - 1, 1))
        self.mark.setValue(sum(row.side == "old" for row in self.rows))
        self.mark.blockSignals(False)

    def show_totals(self, hold_out: float) -> None:
        """Say what stands on both sides, when so large a share of the pages is held out."""
        for side, label in zip(("old", "new"), self._totals, strict=True):
            label.setText(_total(side, [row.book for row in self.rows if row.side == side], hold_out))

    def _on_row_changed(self) -> None:
        self.changed.emit()

    def _on_mark_moved(self, first_new: int) -> None:
        for number, row in enumerate(self.rows):
            if row.side:
                row.put("old" if number < first_new else "new")
        self.changed.emit()


def _total(side: str, books: Sequence[Book], hold_out: float) -> str:
    if not books:
        return f"{side.capitalize()}: no sketchbook yet"
    pages, drawings = sum(book.pages for book in books), sum(book.drawings for book in books)
    held = counted(round(pages * hold_out), "page")
    names = books_text([book.name for book in books])
    what = f"{counted(pages, 'page')} with {counted(drawings, 'drawing')}"
    return f"{side.capitalize()}: {names}, {what}; about {held} held out"
