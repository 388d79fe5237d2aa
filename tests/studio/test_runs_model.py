"""Run folders as the window reads them, and the table of them."""

import json
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from engine.jobs.folder import Status, append_event, fill_job, running_lock, write_status
from engine.jobs.runs import Notes, write_notes
from engine.project.atomic import write_json
from studio.models.run_columns import COLUMNS, column_number, ordinal
from studio.models.run_table import RunsModel, RunsSorter
from studio.models.runs import Run, RunsReader, Series, duration_text
from studio.widgets.training.loss_plot import Curve, LossPlot
from studio.widgets.training.run_differences import differences


@pytest.fixture
def run_folder(tmp_path):
    spec = {"kind": "train", "dataset": "faces/v001", "settings": {"minutes": 10}}
    return fill_job(tmp_path / "runs" / "run001", spec)


@pytest.fixture
def reader(run_folder):
    return RunsReader(run_folder.parent)


def metrics(folder, step, train=None, valid=None, **more):
    figures = {"step": step, "train_nll": train, "valid_nll": valid, "elapsed_s": step, **more}
    append_event(folder, {"event": "metrics", **figures})


def series(*points):
    return Series.of([(step, 2.0 * step, nats) for step, nats in points])


def test_a_run_is_read_as_it_grows(reader, run_folder):
    assert reader.read()[0].state == "queued"
    append_event(run_folder, {"event": "run_started", "device_name": "Fake CPU", "parameters": 77})
    metrics(run_folder, 10, 7.0)
    metrics(run_folder, 20, 6.5, 6.9, information_gain=1.5, points_per_s=600, steps_per_s=3)
    append_event(run_folder, {"event": "samples_drawn", "step": 20, "file": "samples/step20.npz"})
    first = reader.read()[0]
    for step, name in ((30, "best"), (31, "last")):
        saved = {"event": "checkpoint_saved", "step": step, "file": f"checkpoints/{name}.safetensors"}
        append_event(run_folder, saved)
    metrics(run_folder, 30, 6.0, 6.7)
    second = reader.read()[0]
    assert (first.step, first.train.steps.tolist(), first.train.nats.tolist()) == (20, [10, 20], [7.0, 6.5])
    assert (first.valid.steps.tolist(), first.valid.nats.tolist()) == ([20], [6.9])
    assert first.samples == ((20, run_folder / "samples/step20.npz"),)
    assert (second.step, second.best_valid, second.elapsed_s) == (30, 6.7, 30)
    assert (first.best_step, second.best_step) == (0, 30)
    assert (second.dataset, second.settings) == ("faces/v001", {"minutes": 10})
    assert (second.facts["device_name"], second.points_per_step) == ("Fake CPU", 200)
    assert second.figures["information_gain"] == 1.5, "what is not measured each time stays"


def test_what_did_not_change_is_the_same_object(reader, run_folder):
    fill_job(run_folder.parent / "run002", {"kind": "train", "dataset": "faces/v001", "settings": {}})
    before = {run.id: run for run in reader.read()}
    metrics(run_folder, 10, 7.0)
    after = {run.id: run for run in reader.read()}
    assert after["run002"] is before["run002"]
    assert after["run001"] is not before["run001"]
    write_notes(run_folder, Notes("Long lines", "eyes are good"))
    named = next(run for run in reader.read() if run.id == "run001")
    assert (named.title, named.note) == ("Long lines", "eyes are good")
    assert named.train is after["run001"].train


