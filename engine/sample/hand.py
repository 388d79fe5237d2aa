"""Hands: open, pointing, reaching, holding a flower; one outline round palm and fingers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.sample.limb import Joint, reach, side
from engine.sample.pen import Path, PathBuilder

_ROOTS: tuple[Joint, ...] = ((-21, 4), (-8, -2), (6, -1), (19, 6))
"""Knuckles of index, middle, ring and little finger; the wrist is near (0, 60), the thumb to the left."""
_LENGTHS = (44.0, 50.0, 46.0, 36.0)
_HALF_WIDTHS = (6.4, 6.6, 6.2, 5.4)


def open_hand(rng: np.random.Generator) -> list[Path]:
    """Fingers spread a little or much."""
    spread = rng.uniform(4, 13)
    return [_outline(rng, [spread * k for k in (-1.5, -0.4, 0.6, 1.8)], [1.0] * 4, rng.uniform(25, 55))]


def relaxed(rng: np.random.Generator) -> list[Path]:
    """Fingers that bend one more than the other."""
    bend = rng.uniform(5, 14)
    return [
        _outline(
            rng,
            [-4 + bend * k for k in (0, 0.5, 1.1, 1.8)],
            [1.0, 0.95, 0.88, 0.8],
            rng.uniform(10, 30),
            curl=rng.uniform(8, 20),
        )
    ]


def pointing(rng: np.random.Generator) -> list[Path]:
    """Index out, or index and middle; the others folded."""
    two = rng.random() < 0.45
    lengths = [1.0, 1.0 if two else 0.42, 0.4, 0.38]
    angles = [-12.0 if two else -3.0, 9.0 if two else 4.0, 8.0, 12.0]
    return [_outline(rng, angles, lengths, rng.uniform(-8, 12))]


def with_flower(rng: np.random.Generator) -> list[Path]:
    """Thumb and index hold a stem; the flower stands over them."""
    hand = _outline(rng, [-14, 2, 9, 20], [0.72, 0.95, 0.92, 0.88], 2.0, curl=rng.uniform(4, 10))
    pen = PathBuilder().to((-16, 74), (-27, 40), (-33, 2), (-36 + rng.uniform(-6, 6), -44))
    x, y = pen.at
    petals, size = int(rng.integers(5, 9)), rng.uniform(13, 19)
    for angle in 90 + 360.0 * np.arange(petals) / petals:
        for turn, share in ((-10.0, 0.3), (-28.0, 0.9), (0.0, 1.2), (28.0, 0.9), (10.0, 0.3)):
            a = np.deg2rad(angle + turn)
            pen.to((x + size * share * np.cos(a), y - size * 0.6 + size * share * np.sin(a)))
    pen.arc((x, y - size * 0.6), (size * 0.3, size * 0.3), 90, 460)
    return [hand, pen.path()]


def _outline(
    rng: np.random.Generator,
    angles: Sequence[float],
    lengths: Sequence[float],
    thumb: float,
    curl: float = 0.0,
) -> Path:
    """Up the wrist, round the thumb and each finger, down the wrist, and a line of the palm.

    Args:
        rng: Small differences.
        angles: Of index to little finger from straight up, positive to the right.
        lengths: Share of each finger that is seen.
        thumb: Angle by which the thumb stands off.
        curl: How far each further bone bends, in degrees.
    """
    slim = rng.uniform(0.82, 1.05)
    pen = PathBuilder()
    pen.to((-20, 124), (-17, 96), (-20, 74))
    root = (-22.0, 56.0)
    bones = reach(root, [22, 19, 15], [-128 - thumb * 0.3, -112 - thumb * 0.5, -104 - thumb * 0.35])
    _digit(pen, bones, [10, 7.2 * slim, 6.2 * slim, 4.2], skip=1)
    pen.to((-22, 26))
    for i, knuckle in enumerate(_ROOTS):
        whole = _LENGTHS[i] * lengths[i] * rng.uniform(0.94, 1.06)
        first = -90 + angles[i] + rng.normal(0, 2)
        turns = [first, first + curl * 0.8, first + curl * 1.7]
        half = _HALF_WIDTHS[i] * slim
        _digit(
            pen,
            reach(knuckle, [whole * 0.45, whole * 0.31, whole * 0.24], turns),
            [half * 1.05, half, half * 0.92, half * 0.62],
        )
    pen.to((29, 24), (29, 50), (22, 76), (22, 98), (26, 124))
    return _palm(pen, rng).path()


def _palm(pen: PathBuilder, rng: np.random.Generator) -> PathBuilder:
    """Sometimes the line goes on over the wrist into the palm."""
    kind = rng.integers(3)
    if kind == 0:
        pen.to((10, 112), (-4, 92), (-12, 66), (-6, 40), (-20, 26))
    elif kind == 1:
        pen.to((12, 118), (-8, 112), (-26, 116)).to((-12, 100), (4, 78), (-8, 52), (-16, 40))
    return pen


def _digit(pen: PathBuilder, joints: Sequence[Joint], widths: Sequence[float], skip: int = 0) -> None:
    """Up one side of a finger, round its tip, down the other."""
    up, down = side(joints, widths, -1.0), side(joints, widths, 1.0)[::-1]
    tip, last = np.asarray(joints[-1]), np.asarray(joints[-2])
    pen.follow(up[skip:])
    pen.follow([tip + (tip - last) / np.hypot(*(tip - last)) * widths[-1] * 0.9])
    pen.follow(down[: len(down) - skip] if skip else down)
