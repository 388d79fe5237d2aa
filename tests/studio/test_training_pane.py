"""Training in the window, with child processes that train nothing but obey."""

import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.dataset.npz import object_array
from engine.jobs.folder import append_event, read_spec
from engine.training.settings import TrainSettings
from studio.models.items import Item
from studio.models.library import Shelf
from studio.panes.training import TrainingPane
from studio.widgets.training_form import MINUTES, PRESETS, SETTINGS, TrainingForm

pytest_plugins = ("tests.studio.fake_jobs",)


@pytest.fixture
def pane(qtbot, session, settle):
    shown = TrainingPane()
    qtbot.addWidget(shown)
    shown.resize(1240, 838)
    shown.open_project(session)
    shown.show()
    settle(shown.is_settled)
    yield shown
    shown.close_project()
    shown.shutdown()


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
    QTest.mouseClick(pane.form._start, Qt.MouseButton.LeftButton)
    settle(lambda: bool(pane._model.runs) and pane._model.runs[0].step > 10)
    return pane


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_form_offers_what_the_engine_knows():
    from engine.models.registry import model_names

    assert {preset.model for preset in PRESETS} <= set(model_names())
    defaults = TrainSettings()
    for setting in (MINUTES, *SETTINGS):
        assert setting.automatic or getattr(defaults, setting.key) == setting.default, setting.key
        assert hasattr(defaults, setting.key)


def test_what_is_automatic_is_left_to_the_engine(qtbot):
    form = TrainingForm()
    qtbot.addWidget(form)
    assert "learning_rate" not in form.settings
    form._fields["learning_rate"].setValue(0.004)
    assert form.settings["learning_rate"] == pytest.approx(0.004)


def test_without_drawings_it_shows_the_way(pane, qtbot):
    assert pane._empty.isVisible()
    with qtbot.waitSignal(pane.wanted) as wanted:
        click(pane._empty._button)
    assert wanted.args == ["Tracing"]


def test_with_drawings_the_first_action_is_a_dataset(pane, session, monkeypatch):
    pages = Shelf.of([Item("p", "pages", "sb01", 1, decision="accepted"), Item("q", "pages", "sb01", 2)])
    ids = [("p/1", "undecided"), ("p/2", "rejected"), ("q/1", "undecided")]
    drawings = Shelf.of([Item(i, "drawings", "sb01", 1, decision=d) for i, d in ids])
    session.library.put({"pages": pages, "drawings": drawings})
    assert pane._empty._button.text() == "Make a dataset from 1 drawings"
    asked = []
    monkeypatch.setattr(session, "start_job", lambda kind, *a, **spec: asked.append((kind, spec)))
    click(pane._empty._button)
    assert asked == [("dataset", {"name": "drawings", "recipe": {}})]


def test_the_button_starts_a_run_and_its_curves_grow(training, qtbot):
    run = training._model.runs[0]
    spec = read_spec(run.folder)
    assert (spec["kind"], spec["dataset"]) == ("train", "faces/v001")
    TrainSettings.from_json(spec["settings"])
    assert training.count_text() == "1 training"
    before = len(training.plot.curves[0].train)
    qtbot.waitUntil(lambda: len(training.plot.curves[0].train) > before + 5, timeout=5000)
    assert training.plot.curves[0].valid


def test_stop_answers_at_once_and_resume_goes_on(training, session, settle):
    begun = time.monotonic()
    click(training.header._stop)
    assert training.header._stop.text() == "Stopping…"
    assert not training.header._stop.isEnabled()
    settle(lambda: not session.jobs.running)
    assert time.monotonic() - begun < 1.0
    settle(training.header._resume.isVisible)
    assert training._model.runs[0].state == "stopped"
    step = training._model.runs[0].step
    click(training.header._resume)
    settle(lambda: training._model.runs[0].step > step + 5)
    assert [number for number, _ in training._model.runs[0].train] == sorted(
        {number for number, _ in training._model.runs[0].train}
    )


def test_a_failure_shows_reason_and_advice_and_can_be_resumed(training, settle):
    (training._model.runs[0].folder / "break").touch()
    settle(training.header._problem.isVisible)
    assert training.header._error.text() == "There is not enough memory."
    assert training.header._hint.text() == "Take a smaller batch."
    assert training.header._resume.isVisible()


def test_drawings_made_on_the_way_are_shown(training, settle):
    folder = training._model.runs[0].folder
    (folder / "samples").mkdir()
    rows = np.array([[0, 0, 0], [50, 80, 0], [20, -30, 1]], dtype=np.float32)
    np.savez(folder / "samples" / "step9.npz", train=object_array((rows, rows)))
    append_event(folder, {"event": "samples_drawn", "step": 9, "file": "samples/step9.npz"})
    settle(lambda: len(training._samples.samples) == 2 and training.is_settled())
    assert training._samples_title.text() == "Drawn at step 9"
    assert training._samples.samples[0].is_drawn


def test_a_run_of_the_command_line_is_shown_but_not_stopped_from_here(dataset, pane, session, settle):
    from engine.jobs.folder import Status, running_lock, write_status
    from engine.jobs.runs import create_run

    folder = create_run(session.project.layout, dataset, {})
    with running_lock(folder):
        write_status(folder, Status("running"))
        append_event(folder, {"event": "metrics", "step": 7, "train_nll": 6.0, "valid_nll": None})
        pane.refresh()
        settle(lambda: pane.header._title.text() == "run001")
        assert pane.header._state.text() == "Training, started elsewhere"
        assert not pane.header._stop.isVisible()
        assert not pane.header._resume.isVisible()


def test_nothing_is_read_while_nobody_looks(training):
    training.hide()
    assert not training._timer.isActive()
    training.show()
