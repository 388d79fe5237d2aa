"""Old sketchbooks against new ones in the window: dialog, words, table, and a comparison from end to end."""

import json
import sys

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.dataset.recipe import Recipe
from engine.dataset.versions import make_dataset
from engine.jobs.eras import Eras, create_comparison
from engine.jobs.folder import Status, read_spec, running_lock, write_status
from engine.jobs.runs import create_run
from engine.project.log import Gesture
from engine.project.project import Project
from engine.strokes.types import Drawing, as_stroke
from engine.training.settings import TrainSettings
from studio import theme
from studio.jobs import Job
from studio.models.comparisons import EraPictures
from studio.models.era_choices import EraRequest, RecipeChoice
from studio.models.runs import RunsReader
from studio.models.samples import Sample
from studio.panes.training import TrainingPane
from studio.session import Session
from studio.training.run_loading import ReadRuns
from studio.widgets.training.era_dialog import EraDialog
from studio.widgets.training.era_room import EraRoom
from studio.widgets.training.era_view import EraView
from studio.widgets.training.model_choice import StartChoice
from tests.engine.export.mapped import mapped_project, shelf
from tests.studio.era_reports import ALIKE, BETTER_READER, CHANGED, SETTINGS, SHELF, comparison

pytest_plugins = ("tests.studio.fake_jobs",)

RECIPES = (RecipeChoice("drawings/v002"), RecipeChoice("faces/v001", {"kinds": ["f"]}))
LINE = Drawing((as_stroke(np.array([[0, 0], [100, 200]])),))


def click(button) -> None:
    assert button.isVisible() and button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


# -- the dialog ----------------------------------------------------------------------------------------


@pytest.fixture
def make_dialog(qtbot, qapp):
    theme.apply(qapp, theme.LIGHT)

    def make(books=SHELF, recipes=RECIPES):
        asked = []

        def books_of(recipe):
            asked.append(recipe)
            return books

        shown = EraDialog(recipes, [StartChoice("run007", "run007", "As run007 left it.")], books_of)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(shown)
        shown.show()
        return shown, asked

    return make


def test_the_dialog_asks_for_what_is_chosen_with_the_mouse(make_dialog, qtbot):
    dialog, _ = make_dialog()
    click(dialog.shelf.rows[0].buttons[""])
    click(dialog.shelf.rows[1].buttons["new"])
    click(dialog.shelf.rows[3].buttons["old"])
    dialog.minutes.setValue(25)
    dialog.hold_out.setValue(30)
    dialog.choice.families.setCurrentIndex(dialog.choice.families.findData("transformer"))
    qtbot.waitUntil(dialog.choice.sizes.button(1).isVisible)
    click(dialog.choice.sizes.button(1))
    assert "Transformer Standard, 25 minutes each" in dialog.plan.text()
    with qtbot.waitSignal(dialog.wanted) as wanted:
        click(dialog.go)
    request = wanted.args[0]
    assert request.dataset == "drawings/v002"
    assert request.books == {"old": ("sb13",), "new": ("sb11", "sb12")}
    assert request.hold_out == pytest.approx(0.3)
    settings = TrainSettings.from_json(request.settings)
    assert (settings.minutes, settings.model, settings.start_from) == (25, "transformer/standard", "")
    assert not dialog.isVisible()


def test_the_mark_moves_along_the_shelf_and_what_is_left_out_stays_out(make_dialog):
    dialog, _ = make_dialog()
    mark = dialog.shelf.mark
    assert mark.value() == 2
    click(dialog.shelf.rows[0].buttons[""])
    mark.setFocus()
    QTest.keyClick(mark, Qt.Key.Key_Right)
    assert [row.side for row in dialog.shelf.rows] == ["", "old", "old", "new"]
    QTest.keyClick(mark, Qt.Key.Key_Home)
    assert [row.side for row in dialog.shelf.rows] == ["", "new", "new", "new"]
    assert not dialog.go.isEnabled()


def test_it_says_in_place_why_it_cannot_compare(make_dialog):
    dialog, _ = make_dialog()
    for row in dialog.shelf.rows:
        click(row.buttons["new"])
    assert dialog.problem.text() == "Choose at least one old sketchbook."
    assert dialog.problem.isVisible() and not dialog.plan.isVisible() and not dialog.go.isEnabled()
    click(dialog.shelf.rows[0].buttons["old"])
    assert not dialog.problem.isVisible() and dialog.go.isEnabled()


