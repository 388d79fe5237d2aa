"""Decisions out and in from the window: asked before, one step of undo after."""

import csv
import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from engine.project import decisions
from engine.project.log import Gesture
from engine.project.project import Project
from studio.curation.exchanging import Exchanging
from studio.widgets.curation.taking_over_dialog import TakingOverDialog


@pytest.fixture
def session(window):
    return window.session


@pytest.fixture
def exchanging(window, session) -> Exchanging:
    return Exchanging(window, session, window)


def decided(session) -> dict[str, str]:
    states = decisions.states(session.project.index, "pages")
    return {item_id: state.decision for item_id, state in states.items() if state.decision != "undecided"}


def answer(window, settle, words: str) -> None:
    """Press a button of the dialog that asks."""
    settle(lambda: any(dialog.isVisible() for dialog in window.findChildren(TakingOverDialog)))
    dialog = next(dialog for dialog in window.findChildren(TakingOverDialog) if dialog.isVisible())
    button = next(one for one in dialog.findChildren(QPushButton) if one.text() == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_out_and_in_again_brings_back_what_was_decided(
    window, session, exchanging, settle, tmp_path, monkeypatch
):
    session.decide("pages", ["sb01p001", "sb01p002"], "accepted")
    session.note("pages", "sb01p003", "=later")
    out = tmp_path / "table"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out), ""))
    exchanging.choose_export()
    settle(lambda: not session.tasks.busy)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig") as file:
        assert sum(row["decision"] == "accepted" for row in csv.DictReader(file)) == 2
    session.go_back(0)
    settle(lambda: not session.tasks.busy)
    assert decided(session) == {}
    exchanging.plan_import(tmp_path / "table.csv")
    answer(window, settle, "Change 3")
    assert decided(session) == {"sb01p001": "accepted", "sb01p002": "accepted"}
    assert session.library.find("sb01p003").note == "=later"
    session.undo.undo()
    assert decided(session) == {} and session.library.find("sb01p003").note == ""


def test_a_table_that_says_nothing_new_is_said_and_a_broken_one_names_itself(
    window, session, exchanging, settle, tmp_path
):
    (tmp_path / "a.csv").write_text("id,decision\nsb01p001,undecided\n")
    exchanging.plan_import(tmp_path / "a.csv")
    settle(lambda: "as a.csv says" in window.strip._title.text())
    (tmp_path / "b.csv").write_text("id,decision\nsb01p001,perhaps\n")
    exchanging.plan_import(tmp_path / "b.csv")
    settle(lambda: "b.csv" in window.strip._title.text() and "perhaps" in window.strip._title.text())
    assert session.undo.count() == 0


def test_leaving_it_changes_nothing(window, session, exchanging, settle, tmp_path):
    (tmp_path / "a.csv").write_text("id,decision\nsb01p001,accepted\nnobody,accepted\n")
    exchanging.plan_import(tmp_path / "a.csv")
    answer(window, settle, "Leave it")
    assert decided(session) == {} and session.undo.count() == 0


@pytest.fixture
def other(session, project_folder, tmp_path):
    """A copy in which somebody else decided meanwhile."""
    folder = tmp_path / "other"
    shutil.copytree(project_folder, folder, ignore=shutil.ignore_patterns("writer.*"))
    with Project.open(folder) as project:
        project.decide(Gesture("pages", {"rejected": ("sb01p001", "sb01p005")}))
    return folder


def test_merging_takes_over_what_is_not_contested(window, session, exchanging, settle, other):
    session.decide("pages", ["sb01p002"], "accepted")
    exchanging.plan_merge(other)
    answer(window, settle, "Take over 2")
    expected = {"sb01p002": "accepted", "sb01p001": "rejected", "sb01p005": "rejected"}
    assert decided(session) == expected
    session.undo.undo()
    assert decided(session) == {"sb01p002": "accepted"}


@pytest.mark.parametrize(("way", "kept"), [("Keep mine", "accepted"), ("Take theirs", "rejected")])
def test_conflicts_are_shown_and_settled_once(window, session, exchanging, settle, other, way, kept):
    session.decide("pages", ["sb01p001"], "accepted")
    exchanging.plan_merge(other)
    answer(window, settle, way)
    settle(lambda: "sb01p005" in decided(session))
    assert decided(session) == {"sb01p001": kept, "sb01p005": "rejected"}
