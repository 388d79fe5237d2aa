"""`runs`, `stop`, `pause`, `go-on` against a child that works."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.jobs.folder import append_event
from engine.jobs.queue import Queue, write_queue
from engine.jobs.runs import Notes, create_run, write_notes
from engine.project.layout import Layout
from engine.project.project import Project
from tests.engine.jobs.test_control import SLOW, steps, wait_until

Call = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    Project.create(tmp_path / "p").close()
    return tmp_path / "p"


def test_runs_are_listed_with_state_and_loss(project: Path, singleline: Call) -> None:
    layout = Layout(project)
    first, second = (create_run(layout, "faces/v001", {"model": "sketchrnn"}) for _ in range(2))
    append_event(first, {"event": "metrics", "step": 120, "train_nll": 6.0, "valid_nll": 6.25})
    write_notes(first, Notes("Long lines"))
    write_queue(layout, Queue((second.name,)))
    found = singleline("runs", project, "--json").json["runs"]
    assert [(run["run"], run["title"], run["valid_nll"], run["step"], run["place"]) for run in found] == [
        ("run001", "Long lines", 6.25, 120, None),
        ("run002", "", None, None, 1),
    ]
    lines = singleline("runs", project).out.splitlines()
    assert "6.250 nats a point" in lines[0] and "Long lines" in lines[0]
    assert "waits, place 1" in lines[1]


def test_a_run_of_somebody_else_is_paused_and_stopped(project: Path, singleline: Call) -> None:
    folder = create_run(Layout(project), "faces/v001", {})
    spec = json.loads((folder / "spec.json").read_text())
    (folder / "spec.json").write_text(json.dumps({**spec, "kind": "slow"}))
    command = [sys.executable, "-c", SLOW, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        wait_until(lambda: steps(folder) > 3)
        for word, state in (("pause", "paused"), ("go-on", "running"), ("stop", "stopped")):
            assert singleline(word, project, "run001", "--json").json["state"] == state
        assert child.wait(30) == 0
    answer = singleline("stop", project, "run001")
    assert answer.code == 2
    assert "not running" in answer.err
