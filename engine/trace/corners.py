"""Lead corners out to where the pen turned: thinning and smoothing cut them short.

The ink of a round pen ends half its width beyond the point where it turned, in the direction the corner
points to. On a gentle bend that is true of the centre line already; at a sharp turn the line found lies
inside, and is moved out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, unit
from engine.trace.centring import sample_darkness
from engine.trace.graph import Edge, LineGraph

_ARM_PENS = 1.3
"""Over this length on either side the turn of a corner is read, and its arms are moved with it."""
_SHARP = np.cos(np.radians(70.0))
_FARTHEST_PENS = 2.5
"""Ink that goes on farther than this is another line."""
_STEP_PX = 0.25


def sharpen_corners(graph: LineGraph, darkness: NDArray[np.uint8], level: float, pen: float) -> None:
    """Move the sharp turns inside edges out to half a pen width before the ink's own end.

    Args:
        graph: Centred edges, points about one pixel apart; changed in place.
        darkness: `(h, w)` uint8, 0 paper to 255 ink.
        level: Darkness of full ink.
        pen: Pen width, px.
    """
    reach = max(2, round(_ARM_PENS * pen))
    found = [(key, at) for key, edge in graph.edges.items() for at in _corners(edge.points, reach)]
    if not found:
        return
    tips = np.array([graph.edges[key].points[at] for key, at in found])
    outward = np.array([_outward(graph.edges[key].points, at, reach) for key, at in found])
    ahead = np.arange(0.0, _FARTHEST_PENS * pen, _STEP_PX)
    at = tips[:, None, :] + outward[:, None, :] * ahead[None, :, None]
    pale = sample_darkness(darkness, at.reshape(-1, 2)).reshape(len(found), -1) * 255.0 < 0.5 * level
    for (key, index), stops, tip, direction in zip(found, pale, tips, outward, strict=True):
        around = graph.edges[key].width[max(0, index - 2 * reach) : index + 2 * reach]
        width = max(pen, float(np.median(around)))  # a brush is wider here than elsewhere
        beyond = float(ahead[np.argmax(stops)]) - 0.5 * width if stops.any() else 0.0
        if beyond > 2 * _STEP_PX:
            graph.edges[key] = _led_out(graph.edges[key], index, reach, tip + beyond * direction)


def _corners(points: Points, reach: int) -> list[int]:
    """Indices of the sharpest places of a line, farther than `reach` from its ends and each other."""
    if len(points) < 2 * reach + 1:
        return []
    into = unit(points[reach:-reach] - points[: -2 * reach])
    onward = unit(points[2 * reach :] - points[reach:-reach])
    straight = (into * onward).sum(axis=1)
    chosen: list[int] = []
    for index in np.argsort(straight):
        if straight[index] > _SHARP:
            break
        if all(abs(int(index) - other) > reach for other in chosen):
            chosen.append(int(index))
    return [index + reach for index in chosen]


def _outward(points: Points, at: int, reach: int) -> Points:
    """Direction in which a corner points: away from both its arms."""
    return unit(unit(points[at] - points[at - reach]) + unit(points[at] - points[at + reach]))


def _led_out(edge: Edge, at: int, reach: int, tip: Points) -> Edge:
    """An edge whose corner at a point is moved to `tip`, its arms less so with the distance from it."""
    nearness = 1.0 - np.abs(np.arange(-reach, reach + 1)) / reach
    points = edge.points.copy()
    points[at - reach : at + reach + 1] += nearness[:, None] * (tip - edge.points[at])
    return Edge(edge.ends, points, edge.width)
