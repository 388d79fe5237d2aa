"""Training in the window, with child processes that train nothing but obey."""

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from engine.dataset.npz import object_array
from engine.jobs.folder import Status, append_event, read_spec, read_status, running_lock, write_status
from engine.jobs.queue import Queue, read_queue, write_queue
from engine.jobs.runs import create_run, read_notes, runs
from engine.training.settings import TrainSettings
from studio.models.run_columns import DASH, column_number
from studio.panes.training import TrainingPane
from studio.widgets.question_dialog import QuestionDialog

pytest_plugins = ("tests.studio.fake_jobs",)


@pytest.fixture
def make_pane(qtbot, session, settle, fake_estimator):
    made = []

    def make():
        shown = TrainingPane()
        qtbot.addWidget(shown)
        shown.resize(1240, 838)
        shown.open_project(session)
        shown.show()
        settle(shown.is_settled)
        made.append(shown)
        return shown

    yield make
    for shown in made:
        shown.close_project()
        shown.shutdown()


@pytest.fixture
def pane(make_pane):
    return make_pane()


@pytest.fixture
def dataset(session):
    """A dataset version, as far as a list can tell."""
    folder = session.project.layout.datasets / "faces" / "v001"
    folder.mkdir(parents=True)
    counts = '{"train": {"drawings": 162, "points": 33000, "pages": 140}}'
    (folder / "manifest.json").write_text(f'{{"format": 1, "made": "2026-01-01", "counts": {counts}}}')
    return "faces/v001"


@pytest.fixture
def training(dataset, pane, session, settle, fake_trainer):
    """The pane while its own button's run trains."""
    pane.refresh()
    settle(lambda: pane.form.dataset == dataset)
    click(pane.form._start)
    settle(lambda: bool(pane._model.runs) and pane._model.runs[0].step > 10)
    return pane


def click(button) -> None:
    assert button.isVisible() and button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def does(pane, word):
    return pane.desk.header.buttons[word]


def answer(pane, key):
    """Click an answer of the question that is asked."""
    dialog = next(one for one in pane.window().findChildren(QuestionDialog) if one.isVisible())
    buttons = [dialog._answers.itemAt(k).widget() for k in range(dialog._answers.count())]
    click(next(button for button in buttons if button is not None and button.property("answer") == key))


def run_of(pane, run_id):
    return next(run for run in pane._model.runs if run.id == run_id)


def test_datasets_are_made_in_their_own_pane(pane, qtbot, dataset, settle):
    assert pane._empty.isVisible()
    with qtbot.waitSignal(pane.wanted) as wanted:
        click(pane._empty._button)
    assert wanted.args == ["Datasets"]
    pane.refresh()
    settle(pane.form.isVisible)
    with qtbot.waitSignal(pane.wanted) as wanted:
        click(pane.form._fresh)
    assert wanted.args == ["Datasets"]


def test_the_button_starts_a_run_and_its_curves_grow(training, qtbot):
    run = training._model.runs[0]
    spec = read_spec(run.folder)
    assert (spec["kind"], spec["dataset"]) == ("train", "faces/v001")
    TrainSettings.from_json(spec["settings"])
    assert training.count_text() == "1 training"
    plot = training.desk.curves.plot
    before = len(plot.curves[0].train)
    qtbot.waitUntil(lambda: len(plot.curves[0].train) > before + 5, timeout=5000)
    assert len(plot.curves[0].valid)
    facts = training.desk.header._facts.text()
    assert "30.0 steps/s, 6,000 points/s" in facts and "Fake CPU" in facts


def test_stop_answers_at_once_and_resume_goes_on(training, session, settle):
    begun = time.monotonic()
    click(does(training, "stop"))
    assert does(training, "stop").text() == "Stopping…"
    assert not does(training, "stop").isEnabled()
    settle(lambda: not session.jobs.running)
    assert time.monotonic() - begun < 2.0
    settle(does(training, "resume").isVisible)
    assert training._model.runs[0].state == "stopped"
    step = training._model.runs[0].step
    click(does(training, "resume"))
    settle(lambda: training._model.runs[0].step > step + 5)
    steps = training._model.runs[0].train.steps.tolist()
    assert steps == sorted(set(steps))


