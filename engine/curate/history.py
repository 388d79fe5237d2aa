"""History: the decision log as sentences, and the way back to any of them. Light on purpose: no numpy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.curate.replay import Standing, differences, gestures_of, standings, way
from engine.errors import UserError
from engine.project import log
from engine.project.ids import LEVELS, Decision, Level
from engine.project.log import Gesture
from engine.project.project import Project

BY = "history"
"""`how["by"]` of a gesture that goes back; `how["back_to"]` is the number of the entry it goes back to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One gesture of the log, for people.

    Attributes:
        number: Its place in the log, from 1; it never changes.
        time: ISO 8601, UTC.
        level: Pages or drawings.
        sentence: What happened: `accepted 12 pages by lasso`.
        takes_back: The number of the gesture this one took back; None when it took none back.
        taken_back_by: The number of the entry that took this one back and that stands itself; None while
            this one counts.
        gesture: What the log holds.
    """

    number: int
    time: str
    level: Level
    sentence: str
    takes_back: int | None
    taken_back_by: int | None
    gesture: Gesture


def history(project: Project) -> list[Entry]:
    """Everything that was ever decided, oldest first; lines torn by a crash are not counted."""
    return entries(list(log.read(project.layout.decisions)))


def entries(gestures: Sequence[Gesture]) -> list[Entry]:
    """`history`, of gestures in the order they were made."""
    undone = _undone(gestures)
    gone = _taken_back(gestures, undone)
    mends: dict[str, tuple[dict[str, Any], ...]] = {}
    found: list[Entry] = []
    for number, gesture in enumerate(gestures, 1):
        of = undone.get(number)
        sentence = f"took back: {found[of - 1].sentence}" if of else _sentence(gesture, mends)
        mends.update(gesture.mends)
        found.append(
            Entry(number, gesture.time, gesture.level, sentence, of, gone.get(number), gesture),
        )
    return found


def state_after(project: Project, number: int) -> Standing:
    """What stood after an entry; 0 is the beginning, where nothing was decided.

    Raises:
        UserError: if the log has no such entry.
    """
    gestures = list(log.read(project.layout.decisions))
    _check(number, gestures)
    return standings(gestures, [number])[number]


def gestures_back_to(project: Project, number: int) -> list[Gesture]:
    """The gestures that lead from now to what stood after an entry.

    Nothing is taken out of the log: going back is one more entry, and can be taken back itself.

    Args:
        project: The project; nothing is written.
        number: The entry; 0 is the beginning.

    Returns:
        At most one gesture a level, with all its decisions, kinds, notes, names and mends; none where
        everything is as it was then. Drawings of the pages in `mends` must follow (`refresh_drawings`).

    Raises:
        UserError: if the log has no such entry.
    """
    gestures = list(log.read(project.layout.decisions))
    _check(number, gestures)
    found = standings(gestures, {number, len(gestures)})
    wanted = differences(found[len(gestures)], found[number])
    return gestures_of(wanted, {"by": BY, "back_to": number})


def _check(number: int, gestures: Sequence[Gesture]) -> None:
    if not 0 <= number <= len(gestures):
        raise UserError(
            f"There is no entry {number} in the history.",
            f"Its entries are 1 to {len(gestures)}; 0 is the beginning." if gestures else "It is empty.",
        )


def _undone(gestures: Sequence[Gesture]) -> dict[int, int]:
    """Which entry each undo takes back: the last one made in the same way about the same things."""
    open_: dict[tuple[object, ...], list[int]] = {}
    found: dict[int, int] = {}
    for number, gesture in enumerate(gestures, 1):
        made = open_.setdefault(_about(gesture), [])
        if way(gesture).get("by") == "undo":
            of = way(gesture).get("of")
            at = next((k for k in reversed(range(len(made))) if gestures[made[k] - 1].how == of), None)
            if at is not None:
                found[number] = made.pop(at)
        made.append(number)
    return found


def _about(gesture: Gesture) -> tuple[object, ...]:
    """What a gesture sets, whatever it sets it to; the same for the gesture that takes it back."""
    ids: list[Iterable[str]] = [
        (id_ for group in gesture.decisions.values() for id_ in group),
        (id_ for group in gesture.kinds.values() for id_ in group),
        gesture.notes,
        gesture.names,
        gesture.mends,
    ]
    # Hashes in the place of the sets: a long log need not be in memory twice.
    return (gesture.level, *(hash(frozenset(some)) for some in ids))


def _taken_back(gestures: Sequence[Gesture], undone: Mapping[int, int]) -> dict[int, int]:
    """Entries that do not count, each with the entry that took it back.

    Read from the end: an undo that was taken back itself takes nothing back, and of what lies between a
    going back and its goal nothing counts, neither gestures nor undos.
    """
    gone: dict[int, int] = {}
    for level in LEVELS:
        back, goal = 0, len(gestures)
        for number in range(len(gestures), 0, -1):
            gesture = gestures[number - 1]
            if gesture.level != level or number in gone:
                continue
            if number > goal:
                gone[number] = back
            elif number in undone:
                gone[undone[number]] = number
            elif way(gesture).get("by") == BY and isinstance(gesture.how.get("back_to"), int):
                back, goal = number, gesture.how["back_to"]
    return gone


_Verb = tuple[str, str]

_DECIDE: dict[Decision, _Verb] = {
    "accepted": ("accept", "accepted"),
    "rejected": ("reject", "rejected"),
    "undecided": ("clear", "cleared"),
}
_MEND: dict[str, tuple[str, str, str]] = {
    "swap": ("swap", "swapped", "a crossing"),
    "connect": ("connect", "connected", "two ends"),
    "cut": ("cut", "cut", "a line"),
    "delete": ("delete", "deleted", "a stroke"),
    "reverse": ("reverse", "reversed", "a stroke"),
    "start": ("set", "set", "the start of a stroke"),
    "move": ("move", "moved", "a stroke to a drawing"),
    "take-back": ("take back", "took back", "an annotation"),
    "set-apart": ("set apart", "set apart", "a stroke"),
}
_WAYS = {
    "lasso": "by lasso",
    "box": "by box",
    "cluster": "by cluster",
    "class": "as a group",
    "suggestion": "by suggestion",
    "suggestions": "by suggestion",
    "duplicates": "as duplicates",
    "labels": "from labels",
    "command": "on the command line",
}
"""How a gesture came about, where that says more than "one by one"."""

_MOST_PARTS = 4  # of a sentence; what sets more is told by its sum
_MOST_OF_A_SORT = 2  # kinds or names that are told one by one


def describe(
    gesture: Gesture,
    *,
    past: bool = False,
    mends: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> str:
    """What a gesture does, in a few words.

    Args:
        gesture: Any gesture.
        past: Say `accepted 12 pages`; else `accept 12 pages`, as the undo action calls it.
        mends: The mends there were before, by page, where they are known: a gesture holds whole lists.

    Returns:
        The words; `nothing` for a gesture that sets nothing.
    """
    how = way(gesture)
    by = how.get("by")
    if by == BY:
        goal = how.get("back_to")
        return f"{_say(('go', 'went'), past)} back to {f'entry {goal}' if goal else 'the beginning'}"
    parts = list(_parts(gesture, past, mends or {}))
    if len(parts) > _MOST_PARTS:
        parts = [f"{_say(('decide', 'decided'), past)} about {_count(len(gesture.ids), gesture.level)}"]
    words = ", ".join(parts) or "nothing"
    if by in ("merge", "import"):
        verb = ("merge", "merged") if by == "merge" else ("import", "imported")
        return f"{_say(verb, past)} {how.get('of', 'decisions')}: {words}"
    return f"{_say(('take back', 'took back'), past)}: {words}" if by == "undo" else words


def _sentence(gesture: Gesture, mends: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    words = describe(gesture, past=True, mends=mends)
    how = way(gesture)
    selected = how.get("selected")
    by = (selected if isinstance(selected, dict) else how).get("by")
    known = _WAYS.get(by) if isinstance(by, str) else None
    return f"{words} {known}" if known else words


def _parts(gesture: Gesture, past: bool, mends: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    level = gesture.level
    for decision, ids in gesture.decisions.items():
        yield f"{_say(_DECIDE[decision], past)} {_count(len(ids), level)}"
    yield from _kinds(gesture, past)
    written = [id_ for id_, note in gesture.notes.items() if note]
    if written:
        where = written[0] if len(written) == 1 else _count(len(written), level)
        yield f"{_say(('write', 'wrote'), past)} {'a note' if len(written) == 1 else 'notes'} on {where}"
    if len(written) < len(gesture.notes):
        blank = _count(len(gesture.notes) - len(written), level)
        yield f"{_say(('take', 'took'), past)} the note from {blank}"
    yield from _names(gesture, past)
    if len(gesture.mends) > _MOST_OF_A_SORT:
        yield f"{_say(('change', 'changed'), past)} the mends of {_count(len(gesture.mends), 'pages')}"
        return
    for page_id, ops in gesture.mends.items():
        yield _mended(page_id, ops, mends.get(page_id), past)


def _kinds(gesture: Gesture, past: bool) -> Iterator[str]:
    if len(gesture.kinds) > _MOST_OF_A_SORT:
        number = len({id_ for ids in gesture.kinds.values() for id_ in ids})
        yield f"{_say(('give', 'gave'), past)} {_count(number, gesture.level)} their kinds"
        return
    for kind, ids in gesture.kinds.items():
        count = _count(len(ids), gesture.level)
        if kind:
            yield f"{_say(('call', 'called'), past)} {count} {kind}"
        else:
            yield f"{_say(('take', 'took'), past)} the kind from {count}"


def _names(gesture: Gesture, past: bool) -> Iterator[str]:
    if len(gesture.names) > _MOST_OF_A_SORT:
        yield f"{_say(('name', 'named'), past)} {len(gesture.names)} clusters"
        return
    for name, ids in gesture.names.items():
        verb = ("name a cluster", "named a cluster") if ids else ("give up the name", "gave up the name")
        yield f"{_say(verb, past)} {name}"


def _mended(
    page_id: str,
    ops: Sequence[Mapping[str, Any]],
    before: Sequence[Mapping[str, Any]] | None,
    past: bool,
) -> str:
    """The last mend of a list is what was done, unless the list is known to have changed otherwise."""
    longer = before is None or (len(ops) > len(before) and list(ops[: len(before)]) == list(before))
    if ops and longer and ops[-1].get("do") in _MEND:
        now, then, what = _MEND[ops[-1]["do"]]
        return f"{then if past else now} {what} on {page_id}"
    if not ops or (before is not None and len(ops) < len(before)):
        return f"{_say(('take back', 'took back'), past)} {'mends' if ops else 'all mends'} on {page_id}"
    return f"{_say(('change', 'changed'), past)} the mends of {page_id}"


def _say(verb: _Verb, past: bool) -> str:
    return verb[past]


def _count(number: int, level: Level) -> str:
    return f"{number} {level if number != 1 else level.removesuffix('s')}"
