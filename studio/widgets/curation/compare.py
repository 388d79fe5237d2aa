"""Two to four items side by side, as large as the pane, moved and zoomed as one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.models.items import Item
from studio.session import Session
from studio.widgets import parts
from studio.widgets.curation import marks
from studio.widgets.curation.closeup import LOOK_CLOSER, Closeup, Lens, caption, wheel_factor
from studio.widgets.elided_label import ElidedLabel

MOST = 4
_GAP_PX = 8
_PADDING_PX = 12
_CAPTION_PX = 36
_MARK_PX = 20
_PAGE = 0.76
"""Width of a usual page by its height: what the sides are laid out for."""
_SIDES = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_ZOOMS = {Qt.Key.Key_Plus: 1.5, Qt.Key.Key_Equal: 1.5, Qt.Key.Key_Minus: 1 / 1.5}
_CLOSING = (Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_C)
_KEYS = "← → or Tab side   ↑ ↓ its neighbours   P accept   X reject   U undecided   0 fit   Space close"


class Compare(QWidget):
    """Covers its parent while it is shown.

    One side is the active one, in a frame: what the window's keys decide about. Wheel zooms at the cursor and
    drag moves, the same place on every sheet; a double click or `0` fits.

    Signals:
        chosen: Id of the active side, whenever another became it and whenever items are shown: it should be
            all that is selected.
        stepped: +1 or -1: replace the active side by its next or previous neighbour (`replace_active`).
        kept: (id to keep, [ids to reject]).
        closed: It was put away.
    """

    chosen = Signal(str)
    stepped = Signal(int)
    kept = Signal(object)
    closed = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = parent
        parent.installEventFilter(self)
        self._session = session
        self._sides: list[Closeup] = []
        self._active = 0
        self._lens = Lens()
        self._grip: tuple[int, QPointF] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAccessibleName("Side by side")
        self.keep = parts.button("", "keep", "primary", "Accept this one, reject the rest  (K)")
        self.close_button = parts.tool("reject", "Close  (Space)", size_px=16)
        for button in (self.keep, self.close_button):
            # The keys stay with the pictures.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._hint = ElidedLabel("caption")
        self._bar = parts.panel()
        self._bar.setParent(self)
        self._bar.setCursor(Qt.CursorShape.ArrowCursor)
        row = parts.row(self._hint, self.keep, self.close_button, spacing=theme.SPACE_12)
        row.setStretch(0, 1)
        row.setContentsMargins(theme.SPACE_16, theme.SPACE_4, theme.SPACE_8, theme.SPACE_4)
        self._bar.setLayout(row)
        self.keep.clicked.connect(self._on_keep_clicked)
        self.close_button.clicked.connect(self.put_away)
        self.hide()

    # -- what is compared ------------------------------------------------------------------------------

    @property
    def items(self) -> list[Item]:
        """What lies side by side, from the left."""
        return [side.item for side in self._sides if side.item is not None]

    @property
    def ids(self) -> list[str]:
        """Their ids."""
        return [item.id for item in self.items]

    @property
    def active(self) -> Item | None:
        """The item of the active side."""
        return self._sides[self._active].item if self._sides else None

    @property
    def is_loaded(self) -> bool:
        """Whether all pictures themselves are shown, not their stand-ins."""
        return all(side.is_loaded for side in self._sides)

    @property
    def lens(self) -> Lens:
        """Where all sides are looked at, and how closely."""
        return self._lens

    def look_at(self, items: Sequence[Item], active_id: str = "") -> None:
        """Show items; the same items again (after a decision) keep zoom, place and active side.

        Args:
            items: Two to four; further ones are left out.
            active_id: The side to begin with; without it the one that was active, else the first.
        """
        shown = list(items[:MOST])
        known, wanted = set(self.ids), active_id or (self.active.id if self.active is not None else "")
        self._have_sides(len(shown))
        for side, item in zip(self._sides, shown, strict=True):
            side.look_at(item)
        if not known & set(self.ids):
            self._fit()
        self._active = self.ids.index(wanted) if wanted in self.ids else 0
        if self.isHidden():
            self.setGeometry(self._table.rect())
            self.show()
            self.raise_()
            self.setFocus()
        self._show()
        self._tell()

    def replace_active(self, item: Item) -> None:
        """Show another item on the active side; one that lies on the table already stays where it is."""
        if item.id not in self.ids:
            self.look_at([*self.items[: self._active], item, *self.items[self._active + 1 :]], item.id)

    def put_away(self) -> None:
        """Hide it."""
        if self.isHidden():
            return
        self._have_sides(0)
        self._active = 0
        self.hide()
        self.closed.emit()

    def _have_sides(self, count: int) -> None:
        while len(self._sides) > count:
            side = self._sides.pop()
            side.drop()
            side.deleteLater()
        while len(self._sides) < count:
            side = Closeup(self._session, self)
            side.loaded.connect(self.update)
            self._sides.append(side)

    def _activate(self, number: int) -> None:
        if self._sides and number % len(self._sides) != self._active:
            self._active = number % len(self._sides)
            self.update()
            self._tell()

    def _tell(self) -> None:
        if self.active is not None:
            self.chosen.emit(self.active.id)

    def _show(self) -> None:
        """Words of the bar."""
        others = "the other" if len(self._sides) == 2 else "the others"
        full = f"Keep this, reject {others}"
        self.keep.setText(full)
        if self.width() < 2 * self.keep.sizeHint().width():
            self.keep.setText("Keep this")
        self.keep.setEnabled(len(self._sides) > 1)
        self.keep.setToolTip(f"{full}  (K)")
        self._hint.setText(f"{round(100 * self._lens.zoom)} %   {_KEYS}")
        self.update()

    def _keep(self) -> None:
        item = self.active
        if item is not None and len(self._sides) > 1:
            self.kept.emit((item.id, [other for other in self.ids if other != item.id]))

    # -- places ----------------------------------------------------------------------------------------

    def cell(self, number: int) -> QRectF:
        """The part of the table that belongs to a side, its caption included, px."""
        columns, rows = self._grid()
        width = (self.width() - _GAP_PX * (columns + 1)) / columns
        height = (self.height() - self._bar.height() - _GAP_PX * (rows + 1)) / rows
        row, column = divmod(number, columns)
        return QRectF(_GAP_PX + column * (width + _GAP_PX), _GAP_PX + row * (height + _GAP_PX), width, height)

    def room(self, number: int) -> QRectF:
        """The part of a cell in which the sheet is seen, px."""
        return self.cell(number).adjusted(_PADDING_PX, _PADDING_PX, -_PADDING_PX, -_CAPTION_PX)

    def _grid(self) -> tuple[int, int]:
        """Columns and rows in which pages are largest; two are always side by side."""
        count = max(len(self._sides), 1)
        if count <= 2:
            return count, 1
        ways = ((count, 1), (2, (count + 1) // 2))
        heights = [min(self.height() / rows, self.width() / columns / _PAGE) for columns, rows in ways]
        return ways[heights.index(max(heights))]

    def _side_at(self, point: QPointF) -> int:
        """The side under a point, -1 beside all of them."""
        return next((at for at in range(len(self._sides)) if self.cell(at).contains(point)), -1)

    def _fit(self) -> None:
        self._look_through(Lens())

    def _look_through(self, lens: Lens) -> None:
        self._lens = lens
        self._show()

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom all sides so that what lies under `point` (widget pixels) stays there on its side."""
        number = self._side_at(point)
        if number >= 0:
            room = self.room(number)
            self._look_through(self._lens.zoomed(factor, point, room, self._sides[number].sheet(room)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the pane, also when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._table.rect())
        return super().eventFilter(watched, event)

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Table, sheets, captions, the frame of the active side."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.tokens().window))
        for number, side in enumerate(self._sides):
            if side.item is not None:
                self._paint_side(painter, number, side, side.item)

    def _paint_side(self, painter: QPainter, number: int, side: Closeup, item: Item) -> None:
        tokens, cell, room = theme.tokens(), self.cell(number), self.room(number)
        is_active = number == self._active
        painter.setPen(QPen(QColor(tokens.accent if is_active else tokens.line), 2 if is_active else 1))
        painter.setBrush(QColor(tokens.panel))
        painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), theme.RADIUS_PX, theme.RADIUS_PX)
        painter.save()
        painter.setClipRect(room)
        side.paint(painter, self._lens.frame(room, side.sheet(room)))
        painter.restore()
        foot = QRectF(room.left(), room.bottom(), room.width(), cell.bottom() - room.bottom())
        mark = QRectF(foot.left(), foot.center().y() - _MARK_PX / 2, _MARK_PX, _MARK_PX)
        marks.paint_decision(painter, item.decision, mark)
        painter.setFont(theme.font(theme.TEXT_PX, bold=is_active))
        painter.setPen(QColor(tokens.text))
        words = foot.adjusted(_MARK_PX + theme.SPACE_8, 0, 0, 0)
        elided = painter.fontMetrics().elidedText(
            caption(item), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), elided)

    # -- mouse and keys --------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the cursor is."""
        self.zoom_at(event.position(), wheel_factor(event.angleDelta().y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the side, take hold of the sheets."""
        number = self._side_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self._activate(number)
            self._grip = number, event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move all sheets by the same share of their size."""
        if self._grip is not None:
            number, before = self._grip
            self._grip = number, event.position()
            sheet = self._sides[number].sheet(self.room(number))
            self._look_through(self._lens.moved(event.position() - before, sheet))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit, or look closer when it fits already."""
        if self._lens.zoom > 1.0:
            self._fit()
        else:
            self.zoom_at(event.position(), LOOK_CLOSER)

    def focusNextPrevChild(self, next_: bool) -> bool:
        """Tab goes from side to side, not out of the comparison."""
        self._activate(self._active + (1 if next_ else -1))
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Sides, neighbours, zoom, keep, put away; decisions are the window's keys."""
        key = Qt.Key(event.key())
        if key in _SIDES:
            self._activate(self._active + _SIDES[key])
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key in _ZOOMS:
            self.zoom_at(self.room(self._active).center(), _ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self._fit()
        elif key == Qt.Key.Key_K:
            self._keep()
        elif key in _CLOSING:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """A new size shows the whole sheets again."""
        height = self._bar.sizeHint().height()
        self._bar.setGeometry(0, self.height() - height, self.width(), height)
        self._fit()

    def _on_keep_clicked(self) -> None:
        self._keep()
