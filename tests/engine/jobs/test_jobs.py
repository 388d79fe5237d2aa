"""Jobs as child processes: stopped, orphaned, killed, resumed, broken."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.dataset.build import SourceDrawing, build
from engine.dataset.recipe import Recipe
from engine.dataset.store import save_dataset
from engine.errors import UserError
from engine.jobs import runs as runs_module
from engine.jobs.folder import create_job, read_events, read_status
from engine.jobs.runner import run_job
from engine.jobs.runs import checkpoint_of, create_run, find_run, runs, weights_of
from engine.jobs.training import start_weights
from engine.jobs.work import WORK
from engine.project.layout import Layout
from engine.project.progress import Silent
from engine.project.project import Project
from engine.strokes.types import Drawing, as_stroke

PATIENCE_S = 60.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a dataset of thirty small spirals."""
    Project.create(tmp_path / "p").close()
    rng = np.random.default_rng(0)
    items = []
    for number in range(30):
        turn = np.linspace(0, rng.uniform(6, 12), 40)
        spiral = np.stack([turn * np.cos(turn), turn * np.sin(turn)], axis=1)
        items.append(
            SourceDrawing(f"page{number}/1", f"page{number}", Drawing((as_stroke(spiral),)).normalised())
        )
    recipe = Recipe(rdp_epsilon_units=0)
    save_dataset(
        tmp_path / "p" / "datasets" / "spirals" / "v001", build(items, recipe), recipe, name="spirals"
    )
    return tmp_path / "p"


def new_run(project: Path, steps: int = 100_000) -> Path:
    settings = {"steps": steps, "valid_every": 5, "n_samples": 1, "batch_size": 8}
    with Project.open(project, write=False) as opened:
        return create_run(opened.layout, "spirals/v001", settings)


