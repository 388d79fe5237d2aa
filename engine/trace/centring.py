"""Move centre lines to the middle of the ink, to a fraction of a pixel, by the grey values."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.strokes.geometry import Points, arc_lengths, smooth, tangents
from engine.trace.graph import Edge, LineGraph

_OFFSETS = 19
"""Samples across the line."""


@dataclass(frozen=True, slots=True)
class CentringSettings:
    """Lengths in pen widths.

    Attributes:
        smooth_pens: Smoothing of the pixel staircase before normals are taken.
        reach_pens: Half length of the section across the line.
        doubt: A section this many times as wide as usual crosses other ink and is not trusted.
        settle_pens: Smoothing of the corrections along the line.
    """

    smooth_pens: float = 0.45
    reach_pens: float = 1.25
    doubt: float = 1.35
    settle_pens: float = 0.5


def centre_edges(
    graph: LineGraph, darkness: NDArray[np.uint8], level: float, pen_width: float, settings: CentringSettings
) -> None:
    """Smooth, centre and measure all edges of a graph in place.

    Args:
        graph: Edges along skeleton pixels.
        darkness: `(h, w)` uint8, 0 paper to 255 ink.
        level: Darkness of full ink.
        pen_width: px.
        settings: See there.
    """
    for key, edge in graph.edges.items():
        graph.edges[key] = _smoothed(edge, settings.smooth_pens * pen_width)
    edges = list(graph.edges.values())
    if not edges:
        return
    points = np.concatenate([e.points for e in edges])
    normals = np.concatenate([tangents(e.points) for e in edges])[:, ::-1] * (-1.0, 1.0)
    shift, trust, width = _sections(darkness, points, normals, level, pen_width, settings)
    cuts = np.cumsum([len(e.points) for e in edges])[:-1]
    parts = zip(*(np.split(each, cuts) for each in (shift, trust, width, normals)), strict=True)
    for edge, (offset, weight, across, normal) in zip(edges, parts, strict=True):
        edge.points = (
            edge.points + normal * _settled(offset, weight, settings.settle_pens * pen_width)[:, None]
        )
        edge.width = across


def _smoothed(edge: Edge, sigma: float) -> Edge:
    """An edge at one pixel spacing without the pixel staircase."""
    arc = arc_lengths(edge.points)
    count = max(2, round(float(arc[-1])) + 1)
    at = np.linspace(0, arc[-1], count)
    points = np.stack([np.interp(at, arc, edge.points[:, k]) for k in (0, 1)], axis=1)
    closed = edge.ends[0] == edge.ends[1] and bool((edge.points[0] == edge.points[-1]).all()) and count > 8
    if closed:
        ring = smooth(points[:-1], sigma, closed=True)
        points = np.concatenate([ring, ring[:1]])
    else:
        points = smooth(points, sigma)
    return Edge(edge.ends, points, np.interp(at, arc, edge.width))


def _sections(
    darkness: NDArray[np.uint8],
    points: Points,
    normals: Points,
    level: float,
    pen: float,
    settings: CentringSettings,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Across the line at each point: centroid of the darkness, trust in it (0 or 1), and width of the ink.

    The width is the darkness summed across, as a width of full ink: finer than a pixel.
    """
    reach = settings.reach_pens * pen + 1.0
    offsets = np.linspace(-reach, reach, _OFFSETS)
    at = points[:, None, :] + normals[:, None, :] * offsets[None, :, None]
    profile = _sample(darkness, at.reshape(-1, 2)).reshape(len(points), _OFFSETS)
    half = _OFFSETS // 2
    middle = profile[:, half - 2 : half + 3].max(axis=1, keepdims=True)
    dark = profile > 0.25 * middle  # outwards from the middle, the first pale sample ends the line
    dark[:, half:] = np.logical_and.accumulate(dark[:, half:], axis=1)
    dark[:, : half + 1] = np.logical_and.accumulate(dark[:, half::-1], axis=1)[:, ::-1]
    ink = np.where(dark, profile - 0.25 * middle, 0.0)
    total = ink.sum(axis=1)
    centroid = (ink * offsets).sum(axis=1) / np.maximum(total, 1e-6)
    width = np.where(dark, profile, 0.0).sum(axis=1) * (offsets[1] - offsets[0]) / level
    usual = float(np.median(width)) if len(width) else 1.0
    trusted = (width < settings.doubt * usual) & (total > 0) & (np.abs(centroid) < 0.6 * pen + 0.5)
    return centroid, trusted.astype(np.float64), width


def _sample(darkness: NDArray[np.uint8], at: Points) -> NDArray[np.float64]:
    """Bilinear samples `(n,)` of a picture at `(n, 2)` x, y; black beyond the border is paper."""
    columns = 1024
    rows = -(-len(at) // columns)
    places = np.full((rows * columns, 2), -9.0, dtype=np.float32)
    places[: len(at)] = at
    grid = places.reshape(rows, columns, 2)
    # remap addresses at most 2**15 columns: the long list is folded into a picture.
    picture = darkness.astype(np.float32)
    x, y = np.ascontiguousarray(grid[..., 0]), np.ascontiguousarray(grid[..., 1])
    found = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(found.reshape(-1)[: len(at)], dtype=np.float64)


def sample_darkness(darkness: NDArray[np.uint8], at: Points) -> NDArray[np.float64]:
    """Darkness 0 to 1 at points `(n, 2)`, bilinear."""
    return _sample(darkness, at) / 255.0


def _settled(offset: NDArray[np.float64], weight: NDArray[np.float64], sigma: float) -> NDArray[np.float64]:
    """Corrections smoothed along the line; doubtful places take their neighbours' (normalised mean)."""
    reach = max(1, int(np.ceil(3 * sigma)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 0.3)) ** 2)
    value = np.convolve(np.pad(offset * weight, reach), kernel, mode="valid")
    mass = np.convolve(np.pad(weight, reach), kernel, mode="valid")
    return np.asarray(value / np.maximum(mass, 0.05 * kernel.sum()))
