"""The child that searches by text, as the window runs it."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from engine.project.project import Project
from engine.scans.catalogue import import_folder
from tests.engine.curate.tiny_clip import save_clip, tiny_clip


@pytest.fixture
def project(tmp_path):
    """A project of three pages that a tiny model has looked at, open for writing as by the window."""
    (tmp_path / "clip").mkdir()
    save_clip(tiny_clip(), tmp_path / "clip")
    (tmp_path / "scans").mkdir()
    for number in range(3):
        Image.new("RGB", (60, 80), (255, 255, 80 * number)).save(tmp_path / f"scans/sb01p00{number}.png")
    with Project.create(tmp_path / "p") as made:
        import_folder(made, tmp_path / "scans")
        with made.transaction() as index:
            vectors = np.eye(3, 12, dtype="<f4")
            index.executemany(
                "INSERT INTO embeddings VALUES ('pages', ?, ?, '', ?)",
                [(f"open_clip:{tmp_path / 'clip'}", f"sb01p00{n}", vectors[n].tobytes()) for n in range(3)],
            )
        yield made


def talk(folder, *lines):
    """Everything a child says to these lines of input; it must end by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "engine.jobs", "search", str(folder)],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def ask(number, **fields):
    return json.dumps({"request": number, **fields})


class Child:
    """A child that is spoken to line by line."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine.jobs", "search", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, number, **fields):
        self.process.stdin.write(ask(number, **fields) + "\n")
        self.process.stdin.flush()
        return self.hear()


@pytest.fixture
def child(project):
    made = Child(project.layout.root)
    yield made
    made.process.kill()
    made.process.wait()
    for stream in (made.process.stdin, made.process.stdout, made.process.stderr):
        stream.close()


def test_it_answers_refuses_and_ends_with_its_input(child):
    assert child.hear() == {"event": "ready"}
    found = child.ask(1, level="pages", text="sheep", count=2)
    assert (found["event"], found["request"], len(found["items"])) == ("found", 1, 2)
    assert found["items"][0][1] >= found["items"][1][1]
    refused = child.ask(2, level="drawings", text="sheep")
    assert (refused["event"], refused["request"]) == ("failed", 2)
    assert "drawings cannot be searched" in refused["message"]
    assert child.ask(3, level="books", text="sheep")["message"].startswith("There is no level 'books'")
    assert child.ask(4, level="pages", text="sheep", count="many")["event"] == "failed"
    assert child.ask(5, text="sheep", count=2)["items"] == found["items"]
    child.process.stdin.close()
    assert child.process.wait(20) == 0


def test_of_requests_that_wait_the_newest_is_answered(child):
    child.process.stdin.write("".join(ask(n, text="") + "\n" for n in range(1, 50)) + "no JSON\n[1]\n")
    last = child.ask(50, level="drawings", text="sheep")
    assert last == {"event": "ready"}
    heard = [child.hear()]
    while heard[-1]["request"] != 50:
        heard.append(child.hear())
    assert len(heard) < 50


def test_what_is_no_project_is_said_in_one_line(tmp_path):
    code, said, words = talk(tmp_path)
    assert (code, said) == (2, [])
    assert str(tmp_path) in words and len(words.splitlines()) == 1
