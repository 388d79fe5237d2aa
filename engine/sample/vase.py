"""Vases with flowers: blossom after blossom along one line, then down into the vase and round it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.sample.pen import Path, PathBuilder

Blossom = Callable[[PathBuilder, np.random.Generator, float, float, float, float], None]
"""Draws a flower: pen, rng, centre x, centre y, radius, and the angle (degrees) of the stem."""


def bouquet(rng: np.random.Generator) -> list[Path]:
    """Flowers first, from left to right, each on its stem out of the mouth of the vase; the vase last."""
    pen = PathBuilder()
    mouth, tall, wide = rng.uniform(9, 20), rng.uniform(60, 95), rng.uniform(24, 38)
    count = int(rng.integers(2, 6))
    blossom = _BLOSSOMS[int(rng.integers(len(_BLOSSOMS)))]
    mixed = rng.random() < 0.5
    spread = np.linspace(-1, 1, count) if count > 1 else np.array([rng.uniform(-0.3, 0.3)])
    reach = rng.uniform(28, 48)
    for i, place in enumerate(spread):
        root = (place * mouth * 0.55, rng.uniform(-2, 6))
        tip = (place * reach + rng.normal(0, 3), -rng.uniform(46, 92) * (1.08 - 0.3 * abs(place)))
        radius = rng.uniform(10, 16) * (1.25 if count < 3 else 1.0)
        _stem(pen, rng, root, tip, radius, leave=i > 0)
        if mixed:
            blossom = _BLOSSOMS[int(rng.integers(len(_BLOSSOMS)))]
        blossom(pen, rng, tip[0], tip[1], radius, 90 - 30 * place)
        pen.to((tip[0] * 0.75 + root[0] * 0.25 + rng.normal(0, 2), tip[1] * 0.55))
        if rng.random() < 0.6:
            _leaf(pen, rng, -1.0 if place < 0 else 1.0)
        pen.to((root[0] + rng.normal(0, 1.5), rng.uniform(4, 16)))
    _vessel(pen, rng, mouth, wide, tall)
    return [pen.path()]


def _stem(
    pen: PathBuilder,
    rng: np.random.Generator,
    root: tuple[float, float],
    tip: tuple[float, float],
    radius: float,
    *,
    leave: bool,
) -> None:
    """Up from the vase to a flower."""
    if leave:
        pen.to((root[0] + rng.normal(0, 1), root[1] + 18))
    else:
        pen.to((root[0], root[1] + rng.uniform(10, 25)))
    pen.to(root, (tip[0] * 0.45 + root[0] * 0.55, tip[1] * 0.5), (tip[0] * 0.95, tip[1] + radius))


def _leaf(pen: PathBuilder, rng: np.random.Generator, side: float) -> None:
    """A leaf off the stem and back to it."""
    x, y = pen.at
    long, lift = rng.uniform(16, 28), rng.uniform(-14, 4)
    pen.to((x + side * long * 0.5, y + lift - 7)).corner((x + side * long, y + lift - 3))
    pen.to((x + side * long * 0.55, y + lift + 7), (x + side * 1.0, y + 6))


def _rose(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, r: float, base: float) -> None:
    """A spiral from the rim to the heart and out again."""
    turn = rng.choice([-1.0, 1.0])
    for share, angle in zip(np.linspace(1.0, 0.2, 15), np.linspace(0, 2.2 * 360, 15), strict=True):
        a = np.deg2rad(base + turn * angle)
        pen.to((x + r * share * np.cos(a), y + r * share * np.sin(a) * 0.9))
    for share, angle in zip((0.45, 0.8, 1.05), (40, 110, 200), strict=True):
        a = np.deg2rad(base + turn * angle)
        pen.to((x + r * share * np.cos(a), y + r * share * np.sin(a)))


def _daisy(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, r: float, base: float) -> None:
    """Petals as loops round a centre, then the centre."""
    petals = int(rng.integers(5, 9))
    half = 0.5 * 360 / petals
    for angle in base + 360.0 * np.arange(petals) / petals:
        for turn, share in (
            (-0.35 * half, 0.35),
            (-half * 0.9, 0.9),
            (0.0, 1.25),
            (half * 0.9, 0.9),
            (0.35 * half, 0.35),
        ):
            a = np.deg2rad(angle + turn)
            pen.to((x + r * share * np.cos(a), y + r * share * np.sin(a)))
    pen.arc((x, y), (r * 0.3, r * 0.3), base, base + 400)


def _tulip(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, r: float, base: float) -> None:
    """A cup with three points."""
    w = r * rng.uniform(0.65, 0.85)
    pen.to((x, y + r), (x - w, y + 0.4 * r), (x - w * 0.95, y - 0.5 * r)).corner((x - w * 0.75, y - 1.1 * r))
    pen.to((x - w * 0.35, y - 0.5 * r)).corner((x, y - 1.3 * r)).to((x + w * 0.35, y - 0.5 * r)).corner(
        (x + w * 0.8, y - 1.1 * r)
    )
    pen.to((x + w, y - 0.4 * r), (x + w * 0.9, y + 0.5 * r), (x, y + r), (x - w * 0.4, y + 0.3 * r)).corner(
        (x, y - 0.9 * r)
    )
    pen.to((x + 0.35 * w, y + 0.2 * r), (x + 1, y + r))


def _poppy(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, r: float, base: float) -> None:
    """Three or four wide petals that overlap, and an eye."""
    petals = int(rng.integers(3, 5))
    for angle in base + 360.0 * np.arange(petals) / petals + rng.uniform(-15, 15):
        for turn, share in (
            (-20.0, 0.3),
            (-62.0, 1.0),
            (-25.0, 1.2),
            (0.0, 1.02),
            (25.0, 1.2),
            (62.0, 1.0),
            (20.0, 0.3),
        ):
            a = np.deg2rad(angle + turn)
            pen.to((x + r * share * np.cos(a), y + 0.85 * r * share * np.sin(a)))
    pen.arc((x, y), (r * 0.28, r * 0.22), base, base + 380)


def _sprig(pen: PathBuilder, rng: np.random.Generator, x: float, y: float, r: float, base: float) -> None:
    """Leaves on both sides of a twig, up one side and down the other."""
    count = int(rng.integers(3, 5))
    high = 2.2 * r
    for i in range(count):
        yy = y + r - high * i / count
        pen.to((x, yy), (x - 0.6 * r, yy - 0.65 * r)).corner((x - 1.1 * r, yy - 0.75 * r)).to(
            (x - 0.5 * r, yy - 0.2 * r), (x, yy - 0.15 * r)
        )
    pen.to((x - 0.1 * r, y + r - high)).corner((x + 0.1 * r, y + 0.5 * r - high)).to(
        (x + 0.25 * r, y + r - high)
    )
    for i in reversed(range(count)):
        yy = y + 0.8 * r - high * i / count
        pen.to((x + 0.5 * r, yy - 0.65 * r)).corner((x + 1.1 * r, yy - 0.7 * r)).to(
            (x + 0.5 * r, yy - 0.15 * r), (x, yy)
        )


_BLOSSOMS: tuple[Blossom, ...] = (_rose, _daisy, _tulip, _poppy, _sprig)


def _vessel(pen: PathBuilder, rng: np.random.Generator, mouth: float, wide: float, tall: float) -> None:
    """Round the mouth, down one side, along the foot, up the other, and out along the table."""
    rim = mouth * rng.uniform(0.18, 0.3)
    pen.arc((0, 8), (mouth, rim), 200, 200 + 360 + 160)
    belly = rng.uniform(0.3, 0.75)
    waist = wide if rng.random() < 0.75 else mouth * 1.1
    foot = waist * rng.uniform(0.4, 0.8)
    neck = mouth * rng.uniform(0.55, 1.0)
    side = [(neck, 8 + 0.14 * tall), (waist, 8 + belly * tall), (foot, 8 + 0.97 * tall)]
    pen.to(*side).corner((foot, 8 + tall)).to((0, 8 + tall + rim * 0.8)).corner((-foot, 8 + tall))
    pen.to(*((-x, y) for x, y in reversed(side)))
    if rng.random() < 0.5:  # a band or a second look at the belly
        pen.to((-mouth, 8), (-0.3 * mouth, 8 + rim), (neck * 0.3, 8 + 0.3 * tall))
        pen.to(
            (waist * 0.45, 8 + belly * tall),
            (-waist * 0.2, 8 + (belly + 0.1) * tall),
            (-waist * 0.6, 8 + belly * tall * 0.9),
        )
    else:
        pen.to((-mouth, 8))
