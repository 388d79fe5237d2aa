"""What a machine says of a drawing, laid along the smooth line that a player shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.export.overlays import surprise_colours, usual_nats
from engine.strokes.smooth import smooth_stroke
from engine.strokes.types import Drawing, bounding_box
from studio.gallery.film import FilmPart
from studio.gallery.insight import Surprise
from studio.models.samples import Sample

_GROWS_S = 0.35
_HAIR_SHARE = 0.45
"""Of the pen's width, as in `engine.export.overlays`."""
_HAIR_LEAST_PX = 1.0

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Tint:
    """Colours along the line of a film's drawing.

    Attributes:
        colours: For each stroke one `#rrggbb` a move of the shown line; a dot has one.
        nats: For each stroke `(n,)` of the shown line's points: of the machine's move that leads there.
        ends: Nats of the palest colour and of the darkest.
        mean: Nats a point.
    """

    colours: tuple[tuple[str, ...], ...]
    nats: tuple[NDArray[np.float64], ...]
    ends: tuple[float, float]
    mean: float


@dataclass(frozen=True, slots=True, eq=False)
class FilmHair:
    """One hair on a film.

    Attributes:
        line: `(m, 3)`: x, y and width, as in `FilmPart.lines`.
        starts_s: When the pen is where it grows from.
        grown_s: When it is as long as it will be.
    """

    line: Floats
    starts_s: float
    grown_s: float

    def share(self, time_s: float) -> float:
        """How much of it has grown, 0..1."""
        if time_s >= self.grown_s:
            return 1.0
        return max((time_s - self.starts_s) / (self.grown_s - self.starts_s), 0.0)


def make_tint(part: FilmPart, sample: Sample, surprise: Surprise) -> Tint:
    """Lay nats along the shown line.

    Args:
        part: The drawing as it is shown: smoothed, with more points.
        sample: The drawing; its own points are those that the machine was asked about.
        surprise: The answer.
    """
    begins = sample.recording.begins if sample.recording is not None else (True,) * len(part.lines)
    whole, seen = _uncut(part.lines, begins), _uncut(_filled(sample.picture), begins)
    lines = zip(whole, _filled(sample.drawing), seen, _told(surprise), strict=False)
    spread = [_spread(line[:, :2], few, many, told) for line, few, many, told in lines]
    nats = _cut(spread, part.lines, begins)
    ends = usual_nats(surprise.nats)
    colours = [tuple(surprise_colours(one[1:] if len(one) > 1 else one, ends)) for one in nats]
    return Tint(tuple(colours), tuple(nats), ends, surprise.mean)


def make_hairs(part: FilmPart, picture: Drawing, hairs: Sequence[Drawing]) -> tuple[FilmHair, ...]:
    """Place hairs on a film, in the order in which they grow.

    Args:
        part: The drawing as it is shown.
        picture: The same in units.
        hairs: In units, each a stroke that begins on the line, in the order of the line.
    """
    lines = [hair.strokes[0] for hair in hairs if hair.strokes and len(hair.strokes[0]) > 1]
    if not lines or not part.lines:
        return ()
    scale, offset = _to_film(part, picture)
    placed = [np.asarray(smooth_stroke(line) * scale + offset, dtype=np.float32) for line in lines]
    starts = _reached_s(part, [line[0] for line in placed])
    width = max(float(max(line[:, 2].max() for line in part.lines)) * _HAIR_SHARE, _HAIR_LEAST_PX)
    end = part.timeline.duration_s
    grown = [
        FilmHair(_with_width(line, width), start, max(min(start + _GROWS_S, end), start + 1e-6))
        for line, start in zip(placed, starts, strict=True)
    ]
    return tuple(sorted(grown, key=lambda hair: hair.grown_s))


def _uncut(lines: Sequence[Floats], begins: Sequence[bool]) -> list[Floats]:
    """Lines whole again that were cut where the pen changed hands; the point at a cut is in both pieces."""
    whole: list[Floats] = []
    for line, is_new in zip(lines, begins, strict=False):
        if is_new or not whole:
            whole.append(line)
        else:
            whole[-1] = np.concatenate([whole[-1], line[1:]])
    return whole


def _cut(
    values: Sequence[NDArray[np.float64]], lines: Sequence[Floats], begins: Sequence[bool]
) -> list[NDArray[np.float64]]:
    """A value for each point of the whole lines, handed out to their pieces: undoes `_uncut`."""
    pieces: list[NDArray[np.float64]] = []
    left, at = iter(values), 0
    told: NDArray[np.float64] | None = None
    for line, is_new in zip(lines, begins, strict=False):
        if is_new or told is None:
            told, at = next(left, None), 0
        if told is None:
            break
        pieces.append(told[at : at + len(line)])
        at += len(line) - 1
    return pieces


def _filled(drawing: Drawing) -> list[Floats]:
    return [stroke for stroke in drawing.strokes if len(stroke)]


def _told(surprise: Surprise) -> list[NDArray[np.float64]]:
    return [nats for nats in surprise.nats if len(nats)]


def _spread(line: Floats, stroke: Floats, seen: Floats, nats: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each point of the shown line the nats of the move it lies on, by the share of the way.

    The smooth line runs through all points of the few, so its own way to each of them is what counts: a curve
    is longer than the move under it.
    """
    marks = _marks(seen, stroke)
    way, shown = _way(seen), _way(line)
    ends = way[marks] * (shown[-1] / way[-1] if way[-1] > 0 else 1.0)
    slack = 1e-4 * max(float(shown[-1]), 1e-6)
    moves = np.searchsorted(ends, shown - slack)
    return np.asarray(nats[np.minimum(moves, len(nats) - 1)], dtype=np.float64)


def _marks(line: Floats, stroke: Floats) -> NDArray[np.intp]:
    """Where on a smooth line the points lie that it was made from, in their order."""
    if len(line) == len(stroke):
        return np.arange(len(line))
    found, start = [], 0
    for point in stroke:
        apart = np.abs(line[start:] - point).max(axis=1)
        near = np.flatnonzero(apart < 1e-3)
        start += int(near[0]) if len(near) else int(apart.argmin())
        found.append(start)
    return np.array(found)


def _way(line: Floats) -> NDArray[np.float64]:
    steps = np.hypot(*np.diff(line.astype(np.float64), axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _to_film(part: FilmPart, picture: Drawing) -> tuple[np.float32, Floats]:
    """From units of a drawing to pixels of the film."""
    units, px = bounding_box(picture.strokes), bounding_box(part.timeline.strokes)
    side = max(units[2] - units[0], units[3] - units[1])
    scale = max(px[2] - px[0], px[3] - px[1]) / side if side > 0 else 1.0
    offset = np.array([px[0] - units[0] * scale, px[1] - units[1] * scale], dtype=np.float32)
    return np.float32(scale), offset


def _reached_s(part: FilmPart, roots: Sequence[Floats]) -> list[float]:
    """When the pen is at each root: at the first point that lies there after the root before."""
    points = np.concatenate(part.timeline.strokes)
    times = np.concatenate(part.timeline.times_s)
    found, start = [], 0
    for root in roots:
        apart = np.abs(points[start:] - root).max(axis=1)
        near = np.flatnonzero(apart < 0.5)
        start += int(near[0]) if len(near) else int(apart.argmin())
        found.append(float(times[start]))
    return found


def _with_width(line: Floats, width: float) -> Floats:
    return np.column_stack([line, np.full(len(line), width, dtype=np.float32)])
