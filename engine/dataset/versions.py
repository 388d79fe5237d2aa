"""Making dataset versions: from the project's drawings, from files, from other datasets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.dataset.audit import audit
from engine.dataset.build import as_dataset
from engine.dataset.difference import contents, difference, recipe_difference
from engine.dataset.importers import import_strokes
from engine.dataset.recipe import Recipe, unchanged_recipe
from engine.dataset.shelf import DatasetVersion, check_name, dataset_folder, datasets, version_folders
from engine.dataset.sources import included_sources, project_sources
from engine.dataset.stock import Stock
from engine.dataset.store import load_dataset, save_dataset
from engine.dataset.types import Dataset, SourceDrawing
from engine.errors import UserError
from engine.project.layout import Layout
from engine.project.progress import Reporter
from engine.project.project import Project

__all__ = [
    "DatasetVersion",
    "dataset_folder",
    "datasets",
    "import_dataset",
    "make_dataset",
]


def make_dataset(
    project: Project,
    name: str,
    recipe: Recipe | None = None,
    *,
    title: str = "",
    reporter: Reporter | None = None,
) -> DatasetVersion:
    """Make the next version of a dataset from the project's drawings.

    Args:
        project: Open for writing.
        name: The dataset's name.
        recipe: Which drawings, and how prepared.
        title: A note on this version.
        reporter: Hears how far it is; may stop it.

    Raises:
        UserError: if the name is no folder name, or no drawing is left.
        Abandoned: when it was stopped; nothing was written.
    """
    recipe = recipe or Recipe()
    return _make(project, name, recipe, project_sources(project), {"title": title}, reporter)


def import_dataset(
    project: Project,
    name: str,
    file: Path,
    recipe: Recipe | None = None,
    *,
    title: str = "",
    reporter: Reporter | None = None,
) -> tuple[DatasetVersion, tuple[str, ...]]:
    """Make a dataset version of strokes from elsewhere.

    Args:
        project: Open for writing.
        name: The dataset's name.
        file: `.npz`, QuickDraw `.ndjson`, or a folder of SVGs; each of their drawings is a page.
        recipe: How they are prepared, at 200 units a page. Without one they stay as they are.
        title: A note on this version.
        reporter: Hears how far it is; may stop it.

    Returns:
        The version, and what the artist should know about the file.

    Raises:
        UserError: naming the file, if it is missing, damaged, hostile or empty.
        Abandoned: when it was stopped; nothing was written.
    """
    check_name(name)
    imported = import_strokes(file)
    facts = {"title": title, "source": imported.source}
    sources = imported.items(normalised=recipe is not None)
    version = _make(project, name, recipe or unchanged_recipe(), sources, facts, reporter)
    return version, imported.warnings


def _make(
    project: Project,
    name: str,
    recipe: Recipe,
    sources: Iterable[SourceDrawing],
    facts: dict[str, Any],
    reporter: Reporter | None,
) -> DatasetVersion:
    check_name(name)
    if not project.writable:
        raise UserError(f"{project.layout.root} is open for reading only.", "Open it for writing.")
    layout = project.layout
    recipe = _with_versions(layout, recipe)
    taken = Stock([*sources, *included_sources(layout, recipe)]).take(recipe, reporter)
    dataset = as_dataset(taken)
    before = version_folders(layout, name)
    number = int(before[-1].name[1:]) + 1 if before else 1
    facts |= {
        "not_asked_for": dict(Counter(one.rule.title for one in taken.not_asked_for)),
        "audit": audit(dataset, reporter).to_json(),
        "difference": _difference(before[-1], dataset, recipe) if before else None,
    }
    folder = layout.datasets / name / f"v{number:03d}"
    manifest = save_dataset(folder, dataset, recipe, name=name, version=number, facts=facts)
    return DatasetVersion(f"{name}/{folder.name}", folder, manifest)


def _with_versions(layout: Layout, recipe: Recipe) -> Recipe:
    """The recipe with the version of every dataset it includes, so that it makes the same dataset again."""
    folders = [dataset_folder(layout, name) for name in recipe.include]
    return replace(recipe, include=tuple(f"{folder.parent.name}/{folder.name}" for folder in folders))


def _difference(before: Path, dataset: Dataset, recipe: Recipe) -> dict[str, Any]:
    """What is new against the version before; a damaged one must not keep a new one from being made."""
    base = f"{before.parent.name}/{before.name}"
    try:
        old = load_dataset(before)
    except UserError as error:
        return {"base": base, "problem": error.message}
    changes = difference(contents(old.dataset), contents(dataset)).to_json()
    return {"base": base, **changes, "recipe": recipe_difference(old.recipe, recipe)}