@contextmanager
def child(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "engine.jobs", "run", str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


def wait_for(process: subprocess.Popen[str], event: str) -> dict[str, object]:
    """Read the child's lines until it tells of an event."""
    assert process.stdout is not None
    for line in process.stdout:
        record = json.loads(line)
        if record["event"] == event:
            return dict(record)
    raise AssertionError(f"the child ended without {event!r}")


def steps_done(folder: Path) -> list[int]:
    return [event["step"] for event in read_events(folder) if event["event"] == "checkpoint_saved"]


def test_stop_saves_and_the_run_goes_on_from_there(project: Path) -> None:
    folder = new_run(project)
    with child(folder) as process:
        wait_for(process, "checkpoint_saved")
        assert read_status(folder).state == "running"
        assert process.stdin is not None
        process.stdin.write("stop\n")
        process.stdin.flush()
        assert process.wait(PATIENCE_S) == 0
    assert read_status(folder).state == "stopped"
    reached = steps_done(folder)[-1]
    spec = json.loads((folder / "spec.json").read_text())
    spec["settings"]["steps"] = reached + 3
    (folder / "spec.json").write_text(json.dumps(spec))
    assert run_job(folder).state == "done"
    assert steps_done(folder)[-1] == reached + 3


def test_a_child_whose_parent_is_gone_saves_and_leaves(project: Path) -> None:
    folder = new_run(project)
    with child(folder) as process:
        wait_for(process, "checkpoint_saved")
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
    assert read_status(folder).state == "stopped"


def test_terminate_is_a_polite_stop(project: Path) -> None:
    folder = new_run(project)
    with child(folder) as process:
        wait_for(process, "checkpoint_saved")
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    assert read_status(folder).state == "stopped"


def test_a_killed_run_is_seen_as_stopped_and_resumes(project: Path) -> None:
    folder = new_run(project)
    with child(folder) as process:
        wait_for(process, "checkpoint_saved")
        os.kill(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_S)
    status = read_status(folder)
    assert status.state == "stopped"
    assert "run it again" in status.message
    saved = checkpoint_of(folder).stat().st_size
    assert saved > 0
    reached = steps_done(folder)[-1]
    spec = json.loads((folder / "spec.json").read_text())
    spec["settings"]["steps"] = reached + 2
    (folder / "spec.json").write_text(json.dumps(spec))
    assert run_job(folder).state == "done"
    assert steps_done(folder)[-1] == reached + 2
    assert find_run_state(project) == "done"


def find_run_state(project: Path) -> str:
    with Project.open(project, write=False) as opened:
        return find_run(opened.layout, "run001").status.state


def test_one_job_is_not_run_twice_at_once(project: Path) -> None:
    folder = new_run(project)
    with child(folder) as process:
        wait_for(process, "started")
        with pytest.raises(UserError, match="running already"):
            run_job(folder)


def test_a_listener_hears_the_work_but_not_the_life_of_the_job(project: Path) -> None:
    class Ear(Silent):
        def __init__(self) -> None:
            self.heard: list[str] = []

        def event(self, name: str, **fields: object) -> None:
            self.heard.append(name)

    ear, folder = Ear(), new_run(project, 2)
    run_job(folder, listener=ear)
    assert "checkpoint_saved" in ear.heard
    assert not {"started", "done"} & set(ear.heard)
    assert {"started", "done"} <= {event["event"] for event in read_events(folder)}


def test_runs_are_numbered_and_listed_oldest_first(project: Path) -> None:
    made = [new_run(project, 1).name for _ in range(3)]
    with Project.open(project, write=False) as opened:
        assert [run.id for run in runs(opened.layout)] == made == ["run001", "run002", "run003"]
        with pytest.raises(UserError, match="run009"):
            find_run(opened.layout, "run009")
        with pytest.raises(UserError, match="no checkpoint yet"):
            checkpoint_of(find_run(opened.layout, "run001").folder)


def test_bad_input_is_an_outcome_with_advice(project: Path) -> None:
    spec = {"kind": "import", "project": str(project), "folders": ["/no/such/folder"]}
    folder = create_job(project / "jobs", spec)
    status = run_job(folder)
    assert status.state == "failed"
    assert "/no/such/folder" in status.error
    assert status.hint
    with child(folder) as process:
        assert process.wait(PATIENCE_S) == 1


def test_why_it_failed_has_a_word_for_programs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: object) -> None:
        raise MemoryError

    monkeypatch.setitem(WORK, "import", burst)
    folder = create_job(project / "jobs", {"kind": "import", "project": str(project)})
    assert run_job(folder).cause == "memory"
    assert [event["cause"] for event in read_events(folder) if event["event"] == "failed"] == ["memory"]


def test_the_base_model_goes_by_its_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout, file = Layout(project), project / "base.safetensors"
    monkeypatch.setattr(runs_module, "base_model_path", lambda: file)
    with pytest.raises(UserError, match=r"base\.safetensors"):
        weights_of(layout, "base")
    file.touch()
    assert weights_of(layout, "base") == start_weights(layout, "base") == file
    assert start_weights(layout, "") is None
    with pytest.raises(UserError, match="run001"):
        weights_of(layout, "run001")


def test_a_run_goes_on_when_what_it_started_from_is_gone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = new_run(project, 1)
    assert run_job(first).state == "done"
    settings = {"steps": 1, "n_samples": 0, "batch_size": 8, "start_from": "run001"}
    second = create_run(Layout(project), "spirals/v001", settings)
    assert run_job(second).state == "done"
    runs_module.discard_run(Layout(project), "run001")
    runs_module.change_settings(second, steps=2)
    assert run_job(second).state == "done"
    assert steps_done(second)[-1] == 2


def test_a_fault_of_ours_is_written_down(project: Path) -> None:
    folder = create_job(project / "jobs", {"kind": "import", "project": str(project)})  # no folders: our bug
    status = run_job(folder)
    assert status.state == "failed"
    assert "KeyError" in status.error
    assert "Traceback" in (folder / "log.txt").read_text()


@pytest.mark.parametrize("spec", [None, "{", "[]", '{"kind": "dance"}'])
def test_a_folder_that_is_no_job_says_so(tmp_path: Path, spec: str | None) -> None:
    if spec is not None:
        (tmp_path / "spec.json").write_text(spec)
    with pytest.raises(UserError):
        run_job(tmp_path)


