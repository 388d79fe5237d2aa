"""The dataset versions of a project: `datasets/NAME/vNNN`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.dataset.store import load_manifest
from engine.errors import UserError
from engine.project.layout import Layout


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


def version_folders(layout: Layout, name: str) -> list[Path]:
    """The folders of a dataset's versions, oldest first."""
    found = [path for path in (layout.datasets / name).glob("v*") if path.name[1:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[1:]))
