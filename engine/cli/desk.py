"""What commands need that ask a run about drawings: its model, the drawings by name, a file to write."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.dataset.npz import read_npz
from engine.dataset.recipe import Recipe
from engine.dataset.shelf import dataset_folder
from engine.dataset.store import load_manifest
from engine.errors import UserError
from engine.jobs.runs import BASE, find_run, weights_of
from engine.project.project import Project
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.svg import read_svg
from engine.strokes.types import Drawing
from engine.trace.drawings import drawing as drawing_of_id

if TYPE_CHECKING:
    from engine.sampling.sampler import Sampler

_NUMBERED = re.compile(r"(?P<file>.+\.npz)(?::(?P<number>\d+))?", re.IGNORECASE)


class Desk:
    """A run of a project, and drawings laid before it."""

    def __init__(self, project: Path, run: str) -> None:
        """Find the run.

        Raises:
            UserError: if there is no such project or run, or the run has saved nothing yet.
        """
        self._project, self._run = project, run
        with Project.open(project, write=False) as opened:
            self.layout = opened.layout
        self._weights = weights_of(self.layout, run)

    @cached_property
    def sampler(self) -> Sampler:
        """The run, ready to draw."""
        from engine.sampling.sampler import Sampler

        return Sampler.load(self._weights)

    @cached_property
    def recipe(self) -> Recipe:
        """How the drawings were prepared that the run learnt from; as usual where nobody knows."""
        dataset = "" if self._run == BASE else find_run(self.layout, self._run).dataset
        if not dataset:
            return Recipe()
        try:
            return Recipe.from_json(load_manifest(dataset_folder(self.layout, dataset))["recipe"])
        except (UserError, KeyError):
            return Recipe()  # its dataset is gone: the weights still draw

    def drawing(self, name: str, *, simplified: bool = True) -> Drawing:
        """A drawing of the project by its id, or of a file.

        Args:
            name: An id, `FILE.svg`, `FILE.npz`, or `FILE.npz:12` for its 12th drawing.
            simplified: With as few points as the run learnt from.

        Raises:
            UserError: if there is none.
        """
        found = self._read(name)
        if not found.n_points:
            raise UserError(f"There is no line in {name}.", "Choose another drawing.")
        if not simplified:
            return found
        from engine.sampling.reading import as_learnt

        return as_learnt(found, self.recipe)

    def target(self, out: Path | None, usual: str, *suffixes: str) -> Path:
        """The file to write. Raises UserError for a name that says another kind of file."""
        path = self.layout.exports / usual if out is None else out
        if path.suffix.lower() not in suffixes:
            raise UserError(f"{path} should end in {' or '.join(suffixes)}.", "Choose another name.")
        return path

    def _read(self, name: str) -> Drawing:
        if name.lower().endswith(".svg"):
            return Drawing(tuple(read_svg(Path(name)))).normalised()
        if found := _NUMBERED.fullmatch(name):
            return _of_npz(Path(found["file"]), int(found["number"] or 1))
        with Project.open(self._project, write=False) as opened:
            row = drawing_of_id(opened, name)
        if row is None:
            raise UserError(
                f"There is no drawing {name!r} in {self._project}.",
                "Give a drawing's id, as `singleline traces` lists them, or an .svg or .npz file.",
            )
        return row.drawing


def _of_npz(path: Path, number: int) -> Drawing:
    """One drawing of a file, counted from 1 through its splits, in the file's own units."""
    rows = [one for part in read_npz(path).splits.values() for one in part]
    if not 1 <= number <= len(rows):
        raise UserError(f"{path.name} has no drawing {number}.", f"It has {len(rows)}, counted from 1.")
    return from_stroke3(rows[number - 1])
