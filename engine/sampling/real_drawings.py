"""The real drawings beside a machine's: the nearest of those it learnt from, or of the project's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.dataset.shelf import dataset_folder
from engine.dataset.sources import project_sources
from engine.dataset.store import load_dataset
from engine.dataset.types import SourceDrawing
from engine.errors import UserError
from engine.project.atomic import replacing
from engine.project.layout import Layout
from engine.project.project import Project
from engine.sampling.quality.memory import TrainingMemory, ink_prints
from engine.strokes.stroke3 import Stroke3, from_stroke3, to_stroke3
from engine.strokes.types import Drawing

_PRINTS_VERSION = 1
"""Goes up when `ink_prints` comes to other numbers."""
_FEW = 40
_FEW_THRESHOLD = 0.05
"""What counts as a copy among few drawings, which cannot tell how near two are by chance: of 1,000 to 3,000
drawings of four collections one in a hundred is nearer than 0.02 to 0.06 to another."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The real drawing that a machine's is most like.

    Attributes:
        name: Its id.
        page: The page it was cut from.
        distance: 0 the same, 1 nothing in common.
        is_memorised: Whether the machine learnt from it, and that is nearer than one in a hundred real
            drawings are to another by chance.
        drawing: Its strokes.
    """

    name: str
    page: str
    distance: float
    is_memorised: bool
    drawing: Drawing


class RealDrawings:
    """A set of real drawings, to find the nearest in it."""

    def __init__(
        self,
        rows: Sequence[Stroke3],
        names: Sequence[str],
        pages: Sequence[str],
        *,
        is_learnt_from: bool,
        prints: NDArray[np.float32] | None = None,
    ) -> None:
        """Remember them.

        Args:
            rows: Stroke-3, of one drawing at least.
            names: The id of each.
            pages: The page of each.
            is_learnt_from: Whether the machine may have remembered them.
            prints: Their `ink_prints`, where they are known.
        """
        self._rows, self._names, self._pages = rows, names, pages
        self._memory = TrainingMemory(ink_prints(rows) if prints is None else prints, pages)
        self.is_learnt_from = is_learnt_from
        self.threshold = _FEW_THRESHOLD if len(rows) < _FEW else self._memory.threshold

    def __len__(self) -> int:
        return len(self._rows)

    @staticmethod
    def of_run(run: Path) -> RealDrawings:
        """What a run learnt from: the training split of its dataset.

        Raises:
            UserError: if it learnt elsewhere, or its dataset is gone or damaged.
        """
        layout, dataset = Layout(run.absolute().parents[1]), dataset_of(run)
        if not dataset:
            raise UserError(
                f"{run.name} learnt elsewhere: its drawings are not here.",
                "Compare with the project's own drawings.",
            )
        stored = load_dataset(dataset_folder(layout, dataset))
        train = stored.dataset.train
        if not len(train):
            raise UserError(
                f"{dataset} has no training drawings.", "Compare with the project's own drawings."
            )
        prints = _prints(layout, f"{stored.manifest['data_hash']}-train", train.rows)
        return RealDrawings(train.rows, train.ids, train.pages, is_learnt_from=True, prints=prints)

    @staticmethod
    def of_project(layout: Layout) -> RealDrawings:
        """The drawings of a project's accepted pages, those aside that were rejected.

        A machine that did not learn from them has none of them by heart, however near it comes.

        Raises:
            UserError: if there are none.
        """
        found = _own_drawings(layout)
        if not found:
            raise UserError(f"There are no drawings in {layout.root}.", "Accept pages and trace them first.")
        rows = [to_stroke3(one.drawing) for one in found]
        names, pages = [one.id for one in found], [one.page_id for one in found]
        prints = _prints(layout, _hash(rows), rows)
        return RealDrawings(rows, names, pages, is_learnt_from=False, prints=prints)

    def nearest(self, drawings: Sequence[Drawing]) -> list[Nearest]:
        """The nearest to each drawing, in any unit."""
        if not drawings:
            return []
        found, distances = self._memory.nearest([to_stroke3(one) for one in drawings])
        return list(self._described(found.tolist(), distances.tolist()))

    def _described(self, found: list[int], distances: list[float]) -> Iterator[Nearest]:
        for index, distance in zip(found, distances, strict=True):
            yield Nearest(
                self._names[index],
                self._pages[index],
                max(distance, 0.0),
                self.is_learnt_from and distance <= self.threshold,
                from_stroke3(self._rows[index]),
            )


def run_folder(weights: Path) -> Path:
    """The folder of the run whose folder or checkpoint this is; of the program's own model no run's."""
    return weights if weights.is_dir() else weights.absolute().parents[1]


def dataset_of(run: Path) -> str:
    """`NAME/vNNN` that a run learnt from; empty where it has none, or the folder is no run."""
    try:
        spec = json.loads((run / "spec.json").read_text("utf-8"))
        return str(spec.get("dataset") or "")
    except (OSError, ValueError, AttributeError):
        return ""


def find_real_drawings(weights: Path, project: Path | None = None) -> RealDrawings | None:
    """What a machine's drawings can be held against: what it learnt from, else the project's own.

    Args:
        weights: A run's folder, or a checkpoint of a run or of the program.
        project: The project that is open; by default the run's.

    Returns:
        None where there is neither.

    Raises:
        UserError: if what is there is damaged.
    """
    run = run_folder(weights)
    if dataset_of(run):
        return RealDrawings.of_run(run)
    layout = Layout(project or run.absolute().parents[1])
    if not layout.marker.is_file() or not _own_drawings(layout):
        return None
    return RealDrawings.of_project(layout)


def _own_drawings(layout: Layout) -> list[SourceDrawing]:
    with Project.open(layout.root, write=False) as project:
        return [
            one for one in project_sources(project) if one.decision != "rejected" and one.drawing.n_points
        ]


def _prints(layout: Layout, key: str, rows: Sequence[Stroke3]) -> NDArray[np.float32]:
    """The prints of drawings, kept in the project: of thousands they take seconds."""
    path = layout.prints / f"{key}-{_PRINTS_VERSION}.npy"
    try:
        known = np.load(path, allow_pickle=False)
        if known.dtype == np.float32 and known.ndim == 2 and len(known) == len(rows):
            return np.asarray(known)
    except (OSError, ValueError, EOFError):
        pass  # not made yet, or damaged
    prints = ink_prints(rows)
    try:
        with replacing(path) as file:
            np.save(file, prints)
    except UserError:
        pass  # a project that may only be read: they are made again the next time
    return prints


def _hash(rows: Sequence[Stroke3]) -> str:
    digest = hashlib.sha256()
    for one in rows:
        digest.update(len(one).to_bytes(4, "little") + one.astype("<f4").tobytes())
    return digest.hexdigest()[:16]