def test_without_a_dataset_it_says_so(make_dialog):
    dialog, _ = make_dialog(books=[], recipes=())
    assert "make one first" in dialog.problem.text()
    assert not dialog.go.isEnabled()


def test_another_recipe_counts_anew_and_keeps_the_sides(make_dialog):
    dialog, asked = make_dialog()
    click(dialog.shelf.rows[3].buttons[""])
    dialog.recipes.setCurrentIndex(1)
    assert asked == [{}, {"kinds": ["f"]}]
    assert [row.side for row in dialog.shelf.rows] == ["old", "old", "new", ""]


def test_both_may_begin_with_what_a_run_has_learnt(make_dialog):
    dialog, _ = make_dialog()
    dialog.choice.starts.setCurrentIndex(1)
    assert "from run007" in dialog.plan.text()
    assert dialog.request.settings["start_from"] == "run007"


# -- the view ------------------------------------------------------------------------------------------


@pytest.fixture
def view(qtbot, qapp):
    theme.apply(qapp, theme.LIGHT)
    shown = EraView()
    qtbot.addWidget(shown)
    shown.resize(1280, 860)
    shown.show()
    return shown


def test_without_a_comparison_it_asks_the_question(view, qtbot):
    view.show_comparisons([])
    assert view.empty.isVisible()
    with qtbot.waitSignal(view.new_wanted):
        click(view.empty._button)


def test_the_table_says_who_reads_whom_how_well(view):
    view.show_comparisons([comparison(CHANGED)])
    assert view.title.text().startswith("Your hand changed")
    own, away, *_ = view.table.cards
    assert own.words.text() == "reads pages of its own time"
    assert own.words.font().weight() > away.words.font().weight()
    assert (
        away.words.text() == "takes 0.21 nats a point more to follow a new page than the new books' own model"
    )
    assert away.accessibleName().startswith("old books' model, new pages: takes 0.21")
    assert [card.reading.verdict for card in view.table.cards] == ["own", "harder", "harder", "own"]
    assert not view.life.isVisible()


def test_one_at_a_time_is_looked_at(view, qtbot):
    view.show_comparisons([comparison(ALIKE, "eras002"), comparison(CHANGED, "eras001")])
    assert view.comparison.id == "eras002"
    place = view.list.visualItemRect(view.list.item(1)).center()
    with qtbot.waitSignal(view.chosen) as chosen:
        QTest.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == ["eras001"]
    assert [card.reading.verdict for card in view.table.cards][1] == "harder"
    view.show_comparisons([comparison(None, "eras003"), *view._all])
    assert view.comparison.id == "eras001"
    view.look_at_next("eras004")
    view.show_comparisons([comparison(None, "eras004"), *view._all])
    assert view.comparison.id == "eras004"
    assert not view.table.isVisible()


def test_hands_stand_side_by_side_and_lead_to_the_gallery(view, qtbot):
    view.show_comparisons([comparison(CHANGED)])
    drawn = tuple(Sample(f"#{n}", LINE) for n in range(6))
    pictures = [EraPictures("old", (Sample("p", LINE, "hand"),), drawn), EraPictures("new", (), drawn)]
    view.show_pictures(pictures)
    old, new = view.columns
    assert [len(column.drawn.samples) for column in view.columns] == [6, 6]
    assert old._grids[0].isVisible() and not new._grids[0].isVisible()
    with qtbot.waitSignal(view.run_wanted) as wanted:
        click(new.gallery)
    assert wanted.args == ["run002"]


@pytest.mark.parametrize(
    ("changes", "words", "button"),
    [
        ({"state": "running", "stage": "train new"}, "Training the new books' model, 2 of 2.", "stop"),
        (
            {"state": "stopped", "stage": "train old"},
            "Stopped: training the old books' model, 1 of 2.",
            "resume",
        ),
        ({"state": "failed", "error": "No page is held out."}, "No page is held out.", "resume"),
    ],
)
def test_one_without_a_table_says_how_it_stands(view, qtbot, changes, words, button):
    view.show_comparisons([comparison(None, **changes)])
    assert view.life.words.text() == words
    shown = {"stop": view.life.stop, "resume": view.life.resume}
    wanted = {"stop": view.stop_wanted, "resume": view.resume_wanted}
    with qtbot.waitSignal(wanted[button]) as asked:
        click(shown.pop(button))
    assert asked.args == ["eras001"]
    assert not any(one.isVisible() for one in shown.values())


