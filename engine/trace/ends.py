"""Lead line ends out to where the ink ends: thinning eats them, most of all at slanted ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import arc_lengths, end_tangent
from engine.trace.centring import sample_darkness
from engine.trace.graph import Edge, LineGraph

_FARTHEST_PENS = 4.0
"""Ink that goes on farther than this is not the end of this line."""
_STEP_PX = 0.5


def extend_ends(graph: LineGraph, darkness: NDArray[np.uint8], level: float, pen: float) -> None:
    """Extend every free end straight on, to half a pen width before the ink's own end.

    Args:
        graph: Centred edges, changed in place.
        darkness: `(h, w)` uint8, 0 paper to 255 ink.
        level: Darkness of full ink.
        pen: Pen width, px.
    """
    free = [(k, e) for k, edge in graph.edges.items() for e in (0, 1) if graph.degree(edge.ends[e]) == 1]
    free = [(k, e) for k, e in free if graph.edges[k].length > pen]
    if not free:
        return
    tips = np.array([graph.edges[k].points[-e] for k, e in free])
    onward = np.array([_direction(graph.edges[k], e, pen) for k, e in free])
    ahead = np.arange(0.0, _FARTHEST_PENS * pen, _STEP_PX)
    at = tips[:, None, :] + onward[:, None, :] * ahead[None, :, None]
    pale = sample_darkness(darkness, at.reshape(-1, 2)).reshape(len(free), -1) * 255.0 < 0.5 * level
    for (key, end), stops, tip, direction in zip(free, pale, tips, onward, strict=True):
        extension = float(ahead[np.argmax(stops)]) - 0.5 * pen if stops.any() else 0.0
        if extension > _STEP_PX:
            graph.edges[key] = _extended(graph.edges[key], end, tip + extension * direction, extension)


def _direction(edge: Edge, end: int, pen: float) -> NDArray[np.float64]:
    """Direction in which an edge leaves, read a little before its end, where thinning has not bent it."""
    points = edge.points if end == 1 else edge.points[::-1]
    arc = arc_lengths(points)
    body = points[arc <= arc[-1] - min(0.5 * pen, 0.3 * float(arc[-1]))]
    return end_tangent(body if len(body) > 1 else points, at_start=False, reach=2.0 * pen)


def _extended(edge: Edge, end: int, tip: NDArray[np.float64], length: float) -> Edge:
    """An edge with a straight piece at one end, points one pixel apart."""
    count = max(1, round(length))
    last, width = edge.points[-end], edge.width[-end]
    piece = last + (tip - last) * (np.arange(1, count + 1) / count)[:, None]
    widths = np.full(count, width)
    if end == 1:
        return Edge(edge.ends, np.concatenate([edge.points, piece]), np.append(edge.width, widths))
    return Edge(edge.ends, np.concatenate([piece[::-1], edge.points]), np.append(widths, edge.width))
