"""Datasets on disk: immutable folders of `data.npz` and `manifest.json`."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.dataset.npz import is_integral, read_npz, write_npz
from engine.dataset.recipe import Recipe, recipe_hash
from engine.dataset.types import SPLIT_NAMES, Dataset, Dropped, Split
from engine.errors import UserError
from engine.project.atomic import write_error, write_json

FORMAT = 1
_DAMAGED_HINT = "Build the dataset again; it is made from the project's drawings."


@dataclass(frozen=True, slots=True)
class StoredDataset:
    """A dataset version read back.

    Attributes:
        dataset: The drawings.
        recipe: How they were chosen and prepared.
        manifest: All of `manifest.json`: name, version, made, hashes, counts, every drawing's page, book
            and split, the audit, the difference from the version before.
    """

    dataset: Dataset
    recipe: Recipe
    manifest: dict[str, Any]


def save_dataset(
    folder: Path,
    dataset: Dataset,
    recipe: Recipe,
    *,
    name: str,
    version: int = 1,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write one version; it appears whole or not at all.

    Args:
        folder: A folder that does not exist yet.
        dataset: The drawings.
        recipe: How they were made.
        name: What the artist calls it.
        version: Counts up within a name.
        facts: More for the manifest, JSON-ready: its title, the file the strokes came from, the audit, the
            difference from the version before.

    Returns:
        The manifest.

    Raises:
        UserError: if the folder exists or cannot be written.
    """
    if folder.exists():
        raise UserError(
            f"The dataset {folder.name} exists already.", "Datasets never change; save a new version."
        )
    manifest = {**_manifest(dataset, recipe, name, version), **(facts or {})}
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".dataset-", dir=folder.parent))
        try:
            with (temporary / "data.npz").open("wb") as file:
                write_npz(file, dataset)
            write_json(temporary / "manifest.json", manifest)
            temporary.chmod(0o755)
            temporary.rename(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise write_error(folder, error) from error
    return manifest


def load_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest alone, for lists. Raises UserError if it is missing or damaged."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"{folder} is not a dataset: {error.strerror}.", "Check the dataset's name."
        ) from error
    except ValueError as error:
        raise UserError(f"{path} is damaged: {error}.", _DAMAGED_HINT) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise UserError(f"{path} has a format this version does not know.", "Update Single-Line Studio.")
    return manifest


def load_dataset(folder: Path) -> StoredDataset:
    """Read a version back and check that nothing in it changed.

    Raises:
        UserError: if it is missing, damaged or altered.
    """
    manifest = load_manifest(folder)
    arrays = read_npz(folder / "data.npz").splits
    try:
        entries = manifest["drawings"]
        by_split = {name: [e for e in entries if e["split"] == name] for name in SPLIT_NAMES}
        splits = {
            name: Split(
                tuple(arrays.get(name, [])),
                tuple(e["id"] for e in part),
                tuple(e["page"] for e in part),
                tuple(e.get("book", "") for e in part),
            )
            for name, part in by_split.items()
        }
        dropped = tuple(Dropped(d["id"], d["page"], d["reason"]) for d in manifest["dropped"])
        dataset, digest = Dataset(**splits, dropped=dropped), manifest["data_hash"]
    except (KeyError, TypeError) as error:
        raise UserError(f"{folder / 'manifest.json'} is damaged: no {error}.", _DAMAGED_HINT) from error
    if data_hash(dataset) != digest:
        raise UserError(f"{folder / 'data.npz'} does not match its manifest.", _DAMAGED_HINT)
    return StoredDataset(dataset, Recipe.from_json(manifest["recipe"]), manifest)


def data_hash(dataset: Dataset) -> str:
    """Sixteen hexadecimal digits over every row, id and page of every split."""
    digest = hashlib.sha256()
    for name, split in dataset.splits():
        digest.update(f"{name} {len(split.rows)}\n".encode())
        for rows, identity, page in zip(split.rows, split.ids, split.pages, strict=False):
            digest.update(json.dumps([identity, page, len(rows)]).encode())
            digest.update(rows.astype("<f4").tobytes())
    return digest.hexdigest()[:16]


def _manifest(dataset: Dataset, recipe: Recipe, name: str, version: int) -> dict[str, Any]:
    """Everything worth knowing about a version, JSON-ready."""
    splits = dataset.splits()
    return {
        "format": FORMAT,
        "name": name,
        "version": version,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": "",
        "recipe": recipe.to_json(),
        "recipe_hash": recipe_hash(recipe),
        "data_hash": data_hash(dataset),
        "integral": is_integral(dataset.train.rows),
        "counts": {
            split: {"drawings": len(part), "points": part.n_points, "pages": len(set(part.pages))}
            for split, part in splits
        },
        "drawings": [
            {"id": identity, "page": page, "book": book, "split": split, "points": len(rows)}
            for split, part in splits
            for identity, page, book, rows in zip(part.ids, part.pages, part.books, part.rows, strict=True)
        ],
        "dropped": [{"id": d.id, "page": d.page_id, "reason": d.reason} for d in dataset.dropped],
    }