def test_the_sampler_answers_and_leaves_with_its_parent(project: Path) -> None:
    folder = new_run(project, 2)
    assert run_job(folder).state == "done"
    first, other, again = drawings_of(folder, 5, 6, 5)
    assert first == again != other
    assert len(first) == 12
    assert drawings_of(checkpoint_of(folder), 5) == [first], "a checkpoint draws by itself, too"

    assert drawings_of(folder, 5, is_spare=True) == [first], "one that waited for a model does too"


@pytest.mark.parametrize(("word", "code"), [("", 0), ('{"do": "load", "weights": "nowhere"}', 2)])
def test_a_spare_sampler_leaves_with_its_parent_and_says_what_is_no_model(word: str, code: int) -> None:
    command = [sys.executable, "-m", "engine.jobs", "sample"]
    done = subprocess.run(
        command, input=word + "\n", capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert ("nowhere" in done.stderr) == bool(code)


def drawings_of(weights: Path, *seeds: int, is_spare: bool = False) -> list[list[object]]:
    """What a sampler draws with each seed; it must leave when its input ends."""
    command = [sys.executable, "-m", "engine.jobs", "sample", *([] if is_spare else [str(weights)])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if is_spare:
            process.stdin.write(json.dumps({"do": "load", "weights": str(weights), "project": None}) + "\n")
            process.stdin.flush()
        wait_for(process, "ready")
        drawn = [ask(process, number, seed) for number, seed in enumerate(seeds)]
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
    return drawn


def ask(process: subprocess.Popen[str], number: int, seed: int) -> list[object]:
    request = {"request": number, "do": "draw", "n": 12, "options": {"seed": seed}}
    process.stdin.write("not json\n" + json.dumps(request) + "\n")
    process.stdin.flush()
    drawn: list[object] = []
    for line in process.stdout:
        record = json.loads(line)
        assert record["request"] == number
        if record["event"] == "done":
            return drawn
        assert record["first"] == len(drawn)
        drawn.extend(record["drawings"])
    raise AssertionError("the sampler ended")


def test_the_sampler_answers_kinds_side_by_side(project: Path) -> None:
    folder = new_run(project, 2)
    assert run_job(folder).state == "done"
    prefix, few = [[[10, 10], [20, 30], [40, 20]]], {"max_points": 30}
    asked = [
        {"request": 1, "do": "draw", "n": 9, "options": few},
        {"request": 2, "do": "fan", "prefix": prefix, "n": 3, "points": 5},
        {"request": 3, "do": "finish", "prefix": prefix, "options": few},
        {"request": 4, "do": "fly"},
        {"request": 5, "do": "vary"},
    ]
    command = [sys.executable, "-m", "engine.jobs", "sample", str(folder)]
    heard: dict[int, dict[str, object]] = {}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        wait_for(process, "ready")
        process.stdin.write("".join(json.dumps(request) + "\n" for request in asked))
        process.stdin.flush()
        for line in process.stdout:
            record = json.loads(line)
            if record["event"] in ("done", "answer", "failed"):
                heard[record["request"]] = record
            if len(heard) == len(asked):
                break
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
    assert heard[1]["event"] == "done"
    assert [future[0][0] for future in heard[2]["futures"]] == [[40, 20]] * 3
    assert heard[3]["drawing"][0][:3] == prefix[0]
    assert "cannot 'fly'" in heard[4]["message"]
    assert heard[5]["event"] == "failed"


def test_a_project_that_was_moved_goes_on_where_it_is_now(project: Path, tmp_path: Path) -> None:
    settings = {"steps": 2, "n_samples": 0, "model_changes": {"hidden": 8}, "model": "sketchrnn/quick"}
    name = create_run(Project.open(project, write=False).layout, "spirals/v001", settings).name
    moved = project.rename(tmp_path / "elsewhere")
    assert run_job(moved / "runs" / name).state == "done"
    assert not project.exists()
