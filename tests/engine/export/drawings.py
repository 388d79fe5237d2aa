"""Drawings and a reporter for the tests of export."""

from __future__ import annotations

import numpy as np

from engine.strokes.types import Drawing, as_stroke

EMPTY = Drawing(())
DOT = Drawing((as_stroke([[7, 7]]),))


def curly(seed: int = 0, strokes: int = 3) -> Drawing:
    rng = np.random.default_rng(seed)
    lines = [rng.normal(size=(40, 2)).cumsum(axis=0) * 8 + rng.uniform(0, 100, 2) for _ in range(strokes)]
    return Drawing(tuple(as_stroke(line) for line in lines)).normalised()


class StopsAfter:
    """A reporter that asks to stop after so many pictures, and remembers how far it got."""

    def __init__(self, pictures: int) -> None:
        self.pictures, self.seen = pictures, []

    def progress(self, done: int, total: int, message: str = "") -> None:
        self.seen.append((done, total))

    def event(self, name, **fields) -> None: ...

    def stopped(self) -> bool:
        return len(self.seen) >= self.pictures
