"""The sheet one draws on, with the fan of futures at the pen tip."""

from __future__ import annotations

import math
import time
from bisect import bisect_right
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPixmap

from engine.strokes.types import Stroke, as_stroke
from studio import theme
from studio.canvas.fan import Fan, Future
from studio.canvas.hand import Hand, width_share
from studio.canvas.line import BLANK, EVEN_PRESSURE, MARGIN_UNITS, SHEET_UNITS, Line, Part, played
from studio.widgets import pen_lines
from studio.widgets.canvas import ghosts
from studio.widgets.stroke_canvas import StrokeCanvas

WIDTH_UNITS = 0.9
_TAKE_NEAR_PX, _AWAY_PX = 90.0, 14.0
"""The pointer says how much of a future is taken while it is this near, and once it has left the tip."""
_POINT_AT_PX = 7.0
"""So near, the pointer means another future than the one that stands out."""
_ROOM_PX = 6
_GHOSTS_A_FRAME = 24
_INVITATION = "Draw a line. The machine shows how it might go on."


class DrawingSheet(StrokeCanvas):
    """Shows line, fan, and what the machine draws to the end.

    Ink and ghosts are kept as layers; a move of the pen paints its own piece and nothing else.

    Attributes:
        line: What is drawn.
        hand: The gesture under way, if the pen is down.
        uses_pressure: Whether pressure makes the line wide.

    Signals:
        fan_pointed: The fan's chosen future, or how much of it, is another.
    """

    fan_pointed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.line: Line = BLANK
        self.hand: Hand | None = None
        self.uses_pressure = True
        self._fan: Fan | None = None
        self._growing: Future | None = None
        self._time_s: float | None = None
        self._starts: tuple[float, ...] = ()
        self._sheet: QPixmap | None = None
        self._inked: tuple[Part, ...] = ()
        self._hand_inked = 0
        self._ghosts: QPixmap | None = None
        self._hairs: list[Stroke] = []
        self._hair_layer: QPixmap | None = None
        self._haunted = 0
        self._next_frame = QTimer(self)
        self._next_frame.setSingleShot(True)
        self._next_frame.setInterval(0)
        self._next_frame.timeout.connect(self._touch_fan)
        side = SHEET_UNITS + 2 * MARGIN_UNITS
        self.set_page(QRectF(-MARGIN_UNITS, -MARGIN_UNITS, side, side))
        self.setMouseTracking(True)

    @property
    def is_whole(self) -> bool:
        """Whether all ghosts are painted."""
        return self._fan is None or self._haunted >= len(self._fan.futures)

    # -- what is shown ---------------------------------------------------------------------------------

    @property
    def fan(self) -> Fan | None:
        """The futures at the tip; None when none are shown."""
        return self._fan

    def show_line(self, line: Line) -> None:
        """Show another line; what it has more than the one before is painted on."""
        self.line = line
        if self._inked != line.parts[: len(self._inked)]:
            self._sheet = None
        self._starts = played(line)
        self.update()

    def show_fan(self, fan: Fan | None) -> None:
        """Show futures; None hides them."""
        self._touch_fan()
        self._fan, self._ghosts, self._haunted = fan, None, 0
        self._touch_fan()

    def show_growing(self, future: Future | None) -> None:
        """Show what the machine draws to the line's end."""
        self._growing = future
        self.update()

    def show_hairs(self, hairs: list[Stroke]) -> None:
        """Show how the line might have gone on, all along it; none hides them."""
        self._hairs, self._hair_layer = hairs, None
        self.update()

    def turn(self, step: int) -> None:
        """Another future stands out, all of it."""
        if self._fan is not None:
            self.show_fan(self._fan.turned(step))
            self.fan_pointed.emit()

    def show_time(self, time_s: float | None) -> None:
        """Show the line as it was at a time of the session; None shows all of it."""
        self._time_s = time_s
        self.update()

    def set_pressure_used(self, is_used: bool) -> None:
        """Whether pressure makes the line wide."""
        self.uses_pressure = is_used
        self._sheet = None
        self.update()

    @property
    def session_s(self) -> float:
        """How long the session is."""
        return self._starts[-1] + float(self.line.parts[-1].times_s[-1]) if self.line.parts else 0.0

    # -- the pen ---------------------------------------------------------------------------------------

    def units_at(self, at: QPointF) -> tuple[float, float]:
        """A place of the widget, in units of the sheet."""
        place = self.transform().inverted()[0].map(at)
        return place.x(), place.y()

    def put_down(self, at: QPointF, pressure: float, near_px: float) -> None:
        """Begin a gesture; near the line's end it goes on with it."""
        x, y = self.units_at(at)
        tip = self.line.tip
        goes_on = tip is not None and math.dist(tip, (x, y)) * self.transform().m11() <= near_px
        now_s = time.perf_counter()
        if goes_on and tip is not None:
            self.hand = Hand(*tip, pressure, begins=False, at_s=now_s)
            self.hand.move(x, y, pressure, now_s + 0.004)
        else:
            self.hand = Hand(x, y, pressure, begins=True, at_s=now_s)
        self._hand_inked = 0
        self.update()

    def move_pen(self, at: QPointF, pressure: float) -> None:
        """Go on with it."""
        if self.hand is None:
            return
        before = self._loose_box(self.hand)
        self.hand.move(*self.units_at(at), pressure, time.perf_counter())
        self.update(before.united(self._loose_box(self.hand)).toAlignedRect())

    def lift(self) -> Part | None:
        """End it. Returns what it drew; a line that only touched its own end drew nothing."""
        hand = self.hand
        if hand is None:
            return None
        part = hand.lift(time.perf_counter())
        self._line_pixmap()
        self.hand, self._hand_inked = None, 0
        self.update(self._loose_box(hand).toAlignedRect())
        if not part.begins and len(part.points) < 2:
            return None
        self._inked = (*self._inked, part)  # painted already, point by point
        return part

    def point(self, at: QPointF) -> None:
        """The pointer hovers: it says which future is meant, and how much of it."""
        fan = self._fan
        if fan is None or self.hand is not None:
            return
        x, y = self.units_at(at)
        scale = self.transform().m11()
        if math.dist((x, y), fan.tip) * scale < _AWAY_PX:
            self._set_reach(fan, math.inf)
            return
        along, distance = fan.chosen.nearest(x, y)
        if distance * scale > _POINT_AT_PX:
            others = [(one.nearest(x, y), k) for k, one in enumerate(fan.futures)]
            (other_along, other_distance), k = min(others, key=_distance_of)
            if other_distance * scale <= _POINT_AT_PX and k != fan.shown:
                self.show_fan(fan.chosen_at(k, max(other_along, 1.0)))
                self.fan_pointed.emit()
                return
        self._set_reach(fan, max(along, 1.0) if distance * scale <= _TAKE_NEAR_PX else math.inf)

    def _set_reach(self, fan: Fan, reach: float) -> None:
        if reach != fan.reach:
            self._fan = replace(fan, reach=reach)
            self.update(ghosts.box_of(list(fan.chosen.strokes), self.transform()).toAlignedRect())
            self.fan_pointed.emit()

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, ghosts, ink, and over it what changes."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._back_pixmap())
        if self._time_s is not None:
            self._paint_session(painter, self._time_s)
        else:
            if self._hairs:
                painter.drawPixmap(0, 0, self._hair_pixmap())
            if self._fan is not None:
                painter.drawPixmap(0, 0, self._ghost_pixmap(self._fan))
            painter.drawPixmap(0, 0, self._line_pixmap())
            self._paint_loose(painter)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tab turns the fan while there is one; else it goes on to the next widget, as everywhere."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._fan is not None:
            key, has_shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                self.turn(-1 if has_shift or key == Qt.Key.Key_Backtab else 1)
                return True
        return super().event(event)

    def _forget(self) -> None:
        self._sheet = self._ghosts = self._hair_layer = None
        super()._forget()

    def _width_px(self) -> float:
        return max(WIDTH_UNITS * self.transform().m11(), 1.2)

    def _ghost_pixmap(self, fan: Fan) -> QPixmap:
        """The ghosts, a frame's worth of them more each time."""
        if self._ghosts is None:
            self._ghosts, self._haunted = self.blank(), 0
        if not self.is_whole:
            first, self._haunted = self._haunted, self._haunted + _GHOSTS_A_FRAME
            width = self._width_px() * 0.7
            ghosts.paint_fan(self._ghosts, fan, self.transform(), width, first, self._haunted)
            if not self.is_whole:
                self._next_frame.start()
        return self._ghosts

    def _hair_pixmap(self) -> QPixmap:
        if self._hair_layer is None:
            self._hair_layer = self.blank()
            ghosts.paint_hairs(self._hair_layer, self._hairs, self.transform(), self._width_px() * 0.5)
        return self._hair_layer

    def _line_pixmap(self) -> QPixmap:
        if self._sheet is None:
            self._sheet, self._inked, self._hand_inked = self.blank(), (), 0
        new = self.line.parts[len(self._inked) :]
        hand = self.hand
        if new or (hand is not None and hand.n_points > self._hand_inked):
            painter = QPainter(self._sheet)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for part in new:
                self._paint_part(painter, part, len(part.points))
            self._inked = self.line.parts
            if hand is not None:
                first = max(self._hand_inked - 1, 0)
                points, pressure = hand.points_from(first), hand.pressure_from(first)
                self._paint_ink(painter, np.array(points, dtype=np.float32), np.array(pressure), "hand")
                self._hand_inked = hand.n_points
            painter.end()
        return self._sheet

    def _paint_part(self, painter: QPainter, part: Part, n: int) -> None:
        self._paint_ink(painter, part.points[:n], part.pressure[:n], part.by)

    def _paint_ink(self, painter: QPainter, points: np.ndarray, pressure: np.ndarray, by: str) -> None:
        now, width = self.transform(), self._width_px()
        colour = QColor(theme.LIGHT.machine if by == "machine" else theme.LIGHT.ink)
        line_px = ghosts.placed(as_stroke(points), now)
        if not self.uses_pressure or (pressure == EVEN_PRESSURE).all():
            painter.setPen(pen_lines.pen_of(colour, width))
            pen_lines.draw(painter, line_px)
            return
        widths = np.array([width * width_share(one) for one in pressure.tolist()], dtype=np.float32)
        pen_lines.draw_pen(painter, np.column_stack([line_px, widths]), colour)

    def _paint_loose(self, painter: QPainter) -> None:
        """What moves: the way from the steadied line to the pen, the chosen future, the machine at work."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.line.is_blank and self.hand is None and self._growing is None:
            painter.setFont(theme.font())
            painter.setPen(QColor(theme.LIGHT.muted))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), _INVITATION)
        if self.hand is not None:
            ends = np.array([self.hand.points_from(self.hand.n_points - 1)[0], self.hand.place])
            self._paint_ink(painter, ends, np.full(2, EVEN_PRESSURE), "hand")
        if self._fan is not None:
            ghosts.paint_chosen(painter, self._fan, self.transform(), self._width_px())
        if self._growing is not None:
            painter.setPen(pen_lines.pen_of(QColor(theme.LIGHT.machine), self._width_px()))
            for stroke in self._growing.strokes:
                pen_lines.draw(painter, ghosts.placed(stroke, self.transform()))

    def _paint_session(self, painter: QPainter, time_s: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part, start in zip(self.line.parts, self._starts, strict=True):
            if start <= time_s:
                self._paint_part(painter, part, bisect_right(part.times_s.tolist(), time_s - start))

    def _touch_fan(self) -> None:
        if self._fan is not None:
            strokes = [stroke for one in self._fan.futures for stroke in one.strokes]
            self.update(ghosts.box_of(strokes, self.transform()).toAlignedRect())

    def _loose_box(self, hand: Hand) -> QRectF:
        last = hand.points_from(max(hand.n_points - 2, 0))
        points = as_stroke(np.array([*last, hand.place]))
        room = self._width_px() * 1.7 + _ROOM_PX
        return ghosts.box_of([points], self.transform()).adjusted(-room, -room, room, room)


def _distance_of(found: tuple[tuple[float, float], int]) -> float:
    return found[0][1]