def test_it_can_be_looked_at_in_the_dark(view, qapp):
    view.show_comparisons([comparison(BETTER_READER)])
    light = view.table.grab().toImage()
    theme.apply(qapp, theme.DARK)
    view.repaint()
    assert view.table.grab().toImage() != light
    theme.apply(qapp, theme.LIGHT)


# -- from end to end -----------------------------------------------------------------------------------


def hand(number):
    t = np.linspace(0, 1, 30)
    y = np.sin(9 * t + number) * 60 if number < 20 else np.where(np.arange(30) % 2, 90.0, -90.0) + number
    return Drawing((as_stroke(np.column_stack([200 * t, y + 100])),)).normalised()


@pytest.fixture
def hands(qapp, tmp_path, settle):
    """A session on two books of twenty drawn pages, with a dataset of all."""
    root = tmp_path / "project"
    with mapped_project(root, shelf(40), hand, pictures=False) as project:
        ids = tuple(sheet.id for sheet in shelf(40))
        project.decide(Gesture("pages", {"accepted": ids}, {}, {"by": "key"}))
        make_dataset(project, "lines", Recipe(valid_fraction=0.2))
    opened = Session(Project.open(root))
    opened.load()
    settle(lambda: bool(opened.library.shelf("drawings").items))
    yield opened
    opened.close()


@pytest.fixture
def room(qtbot, qapp, hands, settle):
    theme.apply(qapp, theme.LIGHT)
    shown = EraRoom()
    qtbot.addWidget(shown)
    shown.resize(1280, 860)
    shown.open_project(hands)
    shown.show()
    shown.door.click()
    settle(shown.is_settled)
    yield shown
    shown.close_project()


def test_a_comparison_from_question_to_answer(room, hands, settle, qtbot, monkeypatch):
    click(room.view.empty._button)
    settle(lambda: room.dialog is not None and room.dialog.isVisible())
    dialog = room.dialog
    assert [dialog.recipes.itemText(at) for at in range(dialog.recipes.count())] == ["lines/v001"]
    assert "sb01, 20 pages with 20 drawings; about 4 pages held out" in dialog.shelf._totals[0].text()
    asked = dialog.request
    monkeypatch.setattr(
        EraDialog, "request", EraRequest(asked.dataset, asked.books, SETTINGS, asked.hold_out)
    )
    with qtbot.waitSignal(hands.jobs.finished, timeout=120_000) as finished:
        click(dialog.go)
    assert room.dialog is None
    job = finished.args[0]
    assert (job.outcome, job.can_be_left) == ("done", True)
    assert {"runs", "samples", "datasets"} == job.topics
    settle(lambda: bool(room.view.table.cards) and room.is_settled())
    assert room.view.comparison.title == "sb01 against sb02"
    assert [len(column.drawn.samples) for column in room.view.columns] == [16, 16]
    assert all(column.held_out.samples for column in room.view.columns)
    layout = hands.project.layout
    datasets = ReadRuns(layout, RunsReader(layout.runs), with_datasets=True)().datasets
    assert datasets[0].id == "lines/v001"
    with qtbot.waitSignal(room.wanted) as wanted:
        click(room.view.columns[0].gallery)
    assert (wanted.args, hands.run_in_view) == (["Gallery"], "run001")
    room.ask()
    settle(lambda: room.dialog is not None)
    assert room.dialog.recipes.count() == 1  # what comparisons make is no recipe to choose


WORKER = """
import sys
from pathlib import Path
from engine.jobs.folder import Status, append_event, running_lock, write_status
folder = Path(sys.argv[1])
with running_lock(folder):
    write_status(folder, Status("running", 3, 9))
    append_event(folder, {"event": "stage_started", "stage": "train old", "run": "run001"})
    for line in sys.stdin:
        if line.strip() == "stop":
            break
    write_status(folder, Status("stopped", 3, 9))
print('{"event": "stopped"}', flush=True)
"""


