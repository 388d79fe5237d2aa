"""`suggest`, `similar`, `duplicates`, `call`, `note`: what the machine sees, and the artist's own words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import LevelOption, ProjectFolder
from engine.cli.output import Json, Output
from engine.curate import marks
from engine.curate.collection import learn, likest, load_collection, look_alikes
from engine.curate.items import items
from engine.curate.learnt import Learnt
from engine.curate.names import named_cluster
from engine.errors import UserError
from engine.project import decisions
from engine.project.ids import Decision, Level
from engine.project.log import Gesture
from engine.project.project import Project

Count = Annotated[int, typer.Option("-n", min=1, help="How many to list.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("suggest")(suggest)
    app.command("similar")(similar)
    app.command("duplicates")(duplicates)
    app.command("call")(call)
    app.command("note")(note)


def suggest(
    project: ProjectFolder,
    level: LevelOption = "pages",
    accept_over: Annotated[
        float | None, typer.Option(min=0.5, max=1.0, help="Accept all at least so likely; one gesture.")
    ] = None,
    reject_under: Annotated[
        float | None, typer.Option(min=0.0, max=0.5, help="Reject all at most so likely; one gesture.")
    ] = None,
    count: Count = 20,
    as_json: Json = False,
) -> None:
    """Learn from what is decided, and say what you would accept; the least certain first."""
    with Project.open(project) as opened:
        learnt = learn(load_collection(opened, level), decisions.states(opened.index, level))
        _need_examples(learnt)
        taken: dict[Decision, list[str]] = {}
        if accept_over is not None:
            taken["accepted"] = _take(opened, level, learnt, "accepted", (accept_over, 1.0))
        if reject_under is not None:
            taken["rejected"] = _take(opened, level, learnt, "rejected", (0.0, reject_under))
    order = sorted(learnt.likelihoods, key=lambda id_: abs(learnt.likelihoods[id_] - 0.5))
    facts = {
        "level": level,
        "learnt_from": {"accepted": learnt.n_accepted, "rejected": learnt.n_rejected},
        "suggestions": [{"id": id_, "likelihood": round(learnt.likelihoods[id_], 4)} for id_ in order],
        "kinds": {id_: {"kind": kind, "likelihood": round(p, 4)} for id_, (kind, p) in learnt.kinds.items()},
        **{str(name): len(ids) for name, ids in taken.items()},
    }
    lines = [f"{id_:<28} {learnt.likelihoods[id_]:.2f}{_kind(learnt, id_)}" for id_ in order[:count]]
    lines += [f"{len(ids)} {level} {name}." for name, ids in taken.items()]
    learnt_from = f"Learnt from {learnt.n_accepted} accepted and {learnt.n_rejected} rejected {level}."
    Output(as_json).result(facts, *lines, learnt_from)


def _need_examples(learnt: Learnt) -> None:
    if any(learnt.missing):
        accepted, rejected = learnt.missing
        raise UserError(
            f"Too little to learn from: {accepted} more accepted and {rejected} more rejected are needed.",
            "Decide about a few with `singleline mark` or in the window; embed them with `singleline embed`.",
        )


def _take(
    project: Project, level: Level, learnt: Learnt, decision: Decision, likelihood: tuple[float, float]
) -> list[str]:
    """Decide about everything whose likelihood lies between two bounds, as one gesture."""
    low, high = likelihood
    ids = [id_ for id_, p in learnt.likelihoods.items() if low <= p <= high]
    if ids:
        marks.mark(project, decision, ids, level=level, how={"by": "suggestion", "from": low, "to": high})
    return ids


def _kind(learnt: Learnt, id_: str) -> str:
    kind, p = learnt.kinds.get(id_, ("", 0.0))
    return f"  perhaps {kind} ({p:.2f})" if kind else ""


def similar(
    project: ProjectFolder,
    item: Annotated[str, typer.Argument(metavar="ID", help="A page or a drawing.")],
    count: Count = 12,
    as_json: Json = False,
) -> None:
    """List what looks most like a page or a drawing."""
    level: Level = "drawings" if "/" in item else "pages"
    with Project.open(project, write=False) as opened:
        _known(opened, level, [item])
        found = likest(load_collection(opened, level), item)[1 : count + 1]
    if not found:
        raise UserError(f"{item} is not embedded.", f"Run `singleline embed PROJECT --level {level}` first.")
    facts = {"id": item, "similar": [{"id": id_, "likeness": round(p, 4)} for id_, p in found]}
    Output(as_json).result(facts, *(f"{id_:<28} {p:.3f}" for id_, p in found))


def duplicates(
    project: ProjectFolder,
    level: LevelOption = "pages",
    keep_first: Annotated[
        bool,
        typer.Option("--keep-first", help="Accept the first of each group, reject the others; one gesture."),
    ] = False,
    as_json: Json = False,
) -> None:
    """List what is there twice: two scans of one page, the same file, pictures that look the same."""
    with Project.open(project) as opened:
        groups = look_alikes(opened, level).groups
        if keep_first and groups:
            first = tuple(group.ids[0] for group in groups)
            rest = tuple(id_ for group in groups for id_ in group.ids[1:])
            opened.decide(Gesture(level, {"accepted": first, "rejected": rest}, how={"by": "look-alikes"}))
    facts = {
        "level": level,
        "groups": [{"ids": list(group.ids), "reason": group.reason} for group in groups],
        "kept": len(groups) if keep_first else 0,
    }
    Output(as_json).result(
        facts,
        *(f"{', '.join(group.ids)}: {group.reason}" for group in groups),
        f"{len(groups)} groups of look-alikes.",
    )


def call(
    project: ProjectFolder,
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="What they are; empty to take their kind away.")
    ],
    level: LevelOption = "pages",
    cluster: Annotated[
        str | None, typer.Option(help="All items of this cluster: a number, or its name.")
    ] = None,
    ids: Annotated[
        Path | None, typer.Option(help="A file of ids, one a line, or a CSV with the column id.")
    ] = None,
    item: Annotated[list[str] | None, typer.Option("--id", help="One id; may be given again.")] = None,
    as_json: Json = False,
) -> None:
    """Say what kind pages or drawings are: watercolour, notes, cover, or a word of your own."""
    given = [value for value in (cluster, ids, item) if value is not None]
    if len(given) != 1:
        raise UserError("It must be clear which are meant.", "Give one of --cluster, --ids, --id.")
    with Project.open(project) as opened:
        if cluster is not None:
            chosen = marks.in_cluster(opened, named_cluster(opened, cluster, level), level)
        elif ids is not None:
            chosen = marks.listed_in(opened, ids, level)
        else:
            chosen = _known(opened, level, item or [])
        opened.decide(Gesture(level, kinds={kind.strip(): tuple(chosen)}, how={"by": "command"}))
    facts = {"level": level, "kind": kind.strip(), "called": len(chosen)}
    Output(as_json).result(facts, f"{len(chosen)} {level} are called {kind.strip() or 'nothing'}.")


def note(
    project: ProjectFolder,
    item: Annotated[str, typer.Argument(metavar="ID", help="A page or a drawing.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to write; empty to take the note away.")],
    as_json: Json = False,
) -> None:
    """Write a note about a page or a drawing; `singleline search` finds its words."""
    level: Level = "drawings" if "/" in item else "pages"
    with Project.open(project) as opened:
        _known(opened, level, [item])
        opened.decide(Gesture(level, notes={item: text.strip()}, how={"by": "command"}))
    Output(as_json).result({"id": item, "note": text.strip()}, f"{item}: {text.strip() or 'no note'}")


def _known(project: Project, level: Level, ids: list[str]) -> list[str]:
    there = {one.id for one in items(project, level)}
    missing = next((id_ for id_ in ids if id_ not in there), None)
    if missing is not None:
        raise UserError(
            f"{missing!r} is not one of the {level}.",
            f"See the ids with `singleline export PROJECT items --level {level} -o F.csv`.",
        )
    return ids
