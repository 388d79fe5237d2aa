"""What the base model practises on: thousands of drawings by the procedural artist, written as real ones are.

Real data come as long lines (traced, joined, spliced), or as the fragments a tracer leaves, in the order in
which it met them; simplified coarsely or finely. A model that has seen all of it starts well on any of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from engine.sample.artist import SUBJECTS, draw
from engine.strokes.order import in_drawing_order
from engine.strokes.simplify import simplify_rdp, simplify_to_budget
from engine.strokes.types import Drawing, Stroke, as_stroke, normalise

_SUBJECT_SHARES = {"face": 0.4, "figure": 0.3, "cat": 0.1, "vase": 0.1, "hand": 0.1}
_WHOLE_SHARE = 0.55
_TOLERANCES_UNITS = (0.4, 2.0)
_BUDGET_POINTS = (250, 400)
_PIECE_UNITS = (15.0, 150.0)
_LOST_SHARE = 0.1
_BLUR_UNITS = 0.7
_BLUR_REACH_UNITS = 5.0
_STEP_UNITS = 0.5


def practice_drawings(n: int, seed: int) -> Iterator[Drawing]:
    """Drawings one by one; drawing `i` hangs on the seed and on `i` alone."""
    subjects = list(SUBJECTS)
    shares = [_SUBJECT_SHARES[subject] for subject in subjects]
    for index in range(n):
        rng = np.random.default_rng([seed, index])
        strokes = draw(str(rng.choice(subjects, p=shares)), rng).strokes
        if rng.random() >= _WHOLE_SHARE:
            strokes = _fragments(strokes, rng)
        traced = [_blurred(stroke, rng) for stroke in strokes]
        tolerance = float(np.exp(rng.uniform(*np.log(_TOLERANCES_UNITS))))
        simple = [simplify_rdp(stroke, tolerance) for stroke in normalise(traced)]
        yield Drawing(simplify_to_budget(simple, int(rng.integers(*_BUDGET_POINTS))))


def _blurred(stroke: Stroke, rng: np.random.Generator) -> Stroke:
    """Where a tracer finds the ends: lines that meet on paper meet to within the width of the pen."""
    start, end = rng.normal(0.0, _BLUR_UNITS, (2, 2))
    near = np.exp(-np.arange(len(stroke)) * _STEP_UNITS / _BLUR_REACH_UNITS)[:, None]
    return as_stroke(stroke + near * start + near[::-1] * end)


def _fragments(strokes: Sequence[Stroke], rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Pieces of lines as a tracer leaves them: some lost, some backwards, by height or by nearness."""
    length = float(np.exp(rng.uniform(*np.log(_PIECE_UNITS))))
    pieces = [piece for stroke in strokes for piece in _cut(stroke, length, rng)]
    kept = [piece for piece in pieces if rng.random() >= _LOST_SHARE] or pieces
    turned = [piece[::-1] if rng.random() < 0.5 else piece for piece in kept]
    if rng.random() < 0.5:
        return in_drawing_order(turned)
    return tuple(sorted(turned, key=lambda piece: float(piece[:, 1].min())))


def _cut(stroke: Stroke, length: float, rng: np.random.Generator) -> list[Stroke]:
    """Pieces of about `length` units of a stroke whose points are `_STEP_UNITS` apart."""
    n_cuts = rng.poisson(len(stroke) * _STEP_UNITS / length)
    cuts = np.unique(rng.integers(2, max(3, len(stroke) - 2), n_cuts))
    # Neighbours share the point of the cut: a tracer cuts at crossings, where both ends meet.
    ends = [0, *cuts.tolist(), len(stroke) - 1]
    pieces = [stroke[a : b + 1] for a, b in pairwise(ends)]
    return [piece for piece in pieces if len(piece) > 1]
