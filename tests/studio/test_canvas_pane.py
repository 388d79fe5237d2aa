"""The canvas under mouse and keys, with a child process whose fans spread to the right."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.strokes.types import Drawing
from studio.canvas import sources
from studio.canvas.draft import draft_file
from studio.gallery.kept import ReadKept
from studio.models.samples import Sample
from studio.panes.canvas import CanvasPane

pytest_plugins = ("tests.studio.fake_jobs",)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)
TRIANGLE = Drawing((np.array([[0, 0], [100, 40], [0, 200]], dtype=np.float32),))


@pytest.fixture
def lonely_pane(qtbot, session, settle, fake_sampler):
    """The canvas of a project in which nobody can draw but the artist."""
    shown = CanvasPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    shown.open_project(session)
    shown.refresh()
    shown.show()
    shown.activate()
    settle(shown.is_settled)
    yield shown
    shown.close_project()
    shown.shutdown()


@pytest.fixture
def pane(base_model, lonely_pane, settle):
    """The same with the base model."""
    base_model.touch()
    lonely_pane.refresh()
    settle(lambda: lonely_pane.is_settled() and lonely_pane._asking is not None)
    return lonely_pane


def send(pane, kind, x, y, button=LEFT, held=LEFT) -> None:
    sheet = pane.sheet
    at = QPointF(*map(float, sheet.transform().map(float(x), float(y))))
    event = QMouseEvent(kind, at, sheet.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(sheet, event)


def draw(pane, points, *, lift=True) -> None:
    send(pane, PRESS, *points[0])
    for point in points[1:]:
        send(pane, MOVE, *point, NONE, LEFT)
        QTest.qWait(2)
    if lift:
        send(pane, RELEASE, *points[-1], LEFT, NONE)


def arc(n=30, x=40.0):
    t = np.linspace(0, 3, n)
    return np.stack([x + 20 * t, 100 + 30 * np.sin(t)], 1).tolist()


@pytest.fixture
def drawn(pane, settle):
    """A stroke on the sheet, and its fan."""
    draw(pane, arc())
    settle(lambda: pane.is_settled() and pane.sheet.fan is not None)
    return pane


def test_one_can_draw_where_nobody_answers(lonely_pane, settle):
    draw(lonely_pane, arc())
    settle(lonely_pane.is_settled)
    assert lonely_pane.line.tip == pytest.approx(arc()[-1], abs=0.5)
    assert "train a run" in lonely_pane.side.state.text()
    QTest.keyClick(lonely_pane.sheet, Qt.Key.Key_Return)
    QTest.keyClick(lonely_pane.sheet, Qt.Key.Key_F)
    assert len(lonely_pane.line.parts) == 1


def test_the_fan_comes_while_the_pen_is_down(pane, settle):
    draw(pane, arc(), lift=False)
    settle(lambda: pane.sheet.fan is not None and pane.is_settled())
    hand = pane.sheet.hand
    assert hand is not None and pane.sheet.fan.tip == pytest.approx(
        hand.points_from(hand.n_points - 1)[0], abs=0.01
    )
    QTest.keyClick(pane.sheet, Qt.Key.Key_Return)
    assert [part.by for part in pane.line.parts] == ["hand", "machine"], "Enter lifts the pen first"
    assert len(pane.line.drawing.strokes) == 1


def test_tab_turns_enter_takes_up_to_the_pointer_and_undo_takes_back(drawn, session, settle):
    sheet = drawn.sheet
    assert len(sheet.fan.futures) == 8 and sheet.fan.shown == 0
    QTest.keyClick(sheet, Qt.Key.Key_Tab)
    QTest.keyClick(sheet, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(sheet, Qt.Key.Key_Tab)
    assert sheet.fan.shown == 1
    middle = sheet.fan.chosen.up_to(sheet.fan.chosen.length / 2).strokes[-1][-1]
    send(drawn, MOVE, *middle, NONE, NONE)
    assert sheet.fan.reach == pytest.approx(sheet.fan.chosen.length / 2, rel=0.05)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert drawn.line.tip == pytest.approx(middle.tolist(), abs=1.0)
    assert len(drawn.line.drawing.strokes) == 1 and drawn.line.machines[0]["way"] == "continued"
    session.undo.undo()
    assert drawn.line.tip == pytest.approx(arc()[-1], abs=0.5)
    session.undo.undo()
    assert drawn.line.is_blank
    session.undo.redo()
    settle(lambda: sheet.fan is not None)


def test_pointing_at_another_future_means_it(drawn):
    sheet = drawn.sheet
    other = sheet.fan.futures[6].strokes[0][20]
    send(drawn, MOVE, *other, NONE, NONE)
    assert sheet.fan.shown == 6


def test_esc_hides_until_the_next_move(drawn, settle):
    QTest.keyClick(drawn.sheet, Qt.Key.Key_Escape)
    assert drawn.sheet.fan is None
    drawn.bar._slider.setValue(90)
    settle(drawn.is_settled)
    assert drawn.sheet.fan is None
    draw(drawn, arc(8, x=120))
    settle(lambda: drawn.sheet.fan is not None)


def test_a_pen_put_down_at_the_tip_goes_on_elsewhere_it_begins_a_stroke(drawn):
    x, y = drawn.line.tip
    draw(drawn, [(x + 0.5, y), (x + 10, y + 5), (x + 20, y + 5)])
    assert len(drawn.line.drawing.strokes) == 1
    draw(drawn, [(10, 10), (20, 20), (30, 20)])
    assert len(drawn.line.drawing.strokes) == 2


def test_number_and_look_ahead_ask_again(drawn, settle):
    drawn.bar._futures.setValue(20)
    settle(lambda: drawn.sheet.fan is not None and len(drawn.sheet.fan.futures) == 20)
    drawn.bar._ahead.setValue(10)
    settle(lambda: drawn.sheet.fan is not None and len(drawn.sheet.fan.futures[5].strokes[0]) == 10)


def test_the_machine_finishes_the_line_as_one_step_of_undo(drawn, session, settle):
    before = drawn.line.tip
    QTest.keyClick(drawn.sheet, Qt.Key.Key_F)
    settle(lambda: len(drawn.line.parts) == 2)
    assert drawn.line.tip == pytest.approx((before[0] + 20, before[1] + 10), abs=0.1)
    assert drawn.line.parts[1].by == "machine" and not drawn.line.parts[1].begins
    session.undo.undo()
    assert drawn.line.tip == before


def test_esc_stops_the_machine(drawn, settle):
    drawn.finish()
    QTest.keyClick(drawn.sheet, Qt.Key.Key_Escape)
    settle(drawn.is_settled)
    assert len(drawn.line.parts) == 1 and drawn.side.finish.text() == "Let it finish"


def test_the_line_is_there_again_and_a_fresh_sheet_can_be_undone(drawn, session, settle):
    settle(drawn.is_settled)
    drawn.close_project()
    assert json.loads(draft_file(session.project.layout).read_text())["parts"]
    assert drawn.line.is_blank
    drawn.open_project(session)
    drawn.refresh()
    settle(drawn.is_settled)
    assert drawn.line.tip == pytest.approx(arc()[-1], abs=0.5)
    QTest.keyClick(drawn.sheet, Qt.Key.Key_N)
    assert drawn.line.is_blank
    session.undo.undo()
    assert not drawn.line.is_blank


def test_a_drawing_is_continued_and_the_line_before_comes_back(drawn, session, settle):
    session.continue_drawing(Sample("cat", TRIANGLE, "hand", {"drawing": "sb01p001/1"}))
    assert drawn.line.origin["name"] == "cat" and drawn.line.drawing.n_points == 3
    settle(lambda: drawn.sheet.fan is not None)
    assert drawn.sheet.fan.tip == pytest.approx(drawn.line.tip)
    session.undo.undo()
    assert drawn.line.tip == pytest.approx(arc()[-1], abs=0.5)


def test_a_machine_that_dies_says_why_and_wakes_again(drawn, settle):
    drawn._seed = 12
    QTest.keyClick(drawn.sheet, Qt.Key.Key_H)
    settle(lambda: "damaged" in drawn.side.state.text())
    assert "Press H" in drawn.side.state.text() and drawn.sheet.fan is None
    draw(drawn, [(10, 10), (20, 20)])
    assert len(drawn.line.parts) == 2
    QTest.keyClick(drawn.sheet, Qt.Key.Key_H)
    settle(lambda: drawn.sheet.fan is not None)


def test_what_is_saved_says_whose_it_is(drawn, session, settle):
    drawn.accept()
    drawn.keep()
    (kept,) = ReadKept(session.project.layout)().samples
    assert kept.made_by == "both" and 0 < kept.origin["machine_share"] < 1
    assert kept.origin["machines"][0]["run"] == "run001"
    assert np.isclose(max(np.ptp(np.concatenate(kept.drawing.strokes), axis=0)), 200, atol=0.1)
    session.undo.undo()
    assert not ReadKept(session.project.layout)().samples


def test_the_session_is_played_and_esc_goes_back(drawn):
    drawn.accept()
    drawn.play_session()
    assert drawn.playing.is_open and drawn.sheet.is_locked
    drawn.playing.playbar.seek(drawn.playing.playbar.duration_s / 2)
    drawn.sheet.grab()
    QTest.keyClick(drawn.sheet, Qt.Key.Key_Escape)
    assert not drawn.playing.is_open and not drawn.sheet.is_locked


def test_ink_is_where_it_was_drawn_and_undo_takes_it_off_the_sheet(drawn, session):
    def dark(image) -> int:
        at = drawn.sheet.transform().map(*map(float, arc()[15]))
        near = [image.pixelColor(int(at[0]) + dx, int(at[1]) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        return min(colour.lightness() for colour in near)

    assert dark(drawn.sheet.grab().toImage()) < 90
    session.undo.undo()
    assert dark(drawn.sheet.grab().toImage()) > 200


def test_a_drawing_that_comes_before_the_old_line_is_read_loses_neither(drawn, session, settle):
    settle(drawn.is_settled)
    drawn.close_project()
    drawn.open_project(session)
    session.continue_drawing(Sample("cat", TRIANGLE, "hand"))
    settle(drawn.is_settled)
    assert drawn.line.origin["name"] == "cat"
    session.undo.undo()
    assert drawn.line.tip == pytest.approx(arc()[-1], abs=0.5)


def test_a_tablet_draws_with_pressure_and_its_eraser_undoes(pane, session):
    device = QPointingDevice.primaryPointingDevice()

    def touch(kind, x, y, pressure, button=NONE):
        at = QPointF(*map(float, pane.sheet.transform().map(float(x), float(y))))
        event = QTabletEvent(
            kind, device, at, pane.sheet.mapToGlobal(at), pressure, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, button, LEFT,
        )  # fmt: skip
        QApplication.sendEvent(pane.sheet, event)
        assert event.isAccepted(), "else Qt makes mouse events of it, and the line is drawn twice"

    touch(QEvent.Type.TabletPress, 50, 50, 0.2, LEFT)
    for k in range(10):
        touch(QEvent.Type.TabletMove, 50 + 4 * k, 50 + 3 * k, 0.2 + 0.07 * k)
    touch(QEvent.Type.TabletRelease, 86, 77, 0.0, LEFT)
    (part,) = pane.line.parts
    assert part.pressure[0] == pytest.approx(0.2) and part.pressure.max() > 0.7
    pane.sheet.undo_wanted.emit()
    assert pane.line.is_blank


def test_hairs_lie_along_the_line_while_the_pen_rests(drawn, settle):
    drawn.side.hairs.setChecked(True)
    settle(lambda: bool(drawn.sheet._hairs))
    line = np.concatenate(drawn.line.drawing.strokes)
    for hair in drawn.sheet._hairs:
        assert np.hypot(*(line - hair[0]).T).min() < 1.0
    send(drawn, QEvent.Type.MouseButtonPress, 300, 300)
    send(drawn, QEvent.Type.MouseMove, 320, 310)
    assert not drawn.sheet._hairs
    send(drawn, QEvent.Type.MouseButtonRelease, 320, 310, held=NONE)
    settle(lambda: bool(drawn.sheet._hairs))
    drawn.side.hairs.setChecked(False)
    assert not drawn.sheet._hairs


# -- what a line may begin from ------------------------------------------------------------------------


@pytest.fixture
def own(monkeypatch):
    """Two hundred drawings of the artist's."""
    ids = [f"sb{book:02d}p{page:03d}/1" for book in (1, 2) for page in range(1, 101)]
    monkeypatch.setattr(sources, "usable_drawings", lambda library: ids)
    read = lambda self: [Sample(one.replace("/", " · "), TRIANGLE, "hand") for one in self.ids]  # noqa: E731
    monkeypatch.setattr(sources.ReadSketchbook, "__call__", read)


