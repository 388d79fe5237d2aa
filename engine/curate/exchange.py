"""Exchange: decisions as a table that people and other programs read, change and give back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from engine.curate.identities import Box, Identities
from engine.curate.items import items
from engine.curate.replay import NOTHING, Change, Field, Standing, gestures_of
from engine.errors import UserError
from engine.project import decisions
from engine.project.atomic import write_json, write_text
from engine.project.ids import DECISIONS, LEVELS, Level
from engine.project.log import Gesture
from engine.project.project import Project

COLUMNS = (
    "level", "id", "book", "page", "variant", "file", "sha256", "box", "decision", "kind", "note", "groups",
)  # fmt: skip
_FORMAT = "single-line-studio decisions"
_FORMULA = "=+-@\t\r"
_FIELDS: tuple[Field, ...] = ("decision", "kind", "note")


@dataclass(frozen=True, slots=True)
class Row:
    """What a file says about one item.

    Attributes:
        where: The line of the file, for a person: `line 12`, or the file of a folder of labels.
        level: Pages or drawings.
        id: Its id where the file was written; may be empty.
        file: Name of its scan; may be empty.
        sha256: Content hash of its scan; may be empty.
        box: Of a drawing: its place on the page, px.
        values: What the file says of decision, kind and note; what it does not speak of is absent.
        groups: Names of the groups it is in; None where the file does not speak of groups.
    """

    where: str
    level: Level
    id: str = ""
    file: str = ""
    sha256: str = ""
    box: Box | None = None
    values: dict[Field, str] = field(default_factory=dict)
    groups: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """What an import would do.

    Attributes:
        gesture: What is to be decided; None where everything is so already.
        changed: Number of items it changes.
        already: Number of items that are as the file says.
        unknown: What fits no item here: what the file calls it, and the reason.
    """

    gesture: Gesture | None
    changed: int
    already: int
    unknown: list[tuple[str, str]]


def write_decisions(project: Project, out: Path, level: Level = "pages") -> int:
    """Write every item with what is decided about it, as a table.

    A `.csv` is meant for spreadsheets: UTF-8 with a byte order mark (without one Excel takes it for Latin),
    and text that a spreadsheet would run as a formula has an apostrophe before it, which `read_decisions`
    takes off again. A `.json` holds the same as it is.

    Returns:
        The number of items.

    Raises:
        UserError: if the file is to have another format, or cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix not in (".csv", ".json"):
        raise UserError(f"{out} should end in .csv or .json.", "Choose one of the two.")
    records = list(_records(project, level))
    if suffix == ".json":
        about = {"format": _FORMAT, "version": 1, "project": project.info.name, "level": level}
        write_json(out, {**about, "items": records})
        return len(records)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(record[name]) for name in COLUMNS] for record in records)
    write_text(out, "\ufeff" + buffer.getvalue())
    return len(records)


def _records(project: Project, level: Level) -> Iterator[dict[str, Any]]:
    states = decisions.states(project.index, level)
    known = Identities(project) if level == "drawings" else None
    groups: dict[str, list[str]] = {}
    for name, members in decisions.names(project.index, level).items():
        for id_ in members:
            groups.setdefault(id_, []).append(name)
    for item in items(project, level):
        # The item's own kind: one that a drawing only has from its page is no decision about the drawing.
        state = states.get(item.id, decisions.UNDECIDED)
        yield {
            "level": level,
            "id": item.id,
            "book": item.book,
            "page": item.page,
            "variant": item.variant,
            "file": item.path.name,
            "sha256": item.sha256,
            "box": known.box_of(item.id) if known else None,
            "decision": state.decision,
            "kind": state.kind,
            "note": state.note,
            "groups": groups.get(item.id, []),
        }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(f"{number:g}" for number in value)
    text = "\n".join(value) if isinstance(value, list) else str(value)
    # One more apostrophe also where there are some already: what is read back is what was written.
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    return text.lstrip("'")[:1] in tuple(_FORMULA)


