"""The real drawing that lies nearest to the chosen one, small, with its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import icons, theme
from studio.gallery.words import likeness_words
from studio.models.samples import Sample
from studio.widgets import drawing_art

_CARD_PX = 64


class NearestCard(QWidget):
    """A little sheet and two lines; hidden where there is nothing near.

    Signals:
        opened: The artist wants to see it large: a `Sample`.
    """

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample: Sample | None = None
        self._is_memorised = False
        self._words = ""
        self._page = ""
        self.setFixedHeight(_CARD_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("See it large")
        self.hide()

    @property
    def sample(self) -> Sample | None:
        """The real drawing shown."""
        return self._sample

    @property
    def words(self) -> str:
        """How near it is."""
        return self._words

    def show_answer(self, answer: Mapping[str, Any] | None) -> None:
        """Show what was found, see `engine.jobs.insights`; None, or where nothing was, hides it."""
        if not answer or answer.get("name") is None or answer.get("drawing") is None:
            self._sample = None
            self.hide()
            return
        name = str(answer["name"])
        self._sample = Sample(name.replace("/", " · "), answer["drawing"], "hand", {"drawing": name})
        self._is_memorised = bool(answer.get("memorised"))
        self._page = str(answer.get("page") or "")
        near = likeness_words(float(answer["distance"])).capitalize()
        self._words = f"Nearly a copy of {name}" if self._is_memorised else f"{near} {name}"
        self.setAccessibleName(self._words)
        self.show()
        self.update()

    def sizeHint(self) -> QSize:
        """One card high."""
        return QSize(240, _CARD_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Sheet at the left, words beside it."""
        if self._sample is None:
            return
        painter = QPainter(self)
        tokens = theme.tokens()
        border = tokens.rejected if self._is_memorised else tokens.accent if self.hasFocus() else ""
        sheet = QRectF(0, 0, _CARD_PX, _CARD_PX)
        drawing_art.paint_card(painter, self._sample.picture, sheet, theme.LIGHT.ink, border)
        left, width = _CARD_PX + theme.SPACE_12, self.width() - _CARD_PX - theme.SPACE_12
        lines = ["Nearest of your own", self._words, f"Page {self._page}" if self._page else ""]
        top = (_CARD_PX - 3 * 18) / 2
        for number, line in enumerate(lines):
            x = left
            if number == 1 and self._is_memorised:
                icons.paint(painter, "alike", QRectF(x, top + 18, 18, 18), tokens.rejected)
                x += 22
            painter.setFont(theme.font(theme.TEXT_PX if number == 1 else theme.CAPTION_PX))
            painter.setPen(tokens.text if number == 1 else tokens.muted)
            room = QRectF(x, top + 18 * number, width - (x - left), 18)
            text = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click opens it."""
        if event.button() == Qt.MouseButton.LeftButton and self._sample is not None:
            self.opened.emit(self._sample)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """So does Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._sample is not None:
            self.opened.emit(self._sample)
        else:
            super().keyPressEvent(event)
