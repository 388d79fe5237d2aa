"""Figures: one outline round a jointed body that stands, sits, kneels, reclines or dances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.sample.limb import Joint, reach, side
from engine.sample.pen import Path, PathBuilder


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
    """On the floor or on something unseen, seen from the side, facing left; knees up or down."""
    raised = rng.uniform(-40, 25)
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
    )


def hugging_knees(rng: np.random.Generator) -> list[Path]:
    """On the floor, knees drawn up, arms round the shins."""
    return _outline(
        Pose(
            spine=90 - rng.uniform(14, 30),
            head=-112 + rng.uniform(-25, 20),
            arms=(
                (130 + rng.uniform(-8, 8), 165 + rng.uniform(-8, 8)),
                (118 + rng.uniform(-8, 8), 160 + rng.uniform(-8, 8)),
            ),
            legs=(
                (222 + rng.uniform(-6, 6), 108 + rng.uniform(-6, 6), 176),
                (230 + rng.uniform(-6, 6), 100 + rng.uniform(-6, 6), 172),
            ),
            breadth=0.6,
        ),
        rng,
    )


def reclining(rng: np.random.Generator) -> list[Path]:
    """Along the floor, head to the right, propped on an arm, one knee up."""
    rise = rng.uniform(14, 38)
    return _outline(
        Pose(
            spine=180 - rise,
            head=-rise - rng.uniform(10, 55),
            arms=(
                (90 + rng.uniform(-8, 14), 30 + rng.uniform(-25, 30)),
                (150 + rng.uniform(-15, 15), 172 + rng.uniform(-25, 10)),
            ),
            legs=(
                (176 + rng.uniform(-4, 4), 178 + rng.uniform(-4, 6), 190),
                (222 + rng.uniform(-12, 14), 122 + rng.uniform(-10, 14), 172),
            ),
            breadth=rng.uniform(0.7, 0.9),
        ),
        rng,
    )


def _outline(pose: Pose, rng: np.random.Generator) -> list[Path]:
    """Go round the body once: arm, flank, leg, leg, flank, arm, neck, head; units of a 100-unit trunk and head."""
    heavy = rng.uniform(0.85, 1.2)
    neck = (0.0, 0.0)
    hips = reach(neck, [rng.uniform(50, 58)], [pose.spine])[1]
    across = np.deg2rad(pose.spine + 90)
    broad = 15.0 * pose.breadth
    right = (float(np.cos(across)), float(np.sin(across)))  # to the left of the page when the spine runs down
    shoulders = [(neck[0] + s * broad * right[0], neck[1] + 6 + s * broad * right[1]) for s in (1, -1)]
    hip = 8.5 * pose.breadth
    sockets = [(hips[0] + s * hip * right[0], hips[1] + s * hip * right[1]) for s in (1, -1)]
    arms = [
        reach(p, [29, 27, 8], [*a, a[1] + rng.uniform(-25, 25)])
        for p, a in zip(shoulders, pose.arms, strict=True)
    ]
    legs = [reach(p, [42, 42, 12], list(a)) for p, a in zip(sockets, pose.legs, strict=True)]
    waist = (hips[0] * 0.6, hips[1] * 0.6)
    pen = PathBuilder()
    pen.to((neck[0] + 4 * right[0], neck[1] - 9))
    _arm(pen, arms[0], heavy, 1.0)
    pen.to((waist[0] + 10 * pose.breadth * heavy * right[0], waist[1] + 10 * pose.breadth * heavy * right[1]))
    _leg(pen, legs[0], heavy, 1.0)
    pen.to((hips[0] * 1.12, hips[1] + 9))
    _leg(pen, legs[1], heavy, 1.0)
    pen.to((waist[0] - 10 * pose.breadth * heavy * right[0], waist[1] - 10 * pose.breadth * heavy * right[1]))
    _arm(pen, arms[1], heavy, 1.0)
    pen.to((neck[0] - 4 * right[0], neck[1] - 9))
    _head(pen, rng, neck, pose.head)
    return [pen.path()]


def _arm(pen: PathBuilder, joints: list[Joint], heavy: float, which: float) -> None:
    """Down the outside, round the hand, up the inside."""
    widths = [5.5 * heavy, 4.2 * heavy, 2.8 * heavy, 2.2]
    pen.follow(side(joints, widths, which)[0:])
    tip = joints[-1]
    pen.to((tip[0] + (tip[0] - joints[-2][0]) * 0.35, tip[1] + (tip[1] - joints[-2][1]) * 0.35))
    pen.follow(side(joints, widths, -which)[:0:-1])


def _leg(pen: PathBuilder, joints: list[Joint], heavy: float, which: float) -> None:
    """Down the outside, round the foot, up the inside."""
    widths = [9.5 * heavy, 6.2 * heavy, 3.6 * heavy, 2.0]
    pen.follow(side(joints, widths, which))
    pen.corner(joints[-1])
    pen.follow(side(joints, widths, -which)[-2:0:-1])


def _head(pen: PathBuilder, rng: np.random.Generator, neck: Joint, angle: float) -> None:
    """An egg on the neck, hair, and a hint of a face inside it."""
    along = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    across = np.array([along[1], -along[0]])  # towards the left of the page when the head is up

    def at(x: float, y: float) -> tuple[float, float]:
        """x to the left of an upright head, y up from the neck."""
        p = np.array(neck) + (0.0, -4.0) + x * across + y * along
        return (float(p[0]), float(p[1]))

    size = rng.uniform(0.92, 1.1)
    pen.to(
        at(-6, 9),
        at(-11 * size, 20),
        at(-8 * size, 34),
        at(2, 38 * size),
        at(10, 32),
        at(11, 22),
        at(8, 12),
        at(1, 7),
    )
    if rng.random() < 0.6:  # a face that looks left: brow, nose, mouth
        pen.to(at(-2, 14)).corner(at(4, 13)).to(at(2, 17)).corner(at(8, 18)).to(at(5, 24)).corner(
            at(9, 25)
        ).to(at(2, 26), at(-4, 24))
    hair = rng.integers(3)
    if hair == 0:
        pen.to(at(-8, 30), at(0, 36), at(6, 42)).arc(at(-3, 43), (6, 5.5), 0, 420)
    elif hair == 1:
        pen.to(at(2, 34), at(-8, 38), at(-15, 26), at(-13, 8), at(-17, -4))
    else:
        pen.to(at(-6, 30), at(4, 38), at(12, 32), at(6, 30), at(-8, 36), at(-13, 26), at(-10, 16))
