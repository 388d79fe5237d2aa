"""A child process that learns from the artist's decisions: suggestions, look-alikes, likeness.

It hears JSON lines: `{"request": 1, "level": "pages"}` to learn again from what is decided now, with
`"forget": true` after embeddings or pages changed, with `"like": ID` to rank everything by likeness instead.
It says `ready`, then for each request `learnt`, `likest` or `failed`. The newest request wins. It reads the
project only, and ends with its input.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.curate.collection import Collection, learn, likest, load_collection, look_alikes
from engine.jobs.requests import Inbox, answer_all, known_level
from engine.project import decisions
from engine.project.ids import Level
from engine.project.project import Project


def serve(folder: Path) -> None:
    """Learn from a project until the input ends.

    Args:
        folder: The project.

    Raises:
        UserError: if it is no project.
    """
    with Project.open(folder, write=False) as project:
        answer_all(_Pupil(project).answer)


class _Pupil:
    """What was read of each level, kept warm."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._collections: dict[Level, Collection] = {}
        self._told_alike: set[Level] = set()

    def answer(self, request: dict[str, Any], _inbox: Inbox) -> dict[str, Any]:
        """One answer, JSON-ready."""
        level = known_level(request)
        if request.get("forget"):
            self._collections.pop(level, None)
            self._told_alike.discard(level)
        if level not in self._collections:
            self._collections[level] = load_collection(self._project, level)
        if "like" in request:
            ids = [id_ for id_, _ in likest(self._collections[level], str(request["like"]))]
            return {"event": "likest", "ids": ids}
        return self._learn(level)

    def _learn(self, level: Level) -> dict[str, Any]:
        found = learn(self._collections[level], decisions.states(self._project.index, level))
        told: dict[str, Any] = {
            "event": "learnt",
            "level": level,
            "likelihoods": {id_: round(p, 5) for id_, p in found.likelihoods.items()},
            "kinds": {id_: [kind, round(p, 5)] for id_, (kind, p) in found.kinds.items()},
            "missing": found.missing,
            "n_accepted": found.n_accepted,
            "n_rejected": found.n_rejected,
        }
        if level not in self._told_alike:
            self._told_alike.add(level)
            groups = look_alikes(self._project, level).groups
            told["alike"] = [[group.ids, group.reason] for group in groups]
        return told
