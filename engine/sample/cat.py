"""Cats: sitting, from behind, asleep, walking, face to face. They look left; the artist mirrors some."""

from __future__ import annotations

import numpy as np

from engine.sample.pen import Path, PathBuilder


def sitting(rng: np.random.Generator) -> list[Path]:
    """From the tip of the tail up the back, round the ears, over the face, down chest, paw and haunch."""
    pen = PathBuilder()
    fat, neck = rng.uniform(0.85, 1.25), rng.uniform(-6, 8)
    _side_tail(pen, rng)
    pen.to((84, 112), (60 + 24 * fat, 96), (56 + 12 * fat, 66), (52, 48 + neck), (46, 34))
    _head(pen, rng, (32, 25), 17.0)
    pen.to((19, 40), (23, 56), (27, 78), (29, 100), (28, 118)).to((20, 122), (19, 127), (28, 129)).corner(
        (36, 127)
    )
    pen.to((37, 110), (40, 94)).to((44, 110), (41, 122), (36, 127), (46, 130)).corner((52, 127))
    pen.to((50, 112), (56, 96), (68, 90), (80, 97), (84, 112), (78, 125), (62, 129))
    ending = rng.integers(3)
    if ending == 0:
        pen.to((48, 129), (44, 124), (58, 120), (70, 116))
    elif ending == 1:
        pen.to((20, 134), (0, 131))
        _yarn(pen, rng, (rng.uniform(-34, -16), 131))
    else:
        pen.to((90, 131), (122, 129))
    return [pen.path()]


def _side_tail(pen: PathBuilder, rng: np.random.Generator) -> None:
    """A tail from its tip to the haunch: up in a hook, along the floor, or round the paws."""
    kind = rng.integers(3)
    if kind == 0:
        high = rng.uniform(20, 70)
        pen.to(
            (112, high + 14), (104, high + 6), (108, high - 6), (120, high), (118, 80), (108, 112), (94, 124)
        )
    elif kind == 1:
        pen.to((142, 112), (136, 106), (128, 114), (118, 126), (100, 128))
    else:
        pen.to((22, 134), (30, 141), (60, 139), (92, 136), (104, 126), (98, 116))


def _head(pen: PathBuilder, rng: np.random.Generator, centre: tuple[float, float], size: float) -> None:
    """A cat's head: from the right temple over the ears, through eyes and nose, round the chin to the left.

    Args:
        pen: Stands at the back of the neck, to the right.
        rng: Ears, eyes, whiskers.
        centre: Middle of the head.
        size: Half its width.
    """
    high, spread = rng.uniform(1.25, 1.6), rng.uniform(0.72, 0.9)

    def at(x: float, y: float) -> tuple[float, float]:
        return (centre[0] + x * size, centre[1] + y * size)

    pen.to(at(0.98, 0.1), at(0.9, -0.5)).corner(at(spread, -high)).to(at(0.3, -0.82), at(-0.3, -0.82))
    pen.corner(at(-spread, -high)).to(at(-0.92, -0.45), at(-1.02, 0.15))
    if rng.random() < 0.7:  # whiskers on the way
        pen.corner(at(-1.7, 0.25), at(-0.85, 0.35), at(-1.6, 0.6)).to(at(-0.9, 0.3))
    pupil = int(rng.integers(3))
    _cat_eye(pen, pupil, at(-0.72, -0.12), at(-0.24, 0.06))
    pen.to(at(-0.2, 0.24)).corner(at(-0.15, 0.34), at(0.15, 0.34)).to(at(0.0, 0.5))
    pen.to(at(-0.12, 0.66), at(-0.34, 0.6)).corner(at(-0.38, 0.52)).to(at(-0.15, 0.66), at(0.0, 0.5))
    pen.to(at(0.14, 0.68), at(0.36, 0.56), at(0.2, 0.28))
    _cat_eye(pen, pupil, at(0.24, 0.06), at(0.72, -0.12))
    pen.to(at(1.0, 0.3), at(0.7, 0.8), at(0.0, 0.98), at(-0.65, 0.78), at(-0.98, 0.25)).corner(
        at(-0.94, 0.12)
    )


def _cat_eye(pen: PathBuilder, pupil: int, left: tuple[float, float], right: tuple[float, float]) -> None:
    """An almond, with a slit in it (1) or a round pupil (2)."""
    (x0, y0), (x1, y1) = left, right
    mid, y, w = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0
    pen.corner(left).to((mid, y - 0.46 * w)).corner(right).to((mid, y + 0.42 * w)).corner(left)
    pen.to((mid - 0.12 * w, y - 0.42 * w))
    if pupil == 1:
        pen.to(
            (mid - 0.1 * w, y + 0.2 * w),
            (mid, y + 0.4 * w),
            (mid + 0.1 * w, y + 0.2 * w),
            (mid + 0.08 * w, y - 0.4 * w),
        )
    elif pupil == 2:
        pen.arc((mid, y), (0.2 * w, 0.26 * w), -120, -480)
    pen.to((mid + 0.2 * w, y - 0.42 * w)).corner(right)


def _yarn(pen: PathBuilder, rng: np.random.Generator, centre: tuple[float, float]) -> None:
    """A ball of yarn wound from the same line."""
    size, tilt = rng.uniform(10, 15), rng.uniform(0, 180)
    x, y = centre[0], centre[1] - size
    pen.arc((x, y), (size, size), 90, 90 + 400)
    for i, squeeze in enumerate((0.45, 0.8, 0.3)):
        pen.arc((x, y), (size * 0.98, size * squeeze), 20, 20 + 330, tilt=tilt + 65 * i)


