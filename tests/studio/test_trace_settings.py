"""Trying settings on the page on the table: the panel, the live tracer, what is written down."""

import shutil
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.errors import UserError
from engine.project.log import Gesture
from engine.project.project import Project
from engine.trace.batch import trace_pages
from engine.trace.choices import TraceChoices, load_choices, range_of, save_choices, with_value
from engine.trace.settings import TraceSettings
from engine.trace.store import record_trace, trace_rows
from engine.trace.types import Trace
from studio.panes.tracing import TracingPane
from studio.session import Session
from studio.tasks import Tasks
from studio.tracing import live_trace
from studio.tracing.live_trace import LiveTrace, Request
from studio.tracing.trace_parameters import GROUPS
from studio.widgets.tracing.trace_settings_panel import TraceSettingsPanel

PARAMETERS = [parameter for _, group in GROUPS for parameter in group]
PAGES = ("sb01p001", "sb01p002")
LEFT = Qt.MouseButton.LeftButton
SEED = "ink.seed_share"


@pytest.fixture(scope="module")
def traced_template(template, tmp_path_factory):
    root = tmp_path_factory.mktemp("settings") / "shelf"
    shutil.copytree(template, root)
    with Project.open(root) as project:
        project.decide(Gesture("pages", {"accepted": PAGES}))
        trace_pages(project, workers=1)
    return root


@pytest.fixture
def pane(qtbot, qapp, traced_template, tmp_path, settle):
    root = tmp_path / "project"
    shutil.copytree(traced_template, root)
    session = Session(Project.open(root))
    shown = TracingPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    session.load()
    shown.open_project(session)
    session.data_changed.connect(shown.refresh)  # as the window does
    shown.show()
    settle(lambda: shown.is_settled() and shown.count_text() == "2 traced")
    shown.activate()
    yield shown
    shown.close_project()
    shown.shutdown()
    session.close()


def slide(pane, path, value, settle):
    """Move a slider to a value, as the mouse would."""
    row = pane.table.panel.rows[path]
    row.slider.setValue(row.parameter.notch_of(value))
    settle(pane.is_settled)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.path)
def test_every_slider_names_a_setting_and_stays_within_what_it_may_be(parameter):
    default = parameter.read(TraceSettings())
    assert parameter.low <= default <= parameter.high
    assert parameter.value_of(parameter.notch_of(default)) == pytest.approx(default)
    assert parameter.notches >= 10
    low, high = range_of(parameter.path)
    assert low <= parameter.low
    assert parameter.high <= high
    changed = with_value(TraceSettings(), parameter.path, parameter.value_of(parameter.notches))
    assert parameter.read(changed) == pytest.approx(parameter.high)
    assert parameter.text_of(default).strip()


def test_a_slider_shows_its_value_and_goes_back_to_the_default(qtbot):
    panel = TraceSettingsPanel()
    qtbot.addWidget(panel)
    panel.show()
    settings = TraceSettings()
    panel.show_settings(settings, settings, "")
    row = panel.rows[SEED]
    assert not panel.for_page.isEnabled()
    assert not row.reset.isVisible()
    with qtbot.waitSignal(panel.changed) as changed:
        QTest.keyClick(row.slider, Qt.Key.Key_Right)
    assert changed.args[0].ink.seed_share == pytest.approx(settings.ink.seed_share + 0.01)
    assert row._figure.text() == "51 %"
    assert panel.for_page.isEnabled()
    QTest.mouseClick(row.reset, LEFT)
    assert panel.settings == settings
    assert not panel.for_page.isEnabled()


def test_a_moved_slider_shows_the_page_traced_so_and_writes_nothing(pane, settle):
    before = pane.table.view.sheet.trace
    QTest.keyClick(pane._list, Qt.Key.Key_T)
    settle(pane.is_settled)
    assert pane.table.panel.isVisible()
    assert pane.table.view.sheet.trace is before
    slide(pane, "simplify.epsilon_px", 3.0, settle)
    sheet = pane.table.view.sheet
    assert sheet.is_preview
    assert sum(map(len, sheet.trace.spliced)) < sum(map(len, before.spliced))
    assert not pane.table.palette_of_tools.buttons["delete"].isEnabled()
    assert load_choices(pane.session.project) == TraceChoices()
    QTest.mouseClick(pane.table.panel.back, LEFT)
    settle(pane.is_settled)
    assert pane.table.view.sheet.trace is before
    assert not pane.table.view.sheet.is_preview


def test_what_is_tried_shows_at_all_stages(pane, settle):
    pane.table.tune.setChecked(True)
    QTest.keyClick(pane._list, Qt.Key.Key_S)
    settle(pane.is_settled)
    view = pane.table.view
    ink = view.sheet.ink
    slide(pane, SEED, 0.85, settle)
    assert view.sheet.is_preview
    assert view.sheet.ink is not ink
    slide(pane, "simplify.epsilon_px", 3.0, settle)
    trace = view.sheet.trace
    shown = [sum(len(line.points) for line in canvas.lines) for canvas in view.four]
    assert shown[1:3] == [sum(map(len, trace.strokes)), sum(map(len, trace.joined))]


