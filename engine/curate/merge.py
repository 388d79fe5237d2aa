"""Merging: what somebody else decided in a copy of the project, taken over; contradictions are told.

Every value (an item's decision, kind or note, a group's members, a page's list of mends) is merged by itself,
three ways: whoever changed it since both sides had the same has it their way; where both changed it to
different things is a conflict. Both had the same at the common beginning of their logs, and again at each
merge: a merge writes down how far it had read the other log.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from engine.curate.history import entries
from engine.curate.identities import Box, Identities
from engine.curate.replay import NOTHING, Change, Field, Standing, changes, gestures_of, standings, way
from engine.errors import UserError
from engine.project import log
from engine.project.ids import LEVELS, Level
from engine.project.log import Gesture
from engine.project.project import Project

Prefer = Literal["ours", "theirs", "newest"]
BY = "merge"
_OF_ITEMS: tuple[Field, ...] = ("decision", "kind", "note", "mends")
_MOST_MEETINGS = 12  # moments of agreement that are looked at, the latest ones; each is a whole state


@dataclass(frozen=True, slots=True)
class Conflict:
    """One value that both sides changed, to different things.

    Attributes:
        level: Pages or drawings.
        field: What of the item.
        id: The item here; for `name` the name of a group.
        ours: Our value.
        theirs: Their value.
        our_time: When it was set here, ISO 8601, UTC.
        their_time: When it was set there, by that machine's clock.
        kept: Which of the two is kept.
    """

    level: Level
    field: Field
    id: str
    ours: Any
    theirs: Any
    our_time: str
    their_time: str
    kept: Literal["ours", "theirs"]


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge would do; `Project.decide` carries its gestures out.

    Attributes:
        gestures: At most one a level; one that sets nothing only remembers that both had the same.
        common: Number of gestures the two logs begin with in common.
        taken: Number of values taken over that were not in conflict.
        same: Number of values that both set, and to the same.
        conflicts: Values that both set, to different things.
        settled: Whether it was said beforehand who is right in a conflict.
        not_here: Their items that are not in this project, with level.
        unread: Number of lines of their log that could not be read.
    """

    gestures: list[Gesture]
    common: int
    taken: int
    same: int
    conflicts: list[Conflict]
    settled: bool
    not_here: list[tuple[Level, str]]
    unread: int


@dataclass(frozen=True, slots=True)
class Other:
    """The other side.

    Attributes:
        name: What to call it.
        gestures: Its log.
        unread: Number of lines that could not be read.
        scans: Id of each page -> content hash of its scan; empty where only the log is there.
        boxes: Id of each drawing -> its place on the page, px, where known.
    """

    name: str
    gestures: list[Gesture]
    unread: int
    scans: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)


def read_other(project: Project, path: Path) -> Other:
    """Read the other side: a project folder, or the `decisions.jsonl` of one. It is only read.

    Raises:
        UserError: if it is this project itself, no project, of a newer version, or holds no decision.
    """
    path = path.expanduser().resolve()
    if path in (project.layout.root, project.layout.decisions):
        raise UserError(f"{path} is this project itself.", "Give the other project, or its decisions.jsonl.")
    if not path.is_dir():
        return _read_log(path, path.name)
    with Project.open(path, write=False) as other:
        told = _read_log(other.layout.decisions, other.info.name)
        rows = other.index.execute("SELECT id, sha256 FROM pages")
        scans = {row["id"]: row["sha256"] for row in rows}
        rows = other.index.execute("SELECT id, x0, y0, x1, y1 FROM drawings")
        cut: dict[str, Box] = {row["id"]: (row["x0"], row["y0"], row["x1"], row["y1"]) for row in rows}
        return replace(told, scans=scans, boxes=told.boxes | cut)


def _read_log(path: Path, name: str) -> Other:
    try:
        with path.open("rb") as file:
            lines = sum(1 for line in file if line.strip())
        gestures = list(log.read(path))
    except FileNotFoundError as error:
        raise UserError(f"{path} is not there: nothing was decided there yet.", "Check the name.") from error
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.", "Check the name.") from error
    if not gestures:
        what = "holds no decisions" if not lines else "is no decision log, or is damaged"
        raise UserError(f"{path} {what}.", "Give the other project's folder or its decisions.jsonl.")
    boxes = {id_: box for gesture in gestures for id_, box in gesture.boxes.items()}
    return Other(name, gestures, lines - len(gestures), boxes=boxes)


def plan_merge(project: Project, other: Other, prefer: Prefer | None = None) -> Merge:
    """What taking over the other side's decisions changes here; nothing is written.

    Args:
        project: The project.
        other: Of `read_other`.
        prefer: Who is right in a conflict: `newest` trusts the clocks of both machines. None keeps ours and
            leaves the conflict open: the next merge tells it again.
    """
    return _Merging(project, other, prefer).run()


