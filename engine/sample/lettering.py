"""The artist's handwriting: digits drawn as lines, and scribbles that look like words."""

from __future__ import annotations

import numpy as np

from engine.sample.pen import Path, PathBuilder, Points, resample, spline

_DIGITS: dict[str, tuple[tuple[tuple[float, float, float], ...], ...]] = {
    "0": (
        (
            (0.55, 0.02, 0),
            (0.1, 0.3, 0),
            (0.12, 0.8, 0),
            (0.5, 1.0, 0),
            (0.88, 0.7, 0),
            (0.85, 0.25, 0),
            (0.5, 0.0, 0),
        ),
    ),
    "1": (((0.3, 0.2, 0), (0.52, 0.0, 1), (0.5, 0.5, 0), (0.48, 1.0, 0)),),
    "2": (
        (
            (0.12, 0.25, 0),
            (0.4, 0.0, 0),
            (0.78, 0.2, 0),
            (0.6, 0.6, 0),
            (0.1, 0.98, 1),
            (0.5, 0.95, 0),
            (0.92, 1.0, 0),
        ),
    ),
    "3": (
        (
            (0.15, 0.1, 0),
            (0.55, 0.0, 0),
            (0.75, 0.22, 0),
            (0.4, 0.45, 1),
            (0.82, 0.65, 0),
            (0.6, 0.98, 0),
            (0.1, 0.9, 0),
        ),
    ),
    "4": (((0.5, 0.0, 0), (0.08, 0.62, 1), (0.9, 0.6, 0)), ((0.68, 0.3, 0), (0.64, 1.05, 0))),
    "5": (
        (
            (0.82, 0.02, 0),
            (0.28, 0.04, 1),
            (0.22, 0.42, 1),
            (0.7, 0.45, 0),
            (0.8, 0.8, 0),
            (0.4, 1.02, 0),
            (0.1, 0.9, 0),
        ),
    ),
    "6": (
        (
            (0.68, 0.0, 0),
            (0.25, 0.4, 0),
            (0.18, 0.85, 0),
            (0.5, 1.0, 0),
            (0.8, 0.75, 0),
            (0.5, 0.52, 0),
            (0.2, 0.75, 0),
        ),
    ),
    "7": (((0.1, 0.05, 0), (0.85, 0.02, 1), (0.55, 0.45, 0), (0.35, 1.0, 0)),),
    "8": (
        (
            (0.75, 0.15, 0),
            (0.4, 0.0, 0),
            (0.22, 0.22, 0),
            (0.55, 0.5, 0),
            (0.75, 0.8, 0),
            (0.45, 1.0, 0),
            (0.2, 0.78, 0),
            (0.5, 0.48, 0),
            (0.78, 0.12, 0),
        ),
    ),
    "9": (
        (
            (0.78, 0.25, 0),
            (0.45, 0.02, 0),
            (0.2, 0.3, 0),
            (0.5, 0.5, 0),
            (0.78, 0.2, 0),
            (0.74, 0.6, 0),
            (0.62, 1.05, 0),
        ),
    ),
    "-": (((0.2, 0.55, 0), (0.8, 0.52, 0)),),
    "/": (((0.8, 0.0, 0), (0.2, 1.05, 0)),),
}


def write_number(text: str, at: tuple[float, float], height: float, rng: np.random.Generator) -> list[Points]:
    """Write digits, dashes and slashes.

    Args:
        text: Characters out of `0123456789-/`.
        at: Left end and top of the first character, in pixels.
        height: Height of a digit in pixels.
        rng: The hand.

    Returns:
        Lines of `(n, 2)` pixels about 1.5 px apart.
    """
    lines = []
    x, slant = at[0], rng.normal(-0.12, 0.05)
    for sign in text:
        size = np.array([0.62, 1.0]) * height * rng.uniform(0.9, 1.1)
        for stroke in _DIGITS[sign]:
            path = np.asarray(stroke, dtype=np.float64)
            path[:, :2] = (path[:, :2] + rng.normal(0, 0.035, (len(path), 2))) * size
            path[:, 0] += x + slant * (path[:, 1] - height)
            path[:, 1] += at[1] + rng.normal(0, 0.03) * height
            lines.append(resample(spline(path), 1.5))
        x += 0.72 * height
    return lines


def scribble_word(letters: int, at: tuple[float, float], height: float, rng: np.random.Generator) -> Points:
    """A word nobody can read: arches, loops and ascenders on a base line.

    Args:
        letters: How many.
        at: Left end on the base line, in pixels.
        height: Height of a small letter in pixels.
        rng: The hand.

    Returns:
        One line, `(n, 2)` pixels.
    """
    pen = PathBuilder()
    x, y = at
    pen.to((x, y - 0.3 * height))
    for _ in range(letters):
        wide = height * rng.uniform(0.65, 1.05)
        x = _scribble_letter(pen, x, y, wide, height, int(rng.integers(7)))
    pen.to((x + 0.3 * height, y - 0.2 * height))
    return resample(spline(_leaning(pen.path(), y, rng, height)), 1.5)


def _scribble_letter(pen: PathBuilder, x: float, y: float, w: float, h: float, kind: int) -> float:
    """Write one shape and return where the next begins."""
    if kind == 0:  # round
        pen.arc((x + 0.45 * w, y - 0.5 * h), (0.4 * w, 0.5 * h), -60, -420)
    elif kind == 1:  # arch
        pen.corner((x + 0.1 * w, y)).to(
            (x + 0.25 * w, y - 0.95 * h), (x + 0.7 * w, y - 0.9 * h), (x + 0.8 * w, y)
        )
    elif kind == 2:  # ascender with a loop
        pen.to(
            (x + 0.55 * w, y - 1.9 * h),
            (x + 0.3 * w, y - 2.1 * h),
            (x + 0.25 * w, y - 0.6 * h),
            (x + 0.4 * w, y),
        )
    elif kind == 3:  # descender
        pen.to((x + 0.5 * w, y - h), (x + 0.5 * w, y + 0.9 * h), (x + 0.2 * w, y + 1.0 * h), (x + 0.6 * w, y))
    elif kind == 4:  # zigzag
        pen.corner((x + 0.2 * w, y - 0.9 * h), (x + 0.4 * w, y), (x + 0.6 * w, y - 0.9 * h)).to(
            (x + 0.85 * w, y)
        )
    elif kind == 5:  # cup
        pen.corner((x + 0.1 * w, y - 0.9 * h)).to((x + 0.2 * w, y - 0.1 * h), (x + 0.55 * w, y)).corner(
            (x + 0.75 * w, y - 0.9 * h)
        )
        pen.to((x + 0.8 * w, y))
    else:  # small loop
        pen.to(
            (x + 0.7 * w, y - 0.6 * h),
            (x + 0.4 * w, y - 1.0 * h),
            (x + 0.15 * w, y - 0.4 * h),
            (x + 0.6 * w, y),
        )
    return x + w


def _leaning(path: Path, base: float, rng: np.random.Generator, height: float) -> Path:
    """Slant a word and make its letters uneven."""
    path[:, 0] -= 0.22 * (path[:, 1] - base)
    path[:, :2] += rng.normal(0, 0.06 * height, (len(path), 2))
    return path
