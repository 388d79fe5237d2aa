"""The project folder: made, opened, shared, copied, moved, killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.project import decisions, log
from engine.project.log import Gesture
from engine.project.project import Project, copy_project, move_project


def accept(*ids: str) -> Gesture:
    return Gesture("pages", {"accepted": ids}, how={"by": "test"})


def decision_of(project: Project, id_: str) -> str:
    return decisions.states(project.index, "pages").get(id_, decisions.UNDECIDED).decision


def test_a_new_project_opens_again_with_its_name(tmp_path: Path) -> None:
    with Project.create(tmp_path / "shelf", "My shelf") as made:
        made.decide(accept("sb01p001"))
    with Project.open(tmp_path / "shelf") as opened:
        assert opened.info.name == "My shelf"
        assert opened.info.id == made.info.id
        assert decision_of(opened, "sb01p001") == "accepted"


@pytest.mark.parametrize("content", [None, "{", '{"format": "else"}', "[]"])
def test_a_folder_that_is_no_project_says_so(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "project.json").write_text(content)
    with pytest.raises(UserError, match=r"not a Single-Line Studio project|damaged") as caught:
        Project.open(tmp_path)
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint


def test_a_folder_with_something_in_it_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="not empty"):
        Project.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_newer_project_is_refused_and_left_alone(tmp_path: Path) -> None:
    Project.create(tmp_path / "p").close()
    index = sqlite3.connect(tmp_path / "p" / "index.sqlite")
    index.execute("PRAGMA user_version = 99")
    index.close()
    for write in (True, False):
        with pytest.raises(UserError, match="newer"):
            Project.open(tmp_path / "p", write=write)


def test_a_second_writer_is_kept_out_but_a_reader_is_not(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as first:
        with pytest.raises(UserError, match="open for writing elsewhere"):
            Project.open(tmp_path / "p")
        with Project.open(tmp_path / "p", write=False) as reader:
            first.decide(accept("a"))
            assert decision_of(reader, "a") == "accepted"
            with pytest.raises(UserError, match="reading only"):
                reader.decide(accept("b"))
    Project.open(tmp_path / "p").close()


def test_a_child_of_the_session_writes_beside_it(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as parent:
        script = textwrap.dedent(
            """
            import sys
            from pathlib import Path
            from engine.project.log import Gesture
            from engine.project.project import Project
            with Project.open(Path(sys.argv[1]), session=sys.argv[2]) as child:
                child.decide(Gesture("pages", {"rejected": ("z",)}))
            """
        )
        command = [sys.executable, "-c", script, str(tmp_path / "p"), parent.session]
        subprocess.run(command, check=True)
        assert decision_of(parent, "z") == "rejected"


def test_undo_gives_every_item_its_own_decision_back(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(Gesture("pages", {"accepted": ("a",), "rejected": ("b",)}, {"notes": ("b",)}))
        back = project.decide(Gesture("pages", {"accepted": ("a", "b", "c")}, {"cover": ("b", "c")}))
        project.decide(back)
        found = decisions.states(project.index, "pages")
        assert [found[id_].decision for id_ in "abc"] == ["accepted", "rejected", "undecided"]
        assert [found[id_].kind for id_ in "abc"] == ["", "notes", ""]
        assert len(list(log.read(project.layout.decisions))) == 3


def test_a_lost_index_is_made_again_from_the_log(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(accept("a", "b"))
    (tmp_path / "p" / "index.sqlite").unlink()
    with Project.open(tmp_path / "p") as again:
        assert decision_of(again, "b") == "accepted"


def test_a_damaged_index_names_the_way_out(tmp_path: Path) -> None:
    Project.create(tmp_path / "p").close()
    (tmp_path / "p" / "index.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(UserError, match=r"Move index\.sqlite away"):
        Project.open(tmp_path / "p")


def test_a_torn_last_line_hides_nothing_before_or_after_it(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(accept("a"))
        path = project.layout.decisions
    with path.open("ab") as file:
        file.write(b'{"level": "pages", "decisions": {"acc')
    with Project.open(tmp_path / "p") as project:
        project.decide(accept("b"))
    (tmp_path / "p" / "index.sqlite").unlink()
    with Project.open(tmp_path / "p") as project:
        assert {decision_of(project, id_) for id_ in "ab"} == {"accepted"}


def test_every_decision_acknowledged_before_a_kill_is_there(tmp_path: Path) -> None:
    Project.create(tmp_path / "p").close()
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from engine.project.log import Gesture
        from engine.project.project import Project
        project = Project.open(Path(sys.argv[1]))
        for number in range(100_000):
            project.decide(Gesture("pages", {"accepted": (f"page{number}",)}))
            print(number, flush=True)
        """
    )
    command = [sys.executable, "-c", script, str(tmp_path / "p")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) >= 40:
                break
        os.kill(child.pid, signal.SIGKILL)
        acknowledged = [int(line), *(int(rest) for rest in child.stdout.read().split("\n")[:-1])]
    with Project.open(tmp_path / "p") as project:  # the dead process's lock is no obstacle
        assert decision_of(project, f"page{max(acknowledged)}") == "accepted"
        assert decision_of(project, "page0") == "accepted"