def read_decisions(file: Path, level: Level | None = None) -> list[Row]:
    """Read a table of decisions, `.json` or else CSV, also one that a spreadsheet has saved.

    A CSV may have a byte order mark, commas, semicolons or tabs, any line ends, and line breaks in quotes.
    Needed is one of the columns `id`, `sha256`, `file`, and one of `decision`, `kind`, `note`, `groups`. An
    empty decision says nothing; an empty kind or note says that there is none.

    Args:
        file: The table.
        level: Only rows of this level; by default all, which must then be of one.

    Raises:
        UserError: if any of it cannot be understood; the message names file and line.
    """
    parse = _json_rows if file.suffix.lower() == ".json" else _csv_rows
    rows = [row for row in parse(file, _text_of(file), level or "pages") if level in (None, row.level)]
    if len({row.level for row in rows}) > 1:
        raise UserError(f"{file} speaks of pages and of drawings.", "Import one at a time with --level.")
    if not rows:
        raise UserError(f"{file} names no {level or 'items'}.", "Is it the right file?")
    return rows


def _text_of(file: Path) -> str:
    try:
        data = file.read_bytes()
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # what Excel calls Unicode text
        return data.decode("utf-16" if wide else "utf-8-sig")
    except OSError as error:
        raise UserError(f"Cannot read {file}: {error.strerror}.", "Check the name.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not a text file in UTF-8.", "Save it as CSV UTF-8.") from error


def _csv_rows(file: Path, text: str, level: Level) -> Iterator[Row]:
    first = text.lstrip("\r\n").splitlines()[:1]
    mark = max(",;\t", key=first[0].count) if first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    columns: list[str] = []
    start = 0
    try:
        for cells in reader:
            where, start = f"line {start + 1}", reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
                _check_columns(file, columns)
                continue
            if len(cells) != len(columns):
                raise _broken(file, where, f"has {len(cells)} cells where the first line has {len(columns)}")
            record = {name: _unescaped(cell) for name, cell in zip(columns, cells, strict=True)}
            yield _row(file, where, record, level)
    except csv.Error as error:
        raise _broken(file, f"line {start + 1}", f"cannot be read ({error})") from error


def _unescaped(text: str) -> str:
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _json_rows(file: Path, text: str, level: Level) -> Iterator[Row]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken(file, f"line {error.lineno}", f"is not JSON ({error.msg})") from error
    except RecursionError as error:
        raise UserError(f"{file} holds no list of items.", "Is it the right file?") from error
    level = content.get("level", level) if isinstance(content, dict) else level
    listed = content.get("items") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise UserError(f"{file} holds no list of items.", "Is it the right file?")
    for number, record in enumerate(listed, 1):
        where = f"item {number}"
        if not isinstance(record, dict):
            raise _broken(file, where, "is no record")
        if number == 1:
            _check_columns(file, list(record))
        yield _row(file, where, record, level)


def _check_columns(file: Path, columns: Sequence[str]) -> None:
    names = {"id", "sha256", "file"} & set(columns)
    if not names or not {*_FIELDS, "groups"} & set(columns) or len(set(columns)) < len(columns):
        raise UserError(
            f"{file} has the columns {', '.join(columns) or 'none'}.",
            "It needs id (or sha256, or file), and decision, kind, note or groups; each once.",
        )


def _row(file: Path, where: str, record: dict[str, Any], level: Level) -> Row:
    """A row of a table; cells that are not texts come from JSON only."""
    for name in ("level", "id", "file", "sha256", *_FIELDS):
        if not isinstance(record.get(name, ""), str):
            raise _broken(file, where, f"has a {name} that is no text")
    word = record.get("level", "").strip().lower() or level
    if word not in LEVELS:
        raise _broken(file, where, f"speaks of {word!r}; there are {' and '.join(LEVELS)}")
    row = Row(
        where,
        cast(Level, word),
        record.get("id", "").strip(),
        record.get("file", "").strip(),
        record.get("sha256", "").strip().lower(),
        _box(file, where, record.get("box")),
        _values(file, where, record),
        _groups(file, where, record.get("groups")),
    )
    if not (row.id or row.sha256 or row.file):
        raise _broken(file, where, "does not say which item it is about")
    return row


def _values(file: Path, where: str, record: dict[str, Any]) -> dict[Field, str]:
    values: dict[Field, str] = {name: record[name] for name in ("kind", "note") if name in record}
    decision = record.get("decision", "").strip().lower()
    if decision and decision not in DECISIONS:
        raise _broken(file, where, f"has the decision {decision!r}; there are {', '.join(DECISIONS)}")
    return {"decision": decision, **values} if decision else values


