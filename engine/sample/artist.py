"""The procedural artist: a subject and a random generator in, a drawing out, never the same twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engine.errors import UserError
from engine.sample import cat, face, figure, hand, vase
from engine.sample.pen import Hand, Path, Points, draw_line
from engine.strokes.types import Drawing, as_stroke, normalise

Plan = Callable[[np.random.Generator], list[Path]]

SUBJECTS: dict[str, tuple[Plan, ...]] = {
    # Two that meet are rare: they are a surprise only once in a while.
    "face": (*2 * (face.profile, face.three_quarter, face.loose, face.front), face.embrace),
    "figure": (
        figure.standing,
        figure.dressed,
        figure.dancing,
        figure.sitting,
        figure.hugging_knees,
        figure.reclining,
    ),
    "cat": (cat.sitting, cat.from_behind, cat.asleep, cat.walking, cat.portrait),
    "vase": (vase.bouquet,),
    "hand": (hand.open_hand, hand.relaxed, hand.pointing, hand.with_flower),
}
"""What the artist draws, and the ways it knows to draw each."""

_TILT_DEG = {"face": 13.0, "figure": 5.0, "cat": 5.0, "vase": 2.5, "hand": 20.0}


def draw(subject: str, rng: np.random.Generator) -> Drawing:
    """Draw a subject as one line (sometimes two or three).

    Args:
        subject: One of `SUBJECTS`.
        rng: Decides everything else.

    Returns:
        A normalised drawing: longer side 200 units, points `pen.STEP_UNITS` apart.

    Raises:
        UserError: if the artist never learnt the subject.
    """
    plans = SUBJECTS.get(subject)
    if plans is None:
        raise UserError(
            f"The sample artist cannot draw '{subject}'.", f"Choose one of: {', '.join(SUBJECTS)}."
        )
    paths = plans[int(rng.integers(len(plans)))](rng)
    paths = pose(paths, rng, _TILT_DEG[subject])
    hand = Hand.random(rng)
    lines = [draw_line(path, hand, rng) for path in paths]
    return Drawing(normalise([as_stroke(line) for line in lines]))


def pose(paths: Sequence[Path], rng: np.random.Generator, tilt_deg: float) -> list[Path]:
    """Give planned paths proportions of their own: mirror, tilt, stretch, lean and bend them all alike.

    Args:
        paths: Control points in the plan's units.
        rng: Chooses.
        tilt_deg: Standard deviation of the tilt.

    Returns:
        Control points in units of a 200-unit drawing.
    """
    points = np.concatenate([p[:, :2] for p in paths])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = 200.0 / float((high - low).max())
    angle = np.deg2rad(rng.normal(0.0, tilt_deg))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    stretch = np.diag([rng.choice([-1.0, 1.0]) * rng.uniform(0.9, 1.1), rng.uniform(0.93, 1.07)])
    lean = np.array([[1.0, 0.0], [rng.normal(0.0, 0.05), 1.0]])
    bend = _bend(rng)
    posed = []
    for path in paths:
        xy = (path[:, :2] - (low + high) / 2) * scale
        xy = bend(_unsteady(xy, rng)) @ stretch @ lean @ turn
        posed.append(np.column_stack([xy, path[:, 2]]))
    return posed


def _bend(rng: np.random.Generator) -> Callable[[Points], Points]:
    """A smooth displacement of the whole plane, so that neighbouring parts change together."""
    waves = rng.uniform(-0.06, 0.06, (4, 2))
    phases = rng.uniform(0.0, 2 * np.pi, (4, 2))

    def bent(xy: Points) -> Points:
        moved = xy.copy()
        for wave, phase in zip(waves, phases, strict=True):
            moved += 2.5 * np.sin(xy[:, ::-1] * wave + phase)
        return moved

    return bent


def _unsteady(xy: Points, rng: np.random.Generator) -> Points:
    """Move each control point a little, less where its neighbours are near (an eye must stay an eye)."""
    gaps = np.hypot(*np.diff(xy, axis=0).T)
    room = np.minimum(np.append(gaps, gaps[-1]), np.append(gaps[0], gaps))
    return np.asarray(xy + rng.normal(0.0, 0.06, xy.shape) * room[:, None])
