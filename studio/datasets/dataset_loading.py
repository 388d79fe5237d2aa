"""What the Datasets pane reads and writes in worker threads.

Reading drawings brings in scipy: it is imported, too, in those threads.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.jobs.folder import read_spec
from engine.project.atomic import write_error
from engine.project.layout import Layout
from engine.strokes.stroke3 import from_stroke3
from studio.datasets import recipe_parameters
from studio.models.datasets import Version
from studio.models.library import Library, page_of
from studio.models.samples import Sample
from studio.widgets.datasets.recipe_form import RecipeChoices


class VersionsReader:
    """Reads all versions again and again, but their manifests once: only titles and runs change.

    For one thread at a time.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._read: dict[Path, Version] = {}

    def __call__(self) -> list[Version]:
        """All versions, newest first; one that is damaged says so."""
        used = _runs_by_dataset(self._layout)
        folders = [manifest.parent for manifest in self._layout.datasets.glob("*/v*/manifest.json")]
        self._read |= {folder: _version(folder) for folder in folders if folder not in self._read}
        found = [_with_title(replace(self._read[one], runs=tuple(used.get(_id(one), ())))) for one in folders]
        return sorted(found, key=lambda one: (one.made, one.id), reverse=True)


@dataclass(frozen=True, slots=True)
class ReadVersionDrawings:
    """Reads some drawings of a version, spread over it."""

    folder: Path
    count: int

    def __call__(self) -> list[Sample]:
        """In their order; none where the file cannot be read."""
        from engine.dataset.store import load_dataset

        try:
            dataset = load_dataset(self.folder).dataset
        except UserError:
            return []
        rows = [pair for _, split in dataset.splits() for pair in zip(split.ids, split.rows, strict=True)]
        step = max(len(rows) / self.count, 1.0)
        chosen = [rows[int(at * step)] for at in range(min(self.count, len(rows)))]
        return [
            Sample(id_, from_stroke3(each).normalised(), "hand", {"drawing": id_}) for id_, each in chosen
        ]


@dataclass(frozen=True, slots=True)
class CopyData:
    """Copies a version's `data.npz` to where others read it."""

    folder: Path
    out: Path

    def __call__(self) -> Path:
        """The new file. Raises UserError if it cannot be written."""
        try:
            shutil.copyfile(self.folder / "data.npz", self.out)
        except OSError as error:
            raise write_error(self.out, error) from error
        return self.out


def choices_of(library: Library, others: Iterable[Version], added: Collection[str]) -> RecipeChoices:
    """What a recipe can choose from.

    Args:
        library: Its drawings of accepted pages.
        others: Versions of other datasets, newest first; of each the newest is offered.
        added: Ids of those that are offered, too, as the recipe has them already.
    """
    accepted = {item.id for item in library.shelf("pages").items if item.decision == "accepted"}
    drawings = [item for item in library.shelf("drawings").items if page_of(item) in accepted]
    days = {item.taken for item in drawings if item.taken}
    newest: dict[str, str] = {}
    offered = {
        one.id: one.drawings
        for one in others
        if newest.setdefault(one.name, one.id) == one.id or one.id in added
    }
    return RecipeChoices(
        decisions=Counter(item.decision for item in drawings),
        kinds=dict(sorted(Counter(item.kind for item in drawings).items())),
        books=Counter(item.book for item in drawings),
        dates=(min(days), max(days)) if days else None,
        datasets=offered,
    )


def _version(folder: Path) -> Version:
    from engine.dataset.store import load_manifest

    try:
        return _read_manifest(folder, load_manifest(folder))
    except UserError as error:
        return Version(_id(folder), folder, problem=str(error))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return Version(_id(folder), folder, problem=f"Its manifest is damaged: {error}.")


def _with_title(version: Version) -> Version:
    from engine.dataset.shelf import given_title

    title = given_title(version.folder)
    return version if title is None else replace(version, title=title)


def _id(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _read_manifest(folder: Path, manifest: Mapping[str, Any]) -> Version:
    counts, difference = manifest["counts"], manifest.get("difference") or {}
    train, valid, test = (int(counts[split]["drawings"]) for split in ("train", "valid", "test"))
    audit = manifest.get("audit")
    return Version(
        _id(folder),
        folder,
        title=str(manifest.get("title", "")),
        source=str(manifest.get("source", "")),
        made=str(manifest.get("made", "")),
        recipe=dict(manifest["recipe"]),
        train=train,
        valid=valid,
        test=test,
        points=sum(int(part["points"]) for part in counts.values()),
        left_out=len(manifest.get("dropped", ())),
        before=str(difference.get("base", "")),
        added=int(difference.get("added", 0)),
        removed=int(difference.get("removed", 0)),
        changed=int(difference.get("changed", 0)),
        recipe_changes=tuple(recipe_parameters.changes(difference.get("recipe", {}))),
        audit=_audit_sentence(audit) if audit else "",
        is_clean=bool(audit and audit["clean"]),
    )


def _audit_sentence(audit: Mapping[str, Any]) -> str:
    """What was found about the split."""
    from engine.dataset.audit import LEAKS

    leaks = {str(words): int(audit["leaks"].get(kind, 0)) for kind, words in LEAKS.items()}
    found = [f"{words} ({count:,})" for words, count in leaks.items() if count]
    if found:
        return f"On both sides stand {', '.join(found)}: what is held out says too little."
    baked_in = int(audit.get("baked_in", 0))
    if baked_in:
        return f"No page and no look-alike stands on both sides; {baked_in:,} are copies of each other."
    return "No page and no look-alike stands on both sides."


def _runs_by_dataset(layout: Layout) -> dict[str, list[str]]:
    """Dataset id -> ids of the runs that learnt from it."""
    found: dict[str, list[str]] = {}
    for spec in sorted(layout.runs.glob("*/spec.json")):
        try:
            dataset = str(read_spec(spec.parent).get("dataset", ""))
        except UserError:
            continue  # the Training pane lists it, with its reason
        found.setdefault(dataset, []).append(spec.parent.name)
    return found