class _Merging:
    """One merge."""

    def __init__(self, project: Project, other: Other, prefer: Prefer | None) -> None:
        self.other, self.prefer = other, prefer
        self.ours = list(log.read(project.layout.decisions))
        self.known = Identities(project)
        our_digests, their_digests = _digests(self.ours), _digests(other.gestures)
        self.common = _common(our_digests, their_digests)
        self.digest = their_digests[-1]
        met = {level: self._meetings(level, our_digests, their_digests) for level in LEVELS}
        here = standings(self.ours, {one.ours for all_ in met.values() for one in all_} | {len(self.ours)})
        there = standings(
            other.gestures, {one.theirs for all_ in met.values() for one in all_} | {len(other.gestures)}
        )
        self.met = {
            level: [(here[one.ours], there[one.theirs], one) for one in all_] for level, all_ in met.items()
        }
        self.now, self.then = here[len(self.ours)], there[len(other.gestures)]
        self.spoken_of = {
            (level, id_) for level in LEVELS for name in _OF_ITEMS for id_ in self.now.values[level, name]
        }
        self.ids: dict[tuple[Level, str], str] = {}
        self.taken: list[Change] = []
        self.same: Counter[Level] = Counter()
        self.conflicts: list[Conflict] = []
        self.not_here: dict[tuple[Level, str], None] = {}

    @cached_property
    def our_times(self) -> dict[tuple[Level, Field, str], str]:
        return _times(self.ours)

    @cached_property
    def their_times(self) -> dict[tuple[Level, Field, str], str]:
        return _times(self.other.gestures)

    def run(self) -> Merge:
        for level in LEVELS:
            for name in NOTHING:
                self._merge(level, name)
        lost = [one for one in self.conflicts if one.kept == "theirs"]
        wanted = [*self.taken, *(Change(one.level, one.field, one.id, one.theirs) for one in lost)]
        return Merge(
            self._gestures(wanted),
            self.common,
            len(self.taken),
            self.same.total(),
            self.conflicts,
            self.prefer is not None,
            list(self.not_here),
            self.other.unread,
        )

    def _gestures(self, wanted: list[Change]) -> list[Gesture]:
        """One a level, which also remembers up to where the other log was read, and what was settled.

        Where both set the same there is nothing to do but to remember that: who of them changes it from now
        on has changed their mind.
        """
        made = {gesture.level: gesture for gesture in gestures_of(wanted, {})}
        for level in LEVELS:
            settled = [[one.field, one.id] for one in self._settled(level)]
            if level in made or settled or self.same[level]:
                read: dict[str, Any] = {"theirs": len(self.other.gestures), "digest": self.digest}
                how = {"by": BY, "of": self.other.name, **read, "settled": settled}
                gesture = made.get(level, Gesture(level))
                made[level] = replace(gesture, how=how, boxes=self._boxes(gesture))
        return [made[level] for level in LEVELS if level in made]

    def _settled(self, level: Level) -> list[Conflict]:
        """Conflicts in which ours was kept because somebody said so: not to be told again."""
        if self.prefer is None:
            return []
        return [one for one in self.conflicts if one.level == level and one.kept == "ours"]

    def _boxes(self, gesture: Gesture) -> dict[str, Box]:
        if gesture.level == "pages":
            return {}
        theirs = {mine: their for (level, their), mine in self.ids.items() if level == "drawings" and mine}
        pairs = ((id_, self.other.boxes.get(theirs.get(id_, id_))) for id_ in gesture.ids)
        return {id_: box for id_, box in pairs if box is not None}

    def _merge(self, level: Level, name: Field) -> None:
        """Every value of one field that either side of the other log ever had."""
        ids = dict.fromkeys(self.then.values[level, name])
        for _, there, _ in self.met[level]:
            ids.update(dict.fromkeys(there.values[level, name]))
        for id_ in ids:
            mine = self._group(level, id_) if name == "name" else self._id(level, id_)
            theirs = self._value(level, name, id_, self.then)
            base_ours, base_theirs = self._base(level, name, id_, mine)
            if _equal(name, theirs, base_theirs):
                continue
            if mine:
                self._take(Change(level, name, mine, theirs), id_, base_ours)
            else:
                self.not_here[level, id_] = None

    def _take(self, change: Change, their_id: str, base: Any) -> None:
        level, name, id_, theirs = change
        ours = self.now.get(level, name, id_)
        if _equal(name, ours, theirs):
            self.same[level] += 1
        elif _equal(name, ours, base):
            self.taken.append(change)
        else:
            our_time = self.our_times.get((level, name, id_), "")
            their_time = self.their_times.get((level, name, their_id), "")
            newer = self.prefer == "newest" and _moment(their_time) > _moment(our_time)
            kept: Literal["ours", "theirs"] = "theirs" if self.prefer == "theirs" or newer else "ours"
            self.conflicts.append(Conflict(level, name, id_, ours, theirs, our_time, their_time, kept))

    def _base(self, level: Level, name: Field, id_: str, mine: str) -> tuple[Any, Any]:
        """Both values at the last moment when the two sides had the same, or when it was settled."""
        for here, there, one in self.met[level]:
            ours, theirs = here.get(level, name, mine), self._value(level, name, id_, there)
            if _equal(name, ours, theirs) or (name, id_ if one.by_them else mine) in one.settled:
                return ours, theirs
        return NOTHING[name], NOTHING[name]  # nobody ever agreed on it, not even that there was nothing

    def _value(self, level: Level, name: Field, id_: str, there: Standing) -> Any:
        """A value of theirs; the members of a group by their ids here, where they are here."""
        value = there.get(level, name, id_)
        return tuple(self._id(level, one) or one for one in value) if name == "name" else value

    def _group(self, level: Level, name: str) -> str:
        """The name of a group; empty where nothing that is in it is here."""
        members = self.then.get(level, "name", name)
        return name if not members or any(self._id(level, one) for one in members) else ""

    def _id(self, level: Level, id_: str) -> str:
        """An item's id here; empty where it is not here."""
        if (level, id_) not in self.ids:
            page_id = id_ if level == "pages" else id_.rpartition("/")[0]
            found, _ = self.known.find(
                level, id_, sha256=self.other.scans.get(page_id, ""), box=self.other.boxes.get(id_)
            )
            self.ids[level, id_] = found or (id_ if (level, id_) in self.spoken_of else "")
        return self.ids[level, id_]

    def _meetings(self, level: Level, ours: Sequence[str], theirs: Sequence[str]) -> list[_Meeting]:
        """The moments when one side read the other's log, the latest first; last the common beginning."""
        met = [
            *_merges(level, self.ours, theirs, by_them=False),
            *_merges(level, self.other.gestures, ours, by_them=True),
        ]
        met = [one for one in met if one.ours + one.theirs > 2 * self.common]
        met.sort(key=_Meeting.order, reverse=True)
        return [*met[:_MOST_MEETINGS], _Meeting(self.common, self.common)]


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A moment when one side had read the other.

    Attributes:
        ours: How many gestures our log had.
        theirs: How many theirs had.
        settled: Field and id of what was decided to stay different, by the ids of the side that merged.
        by_them: Whether they merged.
    """

    ours: int
    theirs: int
    settled: frozenset[tuple[str, str]] = frozenset()
    by_them: bool = False

    def order(self) -> int:
        """Later moments are greater."""
        return self.ours + self.theirs


def _merges(
    level: Level, gestures: Sequence[Gesture], other: Sequence[str], *, by_them: bool
) -> Iterator[_Meeting]:
    """The merges of the log with digests `other` that `gestures` still holds."""
    if not any(way(gesture).get("by") == BY for gesture in gestures):
        return
    for entry in entries(gestures):
        how = way(entry.gesture)
        if how.get("by") != BY or entry.level != level or entry.taken_back_by is not None:
            continue
        read = how.get("theirs")
        if isinstance(read, int) and 0 <= read < len(other) and other[read] == how.get("digest"):
            ours, theirs = (read, entry.number) if by_them else (entry.number, read)
            yield _Meeting(ours, theirs, _stays(how.get("settled")), by_them)


def _stays(settled: Any) -> frozenset[tuple[str, str]]:
    """What a merge wrote down as settled; anything else in its place says that nothing was."""
    if not isinstance(settled, list) or not all(isinstance(one, list) and len(one) == 2 for one in settled):
        return frozenset()
    return frozenset((str(name), str(id_)) for name, id_ in settled)


def _digests(gestures: Sequence[Gesture]) -> list[str]:
    """A fingerprint of the log after each gesture, from before the first one on."""
    running = hashlib.sha256()
    found = [running.hexdigest()[:16]]
    for one in gestures:
        parts = (one.level, one.time, one.decisions, one.kinds, one.notes, one.names, one.mends, one.how)
        running.update(json.dumps(parts, sort_keys=True).encode())
        found.append(running.hexdigest()[:16])
    return found


def _common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many gestures the two logs begin with in common."""
    same = 0
    while same + 1 < min(len(ours), len(theirs)) and ours[same + 1] == theirs[same + 1]:
        same += 1
    return same


def _times(gestures: Sequence[Gesture]) -> dict[tuple[Level, Field, str], str]:
    """When each value was last set."""
    return {
        (change.level, change.field, change.id): gesture.time
        for gesture in gestures
        for change in changes(gesture)
    }


def _moment(time: str) -> datetime:
    """A log's time; what cannot be read is older than everything."""
    try:
        moment = datetime.fromisoformat(time)
    except (TypeError, ValueError):
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _equal(name: Field, one: Any, other: Any) -> bool:
    """Whether two values are the same; a group is a set."""
    return bool(set(one) == set(other) if name == "name" else one == other)
