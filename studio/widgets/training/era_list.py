"""All comparisons of eras: what each compares, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio import theme
from studio.models.comparisons import Comparison, finding
from studio.models.items import AnyIndex
from studio.widgets.training.era_life import state_text

_ID_ROLE = int(Qt.ItemDataRole.UserRole)
_OUTCOME_ROLE = _ID_ROLE + 1
_ROW_PX, _HEAD_PX = 82, 20


class _Delegate(QStyledItemDelegate):
    """What is compared, and below it what came of it, in three lines at most."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(0, _ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        tokens = theme.tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = QRectF(option.rect).adjusted(0, 2, 0, -2)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.mix(tokens.panel, tokens.accent, 0.12)))
            painter.drawRoundedRect(cell, theme.RADIUS_PX, theme.RADIUS_PX)
        room = cell.adjusted(8, 6, -8, -4)
        painter.setFont(theme.font(bold=chosen))
        painter.setPen(QColor(tokens.text))
        title = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignTop), title)
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(QColor(tokens.muted))
        words = int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(room.adjusted(0, _HEAD_PX, 0, 0), words, str(index.data(_OUTCOME_ROLE)))
        painter.restore()


class EraList(QListWidget):
    """A row for each comparison, newest first.

    Signals:
        chosen: Id of one.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName("Comparisons")
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._on_current_changed)

    def show_comparisons(self, found: Sequence[Comparison]) -> None:
        """List these, silently; rows stay where their comparisons do."""
        self.blockSignals(True)
        if [one.id for one in found] != [self.item(at).data(_ID_ROLE) for at in range(self.count())]:
            self.clear()
            for one in found:
                row = QListWidgetItem()
                row.setData(_ID_ROLE, one.id)
                self.addItem(row)
        for at, one in enumerate(found):
            outcome = finding(one)[0] if one.readings else state_text(one)
            row = self.item(at)
            row.setText(one.title)
            row.setData(_OUTCOME_ROLE, outcome)
            row.setToolTip(f"{one.id}: {one.title}. {outcome}")
        self.blockSignals(False)

    def choose(self, row: int) -> None:
        """Mark a row, silently; -1 marks none."""
        self.blockSignals(True)
        self.setCurrentRow(row)
        self.blockSignals(False)

    def _on_current_changed(self, row: QListWidgetItem | None, _before: object) -> None:
        if row is not None:
            self.chosen.emit(str(row.data(_ID_ROLE)))
