"""Which drawings show the same: scanned twice, mirrored, turned, stretched, drawn backwards.

Ink is brought to unit covariance, which takes out place, size, stretch and slant, and then laid on rings and
sectors around its centre, where a turn is a shift and a mirror image runs the other way round. So one
correlation over all shifts compares two drawings in every position that a copy of one could be in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.project.progress import Reporter, Silent
from engine.strokes.geometry import arc_lengths
from engine.strokes.simplify import simplify_rdp
from engine.strokes.types import Drawing, bounding_box

Floats = NDArray[np.float64]

ALIKE = 0.83
"""Correlation from which two drawings are held to be one.

Seen in 2,434 drawings cut from one artist's 1,600 pages: of 67 pairs above 0.86 all that were looked at are
one drawing twice, of 22 between 0.83 and 0.86 about two thirds; below, hardly any. Lines simplified to one
unit correlate by 0.96 to 1 with what they were; of copies as `augment` makes them by default, with mirror,
87 % reach it.
"""
SURELY_ALIKE = 0.86
"""Correlation from which they are one without doubt, and after simplification still are."""

_POINTS = 256
_RINGS, _SECTORS = 8, 48
_EXTENT = 2.4
"""The outermost ring, in standard deviations of the ink."""
_THINNEST = 0.02
"""Least variance across the ink as a share of that along it: a straight line has no shape to stretch."""
_MAYBE = 0.92
"""Cosine of two drawings' spectra without phases, below which they need not be compared in every turn."""
_COARSE_SHARE = 0.01
_TELLING_POINTS = 12
"""A drawing that comes to fewer points at a hundredth of its size looks like many others."""
_ROUND = 0.45
"""So does one whose ink varies less than this around its centre: an oval has 0.3, the artist's drawings 0.55
and more."""
_CHUNK = 1024


class Abandoned(Exception):
    """Work was given up because its reporter was stopped; nothing came of it."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs of drawings that show the same.

    Attributes:
        pairs: `(m, 2)` indices, the lower first.
        likeness: `(m,)` correlations.
        shifted: `(m,)` bool, True where the second is the first one mirrored or turned.
    """

    pairs: NDArray[np.intp]
    likeness: Floats
    shifted: NDArray[np.bool_]


def prints(drawings: Sequence[Drawing]) -> NDArray[np.float32]:
    """How the ink of drawings is spread, whatever their place, size, stretch and slant.

    Args:
        drawings: In any unit.

    Returns:
        `(n, rings, sectors)`, each of length 1; zeros for drawings too simple to be told from others, as
        lines and ovals are, and for those with coordinates that are not numbers.
    """
    found = np.zeros((len(drawings), _RINGS, _SECTORS), np.float32)
    telling = [k for k, drawing in enumerate(drawings) if _is_telling(drawing)]
    for start in range(0, len(telling), _CHUNK):
        part = telling[start : start + _CHUNK]
        found[part] = _on_rings(_whitened(np.stack([_ink(drawings[k]) for k in part])))
    return found


def alike(table: NDArray[np.float32], least: float = ALIKE, reporter: Reporter | None = None) -> Alike:
    """Find the pairs that show the same.

    Args:
        table: `(n, rings, sectors)` of `prints`.
        least: Correlation that counts.
        reporter: May stop it between a thousand drawings and the next.

    Raises:
        Abandoned: when it was stopped.
    """
    reporter = reporter or Silent()
    spectra = np.fft.rfft(table, axis=2).astype(np.complex64)
    flat = np.abs(spectra)
    flat[:, :, 1:-1] *= np.sqrt(2.0)  # a real signal's other half
    flat = flat.reshape(len(table), -1)
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    found = [np.zeros((0, 4))]
    for start in range(0, len(table), _CHUNK):
        if reporter.stopped():
            raise Abandoned
        maybe = np.triu(flat[start : start + _CHUNK] @ flat[start:].T, 1) > _MAYBE
        first, second = np.nonzero(maybe)
        found.append(_compared(spectra, first + start, second + start, least))
    rows = np.concatenate(found)
    return Alike(rows[:, :2].astype(np.intp), rows[:, 2], rows[:, 3] > 0)


