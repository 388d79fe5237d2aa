"""Figures: one outline round a jointed body that stands, sits, kneels, reclines or dances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.sample.limb import Joint, reach, side
from engine.sample.pen import Path, PathBuilder

_HEAD = 0.76
"""Size of the head: an elegant seventh of the body."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles in degrees, clockwise on the page, 0 to the right, 90 down; "near" parts come last.

    Attributes:
        spine: From the neck to the hips.
        head: From the neck to the crown.
        arms: Upper arm and forearm, of each arm.
        legs: Thigh, shin and foot, of each leg.
        breadth: Width of shoulders and hips: 1 from the front, 0.6 from the side.
    """

    spine: float
    head: float
    arms: tuple[tuple[float, float], tuple[float, float]]
    legs: tuple[tuple[float, float, float], tuple[float, float, float]]
    breadth: float = 1.0


def standing(rng: np.random.Generator) -> list[Path]:
    """Weight on one leg, arms at rest, on the hip or over the head."""
    sway = rng.uniform(-7, 7)
    return _outline(
        Pose(
            spine=90 + sway,
            head=-90 + rng.uniform(-18, 18),
            arms=(_free_arm(rng, 1), _free_arm(rng, -1)),
            legs=(
                (90 + rng.uniform(2, 12), 90 + rng.uniform(-6, 8), 160),
                (90 - rng.uniform(2, 12), 90 + rng.uniform(-6, 10), 20),
            ),
            breadth=rng.uniform(0.85, 1.05),
        ),
        rng,
    )


def _free_arm(rng: np.random.Generator, way: int) -> tuple[float, float]:
    """Angles of an arm; `way` 1 is the arm on the left of the page, -1 the other."""
    kind = rng.integers(4)
    if kind == 0:  # hanging
        upper, fore = 90 + rng.uniform(5, 18), 90 + rng.uniform(-8, 10)
    elif kind == 1:  # on the hip
        upper, fore = 90 + rng.uniform(35, 50), 90 - rng.uniform(38, 55)
    elif kind == 2:  # over the head
        upper, fore = 270 - rng.uniform(30, 50), 270 + rng.uniform(20, 60)
    else:  # held out
        upper, fore = 90 + rng.uniform(40, 75), 90 + rng.uniform(50, 110)
    return (upper, fore) if way == 1 else (180 - upper, 180 - fore)


def dancing(rng: np.random.Generator) -> list[Path]:
    """Arms up, one leg out."""
    lean = rng.uniform(-16, 16)
    return _outline(
        Pose(
            spine=90 + lean,
            head=-90 + lean + rng.uniform(-20, 20),
            arms=(
                (270 - rng.uniform(25, 70), 270 - rng.uniform(-20, 40)),
                (-90 + rng.uniform(25, 80), -90 + rng.uniform(-20, 40)),
            ),
            legs=(
                (90 + rng.uniform(0, 10), 90 + rng.uniform(-4, 6), 130),
                (90 - rng.uniform(35, 75), 90 - rng.uniform(-20, 60), 70 - rng.uniform(0, 40)),
            ),
            breadth=rng.uniform(0.8, 1.0),
        ),
        rng,
    )


def sitting(rng: np.random.Generator) -> list[Path]:
    """On a chair or on something unseen, seen from the side, facing left; one knee higher than the other."""
    chair = rng.random() < 0.5
    raised = rng.uniform(-6, 14) if chair else rng.uniform(-40, 25)
    return _outline(
        Pose(
            spine=90 - rng.uniform(-4, 18),
            head=-100 + rng.uniform(-25, 15),
            arms=(
                (90 + rng.uniform(15, 50), 180 - rng.uniform(-10, 50)),
                (90 - rng.uniform(5, 40), 90 + rng.uniform(-10, 30)),
            ),
            legs=(
                (180 + raised * 0.6 + 12, 90 + rng.uniform(-5, 20), 176),
                (180 + raised, 90 + rng.uniform(-10, 25), 170),
            ),
            breadth=rng.uniform(0.55, 0.75),
        ),
        rng,
        chair=chair,
    )


def hugging_knees(rng: np.random.Generator) -> list[Path]:
    """On the floor, one or both knees drawn up, arms round the shins or let down."""
    both = rng.random() < 0.5
    lowered = rng.uniform(-6, 10) if both else rng.uniform(-50, -28)
    lean = rng.uniform(4, 34)
    return _outline(
        Pose(
            spine=90 - lean,
            head=-95 - lean * rng.uniform(-0.4, 1.2),
            arms=(
                (126 + rng.uniform(-10, 12), 98 + rng.uniform(-20, 30)),
                (108 + rng.uniform(-45, 12), 120 + rng.uniform(-50, 20)),
            ),
            legs=(
                (222 + lowered, 108 + (0 if both else 55) + rng.uniform(-8, 8), 176),
                (228 + rng.uniform(-12, 10), 104 + rng.uniform(-10, 8), 172),
            ),
            breadth=rng.uniform(0.5, 0.8),
        ),
        rng,
    )


def reclining(rng: np.random.Generator) -> list[Path]:
    """Along the floor, head to the right, propped on an arm, one knee up."""
    rise = rng.uniform(16, 40)
    return _outline(
        Pose(
            spine=180 - rise,
            head=-rise - rng.uniform(15, 60),
            arms=(
                (165 + rng.uniform(-15, 10), 160 + rng.uniform(-15, 25)),
                (84 + rng.uniform(-8, 8), 20 + rng.uniform(-25, 25)),
            ),
            legs=(
                (222 + rng.uniform(-14, 12), 120 + rng.uniform(-10, 14), 172),
                (176 + rng.uniform(-4, 4), 178 + rng.uniform(-4, 6), 190),
            ),
            breadth=rng.uniform(0.9, 1.1),
        ),
        rng,
    )


def _outline(pose: Pose, rng: np.random.Generator, *, skirt: bool = False, chair: bool = False) -> list[Path]:
    """Go round the body once: arm, flank, leg, leg, flank, arm, neck, head; the trunk is about 54 units."""
    heavy = rng.uniform(0.85, 1.2)
    trunk = rng.uniform(50, 58)
    down = np.array([np.cos(np.deg2rad(pose.spine)), np.sin(np.deg2rad(pose.spine))])
    out = np.array([-down[1], down[0]])  # to the left on the page when the body is upright

    def at(along: float, across: float) -> Joint:
        """A point of the trunk: units down the spine from the neck, and to its left."""
        x, y = along * down + across * out
        return (float(x), float(y))

    broad, waist, hip = 15.0 * pose.breadth, 10.0 * pose.breadth * heavy, 8.5 * pose.breadth
    arms = [
        reach(at(6, way * broad), [29, 27, 8], [*angles, angles[1] + rng.uniform(-25, 25)])
        for way, angles in zip((1, -1), pose.arms, strict=True)
    ]
    legs = [
        reach(at(trunk, way * hip), [42, 42, 12], angles)
        for way, angles in zip((1, -1), pose.legs, strict=True)
    ]
    pen = PathBuilder()
    if chair:
        _chair(pen, at(trunk, 0))
    pen.to(at(-8, 4))
    _arm(pen, arms[0], heavy)
    pen.to(at(0.6 * trunk, waist))
    if skirt:
        _skirt(pen, rng, legs)
    else:
        _leg(pen, legs[0], heavy)
        pen.to(at(1.15 * trunk, 0))
        _leg(pen, legs[1], heavy)
    pen.to(at(trunk, -hip - 8 * heavy), at(0.6 * trunk, -waist))
    _arm(pen, arms[1], heavy)
    pen.to(at(-8, -4))
    _head(pen, rng, pose.head)
    if rng.random() < 0.4:  # the line falls from the hair into the body
        chest = rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 0.7) * waist
        pen.to(at(0.05 * trunk, -0.5 * chest), at(0.3 * trunk, chest), at(0.4 * trunk, 0.1 * chest))
        pen.to(at(rng.uniform(0.6, 0.8) * trunk, 0.3 * chest))
    return [pen.path()]


def _chair(pen: PathBuilder, hips: Joint) -> None:
    """Leg, seat, leg and back of a plain chair under someone who faces left."""
    x, y = hips
    pen.corner((x - 30, y + 47), (x - 30, y + 13), (x + 14, y + 12), (x + 18, y + 47), (x + 15, y + 10))
    pen.to((x + 17, y - 8)).corner((x + 22, y - 34))


def _skirt(pen: PathBuilder, rng: np.random.Generator, legs: list[list[Joint]]) -> None:
    """Down one side of a skirt, along a waving hem from which two feet look, up the other side."""
    (x0, y0), (x1, y1) = legs[0][2], legs[1][2]
    low, flare = rng.uniform(-26, -8), rng.uniform(10, 26)
    left, right, y = min(x0, x1) - flare, max(x0, x1) + flare, (y0 + y1) / 2 + low
    pen.to((0.6 * left, y * 0.75)).corner((left, y))
    for x, out in ((x0, -1.0), (x1, 1.0)):
        pen.to((x - 9, y + 4)).to((x - 3, y - low - 4)).to((x + out * 9 - 2, y - low + 2)).corner(
            (x + out * 11, y - low + 4)
        )
        pen.to((x + 3, y - low), (x + 5, y + 3))
    pen.to((right - 8, y - 3)).corner((right, y + rng.uniform(-4, 4)))
    if rng.random() < 0.6:  # a fold that runs up and comes down again
        pen.to((right * 0.5, y * 0.8), (right * 0.15, y * 0.68)).corner((right * 0.2, y * 0.66)).to(
            (right * 0.7, y * 0.72)
        )
    else:
        pen.to((right * 0.7, y * 0.75))


def dressed(rng: np.random.Generator) -> list[Path]:
    """Standing in a long skirt."""
    return _outline(
        Pose(
            spine=90 + rng.uniform(-6, 6),
            head=-90 + rng.uniform(-20, 20),
            arms=(_free_arm(rng, 1), _free_arm(rng, -1)),
            legs=(
                (90 + rng.uniform(4, 9), 90 + rng.uniform(-3, 5), 160),
                (90 - rng.uniform(4, 9), 90 + rng.uniform(-5, 3), 20),
            ),
            breadth=rng.uniform(0.85, 1.0),
        ),
        rng,
        skirt=True,
    )


def _arm(pen: PathBuilder, joints: list[Joint], heavy: float) -> None:
    """Down the outside, round the hand, up the inside."""
    widths = [5.5 * heavy, 4.2 * heavy, 2.8 * heavy, 2.2]
    pen.follow(side(joints, widths, 1.0))
    tip = joints[-1]
    pen.to((tip[0] + (tip[0] - joints[-2][0]) * 0.35, tip[1] + (tip[1] - joints[-2][1]) * 0.35))
    pen.follow(side(joints, widths, -1.0)[:0:-1])


def _leg(pen: PathBuilder, joints: list[Joint], heavy: float) -> None:
    """Down the outside, round the foot, up the inside."""
    widths = [9.5 * heavy, 6.2 * heavy, 3.6 * heavy, 2.0]
    pen.follow(side(joints, widths, 1.0))
    pen.corner(joints[-1])
    pen.follow(side(joints, widths, -1.0)[-2:0:-1])


def _head(pen: PathBuilder, rng: np.random.Generator, angle: float) -> None:
    """An egg on the neck, hair, and a hint of a face inside it."""
    along = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    across = np.array([along[1], -along[0]])  # towards the left of the page when the head is up

    def at(x: float, y: float) -> tuple[float, float]:
        """x to the left of an upright head, y up from the neck."""
        p = 4.0 * along + _HEAD * (x * across + y * along)
        return (float(p[0]), float(p[1]))

    pen.to(at(-6, 9), at(-11, 20), at(-8, 34), at(2, 38), at(10, 32), at(11, 22), at(8, 12), at(1, 7))
    if rng.random() < 0.55:  # a face that looks left: mouth, nose, brow
        pen.to(at(2, 11)).corner(at(8, 14)).to(at(3, 15)).corner(at(8, 19)).to(
            at(4, 25), at(7, 27), at(10, 26)
        ).to(at(4, 31))
    hair = rng.integers(3)
    if hair == 0:
        pen.to(at(-8, 30), at(0, 36), at(6, 42)).arc(at(-3, 43), (5, 4.5), 0, 420)
    elif hair == 1:
        pen.to(at(2, 36), at(-8, 39), at(-15, 26), at(-13, 8), at(-18, -8))
    else:
        pen.to(at(-6, 30), at(4, 38), at(12, 32), at(6, 30), at(-8, 36), at(-13, 26), at(-10, 16))
