"""Folders of labels: one sub-folder a kind with the scans in it, as the original author kept his."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from engine.curate.exchange import Row
from engine.curate.items import Item, items
from engine.curate.marks import KIND_BY_LABEL
from engine.curate.replay import Field
from engine.errors import UserError
from engine.project.atomic import write_error, write_json
from engine.project.progress import Reporter, Silent
from engine.project.project import Project
from engine.scans.images import SUFFIXES, content_hash
from engine.scans.pages import source_folders

By = Literal["kind", "decision"]

_MARKER = ".single-line-studio-folders.json"
_FORMAT = "single-line-studio folders"


def read_folders(folder: Path, accept: Collection[str] = (), reporter: Reporter | None = None) -> list[Row]:
    """What a folder of labels says about scans: each has the kind its folder is called by.

    Folders may lie deeper (`sb44/notes/...`): the label is the folder a scan lies in. The author's labels
    become our words for them (`KIND_BY_LABEL`).

    Args:
        folder: The folder of folders; only read.
        accept: Labels or kinds whose scans are accepted; all others are then rejected. With none, nothing
            is decided.
        reporter: Hears of progress.

    Returns:
        A row for each scan in a labelled folder, for `plan_import`.

    Raises:
        UserError: if it is no such folder, a scan cannot be read, or `accept` names no label in it.
    """
    found = sorted(_scans(folder))
    if not found:
        raise UserError(f"{folder} has no sub-folders with scans.", "Each is to be called by a label.")
    chosen = {KIND_BY_LABEL.get(word, word) for word in accept}
    kinds = {kind for _, kind in found}
    if not chosen <= kinds:
        missing = ", ".join(sorted(chosen - kinds))
        raise UserError(f"{folder} has no scans of {missing}.", f"It has {', '.join(sorted(kinds))}.")
    reporter = reporter or Silent()
    rows: list[Row] = []
    for number, (path, kind) in enumerate(found, 1):
        values: dict[Field, str] = {"kind": kind}
        if chosen:
            values["decision"] = "accepted" if kind in chosen else "rejected"
        name = path.relative_to(folder).as_posix()
        try:
            sha256 = content_hash(path)
        except OSError as error:
            raise UserError(f"Cannot read {path}: {error.strerror}.", "Check the disk.") from error
        rows.append(Row(name, "pages", "", path.name, sha256, values=values))
        reporter.progress(number, len(found), path.name)
    return rows


def _scans(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every scan below the folder that lies in a sub-folder, with its kind."""

    def refuse(error: OSError) -> None:
        raise UserError(f"Cannot read {error.filename}: {error.strerror}.", "Check its rights.")

    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        label = Path(parent).name
        if Path(parent) != folder:
            for name in names:
                if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                    yield Path(parent, name), KIND_BY_LABEL.get(label, label)


@dataclass(slots=True)
class Written:
    """What was put into folders.

    Attributes:
        counts: Name of the sub-folder -> number of scans.
        failed: Scans that could not be read, each with the reason.
    """

    counts: dict[str, int] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)


def write_folders(
    project: Project, out: Path, by: By = "kind", *, link: bool = False, reporter: Reporter | None = None
) -> Written:
    """Copy the scans into one folder a kind or a decision. The scans themselves are only read.

    Args:
        project: The project.
        out: A new or empty folder, or one written by this function, which is then brought up to date: what
            it put there before is taken away first, everything else is left.
        by: What the sub-folders are called by.
        link: Make symbolic links in the place of copies.
        reporter: Hears of progress.

    Raises:
        UserError: if the folder is not empty and not ours, lies among the scans, or cannot be written.
    """
    out = out.expanduser().resolve()
    for source in source_folders(project).values():
        if out == source or source in out.parents:
            raise UserError(f"{out} lies among the scans in {source}.", "Choose a folder elsewhere.")
    before = _ours(out)
    plan, written, reporter = _plan(items(project), by), Written(), reporter or Silent()
    try:
        for name in before:
            _take_away(out, name)
        for name, item in list(plan.items()):
            if reason := _obstacle(item.path, out / name):
                written.failed.append((item.id, reason))
                del plan[name]
        # The list goes first: a copy that stops half way is still known as ours.
        write_json(out / _MARKER, {"format": _FORMAT, "files": sorted(plan)})
        for number, (name, item) in enumerate(plan.items(), 1):
            _put(item.path, out / name, link=link)
            group = PurePosixPath(name).parts[0]
            written.counts[group] = written.counts.get(group, 0) + 1
            reporter.progress(number, len(plan), item.path.name)
    except OSError as error:
        raise write_error(out, error) from error
    return written


def _obstacle(scan: Path, target: Path) -> str:
    """Why a scan cannot be put there; a link that someone made could lead back to the scans."""
    if not scan.is_file():
        return f"{scan} is not there"
    if os.path.lexists(target) or target.parent.is_symlink():
        return f"{target} is there already, and not by us"
    return ""


def _put(scan: Path, target: Path, *, link: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if link:
        target.symlink_to(scan)
    else:
        shutil.copy2(scan, target)


def _plan(found: list[Item], by: By) -> dict[str, Item]:
    """Path below the folder -> the page that goes there; a name that is taken is given the page's id."""
    plan: dict[str, Item] = {}
    taken: set[str] = set()
    for item in found:
        group = _folder_name(item.decision if by == "decision" else item.kind or "no kind")
        name = f"{group}/{item.path.name}"
        if name.casefold() in taken:
            name = f"{group}/{_folder_name(item.id)}{item.path.suffix}"
        taken.add(name.casefold())
        plan[name] = item
    return plan


def _folder_name(text: str) -> str:
    """A kind as a file system takes it: an artist may call a kind anything."""
    safe = "".join("_" if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in text)
    return safe.strip(". ")[:80] or "_"


def _ours(out: Path) -> list[str]:
    """The files put there before. Raises UserError for a folder that is someone else's."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return []
    try:
        about: Any = json.loads((out / _MARKER).read_text("utf-8"))
        if about["format"] == _FORMAT:
            return [str(name) for name in about["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise UserError(f"{out} is not empty.", "Choose a new folder, or one that was written by this command.")


def _take_away(out: Path, name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or len(path.parts) != 2:
        return  # no list of ours names such a file
    folder = out / path.parts[0]
    if folder.is_symlink():
        return
    (out / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
