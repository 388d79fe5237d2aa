"""Long work from the window's side: real child processes that speak, stop, die, and refuse to stop."""

import os
import signal
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from studio import jobs as jobs_module
from studio.jobs import Job, Jobs
from studio.widgets.job_strip import JobStrip, duration, figures

SPEAK = """
import json, sys
print("a library says hello", flush=True)
for done in range(1, 4):
    print(json.dumps({"event": "progress", "done": done, "total": 3, "message": f"page {done}"}), flush=True)
print(json.dumps({"event": "metrics", "loss": 1.5}), flush=True)
print(json.dumps({"event": "done"}), flush=True)
"""
OBEY = """
import json, sys
print(json.dumps({"event": "progress", "done": 1, "total": 9}), flush=True)
for line in sys.stdin:
    if line.strip() == "stop":
        break
print(json.dumps({"event": "stopped"}), flush=True)
"""
LEAVABLE = """
import json, sys, time
from pathlib import Path
heard = Path(sys.argv[1])
print(json.dumps({"event": "progress", "done": 1, "total": 9}), flush=True)
for line in sys.stdin:
    with heard.open("a") as file:
        file.write(line)
with heard.open("a") as file:
    file.write("end of input" + chr(10))
time.sleep(60)
"""
STUBBORN = """
import json, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(json.dumps({"event": "progress", "done": 1, "total": 9}), flush=True)
time.sleep(60)
"""
REFUSE = """
import json, sys
print(json.dumps({"event": "failed", "message": "The disk is full.", "hint": "Free some space."}), flush=True)
sys.exit(1)
"""
DIE = "import sys; print('out of luck', file=sys.stderr); sys.exit(3)"


@pytest.fixture
def jobs(qapp):
    made = Jobs()
    yield made
    made.shutdown()


def launch(jobs: Jobs, program: str, title: str = "Work") -> Job:
    return jobs.launch(title, Path(), {"pages"}, [sys.executable, "-c", program])


def test_a_job_speaks_and_ends(jobs, qtbot):
    heard, events = [], []
    job = launch(jobs, SPEAK)
    job.progressed.connect(lambda done, total, message: heard.append((done, total, message)))
    job.event_received.connect(events.append)
    with qtbot.waitSignal(jobs.finished, timeout=30_000):
        pass
    assert heard == [(1, 3, "page 1"), (2, 3, "page 2"), (3, 3, "page 3")]
    assert events == [{"event": "metrics", "loss": 1.5}, {"event": "done"}]
    assert (job.outcome, job.topics, jobs.running) == ("done", {"pages"}, [])


def test_a_job_that_is_asked_stops(jobs, qtbot):
    job = launch(jobs, OBEY)
    qtbot.waitUntil(lambda: job.done == 1, timeout=30_000)
    with qtbot.waitSignal(jobs.finished, timeout=4_000):
        job.stop()
    assert job.outcome == "stopped"


def test_a_job_that_will_not_stop_is_terminated_then_killed(jobs, qtbot, monkeypatch):
    monkeypatch.setattr(jobs_module, "STOP_GRACE_MS", 200)
    job = launch(jobs, STUBBORN)
    qtbot.waitUntil(lambda: job.done == 1, timeout=30_000)
    with qtbot.waitSignal(jobs.finished, timeout=5_000):
        job.stop()
    assert job.outcome == "stopped"


def test_closing_leaves_nothing_behind(jobs, qtbot, monkeypatch):
    monkeypatch.setattr(jobs_module, "STOP_GRACE_MS", 200)
    made = [launch(jobs, program) for program in (OBEY, STUBBORN)]
    qtbot.waitUntil(lambda: all(job.done == 1 for job in made), timeout=30_000)
    jobs.shutdown()
    assert [job.is_running for job in made] == [False, False]


