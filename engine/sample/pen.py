"""The pen: control points become a continuous line drawn by a hand.

A drawing is planned as a *path*: a few control points, some of them corners, in any units. The pen lays a
centripetal Catmull-Rom spline through them (Yuksel, Schaefer and Keyser 2011: no cusps or loops of its own)
and then draws as a hand does: it rounds corners, overshoots turns a little and drifts off the plan slowly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter1d

from engine.strokes.smooth import catmull_rom

Points: TypeAlias = NDArray[np.float64]
"""Rows of x, y while a line is being made; float64, so that nothing drifts but the hand."""

Path: TypeAlias = NDArray[np.float64]
"""Control points `(n, 3)`: x, y and 1.0 where the line turns a corner, else 0.0."""

STEP_UNITS = 0.5
"""Spacing of the points of a finished line, in units of a 200-unit drawing."""


class PathBuilder:
    """Notes down where the pen should go; angles in degrees, clockwise on the page from three o'clock."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, float, float]] = []

    def to(self, *points: tuple[float, float]) -> Self:
        """Go smoothly through points."""
        self._rows += [(x, y, 0.0) for x, y in points]
        return self

    def corner(self, *points: tuple[float, float]) -> Self:
        """Go through points and turn sharply at each."""
        self._rows += [(x, y, 1.0) for x, y in points]
        return self

    def arc(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        start: float,
        end: float,
        tilt: float = 0.0,
    ) -> Self:
        """Follow an ellipse from one angle to another; more than 360 degrees winds round again."""
        steps = max(2, round(abs(end - start) / 45) + 1)
        angles = np.deg2rad(np.linspace(start, end, steps))
        u, v = radii[0] * np.cos(angles), radii[1] * np.sin(angles)
        cos, sin = np.cos(np.deg2rad(tilt)), np.sin(np.deg2rad(tilt))
        x, y = centre[0] + cos * u - sin * v, centre[1] + sin * u + cos * v
        return self.to(*zip(x.tolist(), y.tolist(), strict=True))

    def follow(self, points: Iterable[ArrayLike]) -> Self:
        """Go smoothly through rows of x, y."""
        return self.to(*((float(x), float(y)) for x, y in np.asarray(list(points), dtype=float)))

    @property
    def at(self) -> tuple[float, float]:
        """Where the pen is now."""
        return self._rows[-1][:2]

    def path(self) -> Path:
        """The control points so far, `(n, 3)`."""
        return np.asarray(self._rows, dtype=np.float64).reshape(-1, 3)


@dataclass(frozen=True, slots=True)
class Hand:
    """How a hand departs from its plan; lengths in units of a 200-unit drawing.

    Attributes:
        drift: How far it wanders, slowly.
        overshoot: How much of a turn it overshoots, as a share of the turn's depth.
        rounding: Reach of the smoothing at corners.
        tremor: How far it shakes, quickly; a tenth of the drift in a calm hand.
    """

    drift: float = 0.7
    overshoot: float = 0.25
    rounding: float = 0.7
    tremor: float = 0.05

    @classmethod
    def random(cls, rng: np.random.Generator) -> Self:
        """A hand in the mood of the day."""
        return cls(
            drift=rng.uniform(0.3, 1.0),
            overshoot=rng.uniform(0.05, 0.4),
            rounding=rng.uniform(0.5, 1.1),
            tremor=rng.uniform(0.01, 0.07),
        )


def arc_lengths(points: Points) -> NDArray[np.float64]:
    """Cumulative length along a polyline, `(n,)`, starting at 0."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def resample(points: Points, step: float) -> Points:
    """Place points at a constant spacing along a polyline, keeping both ends.

    Args:
        points: `(n, 2)`, n >= 2.
        step: Spacing wished for; the true one divides the length evenly.
    """
    along = arc_lengths(points)
    count = max(2, round(along[-1] / step) + 1)
    wanted = np.linspace(0.0, along[-1], count)
    return np.stack([np.interp(wanted, along, points[:, 0]), np.interp(wanted, along, points[:, 1])], axis=1)


def spline(path: Path) -> Points:
    """The planned line: splines between corners, `(m, 2)`."""
    cuts = [0, *(i for i in range(1, len(path) - 1) if path[i, 2] > 0), len(path) - 1]
    pieces = [catmull_rom(path[a : b + 1, :2]) for a, b in pairwise(cuts)]
    return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])


def slow_noise(rng: np.random.Generator, count: int, scale: float) -> NDArray[np.float64]:
    """Smooth noise of unit variance, `(count,)`, whose hills are about `scale` samples wide."""
    knots = rng.standard_normal(max(4, int(count / scale) + 4))
    at = np.linspace(1.0, len(knots) - 2.0, count)
    left = at.astype(int)
    share = at - left
    ease = share * share * (3.0 - 2.0 * share)
    noise: NDArray[np.float64] = (
        knots[left] * (1.0 - ease) + knots[np.minimum(left + 1, len(knots) - 1)] * ease
    )
    return noise * 1.2


def draw_line(path: Path, hand: Hand, rng: np.random.Generator) -> Points:
    """Draw a path, given in units of a 200-unit drawing, as a hand would.

    Returns:
        `(n, 2)` at `STEP_UNITS` spacing.
    """
    points = resample(spline(path), STEP_UNITS)
    points = gaussian_filter1d(points, hand.rounding / STEP_UNITS, axis=0, mode="nearest")
    # A pen in motion swings wide: exaggerate each turn by its distance from the smoother line.
    calm = gaussian_filter1d(points, 3.0 / STEP_UNITS, axis=0, mode="nearest")
    points = points + hand.overshoot * (points - calm)
    for axis in (0, 1):
        points[:, axis] += hand.drift * slow_noise(rng, len(points), 45.0 / STEP_UNITS)
        points[:, axis] += hand.tremor * slow_noise(rng, len(points), 5.0 / STEP_UNITS)
    return resample(points, STEP_UNITS)


def line_widths(points: Points, width: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Width of the ink at each point: thin where the pen runs fast, full where it slows down and turns.

    Args:
        points: `(n, 2)` evenly spaced.
        width: The pen's own width, in the units of the points.
        rng: For the pressure of the hand, which changes slowly.

    Returns:
        `(n,)` between 0.6 and 1.45 times `width`.
    """
    if len(points) < 5:
        return np.full(len(points), width)
    heading = np.unwrap(np.arctan2(*np.gradient(points, axis=0).T[::-1]))
    step = max(float(arc_lengths(points)[-1]) / (len(points) - 1), 1e-6)
    turning = gaussian_filter1d(
        np.abs(np.gradient(heading)) / step, max(1.0, 2.0 * width / step), mode="nearest"
    )
    slow = turning / (turning + 1.0 / (12.0 * width))
    pressure = 1.0 + 0.08 * slow_noise(rng, len(points), 60.0 * width / step)
    return np.asarray(np.clip(width * (0.82 + 0.4 * slow) * pressure, 0.6 * width, 1.45 * width))
