"""`mend`: what the tracer got wrong on a page, put right by pointing at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from engine.cli.options import ProjectFolder
from engine.cli.output import Json, Output
from engine.errors import UserError
from engine.project.project import Project
from engine.trace.mends.apply import Mended, connect_at, cut_at, stroke_near, swap_at
from engine.trace.mends.records import (
    Delete,
    Mend,
    Move,
    Point,
    Reverse,
    SetApart,
    StartAt,
    StrokeHandle,
    TakeBack,
    handle_of,
    name_of,
    place_of,
    to_json,
)
from engine.trace.store import mend_gesture, mended_of, mends_of, refresh_drawings


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command("mend")(mend)


def mend(
    project: ProjectFolder,
    page: Annotated[str, typer.Argument(metavar="PAGE", help="A page's id.")],
    action: Annotated[
        str | None,
        typer.Argument(
            metavar="ACTION",
            help="At one place: swap (a crossing), cut, delete, reverse, start, set-apart, take-back (an "
            "annotation), move (to a drawing of its own). At two: connect (two ends), move (to the second's "
            "drawing), cut (along the direction from the first to the second).",
        ),
    ] = None,
    places: Annotated[
        list[float] | None, typer.Argument(metavar="X Y...", help="Where, pixels of the scan.")
    ] = None,
    turn: Annotated[int, typer.Option(min=1, max=2, help="swap: which of the two other pairings.")] = 1,
    reach: Annotated[float, typer.Option(min=1, help="How far from the place to look, px.")] = 40.0,
    list_: Annotated[bool, typer.Option("--list", help="List the page's mends.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last mend back.")] = False,
    as_json: Json = False,
) -> None:
    """Mend a traced page by hand; mends survive tracing again."""
    if [bool(action), list_, undo].count(True) != 1:
        raise UserError("It is not clear what to do.", "Give one action, --list or --undo.")
    with Project.open(project) as opened:
        mended, mends = mended_of(opened, page), mends_of(opened, page)
        if mended is None:
            raise UserError(f"{page} is not traced.", "Trace it first: `singleline trace PROJECT`.")
        if list_:
            _tell(Output(as_json), page, mends, mended, *_listed(mends, mended))
            return
        if action:
            made = _made(_Pointer(mended, reach, turn), action, places or [])
            mends, said = (*mends, made), _words(made)
        elif mends:
            mends, said = mends[:-1], f"{_words(mends[-1])} taken back"
        else:
            raise UserError(f"{page} has no mends.", "There is nothing to take back.")
        opened.decide(mend_gesture(page, mends, {"by": "command", "action": action or "undo"}))
        refresh_drawings(opened, page)
        mended = mended_of(opened, page) or mended
    _tell(Output(as_json), page, mends, mended, f"{page}: {said}.")


def _tell(output: Output, page: str, mends: tuple[Mend, ...], mended: Mended, *lines: str) -> None:
    gone = set(mended.lapsed)
    facts = {
        "page": page,
        "mends": [{**to_json(one), "lapsed": k in gone} for k, one in enumerate(mends)],
        "strokes": len(mended.trace.spliced),
        "drawings": len(mended.trace.drawings),
        "annotations": len(mended.trace.annotations),
    }
    counts = {"stroke": facts["strokes"], "drawing": facts["drawings"], "mend": len(mends)}
    words = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items()]
    output.result(facts, *lines, f"{', '.join(words)}, {len(gone)} lapsed.")


def _listed(mends: tuple[Mend, ...], mended: Mended) -> list[str]:
    gone = set(mended.lapsed)
    return [
        f"{k + 1:>3}  {_words(one)}{'  (lapsed: not found in this trace)' if k in gone else ''}"
        for k, one in enumerate(mends)
    ]


@dataclass(frozen=True, slots=True)
class _Pointer:
    """Finds what the artist points at.

    Attributes:
        mended: The page as it is now.
        reach: How far from a place to look, px.
        turn: Which other pairing of a crossing.
    """

    mended: Mended
    reach: float
    turn: int

    def stroke(self, at: Point, *, apart: bool = False) -> StrokeHandle:
        """The stroke, or the annotation, at a place."""

        strokes = self.mended.trace.annotations if apart else self.mended.trace.spliced
        found = stroke_near(strokes, at, self.reach)
        if found is None:
            raise self.nothing("annotation" if apart else "stroke", at)
        return handle_of(strokes[found])

    def nothing(self, what: str, at: Point) -> UserError:
        """The error for a place where there is nothing."""
        return UserError(
            f"There is no {what} within {self.reach:g} px of {at[0]:g}, {at[1]:g}.",
            "Look at the page in the window, or try a greater --reach.",
        )


def _made(pointer: _Pointer, action: str, numbers: list[float]) -> Mend:
    """The mend that an action at some places stands for."""
    if action not in _ACTIONS:
        raise UserError(f"There is no action {action}.", f"There are {', '.join(_ACTIONS)}.")
    places = list(zip(numbers[::2], numbers[1::2], strict=False))
    fewest, most, make = _ACTIONS[action]
    if len(numbers) % 2 or not fewest <= len(places) <= most:
        count = f"{fewest}" if fewest == most else f"{fewest} or {most}"
        raise UserError(
            f"{action} was given {len(numbers)} numbers.", f"It needs {count} place(s), X and Y for each."
        )
    return make(pointer, places)


def _swap(pointer: _Pointer, places: list[Point]) -> Mend:
    found = swap_at(pointer.mended.trace, places[0], pointer.reach, pointer.turn)
    if found is None:
        raise pointer.nothing("crossing", places[0])
    return found


def _connect(pointer: _Pointer, places: list[Point]) -> Mend:
    found = connect_at(pointer.mended.trace, places[0], places[1], pointer.reach)
    if found is None:
        raise pointer.nothing("pair of stroke ends", places[0])
    return found


def _cut(pointer: _Pointer, places: list[Point]) -> Mend:
    along = (places[1][0] - places[0][0], places[1][1] - places[0][1]) if len(places) > 1 else (0.0, 0.0)
    found = cut_at(pointer.mended.trace, places[0], along, pointer.reach)
    if found is None:
        raise pointer.nothing("stroke", places[0])
    return found


def _delete(pointer: _Pointer, places: list[Point]) -> Mend:
    return Delete(pointer.stroke(places[0]))


def _reverse(pointer: _Pointer, places: list[Point]) -> Mend:
    return Reverse(pointer.stroke(places[0]))


def _start(pointer: _Pointer, places: list[Point]) -> Mend:
    return StartAt(pointer.stroke(places[0]), places[0])


def _move(pointer: _Pointer, places: list[Point]) -> Mend:
    return Move(pointer.stroke(places[0]), pointer.stroke(places[1]) if len(places) > 1 else None)


def _take_back(pointer: _Pointer, places: list[Point]) -> Mend:
    return TakeBack(pointer.stroke(places[0], apart=True))


def _set_apart(pointer: _Pointer, places: list[Point]) -> Mend:
    return SetApart(pointer.stroke(places[0]))


_ACTIONS: dict[str, tuple[int, int, Callable[[_Pointer, list[Point]], Mend]]] = {
    "swap": (1, 1, _swap),
    "connect": (2, 2, _connect),
    "cut": (1, 2, _cut),
    "delete": (1, 1, _delete),
    "reverse": (1, 1, _reverse),
    "start": (1, 1, _start),
    "move": (1, 2, _move),
    "take-back": (1, 1, _take_back),
    "set-apart": (1, 1, _set_apart),
}
"""Fewest and most places of each, and how it is made."""


def _words(mend: Mend) -> str:
    """A mend in a few words, with its place."""
    x, y = place_of(mend)
    return f"{name_of(mend)} at {x:.0f}, {y:.0f}"
