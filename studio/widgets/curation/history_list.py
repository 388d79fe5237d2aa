"""The history: every gesture with its time, and the way back to any of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio import icons, theme
from studio.models.history_model import ROW_ROLE, HistoryModel, HistoryRow, time_text
from studio.models.items import AnyIndex
from studio.widgets import parts

__all__ = ["HistoryList", "HistoryRow"]

_ROW_PX = 32
_TIME_PX = 76
_MARK_PX = 16
_HINT = "What came after it is taken back, and stays in the list."
_FORWARD_HINT = "What was taken back up to it is done again."
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class _Entry(QStyledItemDelegate):
    """Paints one gesture, or the line where the project stands."""

    today = date.min

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Every row is the same: that is what makes ten thousand of them cheap."""
        return QSize(200, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Time, sentence, mark."""
        row: HistoryRow | None = index.data(ROW_ROLE)
        room = QRectF(option.rect).adjusted(theme.SPACE_12, 0, -theme.SPACE_12, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row is None:
            _paint_now(painter, room)
        else:
            _paint_ground(painter, option)
            is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            self._paint_row(painter, room, row, "text" if is_chosen else "muted")
        painter.restore()

    def _paint_row(self, painter: QPainter, room: QRectF, row: HistoryRow, quiet: str) -> None:
        """`quiet` is the token of lesser words: muted ones cannot be read on the tint of a choice."""
        tokens = theme.tokens()
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(QColor(getattr(tokens, quiet)))
        painter.drawText(room, int(_MIDDLE | Qt.AlignmentFlag.AlignLeft), time_text(row.time, self.today))
        words = room.adjusted(_TIME_PX, 0, 0, 0)
        if row.taken_back:
            words.setRight(words.right() - _MARK_PX - theme.SPACE_8)
            mark = QRectF(room.right() - _MARK_PX, room.center().y() - _MARK_PX / 2, _MARK_PX, _MARK_PX)
            icons.paint(painter, "undo", mark, quiet)
        face = theme.font()
        face.setStrikeOut(row.taken_back)
        painter.setFont(face)
        painter.setPen(QColor(getattr(tokens, quiet) if row.taken_back else tokens.text))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, int(_MIDDLE | Qt.AlignmentFlag.AlignLeft), text)


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """A tint under what is chosen, a fainter one under the cursor."""
    tokens = theme.tokens()
    if option.state & QStyle.StateFlag.State_Selected:
        tint = theme.mix(tokens.panel, tokens.accent, 0.14)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        tint = theme.mix(tokens.panel, tokens.text, 0.05)
    else:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint))
    sheet = QRectF(option.rect).adjusted(theme.SPACE_4, 1, -theme.SPACE_4, -1)
    painter.drawRoundedRect(sheet, theme.RADIUS_PX, theme.RADIUS_PX)


def _paint_now(painter: QPainter, room: QRectF) -> None:
    tokens = theme.tokens()
    painter.setFont(theme.font(theme.CAPTION_PX, bold=True))
    painter.setPen(QPen(QColor(tokens.accent), 1.5))
    painter.drawText(room, int(_MIDDLE | Qt.AlignmentFlag.AlignLeft), "now")
    middle = room.center().y()
    painter.drawLine(QPointF(room.left() + 36, middle), QPointF(room.right(), middle))


class _Entries(QListView):
    """The list itself.

    Signals:
        entered_on: Enter was pressed on an entry.
    """

    entered_on = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is for us: not every desktop lets a list say so."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_on.emit()
        else:
            super().keyPressEvent(event)


class HistoryList(QDialog):
    """Stays open beside the window while the artist steps through what was done.

    Signals:
        back_wanted: Number of the entry after which the project should stand as it stood then; one above
            the line `now` was taken back and is to be done again.
        export_wanted: Write the decisions to a table.
        import_wanted: Take over a table.
        folders_wanted: Take over a folder with a sub-folder for each label.
        merge_wanted: Take over what somebody else decided.
    """

    back_wanted = Signal(int)
    export_wanted = Signal()
    import_wanted = Signal()
    folders_wanted = Signal()
    merge_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("History")
        self.resize(520, 560)
        self.setMinimumSize(280, 240)
        self.model = HistoryModel(self)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find a gesture…")
        self.field.setClearButtonEnabled(True)
        self.field.setAccessibleName("Find a gesture")
        self.entries = _Entries()
        self.entries.setProperty("role", "panel")
        self.entries.setAccessibleName("Gestures, newest first")
        self.entries.setUniformItemSizes(True)
        self.entries.setMouseTracking(True)
        self.entries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entries.setModel(self.model)
        self._delegate = _Entry(self)
        self.entries.setItemDelegate(self._delegate)
        self.nothing = parts.label("", "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.back = parts.button("Go back to here", "undo", "primary")
        self.more = parts.button("Out and in…", "export", "quiet", "Export, import, merge decisions")
        self.more.setAutoDefault(False)
        self._menu = QMenu(self)
        for text, signal in (
            ("Export decisions…", self.export_wanted),
            ("Import decisions…", self.import_wanted),
            ("Import a folder of labels…", self.folders_wanted),
            ("Merge somebody else's…", self.merge_wanted),
        ):
            self._menu.addAction(text).triggered.connect(signal)
        self.more.setMenu(self._menu)
        self._hint = parts.label("", "caption", wrap=True)
        self._lay_out()
        self.field.textChanged.connect(self._on_field_text_changed)
        self.field.returnPressed.connect(self._on_field_return_pressed)
        self.entries.entered_on.connect(self._go_back)
        self.entries.doubleClicked.connect(self._on_entries_double_clicked)
        self.entries.selectionModel().currentChanged.connect(self._on_entries_current_changed)
        self.model.modelReset.connect(self._on_model_reset)
        self.back.clicked.connect(self._on_back_clicked)
        # Enter in the field goes to the list: it may not press a button in passing.
        self.back.setAutoDefault(False)
        self.show_rows(())

    def _lay_out(self) -> None:
        foot = parts.row(self.more, 0, self.back)
        layout = parts.column(spacing=theme.SPACE_12, margins=theme.SPACE_16)
        layout.addWidget(parts.label("History", "title"))
        layout.addWidget(self.field)
        layout.addWidget(self.entries, 1)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self._hint)
        layout.addLayout(foot)
        self.setLayout(layout)

    def show_rows(self, rows: Sequence[HistoryRow]) -> None:
        """Show these gestures; what was chosen stays chosen, and the list stays where it was."""
        bar, chosen = self.entries.verticalScrollBar(), self.chosen
        place = bar.value()
        self._delegate.today = date.today()
        self.model.show(rows)
        if chosen is not None:
            self._choose(self.model.index_of(chosen.number))
        bar.setValue(place)

    @property
    def chosen(self) -> HistoryRow | None:
        """The entry that is chosen."""
        row: HistoryRow | None = self.entries.currentIndex().data(ROW_ROLE)
        return row

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.entries.setCurrentIndex(index)

    def _enable(self) -> None:
        """What the button would do with the entry that is chosen."""
        row, now = self.chosen, self.model.now
        self.back.setEnabled(row is not None and row.number != now)
        forward = row is not None and row.number > now
        self.back.setText("Go forward to here" if forward else "Go back to here")
        self.back.setIcon(icons.icon("redo" if forward else "undo", "on_accent"))
        here = row is not None and row.number == now
        hint = "Here you are." if here else _FORWARD_HINT if forward else _HINT
        self._hint.setText(hint if row is not None else "")

    def _go_back(self) -> None:
        row = self.chosen
        if row is not None and self.back.isEnabled():
            self.back_wanted.emit(row.number)

    def _on_model_reset(self) -> None:
        has_rows = self.model.has_rows
        self.entries.setVisible(has_rows)
        self.nothing.setVisible(not has_rows)
        searched = bool(self.field.text().strip())
        self.nothing.setText("No gesture like that." if searched else "Nothing has been decided yet.")
        self._enable()

    def _on_field_text_changed(self, text: str) -> None:
        chosen = self.chosen
        self.model.set_filter(text)
        if chosen is not None:
            self._choose(self.model.index_of(chosen.number))

    def _on_field_return_pressed(self) -> None:
        self.entries.setFocus()
        if self.chosen is None:
            first = 0 if self.model.index(0).data(ROW_ROLE) is not None else 1
            self._choose(self.model.index(first))

    def _on_entries_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._enable()

    def _on_entries_double_clicked(self, _index: QModelIndex) -> None:
        self._go_back()

    def _on_back_clicked(self) -> None:
        self._go_back()
