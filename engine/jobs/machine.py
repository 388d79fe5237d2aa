"""A warm model and what its run knows: where drawings come from, which real ones they are held against."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.dataset.recipe import Recipe
from engine.dataset.shelf import recipe_of
from engine.jobs.runs import BASE, checkpoint_of
from engine.models.base_model import base_model_path
from engine.project.layout import Layout
from engine.sampling.options import Options
from engine.sampling.provenance import Origin, Way
from engine.sampling.reading import as_learnt
from engine.sampling.real_drawings import RealDrawings, dataset_of, find_real_drawings, run_folder
from engine.sampling.sampler import Sampler
from engine.strokes.types import Drawing


class Machine:
    """One checkpoint, ready to draw."""

    def __init__(self, weights: Path, project: Path | None = None) -> None:
        """Load it.

        Args:
            weights: The folder of a run, whose best checkpoint it is, or a checkpoint file.
            project: Whose drawings a model is held against that learnt elsewhere; by default the run's.

        Raises:
            UserError: if it is no run, or has no checkpoint yet, or that is damaged.
        """
        self._file = weights if weights.is_file() else checkpoint_of(weights)
        self._project = project
        self._folder = run_folder(weights)
        self.sampler = Sampler.load(self._file)

    def facts(self) -> dict[str, Any]:
        """What somebody who asks it to draw may want to know, JSON-ready."""
        return {**self.sampler.facts(), "run": self._run, "checkpoint": self._file.name}

    def provenance(
        self, index: int, options: Options, way: Way = "drawn", made_from: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Where one drawing comes from, JSON-ready; see `engine.sampling.provenance`."""
        return self._origin.of(index, options, way, made_from).to_json()

    def as_learnt(self, drawing: Drawing) -> Drawing:
        """A drawing with as few points as those it learnt from."""
        return as_learnt(drawing, self.recipe)

    @cached_property
    def recipe(self) -> Recipe:
        """How the drawings were prepared that it learnt from."""
        return recipe_of(Layout(self._folder.absolute().parents[1]), dataset_of(self._folder))

    @cached_property
    def real_drawings(self) -> Future[RealDrawings | None]:
        """Those that its own can be held against, None where there are none; read beside everything else."""
        reader = ThreadPoolExecutor(1, "real drawings")
        reading = reader.submit(find_real_drawings, self._folder, self._project)
        reader.shutdown(wait=False)
        return reading

    @cached_property
    def _origin(self) -> Origin:
        return Origin(self.sampler.checkpoint, self._file.name, self._run)

    @property
    def _run(self) -> str:
        return BASE if self._file.absolute() == base_model_path() else self._folder.name
