"""Kinds of files to choose from, each with what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
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

_ROW_PX, _WIDTH_PX = 52, 250
_MEANING_ROLE = int(Qt.ItemDataRole.UserRole) + 1


@dataclass(frozen=True, slots=True)
class FormatRow:
    """A kind of file.

    Attributes:
        key: What the code calls it.
        title: What it is called.
        meaning: What it is for.
    """

    key: str
    title: str
    meaning: str


class _Delegate(QStyledItemDelegate):
    """A title, and below it the meaning, quieter and on up to two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_WIDTH_PX - 40, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = theme.tokens()
        state: QStyle.StateFlag = option.state
        row = QRectF(option.rect).adjusted(2, 1, -2, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QColor(tokens.accent) if is_chosen else Qt.PenStyle.NoPen)
            tint = tokens.accent if is_chosen else tokens.text
            painter.setBrush(QColor(theme.mix(tokens.panel, tint, 0.14 if is_chosen else 0.06)))
            painter.drawRoundedRect(row.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_PX, theme.RADIUS_PX)
        room = row.adjusted(theme.SPACE_12, 4, -theme.SPACE_8, -3)
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font(bold=True))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignTop), str(index.data()))
        painter.setPen(QColor(tokens.muted))
        painter.setFont(theme.font(theme.CAPTION_PX))
        words = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
        painter.drawText(room.adjusted(0, 17, 0, 4), words, str(index.data(_MEANING_ROLE)))
        painter.restore()


class FormatList(QListWidget):
    """One is always chosen.

    Signals:
        chosen: The key of another one.
    """

    chosen = Signal(str)

    def __init__(self, rows: Sequence[FormatRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Delegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFixedWidth(_WIDTH_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setProperty("role", "panel")
        self.setAccessibleName("Kind of file")
        self._keys = [row.key for row in rows]
        for row in rows:
            item = QListWidgetItem(row.title, self)
            item.setData(_MEANING_ROLE, row.meaning)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, row.meaning)
            item.setToolTip(row.meaning)
        self.setCurrentRow(0)
        self.currentRowChanged.connect(self._on_current_row_changed)

    @property
    def key(self) -> str:
        """What is chosen."""
        return self._keys[self.currentRow()]

    def set_key(self, key: str) -> None:
        """Choose, silently; an unknown one changes nothing."""
        if key in self._keys:
            self.blockSignals(True)
            self.setCurrentRow(self._keys.index(key))
            self.blockSignals(False)

    def _on_current_row_changed(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(self._keys[row])
