"""A child process that keeps a model warm and draws whenever it is asked.

It hears JSON lines, `{"request": 1, "do": "draw", "n": 16, "options": {"variability": 0.5, "seed": 3}}`, and
says JSON lines: `ready` with facts, then parts of answers. Of each kind of request, its `do`, the newest
wins; several kinds are answered side by side, a part of each in turn. It ends with its input. A drawing is a
list of strokes, a stroke a list of `[x, y]` in units.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.jobs.requests import Channels, say


def serve(weights: Path | None = None, project: Path | None = None) -> None:
    """Draw with a checkpoint until the input ends.

    Args:
        weights: The folder of a run, whose best one it is, or a checkpoint file. Without it the first request
            must be `{"do": "load", "weights": ..., "project": ...}`: what takes long is done by then.
        project: The one that is open, whose drawings a model is held against that learnt elsewhere.

    Raises:
        UserError: if it is no run or has no checkpoint yet.
    """
    channels = Channels()
    from engine.jobs.answers import Answers
    from engine.jobs.machine import Machine

    if weights is None:
        told = channels.take_only("load")
        if told is None:
            return
        weights, project = Path(str(told["weights"])), Path(told["project"]) if told.get("project") else None
    machine = Machine(weights, project)
    answers = Answers(machine, say)
    say({"event": "ready", "facts": machine.facts()})
    active: dict[str, Iterator[dict[str, Any]]] = {}
    numbers: dict[str, Any] = {}
    while (fresh := channels.take(wait=not active)) is not None:
        for request in fresh:
            do = str(request.get("do", ""))
            numbers[do] = request.get("request")
            active[do] = answers.to(do, request, partial(channels.has_newer, do))
        for do in list(active):
            _go_on(do, numbers[do], active)


def _go_on(do: str, number: Any, active: dict[str, Iterator[dict[str, Any]]]) -> None:
    """Say the next part of an answer, or why there is none."""
    try:
        said = next(active[do], None)
    except (UserError, ValueError, TypeError, KeyError, IndexError) as error:
        message = f"{do} needs {error}." if isinstance(error, KeyError) else str(error)
        said = {"event": "failed", "message": message}
        del active[do]
    if said is None:
        del active[do]
    elif said:
        say({"request": number, "do": do, **said})