def _compared(
    spectra: NDArray[np.complex64], first: NDArray[np.intp], second: NDArray[np.intp], least: float
) -> Floats:
    """Rows `(a, b, likeness, shifted)` of the pairs that are alike in some turn, as they are or mirrored."""
    found = [np.zeros((0, 4))]
    for start in range(0, len(first), 8 * _CHUNK):
        a, b = first[start : start + 8 * _CHUNK], second[start : start + 8 * _CHUNK]
        straight, turn = _best_turn(spectra[a], spectra[b].conj())
        mirrored, _ = _best_turn(spectra[a], spectra[b])
        score = np.maximum(straight, mirrored)
        shifted = (mirrored > straight) | (np.minimum(turn, _SECTORS - turn) > 1)
        found.append(np.stack([a, b, score, shifted], axis=1)[score >= least])
    return np.concatenate(found)


def _best_turn(a: NDArray[np.complex64], b: NDArray[np.complex64]) -> tuple[Floats, NDArray[np.intp]]:
    """Greatest correlation `(m,)` over all turns, and the turn in sectors."""
    over_turns = np.fft.irfft((a * b).sum(axis=1), n=_SECTORS, axis=1)
    turn = over_turns.argmax(axis=1)
    return over_turns[np.arange(len(turn)), turn], turn


def _is_telling(drawing: Drawing) -> bool:
    if drawing.n_points < _TELLING_POINTS:
        return False
    x0, y0, x1, y1 = bounding_box(drawing.strokes)
    coarse = _COARSE_SHARE * max(x1 - x0, y1 - y0)
    return (
        bool(np.isfinite(coarse))
        and sum(len(simplify_rdp(s, coarse)) for s in drawing.strokes if len(s)) >= _TELLING_POINTS
    )


def _ink(drawing: Drawing) -> Floats:
    """Points `(256, 2)` evenly along all strokes, lifts left out."""
    points = np.concatenate(drawing.strokes).astype(np.float64)
    drawn = np.ones(len(points) - 1, dtype=bool)
    drawn[np.cumsum([len(s) for s in drawing.strokes[:-1]], dtype=int) - 1] = False
    arc = arc_lengths(points)
    inked = np.concatenate([[0.0], np.cumsum(np.where(drawn, np.diff(arc), 0.0))])
    wanted = (np.arange(_POINTS) + 0.5) / _POINTS * inked[-1]
    # Along a lift the inked length stands still, so no wanted length falls into it.
    at = np.clip(np.searchsorted(inked, wanted) - 1, 0, len(points) - 2)
    share = (wanted - inked[at]) / np.maximum(inked[at + 1] - inked[at], 1e-12)
    return np.asarray(points[at] + share[:, None] * (points[at + 1] - points[at]))


def _whitened(ink: Floats) -> Floats:
    """Points `(n, p, 2)` about their mean, with unit covariance."""
    ink = ink - ink.mean(axis=1, keepdims=True)
    values, vectors = np.linalg.eigh(np.einsum("npi,npj->nij", ink, ink) / ink.shape[1])
    values = np.maximum(values, _THINNEST * values[:, 1:] + 1e-12)
    root = np.einsum("nij,nj,nkj->nik", vectors, values**-0.5, vectors)
    return np.asarray(np.einsum("npi,nij->npj", ink, root))


def _on_rings(points: Floats) -> NDArray[np.float32]:
    """Density `(n, rings, sectors)` of points `(n, p, 2)`, each spread over the four cells around it."""
    ring = np.clip(np.hypot(points[..., 0], points[..., 1]) / _EXTENT * _RINGS - 0.5, 0, _RINGS - 1)
    sector = np.arctan2(points[..., 1], points[..., 0]) / (2 * np.pi) * _SECTORS
    low, left = np.floor(ring).astype(int), np.floor(sector).astype(int)
    which = np.broadcast_to(np.arange(len(points))[:, None], ring.shape)
    cells = np.zeros(len(points) * _RINGS * _SECTORS)
    for up in (0, 1):
        for right in (0, 1):
            weight = np.abs(1 - up - (ring - low)) * np.abs(1 - right - (sector - left))
            row = np.minimum(low + up, _RINGS - 1)
            index = (which * _RINGS + row) * _SECTORS + (left + right) % _SECTORS
            cells += np.bincount(index.ravel(), weight.ravel(), len(cells))
    spread = gaussian_filter1d(cells.reshape(-1, _RINGS, _SECTORS), 1.0, axis=2, mode="wrap")
    level = np.sqrt(spread)  # so that dense places do not outweigh the rest
    level -= level.mean(axis=(1, 2), keepdims=True)
    level /= np.linalg.norm(level, axis=(1, 2), keepdims=True)
    around = np.linalg.norm(level - level.mean(axis=2, keepdims=True), axis=(1, 2))
    level[around < _ROUND] = 0.0
    return np.asarray(level, dtype=np.float32)
