"""What commands need that ask a run about drawings: its model, the drawings by name, a file to write."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.named import find_drawings
from engine.dataset.recipe import Recipe
from engine.dataset.shelf import recipe_of
from engine.errors import UserError
from engine.jobs.runs import BASE, find_run, weights_of
from engine.project.project import Project
from engine.strokes.types import Drawing

if TYPE_CHECKING:
    from engine.jobs.machine import Machine
    from engine.sampling.sampler import Sampler


class Desk:
    """A run of a project, and drawings laid before it."""

    def __init__(self, project: Path, run: str, checkpoint: str = "") -> None:
        """Find the run, and one of its checkpoints; by default the best.

        Raises:
            UserError: if there is no such project or run, or the run has saved nothing yet.
        """
        self._project, self._run = project, run
        with Project.open(project, write=False) as opened:
            self.layout = opened.layout
        self.weights = weights_of(self.layout, run, checkpoint)

    @cached_property
    def machine(self) -> Machine:
        """The run, ready to draw, and what it knows of its drawings."""
        from engine.jobs.machine import Machine

        return Machine(self.weights, self.layout.root)

    @property
    def sampler(self) -> Sampler:
        """The run, ready to draw."""
        return self.machine.sampler

    @cached_property
    def recipe(self) -> Recipe:
        """How the drawings were prepared that the run learnt from; as usual where nobody knows."""
        dataset = "" if self._run == BASE else find_run(self.layout, self._run).dataset
        return recipe_of(self.layout, dataset)

    def drawing(self, name: str, *, simplified: bool = True) -> Drawing:
        """One drawing by its name, wherever it lies.

        Args:
            name: As `engine.cli.named.find_drawings` knows it, of one drawing.
            simplified: With as few points as the run learnt from.

        Raises:
            UserError: if there is none, or more than one.
        """
        found = find_drawings(self._project, [name])
        if len(found) > 1:
            one = f"{name}:1" if Path(name).suffix else found[0].name
            raise UserError(f"There are {len(found)} drawings in {name}.", f"Say which, such as {one}.")
        if not simplified:
            return found[0].drawing
        from engine.sampling.reading import as_learnt

        return as_learnt(found[0].drawing, self.recipe)

    def target(self, out: Path | None, usual: str, *suffixes: str) -> Path:
        """The file to write. Raises UserError for a name that says another kind of file."""
        path = self.layout.exports / usual if out is None else out
        if path.suffix.lower() not in suffixes:
            raise UserError(f"{path} should end in {' or '.join(suffixes)}.", "Choose another name.")
        return path
