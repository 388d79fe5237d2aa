"""The shelf: a row a book, with how much of it is still to be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio import theme
from studio.models.items import AnyIndex, Item

BOOKS_PX = 168
_BOOK_AND_DECISION = attrgetter("book", "decision")
_BOOK_ROLE = int(Qt.ItemDataRole.UserRole)
_CAPTION_ROLE = _BOOK_ROLE + 1
_SHARE_ROLE = _BOOK_ROLE + 2


class _BookDelegate(QStyledItemDelegate):
    """Name, count, and a hairline that fills as the book is decided."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(BOOKS_PX - 8, 56)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        tokens = theme.tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = QRectF(option.rect).adjusted(8, 2, -8, -2)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.mix(tokens.panel, tokens.accent, 0.12)))
            painter.drawRoundedRect(cell, theme.RADIUS_PX, theme.RADIUS_PX)
        room = cell.adjusted(12, 8, -8, -8)
        face = theme.font(bold=chosen)
        painter.setFont(face)
        painter.setPen(QColor(tokens.text))
        name = QFontMetrics(face).elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, int(room.width())
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignTop), name)
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(QColor(tokens.muted))
        caption = room.adjusted(0, 0, 0, -4)
        painter.drawText(caption, int(Qt.AlignmentFlag.AlignBottom), str(index.data(_CAPTION_ROLE)))
        bar = QRectF(room.left(), room.bottom() + 1, room.width(), 2)
        painter.fillRect(bar, QColor(tokens.line))
        bar.setWidth(bar.width() * float(index.data(_SHARE_ROLE)))
        painter.fillRect(bar, QColor(tokens.accent))
        painter.restore()


class BookList(QListWidget):
    """All books, and "all books".

    Signals:
        chosen: The book's name; empty for all.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = ""
        self.setProperty("role", "panel")
        self.setAccessibleName("Books")
        self.setItemDelegate(_BookDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._on_current_changed)

    def show_books(self, items: Sequence[Item], chosen: str) -> None:
        """List the books of these items, in their order, one of them (or all: "") chosen."""
        self._book = chosen
        both = Counter(map(_BOOK_AND_DECISION, items))
        pages: Counter[str] = Counter()
        for (book, _), count in both.items():
            pages[book] += count
        left = Counter({book: both[book, "undecided"] for book in pages})
        rows = [("", "All books", len(items), left.total())]
        rows += [(book, book or "no book", count, left[book]) for book, count in pages.items()]
        self.blockSignals(True)
        if [row[0] for row in rows] != [self.item(at).data(_BOOK_ROLE) for at in range(self.count())]:
            self.clear()
            for book, name, _, _ in rows:
                row = QListWidgetItem(name)
                row.setData(_BOOK_ROLE, book)
                self.addItem(row)
        for at, (book, name, count, undecided) in enumerate(rows):
            caption = f"{undecided} of {count} to look at" if undecided else f"{count}, all decided"
            row = self.item(at)
            row.setData(_CAPTION_ROLE, caption)
            row.setData(_SHARE_ROLE, 1 - undecided / max(count, 1))
            row.setToolTip(f"{name}: {caption}")
            if book == self._book:
                self.setCurrentItem(row)
        self.blockSignals(False)

    def _on_current_changed(self, row: QListWidgetItem | None, _before: object) -> None:
        if row is not None:
            self._book = str(row.data(_BOOK_ROLE))
            self.chosen.emit(self._book)