def test_pause_waits_and_go_on_goes_on(training, session, settle):
    run_id = training._model.runs[0].id
    click(does(training, "pause"))
    assert does(training, "pause").text() == "Pausing…"
    settle(lambda: run_of(training, run_id).state == "paused")
    settle(does(training, "go on").isVisible)
    assert training.desk.header._state.text() == "Paused"
    step = run_of(training, run_id).step
    click(does(training, "go on"))
    settle(lambda: run_of(training, run_id).step > step + 5)
    assert session.jobs.running[0].seconds_left() is None or not session.jobs.running[0].is_paused


def test_out_of_memory_ends_with_advice_and_half_as_much_in_one_click(training, settle):
    run = training._model.runs[0]
    (run.folder / "break").touch()
    header = training.desk.header
    settle(header._problem.isVisible)
    assert header._error.text() == "The training did not fit into memory."
    assert header._hint.text() == "Take a smaller batch."
    (run.folder / "break").unlink()
    step = training._model.runs[0].step
    click(header.smaller)
    assert read_spec(run.folder)["settings"]["micro_batch"] == 4
    settle(lambda: training._model.runs[0].step > step + 5)


def test_one_trains_the_others_wait_in_order(training, session, settle):
    layout = session.project.layout
    assert training.form._start.text() == "Add to the queue"
    for _ in range(3):
        click(training.form._start)
    settle(lambda: len(training._model.runs) == 4)
    assert read_queue(layout).waiting == ("run002", "run003", "run004")
    assert training.count_text() == "1 training, 3 wait"
    settle(lambda: training.desk.header._state.text() == "Waits, 3rd in the queue")
    click(does(training, "earlier"))
    assert read_queue(layout).waiting == ("run002", "run004", "run003")
    click(does(training, "take out"))
    assert read_queue(layout).waiting == ("run002", "run003")
    assert not does(training, "take out").isVisible()
    training.desk.table.choose("run001")
    click(does(training, "stop"))
    settle(lambda: run_of(training, "run002").is_live)
    assert read_queue(layout).waiting == ("run003",)
    assert [job.folder.name for job in session.jobs.running] == ["run002"]
    training.desk.queue_bar.side_by_side.setValue(2)
    settle(lambda: run_of(training, "run003").is_live)
    assert {job.folder.name for job in session.jobs.running} == {"run002", "run003"}
    assert training.desk.queue_bar.isHidden()


def test_what_waited_when_the_window_closed_waits_on(dataset, session, make_pane, settle, fake_trainer):
    layout = session.project.layout
    names = tuple(create_run(layout, dataset, {"steps": 3}).name for _ in range(2))
    write_queue(layout, Queue(names))
    pane = make_pane()
    assert not session.jobs.running
    bar = pane.desk.queue_bar
    assert bar._words.text() == "run001, then run002 still wait from last time"
    click(bar.go_on)
    settle(lambda: [run.state for run in pane._model.runs] == ["done", "done"])
    assert read_queue(layout).waiting == ()


def test_a_run_of_somebody_else_is_followed_paused_and_stopped(dataset, session, pane, settle, fake_trainer):
    from studio.jobs import Jobs

    others = Jobs()
    folder = create_run(session.project.layout, dataset, {})
    others.launch("Elsewhere", folder)
    pane.refresh()
    settle(lambda: bool(pane._model.runs) and pane._model.runs[0].step > 5)
    assert pane.desk.header._state.text() == "Training in the background"
    click(does(pane, "pause"))
    settle(lambda: pane.desk.header._state.text() == "Paused in the background")
    settle(does(pane, "stop").isEnabled)
    click(does(pane, "stop"))
    settle(lambda: read_status(folder).state == "stopped" and not others.running)
    others.shutdown()


def test_another_waits_for_a_run_of_somebody_else(dataset, session, pane, settle, fake_trainer):
    folder = create_run(session.project.layout, dataset, {})
    with running_lock(folder):
        write_status(folder, Status("running"))
        pane.refresh()
        settle(lambda: pane.form._start.text() == "Add to the queue")
        click(pane.form._start)
        settle(lambda: len(pane._model.runs) == 2)
        assert not session.jobs.running
    pane.hide()
    settle(lambda: [job.folder.name for job in session.jobs.running] == ["run002"])


