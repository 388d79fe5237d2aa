"""`search`: the items a query admits, or those that look like a description."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from engine.cli.options import LevelOption, ProjectFolder
from engine.cli.output import Json, Output
from engine.curate.items import Item, items
from engine.curate.search import parse, title
from engine.curate.text_search import DEFAULT_COUNT, search_by_text
from engine.errors import UserError
from engine.project.ids import Level
from engine.project.project import Project


def add_to(app: typer.Typer) -> None:
    """Add this command; a dash in front of a word of the query is no option."""
    app.command("search", context_settings={"ignore_unknown_options": True})(search)


def search(
    project: ProjectFolder,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY...",
            help="Words, and fields such as book:sb44, page:10-20, kind:notes, label:sneer, note:word, "
            "is:accepted, has:note, cluster:3; -word leaves out.",
        ),
    ],
    level: LevelOption = "pages",
    by_text: Annotated[
        bool, typer.Option("--by-text", help="Rank by likeness to a description, such as: two sheep.")
    ] = False,
    count: Annotated[int, typer.Option(min=1, help="With --by-text: at most so many.")] = DEFAULT_COUNT,
    as_json: Json = False,
) -> None:
    """List the pages or drawings that a search finds."""
    unknown = next((word for word in query if word.startswith("--")), None)
    if unknown is not None:
        raise typer.BadParameter(f"No such option: {unknown}")
    text = " ".join(query)
    with Project.open(project, write=False) as opened:
        found = _described(opened, level, text, count) if by_text else _admitted(opened, level, text)
    facts = {"level": level, "query": text, "found": [_facts(item, score) for item, score in found]}
    lines = [_line(item, score) for item, score in found]
    Output(as_json).result(facts, *lines, f"{len(found)} {level if len(found) != 1 else level[:-1]} found.")


Found = list[tuple[Item, float | None]]


def _admitted(project: Project, level: Level, text: str) -> Found:
    parsed = parse(text)
    if parsed.problems:
        # A program that reads the answer must not take everything for what it asked.
        raise UserError(parsed.hint, "Quotes make a word plain text.")
    return [(item, None) for item in items(project, level) if parsed.admits(item)]


def _described(project: Project, level: Level, text: str, count: int) -> Found:
    known = {item.id: item for item in items(project, level)}
    nearest = search_by_text(project, level, text, count)
    return [(known[id_], score) for id_, score in nearest if id_ in known]


def _facts(item: Item, score: float | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": item.id,
        "book": item.book,
        "page": item.page,
        "title": title(item),
        "label": item.label,
        "kind": item.kind,
        "decision": item.decision,
        "note": item.note,
    }
    return facts if score is None else {**facts, "score": round(score, 4)}


def _line(item: Item, score: float | None) -> str:
    rank = "" if score is None else f"{score:.3f}  "
    rest = "  ".join(part for part in (item.label, item.kind, " ".join(item.note.split())) if part)
    return f"{rank}{item.id:<18} {title(item):<26} {item.decision:<10} {rest}".rstrip()
