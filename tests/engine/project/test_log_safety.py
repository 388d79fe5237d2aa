"""The log in bad company: killed in mid-sentence, torn, edited elsewhere. What was shown as done is there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from engine.project import decisions, log
from engine.project.decisions import State
from engine.project.log import Gesture
from engine.project.project import Project

DECIDE = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from engine.project.log import Gesture
    from engine.project.project import Project
    project = Project.open(Path(sys.argv[1]))
    for number in range(1000):
        word = ("accepted", "rejected")[number % 2]
        project.decide(Gesture("pages", {word: (f"page{number}",)}, notes={f"page{number}": f"ü {number}"}))
        print(number, flush=True)
    """
)


def decide_until_killed(root: Path, after: int) -> int:
    """A child that decides and says so, killed after so many; how many it had said."""
    command = [sys.executable, "-c", DECIDE, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = 0
        for line in child.stdout:
            said += int(line) == said
            if said == after:
                os.kill(child.pid, signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    return said


def wanted(count: int) -> dict[str, State]:
    return {
        f"page{number}": State(("accepted", "rejected")[number % 2], "", f"ü {number}")  # type: ignore[arg-type]
        for number in range(count)
    }


@pytest.mark.parametrize("lost", [(), ("index.sqlite", "index.sqlite-wal", "index.sqlite-shm")])
@pytest.mark.parametrize("after", [1, 333, 700])
def test_a_kill_in_the_middle_of_a_thousand_decisions_loses_none_that_was_shown(
    tmp_path: Path, after: int, lost: tuple[str, ...]
) -> None:
    Project.create(tmp_path / "p").close()
    said = decide_until_killed(tmp_path / "p", after)
    assert after <= said < 1000
    for name in lost:
        (tmp_path / "p" / name).unlink(missing_ok=True)
    with Project.open(tmp_path / "p") as project:
        found = decisions.states(project.index, "pages")
        # One more may have reached the disk without being told.
        assert said <= len(found) <= said + 1
        assert found == wanted(len(found))
        project.decide(Gesture("pages", {"accepted": ("after",)}))
    with Project.open(tmp_path / "p", write=False) as project:
        assert decisions.states(project.index, "pages", ["after"]) == {"after": State("accepted")}


def rebuilt(root: Path) -> dict[str, State]:
    for file in root.glob("index.sqlite*"):
        file.unlink()
    with Project.open(root) as project:
        return decisions.states(project.index, "pages")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Project.create(tmp_path / "p") as project:
        for number in range(3):
            word = ("accepted", "rejected")[number % 2]
            made = Gesture("pages", {word: (f"page{number}",)}, notes={f"page{number}": f"ü {number}"})  # type: ignore[dict-item]
            project.decide(made)
    return tmp_path / "p"


def test_the_last_line_may_be_torn_at_any_byte(root: Path) -> None:
    path = root / "decisions.jsonl"
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for cut in range(last + 1, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert list(log.read(path))[2:] == [], "a torn line was never acknowledged"
        assert log.append(path, Gesture("pages", {"accepted": ("next",)})) == path.stat().st_size
        assert [gesture.ids for gesture in log.read(path)] == [("page0",), ("page1",), ("next",)]
    assert rebuilt(root) == {**wanted(2), "next": State("accepted")}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 40])
def test_another_log_in_the_place_of_the_one_the_index_knows_is_read_whole(root: Path, count: int) -> None:
    """Shorter, as long to the byte, or longer: none of its lines is skipped."""
    path = root / "decisions.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.unlink()
    other = [re.sub(rb"page(?=\d)", b"%04d" % k, lines[k % 3]) for k in range(count)]
    path.write_bytes(b"".join(other))
    with Project.open(root) as project:
        found = decisions.states(project.index, "pages")
        assert {f"{k:04d}{k % 3}" for k in range(count)} | set(wanted(3)) == set(found)
    with Project.open(root) as project:
        assert decisions.states(project.index, "pages") == found


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\n\n" + data.replace(b"\n", b"\n \r\n\n"),
        lambda data: data.rstrip(b"\n"),
        lambda data: data + b"\0" * 512,  # what some file systems leave after a power cut
        lambda data: data + b'\xff\xfe{"level"\n',
        lambda data: data + b'{"level": "pages", "decisions": {"maybe": ["page0"]}}\n[]\n3\n',
    ],
)
def test_a_log_that_an_editor_or_a_file_system_went_over_is_read_all_the_same(root: Path, change) -> None:
    path = root / "decisions.jsonl"
    path.write_bytes(change(path.read_bytes()))
    with Project.open(root) as project:  # the index is older than the log is long
        assert decisions.states(project.index, "pages") == wanted(3)
        project.decide(Gesture("pages", {"accepted": ("next",)}))
    assert rebuilt(root) == {**wanted(3), "next": State("accepted")}
