"""Synthetic lines whose path is known."""

import numpy as np
from scipy.interpolate import CubicSpline

from engine.strokes.raster import draw_strokes
from engine.strokes.types import as_stroke

SIZE = (700, 900)


def page(*curves, width=6.0, size=SIZE):
    return draw_strokes([as_stroke(c) for c in curves], size, width)


def along(x, y, n=600):
    t = np.linspace(0, 1, n)
    return np.stack([x(t), y(t)], axis=1)


def wave():
    """A trochoid: one line with two loops, which crosses itself at clear angles."""
    return along(
        lambda t: 130 + 440 * t - 110 * np.sin(4 * np.pi * t), lambda t: 450 + 200 * np.cos(4 * np.pi * t)
    )


def circle(x=350, y=450, r=200):
    return along(lambda t: x + r * np.cos(2 * np.pi * t), lambda t: y + r * np.sin(2 * np.pi * t))


def figure_eight():
    return along(lambda t: 350 + 200 * np.sin(2 * np.pi * t), lambda t: 450 + 250 * np.sin(4 * np.pi * t))


def line(x0, y0, x1, y1):
    return along(lambda t: x0 + (x1 - x0) * t, lambda t: y0 + (y1 - y0) * t, 200)


def grid(n=5, slant=37):
    """`n` lines across and `n` down, none of them quite level."""
    places = np.linspace(150, 550, n)
    across = [line(90, y, 610, y + slant) for y in places]
    return across + [line(x, 90, x - slant, 640) for x in places + 20]


def retraced(offset=0.0):
    """Out along a line, a cusp, back over it `offset` px beside, and off in a gentle curve."""
    out, back = line(100, 600, 560, 300), line(560, 300 + offset, 430, 384.8 + offset)
    leaving = np.array([(430, 384.8), (400, 404), (345, 434), (270, 440), (190, 400), (150, 300), (160, 150)])
    return np.concatenate([out, back, spline(leaving + np.array([0, offset]))[1:]])


def spline(points, n=800):
    """A smooth line through points."""
    points = np.asarray(points, dtype=float)
    t = np.concatenate([[0], np.cumsum(np.sqrt(np.hypot(*np.diff(points, axis=0).T)))])
    return CubicSpline(t, points)(np.linspace(0, t[-1], n))


def random_line(seed, size=SIZE, margin=70, places=(5, 10)):
    """One smooth line that wanders over the page and crosses itself; the same for the same seed."""
    rng = np.random.default_rng(seed)
    room = np.array(size) - 2 * margin
    way = [rng.uniform(0, 1, 2)]
    count = rng.integers(*places)
    while len(way) < count:
        step = rng.uniform(0, 1, 2)
        if 0.25 < np.hypot(*(step - way[-1])) < 0.8:
            way.append(step)
    curve = spline(np.array(way))
    low, high = curve.min(axis=0), curve.max(axis=0)
    return (curve - low) / (high - low) * room + margin


def transformed(curve, *, angle=0.0, scale=1.0, mirror=False, centre=(350, 450)):
    c, s = np.cos(angle), np.sin(angle)
    q = (curve - centre) * (scale * (-1 if mirror else 1), scale)
    return q @ np.array([[c, s], [-s, c]]) + centre


def scene():
    """A spiral page: rings at the left, a page number, and a line that runs into the binding."""
    rings = [line(0, y, 55, y + 6) for y in range(40, 1180, 55)]
    drawing = along(lambda t: 60 + 700 * t, lambda t: 500 + 250 * np.sin(5 * t))
    number = [line(700, 1150, 700, 1180), line(715, 1150, 735, 1180)]
    size = (850, 1200)
    image = np.minimum(page(*rings, width=14, size=size), page(drawing, *number, size=size))
    return image, drawing
