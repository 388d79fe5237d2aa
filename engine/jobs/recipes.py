"""A child process that tells what a recipe would make of a project's drawings.

It hears JSON lines: `{"request": 1, "what": "preview", "recipe": {...}, "name": NAME}` for counts, and for
pictures `{"what": "drawings", "ids": [...], "recipe": {...}}` or `{"what": "augmented", "id": ID, "augment":
{...}, "recipe": {...}, "n": 8, "seed": 0}`. It says `ready`, then for each request `preview`, `drawings`,
`failed`, or `abandoned` when a newer one came in between. The newest request wins. It reads the project only,
and ends with its input.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.dataset.likeness import Abandoned
from engine.dataset.preview import Previewer
from engine.dataset.recipe import Recipe
from engine.errors import UserError
from engine.jobs.requests import Inbox, answer_all
from engine.project.project import Project
from engine.strokes.types import Drawing

_COPIES = 8
_MOST_COPIES = 200


def serve(folder: Path) -> None:
    """Answer questions about a project's recipes until the input ends.

    Args:
        folder: The project.

    Raises:
        UserError: if it is no project.
    """
    with Project.open(folder, write=False) as project:
        previewer = Previewer(project)

        def answer(request: dict[str, Any], inbox: Inbox) -> dict[str, Any]:
            try:
                return _answer(previewer, request, inbox)
            except Abandoned:
                return {"event": "abandoned"}

        answer_all(answer)


def _answer(previewer: Previewer, request: dict[str, Any], inbox: Inbox) -> dict[str, Any]:
    recipe = Recipe.from_json(request.get("recipe", {}))
    match request.get("what"):
        case "preview":
            return {"event": "preview", **previewer.preview(recipe, str(request.get("name", "")), inbox)}
        case "drawings":
            drawn = previewer.drawings([str(id_) for id_ in request.get("ids", [])], recipe, inbox)
        case "augmented":
            options = Recipe.from_json({"augment": request.get("augment", {})}).augment
            copies = min(int(request.get("n", _COPIES)), _MOST_COPIES), int(request.get("seed", 0))
            drawn = previewer.augmented(str(request.get("id")), options, recipe, copies, inbox)
        case what:
            raise UserError(f"There is no answer to {what!r}.", "Ask for preview, drawings or augmented.")
    return {"event": "drawings", "what": request["what"], "drawings": [_points(one) for one in drawn]}


def _points(drawing: Drawing) -> list[list[list[float]]]:
    return [stroke.round(2).tolist() for stroke in drawing.strokes]
