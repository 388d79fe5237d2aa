"""The look-alikes of one item: their pictures, and the button that keeps one and rejects the others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from studio import theme
from studio.models.items import Item
from studio.models.thumbnails import Thumbnails
from studio.widgets import parts
from studio.widgets.curation import marks

_SHEET_PX, _HEIGHT_PX, _MOST = 56, 74, 4


class _Sheets(QWidget):
    """The look-alikes in a row; a click looks at one.

    Signals:
        chosen: The id that was clicked.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._thumbnails: Thumbnails | None = None
        self._items: Sequence[Item] = ()
        self._current = ""
        self.setFixedHeight(_HEIGHT_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def follow(self, thumbnails: Thumbnails | None) -> None:
        self._thumbnails = thumbnails
        if thumbnails is not None:
            thumbnails.loaded.connect(self.update)

    def show_items(self, items: Sequence[Item], current: str) -> None:
        self._items, self._current = items[:_MOST], current
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_MOST * (_SHEET_PX + 4), _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._thumbnails is None:
            return
        painter = QPainter(self)
        for place, item in enumerate(self._items):
            frame = QRectF(place * (_SHEET_PX + 4), 0, _SHEET_PX, _HEIGHT_PX)
            rejected = item.decision == "rejected"
            sheet = marks.paint_picture(painter, self._thumbnails.pixmap(item), frame, dimmed=rejected)
            if item.id == self._current:
                painter.setPen(QPen(QColor(theme.tokens().accent), 2))
                painter.drawRect(sheet.adjusted(1, 1, -1, -1))
            if item.decision != "undecided":
                corner = sheet.bottomRight()
                marks.paint_decision(painter, item.decision, QRectF(corner.x() - 13, corner.y() - 13, 14, 14))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().x() // (_SHEET_PX + 4))
        if 0 <= place < len(self._items):
            self.chosen.emit(self._items[place].id)


class AlikeBox(QFrame):
    """Shown where an item has look-alikes.

    Signals:
        chosen: The id of a look-alike to go to.
        kept: (id, ids): keep the first, reject the others.
    """

    chosen = Signal(str)
    kept = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current = ""
        self._others: tuple[str, ...] = ()
        self._reason = parts.label("", "caption", wrap=True)
        self._sheets = _Sheets()
        self._sheets.chosen.connect(self.chosen)
        self._keep = parts.button("", "alike", "", "One step of undo")
        self._keep.clicked.connect(self._on_keep_clicked)
        self.setLayout(parts.column(self._reason, self._sheets, self._keep, spacing=theme.SPACE_4))

    def follow(self, thumbnails: Thumbnails | None) -> None:
        """Take pictures from there."""
        self._sheets.follow(thumbnails)

    def show_group(self, current: str, items: Sequence[Item], reason: str) -> None:
        """Show an item among its look-alikes; none of them hides the box."""
        self._current = current
        self._others = tuple(item.id for item in items if item.id != current)
        self.setVisible(bool(self._others))
        self._reason.setText(reason)
        self._sheets.show_items(items, current)
        rest = "the other" if len(self._others) == 1 else f"the other {len(self._others)}"
        self._keep.setText(f"Keep this, reject {rest}")

    def _on_keep_clicked(self) -> None:
        self.kept.emit(self._current, self._others)
