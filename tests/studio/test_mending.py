"""Mending by hand: every tool with real mouse and keys, undo and redo, what is shown before the click."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.errors import UserError
from engine.project.project import Project
from engine.trace.mends.records import Delete, Reverse, handle_of
from engine.trace.store import mends_of, trace_rows
from studio.panes.tracing import TracingPane
from studio.session import Session
from studio.tracing.mend_tools import BY_TOOL, Tool
from studio.widgets.tracing import trace_view
from tests.studio.traced import hand_made_trace, line, put_trace

PAGE, OTHER, BARE = "sb01p001", "sb01p002", "sb01p003"
LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


class Hand:
    """The artist's hand: works on the pane by places of the page."""

    def __init__(self, pane, settle):
        self.pane, self.settle = pane, settle
        self.canvas = pane.table.view.large

    def at(self, place) -> QPoint:
        return self.canvas.transform().map(QPointF(*place)).toPoint()

    def key(self, key, modifier=NO_KEY):
        QTest.keyClick(self.pane._list, key, modifier)

    def use(self, tool):
        self.key(Qt.Key(ord(BY_TOOL[tool].letter)))

    def move(self, place, off_px=(0, 0), buttons=Qt.MouseButton.NoButton):
        pos = QPointF(self.at(place) + QPoint(*off_px))
        globally = QPointF(self.canvas.mapToGlobal(pos))
        event = QMouseEvent(QEvent.Type.MouseMove, pos, globally, Qt.MouseButton.NoButton, buttons, NO_KEY)
        QApplication.sendEvent(self.canvas, event)

    def click(self, place, modifier=NO_KEY):
        QTest.mouseClick(self.canvas, LEFT, modifier, self.at(place))
        self.rest()

    def drag(self, start, stop):
        QTest.mousePress(self.canvas, LEFT, NO_KEY, self.at(start))
        self.move(((start[0] + stop[0]) / 2, (start[1] + stop[1]) / 2), buttons=LEFT)
        self.move(stop, buttons=LEFT)
        QTest.mouseRelease(self.canvas, LEFT, NO_KEY, self.at(stop))
        self.rest()

    def rest(self):
        self.settle(self.pane.is_settled)

    @property
    def trace(self):
        return self.pane.table.view.sheet.trace

    @property
    def written(self):
        return mends_of(self.pane.session.project, PAGE)


@pytest.fixture
def hand(qtbot, qapp, project_folder, settle):
    """The pane on two pages traced by hand and one that is not traced."""
    with Project.open(project_folder) as project:
        for page_id in (PAGE, OTHER):
            put_trace(project, page_id, hand_made_trace())
    session = Session(Project.open(project_folder))
    session.decide("pages", [BARE], "accepted")
    session.undo.clear()
    pane = TracingPane()
    qtbot.addWidget(pane)
    pane.resize(1240, 838)
    session.load()
    pane.open_project(session)
    pane.show()
    settle(lambda: pane.is_settled() and pane.count_text() == "1 to trace")
    pane._list.choose(PAGE)
    settle(lambda: pane.is_settled() and pane.table.view.sheet.trace is not None)
    pane.activate()
    yield Hand(pane, settle)
    if pane.session is not None:
        pane.close_project()
        session.close()
    pane.shutdown()


def ends(strokes):
    """The two ends of each stroke, in no order."""
    return {frozenset(tuple(round(float(v)) for v in s[k]) for k in (0, -1)) for s in strokes}


def starts(trace):
    return {tuple(round(float(v)) for v in s[0]) for s in trace.spliced}


def swapped(trace):
    return frozenset({(20, 20), (80, 80)}) not in ends(trace.spliced) and len(trace.spliced) == 5


ONE_CLICK = [
    (Tool.SWAP, (50, 50), swapped, "swap a crossing"),
    (Tool.CUT, (40, 120), lambda t: len(t.spliced) == 6, "cut a line"),
    (Tool.DELETE, (100, 120), lambda t: len(t.spliced) == 4, "delete a stroke"),
    (Tool.REVERSE, (40, 120), lambda t: (60, 120) in starts(t), "reverse a stroke"),
    (Tool.START, (55, 120), lambda t: (60, 120) in starts(t), "choose a start"),
    (Tool.START, (110, 35), lambda t: (110, 35) in starts(t), "choose a start"),
    (Tool.NOTE, (100, 120), lambda t: len(t.annotations) == 2, "set a stroke apart"),
    (Tool.NOTE, (135, 190), lambda t: len(t.spliced) == 6, "take an annotation back"),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "place", "holds", "words"), ONE_CLICK)
