"""A child process that keeps a text tower warm and finds what is described to it.

It hears JSON lines, `{"request": 1, "level": "pages", "text": "two sheep", "count": 60}`, and says JSON
lines: `ready`, then for each request `found` with its `items`, ids and cosines, or `failed` with a `message`.
The newest request wins. It reads the project only, and ends with its input.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.curate.text_search import DEFAULT_COUNT, Scored, TextSearch
from engine.errors import UserError
from engine.jobs.requests import Inbox, say
from engine.project.ids import LEVELS
from engine.project.project import Project


def serve(folder: Path) -> None:
    """Search a project until the input ends.

    Args:
        folder: The project.

    Raises:
        UserError: if it is no project.
    """
    inbox = Inbox()
    with Project.open(folder, write=False) as project:
        search = TextSearch(project)
        say({"event": "ready"})
        while (request := inbox.newest()) is not None:
            number = request.get("request")
            try:
                say({"event": "found", "request": number, "items": _answer(search, request)})
            except (UserError, ValueError, TypeError) as error:
                say({"event": "failed", "request": number, "message": str(error)})


def _answer(search: TextSearch, request: dict[str, Any]) -> list[Scored]:
    level = request.get("level", "pages")
    if level not in LEVELS:
        raise UserError(f"There is no level {level!r}.", f"Ask for {' or '.join(LEVELS)}.")
    return search.search(level, str(request.get("text", "")), int(request.get("count", DEFAULT_COUNT)))