@pytest.fixture
def obedient(monkeypatch):
    """Children that wait for `stop`."""
    start = Job.start

    def run_worker(job, command=None):
        start(job, command or [sys.executable, "-c", WORKER, str(job.folder)])

    monkeypatch.setattr(Job, "start", run_worker)


def test_it_is_stopped_and_goes_on_from_the_view(room, hands, settle, obedient):
    layout = hands.project.layout
    create_comparison(layout, Eras("lines", {"old": ["sb01"], "new": ["sb02"]}, SETTINGS), "of yesterday")
    room.refresh()
    settle(room.view.life.resume.isVisible)
    click(room.view.life.resume)
    settle(lambda: room.view.life.stop.isVisible() and "old books' model" in room.view.life.words.text())
    assert read_spec(layout.eras / "eras001")["session"] == hands.project.session
    assert room.comparisons._timer.isActive()
    click(room.view.life.stop)
    settle(lambda: room.view.life.resume.isVisible() and not hands.jobs.running)
    assert room.view.life.words.text().startswith("Stopped: training the old books' model")
    settle(lambda: not room.comparisons._timer.isActive())


@pytest.fixture
def pane(qtbot, hands, settle, fake_estimator):
    shown = TrainingPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    shown.open_project(hands)
    shown.show()
    settle(lambda: shown.is_settled() and shown.form.dataset == "lines/v001")
    yield shown
    shown.close_project()
    shown.shutdown()


def test_the_training_pane_has_a_door_to_it(pane, settle):
    click(pane.eras.door)
    settle(lambda: pane.eras.view.isVisible() and pane.is_settled())
    pane.refresh()
    settle(pane.is_settled)
    click(pane.eras.view.back)
    assert pane.form.isVisible() and not pane.eras.isVisible()


def test_a_run_waits_for_a_comparison_whoever_of_it_trains(pane, hands, settle, obedient):
    layout, queue = hands.project.layout, pane._open.queue
    create_comparison(layout, Eras("lines", {"old": ["sb01"], "new": ["sb02"]}, SETTINGS), "of yesterday")
    run = create_run(layout, "lines/v001", {})
    pane.eras.comparisons.resume("eras001")
    settle(lambda: any(one.training == run.name for one in pane.eras.comparisons.all))
    assert queue.n_training == 1 and pane.form._start.text() == "Add to the queue"
    with running_lock(run):  # the comparison's process trains it
        write_status(run, Status("running"))
        settle(lambda: pane._model.runs[0].is_live and queue.n_training == 1)
    write_status(run, Status("done"))
    click(pane.form._start)
    assert queue.waiting == ("run002",)
    pane.hide()  # between its two trainings, and nobody looks
    queue._on_watch_timeout()
    assert queue.waiting == ("run002",)
    pane.eras.comparisons.stop("eras001")
    settle(lambda: [job.folder.name for job in hands.jobs.running] == ["run002"])


def test_a_run_waits_for_a_comparison_left_in_the_background(pane, hands, settle):
    folder = create_comparison(
        hands.project.layout, Eras("lines", {"old": ["sb01"], "new": ["sb02"]}, SETTINGS)
    )
    with running_lock(folder):
        write_status(folder, Status("running"))
        pane.refresh()
        settle(lambda: pane._open.queue.n_training == 1)
        pane.hide()
        pane._open.queue._on_watch_timeout()
        assert pane._open.queue.n_training == 1
    pane._open.queue._on_watch_timeout()
    assert pane._open.queue.n_training == 0
    assert not (hands.project.layout.runs / "eras001").exists(), "asking leaves no folder"


def test_one_whose_files_are_damaged_is_listed_with_its_reason(room, hands, settle):
    folder = create_comparison(
        hands.project.layout, Eras("lines", {"old": ["sb01"], "new": ["sb02"]}, SETTINGS)
    )
    (folder / "report.json").write_text(json.dumps({"models": ["old"]}))
    room.refresh()
    settle(lambda: room.view.comparison is not None)
    assert "eras001 cannot be read" in room.view.life.words.text()


def test_what_cannot_be_started_is_said(room, hands, qtbot):
    with qtbot.waitSignal(hands.said) as said:
        room.comparisons.start(EraRequest("lines", {"old": ("sb01",), "new": ()}, SETTINGS))
    assert "two eras" in said.args[0]
    assert not hands.jobs.running
