"""A child process that keeps a model warm and draws whenever it is asked.

It hears JSON lines, `{"request": 1, "n": 16, "temperature": 0.5, "seed": 3}`, and says JSON lines: `ready`,
then for each request `drawings` as they are finished and `done`. The newest request wins. It ends with its
input.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.jobs.runs import checkpoint_of
from engine.project.progress import Silent
from engine.strokes.types import Drawing

_FIRST = 4
_BATCH = 12  # the first few at once so that the grid answers, then in batches worth a matrix product


class _Inbox(Silent):
    """Requests from the parent; as a reporter it stops the one in hand when a newer one has come."""

    def __init__(self) -> None:
        self._requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def newest(self) -> dict[str, Any] | None:
        """Wait for a request and take the newest; None when the parent is gone."""
        request = self._requests.get()
        while request is not None and not self._requests.empty():
            request = self._requests.get()
        return request

    def stopped(self) -> bool:
        """Whether something newer waits."""
        return not self._requests.empty()

    def _listen(self) -> None:
        # Straight from the descriptor: a daemon thread inside sys.stdin's buffer aborts the program at exit.
        rest = b""
        while chunk := os.read(0, 65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                try:
                    request = json.loads(line)
                except ValueError:
                    continue
                if isinstance(request, dict):
                    self._requests.put(request)
        self._requests.put(None)


def serve(folder: Path) -> None:
    """Draw with a run's best checkpoint until the input ends.

    Args:
        folder: The run's folder.

    Raises:
        UserError: if it is no run or has no checkpoint yet.
    """
    from engine.sampling.sampler import Sampler

    inbox = _Inbox()
    sampler = Sampler.load(checkpoint_of(folder))
    _say({"event": "ready"})
    while (request := inbox.newest()) is not None:
        try:
            complete = _answer(sampler, request, inbox)
        except (UserError, ValueError, TypeError) as error:
            _say({"event": "failed", "request": request.get("request"), "message": str(error)})
        else:
            _say({"event": "done" if complete else "superseded", "request": request.get("request")})


def _answer(sampler: Any, request: dict[str, Any], inbox: _Inbox) -> bool:
    wanted, seed = int(request.get("n", 16)), int(request.get("seed", 0))
    temperature, done = float(request.get("temperature", 0.5)), 0
    while done < wanted:
        count = min(_FIRST if done == 0 else _BATCH, wanted - done)
        # Each drawing has a seed of its own, so the same one comes back however the grid is cut into batches.
        made = sampler.draw(count, temperature=temperature, seed=seed, first=done, reporter=inbox)
        if inbox.stopped():
            return False
        _say(
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


def _say(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()
