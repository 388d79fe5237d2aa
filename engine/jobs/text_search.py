"""A child process that keeps a text tower warm and finds what is described to it.

It hears JSON lines, `{"request": 1, "level": "pages", "text": "two sheep", "count": 60}`, and says JSON
lines: `ready`, then for each request `found` with its `items`, ids and cosines, or `failed` with a `message`.
The newest request wins. It reads the project only, and ends with its input.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.curate.text_search import DEFAULT_COUNT, TextSearch
from engine.jobs.requests import Inbox, answer_all, known_level
from engine.project.project import Project


def serve(folder: Path) -> None:
    """Search a project until the input ends.

    Args:
        folder: The project.

    Raises:
        UserError: if it is no project.
    """
    with Project.open(folder, write=False) as project:
        search = TextSearch(project)

        def answer(request: dict[str, Any], _inbox: Inbox) -> dict[str, Any]:
            text, count = str(request.get("text", "")), int(request.get("count", DEFAULT_COUNT))
            return {"event": "found", "items": search.search(known_level(request), text, count)}

        answer_all(answer)
