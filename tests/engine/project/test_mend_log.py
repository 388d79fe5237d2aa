"""Mends in the log: the truth about what was mended, whatever happens to the index."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.project import decisions, log
from engine.project.log import Gesture
from engine.project.project import Project, copy_project
from engine.project.schema import MIGRATIONS, VERSION

CUT = {"do": "cut", "at": [1.0, 2.0], "along": [1.0, 0.0]}
JOIN = {"do": "connect", "a": [1.0, 2.0], "b": [3.0, 4.0]}


def mend(page: str, *ops: dict[str, object]) -> Gesture:
    return Gesture("pages", how={"by": "test"}, mends={page: ops})


def test_undo_gives_the_list_before_back(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        first = project.decide(mend("a", CUT))
        second = project.decide(mend("a", CUT, JOIN))
        assert decisions.mends(project.index, "a") == (CUT, JOIN)
        again = project.decide(second)
        assert decisions.mends(project.index, "a") == (CUT,)
        project.decide(again)
        assert decisions.mends(project.index, "a") == (CUT, JOIN)
        project.decide(second)
        project.decide(first)
        assert decisions.mends(project.index, "a") == ()
        assert project.index.execute("SELECT COUNT(*) FROM mends").fetchone()[0] == 0


def test_a_gesture_may_decide_and_mend(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        back = project.decide(Gesture("pages", {"accepted": ("a",)}, mends={"a": (CUT,), "b": (JOIN,)}))
        assert decisions.mends(project.index, "b") == (JOIN,)
        project.decide(back)
        assert decisions.mends(project.index, "a") == decisions.mends(project.index, "b") == ()
        assert decisions.states(project.index, "pages")["a"].decision == "undecided"


def test_a_lost_index_gets_the_mends_back_from_the_log(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(mend("a", CUT))
        project.decide(mend("b", JOIN))
        project.decide(mend("a", CUT, JOIN))
    (tmp_path / "p" / "index.sqlite").unlink()
    with Project.open(tmp_path / "p") as project:
        assert decisions.mends(project.index, "a") == (CUT, JOIN)
        assert decisions.mends(project.index, "b") == (JOIN,)


def test_a_log_from_before_mends_is_read_and_a_line_that_is_none_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    old = {"level": "pages", "decisions": {"accepted": ["a"]}, "kinds": {}, "how": {}, "time": "2020"}
    lines = [
        old,
        {**old, "mends": {"a": 3}},
        {**old, "mends": {"a": ["cut"]}},
        {**old, "mends": {"a": [CUT]}},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [gesture.mends for gesture in log.read(path)] == [{}, {"a": (CUT,)}]


def old_index(root: Path) -> None:
    """Put an index of version 1 in the place of a project's own, with a trace and a decision in it."""
    path = root / "index.sqlite"
    for file in root.glob("index.sqlite*"):
        file.unlink()
    index = sqlite3.connect(path)
    index.executescript(f"{MIGRATIONS[0]}\nPRAGMA user_version = 1;")
    index.execute("INSERT INTO traces VALUES ('a', 'key', '', 1, 5, 4, 3, 1, 0.9, 12.5)")
    size = (root / "decisions.jsonl").stat().st_size
    index.execute("INSERT INTO meta VALUES ('log_bytes', ?)", (str(size),))
    index.execute("INSERT INTO decisions VALUES ('pages', 'a', 'accepted', '')")
    index.commit()
    index.close()


@pytest.mark.parametrize("write", [True, False])
def test_an_index_of_the_first_version_becomes_todays(tmp_path: Path, write: bool) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(Gesture("pages", {"accepted": ("a",)}))
    old_index(tmp_path / "p")
    with Project.open(tmp_path / "p", write=write) as project:
        assert project.index.execute("PRAGMA user_version").fetchone()[0] == VERSION
        row = dict(project.index.execute("SELECT * FROM traces").fetchone())
        assert (row["coverage"], row["mends"], row["lapsed"], row["uncertain"]) == (0.9, 0, 0, 0)
        assert decisions.states(project.index, "pages")["a"].decision == "accepted"
        assert decisions.mends(project.index, "a") == ()


def test_a_project_of_the_first_version_is_copied(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(Gesture("pages", {"accepted": ("a",)}))
    old_index(tmp_path / "p")
    copy_project(tmp_path / "p", tmp_path / "q")
    with Project.open(tmp_path / "q") as copy:
        assert decisions.states(copy.index, "pages")["a"].decision == "accepted"


def test_only_the_writer_mends(tmp_path: Path) -> None:
    Project.create(tmp_path / "p").close()
    with Project.open(tmp_path / "p", write=False) as reader, pytest.raises(UserError, match="reading only"):
        reader.decide(mend("a", CUT))