def test_a_copy_is_whole_while_the_original_is_open(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(accept("a"))
        copy_project(tmp_path / "p", tmp_path / "copy")
        project.decide(accept("b"))
    with Project.open(tmp_path / "copy") as copy:
        assert (decision_of(copy, "a"), decision_of(copy, "b")) == ("accepted", "undecided")
    with pytest.raises(UserError, match="exists already"):
        copy_project(tmp_path / "p", tmp_path / "copy")


def test_a_moved_project_opens_in_its_new_place(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(accept("a"))
        with pytest.raises(UserError, match="open for writing elsewhere"):
            move_project(tmp_path / "p", tmp_path / "q")
    move_project(tmp_path / "p", tmp_path / "deep" / "q")
    assert not (tmp_path / "p").exists()
    with Project.open(tmp_path / "deep" / "q") as moved:
        assert decision_of(moved, "a") == "accepted"


@pytest.mark.skipif(shutil.which("unshare") is None or os.getuid() != 0, reason="needs mount rights")
def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    Project.create(tmp_path / "p").close()
    script = (
        "import sys; from pathlib import Path; from engine.project.project import Project\n"
        "from engine.errors import UserError\n"
        "try: Project.open(Path(sys.argv[1]))\n"
        "except UserError as error: print(error)\n"
    )
    mount = f'mount --bind "{tmp_path}" "{tmp_path}" && mount -o remount,ro,bind "{tmp_path}" && '
    shell = mount + f'exec "{sys.executable}" -c "$0" "{tmp_path}/p"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", shell, script], capture_output=True, text=True, check=False
    )
    if "mount" in done.stderr and done.returncode != 0:
        pytest.skip("this machine does not let us mount")
    assert "can be written" in done.stdout, done.stderr


def test_the_log_holds_how_and_when(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(
            Gesture("pages", {"accepted": ("a",)}, how={"by": "lasso", "polygon": [[0, 0], [1, 1]]})
        )
        record = json.loads(project.layout.decisions.read_text())
    assert record["how"]["polygon"] == [[0, 0], [1, 1]]
    assert record["time"].startswith("20")


def test_notes_and_names_come_back_from_the_log_and_can_be_taken_back(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        first = Gesture("pages", notes={"a": "the good one"}, names={"faces": ("a", "b")})
        back = project.decide(first)
        assert back.notes == {"a": ""} and back.names == {"faces": ()}
        again = project.decide(Gesture("pages", notes={"a": "the best"}, names={"faces": ("a",)}))
        project.decide(again)
    (tmp_path / "p" / "index.sqlite").unlink()
    with Project.open(tmp_path / "p") as opened:
        assert decisions.states(opened.index, "pages")["a"].note == "the good one"
        assert decisions.names(opened.index, "pages") == {"faces": ("a", "b")}
        assert decisions.names(opened.index, "drawings") == {}
        opened.decide(back)
        assert decisions.states(opened.index, "pages")["a"].note == ""
        assert decisions.names(opened.index, "pages") == {}


def test_a_gesture_about_a_note_leaves_decision_and_kind(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as project:
        project.decide(Gesture("pages", {"accepted": ("a",)}, {"notes": ("a",)}))
        project.decide(Gesture("pages", notes={"a": "hm"}))
        assert decisions.states(project.index, "pages")["a"] == decisions.State("accepted", "notes", "hm")
