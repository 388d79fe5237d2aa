"""Runs that wait for their turn: which, in what order, and how many train side by side."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from engine.project.atomic import write_json
from engine.project.layout import Layout

MOST_SIDE_BY_SIDE = 8


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits.

    Attributes:
        waiting: Ids of runs, the next one first.
        side_by_side: How many may train at the same time.
    """

    waiting: tuple[str, ...] = ()
    side_by_side: int = 1

    def added(self, run_id: str, *, first: bool = False) -> Queue:
        """With a run at the end, or in front; one that waits already changes its place."""
        others = self.without(run_id).waiting
        return replace(self, waiting=(run_id, *others) if first else (*others, run_id))

    def without(self, run_id: str) -> Queue:
        """With a run taken out."""
        return replace(self, waiting=tuple(one for one in self.waiting if one != run_id))

    def moved(self, run_id: str, step: int) -> Queue:
        """With a run `step` places later (negative: earlier); one that does not wait moves nothing."""
        if run_id not in self.waiting:
            return self
        others = list(self.without(run_id).waiting)
        others.insert(max(self.waiting.index(run_id) + step, 0), run_id)
        return replace(self, waiting=tuple(others))


def read_queue(layout: Layout) -> Queue:
    """The queue as it was left; runs that are gone wait no longer, and what cannot be read is empty."""
    try:
        found = json.loads(_file(layout).read_text("utf-8"))
        waiting = tuple(str(one) for one in found["waiting"] if (layout.runs / str(one)).is_dir())
        return Queue(waiting, min(max(int(found["side_by_side"]), 1), MOST_SIDE_BY_SIDE))
    except (OSError, ValueError, KeyError, TypeError):
        return Queue()


def write_queue(layout: Layout, queue: Queue) -> None:
    """Keep the queue. Raises UserError if it cannot be written."""
    write_json(_file(layout), asdict(queue))


def _file(layout: Layout) -> Path:
    return layout.runs / "queue.json"
