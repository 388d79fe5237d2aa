"""Dataset versions of a project: `datasets/NAME/vNNN`, made from its drawings or from files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.dataset.build import Dataset, SourceDrawing, build
from engine.dataset.importers import import_strokes
from engine.dataset.recipe import Recipe, unchanged_recipe
from engine.dataset.store import load_manifest, save_dataset
from engine.errors import UserError
from engine.project import decisions
from engine.project.layout import Layout
from engine.project.project import Project
from engine.scans.pages import pages
from engine.trace.drawings import drawings

_NAME = re.compile(r"[\w][\w .-]{0,59}")


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


def make_dataset(project: Project, name: str, recipe: Recipe | None = None) -> DatasetVersion:
    """Make the next version of a dataset from the project's drawings.

    Args:
        project: Open for writing.
        name: The dataset's name.
        recipe: Which drawings, and how prepared.

    Raises:
        UserError: if the name is no folder name, or no drawing is left.
    """
    recipe = recipe or Recipe()
    return _save(project, name, build(_sources(project, recipe), recipe), recipe)


def import_dataset(project: Project, name: str, file: Path) -> tuple[DatasetVersion, tuple[str, ...]]:
    """Make a dataset version of strokes from elsewhere, as they are.

    Args:
        project: Open for writing.
        name: The dataset's name.
        file: `.npz`, QuickDraw `.ndjson`, or a folder of SVGs.

    Returns:
        The version, and what the artist should know about the file.

    Raises:
        UserError: naming the file, if it is missing, damaged, hostile or empty.
    """
    _check_name(name)
    imported = import_strokes(file)
    recipe = unchanged_recipe()
    version = _save(project, name, build(imported.items(), recipe), recipe, source=imported.source)
    return version, imported.warnings


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


def _sources(project: Project, recipe: Recipe) -> Iterator[SourceDrawing]:
    """The drawings a recipe's decisions, kinds and books let in; their page must stand accepted."""
    shelf = {page.id: page for page in pages(project, gone=True)}
    page_states = decisions.states(project.index, "pages")
    states = decisions.states(project.index, "drawings")
    for row in drawings(project):
        page_state = page_states.get(row.page, decisions.UNDECIDED)
        state = states.get(row.id, decisions.UNDECIDED)
        wanted = (
            page_state.decision == "accepted"
            and state.decision in recipe.decisions
            and (not recipe.kinds or (state.kind or page_state.kind) in recipe.kinds)
            and (not recipe.books or shelf[row.page].book in recipe.books)
        )
        if wanted:
            yield SourceDrawing(row.id, row.page, row.drawing)


def _save(project: Project, name: str, dataset: Dataset, recipe: Recipe, source: str = "") -> DatasetVersion:
    _check_name(name)
    if not project.writable:
        raise UserError(f"{project.layout.root} is open for reading only.", "Open it for writing.")
    parent = project.layout.datasets / name
    numbers = [int(match[1]) for path in parent.glob("v*") if (match := re.fullmatch(r"v(\d+)", path.name))]
    number = max(numbers, default=0) + 1
    folder = parent / f"v{number:03d}"
    manifest = save_dataset(folder, dataset, recipe, name=name, version=number, source=source)
    return DatasetVersion(f"{name}/{folder.name}", folder, manifest)


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UserError(
            f"{name!r} cannot be a dataset's name.", "Use letters, digits, spaces, dots and dashes, up to 60."
        )
