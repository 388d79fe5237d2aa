"""The stages of a trace on one line, from ink to drawings, with what each stage came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme

_NODE_PX = 7.0
_TRACK_Y = 14.0


@dataclass(frozen=True, slots=True)
class Stage:
    """One stop of the slider.

    Attributes:
        name: What the stage is called.
        figure: What it came to, `22 strokes`; empty while unknown.
        detail: A second, quieter figure; may be empty.
    """

    name: str
    figure: str = ""
    detail: str = ""


class StageSlider(QWidget):
    """A slider with a handful of named stops. Click, drag, or Left and Right.

    Signals:
        moved: The new stage, counted from 0; only after the artist's own moves.
    """

    moved = Signal(int)

    def __init__(self, stages: Sequence[Stage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stages = tuple(stages)
        self._value = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Stage of the trace")

    def sizeHint(self) -> QSize:
        """A track and two lines of text."""
        return QSize(110 * len(self._stages), 64)

    def minimumSizeHint(self) -> QSize:
        """Names may not run into each other."""
        return QSize(86 * len(self._stages), 64)

    @property
    def value(self) -> int:
        """The stage it stands on."""
        return self._value

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stops."""
        return self._stages

    def set_value(self, value: int) -> None:
        """Stand on this stage, silently."""
        self._value = min(max(value, 0), len(self._stages) - 1)
        self.update()

    def set_stages(self, stages: Sequence[Stage]) -> None:
        """Show other figures; the place stays."""
        self._stages = tuple(stages)
        self.set_value(self._value)

    def step(self, by: int) -> None:
        """Move on or back as the artist would."""
        self._move_to(self._value + by)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step; everything else goes on to the pane."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.step(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the stop nearest to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._move_to(self._nearest(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag from stop to stop."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_to(self._nearest(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, stops, names and figures."""
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, last, here = self._x(0), self._x(len(self._stages) - 1), self._x(self._value)
        painter.setPen(QPen(QColor(tokens.line), 3))
        painter.drawLine(QPointF(first, _TRACK_Y), QPointF(last, _TRACK_Y))
        painter.setPen(QPen(QColor(tokens.accent), 3))
        painter.drawLine(QPointF(first, _TRACK_Y), QPointF(here, _TRACK_Y))
        for index in range(len(self._stages)):
            self._paint_stop(painter, index)
        painter.end()

    def _paint_stop(self, painter: QPainter, index: int) -> None:
        tokens, stage, x = theme.tokens(), self._stages[index], self._x(index)
        chosen, passed = index == self._value, index <= self._value
        radius = _NODE_PX if chosen else _NODE_PX - 2
        painter.setPen(QPen(QColor(tokens.accent if passed else tokens.undecided), 2))
        painter.setBrush(QColor(tokens.accent if chosen else tokens.panel))
        painter.drawEllipse(QPointF(x, _TRACK_Y), radius, radius)
        if chosen and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.drawEllipse(QPointF(x, _TRACK_Y), radius + 3, radius + 3)
        width = self.width() / len(self._stages)
        name, figure = self._text_boxes(x - width / 2, width)
        painter.setFont(theme.font(theme.TEXT_PX, bold=chosen))
        painter.setPen(QColor(tokens.text if chosen else tokens.muted))
        painter.drawText(name, int(Qt.AlignmentFlag.AlignCenter), stage.name)
        painter.setFont(theme.font(theme.CAPTION_PX))
        painter.setPen(QColor(tokens.muted))
        text = " · ".join(part for part in (stage.figure, stage.detail) if part)
        if painter.fontMetrics().horizontalAdvance(text) > width - 8:
            text = stage.figure or stage.detail
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width - 8))
        painter.drawText(figure, int(Qt.AlignmentFlag.AlignCenter), elided)

    def _text_boxes(self, left: float, width: float) -> tuple[QRectF, QRectF]:
        return QRectF(left, _TRACK_Y + 11, width, 20), QRectF(left, _TRACK_Y + 31, width, 16)

    def _x(self, index: int) -> float:
        return (index + 0.5) * self.width() / len(self._stages)

    def _nearest(self, x: float) -> int:
        return int(x * len(self._stages) / max(self.width(), 1))

    def _move_to(self, value: int) -> None:
        before = self._value
        self.set_value(value)
        if self._value != before:
            self.moved.emit(self._value)
