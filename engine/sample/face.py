"""Faces: in profile, in three-quarter view, from the front, two that meet. The artist mirrors some."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.sample.features import eye, hair, lips, shoulders
from engine.sample.pen import Path, PathBuilder

Place = Callable[[float, float], tuple[float, float]]
"""Puts a point of the plan where this face has it."""


def profile(rng: np.random.Generator) -> list[Path]:
    """Forehead, nose, lips, chin, jaw, ear, eye, hair, neck: one line, in that order."""
    pen = PathBuilder()
    nose, drop = rng.uniform(3, 11), rng.uniform(-3, 4)
    full, chin = rng.uniform(2.5, 4.5), rng.uniform(-2, 4)
    slope = rng.uniform(-4, 4)
    pen.to((46 + slope, -2), (28 + slope, 7), (17 + slope / 2, 20), (14, 32))
    pen.to((17, 41), (11, 51), (5 - nose, 60 + drop)).to((6 - nose / 2, 65 + drop), (14, 67 + drop / 2))
    pen.to((11, 71), (10 - full, 75)).to((10, 78)).corner((22, 79))
    pen.to((11, 80.5), (11 - full, 84.5)).to((14, 89), (9 - chin, 95))
    pen.to((14 - chin / 2, 102), (28, 102), (46, 92), (57, 76))
    _ear(pen, rng)
    pen.to((54, 62), (44, 54))
    eye(pen, (36, 47), (20, 47.5), rng)
    brow = rng.uniform(32, 38)
    pen.to((40, 44), (37, brow + 1), (29, brow - 2)).corner((18, brow + 2))
    pen.to((30, brow - 7), (34, 20))
    hair(pen, rng, (74, 88))
    shoulders(pen, rng, (78 + rng.uniform(-4, 4), 122 + rng.uniform(-6, 12)))
    return [pen.path()]


def _ear(pen: PathBuilder, rng: np.random.Generator) -> None:
    """An ear as one loop, sometimes with an earring."""
    if rng.random() < 0.35:
        drop = rng.uniform(6, 14)
        pen.to((60, 74)).arc((61, 74 + drop), (4, drop * 0.5), -90, 280)
    pen.to((58, 66), (59, 53), (66, 48), (71, 55), (66, 66), (60, 70), (63, 59))


def three_quarter(rng: np.random.Generator) -> list[Path]:
    """The far cheek first, then nose and lips, round the jaw to the near eye, over the head and down."""
    pen = PathBuilder()
    w = rng.uniform(0.92, 1.1)
    pen.to((48 * w, -6), (32 * w, 4), (20, 18), (16, 36))
    _far_eye(pen, rng)
    tip, drop = rng.uniform(24, 29), rng.uniform(-3, 3)
    pen.to((36, 46), (33, 56), (tip, 67 + drop)).to((tip + 3, 72 + drop), (35, 71 + drop)).corner(
        (42, 69 + drop)
    )
    pen.to((41, 63), (45, 66), (43, 71), (36, 75))
    lips(pen, (26, 81 + rng.uniform(-1, 2)), (47 * w, 80 + rng.uniform(-2, 2)), rng.uniform(4, 6))
    pen.to((44, 90), (34, 92), (29, 97), (36, 104), (48, 103), (62, 95), (74 * w, 78), (80 * w, 62))
    pen.to((84 * w, 50), (88 * w, 48), (89 * w, 56), (83 * w, 64), (78 * w, 60))
    eye(pen, (67 * w, 47), (46, 48), rng)
    brow = rng.uniform(33, 38)
    pen.to((71 * w, 41), (62, brow - 1), (50, brow)).corner((42, brow + 5))
    pen.to((46, brow - 6), (44, 16))
    hair(pen, rng, (78, 92))
    shoulders(pen, rng, (78 + rng.uniform(-6, 2), 124 + rng.uniform(-4, 14)))
    return [pen.path()]


def _far_eye(pen: PathBuilder, rng: np.random.Generator) -> None:
    """The eye at the far side of the face, whose lashes stand out over the cheek, and its brow."""
    if rng.random() < 0.5:
        pen.to((18, 42)).corner((11, 44 + rng.uniform(-2, 2)))
    eye(pen, (17, 47), (31, 48), rng, up=1.1)
    pen.to((15, 42), (19, 36), (26, 35), (33, 39))


def loose(rng: np.random.Generator) -> list[Path]:
    """A face of few long curves and lobes, the far eye a dash, the jaw drawn out to a point."""
    pen = PathBuilder()
    out, tip, ear = rng.uniform(4, 12), rng.uniform(25, 30), rng.uniform(84, 98)
    pen.to((38, -8), (27, 12), (23, 28), (14, 34), (11, 46)).corner((out - 4, 47 + rng.uniform(-3, 3)))
    pen.corner((18, 49)).corner((out - 1, 52)).to((12, 44), (17, 30), (27, 24), (34, 34), (34, 50), (tip, 65))
    pen.to((31, 72), (42, 67)).to((39, 60), (44, 70), (38, 76))
    lips(pen, (28, 82), (50, 80 + rng.uniform(-3, 3)), rng.uniform(4, 6.5))
    pen.to((46, 91), (35, 97), (40, 106), (58, 100), (74, 84)).corner((ear, rng.uniform(50, 64)))
    pen.to((78, 68), (62, 64), (60, 56))
    eye(pen, (75, 46), (53, 48), rng, up=rng.uniform(0.6, 1.1))
    pen.to((82, 38), (76, rng.uniform(16, 24)), (56, 14), (46, 28), (54, 38), (64, 28))
    if rng.random() < 0.5:
        pen.to((56, 8), (68, -8), (92, 4), (100, 34), (94, 60))
        pen.to((82, 92))
    else:
        hair(pen, rng, (80, 92))
    shoulders(pen, rng, (80 + rng.uniform(-6, 2), 126 + rng.uniform(-4, 18)))
    return [pen.path()]


def front(rng: np.random.Generator) -> list[Path]:
    """Both eyes, nose between them, the mouth on the way to the contour, round the head and down the neck."""
    pen = PathBuilder()
    w = rng.uniform(0.9, 1.08)
    brow = rng.uniform(33, 38)

    def at(x: float, y: float) -> tuple[float, float]:
        return (50 + (x - 50) * w, y)

    eye(pen, at(20, 48), at(39, 49), rng)
    pen.to(at(16, 43), at(24, brow), at(34, brow - 1), at(42, brow + 3))
    pen.to(at(46, 50), at(43, 62), at(40, 69)).to(at(44, 72), at(50, 74), at(56, 72)).corner(at(60, 69))
    pen.to(at(57, 62), at(55, 50), at(57, brow + 4)).to(at(66, brow - 1), at(77, brow), at(84, 43))
    eye(pen, at(80, 48), at(61, 49), rng)
    pen.to(at(84, 56), at(78, 68), at(70, 76))
    _mouth_to_the_left(pen, at, rng.uniform(4, 6.5))
    pen.to(at(46, 93), at(54, 95), at(50, 104))
    chin = rng.uniform(102, 108)
    pen.to(at(58, chin - 1), at(72, 95), at(84, 76), at(89, 54))
    _front_hair(pen, rng, at)
    pen.to(at(12, 58), at(17, 78), at(30, 96), at(44, chin), at(56, chin - 1), at(66, chin - 8))
    _front_neck(pen, rng, at)
    return [pen.path()]


def _mouth_to_the_left(pen: PathBuilder, at: Place, full: float) -> None:
    """A mouth begun at its right corner, so that the cheek can run into it."""
    pen.corner(at(64, 82)).to(
        at(56, 82 - 0.7 * full), at(50, 82 - 0.4 * full), at(44, 82 - 0.7 * full)
    ).corner(at(36, 82))
    pen.to(at(44, 82.5), at(54, 82)).corner(at(61, 82))
    pen.to(at(56, 82 + 0.9 * full), at(48, 82 + 1.1 * full)).to(
        at(41, 82 + 0.7 * full), at(38, 84), at(42, 90)
    )


def _front_hair(pen: PathBuilder, rng: np.random.Generator, at: Place) -> None:
    """Hair from the right temple over the head to the left temple."""
    kind = rng.integers(5)
    if kind == 4:  # cut at the chin, with a fringe
        low = rng.uniform(64, 96)
        pen.to(at(94, 40)).corner(at(98, low)).to(at(104, 40), at(92, 4), at(50, -9), at(8, 4), at(-4, 40))
        pen.corner(at(0, low)).to(at(6, 44), at(14, 26), at(50, 20), at(86, 26)).corner(at(90, 34))
        pen.to(at(50, 26), at(14, 34))
    elif kind == 0:
        pen.to(at(90, 30), at(76, 4), at(50, -6), at(24, 4), at(10, 30))
    elif kind == 1:  # long, parted
        low = rng.uniform(110, 165)
        pen.to(at(86, 28), at(64, 12), at(48, 4)).to(
            at(70, -8), at(98, 12), at(106, 60), at(100, 100)
        ).corner(at(108, low))
        pen.to(at(94, 90), at(98, 40), at(76, 2), at(48, -10), at(18, 0), at(-4, 40), at(2, 90)).corner(
            at(-8, low - 8)
        )
        pen.to(at(8, 80), at(8, 40), at(30, 14), at(46, 6)).to(at(22, 18), at(10, 40))
    elif kind == 2:
        for angle in np.linspace(-15, -165, int(rng.integers(6, 10))):
            x, y = 50 + 44 * np.cos(np.deg2rad(angle)), 32 + 40 * np.sin(np.deg2rad(angle))
            size = rng.uniform(8, 13)
            pen.arc(at(x, y), (size, size), angle + 160, angle - 150)
        pen.to(at(8, 40))
    else:  # a knot on top
        size = rng.uniform(10, 15)
        pen.to(at(90, 30), at(78, 6), at(58, -6)).arc(
            at(50, -8 - size), (size, size * 0.9), 60, 60 - 360 * 1.2
        )
        pen.to(at(42, -6), at(22, 6), at(10, 30))


def _front_neck(pen: PathBuilder, rng: np.random.Generator, at: Place) -> None:
    """From the jaw down the right side of the neck, along the shoulders, and out."""
    low, wide = rng.uniform(122, 138), rng.uniform(56, 84)
    kind = rng.integers(4)
    pen.to(at(67, 108), at(68, low - 6))
    if kind == 0:  # shoulders and a neckline that ends under the ear
        pen.to(at(80, low + 4), at(50 + wide, low + 14), at(54 + wide, low + 44)).corner(
            at(48 + wide, low + 52)
        )
        pen.to(at(74, low + 26), at(50, low + 12 + rng.uniform(0, 24)), at(26, low + 28)).corner(
            at(50 - wide, low + 50)
        )
        pen.to(at(48 - wide, low + 22), at(20, low + 6), at(32, low - 4), at(33, 106))
    elif kind == 1:  # a necklace, then one long fall
        pen.to(at(72, low + 2)).arc(at(50, low - 2), (22, rng.uniform(10, 18)), 10, 180)
        pen.to(at(32, 112), at(30, low), at(12, low + 12), at(50 - wide, low + 24), at(44 - wide, low + 62))
    elif kind == 2:  # lapels that cross
        pen.to(at(86, low + 8), at(50 + wide, low + 20)).corner(at(56 + wide, low + 66))
        pen.to(at(70, low + 60), at(40, low + 34), at(28, low + 8), at(33, low - 8), at(33, 108)).to(
            at(30, low)
        )
        pen.to(at(52, low + 36), at(46, low + 62), at(30, low + 68)).to(at(46 - wide, low + 66)).corner(
            at(44 - wide, low + 60)
        )
        pen.to(at(52 - wide, low + 20), at(20, low + 8))
    else:  # one shoulder only, and a loop
        pen.to(
            at(84, low + 8),
            at(50 + wide, low + 22),
            at(44 + wide, low + 60),
            at(60, low + 44),
            at(52, low + 20),
        )
        pen.to(at(36, low + 18), at(30, low + 40), at(44, low + 60), at(58, low + 90))


def embrace(rng: np.random.Generator) -> list[Path]:
    """Two profiles that meet: down the one, across under the chins, up the other."""
    near, rise = rng.uniform(-3, 5), rng.uniform(-9, 9)
    pen = PathBuilder()
    contour = _meeting_profile(rng)
    for x, y in contour:
        pen.to((-x - near / 2, y))
    pen.to((-52, 136), (-74, 148), (-40, 158), (20, 152), (72, 142 + rise), (58, 128 + rise))
    for x, y in reversed(_meeting_profile(rng)):
        pen.to((x + near / 2, y + rise))
    return [pen.path()]


def _meeting_profile(rng: np.random.Generator) -> list[tuple[float, float]]:
    """From a closed eye over brow, skull and forehead down nose and lips to the throat; nose near x = 0."""
    nose, full = rng.uniform(0, 7), rng.uniform(2, 4)
    back, nape = rng.uniform(88, 104), rng.uniform(82, 106)
    points = [
        (30.0, 45.0),
        (25, 49),
        (18, 49),
        (15, 46),
        (18, 40),
        (26, 35),
        (38, 36),
        (50, 48),
        (56, 66),
        (64, nape - 8),
    ]
    points += [
        (80, nape),
        (back - 4, nape - 22),
        (back, 40),
        (back - 8, 8),
        (66, -8),
        (34, 0),
        (18, 14),
        (13, 30),
        (16, 41),
        (10, 52),
    ]
    points += [
        (4 - nose, 61),
        (7 - nose / 2, 66),
        (12, 68),
        (10, 72),
        (8 - full, 76),
        (12, 79),
        (18, 80),
        (11, 81),
    ]
    return [*points, (9 - full, 86), (13, 90), (9, 97), (15, 104), (30, 104), (44, 100), (48, 114), (45, 128)]
