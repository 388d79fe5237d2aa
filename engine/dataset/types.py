"""What travels on the way into a dataset, and the dataset itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.strokes.stroke3 import Stroke3
from engine.strokes.types import Drawing

SplitName = Literal["train", "valid", "test"]
SPLIT_NAMES: tuple[SplitName, ...] = ("train", "valid", "test")


@dataclass(frozen=True, slots=True)
class SourceDrawing:
    """A drawing on its way into a dataset.

    Attributes:
        id: Its stable id.
        page_id: The page it was cut from; drawings of one page never part.
        drawing: The strokes.
        split: Where it must go, when its file says so; `None` leaves it to the seed.
        book: Its sketchbook, "" where unknown.
        taken: ISO date of its page, None where unknown.
        decision: The artist's, "" for drawings from elsewhere, of which nobody decided anything.
        kind: The kind of its page, "" where unknown.
    """

    id: str
    page_id: str
    drawing: Drawing
    split: SplitName | None = None
    book: str = ""
    taken: str | None = None
    decision: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Parallel lists of one split's drawings.

    Attributes:
        rows: Stroke-3 arrays, `(n, 3)` float32.
        ids: Drawing ids.
        pages: Page ids.
        books: Sketchbooks, "" where unknown.
    """

    rows: tuple[Stroke3, ...] = ()
    ids: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    books: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def n_points(self) -> int:
        """Points over all drawings."""
        return sum(len(rows) for rows in self.rows)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A drawing that stayed out, and why."""

    id: str
    page_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Drawings to learn from, to steer by, and to test on at the very end."""

    train: Split
    valid: Split
    test: Split
    dropped: tuple[Dropped, ...] = ()

    def splits(self) -> tuple[tuple[SplitName, Split], ...]:
        """The three splits with their names."""
        return (("train", self.train), ("valid", self.valid), ("test", self.test))
