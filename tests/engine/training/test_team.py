"""Two processes on one machine train as one does."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from engine.jobs.runs import create_run
from engine.project.project import Project
from engine.training.checkpoint import LAST, load_checkpoint
from engine.training.loop import train
from tests.engine.training.conftest import Listener


def losses(listener):
    return [m["valid_nll"] for m in listener.all("metrics") if m["valid_nll"] is not None]


@pytest.fixture
def project(tmp_path, dataset):
    with Project.create(tmp_path / "project") as made:
        target = made.layout.datasets / "waves" / "v001"
        target.parent.mkdir(parents=True)
        dataset.rename(target)
        return made.layout


def test_two_gloo_processes_give_the_same_loss_as_one(tmp_path, project, settings):
    shared = replace(settings, precision="fp32", device="cpu", steps=6, valid_every=3)
    alone, together = Listener(), Listener()
    data = project.datasets / "waves" / "v001"
    train(tmp_path / "alone", data, shared, alone)
    run = create_run(project, "waves/v001", shared.to_json())
    train(run, data, replace(shared, processes=2), together)
    assert together.all("run_started")[0]["world_size"] == 2
    assert losses(together) == pytest.approx(losses(alone), abs=1e-4)
    one, two = (load_checkpoint(folder / "checkpoints" / LAST) for folder in (tmp_path / "alone", run))
    for name, value in one.part("model").items():
        torch.testing.assert_close(two.part("model")[name], value, atol=1e-4, rtol=1e-3)


def test_torchrun_starts_the_same_training(tmp_path, project, settings):
    shared = replace(settings, precision="fp32", device="cpu", steps=4, valid_every=2)
    run = create_run(project, "waves/v001", shared.to_json())
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
               "-m", "engine.jobs", "run", str(run)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, stdin=subprocess.PIPE,
                          env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    events = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    assert [e["world_size"] for e in events if e["event"] == "run_started"] == [2]
    assert load_checkpoint(run / "checkpoints" / LAST).step == 4
