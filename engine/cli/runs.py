"""`runs`, `stop`, `pause`, `go-on`: what trains, whoever started it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import INCOMPLETE, Json, Output
from engine.jobs.control import Word, ask
from engine.jobs.folder import State, read_status
from engine.jobs.queue import read_queue
from engine.jobs.runs import Run, find_run
from engine.jobs.runs import runs as all_runs
from engine.project.layout import Layout
from engine.project.project import Project

RunName = Annotated[str, typer.Argument(metavar="RUN", help="Such as run001; see `singleline runs`.")]
_PATIENCE_S = 15.0
_GOALS: dict[Word, tuple[State, ...]] = {
    "stop": ("stopped", "done", "failed"),
    "pause": ("paused",),
    "go on": ("running",),
}
"""When a request is fulfilled."""


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("runs")(runs)
    app.command("stop")(stop)
    app.command("pause")(pause)
    app.command("go-on")(go_on)


def runs(project: ProjectFolder, as_json: Json = False) -> None:
    """List the runs of a project: how each stands, and how well it predicts held-out pages."""
    layout = _layout(project)
    waiting = read_queue(layout).waiting
    found = [_facts(run, waiting) for run in all_runs(layout)]
    lines = [_line(facts) for facts in found] or ["No runs yet; start one with `singleline train`."]
    Output(as_json).result({"runs": found}, *lines)


def stop(project: ProjectFolder, run: RunName, as_json: Json = False) -> None:
    """Let a run save and stop, also one in the background or of the window."""
    _ask(project, run, "stop", as_json)


def pause(project: ProjectFolder, run: RunName, as_json: Json = False) -> None:
    """Let a run wait; `go-on` ends that."""
    _ask(project, run, "pause", as_json)


def go_on(project: ProjectFolder, run: RunName, as_json: Json = False) -> None:
    """Let a run that waits go on."""
    _ask(project, run, "go on", as_json)


def _ask(project: Path, run_id: str, word: Word, as_json: bool) -> None:
    """Ask, and wait until it is so."""
    folder = find_run(_layout(project), run_id).folder
    ask(folder, word)
    end = time.monotonic() + _PATIENCE_S
    while (state := read_status(folder).state) not in _GOALS[word] and time.monotonic() < end:
        time.sleep(0.05)
    Output(as_json).result({"run": run_id, "state": state}, f"{run_id} {state}.")
    if state not in _GOALS[word]:
        raise typer.Exit(INCOMPLETE)


def _layout(project: Path) -> Layout:
    with Project.open(project, write=False) as opened:
        return opened.layout


def _facts(run: Run, waiting: tuple[str, ...]) -> dict[str, Any]:
    metrics = run.last_metrics()
    names = ("step", "train_nll", "valid_nll", "information_gain", "steps_per_s", "elapsed_s")
    return {
        "run": run.id,
        "title": run.notes.title,
        "state": run.status.state,
        "place": waiting.index(run.id) + 1 if run.id in waiting else None,
        "dataset": run.dataset,
        "model": run.settings.get("model"),
        **{name: metrics.get(name) for name in names},
        "error": run.status.error,
    }


def _line(facts: dict[str, Any]) -> str:
    state = f"waits, place {facts['place']}" if facts["place"] else facts["state"]
    valid = facts["valid_nll"]
    quality = f"{valid:.3f} nats a point" if valid is not None else "-"
    steps = f"{facts['step']:,} steps" if facts["step"] else "-"
    words = [f"{facts['run']:<8}", f"{state:<15}", f"{quality:<20}", f"{steps:<14}", facts["dataset"]]
    return "  ".join([*words, *([facts["title"]] if facts["title"] else [])])
