"""Figures of items: what can be brushed in a histogram, and what the grid can be sorted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from engine.project.ids import Level
from studio.models.items import Item

Likelihoods = Mapping[str, float]
"""Id -> probability that the artist accepts it; ids nothing is known of are absent."""
SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number every item has, or lacks.

    Attributes:
        key: What saved filters call it.
        title: What the artist reads.
        scale: `linear` or `log`, for a histogram.
        levels: The levels it means something for.
        of: The number of an item, given the likelihoods; not a number where it has none.
        digits: Decimals shown; with 0 values are whole numbers.
    """

    key: str
    title: str
    scale: str
    levels: tuple[Level, ...]
    of: Callable[[Item, Likelihoods], float]
    digits: int = 0

    def values(self, items: Sequence[Item], likelihoods: Likelihoods) -> NDArray[np.float64]:
        """The number of each item: `(n,)`."""
        return np.fromiter((self.of(item, likelihoods) for item in items), np.float64, len(items))


def _suggestion(item: Item, likelihoods: Likelihoods) -> float:
    return likelihoods.get(item.id, nan)


def _strokes(item: Item, _likelihoods: Likelihoods) -> float:
    return item.n_strokes or nan


def _points(item: Item, _likelihoods: Likelihoods) -> float:
    return item.n_points or nan


def _ink(item: Item, _likelihoods: Likelihoods) -> float:
    return 100 * item.ink_share


def _colourfulness(item: Item, _likelihoods: Likelihoods) -> float:
    return item.colourfulness


FIGURES = (
    Figure(SUGGESTION, "Suggestion", "linear", ("pages", "drawings"), _suggestion, 2),
    Figure("strokes", "Strokes", "log", ("pages", "drawings"), _strokes),
    Figure("points", "Points", "log", ("pages", "drawings"), _points),
    Figure("ink", "Ink, % of the page", "linear", ("pages",), _ink, 1),
    Figure("colour", "Colourfulness", "linear", ("pages",), _colourfulness, 2),
)


def figures_of(level: Level) -> list[Figure]:
    """The figures that mean something for a level."""
    return [figure for figure in FIGURES if level in figure.levels]
