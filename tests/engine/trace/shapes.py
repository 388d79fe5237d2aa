"""Synthetic lines whose path is known."""

import numpy as np

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
