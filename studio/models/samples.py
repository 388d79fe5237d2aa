"""Drawings that have no page: what a run drew, or what is played from the sketchbooks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
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
        file: Stem of its files where the artist keeps it; else empty.
        smooth: A machine's few points as a pen would have drawn them; empty for what a hand drew.
        is_growing: Whether the machine still draws at it.
    """

    name: str
    drawing: Drawing = EMPTY
    made_by: str = "machine"
    origin: dict[str, Any] = field(default_factory=dict, compare=False)
    file: str = ""
    smooth: Drawing = field(default=EMPTY, compare=False)
    is_growing: bool = field(default=False, compare=False)

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
