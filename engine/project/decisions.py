"""What the artist decided, as the index has it: the state the log leads to, and each gesture's way back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.project.ids import Decision, Level
from engine.project.log import Gesture

_CHUNK = 500  # ids in one SQL statement; SQLite's oldest limit is 999 parameters


@dataclass(frozen=True, slots=True)
class State:
    """What is decided about one item."""

    decision: Decision = "undecided"
    kind: str = ""
    note: str = ""


UNDECIDED = State()


def states(index: sqlite3.Connection, level: Level, ids: Sequence[str] | None = None) -> dict[str, State]:
    """Read what is decided about items; ids nobody decided about are absent."""
    columns = "SELECT id, decision, kind, note FROM decisions WHERE level = ?"
    if ids is None:
        return {row["id"]: _state(row) for row in index.execute(columns, (level,))}
    found: dict[str, State] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ",".join("?" * len(chunk))
        rows = index.execute(f"{columns} AND id IN ({marks})", (level, *chunk))
        found.update((row["id"], _state(row)) for row in rows)
    return found


def _state(row: sqlite3.Row) -> State:
    return State(row["decision"], row["kind"], row["note"])


def names(index: sqlite3.Connection, level: Level) -> dict[str, tuple[str, ...]]:
    """Read the names the artist gave to groups: name -> the ids that made it up then, in order of naming."""
    rows = index.execute("SELECT name, members FROM group_names WHERE level = ? ORDER BY rowid", (level,))
    return {row["name"]: tuple(json.loads(row["members"])) for row in rows}


def mends(index: sqlite3.Connection, page_id: str) -> tuple[dict[str, Any], ...]:
    """Read a page's mends as the log holds them, in the order they were made; empty for none."""
    row = index.execute("SELECT ops FROM mends WHERE page = ?", (page_id,)).fetchone()
    return () if row is None else tuple(json.loads(row["ops"]))


def apply(index: sqlite3.Connection, gesture: Gesture) -> None:
    """Bring the index to the state after a gesture; doing it twice changes nothing."""
    for decision, ids in gesture.decisions.items():
        _set(index, gesture.level, "decision", ((id_, decision) for id_ in ids))
    for kind, ids in gesture.kinds.items():
        _set(index, gesture.level, "kind", ((id_, kind) for id_ in ids))
    _set(index, gesture.level, "note", gesture.notes.items())
    for name, ids in gesture.names.items():
        _name(index, gesture.level, name, ids)
    for page_id, ops in gesture.mends.items():
        if ops:
            index.execute(
                "INSERT OR REPLACE INTO mends (page, ops) VALUES (?, ?)", (page_id, json.dumps(ops))
            )
        else:
            index.execute("DELETE FROM mends WHERE page = ?", (page_id,))
    for id_, box in gesture.boxes.items():
        _expect(index, id_, box)


def _set(index: sqlite3.Connection, level: Level, column: str, values: Iterable[tuple[str, str]]) -> None:
    index.executemany(
        f"INSERT INTO decisions (level, id, {column}) VALUES (?, ?, ?)"
        f" ON CONFLICT DO UPDATE SET {column} = excluded.{column}",
        ((level, id_, value) for id_, value in values),
    )


def _name(index: sqlite3.Connection, level: Level, name: str, ids: tuple[str, ...]) -> None:
    index.execute("DELETE FROM group_names WHERE level = ? AND name = ?", (level, name))
    if ids:
        index.execute(
            "INSERT INTO group_names (level, name, members) VALUES (?, ?, ?)", (level, name, json.dumps(ids))
        )


def _expect(index: sqlite3.Connection, id_: str, box: tuple[float, float, float, float]) -> None:
    """Keep a drawing's id and box in an index that does not know it: tracing its page finds it again."""
    page, _, number = id_.rpartition("/")
    if page and number.isdecimal():
        index.execute(
            "INSERT OR IGNORE INTO drawings (id, page, number, x0, y0, x1, y1, strokes, points, length_units,"
            " stroke3, gone) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, x'', 1)",
            (id_, page, int(number), *box),
        )


def placed(index: sqlite3.Connection, gesture: Gesture) -> Gesture:
    """A gesture about drawings with the boxes of those drawings; any other gesture as it is."""
    if gesture.level != "drawings":
        return gesture
    rows = (
        index.execute("SELECT id, x0, y0, x1, y1 FROM drawings WHERE id = ?", (id_,)).fetchone()
        for id_ in sorted(gesture.ids)
    )
    boxes = {row["id"]: (row["x0"], row["y0"], row["x1"], row["y1"]) for row in rows if row is not None}
    return replace(gesture, boxes={**gesture.boxes, **boxes})


def inverse(index: sqlite3.Connection, gesture: Gesture) -> Gesture:
    """The gesture that takes `gesture` back, made before it is applied."""
    known = states(index, gesture.level, gesture.ids)
    before = {id_: known.get(id_, UNDECIDED) for id_ in gesture.ids}
    decisions: dict[Decision, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    for id_ in _members(gesture.decisions):
        decisions.setdefault(before[id_].decision, []).append(id_)
    for id_ in _members(gesture.kinds):
        kinds.setdefault(before[id_].kind, []).append(id_)
    named = names(index, gesture.level) if gesture.names else {}
    return Gesture(
        gesture.level,
        {decision: tuple(ids) for decision, ids in decisions.items()},
        {kind: tuple(ids) for kind, ids in kinds.items()},
        {"by": "undo", "of": gesture.how},
        mends={page_id: mends(index, page_id) for page_id in gesture.mends},
        notes={id_: before[id_].note for id_ in gesture.notes},
        names={name: named.get(name, ()) for name in gesture.names},
    )


def _members(groups: Mapping[Any, tuple[str, ...]]) -> Iterable[str]:
    return dict.fromkeys(id_ for ids in groups.values() for id_ in ids)
