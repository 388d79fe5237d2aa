"""How the machine shall draw, as the artist chose it; remembered from one evening to the next.

The engine's `engine.sampling.options` without torch: the window may not bring that in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from studio.settings import Settings

LEAST_VARIABILITY, MOST_VARIABILITY = 0.01, 10.0
SHEET_UNITS = 200.0
_PEN_SHARE = 0.2
_KEY = "manner"
_OF_THE_MOMENT = ("variability", "seed", "era")


@dataclass(frozen=True, slots=True)
class Manner:
    """The choices of a grid of drawings.

    Attributes:
        variability: The one slider: near 0 the likeliest lines, 1 as the data, above 1 wilder.
        choice: Temperature of the choice of Gaussian; None follows the variability.
        spread: Temperature of how far from its middle; None follows the variability.
        pen: Temperature of lifting and ending; None follows the variability, gently.
        top_p: Share of the likeliest Gaussians that may be taken; 1 leaves none out.
        seed: The throw of the dice.
        era: In the manner of which group of sketchbooks; -1 leaves it open.
        one_stroke: Whether the first lift ends the drawing.
        points: At least and at most so many; 0 leaves it open.
        side: Longer side in units, at least and at most; 0 leaves it open.
        start: Where on the sheet of 200 units the pen begins; None leaves it open.
        retry: Whether poor drawings are refused and begun again.
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
    retry: bool = True

    def __post_init__(self) -> None:
        """Refuse what draws nothing. Raises ValueError."""
        for value in (self.variability, self.choice, self.spread, self.pen):
            if value is not None and not LEAST_VARIABILITY <= value <= MOST_VARIABILITY:
                raise ValueError(f"a variability of {value} draws nothing")
        if not 0 < self.top_p <= 1 or self.seed < 0 or self.era < -1:
            raise ValueError(f"no top-p {self.top_p}, no seed {self.seed} or no era {self.era}")
        for least, most in (self.points, self.side):
            if min(least, most) < 0 or 0 < most < least:
                raise ValueError(f"nothing is from {least} to {most}")
        if self.start is not None and not all(map(math.isfinite, self.start)):
            raise ValueError(f"the pen cannot begin at {self.start}")

    @property
    def is_usual(self) -> bool:
        """Whether nothing beyond variability and seed was touched."""
        return self == self.as_usual()

    @property
    def usual_pen(self) -> float:
        """What the temperature of lifts is when it follows the variability."""
        return float(self.variability**_PEN_SHARE)

    def as_usual(self) -> Manner:
        """The same variability and seed, all else as it is when nobody touched it."""
        return Manner(self.variability, seed=self.seed)

    def among(self, eras: int) -> Manner:
        """The same for a model that tells so many eras apart; one that it does not know is left open."""
        return self if self.era < eras else replace(self, era=-1)

    def options(self) -> dict[str, Any]:
        """For the sampler, see `engine.sampling.options`: what differs from the engine's default."""
        usual = asdict(replace(Manner(), retry=False))
        return {name: _plain(value) for name, value in asdict(self).items() if value != usual[name]}

    def in_words(self) -> list[str]:
        """What was touched: `top-p 0.9`, `one line`, `40 to 120 points`."""
        shares = (("choice", self.choice), ("spread", self.spread), ("pen lifts", self.pen))
        words = [f"{name} {value:g}" for name, value in shares if value is not None]
        if self.top_p < 1:
            words.append(f"top-p {self.top_p:g}")
        if self.one_stroke:
            words.append("one line")
        words += [f"{span} points" for span in _span(*self.points)]
        words += [f"{span} units large" for span in _span(*self.side)]
        if self.start is not None:
            words.append(f"from {self.start[0]:.0f}, {self.start[1]:.0f}")
        if self.era >= 0:
            words.append(f"era {self.era + 1}")
        if not self.retry:
            words.append("poor drawings too")
        return words

    def to_json(self) -> dict[str, Any]:
        """All of it, JSON-ready."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> Manner:
        """From plain values; as usual where they are not such choices."""
        known = {field.name for field in fields(Manner)}
        try:
            return Manner(**{name: _typed(name, one) for name, one in values.items() if name in known})
        except (TypeError, ValueError, IndexError):
            return Manner()


def recall() -> Manner:
    """The choices made last; variability, seed and era are of the moment, and of the run."""
    return Manner.from_json(Settings().choices(_KEY))


def remember(manner: Manner) -> None:
    """Keep these for the next evening."""
    kept = {name: value for name, value in manner.to_json().items() if name not in _OF_THE_MOMENT}
    Settings().set_choices(_KEY, kept)


def _span(least: float, most: float) -> list[str]:
    if least and most:
        return [f"{least:g} to {most:g}"]
    return [f"at least {least:g}"] if least else [f"at most {most:g}"] if most else []


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _typed(name: str, value: Any) -> Any:
    """A JSON value of the type that a field has."""
    if name in ("one_stroke", "retry"):
        return bool(value)
    if name in ("seed", "era"):
        return int(value)
    if value is None and name in ("choice", "spread", "pen", "start"):
        return None
    if name == "points":
        return int(value[0]), int(value[1])
    if name in ("side", "start"):
        return float(value[0]), float(value[1])
    return float(value)
