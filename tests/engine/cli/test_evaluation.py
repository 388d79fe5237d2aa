"""`evaluate` end to end, on runs of a few steps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.dataset.npz import object_array
from engine.jobs.evaluation import FILE, Evaluator, QualityOptions, read_evaluation
from engine.jobs.folder import create_job
from engine.jobs.runner import run_job
from engine.jobs.runs import create_run, find_run
from engine.project.layout import Layout
from engine.sampling.quality import judge
from tests.engine.sampling.quality.hand import drawings
from tests.engine.training.conftest import SMALL, Listener

Call = Callable[..., Any]


def write(path: Path, **splits: Any) -> Path:
    np.savez_compressed(path, **{name: object_array(tuple(rows)) for name, rows in splits.items()})
    return path


@pytest.fixture
def project(tmp_path: Path, singleline: Call) -> Path:
    root = tmp_path / "p"
    assert singleline("new", root).code == 0
    file = write(tmp_path / "a.npz", train=drawings(50, 1), valid=drawings(8, 2), test=drawings(6, 3))
    assert singleline("import-strokes", root, "curves", file).code == 0
    for model in ("sketchrnn/quick", "sketchrnn/quick"):
        settings = {"model": model, "model_changes": SMALL, "steps": 3, "batch_size": 8, "n_samples": 0}
        assert run_job(create_run(Layout(root), "curves/v001", settings)).state == "done"
    return root


def test_one_run_and_several(project: Path, singleline: Call) -> None:
    one = singleline("evaluate", project, "run001", "--json").json
    keys = {"nats_per_point", "nats_per_drawing", "xy", "pen", "information_gain", "points", "drawings"}
    assert keys < set(one)
    assert (one["run"], one["data"], one["split"], one["drawings"]) == ("run001", "curves/v001", "valid", 8)
    assert one["nats_per_point"] == pytest.approx(one["xy"] + one["pen"])
    both = singleline("evaluate", project, "run001", "run002", "--json", "--split", "test").json["runs"]
    assert [facts["run"] for facts in both] == ["run001", "run002"]
    assert both[0]["drawings"] == 6
    assert singleline("evaluate", project, "run001", "--json", "--split", "all").json["drawings"] == 64
    text = singleline("evaluate", project, "run001", "run002").out.splitlines()
    assert [line.split()[0] for line in text] == ["nats", "run001", "run002", "On"]
    assert f"{one['nats_per_point']:.4f}" in text[1]


def test_the_last_figures_are_kept_beside_the_run(project: Path, singleline: Call, tmp_path: Path) -> None:
    run = project / "runs" / "run001"
    assert read_evaluation(run) is None
    own = singleline("evaluate", project, "run001", "--json").json
    assert read_evaluation(run) == own
    singleline("evaluate", project, "run001", "--data", write(tmp_path / "b.npz", train=drawings(5, 4)))
    assert read_evaluation(run) == own
    (run / FILE).write_text("{")
    assert read_evaluation(run) is None


def test_other_data(project: Path, singleline: Call, tmp_path: Path) -> None:
    file = write(tmp_path / "b.npz", train=drawings(5, 4), valid=[*drawings(3, 5), np.zeros((0, 3))])
    found = singleline("evaluate", project, "run001", "--data", file, "--json").json
    assert (found["data"], found["split"], found["drawings"], found["empty"]) == ("b.npz", "all", 8, 1)
    assert (
        singleline("evaluate", project, "run001", "--data", file, "--split", "valid", "--json").json[
            "drawings"
        ]
        == 3
    )
    answer = singleline("evaluate", project, "run001", "--data", "curves", "--split", "train", "--json")
    assert (answer.json["data"], answer.json["drawings"]) == ("curves/v001", 50)
    large = write(tmp_path / "c.npz", train=[rows * np.array([9, 9, 1]) for rows in drawings(5, 4)])
    answer = singleline("evaluate", project, "run001", "--data", large)
    assert "Note: run001: The moves are 8.42 times as long" in answer.err
    assert answer.code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--split", "valide"], "curves/v001 has no split 'valide'. It has: train, valid, test, all."),
        (["--data", "gone.npz"], "gone.npz"),
        (["--data", "sheep"], "no dataset 'sheep'"),
        (["--quality", "--samples", "3"], "20"),
        (["--quality", "--samples", "20", "--temperature", "0"], "variability"),
    ],
)
def test_bad_use_is_told(project: Path, singleline: Call, arguments: list[str], message: str) -> None:
    answer = singleline("evaluate", project, "run001", *arguments)
    assert answer.code == 2
    assert message in answer.err


def test_quality_beside_real_drawings_and_cheats(project: Path, singleline: Call) -> None:
    run = project / "runs" / "run001"
    arguments = ["evaluate", project, "run001", "run002", "--quality", "--samples", 24, "--seed", 5]
    found = singleline(*arguments, "--json").json["runs"]
    one = found[0]
    assert (one["samples"], one["temperature"], one["sample_seed"]) == (24, 1.0, 5)
    assert 0 <= one["ended"] <= 1
    assert one["real_from"] == "half of train"
    assert one["copies_memorised"] == 1.0
    assert {"kid", "coverage"} <= set(one["suspect"])
    assert {"w_turning"} <= set(one["shuffled_suspect"])
    assert read_evaluation(run) == one
    # The same weights drew and were measured twice, whatever came before.
    for key in ("kid", "density", "w_turning", "real_kid"):
        assert found[1][key] == one[key]
    again = singleline("evaluate", project, "run001", "--json").json
    assert "kid" not in again
    assert {**read_evaluation(run), "measured": ""} == {**one, "measured": ""}
    lines = singleline(*arguments).out
    assert "100.0 %*" in lines
    assert "ended by itself" in lines


def test_it_stops_when_asked_and_keeps_nothing(project: Path) -> None:
    layout = Layout(project)
    for patience in (0, 1, 4, 9):
        listener = Listener(patience)
        evaluator = Evaluator(layout, quality=QualityOptions(samples=40), reporter=listener)
        assert evaluator.evaluate(find_run(layout, "run001")) is None
        assert listener.bars[-1][0] < listener.bars[-1][1]
    assert not (project / "runs" / "run001" / FILE).exists()


def test_figures_that_cannot_be_kept_are_told_all_the_same(project: Path, singleline: Call) -> None:
    (project / "runs" / "run001" / FILE).mkdir()
    answer = singleline("evaluate", project, "run001")
    assert answer.code == 0
    assert "run001" in answer.out
    assert "shown but not kept" in answer.err


def test_runs_of_two_datasets_have_a_table_each(project: Path, singleline: Call, tmp_path: Path) -> None:
    file = write(tmp_path / "b.npz", train=drawings(45, 7))
    assert singleline("import-strokes", project, "others", file).code == 0
    settings = {"model_changes": SMALL, "model": "sketchrnn/quick", "steps": 2, "n_samples": 0}
    run_job(create_run(Layout(project), "others/v001", settings))
    text = singleline("evaluate", project, "run001", "run003", "--quality", "--samples", 20).out
    assert text.count("KID x 1000") == 2
    assert "On curves/v001, valid" in text
    assert "On others/v001, valid" in text


def test_another_checkpoint_forgets_the_drawings_of_the_one_before(project: Path, singleline: Call) -> None:
    path = project / "runs" / "run001" / FILE
    kept = singleline("evaluate", project, "run001", "--json").json
    path.write_text(json.dumps({**kept, "samples": 20, "kid": 0.5, "step": 2}))
    singleline("evaluate", project, "run001")
    assert read_evaluation(path.parent) | {"measured": ""} == kept | {"measured": ""}


def evaluation(project: Path) -> Path:
    spec = {"kind": "evaluate", "project": str(project), "run": "run001", "quality": {"samples": 20}}
    return create_job(Layout(project).jobs, spec)


def test_a_job_measures_and_can_be_stopped(project: Path) -> None:
    assert run_job(evaluation(project), listener=Listener(0)).state == "stopped"
    assert read_evaluation(project / "runs" / "run001") is None
    status = run_job(evaluation(project))
    assert status.state == "done"
    kept = read_evaluation(project / "runs" / "run001")
    assert kept is not None and kept["samples"] == 20
    assert status.message == f"{kept['nats_per_point']:.3f} nats a point"


def test_few_drawings_are_no_reason_to_measure_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "LEAST_REAL", 100)
    status = run_job(evaluation(project))
    assert status.state == "done"
    assert status.message.endswith("Sample quality needs 100 real drawings; there are 64.")
    kept = read_evaluation(project / "runs" / "run001")
    assert kept is not None and "nats_per_point" in kept and "samples" not in kept
