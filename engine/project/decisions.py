"""Decisions and mends in the index: the state the log leads to, and the way back from each gesture."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
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


UNDECIDED = State()


def states(index: sqlite3.Connection, level: Level, ids: Sequence[str] | None = None) -> dict[str, State]:
    """Read what is decided about items; ids nobody decided about are absent."""
    if ids is None:
        rows: Iterable[sqlite3.Row] = index.execute(
            "SELECT id, decision, kind FROM decisions WHERE level = ?", (level,)
        )
        return {row["id"]: State(row["decision"], row["kind"]) for row in rows}
    found: dict[str, State] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ",".join("?" * len(chunk))
        rows = index.execute(
            f"SELECT id, decision, kind FROM decisions WHERE level = ? AND id IN ({marks})", (level, *chunk)
        )
        found.update((row["id"], State(row["decision"], row["kind"])) for row in rows)
    return found


def mends(index: sqlite3.Connection, page_id: str) -> tuple[dict[str, Any], ...]:
    """Read a page's mends as the log holds them, in the order they were made; empty for none."""
    row = index.execute("SELECT ops FROM mends WHERE page = ?", (page_id,)).fetchone()
    return () if row is None else tuple(json.loads(row["ops"]))


def apply(index: sqlite3.Connection, gesture: Gesture) -> None:
    """Bring the index to the state after a gesture; doing it twice changes nothing."""
    for decision, ids in gesture.decisions.items():
        index.executemany(
            "INSERT INTO decisions (level, id, decision) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET decision = excluded.decision",
            ((gesture.level, id_, decision) for id_ in ids),
        )
    for kind, ids in gesture.kinds.items():
        index.executemany(
            "INSERT INTO decisions (level, id, kind) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET kind = excluded.kind",
            ((gesture.level, id_, kind) for id_ in ids),
        )
    for page_id, ops in gesture.mends.items():
        if ops:
            index.execute(
                "INSERT OR REPLACE INTO mends (page, ops) VALUES (?, ?)", (page_id, json.dumps(ops))
            )
        else:
            index.execute("DELETE FROM mends WHERE page = ?", (page_id,))
    for id_, box in gesture.boxes.items():
        _expect(index, id_, box)


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
    ids = {
        id_ for group in (gesture.decisions, gesture.kinds) for members in group.values() for id_ in members
    }
    rows = (
        index.execute("SELECT id, x0, y0, x1, y1 FROM drawings WHERE id = ?", (id_,)).fetchone()
        for id_ in sorted(ids)
    )
    boxes = {row["id"]: (row["x0"], row["y0"], row["x1"], row["y1"]) for row in rows if row is not None}
    return replace(gesture, boxes=boxes)


def inverse(index: sqlite3.Connection, gesture: Gesture) -> Gesture:
    """The gesture that takes `gesture` back, made before it is applied."""
    decisions: dict[Decision, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    decided = [id_ for ids in gesture.decisions.values() for id_ in ids]
    for id_, state in _states_of(index, gesture.level, decided):
        decisions.setdefault(state.decision, []).append(id_)
    named = [id_ for ids in gesture.kinds.values() for id_ in ids]
    for id_, state in _states_of(index, gesture.level, named):
        kinds.setdefault(state.kind, []).append(id_)
    return Gesture(
        gesture.level,
        {decision: tuple(ids) for decision, ids in decisions.items()},
        {kind: tuple(ids) for kind, ids in kinds.items()},
        {"by": "undo", "of": gesture.how},
        mends={page_id: mends(index, page_id) for page_id in gesture.mends},
    )


def _states_of(index: sqlite3.Connection, level: Level, ids: list[str]) -> Iterable[tuple[str, State]]:
    known = states(index, level, ids)
    return ((id_, known.get(id_, UNDECIDED)) for id_ in dict.fromkeys(ids))