def test_drawings_made_on_the_way_are_shown_from_first_to_last(training, settle):
    folder = training._model.runs[0].folder
    (folder / "samples").mkdir()
    rows = np.array([[0, 0, 0], [50, 80, 0], [20, -30, 1]], dtype=np.float32)
    history = training.desk.history
    for step, count in ((5, 1), (9, 2)):
        np.savez(folder / "samples" / f"step{step}.npz", train=object_array((rows,) * count))
        append_event(folder, {"event": "samples_drawn", "step": step, "file": f"samples/step{step}.npz"})
    settle(lambda: len(history.model.samples) == 2 and training.is_settled())
    assert history._title.text() == "Drawn at step 9, look 2 of 2"
    assert history.model.samples[0].is_drawn
    history.slider.setFocus()
    QTest.keyClick(history.slider, Qt.Key.Key_Left)
    settle(lambda: len(history.model.samples) == 1)
    assert history._title.text() == "Drawn at step 5, look 1 of 2"
    append_event(folder, {"event": "samples_drawn", "step": 5, "file": "samples/step5.npz"})
    settle(lambda: history.slider.maximum() == 2)
    assert history.slider.value() == 0


def test_a_run_is_copied_into_the_form_with_its_settings(training, settle):
    form = training.form
    form.choice.families.setCurrentIndex(form.choice.families.findData("sketchrnn"))
    form.drawer.rows["batch_size"].field.setValue(64)
    form.drawer.model_rows["dropout"].field.setValue(0.4)
    click(form._ends.button(1))
    form.length.setValue(1500)
    asked = form.settings
    assert asked == {
        "model": "sketchrnn/quick",
        "model_changes": {"dropout": 0.4},
        "steps": 1500,
        "batch_size": 64,
    }
    click(form._start)
    settle(lambda: len(training._model.runs) == 2)
    form.show_settings({})
    form.choice.show_model("transformer/quick")
    assert form.settings != asked
    training.desk.table.choose("run002")
    training.desk.header.copy.trigger()
    assert form.settings == asked
    assert form.drawer.isVisible()


def test_a_run_starts_from_another_and_takes_its_model(training, session, settle):
    click(does(training, "stop"))
    settle(lambda: training.form.choice.starts.count() == 2)
    training.form.choice.choose_start("run001")
    assert training.form.choice.families.isHidden() or not training.form.choice.families.isVisible()
    settings = training.form.settings
    assert settings["start_from"] == "run001" and "model_changes" not in settings
    TrainSettings.from_json(settings)