def _groups(file: Path, where: str, value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = value.replace("\r", "").split("\n") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _broken(file, where, "has groups that are no names")
    return tuple(name for name in names if name)


def _box(file: Path, where: str, value: Any) -> Box | None:
    if value is None or value == "":
        return None
    try:
        x0, y0, x1, y1 = (float(one) for one in (value.split() if isinstance(value, str) else value))
    except (TypeError, ValueError) as error:
        raise _broken(file, where, "has a box that is not four numbers") from error
    return (x0, y0, x1, y1)


def _broken(file: Path, where: str, what: str) -> UserError:
    return UserError(f"{file}: {where} {what}.", "Mend the file, then import it again; nothing was changed.")


def plan_import(project: Project, rows: Sequence[Row], how: dict[str, Any]) -> Import:
    """What the rows of a file change here; nothing is written.

    Args:
        project: The project.
        rows: Of one level.
        how: What the log shall keep about it.

    Raises:
        UserError: if two rows say different things about one item.
    """
    level: Level = rows[0].level if rows else "pages"
    found, unknown = _found(Identities(project), rows)
    now = Standing({(level, name): {} for name in NOTHING})
    for id_, state in decisions.states(project.index, level).items():
        now.values[level, "decision"][id_] = state.decision
        now.values[level, "kind"][id_] = state.kind
        now.values[level, "note"][id_] = state.note
    now.values[level, "name"].update(decisions.names(project.index, level))
    wanted = [
        Change(level, name, id_, value)
        for id_, row in found.items()
        for name, value in row.values.items()
        if now.get(level, name, id_) != value
    ]
    regrouped = _regrouped(level, now.names(level), found)
    touched = {change.id for change in wanted} | _moved(now.names(level), regrouped, found)
    boxes = {id_: row.box for id_, row in found.items() if row.box is not None and id_ in touched}
    gestures = gestures_of([*wanted, *regrouped], how)
    gesture = replace(gestures[0], boxes=boxes) if gestures else None
    return Import(gesture, len(touched), len(found) - len(touched), unknown)


def _found(known: Identities, rows: Sequence[Row]) -> tuple[dict[str, Row], list[tuple[str, str]]]:
    """The row of each item here, and what fits none.

    A row that has an item's own id goes before one that only has its scan: there may be two copies of a scan.
    """
    found: dict[str, Row] = {}
    unknown: list[tuple[str, str]] = []
    others: list[tuple[Row, str]] = []
    for row in rows:
        id_, reason = known.find(row.level, row.id, sha256=row.sha256, file=row.file, box=row.box)
        if not id_:
            unknown.append((f"{row.where}, {row.id or row.file or row.sha256}", reason))
        elif id_ == row.id:
            _put(found, id_, row)
        else:
            others.append((row, id_))
    named = set(found)
    for row, id_ in others:
        if id_ in named:
            unknown.append((f"{row.where}, {row.id or row.file}", f"{id_} has this scan, and its own row"))
        else:
            _put(found, id_, row)
    return found, unknown


def _put(found: dict[str, Row], id_: str, row: Row) -> None:
    before = found.setdefault(id_, row)
    if (before.values, before.groups) != (row.values, row.groups):
        raise UserError(
            f"{before.where} and {row.where} say different things about {id_}.",
            "Leave one of them out, then import again; nothing was changed.",
        )


def _regrouped(level: Level, names: dict[str, tuple[str, ...]], found: dict[str, Row]) -> list[Change]:
    """Groups whose members the rows change; items that no row speaks of stay where they are."""
    rows = {id_: row.groups for id_, row in found.items() if row.groups is not None}
    members: dict[str, list[str]] = {name: [] for name in names}
    for name, ids in names.items():
        members[name].extend(id_ for id_ in ids if id_ not in rows or name in (rows[id_] or ()))
    for id_, groups in rows.items():
        for name in groups or ():
            if id_ not in names.get(name, ()):
                members.setdefault(name, []).append(id_)
    return [
        Change(level, "name", name, tuple(ids))
        for name, ids in members.items()
        if set(ids) != set(names.get(name, ()))
    ]


def _moved(names: dict[str, tuple[str, ...]], regrouped: list[Change], found: dict[str, Row]) -> set[str]:
    """The items of the file that join or leave a group."""
    moved = (set(change.value) ^ set(names.get(change.id, ())) for change in regrouped)
    return {id_ for ids in moved for id_ in ids} & set(found)
