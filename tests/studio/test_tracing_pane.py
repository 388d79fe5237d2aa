"""Tracing in the window: a real batch in a real child process, then looking at what it found."""

import shutil
import sys

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from engine.project.log import Gesture
from engine.project.project import Project
from engine.trace.batch import trace_pages
from engine.trace.store import TraceRow
from engine.trace.types import Trace
from studio.jobs import Job
from studio.models.items import Item
from studio.models.traced_pages import TracedPagesModel
from studio.panes.tracing import TracingPane
from studio.session import Session
from studio.widgets.stroke_canvas import View
from studio.widgets.tracing import trace_view

PAGES = [f"sb01p{number:03d}" for number in range(1, 5)]


@pytest.fixture
def pane(qtbot, session, settle):
    shown = TracingPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    shown.open_project(session)
    shown.show()
    settle(shown.is_settled)
    yield shown
    if shown.session is not None:
        shown.close_project()
    shown.shutdown()


@pytest.fixture(scope="module")
def traced_template(template, tmp_path_factory):
    """The template with four pages accepted and traced."""
    root = tmp_path_factory.mktemp("traced") / "shelf"
    shutil.copytree(template, root)
    with Project.open(root) as project:
        project.decide(Gesture("pages", {"accepted": tuple(PAGES)}))
        trace_pages(project, workers=1)
    return root


@pytest.fixture
def traced(qtbot, qapp, traced_template, tmp_path, settle):
    """The pane on four traced pages."""
    root = tmp_path / "traced"
    shutil.copytree(traced_template, root)
    session = Session(Project.open(root))
    shown = TracingPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    session.load()
    shown.open_project(session)
    shown.show()
    settle(lambda: shown.is_settled() and shown.count_text() == "4 traced")
    shown.activate()
    yield shown
    shown.close_project()
    shown.shutdown()
    session.close()


def row(page="a", error="", line_ink=True, spliced=2, coverage=1.0):
    return TraceRow(page, "key", error, line_ink, 22, 4, spliced, 1, coverage, 0.0)


def test_without_accepted_pages_it_shows_the_way(pane, qtbot):
    assert pane._empty.isVisible()
    assert pane.count_text() == ""
    with qtbot.waitSignal(pane.wanted) as wanted:
        QTest.mouseClick(pane._empty._button, Qt.MouseButton.LeftButton)
    assert wanted.args == ["Map"]


def test_the_button_traces_in_a_real_child_and_the_list_says_what_came_of_it(pane, session, settle, qtbot):
    session.decide("pages", PAGES, "accepted")
    assert pane._start.text() == "Trace 4 accepted pages"
    QTest.mouseClick(pane._start, Qt.MouseButton.LeftButton)
    assert not pane._start.isVisible()
    assert pane._stop.isVisible()
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000):
        pass
    settle(lambda: pane.is_settled() and pane.count_text() == "4 traced")
    assert [page.progress for page in pane._model.pages] == ["traced"] * 4
    assert pane._summary.text() == "4 of 4 accepted pages traced"
    assert pane.table.view.large.lines
    with qtbot.waitSignal(pane.wanted) as wanted:
        QTest.mouseClick(pane._next, Qt.MouseButton.LeftButton)
    assert wanted.args == ["Datasets"]


def test_stages_say_how_many_strokes_are_left(traced):
    trace = traced.table.view.sheet.trace
    figures = [stage.figure for stage in traced.table.slider.stages]
    counts = [len(trace.strokes), len(trace.joined), len(trace.spliced)]
    assert [figure.split()[0] for figure in figures[1:4]] == [str(count) for count in counts]


def test_keys_walk_pages_and_stages(traced, settle):
    session = traced.session
    keys = traced._list
    QTest.keyClick(keys, Qt.Key.Key_Down)
    assert session.selection.current == PAGES[1]
    QTest.keyClick(keys, Qt.Key.Key_Left)
    QTest.keyClick(keys, Qt.Key.Key_Left)
    assert traced.table.view.stage == trace_view.STROKES
    QTest.keyClick(keys, Qt.Key.Key_Left)
    settle(traced.is_settled)
    assert traced.table.view.sheet.ink is not None
    assert not traced.table.view.large.lines
    QTest.keyClick(keys, Qt.Key.Key_Up)
    assert session.selection.current == PAGES[0]


def test_all_stages_stand_side_by_side_and_move_together(traced, settle):
    QTest.keyClick(traced._list, Qt.Key.Key_S)
    settle(traced.is_settled)
    view = traced.table.view
    assert view.shows_four
    assert [bool(canvas.lines) for canvas in view.four] == [False, True, True, True]
    QTest.keyClick(traced._list, Qt.Key.Key_Plus)
    assert isinstance(view.four[3].view, View)
    assert len({canvas.view for canvas in view.four}) == 1
    QTest.keyClick(traced._list, Qt.Key.Key_0)
    assert {canvas.view for canvas in view.four} == {None}
    QTest.mouseClick(traced.table.slider, Qt.MouseButton.LeftButton, pos=QPoint(5, 10))
    assert not view.shows_four


def test_scrubbing_draws_the_page_in_the_found_order(traced):
    bar, canvas = traced.table.playbar, traced.table.view.large
    bar.seek(bar.duration_s / 3)
    early = canvas.pen
    bar.seek(bar.duration_s * 2 / 3)
    assert early < canvas.pen < type(early)(len(canvas.lines))
    QTest.keyClick(traced._list, Qt.Key.Key_Space)
    assert bar.is_playing
    QTest.keyClick(traced._list, Qt.Key.Key_Space)
    assert not bar.is_playing


