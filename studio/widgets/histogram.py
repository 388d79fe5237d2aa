"""A histogram of one figure, on which the artist brushes the range to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme
from studio.models.bins import Bins, Range, Scale, make_bins

_FRAME_MS = 16
_GRIP_PX = 6.0
"""So near to an edge the mouse takes hold of it."""
_DRAG_PX = 3.0
_SIDE_PX = 8.0
_HEAD_PX = 22.0
_FOOT_PX = 18.0
_BARS_PX = 44
_LEAST_BAR_PX = 1.5
_WIDEST_BAR_PX = 24.0
_SIDES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True, slots=True)
class _Grip:
    """What the mouse has hold of.

    Attributes:
        part: `new`, `low`, `high` or `whole`.
        x: Where it was taken, px.
        range: The range as it was then.
    """

    part: str
    x: float
    range: Range | None


class Histogram(QWidget):
    """Bars of all values, and over them bars of those that the other filters show.

    Drag to brush a range; drag its edges or the range itself; double click or Esc shows all again. With the
    keys, Left and Right move the lower edge, with Shift the upper one. Heights go by the square root of the
    counts: fifty of ten thousand can still be seen.

    Signals:
        range_changed: (low, high), both ends included, or None for all; at most once a frame, and only
            after the artist's own moves.
    """

    range_changed = Signal(object)

    def __init__(
        self,
        title: str = "",
        *,
        scale: Scale = "linear",
        format: str = "{:,.0f}",
        parent: QWidget | None = None,
    ) -> None:
        """Make it empty.

        Args:
            title: What is counted; stands above the bars.
            scale: Of the axis: `log` for figures that go over several powers of ten.
            format: How a value is written, as `str.format` reads it: `{:.0%}`.
            parent: Qt owner.
        """
        super().__init__(parent)
        self._title = title
        self._scale: Scale = scale
        self._format = format
        self._values: NDArray[np.float64] = np.zeros(0)
        self._shown: NDArray[np.bool_] = np.zeros(0, bool)
        self._bins: Bins | None = None
        self._counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self._range: Range | None = None
        self._told: Range | None = None
        self._grip: _Grip | None = None
        self._telling = QTimer(self)
        self._telling.setSingleShot(True)
        self._telling.setInterval(_FRAME_MS)
        self._telling.timeout.connect(self._on_telling_timeout)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        self._describe()

    # -- what it shows ---------------------------------------------------------------------------------

    @property
    def range(self) -> Range | None:
        """The brushed range, both ends included; None for all."""
        return self._range

    def set_values(self, values: NDArray[np.float64], shown: NDArray[np.bool_] | None = None) -> None:
        """Show other values, or others of them.

        Args:
            values: `(n,)`; NaN where an item has no such figure. The same values again are not binned again.
            shown: `(n,)`, which of them the other filters show; None for all.
        """
        if not np.array_equal(values, self._values, equal_nan=True):
            self._values = np.array(values, np.float64)
            self._bins = make_bins(self._values, self._scale)
        self._shown = np.ones(len(self._values), bool) if shown is None else shown
        self._counts = self._bins.count(self._shown) if self._bins is not None else np.zeros(0, np.int64)
        self._describe()
        self.update()

    def set_range(self, range_: Range | None) -> None:
        """Brush a range, silently; the artist's own, while it moves, is not taken from under the hand."""
        if self._grip is not None or self._telling.isActive():
            return
        self._range = self._told = range_
        self._describe()
        self.update()

    def n_in_range(self) -> int:
        """How many of those the other filters show lie in the range."""
        if self._range is None:
            return int(np.count_nonzero(self._shown))
        low, high = self._range
        inside = (self._values >= low) & (self._values <= high)
        return int(np.count_nonzero(inside & self._shown))

    def range_text(self) -> str:
        """The range in figures: `12 – 40`; of all values where there is no range."""
        if self._bins is None:
            return ""
        low, high = self._range or (self._bins.low, self._bins.high)
        first, last = self._format.format(low), self._format.format(high)
        return first if first == last else f"{first} – {last}"

    def count_text(self) -> str:
        """`131 of 240`."""
        n_shown = int(np.count_nonzero(self._shown))
        return f"{self.n_in_range():,} of {n_shown:,}" if self._range is not None else f"{n_shown:,}"

    def sizeHint(self) -> QSize:
        """A panel's width."""
        return QSize(208, round(_HEAD_PX + _BARS_PX + _FOOT_PX))

    def minimumSizeHint(self) -> QSize:
        """Narrower, its numbers run into each other."""
        return QSize(140, self.sizeHint().height())

    def _describe(self) -> None:
        """For the tip and for those who do not see the bars."""
        if self._bins is None:
            self.setAccessibleDescription("no figures")
            self.setToolTip("")
            return
        words = f"{self.range_text()}: {self.count_text()}"
        self.setAccessibleDescription(words)
        n_without = int(np.count_nonzero(self._bins.bin_of < 0))
        without = f"\n{n_without:,} have no such figure; a range leaves them out." if n_without else ""
        ways = "Drag to choose a range, double click or Esc for all.\nLeft and Right move its lower edge, "
        self.setToolTip(f"{words}{without}\n{ways}with Shift its upper one.")

    # -- the range -------------------------------------------------------------------------------------

    def _choose(self, range_: Range | None) -> None:
        """Brush a range as the artist does; one that holds every value is none."""
        bins = self._bins
        if bins is not None and range_ is not None and range_[0] <= bins.low and range_[1] >= bins.high:
            range_ = None
        if range_ == self._range:
            return
        self._range = range_
        self._describe()
        self.update()
        if not self._telling.isActive():
            self._telling.start()

    def _tell(self) -> None:
        self._telling.stop()
        if self._range != self._told:
            self._told = self._range
            self.range_changed.emit(self._range)

    def _on_telling_timeout(self) -> None:
        self._tell()

    # -- mouse and keys --------------------------------------------------------------------------------

    def _part_at(self, x: float) -> str:
        if self._range is None or self._bins is None:
            return "new"
        left, right = self._edges_px(self._bins, self._range)
        if min(abs(x - left), abs(x - right)) <= _GRIP_PX:
            return "low" if abs(x - left) < abs(x - right) or x < left else "high"
        return "whole" if left < x < right else "new"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of an edge, of the range, or of nothing yet."""
        if event.button() == Qt.MouseButton.LeftButton and self._bins is not None:
            x = event.position().x()
            self._grip = _Grip(self._part_at(x), x, self._range)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Brush, or show what a press would take hold of."""
        x, grip = event.position().x(), self._grip
        if grip is None:
            self._show_cursor(x)
        elif self._bins is not None and (abs(x - grip.x) >= _DRAG_PX or self._range != grip.range):
            self._drag(self._bins, grip, x)

    def _drag(self, bins: Bins, grip: _Grip, x: float) -> None:
        by = (x - grip.x) / max(self._bars().width(), 1.0)
        if grip.range is None or grip.part == "new":
            self._choose(bins.touched(self._place(grip.x), self._place(x)))
        elif grip.part == "whole":
            self._choose(bins.moved(grip.range, by))
        else:
            first, last = bins.ends(grip.range)
            ends = (first + by, last) if grip.part == "low" else (first, last + by)
            self._choose(bins.between(*ends))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; the last word is said at once."""
        if event.button() == Qt.MouseButton.LeftButton and self._grip is not None:
            self._grip = None
            self._show_cursor(event.position().x())
            self._tell()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All again."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(None)
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move an edge, Esc shows all; everything else goes on to the window."""
        key = Qt.Key(event.key())
        if key in _SIDES and self._bins is not None:
            upper = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._choose(self._bins.stepped(self._range, _SIDES[key], upper=upper))
        elif key == Qt.Key.Key_Escape and self._range is not None:
            self._grip = None
            self._choose(None)
            self._tell()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show it."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it."""
        super().focusOutEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No cursor of ours elsewhere."""
        super().leaveEvent(event)
        self.unsetCursor()

    def _show_cursor(self, x: float) -> None:
        shapes = {"new": Qt.CursorShape.CrossCursor, "whole": Qt.CursorShape.OpenHandCursor}
        self.setCursor(shapes.get(self._part_at(x), Qt.CursorShape.SizeHorCursor))

    # -- painting --------------------------------------------------------------------------------------

    def _bars(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_SIDE_PX, _HEAD_PX, -_SIDE_PX, -_FOOT_PX)

    def _place(self, x: float) -> float:
        bars = self._bars()
        return min(max((x - bars.left()) / max(bars.width(), 1.0), 0.0), 1.0)

    def _edges_px(self, bins: Bins, range_: Range) -> tuple[float, float]:
        """Left and right edge of a range, px."""
        bars = self._bars()
        first, last = bins.ends(range_)
        return bars.left() + first * bars.width(), bars.left() + last * bars.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Head, bars, the range, its figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.tokens()
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS_PX, theme.RADIUS_PX
            )
        self._paint_head(painter)
        bars = self._bars()
        if self._bins is not None:
            self._paint_bars(painter, self._bins)
        painter.fillRect(QRectF(bars.left(), bars.bottom(), bars.width(), 1), QColor(tokens.undecided))
        if self._bins is not None and self._range is not None:
            for x in self._edges_px(self._bins, self._range):
                self._paint_edge(painter, x)
        self._paint_foot(painter)

    def _paint_head(self, painter: QPainter) -> None:
        tokens = theme.tokens()
        room = QRectF(_SIDE_PX, 0, self.width() - 2 * _SIDE_PX, _HEAD_PX - 2)
        painter.setFont(theme.font(theme.CAPTION_PX))
        count = self.count_text() if self._bins is not None else "none yet"
        painter.setPen(QColor(tokens.muted if self._range is None else tokens.text))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), count)
        taken = QFontMetricsF(painter.font()).horizontalAdvance(count) + theme.SPACE_8
        painter.setFont(theme.font(theme.TEXT_PX, bold=True))
        painter.setPen(QColor(tokens.text))
        metrics = QFontMetricsF(painter.font())
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, room.width() - taken)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), title)

    def _paint_bars(self, painter: QPainter, bins: Bins) -> None:
        tokens, bars = theme.tokens(), self._bars()
        left, right = bars.left(), bars.right()
        if self._range is not None:
            left, right = self._edges_px(bins, self._range)
            ground = QRectF(left, bars.top(), right - left, bars.height())
            painter.fillRect(ground, QColor(theme.mix(tokens.panel, tokens.accent, 0.12)))
        edges = bars.left() + bins.places * bars.width()
        tallest = max(int(bins.counts.max()), 1)
        quiet = QColor(theme.mix(tokens.panel, tokens.undecided, 0.45))
        faint = QColor(theme.mix(tokens.panel, tokens.accent, 0.4))
        for part, counts in ((quiet, bins.counts), (QColor(tokens.accent), self._counts)):
            heights = np.sqrt(counts / tallest) * bars.height()
            for at in np.flatnonzero(counts).tolist():
                bar = _bar(edges[at], edges[at + 1], max(heights[at], _LEAST_BAR_PX), bars.bottom())
                if part is quiet or (bar.center().x() > left and bar.center().x() < right):
                    painter.fillRect(bar, part)
                else:
                    painter.fillRect(bar, faint)

    def _paint_edge(self, painter: QPainter, x: float) -> None:
        tokens, bars = theme.tokens(), self._bars()
        painter.fillRect(QRectF(x - 0.75, bars.top(), 1.5, bars.height()), QColor(tokens.accent))
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.setBrush(QColor(tokens.panel))
        painter.drawRoundedRect(QRectF(x - 3, bars.center().y() - 8, 6, 16), 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_foot(self, painter: QPainter) -> None:
        """The ends of the axis; with a range its figures under it, and the ends where there is room."""
        bins, tokens = self._bins, theme.tokens()
        if bins is None:
            return
        painter.setFont(theme.font(theme.CAPTION_PX))
        metrics = QFontMetricsF(painter.font())
        bars = self._bars()
        foot = QRectF(bars.left(), bars.bottom() + 2, bars.width(), _FOOT_PX - 2)
        taken = QRectF()
        if self._range is not None:
            words = self.range_text()
            width = metrics.horizontalAdvance(words)
            middle = sum(self._edges_px(bins, self._range)) / 2
            start = min(max(middle - width / 2, foot.left()), foot.right() - width)
            taken = QRectF(start, foot.top(), width, foot.height())
            painter.setPen(QColor(tokens.text))
            painter.drawText(taken, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.setPen(QColor(tokens.muted))
        if bins.low == bins.high:
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignCenter), self._format.format(bins.low))
            return
        for value, side in ((bins.low, Qt.AlignmentFlag.AlignLeft), (bins.high, Qt.AlignmentFlag.AlignRight)):
            words = self._format.format(value)
            width = metrics.horizontalAdvance(words) + theme.SPACE_8
            start = foot.left() if side == Qt.AlignmentFlag.AlignLeft else foot.right() - width
            if not QRectF(start, foot.top(), width, foot.height()).intersects(taken):
                painter.drawText(foot, int(side | Qt.AlignmentFlag.AlignVCenter), words)


def _bar(left: float, right: float, height: float, bottom: float) -> QRectF:
    """On whole pixels, with a gap where there is room for one; few bars stand apart, not as blocks."""
    spare = max(right - left - _WIDEST_BAR_PX, 0.0) / 2
    first, last = round(left + spare), round(right - spare)
    gap = 1 if last - first > 2 else 0
    return QRectF(first, bottom - height, max(last - first - gap, 1), height)
