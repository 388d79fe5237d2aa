"""Drawings by name, wherever they lie: the project's own, kept ones, datasets, files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.dataset.importers import import_strokes
from engine.dataset.shelf import dataset_folder, datasets
from engine.dataset.store import load_dataset
from engine.errors import UserError
from engine.project.layout import Layout
from engine.project.project import Project
from engine.strokes.smooth import smooth_drawing
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing, as_stroke
from engine.trace.drawings import drawing as drawing_of_id
from engine.trace.drawings import drawings as all_drawings

KEPT = "kept"
_NUMBERED = re.compile(r"(?P<file>.+\.(?:npz|ndjson)):(?P<number>\d+)", re.IGNORECASE)
_STROKE_FILES = (".npz", ".ndjson")


@dataclass(frozen=True, slots=True)
class NamedDrawing:
    """A drawing, and what it is called.

    Attributes:
        name: An id, or the file and its number in it.
        drawing: Normalised.
        is_simple: Whether it has the few points of a model or a dataset, and is smoothed for the eye.
        is_machine: Whether a machine drew it.
    """

    name: str
    drawing: Drawing
    is_simple: bool = False
    is_machine: bool = False

    @property
    def picture(self) -> Drawing:
        """What is shown."""
        return smooth_drawing(self.drawing) if self.is_simple else self.drawing


def find_drawings(project: Path, names: Sequence[str]) -> list[NamedDrawing]:
    """The drawings of these names, in their order.

    Args:
        project: The project folder.
        names: For each: a drawing's id; a page's id for all of its drawings; the name of a kept drawing, or
            `kept` for all; a dataset or one of its versions; a `.svg`, `.npz`, `.ndjson` or `.json` file;
            `FILE.npz:12` for its 12th drawing.

    Raises:
        UserError: if there is none of a name, or a file is damaged.
    """
    with Project.open(project, write=False) as opened:
        found = [one for name in names for one in _found(opened, name)]
    drawn = [one for one in found if one.drawing.n_points]
    if not drawn:
        raise UserError(f"There is no line in {', '.join(names)}.", "Choose other drawings.")
    return drawn


def _found(project: Project, name: str) -> list[NamedDrawing]:
    path, suffix = Path(name), Path(name).suffix.lower()
    if numbered := _NUMBERED.fullmatch(name):
        return [_numbered(Path(numbered["file"]), int(numbered["number"]))]
    if suffix in _STROKE_FILES:
        return list(_of_stroke_file(path))
    if suffix == ".svg":
        return [NamedDrawing(path.stem, Drawing(tuple(read_svg(path))).normalised())]
    if suffix == ".json":
        return [read_kept(path)]
    return _of_project(project, name)


def _of_project(project: Project, name: str) -> list[NamedDrawing]:
    row = drawing_of_id(project, name)
    if row is not None:
        return [NamedDrawing(row.id, row.drawing)]
    of_page = [NamedDrawing(row.id, row.drawing) for row in all_drawings(project) if row.page == name]
    if of_page:
        return of_page
    folder = project.layout.exports / KEPT
    if name == KEPT:
        kept = [read_kept(path) for path in sorted(folder.glob("*.json"))]
        if kept:
            return kept
        raise UserError(f"No drawing is kept in {project.layout.root} yet.", "Keep one in the gallery.")
    if (folder / f"{name}.json").is_file():
        return [read_kept(folder / f"{name}.json")]
    if _is_dataset(project.layout, name):
        return list(_of_dataset(project.layout, name))
    raise UserError(
        f"There is no drawing, page, kept drawing or dataset {name!r} in {project.layout.root}.",
        "Give an id as `singleline traces` lists them, a dataset, or a .npz, .ndjson, .svg or .json file.",
    )


def _is_dataset(layout: Layout, name: str) -> bool:
    return any(name in (one.id, one.folder.parent.name) for one in datasets(layout))


def _of_dataset(layout: Layout, name: str) -> Iterator[NamedDrawing]:
    for _, split in load_dataset(dataset_folder(layout, name)).dataset.splits():
        for id_, rows in zip(split.ids, split.rows, strict=True):
            yield NamedDrawing(id_, from_stroke3(rows).normalised(), is_simple=True)


def _of_stroke_file(path: Path) -> Iterator[NamedDrawing]:
    for number, drawing in enumerate(import_strokes(path).drawings, start=1):
        yield NamedDrawing(f"{path.name}:{number}", drawing.normalised(), is_simple=True)


def _numbered(path: Path, number: int) -> NamedDrawing:
    found = list(_of_stroke_file(path))
    if not 1 <= number <= len(found):
        raise UserError(f"{path.name} has no drawing {number}.", f"It has {len(found)}, counted from 1.")
    return found[number - 1]


def read_kept(path: Path) -> NamedDrawing:
    """A drawing the artist kept, of the `.json` file in `exports/kept`.

    Raises:
        UserError: if the file is missing or damaged.
    """
    try:
        value = json.loads(path.read_text("utf-8"))
        strokes = tuple(as_stroke(np.asarray(points, dtype=np.float32)) for points in value["strokes"])
        if not all(np.isfinite(stroke).all() for stroke in strokes):
            raise ValueError("a coordinate is not a number")
        is_machine = value.get("made_by") == "machine"
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.", "Check the file's name.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"{path} is not a kept drawing.", "Choose one of the .json files in exports/kept."
        ) from error
    return NamedDrawing(path.stem, Drawing(strokes).normalised(), is_simple=is_machine, is_machine=is_machine)


def some_of(found: Sequence[NamedDrawing], most: int) -> list[NamedDrawing]:
    """At most so many, from the first to the last in equal steps."""
    if len(found) <= most:
        return list(found)
    return [found[index] for index in np.linspace(0, len(found) - 1, most).round().astype(int).tolist()]