def test_a_page_chosen_elsewhere_comes_to_the_table(traced, settle):
    session = traced.session
    session.selection.set({PAGES[2]}, PAGES[2])
    settle(traced.is_settled)
    assert traced.table._title.text() == "sb01  page 3"


def test_a_scan_that_is_gone_is_said_not_raised(traced, settle):
    session = traced.session
    item = session.library.find(PAGES[3])
    copy = item.file.with_suffix(".away")
    item.file.rename(copy)
    try:
        session.selection.set({PAGES[3]}, PAGES[3])
        settle(traced.is_settled)
        assert "not there" in traced.table._state.text()
        assert traced.table.view.large.lines
    finally:
        copy.rename(item.file)


def test_pages_traced_by_another_tracer_wait_again(traced, settle):
    with traced.session.project.transaction() as index:
        index.execute("UPDATE traces SET key = 'of an older tracer'")
    traced.refresh()
    settle(lambda: traced.is_settled() and traced.count_text() == "4 to trace")
    assert {page.progress for page in traced._model.pages} == {"stale"}
    assert traced._start.text() == "Trace 4 accepted pages"


def test_failed_pages_can_be_tried_again(traced, settle):
    with traced.session.project.transaction() as index:
        index.execute("UPDATE traces SET error = 'the scan has changed' WHERE page = ?", (PAGES[0],))
    traced.refresh()
    settle(lambda: traced.is_settled() and traced._start.isVisible())
    assert traced._start.text() == "Try 1 failed page again"
    assert traced._detail.text() == "1 could not be traced; the list says why"
    assert traced._model.pages[0].line == "the scan has changed"


def test_the_model_updates_in_place_and_sorts_the_worst_first(qapp, qtbot):
    model = TracedPagesModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    items = [Item(name, "pages", "sb01", number) for number, name in enumerate("abcd")]
    model.show(items, {})
    rows = {"a": row(), "b": row("b", spliced=9), "c": row("c", error="the scan has changed")}
    with qtbot.assertNotEmitted(model.modelReset):
        model.show(items, rows)
    assert [page.progress for page in model.pages] == ["traced", "traced", "failed", "waiting"]
    assert model.pages[2].line == "the scan has changed"
    model.show(items, rows, "worst")
    assert [page.item.id for page in model.pages] == ["c", "b", "a", "d"]
    assert tester.model() is model


def test_what_belongs_to_no_drawing_is_shown_apart():
    lines = tuple(np.array([[k, 0], [k, 9]], dtype=np.float32) for k in range(3))
    trace = Trace(10, 10, lines, lines, lines, annotations=lines[:1], drawings=((2, 0),))
    shown = trace_view.lines_of(trace, trace_view.DRAWINGS)
    assert [float(line.points[0, 0]) for line in shown] == [2, 0, 1, 0]
    assert shown[0].colour == shown[1].colour
    assert [line.colour for line in shown[2:]] == ["undecided", "undecided"]
    assert len(trace_view.frames_of(trace)) == 1


SLOW_TRACER = """
import json, sys
for done in range(5):
    print(json.dumps({"event": "progress", "done": done, "total": 24, "message": "sb01p001"}), flush=True)
sys.stdin.readline()
print(json.dumps({"event": "stopped"}), flush=True)
"""


def test_a_batch_says_how_long_it_takes_and_goes_on_after_a_stop(pane, session, settle, qtbot, monkeypatch):
    start = Job.start
    monkeypatch.setattr(Job, "start", lambda job, _: start(job, [sys.executable, "-c", SLOW_TRACER]))
    monkeypatch.setattr(Job, "seconds_left", lambda _job: 190.0)
    session.decide("pages", PAGES, "accepted")
    QTest.mouseClick(pane._start, Qt.MouseButton.LeftButton)
    settle(lambda: pane._detail.text() == "4 of 24   3 min left   sb01p001")
    with qtbot.waitSignal(session.jobs.finished, timeout=20_000):
        QTest.mouseClick(pane._stop, Qt.MouseButton.LeftButton)
    settle(pane.is_settled)
    assert not pane._stop.isVisible()
    assert pane._start.text() == "Go on with 4 accepted pages"
    assert pane._start.isVisible()


def test_the_overview_leads_to_the_page_and_back(traced, settle):
    QTest.keyClick(traced._list, Qt.Key.Key_O)
    summary = traced.overview
    assert summary.isVisible()
    assert summary.table.hasFocus()
    row = next(row for row in range(4) if summary.model.index(row, 0).data() == "sb01  page 3")
    place = summary.table.visualRect(summary.model.index(row, 0)).center()
    QTest.mouseClick(summary.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(traced.is_settled)
    assert traced.table.isVisible()
    assert traced.table._title.text() == "sb01  page 3"
    assert traced.session.selection.current == PAGES[2]
    QTest.keyClick(traced._list, Qt.Key.Key_O)
    QTest.keyClick(summary.table, Qt.Key.Key_O)
    assert traced.table.isVisible()


def test_an_empty_project_and_none_at_all_take_no_harm(pane, settle):
    for key in (Qt.Key.Key_W, Qt.Key.Key_J, Qt.Key.Key_N, Qt.Key.Key_T, Qt.Key.Key_O, Qt.Key.Key_Escape):
        QTest.keyClick(pane, key)
    settle(pane.is_settled)
    assert pane._empty.isVisible()
    assert pane.session.undo.count() == 0
    pane.close_project()
    for key in (Qt.Key.Key_W, Qt.Key.Key_T, Qt.Key.Key_O, Qt.Key.Key_Down):
        QTest.keyClick(pane, key)
    assert pane.is_settled()
