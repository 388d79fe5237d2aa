"""Small random changes that leave a drawing the same drawing; made anew each epoch, never stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.strokes.stroke3 import Stroke3


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a training copy may stray from its drawing.

    Attributes:
        drop_points: Chance of each inner point of a stroke to be left out.
        scale: Each axis is scaled by a factor within `1 ± scale`.
        rotate_deg: Turned by up to this angle, either way.
        shear: Slanted by up to this many units a unit, either way.
        mirror: Whether half of the copies are mirrored left to right.
        reverse: Share of the copies drawn from the last point to the first.
    """

    drop_points: float = 0.2
    scale: float = 0.25
    rotate_deg: float = 12.0
    shear: float = 0.15
    mirror: bool = False
    reverse: float = 0.0


NO_AUGMENTATION = Augmentation(0.0, 0.0, 0.0, 0.0)


def augment(rows: Stroke3, options: Augmentation, rng: np.random.Generator) -> Stroke3:
    """Make one training copy.

    Args:
        rows: `(n, 3)` stroke-3; not changed.
        options: How far to stray.
        rng: The only source of chance: the same generator state gives the same copy.

    Returns:
        `(m, 3)` stroke-3 with as many strokes as before, `m <= n`.
    """
    if options.drop_points > 0:
        rows = drop_points(rows, options.drop_points, rng)
    rows = transform(rows, random_matrix(options, rng))
    # Drawn even when unused, so that one option does not change what the others do.
    return reverse(rows) if rng.random() < options.reverse else rows


def drop_points(rows: Stroke3, rate: float, rng: np.random.Generator) -> Stroke3:
    """Leave out inner points; the first and the last point of every stroke stay, and so does each lift."""
    lifted = rows[:, 2] > 0.5
    starts = np.concatenate([[True], lifted[:-1]])
    keep = (rng.random(len(rows)) >= rate) | lifted | starts
    keep[-1:] = True
    return _from_points(_points(rows)[keep], rows[keep, 2])


def transform(rows: Stroke3, matrix: NDArray[np.float64]) -> Stroke3:
    """Apply a `(2, 2)` linear map about the centre of the drawing's bounding box."""
    if not len(rows):
        return rows
    points = _points(rows)
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    return _from_points((points - centre) @ matrix.T + centre, rows[:, 2])


def reverse(rows: Stroke3) -> Stroke3:
    """Draw the whole drawing backwards, from the last point to the first."""
    if not len(rows):
        return rows
    # A stroke's last point becomes its first: the lift belongs to the point that began the stroke.
    starts = np.concatenate([[1.0], rows[:-1, 2]])
    return _from_points(_points(rows)[::-1], starts[::-1])


def random_matrix(options: Augmentation, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a `(2, 2)` map: mirror, scale, shear, then rotation."""
    scale_x, scale_y = 1.0 + options.scale * rng.uniform(-1, 1, 2)
    angle = np.radians(options.rotate_deg) * rng.uniform(-1, 1)
    slant = options.shear * rng.uniform(-1, 1)
    flip = -1.0 if rng.random() < 0.5 * options.mirror else 1.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix: NDArray[np.float64] = turn @ np.array([[scale_x * flip, slant], [0.0, scale_y]])
    return matrix


def _points(rows: Stroke3) -> NDArray[np.float64]:
    """Absolute positions `(n, 2)`."""
    return np.cumsum(rows[:, :2], axis=0, dtype=np.float64)


def _from_points(points: NDArray[np.float64], lifts: NDArray[np.floating]) -> Stroke3:
    """Moves between absolute positions, with their lifts."""
    rows = np.empty((len(points), 3), dtype=np.float32)
    rows[:, :2] = np.diff(points, axis=0, prepend=0.0)
    rows[:, 2] = lifts
    return rows
