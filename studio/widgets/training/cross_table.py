"""Whose model reads whose pages how well: a card for each, in rows and columns."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from studio import theme
from studio.models.comparisons import (
    Comparison,
    Era,
    Reading,
    books_text,
    counted,
    interval_text,
    nats_text,
    reading_text,
)
from studio.widgets import parts

_BAR_PX, _DOT_PX, _END_PX = 22, 4, 5
_TINT, _BORDER, _AXIS = 0.10, 0.45, 0.15
_ROW_HEAD_PX = 176
_WORDS = {"own": "", "harder": "harder", "easier": "easier", "alike": "no clear difference"}


def colour_of(reading: Reading) -> str:
    """What is surely harder or easier has a colour of its own; the words say the same."""
    tokens = theme.tokens()
    return {"harder": tokens.machine, "easier": tokens.accepted}.get(reading.verdict, tokens.muted)


class IntervalBar(QWidget):
    """How much more or less a model takes than the pages' own, which stands in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._reach = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(120, _BAR_PX)

    def show_reading(self, reading: Reading, reach: float) -> None:
        """Show a difference; `reach` nats to both sides have room."""
        self._reading, self._reach = reading, max(reach, 1e-6)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A hairline with the own model's tick, the interval, and the dot in it."""
        if self._reading is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, colour = theme.tokens(), QColor(colour_of(self._reading))
        middle, y = self.width() / 2, self.height() / 2
        painter.setPen(QPen(QColor(theme.mix(tokens.line, tokens.text, _AXIS)), 1))
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        painter.setPen(QPen(QColor(tokens.text), 1.5))
        painter.drawLine(QPointF(middle, 2), QPointF(middle, self.height() - 2))
        low, dot, high = (
            self._place(nats) for nats in (self._reading.low, self._reading.more, self._reading.high)
        )
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(low, y), QPointF(high, y))
        for end in (low, high):
            painter.drawLine(QPointF(end, y - _END_PX), QPointF(end, y + _END_PX))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(dot, y), _DOT_PX, _DOT_PX)
        painter.end()

    def _place(self, nats: float) -> float:
        room = self.width() / 2 - _END_PX
        return self.width() / 2 + nats / self._reach * room


class ReadingCard(QFrame):
    """One cell: the figure, what it says, and how sure that is."""

    def __init__(self, reading: Reading, reach: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reading = reading
        is_own = reading.verdict == "own"
        figure = parts.label(f"{reading.nats:.3f}", "title" if is_own else "")
        figure.setFont(theme.font(theme.TITLE_PX, bold=is_own))
        unit = parts.label("nats a point", "caption")
        self.words = parts.label(reading_text(reading), "", wrap=True)
        self.words.setFont(theme.font(bold=is_own))
        head = parts.row(figure, unit, 0, spacing=theme.SPACE_8)
        layout = parts.column(spacing=theme.SPACE_4, margins=theme.SPACE_12)
        layout.addLayout(head)
        layout.addWidget(self.words)
        if not is_own:
            head.addWidget(parts.label(_WORDS[reading.verdict], "heading"))
            bar = IntervalBar()
            bar.show_reading(reading, reach)
            layout.addWidget(bar)
            layout.addWidget(parts.label(interval_text(reading.low, reading.high), "caption", wrap=True))
            self.setToolTip(_tip(reading))
        layout.addStretch(1)
        self.setLayout(layout)
        self.setAccessibleName(f"{reading.model} books' model, {reading.pages} pages: {self.words.text()}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A sheet of panel, tinted where the difference is sure."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, tint = theme.tokens(), colour_of(self.reading)
        sure = self.reading.verdict in ("harder", "easier")
        border = theme.mix(tokens.line, tint, _BORDER) if sure else tokens.line
        painter.setPen(QPen(QColor(border), 1))
        painter.setBrush(QColor(theme.mix(tokens.panel, tint, _TINT) if sure else tokens.panel))
        room = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(room, theme.RADIUS_PX, theme.RADIUS_PX)
        painter.end()


class CrossTable(QWidget):
    """Rows are models, columns the pages they read.

    Attributes:
        cards: The cells, row by row.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.SPACE_8)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._grid)
        self._comparison: Comparison | None = None
        self.cards: list[ReadingCard] = []

    def show_comparison(self, comparison: Comparison) -> None:
        """Show the table of a comparison that has one."""
        if comparison == self._comparison:
            return
        self._comparison = comparison
        self._clear()
        reach = max(max(abs(one.low), abs(one.high), abs(one.more)) for one in comparison.readings)
        for at, era in enumerate(comparison.eras):
            self._grid.addWidget(_column_head(era), 0, at + 1)
            self._grid.addWidget(_row_head(era), at + 1, 0)
            self._grid.setColumnStretch(at + 1, 1)
            for column, pages in enumerate(comparison.eras):
                card = ReadingCard(comparison.reading(era.name, pages.name), reach)
                self.cards.append(card)
                self._grid.addWidget(card, at + 1, column + 1)

    def _clear(self) -> None:
        self.cards = []
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _column_head(era: Era) -> QWidget:
    held = f"{counted(era.drawings, 'drawing')} on {counted(era.pages, 'page')}"
    caption = f"{held} that no training saw"
    head = QWidget()
    words = (parts.label(f"reads {era.name} pages", "heading"), parts.label(caption, "caption", wrap=True))
    head.setLayout(parts.column(*words, spacing=0))
    return head


def _row_head(era: Era) -> QWidget:
    learnt = f"learnt from {counted(era.learnt, 'drawing')}"
    head = QWidget()
    head.setLayout(
        parts.column(
            parts.label(f"{era.title[0].upper()}{era.title[1:]}' model", "heading", wrap=True),
            parts.label(books_text(era.books), "caption", wrap=True),
            parts.label(learnt, "caption", wrap=True),
            0,
            spacing=0,
        )
    )
    head.setFixedWidth(_ROW_HEAD_PX)
    return head


def _tip(reading: Reading) -> str:
    more = "more" if reading.more >= 0 else "less"
    return (
        f"{nats_text(abs(reading.more))} nats a point {more} than the {reading.pages} books' own model.\n"
        "The tick in the middle is that model; the bar is where the difference lies in 95 of 100 draws of\n"
        "as many pages. It does not know the luck of one training: another seed tells that."
    )
