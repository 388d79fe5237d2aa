"""Pages of notes: lines of writing nobody can read, boxes, arrows, lists."""

from __future__ import annotations

import numpy as np

from engine.sample import paper
from engine.sample.ink import Image, coverage, lay_ink
from engine.sample.lettering import scribble_word
from engine.sample.pen import Path, PathBuilder, Points, resample, slow_noise, spline


def write_notes(image: Image, rng: np.random.Generator, page: int) -> None:
    """Fill the page with notes, in place.

    Args:
        image: The sheet.
        rng: The writer.
        page: Decides on which side the binding leaves less room.
    """
    left, right = (130.0, 1160.0) if page % 2 else (80.0, 1110.0)
    height = rng.uniform(13, 20)
    lines: list[Points] = []
    y = 150.0
    lines += _sentence(rng, left, left + rng.uniform(300, 560), y, 1.5 * height)
    if rng.random() < 0.6:
        lines.append(_ruled(rng, (left, y + 22), (left + 420, y + 24)))
    y += 100
    while y < 1450:
        block = rng.integers(4)
        if block == 0 and y < 1150:
            y = _diagram(lines, rng, left, right, y, height)
        elif block == 1:
            y = _list(lines, rng, left, right, y, height)
        else:
            y = _paragraph(lines, rng, left, right, y, height)
        y += rng.uniform(30, 80)
    dark = rng.uniform(25, 70)
    colour = (dark, dark, dark) if rng.random() < 0.6 else (40, 50, 110)
    lay_ink(image, *coverage(lines, rng.uniform(2.2, 3.2), paper.SHAPE, rng), colour, 0.92)


def _sentence(rng: np.random.Generator, left: float, right: float, y: float, height: float) -> list[Points]:
    """Words from left to right on a line that rises or falls a little."""
    words: list[Points] = []
    x, slope = left, rng.normal(0, 0.006)
    while True:
        letters = int(rng.integers(2, 9))
        if x + letters * 0.85 * height > right:
            return words
        word = scribble_word(letters, (x, y + slope * (x - left)), height, rng)
        words.append(word)
        x = float(word[-1, 0]) + 0.9 * height


def _paragraph(
    lines: list[Points], rng: np.random.Generator, left: float, right: float, y: float, height: float
) -> float:
    """Some lines of writing; returns where the next block may begin."""
    for _ in range(int(rng.integers(2, 6))):
        if y > 1500:
            break
        lines += _sentence(rng, left, right - rng.uniform(0, 200), y, height)
        y += height * rng.uniform(3.0, 3.5)
    return y


def _list(
    lines: list[Points], rng: np.random.Generator, left: float, right: float, y: float, height: float
) -> float:
    """Bullets: a box or a dash, then a few words."""
    boxes = rng.random() < 0.5
    for _ in range(int(rng.integers(3, 6))):
        if y > 1500:
            break
        if boxes:
            lines.append(_box(rng, (left + 20, y - height), (left + 20 + height, y)))
        else:
            lines.append(_ruled(rng, (left + 16, y - 0.4 * height), (left + 16 + height, y - 0.4 * height)))
        lines += _sentence(rng, left + 70, left + rng.uniform(350, right - left), y, height)
        y += height * 3.4
    return y


def _diagram(
    lines: list[Points], rng: np.random.Generator, left: float, right: float, y: float, height: float
) -> float:
    """Boxes and ovals with words in them, arrows between."""
    count = int(rng.integers(2, 4))
    wide = (right - left) / count
    tall = rng.uniform(100, 150)
    last = None
    for i in range(count):
        x0, y0 = left + i * wide + rng.uniform(0, 20), y + rng.uniform(0, 90)
        x1, y1 = x0 + wide * rng.uniform(0.55, 0.72), y0 + tall
        lines.append(_box(rng, (x0, y0), (x1, y1)) if rng.random() < 0.65 else _oval((x0, y0), (x1, y1)))
        lines += _sentence(rng, x0 + 24, x1 - 12, (y0 + y1) / 2 + 0.4 * height, height)
        if last is not None:
            lines += _arrow(rng, last, (x0 - 8, (y0 + y1) / 2))
        last = (x1 + 8, (y0 + y1) / 2)
    return y + tall + 140


def _plain(path: Path, rng: np.random.Generator) -> Points:
    """A line of the diagram, a little unsteady."""
    line = resample(spline(path), 2.0)
    for axis in (0, 1):
        line[:, axis] += 1.4 * slow_noise(rng, len(line), 40)
    return line


def _box(rng: np.random.Generator, low: tuple[float, float], high: tuple[float, float]) -> Points:
    """A rectangle that does not quite close."""
    (x0, y0), (x1, y1) = low, high
    over = rng.uniform(-4, 8)
    return _plain(
        PathBuilder()
        .corner((x0, y0), (x1, y0 + 2), (x1 - 2, y1), (x0 + 2, y1 + 1), (x0 - 2, y0 - over))
        .path(),
        rng,
    )


def _oval(low: tuple[float, float], high: tuple[float, float]) -> Points:
    """A ring drawn round a word, a little more than once."""
    (x0, y0), (x1, y1) = low, high
    path = PathBuilder().arc(((x0 + x1) / 2, (y0 + y1) / 2), ((x1 - x0) / 2, (y1 - y0) / 2), -100, 290).path()
    return resample(spline(path), 2.0)


def _ruled(rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float]) -> Points:
    """A stroke under a title."""
    return _plain(PathBuilder().corner(start, end).path(), rng)


def _arrow(rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float]) -> list[Points]:
    """A bowed shaft and a head."""
    (x0, y0), (x1, y1) = start, end
    bow = rng.uniform(-30, 30)
    shaft = PathBuilder().to(start, ((x0 + x1) / 2, (y0 + y1) / 2 + bow), end).path()
    head = PathBuilder().corner((x1 - 16, y1 - 11), end, (x1 - 17, y1 + 10)).path()
    return [_plain(shaft, rng), resample(spline(head), 2.0)]