def from_behind(rng: np.random.Generator) -> list[Path]:
    """A cat that looks out of the window: a pear with ears and a tail."""
    pen = PathBuilder()
    wide, high = rng.uniform(30, 42), rng.uniform(46, 60)
    curl = rng.choice([-1.0, 1.0])
    pen.to((-46, 128), (-wide * 0.6, 127))
    pen.to((-wide, 112), (-wide * 0.95, 84), (-wide * 0.55, high), (-19, 36), (-22, 20)).corner((-19, -7))
    pen.to((-7, 3), (7, 3)).corner((19, -8)).to(
        (23, 18), (19, 36), (wide * 0.6, high), (wide, 86), (wide, 114), (wide * 0.6, 128)
    )
    pen.to(
        (0, 132),
        (-10 * curl, 126),
        (4 * curl, 116),
        (30 * curl, 124),
        (62 * curl, 128),
        (82 * curl, 116),
        (84 * curl, 96),
    )
    pen.to((74 * curl, 88), (68 * curl, 98), (76 * curl, 104))
    lines = [pen.path()]
    if rng.random() < 0.6:  # the spine, and the haunches beside it
        spine = PathBuilder().to((1, 42), (-3, 66), (3, 92), (-1, 118))
        lines.append(spine.path())
    return lines


def asleep(rng: np.random.Generator) -> list[Path]:
    """Curled up: round the head, all round the back, and the tail comes home along the paws."""
    pen = PathBuilder()
    fat = rng.uniform(0.88, 1.08)
    pen.to((62, 62), (50, 73), (30, 77), (12, 71), (4, 56), (6, 40)).corner((10, 24 + rng.uniform(-3, 3)))
    pen.to((24, 33), (42, 33)).corner((56, 24 + rng.uniform(-3, 3))).to((60, 40), (61, 52))
    pen.to((58, 30), (66, 12), (88, 6 * fat), (116, 22), (132, 54), (120, 84 * fat), (84, 98 * fat))
    pen.to((44, 97), (14, 88), (-4, 76), (-2, 66), (8, 68), (28, 84), (58, 86), (88, 78), (100, 62), (92, 48))
    if rng.random() < 0.5:
        pen.to((76, 54), (76, 68), (94, 68), (110, 50), (104, 32), (90, 28))
    return [pen.path(), _sleeping_face(rng)]


def _sleeping_face(rng: np.random.Generator) -> Path:
    """Two lids and a nose between them, in one go."""
    low, wide = rng.uniform(-2, 3), rng.uniform(0.85, 1.15)

    def at(x: float, y: float) -> tuple[float, float]:
        return (32 + x * wide, y + low)

    face = PathBuilder().corner(at(-20, 47)).to(at(-15, 53), at(-9, 53)).corner(at(-5, 49))
    face.corner(at(-3, 60), at(3, 60)).to(at(0, 64), at(-6, 66)).to(at(0, 64), at(6, 66), at(4, 60))
    face.corner(at(5, 49)).to(at(9, 53), at(15, 53)).corner(at(20, 47))
    return face.path()


def walking(rng: np.random.Generator) -> list[Path]:
    """Tail up, along the back to the head, down the legs one after the other."""
    pen = PathBuilder()
    sag, lift = rng.uniform(-4, 6), rng.uniform(-12, 12)
    pen.to((158, -26 + lift), (150, -34 + lift), (141, -24 + lift), (143, 0), (138, 26), (126, 36))
    pen.to((110, 32), (84, 36 + sag), (60, 32), (46, 24))
    _head(pen, rng, (28, 18), 16.0)
    pen.to((15, 34), (24, 48), (32, 60))
    stride = rng.uniform(5, 12)
    _leg(pen, (34, 60), (30 - stride, 104))
    _leg(pen, (46, 68), (48 + stride, 104))
    pen.to((62, 72), (84, 70 + sag), (98, 66))
    _leg(pen, (100, 68), (98 - stride * 0.4, 104), hock=7)
    _leg(pen, (116, 72), (126 + stride, 104), hock=9)
    pen.to((134, 60), (136, 44), (126, 34), (112, 44), (106, 58))
    if rng.random() < 0.4:
        pen.to((112, 84), (90, 100), (40, 112), (6, 108))
        _yarn(pen, rng, (rng.uniform(-22, -4), 106))
    return [pen.path()]


def _leg(pen: PathBuilder, top: tuple[float, float], paw: tuple[float, float], hock: float = 0.0) -> None:
    """Down the front of a leg, round the paw, up its back."""
    (x, y), (px, py) = top, paw
    mid = (y + py) / 2
    pen.to(
        (x, y),
        ((x + px) / 2 - 1 + hock * 0.3, mid),
        (px - 1 + hock * 0.4, py - 8),
        (px - 7, py - 1),
        (px, py + 2),
    ).corner((px + 5, py))
    pen.to((px + 6 + hock, py - 14), ((x + px) / 2 + 9 + hock * 0.5, mid - 2), (x + 11, y + 4))


def portrait(rng: np.random.Generator) -> list[Path]:
    """Face to face, down to the chest."""
    pen = PathBuilder()
    pen.to((118, 150), (104, 112), (86, 92), (88, 76))
    _head(pen, rng, (54, 52), 38.0)
    pen.to((19, 82), (14, 112)).corner((8, 150))
    for x in (24, 44, 64):  # a bib of fur
        pen.to((x - 4, 128 + rng.uniform(-4, 4))).corner((x + 3, 143 + rng.uniform(-5, 5)))
    pen.to((82, 120), (94, 98))
    return [pen.path()]
