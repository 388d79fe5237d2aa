"""`history`, `merge`: what was decided, the way back to it, and what somebody else decided in a copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import INCOMPLETE, Json, Output
from engine.curate import merge as merging
from engine.curate.history import Entry, describe, gestures_back_to
from engine.curate.history import history as history_of
from engine.curate.merge import Conflict, Merge, Prefer
from engine.errors import UserError
from engine.project.ids import Level
from engine.project.log import Gesture
from engine.project.project import Project
from engine.trace.store import refresh_drawings

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("history")(history)
    app.command("merge")(merge)


def history(
    project: ProjectFolder,
    last: Annotated[int, typer.Option(min=0, help="Only the last so many entries; 0: all.")] = 20,
    level: Annotated[Level | None, typer.Option(help="Only pages, or only drawings.")] = None,
    back_to: Annotated[
        int | None,
        typer.Option(min=0, help="Go back to what stood after this entry (0: the beginning)."),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """What was decided, mended, noted and named, the latest last; or go back to one of the entries."""
    if back_to is None:
        if dry_run:
            raise UserError("There is nothing to try.", "--dry-run goes with --back-to.")
        with Project.open(project, write=False) as opened:
            found = [one for one in history_of(opened) if level in (None, one.level)]
        _list(Output(as_json), found, last)
        return
    with Project.open(project, write=not dry_run) as opened:
        gestures = [one for one in gestures_back_to(opened, back_to) if level in (None, one.level)]
        if not dry_run:
            carry_out(opened, gestures)
    facts = {"back_to": back_to, "dry_run": dry_run, "changed": changed(gestures)}
    Output(as_json).result(facts, _went_back(back_to, gestures, dry_run))


def _went_back(number: int, gestures: list[Gesture], dry_run: bool) -> str:
    goal = f"entry {number}" if number else "the beginning"
    if not gestures:
        return f"Everything is as it was at {goal}."
    words = "; ".join(described(one) for one in gestures)
    return f"{'To go' if dry_run else 'Went'} back to {goal}: {words}."


def _list(output: Output, found: list[Entry], last: int) -> None:
    shown = found[-last:] if last else found
    facts = {
        "count": len(found),
        "entries": [
            {
                "number": one.number,
                "time": one.time,
                "level": one.level,
                "sentence": one.sentence,
                "takes_back": one.takes_back,
                "taken_back_by": one.taken_back_by,
                "how": one.gesture.how,
            }
            for one in shown
        ],
    }
    lines = [_line(one) for one in shown] or ["Nothing was decided yet."]
    if len(shown) < len(found):
        lines.insert(0, f"({len(found) - len(shown)} earlier entries: --last 0 lists all)")
    output.result(facts, *lines)


def _line(entry: Entry) -> str:
    back = f"  (taken back by {entry.taken_back_by})" if entry.taken_back_by else ""
    return f"{entry.number:>5}  {_local(entry.time)}  {entry.sentence}{back}"


def _local(time: str) -> str:
    """A log's time by the clock on the wall."""
    try:
        return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return f"{time:<16.16}"


def merge(
    project: ProjectFolder,
    other: Annotated[
        Path, typer.Argument(metavar="OTHER", help="Another project, or a decisions.jsonl; only read.")
    ],
    prefer: Annotated[
        Prefer | None,
        typer.Option(help="Who is right where both decided differently; by default ours, and it stays open."),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Take over what somebody else decided in a copy of the project, and tell where you disagree."""
    output = Output(as_json)
    with Project.open(project, write=not dry_run) as opened:
        told = merging.read_other(opened, other)
        plan = merging.plan_merge(opened, told, prefer)
        if not dry_run:
            carry_out(opened, plan.gestures)
    _tell(output, plan, dry_run)
    if plan.conflicts and not plan.settled:
        raise typer.Exit(INCOMPLETE)


def _tell(output: Output, plan: Merge, dry_run: bool) -> None:
    facts = {
        "dry_run": dry_run,
        "common": plan.common,
        "taken": plan.taken,
        "same": plan.same,
        "changed": changed(plan.gestures),
        "conflicts": [
            {
                "level": one.level,
                "field": one.field,
                "id": one.id,
                "ours": one.ours,
                "theirs": one.theirs,
                "our_time": one.our_time,
                "their_time": one.their_time,
                "kept": one.kept,
            }
            for one in plan.conflicts
        ],
        "settled": plan.settled,
        "not_here": [{"level": level, "id": id_} for level, id_ in plan.not_here],
        "unread": plan.unread,
    }
    output.list_failures([(id_, f"none of the {level} here") for level, id_ in plan.not_here], "not here")
    lines = [_conflict(one) for one in plan.conflicts]
    if plan.conflicts and not plan.settled:
        lines.append("Ours is kept. Settle it with --prefer ours, theirs or newest.")
    if plan.unread:
        lines.append(f"{plan.unread} lines of the other log cannot be read; they were passed over.")
    verb = "would be taken" if dry_run else "taken"
    counts = f"{plan.taken} values {verb} over, {plan.same} were the same, {len(plan.conflicts)} conflicts."
    words = [described(one) for one in plan.gestures if changes_anything(one)]
    output.result(facts, *lines, *(f"{one}." for one in words), counts)


def _conflict(one: Conflict) -> str:
    ours, theirs = (_value(one.field, value) for value in (one.ours, one.theirs))
    kept = "" if one.kept == "ours" else "  -> theirs"
    return (
        f"{one.id}: {one.field}: ours {ours} ({_local(one.our_time)}), "
        f"theirs {theirs} ({_local(one.their_time)}){kept}"
    )


def _value(field: str, value: Any) -> str:
    if field in ("name", "mends"):
        return f"{len(value)} {'members' if field == 'name' else 'mends'}"
    return str(value).replace("\n", " ") or "none"


def carry_out(project: Project, gestures: Iterable[Gesture]) -> None:
    """Decide, and let the drawings of mended pages follow."""
    for gesture in gestures:
        project.decide(gesture)
        for page_id in gesture.mends:
            refresh_drawings(project, page_id)


def changed(gestures: Iterable[Gesture]) -> dict[str, dict[str, int]]:
    """How many items get each decision and a kind, and how many notes, names and lists of mends change."""
    facts: dict[str, dict[str, int]] = {}
    for gesture in gestures:
        counts: dict[str, int] = {decision: len(ids) for decision, ids in gesture.decisions.items()}
        counts["kinds"] = sum(len(ids) for ids in gesture.kinds.values())
        counts |= {"notes": len(gesture.notes), "names": len(gesture.names), "mends": len(gesture.mends)}
        facts[gesture.level] = counts
    return facts


def changes_anything(gesture: Gesture) -> bool:
    """Whether it sets something: a merge may only remember that both sides had the same."""
    return bool(gesture.ids or gesture.names or gesture.mends)


def described(gesture: Gesture) -> str:
    """What a gesture does in itself, whatever it came from: `accept 12 pages`."""
    return describe(replace(gesture, how={}))
