"""The line as it is told to the machine: with as few points as the drawings that it learnt from.

A grown line is told as before with a few points more, for the child remembers what it took of a prefix: so
points become firm as the tip moves on, and only the newest stretch is simplified anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.strokes.types import Drawing, Stroke, as_stroke
from studio.canvas.line import Part

EPSILON_UNITS = 1.0
"""As recipes simplify unless told otherwise: Ramer-Douglas-Peucker on drawings of 200 units."""
_LOOSE = 8
_ENOUGH = 16
"""When the loose stretch has more corners than the child takes anew (`engine.sampling.prefixes`), all but the
last `_LOOSE` become firm."""


def load() -> None:
    """Bring in what simplifying needs: a fifth of a second, for a worker thread."""
    import engine.strokes.simplify  # noqa: F401


class _Growing:
    """One stroke that grows at its end."""

    def __init__(self) -> None:
        self._firm: list[Stroke] = []
        self._start = 0
        self._told: Stroke = np.zeros((0, 2), dtype=np.float32)
        self._seen = 0

    def tell(self, points: Stroke) -> Stroke:
        from engine.strokes.simplify import simplify_rdp

        if len(points) == self._seen:
            return self._told
        self._seen = len(points)
        loose = simplify_rdp(points[self._start :], EPSILON_UNITS)
        if len(loose) > _ENOUGH:
            self._start += _index_of(points[self._start :], loose[-_LOOSE])
            self._firm.append(loose[:-_LOOSE])
            loose = loose[-_LOOSE:]
        self._told = as_stroke(np.concatenate([*self._firm, loose]))
        return self._told


def _index_of(points: Stroke, corner: Stroke) -> int:
    """Where a corner is among the points; the last place of several."""
    return int(np.flatnonzero((points == corner).all(axis=1))[-1])


class Telling:
    """Tells one line, again and again, as it grows; another line, or one taken back, is told anew."""

    def __init__(self) -> None:
        self._parts: tuple[Part, ...] = ()
        self._strokes: list[Stroke] = []
        self._growing: list[_Growing] = []

    def tell(self, parts: Sequence[Part], extra: Part | None = None) -> Drawing:
        """The line, simplified.

        Args:
            parts: Of the line.
            extra: What the pen draws just now, if it is down.

        Returns:
            As many strokes, every end among their points.
        """
        self._take(tuple(parts))
        strokes = self._strokes
        if extra is not None and len(extra.points):
            if extra.begins or not strokes:
                strokes = [*strokes, extra.points]
            else:
                strokes = [*strokes[:-1], np.concatenate([strokes[-1], extra.points[1:]])]
        while len(self._growing) < len(strokes):
            self._growing.append(_Growing())
        del self._growing[len(strokes) :]
        pairs = zip(self._growing, strokes, strict=True)
        return Drawing(tuple(growing.tell(as_stroke(stroke)) for growing, stroke in pairs))

    def _take(self, parts: tuple[Part, ...]) -> None:
        known = len(self._parts)
        if parts[:known] != self._parts:
            self._parts, self._strokes, self._growing, known = (), [], [], 0
        for part in parts[known:]:
            if part.begins or not self._strokes:
                self._strokes.append(part.points)
            else:
                self._strokes[-1] = np.concatenate([self._strokes[-1], part.points[1:]])
        self._parts = parts
