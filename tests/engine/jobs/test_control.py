"""What a job at work can be asked, by its parent and by anybody else, and what it does without a parent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.jobs.control import ask
from engine.jobs.folder import create_job, is_running, read_events, read_status
from engine.jobs.reporter import JobReporter

PATIENCE_S = 30.0
SLOW = """
import sys, time
from engine.jobs.__main__ import main
from engine.jobs.work import WORK, Outcome
def work(spec, folder, reporter):
    step = 0
    while not reporter.stopped():
        if not reporter.paused():
            step += 1
            reporter.progress(step, 100_000)
            (folder / "steps").write_text(str(step))
        time.sleep(0.01)
    reporter.event("checkpoint_saved", step=step)
    return Outcome(f"{step} steps", {}, complete=False)
WORK["slow"] = work
sys.exit(main(["run", sys.argv[1]]))
"""
"""A child with work that counts until it is told to stop."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return create_job(tmp_path, {"kind": "slow"})


@contextmanager
def child(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", SLOW, str(folder)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    try:
        wait_until(lambda: steps(folder) > 3)
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()


def wait_until(condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    end = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def steps(folder: Path) -> int:
    try:
        return int((folder / "steps").read_text())
    except (OSError, ValueError):  # between two steps
        return 0


def say(process: subprocess.Popen[bytes], word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(word.encode() + b"\n")


def state_is(folder: Path, state: str) -> Callable[[], bool]:
    return lambda: read_status(folder).state == state


def stands_still(folder: Path) -> bool:
    before = steps(folder)
    time.sleep(0.1)
    return steps(folder) == before


def test_the_parent_pauses_and_lets_it_go_on(folder: Path) -> None:
    with child(folder) as process:
        say(process, "pause")
        wait_until(state_is(folder, "paused"))
        wait_until(lambda: stands_still(folder))
        reached = steps(folder)
        say(process, "go on")
        wait_until(state_is(folder, "running"))
        wait_until(lambda: steps(folder) > reached)
        say(process, "stop")
        assert process.wait(PATIENCE_S) == 0
    assert read_status(folder).state == "stopped"


def test_what_waits_can_be_stopped(folder: Path) -> None:
    with child(folder) as process:
        say(process, "pause\nnonsense\nstop")
        assert process.wait(PATIENCE_S) == 0
    assert read_status(folder).state == "stopped"


def test_anybody_may_ask_by_file(folder: Path) -> None:
    with child(folder) as process:
        ask(folder, "pause")
        wait_until(state_is(folder, "paused"))
        ask(folder, "go on")
        wait_until(state_is(folder, "running"))
        ask(folder, "stop")
        assert process.wait(PATIENCE_S) == 0
    assert read_status(folder).state == "stopped"


def test_of_two_requests_the_newer_counts(folder: Path) -> None:
    with child(folder) as process:
        for _ in range(20):
            ask(folder, "pause")
            ask(folder, "go on")
        ask(folder, "stop")
        assert process.wait(PATIENCE_S) == 0


def test_nobody_at_work_cannot_be_asked(folder: Path) -> None:
    with pytest.raises(UserError, match="not running"):
        ask(folder, "stop")
    assert not (folder / "control").exists()


def test_a_request_for_a_process_that_is_gone_does_not_stop_the_next(folder: Path) -> None:
    (folder / "control").write_text("stop")
    with child(folder) as process:
        assert process.poll() is None
        reached = steps(folder)
        wait_until(lambda: steps(folder) > reached + 30)


def test_left_by_its_parent_it_goes_on_and_still_obeys(folder: Path) -> None:
    with child(folder) as process:
        say(process, "detach")
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()
        reached = steps(folder)
        wait_until(lambda: steps(folder) > reached + 50)
        assert os.getsid(process.pid) == process.pid
        ask(folder, "pause")
        wait_until(state_is(folder, "paused"))
        ask(folder, "stop")
        assert process.wait(PATIENCE_S) == 0
    assert read_status(folder).state == "stopped"


def test_a_pipe_that_breaks_first_is_no_reason_to_stop(folder: Path) -> None:
    with child(folder) as process:
        assert process.stdout is not None
        process.stdout.close()
        reached = steps(folder)
        wait_until(lambda: steps(folder) > reached + 50)
        say(process, "detach")
        assert process.stdin is not None
        process.stdin.close()
        reached = steps(folder)
        wait_until(lambda: steps(folder) > reached + 50)


def test_a_parent_that_vanishes_without_a_word_stops_it(folder: Path) -> None:
    with child(folder) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
    assert [event["event"] for event in read_events(folder)][-2:] == ["checkpoint_saved", "stopped"]


def test_terminate_is_heard_in_the_background_too(folder: Path) -> None:
    with child(folder) as process:
        say(process, "detach")
        assert process.stdin is not None
        process.stdin.close()
        wait_until(lambda: os.getsid(process.pid) == process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert read_status(folder).state == "stopped"


def test_killed_while_it_waits_it_has_stopped(folder: Path) -> None:
    with child(folder) as process:
        ask(folder, "pause")
        wait_until(state_is(folder, "paused"))
        process.kill()
        process.wait(PATIENCE_S)
    assert not is_running(folder)
    assert read_status(folder).state == "stopped"


def test_progress_said_on_the_way_to_a_pause_does_not_hide_it(folder: Path) -> None:
    reporter = JobReporter(folder)
    reporter.progress(1, 9)
    reporter.pause()
    reporter.progress(9, 9)
    assert json.loads((folder / "status.json").read_text())["state"] == "paused"
    assert reporter.paused()
    reporter.stop()
    assert not reporter.paused()
