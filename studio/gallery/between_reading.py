"""What the view between two drawings reads in worker threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.strokes.types import Drawing
from studio.gallery.between import has_codes
from studio.gallery.weights import Weights, weights_of
from studio.models.runs import Run
from studio.models.samples import Sample


@dataclass(frozen=True, slots=True)
class Drawers:
    """Who can draw.

    Attributes:
        weights: All saved states.
        with_codes: Ids of the runs that read drawings into codes.
    """

    weights: tuple[Weights, ...] = ()
    with_codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadDrawers:
    """Reads the saved states of runs."""

    runs: Sequence[Run]

    def __call__(self) -> Drawers:
        """Headers only; a run that is gone has none."""
        found = tuple(one for run in self.runs for one in weights_of(run))
        return Drawers(found, frozenset(run.id for run in self.runs if has_codes(run)))


@dataclass(frozen=True, slots=True)
class ReadDropped:
    """Reads an SVG file that was dropped."""

    file: Path

    def __call__(self) -> Sample:
        """A drawing of its lines. Raises UserError for what is none."""
        from engine.strokes.svg import read_svg

        drawing = Drawing(tuple(stroke for stroke in read_svg(self.file) if len(stroke))).normalised()
        return Sample(self.file.stem, drawing, "hand", {"file": self.file.name})