def offered(panel) -> list[str]:
    return [sample.name for sample in panel._model.samples]


def test_of_the_artists_drawings_the_selected_come_first_then_the_latest(lonely_pane, session, settle, own):
    session.selection.set(["sb01p007"])
    lonely_pane.begin.offer(session, lonely_pane)
    settle(lonely_pane.begin.isVisible)
    names = offered(lonely_pane.begin)
    assert names[:2] == ["sb01p007 · 1", "sb02p100 · 1"] and len(names) == 48


def test_any_of_the_artists_drawings_is_found_by_its_page(lonely_pane, session, settle, own):
    panel = lonely_pane.begin
    panel.offer(session, lonely_pane)
    settle(panel.isVisible)
    assert panel.search.isVisible()
    QTest.keyClicks(panel.search, "SB01 p00")
    settle(lambda: not panel.is_busy)
    assert offered(panel) == [f"sb01p00{page} · 1" for page in range(9, 0, -1)]
    QTest.keyClicks(panel.search, "x")
    settle(lambda: not panel.is_busy)
    assert panel._none.text() == "No drawing of yours is called that."
    panel.search.clear()
    settle(lambda: not panel.is_busy)
    QTest.mouseClick(panel.grid.viewport(), LEFT, pos=panel.grid.visualRect(panel._model.index(0)).center())
    assert not panel.isVisible() and not lonely_pane.line.is_blank
    panel.offer(session, lonely_pane)
    settle(lambda: not panel.is_busy)
    assert panel.search.text() == "" and len(offered(panel)) == 48
