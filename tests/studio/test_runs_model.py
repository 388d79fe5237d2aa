"""Run folders as the window reads them."""

import json
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from engine.jobs.folder import Status, append_event, fill_job, running_lock, write_status
from studio.models.runs import Run, RunsModel, RunsReader, duration_text


@pytest.fixture
def run_folder(tmp_path):
    spec = {"kind": "train", "dataset": "faces/v001", "settings": {"minutes": 10}}
    return fill_job(tmp_path / "runs" / "run001", spec)


@pytest.fixture
def reader(run_folder):
    return RunsReader(run_folder.parent)


def metrics(folder, step, train=None, valid=None):
    append_event(
        folder, {"event": "metrics", "step": step, "train_nll": train, "valid_nll": valid, "elapsed_s": step}
    )


def test_a_run_is_read_as_it_grows(reader, run_folder):
    assert reader.read()[0].state == "queued"
    metrics(run_folder, 10, 7.0)
    metrics(run_folder, 20, 6.5, 6.9)
    append_event(run_folder, {"event": "samples_drawn", "step": 20, "file": "samples/step20.npz"})
    first = reader.read()[0]
    metrics(run_folder, 30, 6.0, 6.7)
    second = reader.read()[0]
    assert (first.step, first.train, first.valid) == (20, ((10, 7.0), (20, 6.5)), ((20, 6.9),))
    assert first.samples == ((20, run_folder / "samples/step20.npz"),)
    assert (second.step, second.best_valid, second.elapsed_s) == (30, 6.7, 30)
    assert (second.dataset, second.settings) == ("faces/v001", {"minutes": 10})


def test_half_a_line_waits_for_its_other_half_and_a_torn_one_says_nothing(reader, run_folder):
    line = json.dumps({"event": "metrics", "step": 5, "train_nll": 1.0}).encode()
    with (run_folder / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "metr\n' + line[:12])
    assert reader.read()[0].step == 0
    with (run_folder / "events.jsonl").open("ab") as file:
        file.write(line[12:] + b"\n")
    assert reader.read()[0].step == 5


def test_going_on_from_an_earlier_checkpoint_takes_the_curve_back(reader, run_folder):
    for step in (10, 20, 30):
        metrics(run_folder, step, 7.0 - step / 100, 7.0)
    metrics(run_folder, 15, 6.8)
    assert [step for step, _ in reader.read()[0].train] == [10, 15]


def test_a_killed_run_has_stopped_and_a_living_one_has_not(reader, run_folder):
    write_status(run_folder, Status("running", 1, 10))
    assert reader.read()[0].state == "stopped"
    with running_lock(run_folder):
        assert reader.read()[0].state == "running"


def test_a_failure_brings_its_advice(reader, run_folder):
    write_status(
        run_folder, Status("failed", error="There is not enough memory.", hint="Take a smaller batch.")
    )
    run = reader.read()[0]
    assert (run.state, run.error, run.hint) == (
        "failed",
        "There is not enough memory.",
        "Take a smaller batch.",
    )


def test_a_damaged_run_is_listed_with_its_reason(reader, run_folder):
    (run_folder / "spec.json").write_text("{")
    run = reader.read()[0]
    assert run.state == "failed"
    assert "damaged" in run.error


def test_newest_runs_stand_first(reader, run_folder):
    time.sleep(0.01)
    fill_job(run_folder.parent / "run002", {"kind": "train", "dataset": "faces/v001", "settings": {}})
    assert [run.id for run in reader.read()] == ["run002", "run001"]


def test_no_runs_folder_is_no_run(tmp_path):
    assert RunsReader(tmp_path / "none").read() == []


def test_the_model_says_only_what_changed(qapp, qtbot, tmp_path):
    model = RunsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    first, second = Run("run002", tmp_path), Run("run001", tmp_path, valid=((10, 6.5),), step=1200)
    with qtbot.waitSignal(model.modelReset):
        model.show([first, second])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.show([Run("run002", tmp_path, "running", step=3), second])
    assert changed.args[0].row() == changed.args[1].row() == 0
    texts = [model.data(model.index(1, column)) for column in range(model.columnCount())]
    assert texts == ["run001", "waiting", "1,200", "6.500", ""]
    assert tester.model() is model


def test_unticked_runs_are_not_plotted(qapp, qtbot, tmp_path):
    model = RunsModel()
    model.show([Run("run002", tmp_path), Run("run001", tmp_path)])
    colours = [model.colour(run) for run in model.runs]
    with qtbot.waitSignal(model.shown_changed):
        model.setData(model.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert [run.id for run in model.shown] == ["run001"]
    model.show([Run("run003", tmp_path), *model.runs])
    assert [model.colour(run) for run in model.runs[1:]] == colours
    assert model.colour(model.runs[0]) not in colours


@pytest.mark.parametrize(("seconds", "text"), [(48.2, "48 s"), (725, "12:05"), (11260, "3:07:40")])
def test_durations_read_like_a_clock(seconds, text):
    assert duration_text(seconds) == text
