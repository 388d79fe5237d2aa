"""Child processes that behave like the engine's, in a tenth of the time and without torch."""

import sys

import pytest

from studio.curation.text_search import TextSearch
from studio.gallery.sampler import Sampler
from studio.jobs import Job
from studio.training import estimates as estimates_module
from studio.training.estimates import Estimates

TRAINER = """
import sys, time
from engine.errors import OutOfMemory
from engine.jobs.__main__ import main
from engine.jobs.folder import read_events
from engine.jobs.work import WORK, Outcome
from engine.project.atomic import write_json
def work(spec, folder, reporter):
    step = sum(event["event"] == "metrics" for event in read_events(folder))
    last = spec["settings"].get("steps") or 100_000
    reporter.event("run_started", model="transformer", parameters=1234, device="cpu", device_name="Fake CPU",
                   drawings=162, step=step, micro_batch=9)
    while step < last and not reporter.stopped():
        if (folder / "break").exists():
            raise OutOfMemory("The training did not fit into memory.", "Take a smaller batch.")
        if not reporter.paused():
            step += 1
            reporter.event("metrics", step=step, train_nll=7 - step / 100, elapsed_s=step, steps_per_s=30.0,
                           points_per_s=6000.0, valid_nll=7 - step / 90 if step % 5 == 0 else None)
            reporter.progress(step, last)
        time.sleep(0.03)
    (folder / "checkpoints").mkdir(exist_ok=True)
    (folder / "checkpoints" / "best.safetensors").write_bytes(b"")
    reporter.event("checkpoint_saved", step=step, file="checkpoints/best.safetensors")
    return Outcome(f"{step} steps", {}, complete=step >= last)
def measure(spec, folder, reporter):
    reporter.progress(1, 40, "it draws")
    while not reporter.stopped():
        if (folder.parents[1] / "measured").exists():
            figures = {"step": 3, "split": "valid", "data": "faces/v001", "nats_per_point": 6.5, "kid": 0.02}
            write_json(folder.parents[1] / "runs" / spec["run"] / "evaluation.json", figures)
            return Outcome("6.500 nats a point")
        time.sleep(0.02)
    return Outcome("", complete=False)
WORK["train"] = work
WORK["evaluate"] = measure
sys.exit(main(["run", sys.argv[1]]))
"""
"""Trains until it is told to stop; a file named `break` in its folder runs it out of memory.

It measures as soon as there is a file named `measured` in the project."""

ESTIMATOR = """
import json, sys
print(json.dumps({"event": "ready"}), flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    if ask["settings"].get("max_points") == 13:
        answer = {"event": "failed", "message": "It does not fit."}
    else:
        answer = {"event": "estimate", "step_s": 0.5, "memory_mb": 612, "parameters": 1_234_567,
                  "device": "cpu", "device_name": "Fake CPU", "steps_per_epoch": 6}
    print(json.dumps({**answer, "request": ask["request"]}), flush=True)
"""
"""Says that a step takes half a second; drawings of at most 13 points do not fit."""

