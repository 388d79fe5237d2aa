"""What the Gallery asks a machine for, and in which order the answers lie in the grid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from studio.gallery.manner import Manner
from studio.models.samples import Sample

SERIES = (0.1, 0.3, 0.5, 0.7, 0.9, 1.1)
"""The variabilities of a series, one a column."""
SERIES_ROWS = 4
_LAST = float("inf")
Key = Callable[[Sample], float]


@dataclass(frozen=True, slots=True)
class Order:
    """A grid of drawings.

    Attributes:
        rows: As many drawings of each kind.
        manner: How they are drawn.
        columns: Variabilities side by side, the same thoughts at each; none for a plain grid.
    """

    rows: int
    manner: Manner
    columns: tuple[float, ...] = ()

    @property
    def count(self) -> int:
        """Places in the grid."""
        return self.rows * max(len(self.columns), 1)

    @property
    def parts(self) -> tuple[Manner, ...]:
        """What is asked for, one after the other, each `rows` times."""
        return tuple(replace(self.manner, variability=one) for one in self.columns) or (self.manner,)

    def place(self, part: int, index: int) -> int:
        """The number in the grid of a drawing of a part."""
        return index * len(self.columns) + part if self.columns else index


@dataclass(frozen=True, slots=True)
class Sort:
    """A way to lay the cards out.

    Attributes:
        title: What it is called.
        key: The least first; None as they were drawn.
        needs: What must be measured for it: `surprise`, `likeness` or nothing.
    """

    title: str
    key: Key | None = None
    needs: str = ""


def _surprise(sample: Sample) -> float | None:
    return sample.measure.surprise if sample.measure is not None else None


def _distance(sample: Sample) -> float | None:
    return sample.measure.distance if sample.measure is not None else None


def _length(sample: Sample) -> float | None:
    return float(sample.drawing.length) if sample.is_drawn else None


def _by(value: Callable[[Sample], float | None], sign: int) -> Key:
    """What has no value comes last either way."""

    def key(sample: Sample) -> float:
        found = value(sample)
        return _LAST if found is None else sign * found

    return key


SORTS = (
    Sort("As drawn"),
    Sort("Least surprising", _by(_surprise, 1), "surprise"),
    Sort("Most surprising", _by(_surprise, -1), "surprise"),
    Sort("Longest", _by(_length, -1)),
    Sort("Shortest", _by(_length, 1)),
    Sort("Most like yours", _by(_distance, 1), "likeness"),
    Sort("Least like yours", _by(_distance, -1), "likeness"),
)
