"""Colours: how they are written, and the shades between two of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from engine.errors import UserError

PAPER = "#FBF9F3"
INK = "#1B1B1A"
MACHINE_INK = "#C2562E"


def ink_ramp(paper: str, ink: str, levels: int) -> NDArray[np.uint8]:
    """`(levels, 3)` colours from paper to ink."""
    share = np.linspace(0.0, 1.0, levels)[:, None]
    return np.asarray(np.round(rgb(paper) * (1 - share) + rgb(ink) * share), dtype=np.uint8)


def hex_colour(colour: str) -> str:
    """`#RRGGBB` of a colour written so, as `#RGB`, or by its name in CSS.

    Raises:
        UserError: for anything else, and for a colour one can see through.
    """
    try:
        red, green, blue, *alpha = ImageColor.getrgb(colour)
    except ValueError:
        alpha = [-1]
    if alpha not in ([], [255]):
        raise UserError(f"{colour!r} is no colour.", "Write it as #RRGGBB, or by a name such as black.")
    return f"#{red:02X}{green:02X}{blue:02X}"


def rgb(colour: str) -> NDArray[np.float64]:
    """`#RRGGBB` as three numbers in 0..255.

    Raises:
        ValueError: if it is written otherwise.
    """
    digits = colour.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"a colour is written #RRGGBB, got {colour!r}")
    return np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)], dtype=np.float64)


def mixed(paper: str, ink: str, share: float) -> str:
    """The colour so far on the way from paper to ink, `#RRGGBB`."""
    red, green, blue = np.round(rgb(paper) * (1 - share) + rgb(ink) * share).astype(int).tolist()
    return f"#{red:02X}{green:02X}{blue:02X}"
