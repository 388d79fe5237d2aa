"""The decision log: one JSON line a gesture, only ever appended to, flushed before it counts."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.project.atomic import write_error
from engine.project.ids import DECISIONS, LEVELS, Decision, Level

_END_BYTES = 512


@dataclass(frozen=True, slots=True)
class Gesture:
    """One thing the artist did: what it set on which items, when, and how.

    Attributes:
        level: Pages or drawings.
        decisions: New decision -> the ids that got it.
        kinds: New kind -> the ids that got it; the empty kind takes a kind away.
        how: Where it came from, JSON-ready: `{"by": "lasso", "polygon": [...]}`, `{"by": "cluster", ...}`.
        time: ISO 8601, UTC.
        mends: Page id -> the page's complete new list of mends, JSON records
            (`engine.trace.mends.records`). The list, not the step: taking a mend back is the list before.
        boxes: Id of each drawing it is about -> `(x0, y0, x1, y1)` on its page, px; `Project.decide` adds
            them. Drawings are found anew when the index is lost: by their boxes they get their ids back.
        notes: Id -> what the artist wrote about it; the empty text takes a note away.
        names: Name of a group -> the ids that made it up when it was named; no ids take the name away.
            Clusters are made anew all the time: a name belongs to what was in it.
    """

    level: Level
    decisions: dict[Decision, tuple[str, ...]] = field(default_factory=dict)
    kinds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    time: str = ""
    mends: dict[str, tuple[dict[str, Any], ...]] = field(default_factory=dict)
    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The items whose decision, kind or note it sets, each once."""
        groups = (*self.decisions.values(), *self.kinds.values(), tuple(self.notes))
        return tuple(dict.fromkeys(id_ for ids in groups for id_ in ids))

    def stamped(self) -> Gesture:
        """The same gesture, made now."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return replace(self, time=now)


def append(path: Path, gesture: Gesture) -> int:
    """Add a gesture to the log and wait until it is on the disk.

    A line torn by a crash is closed off first, so the new one stays whole.

    Args:
        path: The log.
        gesture: What to write down.

    Returns:
        The log's new size in bytes.

    Raises:
        UserError: if the disk is full, read-only, or refuses us; the log then ends where it ended before.
    """
    # Not `asdict`: it copies ten thousand ids one by one.
    record = {field.name: getattr(gesture, field.name) for field in fields(gesture)}
    line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
    try:
        with path.open("ab+") as file:
            size = file.seek(0, os.SEEK_END)
            if size and not _ends_with_newline(file.fileno(), size):
                line = b"\n" + line
            try:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), size)
                raise
            return size + len(line)
    except OSError as error:
        raise write_error(path, error) from error


def _ends_with_newline(handle: int, size: int) -> bool:
    return os.pread(handle, 1, size - 1) == b"\n"


def end_mark(path: Path, size: int) -> str:
    """A fingerprint of the last line or so of a log's first `size` bytes; empty for none of it.

    Another log of this length has another one: a line holds its time to the millisecond.
    """
    if not size:
        return ""
    with path.open("rb") as file:
        file.seek(max(size - _END_BYTES, 0))
        return hashlib.sha256(file.read(min(size, _END_BYTES))).hexdigest()[:16]


def read(path: Path, start: int = 0) -> Iterator[Gesture]:
    """Read gestures from byte `start` on.

    A line torn by a crash was never acknowledged to anyone, so it is passed over.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            gesture = _parse(line)
            if gesture is not None:
                yield gesture


def _parse(line: bytes) -> Gesture | None:
    try:
        record = json.loads(line)
        level, decisions = record["level"], record.get("decisions", {})
        if level not in LEVELS or not set(decisions) <= set(DECISIONS):
            return None
        return Gesture(
            level,
            {decision: tuple(ids) for decision, ids in decisions.items()},
            {kind: tuple(ids) for kind, ids in record.get("kinds", {}).items()},
            record.get("how", {}),
            record.get("time", ""),
            {page: tuple(dict(mend) for mend in mends) for page, mends in record.get("mends", {}).items()},
            {id_: _box(*box) for id_, box in record.get("boxes", {}).items()},
            {id_: str(note) for id_, note in record.get("notes", {}).items()},
            {name: tuple(ids) for name, ids in record.get("names", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
    return (float(x0), float(y0), float(x1), float(y1))
