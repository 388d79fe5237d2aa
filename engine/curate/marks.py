"""Marking: which items a command means, and the gesture that decides about them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import Any

from engine.curate.items import Item, items
from engine.errors import UserError
from engine.project.ids import Decision, Level
from engine.project.log import Gesture
from engine.project.project import Project

DRAWING_KIND = "drawing"
KIND_BY_LABEL = {
    "drawings": DRAWING_KIND,
    "watercolors": "watercolour",
    "watercolours": "watercolour",
    "watercolor": "watercolour",
    "covers": "cover",
    "badscans": "bad scan",
    "badscan": "bad scan",
}
"""The original author's folder names and our words for them; any other label is the artist's own kind."""


def mark(
    project: Project,
    decision: Decision,
    ids: Sequence[str],
    *,
    level: Level = "pages",
    kinds: dict[str, tuple[str, ...]] | None = None,
    how: dict[str, Any] | None = None,
) -> Gesture:
    """Decide about items, as one gesture.

    Returns:
        The gesture that takes it back.
    """
    return project.decide(Gesture(level, {decision: tuple(ids)}, kinds or {}, how or {}))


def in_cluster(project: Project, cluster: int, level: Level) -> list[str]:
    """Ids of a cluster's items. Raises UserError if the map has no such cluster."""
    found = [item.id for item in items(project, level) if item.cluster == cluster]
    if not found:
        raise UserError(
            f"There is no cluster {cluster} on the map of {level}.",
            "Make the map with `singleline cluster PROJECT`; it lists its clusters.",
        )
    return found


def of_kind(project: Project, kind: str, level: Level) -> list[str]:
    """Ids of the items of a kind. Raises UserError if there are none."""
    kind = KIND_BY_LABEL.get(kind, kind)
    known = items(project, level)
    found = [item.id for item in known if item.kind == kind]
    if not found:
        kinds = ", ".join(sorted({item.kind for item in known if item.kind})) or "none yet"
        raise UserError(f"No {level} are of the kind {kind!r}.", f"The kinds given so far: {kinds}.")
    return found


def listed_in(project: Project, file: Path, level: Level) -> list[str]:
    """Ids listed in a file: one a line, or the `id` column of a CSV.

    Raises:
        UserError: if the file cannot be read or names an id that is not there; nothing is then marked.
    """
    lines = [line.strip() for line in read_text(file).splitlines() if line.strip()]
    is_csv = bool(lines) and "id" in lines[0].split(",")
    wanted = [row["id"] for row in csv.DictReader(lines)] if is_csv else lines
    known = {item.id for item in items(project, level)}
    missing = [id_ for id_ in wanted if id_ not in known]
    if missing or not wanted:
        what = f"{missing[0]!r}, which is not one of the {level}" if missing else "no ids"
        raise UserError(
            f"{file} names {what}.",
            f"See the ids with `singleline export PROJECT items --level {level} -o F.csv`.",
        )
    return wanted


def labelled_in(project: Project, file: Path) -> tuple[dict[str, str], list[str]]:
    """Page kinds from a CSV of hand labels.

    The file has a header with the column `file` (a scan's name) or `id`, and `hand_label`, `label` or `kind`.

    Returns:
        Page id -> kind, and the names of files that are no page of the project.

    Raises:
        UserError: if the file cannot be read or lacks those columns.
    """
    reader = csv.DictReader(read_text(file).splitlines())
    columns = reader.fieldnames or []
    key = next((name for name in ("file", "id") if name in columns), None)
    value = next((name for name in ("hand_label", "label", "kind") if name in columns), None)
    if key is None or value is None:
        raise UserError(
            f"{file} has the columns {', '.join(columns) or 'none'}.",
            "It needs `file` (or `id`) and `hand_label` (or `label`, `kind`).",
        )
    find = _finder(items(project, "pages"), key)
    kinds: dict[str, str] = {}
    unknown: list[str] = []
    for row in reader:
        ids = find(row[key] or "")
        label = (row[value] or "").strip()
        kinds.update((id_, KIND_BY_LABEL.get(label, label)) for id_ in ids)
        if not ids:
            unknown.append(row[key] or "")
    return kinds, unknown


def by_kind(labelled: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Turn id -> kind into kind -> ids, as a gesture has it."""
    kinds: dict[str, list[str]] = {}
    for id_, label in labelled.items():
        kinds.setdefault(label, []).append(id_)
    return {label: tuple(ids) for label, ids in kinds.items()}


def _finder(pages: Sequence[Item], key: str) -> Callable[[str], list[str]]:
    """How to find pages by the first column: ids are exact, files by name, with folders where given."""
    by_name: dict[str, list[Item]] = {}
    for page in pages:
        by_name.setdefault(page.id if key == "id" else page.path.name, []).append(page)

    def find(text: str) -> list[str]:
        if key == "id":
            return [page.id for page in by_name.get(text, ())]
        wanted = PurePath(text)
        named = by_name.get(wanted.name, ())
        return [page.id for page in named if page.path.parts[-len(wanted.parts) :] == wanted.parts]

    return find


def read_text(file: Path) -> str:
    """A small text file. Raises UserError if it cannot be read."""
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise UserError(f"Cannot read {file}: {error.strerror}.", "Check the name.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is not a text file in UTF-8.", "Save it as UTF-8.") from error
