"""Drawings that have no page: what a run drew, or what is played from the sketchbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from engine.strokes.smooth import smooth_drawing
from engine.strokes.types import Drawing
from studio.models.items import AnyIndex

SAMPLE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
EMPTY = Drawing(())


@dataclass(frozen=True, slots=True)
class Sample:
    """One drawing and where it came from.

    Attributes:
        name: What it is called on screen and in file names.
        drawing: Normalised strokes; empty while it is being drawn.
        made_by: `machine` or `hand`.
        origin: Provenance, JSON-ready: run, seed, temperature, index, or the drawing's id.
        is_kept: Whether the artist keeps it.
        smooth: A machine's few points as a pen would have drawn them; empty for what a hand drew.
    """

    name: str
    drawing: Drawing = EMPTY
    made_by: str = "machine"
    origin: dict[str, Any] = field(default_factory=dict, compare=False)
    is_kept: bool = False
    smooth: Drawing = field(default=EMPTY, compare=False)

    @property
    def picture(self) -> Drawing:
        """What is shown, played and exported."""
        return self.smooth if self.smooth.strokes else self.drawing

    @property
    def is_drawn(self) -> bool:
        """Whether there is something to see."""
        return bool(self.drawing.strokes)


def machine_sample(name: str, drawing: Drawing, origin: dict[str, Any], *, is_kept: bool = False) -> Sample:
    """A drawing of a run, smoothed for the eye."""
    return Sample(name, drawing, "machine", origin, is_kept, smooth_drawing(drawing))


class SamplesModel(QAbstractListModel):
    """A fixed number of places, filled as drawings arrive."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples: list[Sample] = []

    @property
    def samples(self) -> Sequence[Sample]:
        """All places in order."""
        return self._samples

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of places; a list has no children."""
        return 0 if parent is not None and parent.isValid() else len(self._samples)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name, or the `Sample` itself under `SAMPLE_ROLE`."""
        sample = self.sample_at(index)
        if sample is None:
            return None
        if role == SAMPLE_ROLE:
            return sample
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return sample.name
        return None

    def sample_at(self, index: AnyIndex) -> Sample | None:
        """The sample at an index, None for an invalid one."""
        return self._samples[index.row()] if index.isValid() and index.row() < len(self._samples) else None

    def show(self, samples: Sequence[Sample]) -> None:
        """Show these instead; when their number stays, the places and the focus stay too."""
        if len(samples) != len(self._samples):
            self.beginResetModel()
            self._samples = list(samples)
            self.endResetModel()
        else:
            self.put(0, samples)

    def put(self, first: int, samples: Sequence[Sample]) -> None:
        """Fill places from `first` on; what does not fit is left out."""
        last = min(first + len(samples), len(self._samples)) - 1
        if first < 0 or last < first:
            return
        self._samples[first : last + 1] = samples[: last - first + 1]
        self.dataChanged.emit(self.index(first), self.index(last), [SAMPLE_ROLE])

    def set_kept(self, row: int, is_kept: bool) -> None:
        """Mark one as kept or not."""
        self.put(row, [replace(self._samples[row], is_kept=is_kept)])
