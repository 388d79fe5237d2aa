"""Child processes that behave like the engine's, in a tenth of the time and without torch."""

import sys

import pytest

from studio.jobs import Job
from studio.sampler import Sampler
from studio.text_search import TextSearch

TRAINER = """
import sys, threading, time
from pathlib import Path
from engine.jobs.folder import Status, append_event, running_lock, write_status
folder, stopped = Path(sys.argv[1]), threading.Event()
def listen():
    for line in sys.stdin:
        if line.strip() == "stop":
            break
    stopped.set()
threading.Thread(target=listen, daemon=True).start()
begun = sum(1 for line in (folder / "events.jsonl").open()) if (folder / "events.jsonl").exists() else 0
with running_lock(folder):
    write_status(folder, Status("running"))
    for step in range(begun + 1, begun + 1000):
        if (folder / "break").exists():
            said = "There is not enough memory."
            write_status(folder, Status("failed", error=said, hint="Take a smaller batch."))
            print(said, file=sys.stderr)
            sys.exit(1)
        append_event(folder, {"event": "metrics", "step": step, "train_nll": 7 - step / 100,
                              "valid_nll": 7 - step / 90 if step % 5 == 0 else None, "elapsed_s": step})
        if stopped.wait(0.03):
            break
    (folder / "checkpoints").mkdir(exist_ok=True)
    (folder / "checkpoints" / "best.safetensors").write_bytes(b"")
    write_status(folder, Status("stopped"))
"""
"""Trains until it is told to stop; a file named `break` in its folder runs it out of memory."""

SAMPLER = """
import json, sys, time
def say(**record):
    print(json.dumps(record), flush=True)
say(event="ready")
for line in sys.stdin:
    ask = json.loads(line)
    if ask["seed"] == 13:
        print("The checkpoint is damaged. Train it again.", file=sys.stderr)
        sys.exit(1)
    for first in range(0, ask["n"], 4):
        drawings = [[[[0, 0], [100 * ask["temperature"], ask["seed"] + k], [0, 200]]]
                    for k in range(first, min(first + 4, ask["n"]))]
        say(event="drawings", request=ask["request"], first=first, drawings=drawings)
        time.sleep(0.02)
    say(event="done", request=ask["request"])
"""
"""Draws triangles whose shape tells temperature and seed; seed 13 kills it."""

SEARCHER = """
import json, sys, time
def say(**record):
    print(json.dumps(record), flush=True)
print("a library says something in between", flush=True)
say(event="ready")
for line in sys.stdin:
    ask = json.loads(line)
    if ask["text"] == "slow":
        time.sleep(0.2)
    if ask["text"] == "die":
        print("The weights are damaged. Copy them again.", file=sys.stderr)
        sys.exit(1)
    if ask["text"] == "vanish":
        sys.exit(0)
    if ask["text"] == "refuse":
        say(event="failed", request=ask["request"], message="The pages cannot be searched by text.")
        continue
    names = ask["text"].split(",")
    if len(names) == 1:
        names = [f"{ask['level']}/{ask['text']}/{n}" for n in range(ask["count"])]
    items = [[name, 0.3 - n / 100] for n, name in enumerate(names)]
    say(event="found", request=ask["request"], items=items)
"""
"""Finds what it is asked for, by name, or the ids told with commas; some words make it behave as they say."""
SEARCH = [sys.executable, "-c", SEARCHER]


@pytest.fixture
def fake_trainer(monkeypatch):
    """Jobs run `TRAINER`."""
    start = Job.start

    def run_trainer(job, command=None):
        start(job, command or [sys.executable, "-c", TRAINER, str(job.folder)])

    monkeypatch.setattr(Job, "start", run_trainer)


@pytest.fixture
def fake_sampler(monkeypatch):
    """Runs draw with `SAMPLER`."""
    start = Sampler.start

    def run_sampler(sampler, command=None):
        start(sampler, command or [sys.executable, "-c", SAMPLER])

    monkeypatch.setattr(Sampler, "start", run_sampler)


@pytest.fixture
def fake_text_search(monkeypatch):
    """Searches by text are answered by `SEARCHER`."""
    init = TextSearch.__init__

    def make(search, project, parent=None, command=None):
        init(search, project, parent, command or SEARCH)

    monkeypatch.setattr(TextSearch, "__init__", make)
