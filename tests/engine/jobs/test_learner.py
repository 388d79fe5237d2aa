"""The child that learns: asked, answering, refusing, ending with its input."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.project.log import Gesture
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from tests.engine.curate.pages import drawing, painting

N_EACH = 7


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Seven drawings and seven paintings, embedded in two directions; one file is there twice."""
    scans = tmp_path / "scans"
    scans.mkdir()
    for number in range(2 * N_EACH):
        page = drawing(number) if number < N_EACH else painting(number)
        Image.fromarray(page).save(scans / f"sb01p{number + 1:03d}.png")
    (scans / "sb02p001.png").write_bytes((scans / "sb01p001.png").read_bytes())
    random = np.random.default_rng(0)
    with Project.create(tmp_path / "p") as made:
        import_folder(made, scans)
        with made.transaction() as index:
            for row in index.execute("SELECT id FROM pages").fetchall():
                is_painting = row["id"].startswith("sb01") and int(row["id"][5:]) > N_EACH
                vector = np.eye(2)[int(is_painting)] + 0.02 * random.normal(size=2)
                values = ("pages", "efficientnet-lite0", row["id"], "made up", vector.astype("<f4").tobytes())
                index.execute("INSERT INTO embeddings VALUES (?, ?, ?, ?, ?)", values)
    return tmp_path / "p"


class Child:
    """A learner at work."""

    def __init__(self, project: Path) -> None:
        command = [sys.executable, "-m", "engine.jobs", "learn", str(project)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.hear() == {"event": "ready"}

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return dict(json.loads(self.process.stdout.readline()))

    def ask(self, **fields: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(fields) + "\n")
        self.process.stdin.flush()
        return self.hear()


@pytest.fixture
def child(project: Path) -> Iterator[Child]:
    made = Child(project)
    yield made
    made.process.communicate(timeout=20)
    assert made.process.returncode == 0, "it ends with its input"


def test_it_learns_what_was_decided_since_and_finds_what_is_there_twice(project: Path, child: Child) -> None:
    first = child.ask(request=1, level="pages")
    assert (first["event"], first["request"], first["missing"]) == ("learnt", 1, [5, 5])
    assert first["likelihoods"] == {}
    assert [["sb01p001", "sb02p001"], "the same file"] in first["alike"]
    with Project.open(project) as opened:
        accepted = tuple(f"sb01p{n:03d}" for n in range(1, 6))
        rejected = tuple(f"sb01p{n:03d}" for n in range(N_EACH + 1, N_EACH + 6))
        opened.decide(Gesture("pages", {"accepted": accepted, "rejected": rejected}))
    second = child.ask(request=2, level="pages")
    assert (second["n_accepted"], second["n_rejected"]) == (5, 5)
    assert second["likelihoods"]["sb01p006"] > 0.5 > second["likelihoods"]["sb01p013"]
    assert "alike" not in second and "sb01p001" not in second["likelihoods"]


def test_it_reads_again_what_it_is_told_to_forget(project: Path, child: Child) -> None:
    child.ask(request=1, level="pages")
    with Project.open(project) as opened, opened.transaction() as index:
        index.execute("UPDATE pages SET gone = 1 WHERE id = 'sb02p001'")
    assert child.ask(request=2, level="pages", forget=True)["alike"] == []


def test_it_ranks_by_likeness_and_refuses_what_it_cannot_do(child: Child) -> None:
    ids = child.ask(request=1, level="pages", like="sb01p008")["ids"]
    assert ids[0] == "sb01p008" and set(ids[1:N_EACH]) == {f"sb01p{n:03d}" for n in range(9, 15)}
    assert child.ask(request=2, level="pages", like="nobody")["ids"] == []
    assert child.ask(request=5, level="pages")["alike"], (
        "told with the first lesson, whatever was asked before"
    )
    refused = child.ask(request=3, level="shelves")
    assert refused["event"] == "failed" and "shelves" in refused["message"]
    assert child.ask(request=4, level="drawings")["likelihoods"] == {}
