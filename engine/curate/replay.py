"""Replay: what the decision log leads to after any of its gestures, and the way from one state to another.

The index holds the last state only; going back and merging need the others. Light on purpose: no numpy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_args

from engine.project.decisions import State
from engine.project.ids import LEVELS, Decision, Level
from engine.project.log import Gesture

Field = Literal["decision", "kind", "note", "name", "mends"]
FIELDS: tuple[Field, ...] = get_args(Field)
NOTHING: dict[Field, Any] = {"decision": "undecided", "kind": "", "note": "", "name": (), "mends": ()}
"""The value of what nobody ever set."""


class Change(NamedTuple):
    """One value that a gesture sets.

    Attributes:
        level: Pages or drawings; pages for mends.
        field: What of the item.
        id: The item; for `name` the name of the group.
        value: A decision, kind or note; the members of the group; the page's list of mends.
    """

    level: Level
    field: Field
    id: str
    value: Any


@dataclass(slots=True)
class Standing:
    """What stands after some gestures; values nobody set, or that were taken away, are absent.

    Attributes:
        values: Level and field -> id -> value, as `Change` has them.
    """

    values: dict[tuple[Level, Field], dict[str, Any]] = field(
        default_factory=lambda: {(level, name): {} for level in LEVELS for name in FIELDS}
    )

    def get(self, level: Level, name: Field, id_: str) -> Any:
        """A value; `NOTHING` of its field where there is none."""
        return self.values[level, name].get(id_, NOTHING[name])

    def state(self, level: Level, id_: str) -> State:
        """What is decided about an item, as the index tells it."""
        return State(*(self.get(level, name, id_) for name in ("decision", "kind", "note")))

    def names(self, level: Level) -> dict[str, tuple[str, ...]]:
        """The names of groups, in order of naming, as the index tells them."""
        return dict(self.values[level, "name"])

    def mends(self, page_id: str) -> tuple[dict[str, Any], ...]:
        """A page's mends, as the index tells them."""
        return tuple(self.get("pages", "mends", page_id))

    def apply(self, gesture: Gesture) -> None:
        """Go on by one gesture."""
        for level, name, id_, value in changes(gesture):
            values = self.values[level, name]
            if name == "name":
                values.pop(id_, None)  # named anew, it stands last
            if value == NOTHING[name]:
                values.pop(id_, None)
            else:
                values[id_] = value

    def copy(self) -> Standing:
        """A standing of its own."""
        return Standing({key: dict(values) for key, values in self.values.items()})


def way(gesture: Gesture) -> dict[str, Any]:
    """How a gesture came about; empty where the log says something else than a record."""
    return gesture.how if isinstance(gesture.how, dict) else {}


def changes(gesture: Gesture) -> Iterator[Change]:
    """Every value a gesture sets, in the order in which the index takes them."""
    level = gesture.level
    for decision, ids in gesture.decisions.items():
        yield from (Change(level, "decision", id_, decision) for id_ in ids)
    for kind, ids in gesture.kinds.items():
        yield from (Change(level, "kind", id_, kind) for id_ in ids)
    yield from (Change(level, "note", id_, note) for id_, note in gesture.notes.items())
    yield from (Change(level, "name", name, ids) for name, ids in gesture.names.items())
    yield from (Change("pages", "mends", page_id, ops) for page_id, ops in gesture.mends.items())


def standings(gestures: Sequence[Gesture], after: Collection[int]) -> dict[int, Standing]:
    """What stood at several moments, in one pass.

    Args:
        gestures: The log.
        after: How many of the gestures were made then; 0 is the beginning.

    Returns:
        That number -> what stood.
    """
    wanted, now = set(after), Standing()
    found = {0: now.copy()} if 0 in wanted else {}
    for number, gesture in enumerate(gestures, 1):
        now.apply(gesture)
        if number in wanted:
            found[number] = now.copy()
    return found


def differences(now: Standing, then: Standing) -> Iterator[Change]:
    """The changes that lead from `now` to `then`, names in such an order that theirs comes out the same."""
    for (level, name), values in then.values.items():
        here = now.values[level, name]
        if name == "name":
            yield from (Change(level, name, id_, ids) for id_, ids in _renamed(here, values))
            continue
        for id_, value in values.items():
            if here.get(id_, NOTHING[name]) != value:
                yield Change(level, name, id_, value)
        yield from (Change(level, name, id_, NOTHING[name]) for id_ in here if id_ not in values)


def _renamed(now: dict[str, Any], then: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names to take away, then names to give: each given name moves to the end, so all after it must too."""
    yield from ((name, ()) for name in now if name not in then)
    stay = [name for name in now if name in then]
    wanted = list(then.items())
    same = 0
    while same < len(stay) and (stay[same], now[stay[same]]) == wanted[same]:
        same += 1
    yield from wanted[same:]


def gestures_of(wanted: Iterable[Change], how: dict[str, Any]) -> list[Gesture]:
    """The gestures that make these changes: at most one a level, none where there is nothing to change."""
    found: dict[Level, dict[Field, dict[str, Any]]] = {}
    for level, name, id_, value in wanted:
        found.setdefault(level, {}).setdefault(name, {})[id_] = value
    return [_gesture(level, found[level], how) for level in LEVELS if level in found]


def _gesture(level: Level, values: dict[Field, dict[str, Any]], how: dict[str, Any]) -> Gesture:
    decisions: dict[Decision, tuple[str, ...]] = _by_value(values.get("decision", {}))
    return Gesture(
        level,
        decisions,
        _by_value(values.get("kind", {})),
        how,
        mends=values.get("mends", {}),
        notes=values.get("note", {}),
        names=values.get("name", {}),
    )


def _by_value(values: dict[str, Any]) -> dict[Any, tuple[str, ...]]:
    groups: dict[Any, list[str]] = {}
    for id_, value in values.items():
        groups.setdefault(value, []).append(id_)
    return {value: tuple(ids) for value, ids in groups.items()}