def test_a_tool_mends_in_one_undo_step(hand, tool, place, holds, words):
    undo = hand.pane.session.undo
    assert not holds(hand.trace)
    hand.use(tool)
    hand.click(place)
    assert holds(hand.trace)
    assert (undo.count(), undo.undoText(), len(hand.written)) == (1, words, 1)
    undo.undo()
    hand.rest()
    assert not holds(hand.trace)
    assert hand.written == ()
    undo.redo()
    hand.rest()
    assert holds(hand.trace)
    assert len(hand.written) == 1


@pytest.mark.parametrize("way", ["drag", "click"])
def test_two_ends_are_connected_by_dragging_or_by_two_clicks(hand, way):
    hand.use(Tool.CONNECT)
    if way == "drag":
        hand.drag((60, 120), (70, 120))
    else:
        hand.click((60, 120))
        assert hand.canvas.hand.first.at == (60.0, 120.0)
        assert hand.written == ()
        hand.click((70, 120))
    assert frozenset({(20, 120), (120, 120)}) in ends(hand.trace.spliced)
    assert hand.pane.session.undo.count() == 1


def test_a_rubber_line_let_go_over_nothing_still_holds_its_end_and_escape_lets_go(hand):
    hand.use(Tool.CONNECT)
    hand.drag((60, 120), (90, 170))
    assert hand.canvas.hand.first is not None
    assert hand.written == ()
    hand.key(Qt.Key.Key_Escape)
    assert (hand.canvas.hand.first, hand.canvas.hand.tool) == (None, Tool.CONNECT)
    hand.key(Qt.Key.Key_Escape)
    assert hand.canvas.hand.tool == Tool.LOOK
    assert hand.pane.table.palette_of_tools.buttons[Tool.LOOK].isChecked()


def test_strokes_move_to_the_drawing_that_is_clicked(hand):
    hand.use(Tool.MOVE)
    hand.click((40, 120))
    assert hand.canvas.hand.chosen == (3,)
    hand.click((30, 30))
    assert sorted(len(drawing) for drawing in hand.trace.drawings) == [1, 4]
    assert hand.pane.session.undo.undoText() == "move a stroke to a drawing"


def test_several_strokes_move_to_a_new_drawing_in_one_step(hand):
    hand.use(Tool.MOVE)
    hand.click((30, 30))
    hand.click((95, 50), Qt.KeyboardModifier.ShiftModifier)
    assert hand.canvas.hand.chosen == (0, 2)
    hand.key(Qt.Key.Key_N)
    hand.rest()
    assert sorted(len(drawing) for drawing in hand.trace.drawings) == [1, 2, 2]
    assert hand.pane.session.undo.count() == 1
    hand.pane.session.undo.undo()
    hand.rest()
    assert hand.trace.drawings == ((0, 1, 2), (3, 4))


def test_a_crossing_goes_round_three_ways_and_is_then_as_it_was(hand):
    hand.use(Tool.SWAP)
    seen = [ends(hand.trace.spliced)]
    for clicks in (1, 1, 0):
        hand.click((50, 50))
        assert len(hand.written) == clicks
        seen.append(ends(hand.trace.spliced))
    assert seen[0] == seen[3]
    assert len({frozenset(state) for state in seen}) == 3


def test_what_would_be_acted_on_is_shown_before_the_click(hand):
    for tool, place, kind in (
        (Tool.LOOK, (40, 120), "stroke"),
        (Tool.SWAP, (51, 49), "crossing"),
        (Tool.CONNECT, (61, 121), "end"),
        (Tool.NOTE, (135, 190), "note"),
    ):
        hand.use(tool)
        hand.move((140, 160))
        assert hand.canvas.hover is None
        before = hand.canvas.grab().toImage()
        hand.move(place)
        assert hand.canvas.hover.kind == kind
        assert hand.canvas.grab().toImage() != before


