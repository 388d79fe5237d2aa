"""Leaving a project while something trains: real children, stopped, left behind, found again, killed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.jobs.folder import is_running, read_events, read_status
from engine.jobs.queue import read_queue
from engine.jobs.runs import create_run
from engine.project.layout import Layout
from studio.panes.training import TrainingPane
from studio.widgets.question_dialog import QuestionDialog
from tests.studio.conftest import child_processes

pytest_plugins = ("tests.studio.fake_jobs",)

PATIENCE_S = 20


@pytest.fixture
def runs_folder(project_folder):
    """Where runs lie; whoever is left behind there is killed when the test is over."""
    folder = Layout(project_folder).runs
    yield folder
    for run in folder.glob("run*"):
        for pid in holders(run):
            os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def holders(run) -> list[int]:
    """Processes that hold the lock of a run."""
    found, lock = [], (run / "running.lock").resolve()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if lock in [link.readlink() for link in (process / "fd").iterdir()]:
                found.append(int(process.name))
    return [pid for pid in found if pid != os.getpid()]


@pytest.fixture(autouse=True)
def no_zombies():
    """Takes in children that outlived their QProcess: whoever says `stopped` still has to end."""
    before = child_processes()
    yield
    deadline_s = time.monotonic() + PATIENCE_S
    while (left := child_processes() - before) and time.monotonic() < deadline_s:
        for pid in left:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)


def training_pane(window) -> TrainingPane:
    window.workspace.show_pane_named("Training")
    pane = window.workspace.pane
    assert isinstance(pane, TrainingPane)
    return pane


@pytest.fixture
def busy(window, runs_folder, settle, fake_trainer, fake_estimator):
    """A window in which one run trains and another waits."""
    pane = training_pane(window)
    for _ in range(2):
        pane.start_run("faces/v001", {})
    settle(lambda: len(pane._model.runs) == 2 and pane._model.run_of("run001").step > 5)
    return window


def question(window) -> QuestionDialog | None:
    return next((one for one in window.findChildren(QuestionDialog) if one.isVisible()), None)


def answer(window, key) -> None:
    dialog = question(window)
    buttons = [dialog._answers.itemAt(k).widget() for k in range(dialog._answers.count())]
    button = next(one for one in buttons if one is not None and one.property("answer") == key)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def last_step(folder) -> int:
    return max((event["step"] for event in read_events(folder) if event["event"] == "metrics"), default=0)


def test_without_training_nobody_asks(window):
    assert window.close()
    assert question(window) is None


def test_who_stays_trains_on(busy, runs_folder, settle):
    busy.close()
    assert busy.isVisible()
    assert "run001" in question(busy).windowTitle()
    busy.close()
    assert len([one for one in busy.findChildren(QuestionDialog) if one.isVisible()]) == 1
    answer(busy, "stay")
    step = last_step(runs_folder / "run001")
    settle(lambda: last_step(runs_folder / "run001") > step + 3)
    busy.close()
    QTest.keyClick(question(busy), Qt.Key.Key_Escape)
    assert busy.isVisible() and question(busy) is None


def test_stopped_it_is_saved_and_what_waits_still_waits(busy, runs_folder):
    busy.close()
    answer(busy, "stop")
    assert not busy.isVisible()
    assert read_status(runs_folder / "run001").state == "stopped"
    assert (runs_folder / "run001" / "checkpoints" / "best.safetensors").exists()
    assert read_status(runs_folder / "run002").state == "queued"
    assert read_queue(Layout(runs_folder.parent)).waiting == ("run002",)


def test_left_behind_it_trains_on_and_the_next_window_finds_it(
    busy, runs_folder, project_folder, open_window, settle
):
    busy.close()
    answer(busy, "leave")
    assert not busy.isVisible()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    step = last_step(runs_folder / "run001")
    settle(lambda: last_step(runs_folder / "run001") > step + 20)
    assert not is_running(runs_folder / "run002")
    again = open_window()
    assert again.open_project(project_folder)
    pane = training_pane(again)
    settle(lambda: len(pane._model.runs) == 2 and pane._model.run_of("run001").is_live)
    pane.desk.table.choose("run001")
    assert pane.desk.header._state.text() == "Training in the background"
    assert pane.desk.queue_bar.go_on.isVisible()
    step = pane._model.run_of("run001").step
    settle(lambda: pane._model.run_of("run001").step > step + 5)
    assert again.session.jobs.running == []
    QTest.mouseClick(pane.desk.header.buttons["pause"], Qt.MouseButton.LeftButton)
    settle(lambda: read_status(runs_folder / "run001").state == "paused")
    settle(pane.desk.header.buttons["stop"].isEnabled)
    QTest.mouseClick(pane.desk.header.buttons["stop"], Qt.MouseButton.LeftButton)
    settle(lambda: pane._model.run_of("run001").state == "stopped")


def test_going_home_asks_too(busy, runs_folder, settle):
    busy.workspace.rail.home_wanted.emit()
    assert busy.session is not None
    answer(busy, "stop")
    assert busy.session is None
    assert busy.isVisible()
    assert read_status(runs_folder / "run001").state == "stopped"


@pytest.mark.parametrize("leaves_first", [False, True])
def test_a_window_that_is_killed_loses_nothing(project_folder, runs_folder, leaves_first):
    from tests.studio.fake_jobs import TRAINER

    folder = create_run(Layout(project_folder), "faces/v001", {})
    words = "detach" if leaves_first else "go on"
    window = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {TRAINER!r}, {str(folder)!r}], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
child.stdin.write(b"{words}\\n"); child.stdin.flush()
print("up", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", window], stdout=subprocess.PIPE) as parent:
        parent.stdout.readline()
        until(lambda: last_step(folder) > 10)
        parent.kill()
    step = last_step(folder)
    if leaves_first:
        until(lambda: last_step(folder) > step + 20)
        assert read_status(folder).state == "running"
    else:
        until(lambda: read_status(folder).state == "stopped")
        assert (folder / "checkpoints" / "best.safetensors").exists()


def until(condition) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)
