"""The drawings in progress: who draws at which place, what they have drawn, and who comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.strokes.stroke3 import Stroke3

MAX_WIDTH = 256
"""Drawings in progress at once; one that ends makes room for the next."""

Noise: TypeAlias = NDArray[np.float32]
_NOBODY = -1
_RETRY_STREAM = 2
_DOWN, _UP, _END = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Generated:
    """One drawing made by a model.

    Attributes:
        rows: `(n, 3)` stroke-3 in the model's normalised units, a prefix not included.
        ended: Whether the model chose to end it; otherwise `Limits.most` cut it short.
        attempts: How often it was begun.
    """

    rows: Stroke3
    ended: bool
    attempts: int = 1


Growing: TypeAlias = Callable[[], list[tuple[int, Stroke3]]]
"""Tells the drawings in progress and those that are finished: place in the order of all, rows so far."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a drawing may be.

    Attributes:
        most: Points at most; a drawing that would be longer is cut.
        least: Points before which it may not end.
        enough: Points from which on a lift ends it; 0 leaves that to the model.
        one_stroke: Whether the first lift ends it; before `least` points the pen does not lift then.
        attempts: How often a refused drawing may be begun.
    """

    most: int = 250
    least: int = 0
    enough: int = 0
    one_stroke: bool = False
    attempts: int = 4


class Desk:
    """Places for drawings in progress, each with its own stream of chance."""

    def __init__(
        self,
        n: int,
        first: int,
        seed: int,
        limits: Limits,
        accepts: Callable[[Generated], bool],
        *,
        same_chance: bool = False,
    ) -> None:
        self.width = min(n, MAX_WIDTH)
        self._n, self._first, self._seed = n, first, seed
        self._limits, self._accepts, self._same_chance = limits, accepts, same_chance
        self._done: dict[int, Generated] = {}
        self._who = np.arange(self.width)
        self._attempt = np.ones(self.width, dtype=np.int64)
        self._next = self.width
        self._count = np.zeros(self.width, dtype=np.int64)
        self._lifted = np.zeros(self.width, dtype=bool)
        self._begins_lifted = False
        self._moves = np.zeros((self.width, limits.most, 5), dtype=np.float32)
        self._chance = np.zeros((self.width, limits.most, 4), dtype=np.float32)
        for place in range(self.width):
            self._chance[place] = self._stream(place, 1)

    @property
    def is_busy(self) -> bool:
        """Whether anyone still draws."""
        return self._limits.most > 0 and bool((self._who != _NOBODY).any())

    def begin(self, is_lifted: bool) -> None:
        """Say whether the pen is lifted on a fresh sheet."""
        self._begins_lifted = is_lifted
        self._lifted[:] = is_lifted

    def noise(self) -> Noise:
        """`(width, 4)` chance for everyone's next move."""
        return self._chance[np.arange(self.width), self._count]

    def forbidden(self) -> NDArray[np.bool_]:
        """`(width, 3)` which of down, up, end may not come next: no drawing ends within a stroke."""
        limits = self._limits
        is_short = self._count < limits.least
        down = self._lifted & ~is_short & (self._count >= (limits.enough or limits.most))
        up = is_short & (self._count + 1 < limits.least) if limits.one_stroke else down
        return np.stack([down, up, ~self._lifted | is_short], axis=1)

    def record(self, moves: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Note everyone's move `(width, 5)`; returns the places where a drawing begins, and which."""
        self._moves[np.arange(self.width), self._count] = moves
        is_end, self._lifted = moves[:, _END] > 0.5, moves[:, _UP] > 0.5
        # An idle place keeps turning on the spot: most of the time that costs less than reshaping.
        self._count = np.where(self._who == _NOBODY, 0, self._count + 1)
        is_over = is_end | (self._lifted & self._limits.one_stroke)
        leaving = (self._who != _NOBODY) & (is_over | (self._count == self._limits.most))
        for place in np.flatnonzero(leaving):
            self._leave(int(place), bool(is_over[place]), bool(is_end[place]))
        places = np.flatnonzero(leaving & (self._who != _NOBODY))
        return places, self._who[places]

    def leave_idle(self) -> NDArray[np.int64]:
        """Give up the idle places once most are; returns those that stay, in order, or none if all do."""
        busy = np.flatnonzero(self._who != _NOBODY)
        if not 0 < 2 * len(busy) <= self.width:
            return busy[:0]
        self.width = len(busy)
        self._who, self._count, self._attempt = self._who[busy], self._count[busy], self._attempt[busy]
        self._moves, self._chance, self._lifted = self._moves[busy], self._chance[busy], self._lifted[busy]
        return busy

    def growing(self) -> list[tuple[int, Stroke3]]:
        """See `Growing`."""
        busy = np.flatnonzero(self._who != _NOBODY)
        begun = [(int(self._who[place]), self._rows(int(place), int(self._count[place]))) for place in busy]
        return sorted([*begun, *((index, one.rows) for index, one in self._done.items())], key=_by_index)

    def finished(self) -> list[Generated]:
        """All finished drawings in order."""
        return [self._done[index] for index in sorted(self._done)]

    def _rows(self, place: int, n: int) -> Stroke3:
        return self._moves[place, :n][:, [0, 1, 3]].copy()

    def _leave(self, place: int, is_over: bool, is_end: bool) -> None:
        index, attempt = int(self._who[place]), int(self._attempt[place])
        drawing = Generated(self._rows(place, int(self._count[place]) - is_end), is_over, attempt)
        self._count[place], self._lifted[place] = 0, self._begins_lifted
        if attempt < self._limits.attempts and not self._accepts(drawing):
            self._sit_down(place, index, attempt + 1)
            return
        self._done[index] = drawing
        self._who[place] = _NOBODY
        if self._next < self._n:
            self._sit_down(place, self._next, 1)
            self._next += 1

    def _sit_down(self, place: int, index: int, attempt: int) -> None:
        self._who[place], self._attempt[place] = index, attempt
        self._chance[place] = self._stream(index, attempt)

    def _stream(self, index: int, attempt: int) -> Noise:
        key = [self._seed, self._first + (0 if self._same_chance else index)]
        rng = np.random.default_rng(key if attempt == 1 else [*key, _RETRY_STREAM, attempt])
        uniform = rng.random((self._limits.most, 2), dtype=np.float32)
        normal = rng.standard_normal((self._limits.most, 2), dtype=np.float32)
        return np.concatenate([uniform, normal], axis=1)


def _by_index(entry: tuple[int, Stroke3]) -> int:
    return entry[0]