@pytest.mark.parametrize("zoom", [1.0, 4.0])
def test_the_pointer_takes_hold_within_ten_pixels_at_every_zoom(hand, zoom):
    hand.use(Tool.DELETE)
    hand.canvas.zoom(zoom, QPointF(hand.at((40, 120))))
    hand.move((40, 120), (0, 9))
    assert hand.canvas.hover is not None
    hand.move((40, 120), (0, 12))
    assert hand.canvas.hover is None


def test_a_press_beside_every_line_moves_the_sheet_whatever_the_tool(hand):
    hand.use(Tool.DELETE)
    before = hand.canvas.transform()
    hand.drag((140, 160), (120, 140))
    assert hand.canvas.transform() != before
    assert hand.written == ()


def test_taking_a_tool_goes_to_the_spliced_stage_and_leaving_the_stage_puts_it_away(hand):
    hand.key(Qt.Key.Key_S)
    assert hand.pane.table.view.shows_four
    hand.use(Tool.CUT)
    assert not hand.pane.table.view.shows_four
    assert hand.pane.table.view.stage == hand.pane.table.slider.value == trace_view.SPLICED
    assert hand.canvas.hand.tool == Tool.CUT
    hand.key(Qt.Key.Key_Left)
    assert hand.canvas.hand.tool == Tool.LOOK


def test_arrows_page_through_with_a_tool_in_the_hand(hand):
    QTest.mouseClick(hand.pane.table.palette_of_tools.buttons[Tool.DELETE], LEFT)
    hand.key(Qt.Key.Key_Down)
    hand.rest()
    assert hand.pane.session.selection.current == OTHER
    assert hand.canvas.hand.tool == Tool.DELETE
    hand.click((100, 120))
    assert len(mends_of(hand.pane.session.project, OTHER)) == 1
    hand.key(Qt.Key.Key_Up)
    hand.rest()
    assert hand.pane.session.selection.current == PAGE
    assert hand.written == ()


def test_undo_brings_the_page_it_changes_to_the_table(hand):
    hand.use(Tool.DELETE)
    hand.click((100, 120))
    hand.key(Qt.Key.Key_Down)
    hand.rest()
    hand.pane.session.undo.undo()
    hand.rest()
    assert hand.pane.session.selection.current == PAGE
    assert len(hand.trace.spliced) == 5


def test_all_mends_of_a_page_go_back_in_one_step(hand):
    for place in ((100, 120), (40, 120)):
        hand.use(Tool.DELETE)
        hand.click(place)
    bar = hand.pane.table.bar
    assert bar._count.text() == "2 mends"
    QTest.mouseClick(bar._back, LEFT)
    hand.rest()
    assert (hand.written, len(hand.trace.spliced)) == ((), 5)
    assert not bar._back.isVisible()
    hand.pane.session.undo.undo()
    hand.rest()
    assert (len(hand.written), len(hand.trace.spliced)) == (2, 3)


def test_lapsed_mends_are_told_and_can_be_dropped(hand):
    gone = Reverse(handle_of(line((10, 150), (90, 180))))
    kept = Delete(handle_of(hand.trace.spliced[4]))
    hand.pane.session.mend(PAGE, [gone, kept], "mend twice")
    hand.rest()
    bar = hand.pane.table.bar
    assert bar._lapsed.isVisible()
    assert bar._lapsed.text() == "1 mend no longer finds its line"
    QTest.mouseClick(bar._drop, LEFT)
    hand.rest()
    assert hand.written == (kept,)
    assert not bar._lapsed.isVisible()


def test_the_index_follows_and_the_list_marks_the_page(hand, qtbot):
    session = hand.pane.session
    hand.use(Tool.DELETE)
    with qtbot.waitSignal(session.drawings_refresher.refreshed, timeout=30_000):
        hand.click((100, 120))
    hand.pane.refresh()  # as the window does when drawings change
    hand.settle(lambda: hand.pane.is_settled() and hand.pane._model.pages[0].row.mends == 1)
    row = trace_rows(session.project)[PAGE]
    assert (row.mends, row.spliced, row.lapsed) == (1, 4, 0)
    assert hand.pane._model.pages[0].mending == "1 mend by hand"
    assert len(hand.trace.spliced) == 4


