"""How drawings are played, remembered from one evening to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, get_args

from engine.export.frames import PenKind
from engine.export.timeline import Pace
from studio.settings import Settings

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_KEY = "playing"


@dataclass(frozen=True, slots=True)
class Playing:
    """The choices of a player.

    Attributes:
        pace: How time runs over a drawing, at single speed.
        pen: `even`, or `pen`: wider where the hand is slow.
        shows_travel: Whether the way of the lifted pen is drawn.
        shows_tip: Whether one sees where the pen is.
        speed: One of `SPEEDS`.
        loops: Whether it begins again at the end.
    """

    pace: Pace = field(default_factory=Pace)
    pen: PenKind = "even"
    shows_travel: bool = False
    shows_tip: bool = True
    speed: float = 1.0
    loops: bool = False

    def __post_init__(self) -> None:
        if self.speed not in SPEEDS or self.pen not in get_args(PenKind):
            raise ValueError(f"a player has no speed {self.speed} or no pen {self.pen!r}")

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> Playing:
        """From plain values; as by default where they are not such choices."""
        try:
            return Playing(**{**values, "pace": Pace.from_json(values.get("pace", {}))})
        except (TypeError, ValueError):
            return Playing()


def recall() -> Playing:
    """The choices made last."""
    return Playing.from_json(Settings().choices(_KEY))


def remember(playing: Playing) -> None:
    """Keep these for every player, and for the next evening."""
    Settings().set_choices(_KEY, asdict(playing))
