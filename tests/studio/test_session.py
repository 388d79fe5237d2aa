"""What is shared while a project is open: selection, library, tasks, commands."""

import threading
import time

import pytest

from engine.errors import UserError
from engine.project.project import Project
from studio.selection import Selection
from studio.session import Session
from studio.tasks import Tasks


def test_the_selection_speaks_only_when_it_changes(qapp):
    selection, heard = Selection(), []
    selection.changed.connect(lambda ids: heard.append(("ids", ids)))
    selection.current_changed.connect(lambda item_id: heard.append(("current", item_id)))
    selection.set(["a", "b"])
    selection.set(["b", "a"])
    selection.set(["b"])
    selection.clear()
    assert heard == [
        ("current", "a"), ("ids", {"a", "b"}),
        ("current", "b"), ("ids", {"b"}),
        ("current", ""), ("ids", frozenset()),
    ]  # fmt: skip


def test_a_decision_made_while_the_library_is_read_is_not_lost(session, monkeypatch, settle):
    go, read = threading.Event(), session.library.read

    def slow_read():
        shelves = read()
        go.wait(5)
        return shelves

    monkeypatch.setattr(session.library, "read", slow_read)
    session.load()
    session.decide("pages", ["sb01p001"], "accepted")
    go.set()
    settle(lambda: not session.tasks.busy)
    assert session.library.find("sb01p001").decision == "accepted"


def test_decisions_outlive_the_session(project_folder, qapp, settle):
    first = Session(Project.open(project_folder))
    first.load()
    settle(lambda: bool(first.library.shelf("pages").items))
    first.decide("pages", ["sb01p001", "sb02p001"], "rejected", by="test")
    first.name_kind("pages", ["sb01p001"], "notes", by="test")
    first.undo.undo()
    first.close()
    again = Session(Project.open(project_folder))
    again.load()
    settle(lambda: bool(again.library.shelf("pages").items))
    states = {item.id: (item.decision, item.kind) for item in again.library.shelf("pages").items}
    assert states["sb01p001"] == states["sb02p001"] == ("rejected", "")
    assert again.library.shelf("pages").decided == {"rejected": 2, "undecided": 22}
    again.close()


def test_commands_are_named_after_what_they_do(session):
    session.decide("pages", ["sb01p001"], "accepted")
    assert session.undo.undoText() == "accept 1 page"
    session.decide("pages", ["sb01p001", "sb01p002"], "undecided")
    assert session.undo.undoText() == "clear 2 pages"
    session.name_kind("pages", ["sb01p001"], "notes")
    assert session.undo.undoText() == "call 1 page notes"


def test_the_counts_of_a_shelf_follow_every_decision(session):
    session.decide("pages", ["sb01p001", "sb01p002"], "accepted")
    session.decide("pages", ["sb01p002"], "rejected")
    assert session.library.shelf("pages").decided == {"accepted": 1, "rejected": 1, "undecided": 22}


@pytest.fixture
def tasks(qapp):
    made = Tasks()
    yield made
    made.shutdown()


def test_results_come_back_to_the_gui_thread(tasks, settle):
    seen: list[tuple[int, threading.Thread]] = []
    tasks.run(lambda: 6 * 7, lambda result: seen.append((result, threading.current_thread())))
    settle(lambda: bool(seen))
    assert seen == [(42, threading.main_thread())]


def test_a_cancelled_task_says_nothing(tasks, settle):
    gate, seen = threading.Event(), []
    task = tasks.run(gate.wait, seen.append)
    task.cancel()
    gate.set()
    settle(lambda: not tasks.busy)
    assert seen == []


def test_an_error_for_the_artist_is_announced(tasks, qtbot):
    def refuse():
        raise UserError("The disk is full.", "Free some space.")

    with qtbot.waitSignal(tasks.failed) as caught:
        tasks.run(refuse, print)
    assert caught.args == ["The disk is full. Free some space."]


def test_shutdown_waits_for_what_runs_and_drops_what_has_not_begun(qapp):
    tasks, begun, done = Tasks(threads=1), threading.Event(), []

    def work():
        begun.set()
        time.sleep(0.05)
        done.append("first")

    tasks.run(work, print)
    tasks.run(lambda: done.append("second"), print)
    begun.wait(5)
    tasks.shutdown()
    assert done == ["first"]