def test_names_and_notes_are_kept_and_taken_back(training, session, settle):
    table, note = training.desk.table, training.desk.note
    run = training._model.runs[0]
    index = table.sorter.index(0, 0)
    table.setFocus()
    table.edit(index)
    editor = table.indexWidget(index) or table.findChild(type(training.form.drawer.search), "")
    QTest.keyClicks(editor, "Long lines")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(lambda: run_of(training, run.id).title == "Long lines")
    note.setFocus()
    QTest.keyClicks(note, "eyes are good")
    QTest.keyClick(note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(lambda: run_of(training, run.id).note == "eyes are good")
    assert training.desk.header._title.text() == "Long lines"
    session.undo.undo()
    settle(lambda: run_of(training, run.id).note == "")
    assert read_notes(run.folder).title == "Long lines"


def test_a_run_goes_to_the_trash_when_asked_twice_and_comes_back(training, session, settle):
    assert not training.desk.header.discard.isEnabled()
    click(does(training, "stop"))
    settle(training.desk.header.discard.isEnabled)
    training.desk.header.discard.trigger()
    answer(training, "keep")
    assert len(runs(session.project.layout)) == 1
    training.desk.header.discard.trigger()
    answer(training, "discard")
    settle(lambda: not training._model.runs)
    session.undo.undo()
    settle(lambda: [run.id for run in training._model.runs] == ["run001"])


@pytest.fixture
def trained(training, settle):
    """The pane when its run has been stopped."""
    click(does(training, "stop"))
    settle(does(training, "measure").isVisible)
    return training


def test_a_run_is_measured_and_its_figures_come_to_its_desk_and_the_table(trained, session, settle):
    desk = trained.desk
    click(does(trained, "measure"))
    assert not does(trained, "measure").isEnabled()
    assert desk.measured.isVisible() and "Measuring" in desk.measured.findChildren(QLabel)[0].text()
    kid = trained._model.index(0, column_number("kid"))
    assert trained._model.data(kid) == DASH
    (session.project.layout.root / "measured").touch()
    settle(does(trained, "measure").isEnabled)
    settle(lambda: trained._model.data(kid) == "0.0200")
    assert "0.0200" in [label.text() for label in desk.measured.findChildren(QLabel)]


def test_measuring_can_be_stopped(trained, session, settle):
    click(does(trained, "measure"))
    session.jobs.running[0].stop()
    settle(does(trained, "measure").isEnabled)
    assert "Not measured yet" in trained.desk.measured.findChildren(QLabel)[0].text()


def test_compared_runs_show_what_they_were_told_differently(dataset, session, pane, settle):
    layout = session.project.layout
    for rate, width in ((0.001, 128), (0.002, 128), (0.001, 192)):
        folder = create_run(
            layout, dataset,
            {"model": "transformer/quick", "learning_rate": rate, "model_changes": {"width": width}},
        )  # fmt: skip
        append_event(folder, {"event": "metrics", "step": 10, "train_nll": 6.0, "valid_nll": 6.1})
    pane.refresh()
    settle(lambda: len(pane._model.runs) == 3)
    table = pane.desk.table
    for row, modifier in ((0, Qt.KeyboardModifier.NoModifier), (1, Qt.KeyboardModifier.ControlModifier)):
        place = table.visualRect(table.sorter.index(row, 2)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    tree = pane.desk.differences.table
    assert tree.isVisible()
    shown = {
        tuple(tree.topLevelItem(row).text(k) for k in range(3)) for row in range(tree.topLevelItemCount())
    }
    assert shown == {("Learning rate", "0.001", "0.002"), ("Width", "192", "128")}
    assert {curve.key for curve in pane.desk.curves.plot.curves} == {"run003", "run002"}
    table.selectRow(0)
    assert pane.desk.history.isVisible()
    assert len(pane.desk.curves.plot.curves) == 3


def test_estimates_stand_beside_start(dataset, make_pane, settle, fake_estimator):
    pane = make_pane()
    settle(lambda: "s a step" in pane.form._estimate.text())
    assert pane.form._estimate.text() == (
        "0.5 s a step, 10 min for 1,200 steps\n"
        "200 passes over 162 drawings\n"
        "1.2 M parameters, about 610 MB on Fake CPU"
    )
    pane.form.length.setValue(5)  # costs nothing to know
    assert "5 min for 600 steps" in pane.form._estimate.text()
    assert len(fake_estimator) == 1
    pane.form.drawer.rows["max_points"].field.setValue(20)
    assert "Trying" in pane.form._estimate.text()
    settle(lambda: "s a step" in pane.form._estimate.text())
    assert [settings.get("max_points") for _, settings in fake_estimator] == [None, 20]
    pane.hide()
    pane.form.drawer.rows["max_points"].field.setValue(21)
    assert not pane._open.estimate.estimates.is_pending


def test_while_something_trains_nothing_is_tried(training, settle):
    assert not training._open.estimate.estimates.is_alive
    training.form.drawer.rows["max_points"].field.setValue(77)
    assert "when nothing trains" in training.form._estimate.text()
    click(does(training, "stop"))
    settle(lambda: "s a step" in training.form._estimate.text())


def test_a_dataset_chosen_elsewhere_is_trained_on(dataset, session, make_pane, settle):
    other = session.project.layout.datasets / "faces" / "v002"
    other.mkdir()
    (other / "manifest.json").write_text(
        '{"format": 1, "made": "2026-02-02", "counts": {"train": {"drawings": 5, "points": 9}}}'
    )
    pane = make_pane()
    assert pane.form.dataset == "faces/v002"
    pane.choose_dataset(dataset)
    assert pane.form.dataset == dataset
    session.dataset_in_view = "faces/v002"
    pane.hide()
    pane.show()
    assert pane.form.dataset == "faces/v002"


def test_nothing_is_read_while_nobody_looks(training):
    training.hide()
    assert not training._timer.isActive()
    training.show()


def test_columns_order_and_axis_are_found_again(dataset, session, pane, make_pane):
    table = pane.desk.table
    next(action for action in table._actions if action.text() == "Parameters").setChecked(True)
    table.sortByColumn(9, Qt.SortOrder.DescendingOrder)
    click(pane.desk.curves.axes.button(1)) if pane.desk.isVisible() else pane.desk.curves.set_axis("minutes")
    view = pane.view_state()
    other = make_pane()
    other.restore_view(view)
    assert other.view_state() == view
    assert "parameters" in view["table"]["columns"] and view["axis"] == "minutes"
    other.restore_view({"axis": "nonsense", "table": 3})
    assert other.view_state() == view