def test_what_is_tried_goes_on_to_the_next_page(pane, settle):
    pane.table.tune.setChecked(True)
    slide(pane, "simplify.epsilon_px", 3.0, settle)
    QTest.keyClick(pane._list, Qt.Key.Key_Down)
    settle(pane.is_settled)
    assert pane.table.view.sheet.is_preview
    pane.table.tune.setChecked(False)
    settle(pane.is_settled)
    assert not pane.table.view.sheet.is_preview
    assert not pane.table.panel.is_changed


def test_used_for_this_page_it_is_traced_so_and_up_to_date(pane, settle):
    pane.table.tune.setChecked(True)
    slide(pane, "simplify.epsilon_px", 3.0, settle)
    points = sum(map(len, pane.table.view.sheet.trace.spliced))
    QTest.mouseClick(pane.table.panel.for_page, LEFT)
    settle(lambda: pane.is_settled() and not pane.table.panel.is_changed)
    project = pane.session.project
    assert set(load_choices(project).pages) == {PAGES[0]}
    settle(lambda: pane.is_settled() and not pane.table.view.sheet.is_preview)
    assert pane.count_text() == "2 traced"
    assert sum(map(len, pane.table.view.sheet.trace.spliced)) == points
    assert "of its own" in pane.table.panel._origin.text()


def test_used_for_all_pages_the_others_wait(pane, settle):
    pane.table.tune.setChecked(True)
    slide(pane, "simplify.epsilon_px", 3.0, settle)
    QTest.mouseClick(pane.table.panel.for_all, LEFT)
    settle(lambda: pane.is_settled() and pane.count_text() == "1 to trace")
    assert load_choices(pane.session.project).default.simplify.epsilon_px == 3.0
    assert [page.progress for page in pane._model.pages] == ["traced", "stale"]
    assert pane._start.text() == "Trace 1 accepted page"


def test_choices_that_cannot_be_read_are_said(pane, settle):
    project = pane.session.project
    save_choices(project, TraceChoices())
    project.layout.tracing.write_text('{"default": {"ink": {"seed_share": "dark"}}}')
    pane.refresh()
    settle(pane.is_settled)
    assert "ink.seed_share" in pane._detail.text()


def test_a_page_that_is_no_line_ink_is_traced_when_asked(pane, settle, qtbot):
    project = pane.session.project
    row = trace_rows(project)[PAGES[0]]
    record_trace(project, PAGES[0], row.key, Trace(150, 200, line_ink=False, coverage=0.0))
    (project.layout.traces / f"{PAGES[0]}.npz").unlink()
    pane.refresh()
    settle(lambda: pane.is_settled() and pane._model.pages[0].progress == "no line")
    assert "no line ink" in pane._detail.text()
    assert pane.table._anyway.isVisible()
    with qtbot.waitSignal(pane.session.jobs.finished, timeout=60_000):
        QTest.mouseClick(pane.table._anyway, LEFT)
    settle(lambda: pane.is_settled() and pane._model.pages[0].progress == "traced")
    assert load_choices(project).anyway == {PAGES[0]}
    assert not pane.table._anyway.isVisible()
    assert pane.table.view.large.lines


# -- the live tracer --------------------------------------------------------------------------------


@pytest.fixture
def live(qapp, monkeypatch):
    """A live tracer whose pages wait for `go`, and the settings they were traced with."""
    tasks, go, traced = Tasks(), threading.Event(), []

    def trace(_bench, request):
        go.wait(5)
        traced.append(request.settings)
        if request.settings == "unreadable":
            raise UserError("The scan is gone.", "")
        return request

    monkeypatch.setattr(live_trace._Bench, "trace", trace)
    tracer = LiveTrace(tasks)
    tracer.go, tracer.done = go, traced
    yield tracer
    go.set()
    tracer.close()
    tasks.shutdown()


def test_only_the_latest_request_is_kept(live, settle, tmp_path):
    shown = []
    live.traced.connect(shown.append)
    live.open("page", tmp_path)
    requests = [Request(number) for number in range(6)]
    for request in requests:
        live.request(request)
    assert live.is_busy
    live.go.set()
    settle(lambda: not live.is_busy)
    assert live.done == [0, 5]
    assert [request.settings for request in shown] == [0, 5]


def test_a_page_put_away_is_never_shown(live, settle, tmp_path):
    shown = []
    live.traced.connect(shown.append)
    live.open("page", tmp_path)
    live.request(Request("old"))
    live.open("next", tmp_path)
    live.request(Request("new"))
    live.go.set()
    settle(lambda: not live.is_busy)
    assert [request.settings for request in shown] == ["new"]


def test_a_scan_that_cannot_be_read_is_said_and_the_next_request_works(live, settle, qtbot, tmp_path):
    live.go.set()
    live.open("page", tmp_path)
    with qtbot.waitSignal(live.failed) as failed:
        live.request(Request("unreadable"))
    assert "gone" in failed.args[0]
    with qtbot.waitSignal(live.traced):
        live.request(Request("good"))
