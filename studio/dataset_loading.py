"""What the Datasets pane reads and writes in worker threads.

Reading drawings brings in scipy: it is imported, too, in those threads.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.jobs.folder import read_spec
from engine.project.atomic import write_error
from engine.project.layout import Layout
from engine.strokes.stroke3 import from_stroke3
from studio import recipe_parameters
from studio.models.datasets import Version
from studio.models.library import Library, page_of
from studio.models.samples import Sample
from studio.widgets.recipe_form import RecipeChoices


class VersionsReader:
    """Reads the manifests of all versions again and again, each once: they never change.

    For one thread at a time.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._read: dict[Path, tuple[Version, dict[str, Any]]] = {}

    def __call__(self) -> list[Version]:
        """All versions, newest first; one that is damaged says so."""
        used, found = _runs_by_dataset(self._layout), []
        for folder in _folders(self._layout):
            version, _ = self._read.get(folder) or self._take(folder)
            found.append(replace(version, runs=tuple(used.get(version.id, ()))))
        return sorted(found, key=lambda one: (one.made, one.id), reverse=True)

    def _take(self, folder: Path) -> tuple[Version, dict[str, Any]]:
        from engine.dataset.store import load_manifest

        id_ = f"{folder.parent.name}/{folder.name}"
        try:
            manifest = load_manifest(folder)
            version = _version(id_, folder, manifest)
        except (UserError, KeyError, TypeError, ValueError) as error:
            return Version(id_, folder, problem=f"It cannot be read: {error}"), {}
        before = [one for one in self._read if one.parent == folder.parent and _order(one) < _order(folder)]
        if before:
            version = _compared(version, manifest, *self._read[max(before, key=_order)])
        self._read[folder] = (version, manifest)
        return self._read[folder]


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


def choices_of(library: Library) -> RecipeChoices:
    """What a recipe can choose from: the drawings of accepted pages."""
    accepted = {item.id for item in library.shelf("pages").items if item.decision == "accepted"}
    drawings = [item for item in library.shelf("drawings").items if page_of(item) in accepted]
    return RecipeChoices(
        decisions=Counter(item.decision for item in drawings),
        kinds=dict(sorted(Counter(item.kind for item in drawings).items())),
        books=Counter(item.book for item in drawings),
    )


def _folders(layout: Layout) -> list[Path]:
    """All versions' folders, each after those before it."""
    folders = (manifest.parent for manifest in layout.datasets.glob("*/v*/manifest.json"))
    return sorted(folders, key=_order)


def _order(folder: Path) -> tuple[str, int, str]:
    return folder.parent.name, len(folder.name), folder.name


def _version(id_: str, folder: Path, manifest: Mapping[str, Any]) -> Version:
    counts = manifest["counts"]
    train, valid, test = (int(counts[split]["drawings"]) for split in ("train", "valid", "test"))
    return Version(
        id_,
        folder,
        title=str(manifest.get("title", "")),
        source=str(manifest.get("source", "")),
        made=str(manifest.get("made", "")),
        recipe=manifest["recipe"],
        train=train,
        valid=valid,
        test=test,
        points=sum(int(part["points"]) for part in counts.values()),
        left_out=len(manifest.get("dropped", ())),
    )


def _compared(
    version: Version, manifest: Mapping[str, Any], before: Version, before_manifest: Mapping[str, Any]
) -> Version:
    """The version, with what is another since the one before it."""
    new, old = _drawings(manifest), _drawings(before_manifest)
    return replace(
        version,
        before=before.id,
        added=len(new.keys() - old.keys()),
        removed=len(old.keys() - new.keys()),
        changed=sum(new[id_] != old[id_] for id_ in new.keys() & old.keys()),
        recipe_changes=tuple(recipe_parameters.changes(before.recipe, version.recipe)),
    )


def _drawings(manifest: Mapping[str, Any]) -> dict[str, int]:
    return {str(one["id"]): int(one["points"]) for one in manifest["drawings"]}


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
