"""Stroke-3 and stroke-5: drawings as pen moves, the field's way of writing them down.

Source: Ha & Eck 2017, "A Neural Representation of Sketch Drawings", section 3.1.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.strokes.types import Drawing, as_stroke

Stroke3: TypeAlias = NDArray[np.float32]
"""`(n, 3)` rows `dx, dy, lift`; the first move starts at the origin, lift = 1 on a stroke's last point."""

Stroke5: TypeAlias = NDArray[np.float32]
"""`(n, 5)` rows `dx, dy, down, up, end`; the last three are one-hot."""

START_TOKEN = (0.0, 0.0, 1.0, 0.0, 0.0)
END_TOKEN = (0.0, 0.0, 0.0, 0.0, 1.0)


def to_stroke3(drawing: Drawing) -> Stroke3:
    """Write a drawing as pen moves.

    Args:
        drawing: Strokes in any unit; empty ones leave no trace.

    Returns:
        `(n, 3)` float32; the first row holds the absolute position of the first point.
    """
    strokes = [s for s in drawing.strokes if len(s)]
    if not strokes:
        return np.zeros((0, 3), dtype=np.float32)
    points = np.concatenate(strokes).astype(np.float64)
    rows = np.zeros((len(points), 3), dtype=np.float32)
    rows[:, :2] = np.diff(points, axis=0, prepend=0.0)
    rows[np.cumsum([len(s) for s in strokes]) - 1, 2] = 1.0
    return rows


def from_stroke3(rows: ArrayLike) -> Drawing:
    """Read pen moves back as strokes.

    Args:
        rows: `(n, 3)` numbers; a missing lift on the last row is added.

    Returns:
        The drawing, in the unit of the rows.

    Raises:
        ValueError: if the shape is not `(n, 3)`.
    """
    moves = as_stroke3(rows)
    if not len(moves):
        return Drawing(())
    # Sums in float64: hundreds of float32 additions would let the end of a long line drift.
    points = np.cumsum(moves[:, :2], axis=0, dtype=np.float64)
    ends = np.flatnonzero(moves[:-1, 2] > 0.5) + 1
    return Drawing(tuple(as_stroke(part) for part in np.split(points, ends)))


def as_stroke3(rows: ArrayLike) -> Stroke3:
    """Check the shape `(n, 3)` and convert to float32. Raises ValueError."""
    moves = np.asarray(rows, dtype=np.float32)
    if moves.ndim != 2 or moves.shape[1] != 3:
        raise ValueError(f"stroke-3 is rows of dx, dy, lift; got shape {moves.shape}")
    return moves


def to_stroke5(rows: ArrayLike, length: int | None = None) -> Stroke5:
    """Frame stroke-3 by a start and an end token.

    Args:
        rows: `(n, 3)` stroke-3.
        length: Rows to return, filled up with end tokens; `n + 2` when not given.

    Returns:
        `(length, 5)` float32: the start token, `n` moves, one or more end tokens.

    Raises:
        ValueError: if `length` has no room for the moves and both tokens.
    """
    moves = as_stroke3(rows)
    n = len(moves)
    length = n + 2 if length is None else length
    if length < n + 2:
        raise ValueError(f"{n} moves and two tokens do not fit in {length} rows")
    framed = np.tile(np.array(END_TOKEN, dtype=np.float32), (length, 1))
    framed[0] = START_TOKEN
    framed[1 : n + 1, :2] = moves[:, :2]
    framed[1 : n + 1, 2] = 1.0 - moves[:, 2]
    framed[1 : n + 1, 3] = moves[:, 2]
    framed[1 : n + 1, 4] = 0.0
    return framed


def from_stroke5(rows: ArrayLike) -> Stroke3:
    """Take the moves between the start token and the first end token.

    Args:
        rows: `(n, 5)`; the first row is the start token.

    Returns:
        `(m, 3)` stroke-3.

    Raises:
        ValueError: if the shape is not `(n, 5)` or the start token is missing.
    """
    framed = np.asarray(rows, dtype=np.float32)
    if framed.ndim != 2 or framed.shape[1] != 5:
        raise ValueError(f"stroke-5 is rows of dx, dy, down, up, end; got shape {framed.shape}")
    if not len(framed) or not np.array_equal(framed[0], START_TOKEN):
        raise ValueError("stroke-5 begins with the start token (0, 0, 1, 0, 0)")
    ends = np.flatnonzero(framed[:, 4] > 0.5)
    moves = framed[1 : ends[0] if len(ends) else len(framed)]
    return np.ascontiguousarray(moves[:, [0, 1, 3]])
