"""Parts that several subjects share: eyes, lips, hair, shoulders. Head units: a face is 100 high."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.sample.pen import PathBuilder


def eye(
    pen: PathBuilder,
    outer: tuple[float, float],
    inner: tuple[float, float],
    rng: np.random.Generator,
    *,
    up: float = 1.0,
) -> None:
    """One eye from its outer to its inner corner and back, often winding round the iris on the way.

    Args:
        pen: Goes on from where it is; ends at the outer corner, the inner one when the eye is closed.
        outer: Outer corner.
        inner: Inner corner.
        rng: Chooses lids and iris.
        up: Opening of the eye, 1 is usual.
    """
    (x0, y0), (x1, y1) = outer, inner
    width = float(np.hypot(x1 - x0, y1 - y0))
    mid = ((x0 + x1) / 2, (y0 + y1) / 2)
    lift = up * width * rng.uniform(0.24, 0.36)
    pen.corner(outer).to(
        (x0 * 0.7 + x1 * 0.3, mid[1] - lift * 0.9), (x0 * 0.35 + x1 * 0.65, mid[1] - lift)
    ).corner(inner)
    kind = rng.integers(4)
    if kind == 0:  # a lowered lid
        pen.to((mid[0], mid[1] + lift * 0.7)).corner(outer)
        return
    pen.to((x0 * 0.4 + x1 * 0.6, mid[1] + lift * 0.75), (x0 * 0.75 + x1 * 0.25, mid[1] + lift * 0.6)).corner(
        outer
    )
    if kind >= 2:
        iris = lift * rng.uniform(0.65, 0.85)
        start = 180.0 if x1 > x0 else 0.0
        turn = 1.0 if x1 > x0 else -1.0
        pen.to((x0 * 0.8 + x1 * 0.2, mid[1] - lift * 0.3))
        pen.arc((mid[0], mid[1] - 0.1 * lift), (iris, iris), start, start + turn * 400.0)
        pen.to((x0 * 0.85 + x1 * 0.15, mid[1] - lift * 0.75))


def lips(pen: PathBuilder, left: tuple[float, float], right: tuple[float, float], fullness: float) -> None:
    """A mouth seen from the front or aslant: upper lip to the right, parting back, lower lip to the right."""
    (x0, y0), (x1, y1) = left, right
    width = x1 - x0

    def at(share: float, down: float) -> tuple[float, float]:
        return (x0 + share * width, y0 + share * (y1 - y0) + down * fullness)

    pen.corner(left).to(at(0.25, -0.45), at(0.41, -0.75)).to(
        at(0.5, -0.5), at(0.59, -0.75), at(0.78, -0.4)
    ).corner(right)
    pen.to(at(0.75, 0.12), at(0.5, 0.02), at(0.25, 0.14)).corner(at(0.06, 0.05))
    pen.to(at(0.25, 0.75), at(0.5, 1.05), at(0.75, 0.75)).corner(at(0.97, 0.1))


def shoulders(
    pen: PathBuilder, rng: np.random.Generator, neck: tuple[float, float], facing: float = -1.0
) -> None:
    """Run from the nape down the back, round the body and up again to the throat, in one of several ways.

    Args:
        pen: Stands at the nape, at the height of the jaw.
        rng: Chooses the way.
        neck: The nape where it meets the shoulder.
        facing: -1 for a face that looks left, 1 for one that looks right.
    """
    ways: tuple[Callable[[PathBuilder, np.random.Generator, float, float, float], None], ...] = (
        _long_fall,
        _garment,
        _bust,
        _loops,
        _collar,
        _slender,
    )
    ways[int(rng.integers(len(ways)))](pen, rng, neck[0], neck[1], facing)


def _long_fall(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, f: float) -> None:
    """One long line that only hints at a back."""
    depth = rng.uniform(55, 110)
    pen.to(
        (x, y),
        (x - 8 * f, y + 12),
        (x - 20 * f, y + 0.35 * depth),
        (x - 14 * f, y + 0.7 * depth),
        (x - 22 * f, y + depth),
    )


def _bust(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, f: float) -> None:
    """Shoulder, arm, chest and back up the throat."""
    wide, deep = rng.uniform(34, 48), rng.uniform(48, 70)
    pen.to((x, y), (x - 0.45 * wide * f, y + 9), (x - wide * f, y + 20), (x - (wide + 6) * f, y + deep))
    pen.corner((x - (wide - 4) * f, y + deep + 10))
    pen.to((x - 0.35 * wide * f, y + deep - 2), (x + 14 * f, y + deep + 2), (x + 40 * f, y + deep - 8))
    pen.to((x + 52 * f, y + 0.5 * deep), (x + 44 * f, y + 14), (x + 30 * f, y + 2), (x + 24 * f, y - 22))


def _garment(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, f: float) -> None:
    """A dress with one pointed shoulder and a seam that crosses itself."""
    deep = rng.uniform(60, 95)
    pen.to((x, y)).to((x - 16 * f, y + 10)).corner((x - rng.uniform(38, 50) * f, y + rng.uniform(4, 14)))
    pen.to((x - 36 * f, y + 0.4 * deep), (x - 22 * f, y + 0.75 * deep)).corner((x - 20 * f, y + deep))
    pen.to((x + 2 * f, y + 0.7 * deep), (x + 6 * f, y + 0.3 * deep), (x - 6 * f, y + 14))
    pen.to(
        (x + 8 * f, y + 4),
        (x + 30 * f, y + 10),
        (x + 44 * f, y + 26),
        (x + 38 * f, y + 0.6 * deep),
        (x + 24 * f, y + 1.05 * deep),
    )


def _loops(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, f: float) -> None:
    """Petals of cloth: long loops that hang from the collar and cross each other."""
    pen.to((x, y), (x + 2 * f, y + 10))
    for i in range(int(rng.integers(2, 4))):
        turn = (-1.0 if i % 2 else 1.0) * f
        long, wide = rng.uniform(45, 85), rng.uniform(14, 26)
        pen.to(
            (x - turn * 0.7 * wide, y + 0.25 * long),
            (x - turn * wide * 1.3, y + 0.7 * long),
            (x - turn * 0.5 * wide, y + long),
        )
        pen.to((x + turn * 0.25 * wide, y + 0.6 * long), (x + turn * 0.1 * wide, y + 0.2 * long))
        x += turn * 4
        pen.to((x + 6 * f, y + rng.uniform(4, 10)))
    pen.to((x + 24 * f, y + 14), (x + 36 * f, y + 40), (x + 30 * f, y + rng.uniform(80, 110)))


def _slender(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, f: float) -> None:
    """A body as narrow as a leaf, and an arm beside it."""
    deep, wide = rng.uniform(85, 130), rng.uniform(10, 20)
    pen.to((x, y), (x - 0.7 * wide * f, y + 0.16 * deep), (x - 1.1 * wide * f, y + 0.6 * deep))
    pen.corner((x - 0.3 * wide * f, y + deep))
    pen.to((x + wide * f, y + 0.6 * deep), (x + 0.5 * wide * f, y + 0.2 * deep))
    pen.corner((x + rng.uniform(1.4, 2.6) * wide * f, y + 0.12 * deep))
    pen.to(
        (x + 1.5 * wide * f, y + 0.5 * deep),
        (x + 2.0 * wide * f, y + deep),
        (x + 1.6 * wide * f, y + 1.25 * deep),
    )


def _collar(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, f: float) -> None:
    """A rolled collar round the neck, then the shoulders."""
    roll = rng.uniform(6, 9)
    pen.to((x + 1 * f, y - 6))
    pen.arc((x + 17 * f, y + 2), (22, roll), 0 if f < 0 else 180, 400 if f < 0 else -220, tilt=-6 * f)
    deep = rng.uniform(50, 75)
    pen.to((x - 22 * f, y + 12), (x - 42 * f, y + 24), (x - 50 * f, y + deep)).corner(
        (x - 46 * f, y + deep + 8)
    )
    pen.to(
        (x - 24 * f, y + 0.8 * deep),
        (x - 26 * f, y + 0.45 * deep),
        (x - 12 * f, y + 0.6 * deep),
        (x + 12 * f, y + deep),
    )
    pen.to((x + 44 * f, y + deep - 6), (x + 60 * f, y + deep + 6))


def hair(pen: PathBuilder, rng: np.random.Generator, nape: tuple[float, float]) -> None:
    """From the forehead over the skull, about (20..95, -4..90), to the nape of a head that looks left."""
    styles: tuple[Callable[[PathBuilder, np.random.Generator], None], ...] = (
        _crop,
        _bun,
        _bob,
        _long,
        _curls,
        _scarf,
        _hat,
    )
    styles[int(rng.integers(len(styles)))](pen, rng)
    pen.to(nape)


def _crop(pen: PathBuilder, rng: np.random.Generator) -> None:
    """A bare or close-cropped skull."""
    high = rng.uniform(-6, 4)
    pen.to((30, 8), (48, high), (72, high - 2), (90, 14), (95, 38), (88, 60), (76, 74))


def _bun(pen: PathBuilder, rng: np.random.Generator) -> None:
    """Hair drawn back into a knot."""
    radius, high = rng.uniform(10, 16), rng.uniform(-16, 22)
    pen.to((28, 10), (46, -1), (68, -2), (84, 6))
    pen.arc((94 + radius * 0.3, high), (radius, radius * 0.9), 170, 170 + 360 * rng.choice([1.15, 2.1]))
    pen.to((92, 40), (85, 62), (76, 76))


def _bob(pen: PathBuilder, rng: np.random.Generator) -> None:
    """Hair to the jaw, turned in, with a fringe line back to the ear."""
    low = rng.uniform(84, 104)
    pen.to((26, 4), (48, -9), (80, -6), (99, 22), (104, 55), (100, low - 8)).corner((88, low + 4))
    pen.to((70, low - 6), (64, 70), (68, 40), (56, 18)).to((62, 30), (74, 60))


def _long(pen: PathBuilder, rng: np.random.Generator) -> None:
    """Hair that falls down the back in waves and comes up again."""
    low, sway = rng.uniform(125, 175), rng.uniform(4, 10)
    pen.to(
        (26, 6), (46, -8), (78, -6), (98, 22), (100, 60), (104 + sway, 95), (98, 125), (106 + sway, low)
    ).corner((96, low + 8))
    pen.to((90, low - 30), (84 - sway, 100), (88, 70), (80, 40)).to((74, 55), (78, 76))


def _curls(pen: PathBuilder, rng: np.random.Generator) -> None:
    """Loops all along the skull."""
    count = int(rng.integers(6, 10))
    size = rng.uniform(8, 13)
    for angle in np.linspace(215, 380, count):
        x, y = 58 + 40 * np.cos(np.deg2rad(angle)), 34 + 40 * np.sin(np.deg2rad(angle))
        grown = size * rng.uniform(0.75, 1.25)
        pen.arc((x, y), (grown, grown), angle - 200, angle + 130)
    pen.to((92, 62), (80, 76))


def _hat(pen: PathBuilder, rng: np.random.Generator) -> None:
    """A hat: along the brim and back, then over the crown."""
    high, brim = rng.uniform(22, 40), rng.uniform(6, 18)
    pen.to((27, 13)).corner((10 - brim, 14)).to((46, 2), (92, 5)).corner((104 + brim, 14)).to(
        (70, 15), (34, 8)
    )
    pen.to((34, -6), (40, 4 - high), (62, -2 - high), (84, 2 - high), (90, 2)).to(
        (95, 30), (88, 58), (76, 74)
    )


def _scarf(pen: PathBuilder, rng: np.random.Generator) -> None:
    """A turban: the line winds round the head."""
    high = rng.uniform(-14, -6)
    pen.to((24, 16), (30, -2), (52, high), (84, high + 4), (100, 20), (92, 40), (60, 24), (26, 14))
    pen.to((34, 4), (64, 2), (96, 14), (104, 34), (92, 56), (78, 76))
