"""Pictures of what a machine thinks of a drawing: its surprise in colours, its hairs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.export.colours import INK, MACHINE_INK, PAPER, rgb
from engine.project.atomic import write_text
from engine.strokes.svg import path_data, picture_box, svg_document
from engine.strokes.types import Drawing, Stroke

_EXPECTED, _STRIKING, _STARTLING = "#B9B2A4", MACHINE_INK, "#6E1409"
_USUAL_SHARES = (0.05, 0.98)
_PEN_UNITS = 1.6
_HAIR_SHARE = 0.45
_LEVELS = 64


def usual_nats(nats: Sequence[NDArray[np.floating]]) -> tuple[float, float]:
    """Nats that few points of a drawing are below, and few above: the ends of the colours."""
    points = np.concatenate([np.zeros(0), *nats])
    if not len(points):
        return (0.0, 1.0)
    low, high = np.quantile(points, _USUAL_SHARES)
    return (float(low), float(max(high, low + 1e-6)))


def surprise_colours(nats: NDArray[np.floating], ends: tuple[float, float]) -> list[str]:
    """A colour a point: pale where the machine expected it, its own ink and darker where not.

    Args:
        nats: `(n,)`.
        ends: Nats of the palest and of the darkest, as `usual_nats` gives them.
    """
    low, high = ends
    share = np.clip((np.asarray(nats, dtype=np.float64) - low) / max(high - low, 1e-9), 0, 1)
    # Few colours, so that neighbours of one colour can be one line.
    level = np.round(share * (_LEVELS - 1)).astype(int)
    return [_RAMP[number] for number in level]


def write_surprise_svg(path: Path, drawing: Drawing, nats: Sequence[NDArray[np.floating]]) -> None:
    """Write a drawing whose lines are coloured by how they surprised a machine, in one step.

    Args:
        path: The file to make or replace.
        drawing: In units.
        nats: For each stroke the nats of its points; a move has the colour of the point it leads to.

    Raises:
        UserError: if the file cannot be written.
    """
    ends = usual_nats(nats)
    lines = [
        f'<path stroke="{colour}" d="{path_data(stroke, smooth=True, part=part)}"/>'
        for stroke, of_points in zip(drawing.strokes, nats, strict=True)
        for part, colour in _coloured(surprise_colours(of_points, ends))
    ]
    _write(path, drawing.strokes, lines)


def write_hairs_svg(path: Path, drawing: Drawing, hairs: Sequence[Stroke]) -> None:
    """Write a drawing with a machine's hairs on it, in one step.

    Args:
        path: The file to make or replace.
        drawing: In units.
        hairs: `(m, 2)` each, in the same units.

    Raises:
        UserError: if the file cannot be written.
    """
    width = _PEN_UNITS * _HAIR_SHARE
    lines = [
        f'<path stroke="{MACHINE_INK}" stroke-width="{width:.2f}" d="{path_data(hair, smooth=True)}"/>'
        for hair in hairs
    ]
    lines += [f'<path stroke="{INK}" d="{path_data(s, smooth=True)}"/>' for s in drawing.strokes if len(s)]
    _write(path, [*drawing.strokes, *hairs], lines)


def _coloured(colours: Sequence[str]) -> list[tuple[slice, str]]:
    """Moves of one colour, of a stroke whose points have these; a dot is a move of its own."""
    moves = colours[1:] or colours
    starts = [i for i in range(len(moves)) if i == 0 or moves[i] != moves[i - 1]]
    return [(slice(a, b), moves[a]) for a, b in pairwise([*starts, len(moves)])]


def _write(path: Path, strokes: Sequence[Stroke], lines: list[str]) -> None:
    box = picture_box(strokes, None, room=8 * _PEN_UNITS)
    write_text(path, svg_document(lines, box, stroke_width=_PEN_UNITS, background=PAPER))


def _ramp() -> list[str]:
    stops = np.stack([rgb(colour) for colour in (_EXPECTED, _STRIKING, _STARTLING)])
    at = np.linspace(0, len(stops) - 1, _LEVELS)
    shades = [np.interp(at, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    return ["#{:02X}{:02X}{:02X}".format(*shade) for shade in np.round(shades).astype(int).T.tolist()]


_RAMP = _ramp()
