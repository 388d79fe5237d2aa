"""Two drawings and what lies between them, with a child process that draws triangles."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtTest import QTest

from engine.jobs.runs import create_run
from engine.strokes.svg import write_svg
from engine.strokes.types import Drawing, as_stroke
from studio.gallery import between_files
from studio.models.runs import Run
from studio.models.samples import Sample
from studio.widgets.gallery.between_view import BetweenView

pytest_plugins = ("tests.studio.fake_jobs",)


def sample(name, *points, by="hand"):
    return Sample(name, Drawing((as_stroke(points),)), by)


A = sample("a", [0, 0], [200, 0], [200, 100])
B = sample("b", [0, 0], [40, 200])
C = sample("c", [0, 0], [100, 200], [200, 0])


@pytest.fixture
def run(session):
    folder = create_run(session.project.layout, "faces/v001", {})
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "best.safetensors").write_bytes(b"")
    return Run(
        "run001", folder, dataset="faces/v001", settings={"model": "sketchformer"}, has_checkpoint=True
    )


@pytest.fixture
def view(qtbot, session, settle, fake_sampler):
    shown = BetweenView()
    qtbot.addWidget(shown)
    shown.resize(1200, 800)
    shown.open_session(session)
    shown.show()
    yield shown
    shown.close_session()


@pytest.fixture
def laid(view, settle):
    """By shape, without any run."""
    view.activate()
    view.show_sample(C)
    view._lay("A", A)
    view._lay("B", B)
    settle(view.is_settled)
    return view


@pytest.fixture
def warm(laid, run, settle):
    laid.show_runs([run])
    settle(lambda: laid.is_settled() and laid.table.flip.passage.way == "code")
    return laid


def passage(view):
    return view.table.flip.passage


def steps(view):
    return list(view._steps.samples)


def test_an_empty_project_says_what_to_do(view, settle):
    view.activate()
    settle(view.is_settled)
    assert view._sheets.currentIndex() == 1
    view.show_sample(C)
    assert view._sheets.currentIndex() == 0, "what is chosen in the grid can be taken"


def test_without_a_run_it_goes_by_shape_and_says_why(laid):
    assert [one.name for one in (steps(laid)[0], steps(laid)[-1])] == ["a", "b"]
    assert len(steps(laid)) == 9 and laid.table.flip.passage.way == "shape"
    assert laid._sampler is None
    assert not laid.bar._ways.button(0).isEnabled() and "codes" in laid.bar._said.text()


def test_a_run_with_codes_draws_the_steps(warm):
    assert len(steps(warm)) == 9
    origin = steps(warm)[2].origin
    assert origin["way"] == "between" and origin["made_from"] == ["a", "b"] and origin["run"] == "run001"
    assert "run001" in warm.table.state.text()


def test_a_run_without_codes_is_not_asked_for_steps(laid, run, settle):
    from dataclasses import replace

    laid.show_runs([replace(run, settings={"model": "transformer"})])
    settle(laid.is_settled)
    assert laid.table.flip.passage.way == "shape" and laid._sampler is None
    laid.bar.set_mode("varied")
    settle(lambda: laid.is_settled() and bool(laid._others.samples))
    assert len(laid._others.samples) == 15


def test_the_old_strip_stays_until_the_new_one_is_there(warm, settle):
    before = passage(warm)
    warm.bar._variability.setValue(90)
    assert passage(warm) is before and len(steps(warm)) == 9
    settle(lambda: warm.is_settled() and passage(warm) is not before)
    _, corner, end = steps(warm)[3].drawing.strokes[0]
    assert corner[0] / end[1] == pytest.approx(0.45)


def test_of_many_changes_the_last_counts(laid, settle):
    for count in (3, 12, 5):
        laid.bar._steps.setValue(count)
    settle(laid.is_settled)
    assert len(steps(laid)) == 7


def test_swap_and_use_as(laid, settle):
    QTest.keyClick(laid, Qt.Key.Key_S)
    settle(laid.is_settled)
    assert (steps(laid)[0].name, steps(laid)[-1].name) == ("b", "a")
    laid.table.strip.choose(4)
    chosen = laid.side.sample
    laid.side.use_b.click()
    settle(laid.is_settled)
    assert laid.table.slots["B"].sample is chosen


def test_the_chosen_one_of_the_grid_is_taken(laid, settle):
    laid.table.slots["B"]._take.click()
    settle(laid.is_settled)
    assert steps(laid)[-1] is C


def test_a_click_fills_the_open_slot(laid, settle):
    QTest.mouseClick(laid.table.slots["B"]._card, Qt.MouseButton.LeftButton)
    assert laid.table.open_letter == "B"
    laid.table.pick.show_samples([C])
    rect = laid.table.pick.visualRect(laid.table.pick.model().index(0, 0))
    QTest.mouseClick(laid.table.pick.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    settle(laid.is_settled)
    assert laid.table.slots["B"].sample is C and laid.table.slots["A"].sample is A


def test_an_svg_file_is_dropped(laid, settle, tmp_path):
    write_svg(tmp_path / "mine.svg", C.drawing.strokes)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "mine.svg"))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    laid.table.slots["A"].dropEvent(event)
    settle(lambda: laid.is_settled() and steps(laid)[0].name == "mine")
    assert steps(laid)[0].drawing.n_points == 3


def test_pointing_at_the_strip_scrubs_and_leaving_plays_on(laid, qtbot):
    strip, flip = laid.table.strip, laid.table.flip
    flip.play()
    rect = strip.visualRect(strip.model().index(8, 0))
    none = Qt.MouseButton.NoButton
    at = QPointF(rect.center())
    strip.mouseMoveEvent(
        QMouseEvent(QMouseEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    )
    assert flip.place == 1.0 and not flip.is_playing
    assert flip.canvas.frame == len(flip.passage.frames) - 1
    strip.unhovered.emit()
    assert flip.is_playing
    QTest.keyClick(laid, Qt.Key.Key_Space)
    assert not flip.is_playing


def test_a_step_is_shown_kept_exported_continued(laid, qtbot):
    laid.table.strip.choose(3)
    assert laid.side.sample is steps(laid)[3]
    with qtbot.waitSignal(laid.keep_wanted) as kept:
        laid.side.keep.click()
    with qtbot.waitSignal(laid.export_wanted) as exported:
        laid.side.export.click()
    with qtbot.waitSignal(laid.continue_wanted) as continued:
        laid.side.go_on.click()
    assert kept.args[0] is exported.args[0][0] is continued.args[0] is steps(laid)[3]
    json.dumps(kept.args[0].origin)
    laid.table.strip.choose(0)
    assert not laid.side.keep.isEnabled(), "it is the artist's already"


def test_variations_go_as_far_as_the_slider_says(warm, settle):
    warm.bar.set_mode("varied")
    settle(lambda: warm.is_settled() and len(warm._others.samples) == 15)
    first = warm._others.samples[0]
    assert first.origin["way"] == "varied" and first.made_by == "machine"
    warm.bar._amount.setValue(80)
    settle(lambda: warm.is_settled() and warm._others.samples[0] is not first)
    width, height = np.ptp(warm._others.samples[0].drawing.strokes[0], axis=0)
    assert width / height == pytest.approx(0.4, abs=0.02)


def test_out_of_sight_nothing_runs_and_what_is_drawn_stays(warm, settle):
    drawn = passage(warm)
    warm.leave()
    assert warm._sampler is None and passage(warm) is drawn and warm.is_settled()
    warm.bar._steps.setValue(4)
    settle(warm.is_settled)
    assert warm._sampler is None and passage(warm) is drawn
    warm.activate()
    settle(lambda: warm.is_settled() and len(steps(warm)) == 6)


def test_a_machine_that_dies_says_so(warm, settle, qtbot):
    drawn = passage(warm)
    with qtbot.waitSignal(warm.said) as said:
        warm.bar._seed.setValue(13)
    assert "damaged" in said.args[0] and passage(warm) is drawn
    warm.bar._seed.setValue(14)
    settle(lambda: warm.is_settled() and passage(warm) is not drawn)


def test_the_menu_writes_a_flip(laid, settle, tmp_path, monkeypatch):
    file = tmp_path / "flip.gif"
    monkeypatch.setattr(between_files.QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    menu = laid.files.menu(laid._session.tasks, tmp_path, laid.table.flip.passage, steps(laid))
    titles = [action.text() for action in menu.actions() if action.text()]
    assert len(titles) == 6
    next(action for action in menu.actions() if "GIF" in action.text()).trigger()
    settle(lambda: file.exists() and laid.is_settled())
    assert laid.table.state.text() == f"Saved {file}"


def test_a_small_window_has_room_for_all(laid, settle):
    laid.resize(900, 640)
    settle(laid.is_settled)
    assert laid.width() == 900
    assert laid.table.pick.geometry().bottom() <= laid.table.height()
    assert laid.table.slots["B"].mapTo(laid, QPoint(0, 0)).x() + laid.table.slots["B"].width() <= 900


@pytest.mark.parametrize("steps", [7, 16])
def test_in_the_smallest_window_the_bar_lies_under_the_paper(laid, settle, steps):
    laid.bar._steps.setValue(steps)
    laid.resize(923, 614)
    settle(lambda: laid.is_settled() and laid.table.strip.model().rowCount() == steps + 2)
    flip = laid.table.flip
    assert flip.canvas.geometry().bottom() < flip._slider.geometry().top()
    assert laid.table.pick.geometry().bottom() <= laid.table.height()