SAMPLER = """
import json, sys, time
def say(**record):
    print(json.dumps(record), flush=True)
def triangle(options, k):
    return [[[0, 0], [100 * options["variability"], options["seed"] + k], [0, 200]]]
def made(way, options, index=0):
    return {"run": "run001",
            "checkpoint": {"file": "best.safetensors", "step": 7, "hash": "0123456789abcdef"},
            "dataset": {"name": "faces", "version": 1, "hash": "fedcba9876543210"}, "seed": options["seed"],
            "index": index, "options": options, "way": way, "made_from": ask.get("made_from", []),
            "nearest": None, "program": "fake"}
say(event="ready", facts={"family": "fake", "is_autoencoder": False, "eras": [], "step": 7,
                          "run": "run001", "checkpoint": "best.safetensors"})
for line in sys.stdin:
    ask = json.loads(line)
    head, options = {"request": ask["request"], "do": ask["do"]}, {"variability": 0.5, "seed": 0}
    options.update(ask.get("options") or {})
    if options["seed"] == 13:
        print("The checkpoint is damaged. Train it again.", file=sys.stderr)
        sys.exit(1)
    if ask["do"] == "draw":
        for first in range(ask["first"], ask["first"] + ask["n"], 4):
            drawings = [triangle(options, k) for k in range(first, min(first + 4, ask["first"] + ask["n"]))]
            say(event="partial", first=first, drawings=[[one[0][:2]] for one in drawings], **head)
            facts = [{"ended": True, "attempts": 1, "provenance": made("drawn", options, first + k)}
                     for k in range(len(drawings))]
            say(event="drawings", first=first, drawings=drawings, facts=facts, **head)
            time.sleep(0.02)
        say(event="done", **head)
    elif ask["do"] == "fan":
        x, y = ask["prefix"][-1][-1]
        futures = [[[[x + 4 * p, y + p * (k - ask["n"] / 2)] for p in range(ask["points"])]]
                   for k in range(ask["n"])]
        say(event="partial", futures=[[one[0][:2]] for one in futures],
            provenance=made("continued", options), **head)
        say(event="answer", futures=futures, ended=[False] * ask["n"], provenance=made("continued", options),
            **head)
    elif ask["do"] == "finish":
        x, y = ask["prefix"][-1][-1]
        grown = ask["prefix"][:-1] + [ask["prefix"][-1] + [[x + 10, y], [x + 20, y + 10]]]
        say(event="partial", drawing=ask["prefix"], **head)
        say(event="answer", drawing=grown, provenance=made("continued", options), **head)
    elif ask["do"] == "surprise":
        nats = [[k % 7 + 1.5 for k in range(len(stroke))] for stroke in ask["drawing"]]
        flat = [one for stroke in nats for one in stroke]
        say(event="answer", nats=nats, mean=sum(flat) / len(flat), **head)
    elif ask["do"] == "hairs":
        roots = [point for stroke in ask["drawing"] for point in stroke[:: ask.get("every", 3)]]
        hairs = [[[[x + 3 * p, y - 2 * p] for p in range(ask.get("points", 12))]] for x, y in roots]
        say(event="answer", hairs=hairs, **head)
    elif ask["do"] == "nearest":
        say(event="answer", name="sb01p003/1", page="sb01p003", distance=0.08, memorised=False,
            is_learnt_from=True, drawing=[[[0, 0], [200, 200]]], **head)
    elif ask["do"] == "measure":
        n = len(ask["drawings"])
        say(event="answer", surprise=[5 - 0.1 * (k % 5) for k in range(n)],
            distance=[0.01 + 0.02 * (k % 4) for k in range(n)], memorised=[k % 4 == 0 for k in range(n)],
            nearest=["sb01p003/1"] * n, **head)
    elif ask["do"] == "between":
        drawings = [ask["first"], *(triangle(options, k) for k in range(ask["n"] - 2)), ask["second"]]
        say(event="answer", drawings=drawings, way=ask.get("way") or "shape",
            provenance=made("between", options), **head)
    elif ask["do"] == "vary":
        drawings = [triangle({**options, "variability": ask["amount"]}, k) for k in range(ask["n"])]
        say(event="answer", drawings=drawings, provenance=made("varied", options), **head)
    else:
        say(event="failed", message="A model cannot " + ask["do"] + ".", **head)
"""
"""Draws triangles whose shape tells variability and seed; seed 13 kills it. A fan spreads to the right.

Of several drawings measured every fourth is a copy, and every fifth the most surprising."""

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
def fake_estimator(monkeypatch):
    """Runs are estimated by `ESTIMATOR`, and soon; what was asked is listed."""
    ask, asked = Estimates.ask, []

    def ask_fake(estimates, dataset, settings, command=None):
        asked.append((dataset, settings))
        ask(estimates, dataset, settings, command or [sys.executable, "-c", ESTIMATOR])

    monkeypatch.setattr(Estimates, "ask", ask_fake)
    monkeypatch.setattr(estimates_module, "_BREATH_MS", 20)
    return asked


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
