"""The paper on which a trace is mended: what a tool would act on is shown before the click."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from engine.strokes.types import bounding_box
from engine.trace.types import Trace
from studio import theme
from studio.tracing.mend_hand import Act, MendHand
from studio.tracing.mend_picking import Point, Target
from studio.tracing.mend_tools import Tool
from studio.widgets.stroke_canvas import StrokeCanvas, View
from studio.widgets.tracing import mend_marks
from studio.widgets.tracing.mend_menu import MendMenu

PICK_PX = 10.0
"""How near to a line the pointer takes hold of it, at every zoom."""
_CROSSING_PX = 22.0
"""So far around a crossing its passages are lifted out: further, a small loop comes back to it."""
_LIFTED_KEPT = 4
_DOUBT_VIEW_PENS = 60.0
"""Looking at an uncertain crossing, so many pen widths fit across the canvas."""


@dataclass(frozen=True, slots=True, eq=False)
class MendSheet:
    """What there is to mend.

    Attributes:
        trace: With its mends applied.
        marks: Where something was mended.
        lapsed: Where a mend finds its line no more.
    """

    trace: Trace
    marks: tuple[Point, ...] = ()
    lapsed: tuple[Point, ...] = ()


class MendCanvas(StrokeCanvas):
    """A stroke canvas with tools. The middle button and the wheel move the sheet whatever the tool.

    Signals:
        act_made: An `Act` to carry out.
        tool_wanted: The `Tool` to take: chosen in the menu of a stroke.
        held_changed: A tool holds other strokes than before.
    """

    act_made = Signal(object)
    tool_wanted = Signal(object)
    held_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hand = MendHand()
        self.doubt = -1
        self._sheet: MendSheet | None = None
        self._hover: Target | None = None
        self._asked: tuple[object, ...] = ()
        self._pressed: tuple[Target, QPointF] | None = None
        self._pointer = QPointF()
        self._lifted: deque[tuple[tuple[object, ...], QPixmap]] = deque(maxlen=_LIFTED_KEPT)
        self.setMouseTracking(True)

    @property
    def hover(self) -> Target | None:
        """What the tool would act on now."""
        return self._hover

    @property
    def is_mendable(self) -> bool:
        """Whether there is something to mend here."""
        return self._sheet is not None

    def set_mending(self, sheet: MendSheet | None) -> None:
        """What can be mended here; None for nothing (another stage, a preview)."""
        if sheet is self._sheet:
            return
        before, self._sheet = self._sheet, sheet
        if before is None or sheet is None or before.trace.uncertain is not sheet.trace.uncertain:
            self.doubt = -1
        self.hand.take(sheet.trace if sheet is not None else None)
        self._hover, self._pressed, self._asked = None, None, ()
        self._lifted.clear()
        if self.underMouse() and sheet is not None:
            self._look_under(self._pointer)
        self.held_changed.emit()
        self.update()

    def use(self, tool: Tool) -> None:
        """Take a tool in the hand."""
        self.hand.use(tool)
        self._pressed = None
        self._look_under(self._pointer)
        self._show_cursor()
        self.held_changed.emit()
        self.update()

    def let_go(self) -> bool:
        """Forget the first click of a tool that needs two; says whether there was one."""
        if not self.hand.let_go():
            return False
        self._look_under(self._pointer)
        self.held_changed.emit()
        self.update()
        return True

    def move_to_new(self) -> None:
        """Make a drawing of the strokes that the tool holds."""
        act = self.hand.move_to_new()
        if act is not None:
            self._make(act)

    def step_doubt(self, by: int) -> None:
        """Look at the next uncertain crossing, worst first; at the end begin again."""
        places = self._doubts()
        if not places:
            return
        from_none = 0 if by > 0 else len(places) - 1
        self.doubt = (self.doubt + by) % len(places) if self.doubt >= 0 else from_none
        pen = self._sheet.trace.pen_width_px if self._sheet is not None else 1.0
        side = _DOUBT_VIEW_PENS * max(pen, 2.0)
        x, y = places[self.doubt]
        self._look(View(min(self.width(), self.height()) / side, x, y))
        self._hover, self._asked = None, ()  # what lies under a pointer that did not move would hide it
        self.update()

    def _doubts(self) -> list[Point]:
        return [] if self._sheet is None else [(float(x), float(y)) for x, y in self._sheet.trace.uncertain]

    # -- the pointer -------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of what lies under the pointer, else of the sheet."""
        self._look_under(event.position(), more=_adds(event))
        left = event.button() == Qt.MouseButton.LeftButton
        if not left or self.hand.tool == Tool.LOOK or self._hover is None:
            if event.button() != Qt.MouseButton.RightButton:
                super().mousePressEvent(event)
            return
        self._pressed = (self._hover, event.position())
        if self.hand.tool == Tool.CONNECT and self.hand.first is None:
            self._click(self._hover)  # the rubber line begins with the press: it can be dragged

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would act on; drag the sheet."""
        self._pointer = event.position()
        if self._grabbed is not None:
            super().mouseMoveEvent(event)
        else:
            self._look_under(event.position(), more=_adds(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Act, where the pointer is still on what it took hold of."""
        pressed, self._pressed = self._pressed, None
        if self._grabbed is not None:
            super().mouseReleaseEvent(event)
            self._show_cursor()
            return
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        moved = (event.position() - pressed[1]).manhattanLength() >= QApplication.startDragDistance()
        self._look_under(event.position())
        first = self.hand.first
        if first is None and not moved:
            self._click(pressed[0], more=_adds(event))
        elif first is not None and self._hover is not None:
            self._click(self._hover)  # dragged to another end, or clicked on it

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick clicks of a tool are two clicks."""
        if self.hand.tool == Tool.LOOK or self._hover is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under the pointer any more."""
        self._hover, self._asked = None, ()
        self.update()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with what lies here."""
        menu = self.menu_at(event.pos())
        if menu is not None:
            menu.popup(event.globalPos())

    def menu_at(self, pos: QPoint) -> MendMenu | None:
        """The menu of what lies at a place of the widget; None where nothing does."""
        at, reach = self._to_page(QPointF(pos)), self._reach()
        menu = MendMenu(self.hand, at, reach, self) if self._sheet is not None else None
        if menu is None or menu.isEmpty():
            return None
        menu.act_made.connect(self._on_menu_act_made)
        menu.hold_wanted.connect(self._on_menu_hold_wanted)
        return menu

    def _on_menu_act_made(self, act: Act) -> None:
        self._make(act)

    def _on_menu_hold_wanted(self, tool: Tool, target: Target) -> None:
        self.tool_wanted.emit(tool)
        self._click(target)

    def _look_under(self, pos: QPointF, *, more: bool = False) -> None:
        self._pointer = pos
        if self._sheet is None or self._page.isEmpty():
            self._hover, self._asked = None, ()
            return
        hand = self.hand
        question = (pos, self.transform(), self._sheet, hand.tool, hand.first, hand.chosen, more)
        if question == self._asked:
            return  # a press and a release where the pointer was already
        self._asked = question
        before = self._hover
        self._hover = hand.find(self._to_page(pos), self._reach(), more=more)
        if before != self._hover or self.hand.first is not None:
            self._show_cursor()
            self.update()

    def _click(self, target: Target, *, more: bool = False) -> None:
        act = self.hand.click(target, more=more)
        if act is not None:
            self._make(act)
        else:
            self.held_changed.emit()
            self._look_under(self._pointer)
            self.update()

    def _make(self, act: Act) -> None:
        self._hover, self._asked = None, ()
        self.held_changed.emit()
        self.update()
        self.act_made.emit(act)

    def _show_cursor(self) -> None:
        if self._grabbed is not None:
            return
        if self.hand.tool == Tool.LOOK or self._sheet is None:
            self.unsetCursor()
        else:
            over = self._hover is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.CrossCursor)

    def _to_page(self, pos: QPointF) -> Point:
        point = self.transform().inverted()[0].map(pos)
        return (point.x(), point.y())

    def _reach(self) -> float:
        return PICK_PX / max(self.transform().m11(), 1e-6)

    # -- painting ----------------------------------------------------------------------------------------

    def paint_over(self, painter: QPainter) -> None:
        """Marks of mends, uncertain crossings, what is held, what the tool would act on."""
        if self._sheet is None:
            return
        doubts = self.to_widget(self._sheet.trace.uncertain)
        mend_marks.paint_doubts(painter, doubts, self.doubt)
        if self.hand.tool == Tool.CONNECT:
            ends = self.to_widget(self.hand.picker.ends)
            mend_marks.paint_free_ends(painter, ends, mend_marks.on_paper())
        for stroke in self.hand.chosen:
            self._paint_lifted(painter, Target("stroke", (0.0, 0.0), stroke), mend_marks.on_paper(), False)
        if self._hover is not None:
            self._paint_target(painter, self._hover)
        if self.hand.tool == Tool.MOVE:
            self._paint_drawings(painter)  # over what is held: its tags must be read
        for places, lapsed in ((self._sheet.marks, False), (self._sheet.lapsed, True)):
            for place in places:
                mend_marks.paint_mended(painter, self._pixel(place), lapsed=lapsed)
        if self.hand.first is not None:
            stop = self._hover.at if self._hover is not None else self._to_page(self._pointer)
            start, accent = self._pixel(self.hand.first.at), mend_marks.on_paper()
            mend_marks.paint_rubber(painter, start, self._pixel(stop), accent)
            mend_marks.paint_end(painter, start, accent)

    def _paint_target(self, painter: QPainter, target: Target) -> None:
        at, tool = self._pixel(target.at), self.hand.tool
        colour = theme.LIGHT.rejected if tool in (Tool.DELETE, Tool.CUT) else mend_marks.on_paper()
        if target.kind == "crossing":
            self._paint_crossing(painter, target, at)
        elif target.kind in ("stroke", "note", "end"):
            if tool in (Tool.CUT, Tool.CONNECT):
                mend_marks.paint_near(painter, self.to_widget(self.hand.stroke(target)), at, colour)
            else:
                self._paint_lifted(painter, target, colour, target.kind != "note")
            if tool == Tool.CUT:
                mend_marks.paint_cut(painter, at, target.along, colour)
            elif target.kind == "end" or tool == Tool.START:
                mend_marks.paint_end(painter, at, colour)

    def _paint_lifted(self, painter: QPainter, target: Target, colour: str, arrows: bool) -> None:
        """A stroke lifted out of the page: painting a long one takes 50 ms, so it is kept."""
        shown = (self.transform(), self.size(), self.devicePixelRatioF(), theme.tokens().name)
        key = (target.kind == "note", target.stroke, colour, arrows, *shown)
        kept = next((pixmap for known, pixmap in self._lifted if known == key), None)
        if kept is None:
            kept = self.blank()
            inner = QPainter(kept)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            mend_marks.paint_stroke(inner, self.to_widget(self.hand.stroke(target)), colour, arrows=arrows)
            inner.end()
            self._lifted.append((key, kept))
        painter.drawPixmap(0, 0, kept)

    def _paint_crossing(self, painter: QPainter, target: Target, at: NDArray[np.float32]) -> None:
        scale = max(self.transform().m11(), 1e-6)
        pen = self._sheet.trace.pen_width_px if self._sheet is not None else 1.0
        radius, touch = max(_CROSSING_PX / scale, 4 * pen), max(4.0 / scale, 1.5 * pen)
        passages = self.hand.picker.passages(target.at, radius, touch)
        colours = (mend_marks.on_paper(), theme.LIGHT.machine, theme.LIGHT.accepted)
        mend_marks.paint_crossing(painter, at, [self.to_widget(p) for p in passages], colours)

    def _paint_drawings(self, painter: QPainter) -> None:
        trace = self._sheet.trace if self._sheet is not None else None
        over = self._hover.drawing if self._hover is not None and self._hover.kind == "drawing" else -1
        for index in range(len(trace.drawings) if trace is not None else 0):
            x0, y0, x1, y1 = bounding_box(trace.drawing(index).strokes) if trace is not None else (0, 0, 0, 0)
            box = self.transform().mapRect(QRectF(x0, y0, x1 - x0, y1 - y0))
            colour = theme.category_colour(index)
            mend_marks.paint_drawing(painter, box, f"{index + 1}", colour, chosen=index == over)

    def _pixel(self, place: Point) -> NDArray[np.float32]:
        pixels: NDArray[np.float32] = self.to_widget(np.array([place], dtype=np.float32))[0]
        return pixels


def _adds(event: QMouseEvent) -> bool:
    """Whether Shift is held: one more stroke."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