def test_a_job_hears_what_it_is_asked_and_lives_on_when_it_is_left(qapp, qtbot, tmp_path):
    made, heard = Jobs(), tmp_path / "heard"
    command = [sys.executable, "-c", LEAVABLE, str(heard)]
    job = made.launch("Training run001", tmp_path, {"runs"}, command, can_be_left=True)
    other = launch(made, OBEY)
    qtbot.waitUntil(lambda: job.done == other.done == 1, timeout=30_000)
    child = job._process.processId()
    job.pause()
    assert job.is_paused and job.seconds_left() is None
    job.pause()
    job.go_on()
    assert made.leavable == [job]
    with qtbot.waitSignal(made.finished, timeout=1_000):
        made.leave()
    assert (job.outcome, made.running) == ("left", [other])
    made.shutdown()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qtbot.waitUntil(lambda: heard.exists() and "end of input" in heard.read_text(), timeout=30_000)
    os.kill(child, 0)  # it lives
    assert heard.read_text().splitlines() == ["pause", "go on", "detach", "end of input"]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_failure_says_what_and_what_next(jobs, qtbot):
    with qtbot.waitSignal(jobs.finished, timeout=30_000) as caught:
        launch(jobs, REFUSE)
    assert caught.args[0].outcome == "failed"
    assert caught.args[0].message == "The disk is full. Free some space."


def test_a_death_without_a_word_gives_its_last_words(jobs, qtbot):
    with qtbot.waitSignal(jobs.finished, timeout=30_000) as caught:
        launch(jobs, DIE)
    assert (caught.args[0].outcome, caught.args[0].message) == ("failed", "out of luck")


def test_a_program_that_is_not_there_is_a_failure(jobs, qtbot):
    with qtbot.waitSignal(jobs.finished, timeout=30_000) as caught:
        jobs.launch("Work", Path(), (), ["/no/such/program"])
    assert caught.args[0].outcome == "failed"


def test_the_strip_shows_the_newest_and_stops_it(jobs, qtbot):
    strip = JobStrip()
    qtbot.addWidget(strip)
    strip.follow(jobs)
    strip.show()
    first, second = launch(jobs, OBEY, "First"), launch(jobs, OBEY, "Second")
    qtbot.waitUntil(lambda: first.done == second.done == 1, timeout=30_000)
    assert "Second" in strip._title.text() and "1 more" in strip._title.text()
    strip._stop.click()
    qtbot.waitUntil(lambda: not second.is_running, timeout=5_000)
    assert first.is_running
    assert strip._title.text() == "First"
    first.stop()
    qtbot.waitUntil(lambda: not first.is_running, timeout=5_000)
    assert "stopped" in strip._title.text()
    assert not strip._stop.isVisible()


def test_figures_for_people():
    assert figures(41, 185, 130.0, "sb44p041") == "41 of 185   2 min left   sb44p041"
    assert figures(0, 0, None, "") == ""
    assert [duration(s) for s in (0.2, 40, 89, 150, 7800)] == ["1 s", "40 s", "89 s", "2 min", "2 h 10 min"]


def test_a_job_of_the_engine_runs_from_a_session(session, shelf, qtbot):
    with qtbot.waitSignal(session.jobs.finished, timeout=60_000) as caught:
        session.start_job("import", "Adding scans", {"pages"}, folders=[str(shelf)])
    assert caught.args[0].outcome == "done"


def test_the_time_left_is_guessed_from_the_pace_of_the_stage(qapp, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(jobs_module.time, "monotonic", lambda: clock[0])
    job = Job("Work", Path())

    def at(seconds: float, done: int, total: int) -> float | None:
        clock[0] = seconds
        job._take({"event": "progress", "done": done, "total": total})
        return job.seconds_left()

    assert at(100, 1, 50) is None  # a long silence before the first step says nothing about the pace
    assert at(101, 2, 50) is None
    assert at(110, 11, 50) == pytest.approx(39)
    assert at(120, 1, 8) is None
    assert at(126, 4, 8) == pytest.approx(8)


def test_a_strip_that_follows_others_forgets_the_first(jobs, qtbot):
    strip, others = JobStrip(), Jobs()
    qtbot.addWidget(strip)
    job = launch(others, OBEY, "Elsewhere")
    strip.follow(jobs)
    strip.follow(others)
    assert strip._title.text() == "Elsewhere"
    strip.follow(jobs)
    assert strip._title.text() == ""
    job.stop()
    qtbot.waitUntil(lambda: not job.is_running, timeout=5_000)
    assert strip._title.text() == ""
    others.shutdown()