def test_half_a_line_waits_for_its_other_half_and_a_torn_one_says_nothing(reader, run_folder):
    line = json.dumps({"event": "metrics", "step": 5, "train_nll": 1.0}).encode()
    with (run_folder / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "metr\n' + line[:12])
    assert reader.read()[0].step == 0
    with (run_folder / "events.jsonl").open("ab") as file:
        file.write(line[12:] + b"\n")
    assert reader.read()[0].step == 5


def test_going_on_from_an_earlier_checkpoint_takes_curve_and_drawings_back(reader, run_folder):
    for step in (10, 20, 30):
        metrics(run_folder, step, 7.0 - step / 100, 7.0)
        append_event(run_folder, {"event": "samples_drawn", "step": step, "file": f"samples/{step}.npz"})
    metrics(run_folder, 15, 6.8)
    run = reader.read()[0]
    assert run.train.steps.tolist() == [10, 15]
    assert [step for step, _ in run.samples] == [10]


def test_a_killed_run_has_stopped_and_a_living_one_has_not(reader, run_folder):
    for state in ("running", "paused"):
        write_status(run_folder, Status(state, 1, 10))
        assert reader.read()[0].state == "stopped"
        with running_lock(run_folder):
            write_status(run_folder, Status(state, 1, 10))
            assert reader.read()[0].state == state
        assert reader.read()[0].state == "stopped", "nothing but its process went away"


def test_a_failure_brings_its_advice(reader, run_folder):
    said = Status("failed", error="It did not fit.", hint="Take a smaller batch.", cause="memory")
    write_status(run_folder, said)
    run = reader.read()[0]
    assert (run.state, run.error, run.hint) == ("failed", said.error, said.hint)
    assert run.is_out_of_memory
    write_status(run_folder, Status("failed", error="It lost its memory of the folder."))
    assert not reader.read()[0].is_out_of_memory


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


def test_the_quality_of_a_run_is_shown_where_it_was_measured(reader, run_folder, qapp):
    model = RunsModel()
    model.show(reader.read())
    assert model.data(model.index(0, column_number("kid"))) == "–"
    write_json(run_folder / "evaluation.json", {"kid": 0.01234, "coverage": 0.5, "data": "x"})
    model.show(reader.read())
    assert model.data(model.index(0, column_number("kid"))) == "0.0123"
    (run_folder / "evaluation.json").write_text("[")
    assert reader.read()[0].evaluation == {}


def test_the_model_says_only_what_changed(qapp, qtbot, tmp_path):
    model = RunsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    first = Run("run002", tmp_path)
    second = Run("run001", tmp_path, valid=series((10, 6.5)), figures={"step": 1200}, title="Long lines")
    with qtbot.waitSignal(model.modelReset):
        model.show([first, second])
    third = Run("run002", tmp_path, state="running", figures={"step": 3})
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.show([third, second])
    assert changed.args[0].row() == changed.args[1].row() == 0
    texts = {
        column.key: model.data(model.index(1, number))
        for number, column in enumerate(COLUMNS)
        if column.is_usual
    }
    assert texts == {
        "run": "run001  Long lines",
        "state": "not begun",
        "model": "",
        "steps": "1,200",
        "time": "–",
        "held_out": "6.500",
        "gain": "–",
    }
    model.show_waiting(["run001"])
    assert model.data(model.index(1, 1)) == "waits, 1st"
    assert tester.model() is model


def test_unticked_runs_are_not_plotted_and_old_ones_not_at_first(qapp, qtbot, tmp_path):
    model = RunsModel()
    model.show([Run(f"run{number:03d}", tmp_path) for number in range(9, 0, -1)])
    assert [run.id for run in model.shown] == ["run009", "run008", "run007", "run006", "run005", "run004"]
    colours = [model.colour(run) for run in model.runs]
    with qtbot.waitSignal(model.shown_changed):
        model.setData(model.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert "run009" not in [run.id for run in model.shown]
    model.show([Run("run010", tmp_path), *model.runs])
    assert [model.colour(run) for run in model.runs[1:]] == colours
    assert model.colour(model.runs[0]) not in colours
    assert model.shown[0].id == "run010"


def test_compared_runs_stand_out_where_they_differ(qapp, qtbot, tmp_path):
    model = RunsModel()
    told = [{"model": "transformer/quick"}, {"model": "sketchrnn/quick"}, {"model": "sketchrnn/quick"}]
    model.show([Run(f"run{k}", tmp_path, dataset="faces/v001", settings=one) for k, one in enumerate(told)])
    with qtbot.waitSignal(model.shown_changed):
        model.compare(["run0", "run1"])
    assert [run.id for run in model.shown] == ["run0", "run1"]
    number = column_number("model")
    bold = [model.data(model.index(row, number), Qt.ItemDataRole.FontRole) is not None for row in range(3)]
    assert bold == [True, True, False]
    dataset = model.index(0, column_number("dataset"))
    assert model.data(dataset, Qt.ItemDataRole.FontRole) is None
    model.compare(["run0"])
    assert len(model.shown) == 3
    assert differences(model.runs[1:]) == []
    names = [row[0] for row in differences(model.runs[:2])]
    assert names[0] == "Model" and "Width" in names and "Memory" in names


def test_runs_are_sorted_by_figures_and_those_without_stand_last(qapp, tmp_path):
    model = RunsModel()
    values = {"run1": 6.5, "run2": None, "run3": 6.1}
    model.show(
        [
            Run(name, tmp_path, valid=series((10, value)) if value else series())
            for name, value in values.items()
        ]
    )
    sorter = RunsSorter(model)
    tester = QAbstractItemModelTester(sorter, QAbstractItemModelTester.FailureReportingMode.Fatal)
    orders = []
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        sorter.sort(column_number("held_out"), order)
        orders.append([sorter.index(row, 0).data() for row in range(3)])
    assert orders == [["run3", "run1", "run2"], ["run1", "run3", "run2"]]
    assert tester.model() is sorter


def test_curves_run_over_steps_minutes_or_points(qtbot):
    plot = LossPlot()
    qtbot.addWidget(plot)
    grown = series(*((step, 7.0 - step / 1000) for step in range(0, 3000, 2)))
    curve = Curve("a", "#112233", grown, series((0, 7.0), (2998, 5.0)), True, points_per_step=50.0)
    plot.show_curves([curve, Curve("b", "#112233", grown, grown)])
    ends = {}
    for axis in ("steps", "minutes", "points"):
        plot.set_axis(axis)
        ends[axis] = [drawn.train[0][-1] if len(drawn.train[0]) else None for drawn in plot._drawn.values()]
    assert ends["steps"] == [2998, 2998]
    assert ends["minutes"] == pytest.approx([2 * 2998 / 60] * 2)
    assert ends["points"] == [2998 * 50, None]
    assert len(plot._drawn["a"].train[0]) <= 2 * 600
    before = plot._drawn["a"]
    plot.show_curves(list(plot.curves))
    assert plot._drawn["a"] is before, "the same curve is not drawn again"


@pytest.mark.parametrize(("seconds", "text"), [(48.2, "48 s"), (725, "12:05"), (11260, "3:07:40")])
def test_durations_read_like_a_clock(seconds, text):
    assert duration_text(seconds) == text


def test_places_are_counted_like_people_do():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th",
    ]  # fmt: skip
