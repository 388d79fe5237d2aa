"""Drawings that have no page: what a run drew, or what is played from the sketchbooks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QObject, Qt

from engine.export.recording import Recording
from engine.strokes.smooth import smooth_drawing
from engine.strokes.types import Drawing
from studio.models.items import AnyIndex

SAMPLE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
EMPTY = Drawing(())


@dataclass(frozen=True, slots=True)
class Measure:
    """What a machine says of a drawing.

    Attributes:
        surprise: Nats a point; None where nobody measured it.
        distance: From the nearest real drawing, 0 the same, 1 nothing in common; None where there is none.
        nearest: Name of that drawing; empty for none.
        is_memorised: Whether it is too near to be chance.
    """

    surprise: float | None = None
    distance: float | None = None
    nearest: str = ""
    is_memorised: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One drawing and where it came from.

    Attributes:
        name: What it is called on screen and in file names.
        drawing: Normalised strokes; empty while it is being drawn.
        made_by: `machine`, `hand`, or `both` on the canvas.
        origin: Where it comes from, JSON-ready: see `engine.sampling.provenance`; what was kept long ago has
            run, seed, temperature and index, and what a hand drew the drawing's id.
        file: Stem of its files where the artist keeps it; else empty.
        smooth: A machine's few points as a pen would have drawn them; empty for what a hand drew.
        is_growing: Whether the machine still draws at it.
        recording: How the strokes of `smooth` came about, where hand and machine drew at it together.
        measure: What the machine says of it; None before it was asked.
    """

    name: str
    drawing: Drawing = EMPTY
    made_by: str = "machine"
    origin: dict[str, Any] = field(default_factory=dict, compare=False)
    file: str = ""
    smooth: Drawing = field(default=EMPTY, compare=False)
    is_growing: bool = field(default=False, compare=False)
    recording: Recording | None = field(default=None, compare=False)
    measure: Measure | None = field(default=None, compare=False)

    @property
    def picture(self) -> Drawing:
        """What is shown, played and exported."""
        return self.smooth if self.smooth.strokes else self.drawing

    @property
    def is_drawn(self) -> bool:
        """Whether there is something to see."""
        return bool(self.drawing.strokes)

    @property
    def is_kept(self) -> bool:
        """Whether the artist keeps it."""
        return bool(self.file)


def machine_sample(name: str, drawing: Drawing, origin: dict[str, Any], *, file: str = "") -> Sample:
    """A drawing of a run, smoothed for the eye."""
    return Sample(name, drawing, "machine", origin, file, smooth_drawing(drawing))


def growing_sample(drawing: Drawing) -> Sample:
    """A drawing as far as a run has come with it."""
    return Sample("", drawing, smooth=smooth_drawing(drawing), is_growing=True)


def fingerprint(drawing: Drawing) -> str:
    """The same for the same drawing, wherever it comes from: from a run again, or from a file."""
    digest = hashlib.blake2b(digest_size=12)
    for stroke in drawing.strokes:
        digest.update(np.round(stroke * 20.0).astype("<i4").tobytes() + b"|")
    return digest.hexdigest()


class SamplesModel(QAbstractListModel):
    """A fixed number of places, filled as drawings arrive.

    Each drawing keeps its number, from 0, wherever its place is: `put` counts numbers, rows are places.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples: list[Sample] = []
        self._numbers: list[int] = []
        self._rows: list[int] = []

    @property
    def samples(self) -> Sequence[Sample]:
        """All places in order."""
        return self._samples

    @property
    def numbered(self) -> list[Sample]:
        """All drawings in the order they were drawn in."""
        return [self._samples[row] for row in self._rows]

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
        measure = sample.measure
        if role == Qt.ItemDataRole.ToolTipRole and measure is not None and measure.is_memorised:
            return f"Nearly a copy of {measure.nearest}"
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """A drawing that is there can be dragged."""
        sample, usual = self.sample_at(index), super().flags(index)
        drawn = sample is not None and sample.is_drawn
        return usual | Qt.ItemFlag.ItemIsDragEnabled if drawn else usual

    def sample_at(self, index: AnyIndex) -> Sample | None:
        """The sample at an index, None for an invalid one."""
        return self._samples[index.row()] if index.isValid() and index.row() < len(self._samples) else None

    def show(self, samples: Sequence[Sample]) -> None:
        """Show these instead; when their number stays, the places and the focus stay too."""
        if len(samples) != len(self._samples):
            self.beginResetModel()
            self._samples = list(samples)
            self._numbers = list(range(len(samples)))
            self._rows = list(self._numbers)
            self.endResetModel()
        else:
            self.arrange(None)
            self.put(0, samples)

    def put(self, first: int, samples: Sequence[Sample]) -> None:
        """Fill the places of the numbers from `first` on; what does not fit is left out."""
        rows = self._rows[first : first + len(samples)] if first >= 0 else []
        for row, sample in zip(rows, samples, strict=False):
            self._samples[row] = sample
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)), [SAMPLE_ROLE])

    def replace_row(self, row: int, sample: Sample) -> None:
        """Show another drawing at a place."""
        self.put(self._numbers[row], [sample])

    def arrange(self, key: Callable[[Sample], float] | None) -> None:
        """Give every drawing its place anew, the least first; None as drawn. The focus goes along."""
        numbers = sorted(self._numbers)
        if key is not None:
            drawn = self.numbered
            numbers.sort(key=[key(sample) for sample in drawn].__getitem__)
        if numbers == self._numbers:
            return
        self.layoutAboutToBeChanged.emit()
        before, held = self._numbers, self.persistentIndexList()
        self._samples = [self._samples[self._rows[number]] for number in numbers]
        self._numbers = numbers
        self._rows = sorted(range(len(numbers)), key=numbers.__getitem__)
        moved = [self.index(self._rows[before[index.row()]]) for index in held]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()
