"""A child process that keeps a model warm and draws whenever it is asked.

It hears JSON lines, `{"request": 1, "n": 16, "temperature": 0.5, "seed": 3}`, and says JSON lines: `ready`,
then for each request `drawings` as they are finished and `done`. The newest request wins. It ends with its
input.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.jobs.requests import Inbox, say
from engine.jobs.runs import checkpoint_of
from engine.strokes.types import Drawing

_FIRST = 4
_BATCH = 12  # the first few at once so that the grid answers, then in batches worth a matrix product


def serve(weights: Path) -> None:
    """Draw with a checkpoint until the input ends.

    Args:
        weights: The folder of a run, whose best one it is, or a checkpoint file.

    Raises:
        UserError: if it is no run or has no checkpoint yet.
    """
    from engine.sampling.sampler import Sampler

    inbox = Inbox()
    sampler = Sampler.load(weights if weights.is_file() else checkpoint_of(weights))
    say({"event": "ready"})
    while (request := inbox.newest()) is not None:
        try:
            complete = _answer(sampler, request, inbox)
        except (UserError, ValueError, TypeError) as error:
            say({"event": "failed", "request": request.get("request"), "message": str(error)})
        else:
            say({"event": "done" if complete else "superseded", "request": request.get("request")})


def _answer(sampler: Any, request: dict[str, Any], inbox: Inbox) -> bool:
    wanted, seed = int(request.get("n", 16)), int(request.get("seed", 0))
    temperature, done = float(request.get("temperature", 0.5)), 0
    while done < wanted:
        count = min(_FIRST if done == 0 else _BATCH, wanted - done)
        # Each drawing has a seed of its own, so the same one comes back however the grid is cut into batches.
        made = sampler.draw(count, temperature=temperature, seed=seed, first=done, reporter=inbox)
        if inbox.stopped():
            return False
        say(
            {
                "event": "drawings",
                "request": request.get("request"),
                "first": done,
                "drawings": [_points(one) for one in made],
            }
        )
        done += count
    return True


def _points(drawing: Drawing) -> list[list[list[float]]]:
    return [stroke.round(2).tolist() for stroke in drawing.strokes]
