"""The dataset versions of a project: `datasets/NAME/vNNN`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.dataset.recipe import Recipe
from engine.dataset.store import load_manifest
from engine.errors import UserError
from engine.project.atomic import write_json
from engine.project.layout import Layout

_NAME = re.compile(r"[\w][\w .-]{0,59}")
_TITLE = "title.json"
"""Beside the manifest, which never changes: what the artist calls the version now."""


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """One immutable dataset.

    Attributes:
        id: `NAME/vNNN`.
        folder: Where it lies.
        manifest: All of its `manifest.json`.
    """

    id: str
    folder: Path
    manifest: dict[str, Any]

    @property
    def title(self) -> str:
        """What the artist calls it: since it was made, or when."""
        given = given_title(self.folder)
        return str(self.manifest.get("title", "")) if given is None else given


def check_name(name: str) -> None:
    """Raise UserError unless `name` can be a dataset's."""
    if not _NAME.fullmatch(name):
        raise UserError(
            f"{name!r} cannot be a dataset's name.", "Use letters, digits, spaces, dots and dashes, up to 60."
        )


def given_title(folder: Path) -> str | None:
    """What a version has been called since it was made; None where it was not, or cannot be read."""
    try:
        return str(json.loads((folder / _TITLE).read_text("utf-8"))["title"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_title(folder: Path, title: str) -> None:
    """Call a version something else; its manifest stays. Raises UserError if it cannot be written."""
    write_json(folder / _TITLE, {"title": title})


def datasets(layout: Layout) -> list[DatasetVersion]:
    """All versions of all datasets, newest last."""
    found = []
    for manifest in layout.datasets.glob("*/v*/manifest.json"):
        folder = manifest.parent
        found.append(DatasetVersion(f"{folder.parent.name}/{folder.name}", folder, load_manifest(folder)))
    return sorted(found, key=lambda one: (str(one.manifest.get("made", "")), one.folder.stat().st_mtime_ns))


def dataset_folder(layout: Layout, dataset: str) -> Path:
    """The folder of `NAME/vNNN`, or of the newest version of `NAME`.

    Raises:
        UserError: if there is no such dataset.
    """
    known = datasets(layout)
    for one in reversed(known):
        if dataset in (one.id, one.folder.parent.name):
            return one.folder
    names = ", ".join(one.id for one in known) or "none yet; make one with `singleline dataset PROJECT NAME`"
    raise UserError(f"There is no dataset {dataset!r} in {layout.root}.", f"The datasets are: {names}.")


def recipe_of(layout: Layout, dataset: str) -> Recipe:
    """The recipe of a dataset, named as for `dataset_folder`; the usual one where nobody knows any more."""
    if not dataset:
        return Recipe()
    try:
        return Recipe.from_json(load_manifest(dataset_folder(layout, dataset))["recipe"])
    except (UserError, KeyError):
        return Recipe()


def version_folders(layout: Layout, name: str) -> list[Path]:
    """The folders of a dataset's versions, oldest first."""
    found = [path for path in (layout.datasets / name).glob("v*") if path.name[1:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[1:]))