def test_a_project_closed_in_haste_still_writes_its_drawings(hand, project_folder):
    hand.use(Tool.DELETE)
    hand.click((100, 120))
    session = hand.pane.session
    assert session.drawings_refresher.is_busy
    hand.pane.close_project()
    session.close()
    with Project.open(project_folder, write=False) as project:
        assert trace_rows(project)[PAGE].spliced == 4


def test_the_menu_of_a_stroke_offers_the_same_acts(hand):
    menu = hand.canvas.menu_at(hand.at((40, 120)))
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == [
        BY_TOOL[tool].act for tool in (Tool.CUT, Tool.REVERSE, Tool.START, Tool.MOVE, Tool.NOTE, Tool.DELETE)
    ]
    next(action for action in menu.actions() if action.text() == "Reverse").trigger()
    hand.rest()
    assert (60, 120) in starts(hand.trace)
    menu = hand.canvas.menu_at(hand.at((50, 50)))
    assert menu.actions()[0].text() == "Swap this crossing"
    menu = hand.canvas.menu_at(hand.at((135, 190)))
    assert [action.text() for action in menu.actions()] == ["Take into the drawing"]
    assert hand.canvas.menu_at(hand.at((140, 160))) is None


def test_the_menu_begins_what_needs_a_second_click(hand):
    menu = hand.canvas.menu_at(hand.at((40, 120)))
    next(action for action in menu.actions() if action.text() == BY_TOOL[Tool.MOVE].act).trigger()
    assert (hand.canvas.hand.tool, hand.canvas.hand.chosen) == (Tool.MOVE, (3,))
    hand.click((30, 30))
    assert sorted(len(drawing) for drawing in hand.trace.drawings) == [1, 4]


def test_j_looks_at_the_next_uncertain_crossing(hand):
    assert hand.pane.table.bar._doubts.text() == "1 uncertain"
    hand.key(Qt.Key.Key_J)
    assert (hand.canvas.view.x, hand.canvas.view.y) == (50.0, 50.0)
    assert hand.pane.table.bar._doubts.text() == "1 of 1 uncertain"
    hand.key(Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    assert hand.canvas.doubt == 0


def test_a_page_without_a_trace_has_nothing_to_mend(hand):
    hand.pane._list.choose(BARE)
    hand.rest()
    hand.use(Tool.DELETE)
    hand.key(Qt.Key.Key_J)
    assert hand.canvas.hand.tool == Tool.LOOK
    assert not hand.pane.table.palette_of_tools.buttons[Tool.DELETE].isEnabled()
    hand.click((50, 50))
    assert hand.pane.session.undo.count() == 0


def test_a_mend_the_disk_refuses_is_said_and_not_shown(hand, monkeypatch, qtbot):
    def refuse(_gesture):
        raise UserError("The disk is full.", "Free some space.")

    monkeypatch.setattr(hand.pane.session.project, "decide", refuse)
    hand.use(Tool.DELETE)
    with qtbot.waitSignal(hand.pane.session.said) as said:
        hand.click((100, 120))
    assert "disk is full" in said.args[0]
    assert len(hand.trace.spliced) == 5
    monkeypatch.undo()
    hand.click((40, 120))
    assert len(hand.written) == 1


def test_a_mend_changes_the_colour_of_no_other_stroke():
    trace = hand_made_trace()
    colours = trace_view.colours_carried(trace.spliced, [0, 1, 2, 3, 4], trace.spliced[1:])
    assert colours == [1, 2, 3, 4]
    turned = [*trace.spliced[:3], trace.spliced[3][::-1], line((5, 5), (9, 9)), line((5, 5), (9, 99))]
    colours = trace_view.colours_carried(trace.spliced, [0, 1, 2, 3, 4], turned)
    assert colours[:4] == [0, 1, 2, 3]
    assert len(set(colours)) == 6
    assert np.isclose(colours[4], 4)
