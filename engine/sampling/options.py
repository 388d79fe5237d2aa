"""How the machine shall draw."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from engine.errors import UserError
from engine.models.desk import Generated, Limits
from engine.models.mdn import Temperatures
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.types import bounding_box

LEAST_VARIABILITY = 0.01
MOST_VARIABILITY = 10.0
_ENOUGH_SHARE = 0.8
"""Of the most points asked for: from here on a lift ends the drawing, so that few need be cut."""
_ATTEMPTS = 6
_FEWEST_POINTS = 8
_LEAST_SIDE_UNITS = 15.0
_MOST_WAY = 60.0
"""Longer sides that a line is long at most: more is a pen that scribbles on the spot."""


@dataclass(frozen=True, slots=True)
class Options:
    """Everything an artist may choose before the machine draws.

    Attributes:
        variability: The one slider: near 0 the likeliest lines, 1 as the data, above 1 wilder.
        choice: Temperature of which Gaussian is taken; None follows the variability.
        spread: Temperature of how far from its middle; None follows the variability.
        pen: Temperature of lifting and ending; None follows the variability, gently.
        top_p: Share of the likeliest Gaussians that may be taken; 1 leaves none out.
        seed: The same seed gives the same drawings on the CPU.
        era: In the manner of which group of sketchbooks, for a model that was told them apart; -1 leaves it
            open.
        one_stroke: Whether the first lift ends the drawing.
        points: At least and at most so many; 0 leaves it open.
        side: Longer side in units, at least and at most; 0 leaves it open. A wish: drawings of another size
            are begun again, a few times.
        start: Where on the sheet of 200 units the pen begins.
        retry: Whether degenerate drawings are refused and begun again; never when measuring a model.
        max_points: A drawing that does not end is cut here.
    """

    variability: float = 0.5
    choice: float | None = None
    spread: float | None = None
    pen: float | None = None
    top_p: float = 1.0
    seed: int = 0
    era: int = -1
    one_stroke: bool = False
    points: tuple[int, int] = (0, 0)
    side: tuple[float, float] = (0.0, 0.0)
    start: tuple[float, float] | None = None
    retry: bool = False
    max_points: int = 400

    def __post_init__(self) -> None:
        """Refuse what draws nothing. Raises UserError."""
        for name in ("variability", "choice", "spread", "pen"):
            value = getattr(self, name)
            if value is not None and not LEAST_VARIABILITY <= value <= MOST_VARIABILITY:
                raise UserError(
                    f"A {name} of {value} draws nothing.",
                    f"Choose one from {LEAST_VARIABILITY} to {MOST_VARIABILITY}.",
                )
        if not 0 < self.top_p <= 1:
            raise UserError(f"A top_p of {self.top_p} leaves no choice.", "Choose one above 0, up to 1.")
        if self.seed < 0 or self.max_points < 1:
            raise UserError("Seeds are not negative and a drawing has a point.", "Choose other numbers.")
        for name in ("points", "side"):
            least, most = getattr(self, name)
            if min(least, most) < 0 or 0 < most < least:
                raise UserError(f"No drawing has {name} from {least} to {most}.", "Choose other numbers.")
        if self.start is not None and not all(map(math.isfinite, self.start)):
            raise UserError(f"The pen cannot begin at {self.start}.", "Choose a place on the sheet.")

    @property
    def temperatures(self) -> Temperatures:
        """The variability, apart."""
        usual = Temperatures.of(self.variability)
        return Temperatures(
            usual.choice if self.choice is None else self.choice,
            usual.spread if self.spread is None else self.spread,
            usual.pen if self.pen is None else self.pen,
            self.top_p,
        )

    @property
    def limits(self) -> Limits:
        """Lengths and strokes."""
        least, most = self.points
        return Limits(
            most=most or max(self.max_points, least),
            least=least,
            enough=math.ceil(_ENOUGH_SHARE * most),
            one_stroke=self.one_stroke,
            attempts=_ATTEMPTS if self.retry or any(self.side) else 1,
        )

    def accepts(self, drawing: Generated, scale: float) -> bool:
        """Whether a finished drawing, whose unit is `scale` units, is one that was asked for."""
        x0, y0, x1, y1 = bounding_box(from_stroke3(drawing.rows).strokes)
        longer = max(x1 - x0, y1 - y0) * scale
        least, most = self.side
        if longer < least or 0 < most < longer:
            return False
        return not self.retry or not is_degenerate(drawing, longer / scale, _LEAST_SIDE_UNITS / scale)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; what was left as it is by default is left out."""
        usual = asdict(Options())
        chosen = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Options:
        """Read options; keys left out take their default. Raises UserError."""
        known = {field.name for field in fields(Options)}
        if unknown := sorted(set(value) - known):
            raise UserError(
                f"There is no option {', '.join(unknown)}.", f"Choose: {', '.join(sorted(known))}."
            )
        try:
            return Options(**{name: _typed(name, one) for name, one in value.items()})
        except (TypeError, ValueError) as error:
            raise UserError(
                f"These options cannot be read ({error}).", "Leave them out for the default."
            ) from error


AS_USUAL = Options()
"""What is chosen when nothing is."""


def is_degenerate(drawing: Generated, longer_side: float, least_side: float) -> bool:
    """Whether a drawing is none: a few points, a speck, or a pen that never left the spot.

    Args:
        drawing: Finished.
        longer_side: Of its box, in its own unit.
        least_side: Of a drawing, in that unit.
    """
    if len(drawing.rows) < _FEWEST_POINTS or longer_side < least_side:
        return True
    way = sum(float(abs(drawing.rows[1:, axis]).sum()) for axis in (0, 1))
    return way > _MOST_WAY * longer_side


def _typed(name: str, value: Any) -> Any:
    """A JSON value of the type that an option has."""
    if name in ("one_stroke", "retry"):
        return bool(value)
    if name in ("seed", "era", "max_points"):
        return int(value)
    if value is None and name in ("choice", "spread", "pen", "start"):
        return None
    if name == "points":
        return (int(value[0]), int(value[1]))
    if name in ("side", "start"):
        return (float(value[0]), float(value[1]))
    return float(value)
