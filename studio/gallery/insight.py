"""What a machine says of a drawing that is there: where it was surprised, and how it would have gone on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine.strokes.types import Drawing
from studio.gallery.sampler import Sampler
from studio.models.samples import fingerprint

Kind = Literal["surprise", "hairs"]
KINDS: tuple[Kind, ...] = ("surprise", "hairs")
_MOST_KEPT = 200
_ENDED = "The machine has gone. Choose its run again, and it answers."

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Surprise:
    """How a drawing surprised a machine.

    Attributes:
        nats: For each stroke `(n,)`, of the move that leads to each of its points; they stand as they do in
            the drawing that was asked about.
        mean: Nats a point, the end of the drawing shared out among them.
    """

    nats: tuple[NDArray[np.float64], ...]
    mean: float


@dataclass(frozen=True, slots=True)
class HairWish:
    """What hairs to grow.

    Attributes:
        every: From each so many points.
        points: Of a hair at most.
        each: Hairs a place.
    """

    every: int = 3
    points: int = 12
    each: int = 1


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a machine has been asked and has not answered yet."""

    drawing: Drawing
    key: _Key


class Insight(QObject):
    """Asks one machine. Of each kind of question the newest wins; answers are kept.

    Signals:
        surprised: (drawing, `Surprise`).
        haired: (drawing, hairs): each hair a `Drawing` of one stroke, which begins on the drawing's line.
        failed: (kind, sentence): that answer will not come.

    Attributes:
        options: How the machine draws hairs, see `engine.sampling.options`; without lengths and sizes.
    """

    surprised = Signal(object, object)
    haired = Signal(object, object)
    failed = Signal(str, str)

    def __init__(self, sampler: Sampler, parent: QObject | None = None) -> None:
        """Make it.

        Args:
            sampler: Of the machine; started. It outlives this object, or this one is let go of first.
            parent: Owner.
        """
        super().__init__(parent)
        self._sampler = sampler
        self.options: Mapping[str, Any] = {}
        self._asked: dict[Kind, _Asked] = {}
        self._kept: OrderedDict[_Key, Any] = OrderedDict()
        sampler.answered.connect(self._on_sampler_answered)
        sampler.failed.connect(self._on_sampler_failed)

    def ask_surprise(self, drawing: Drawing) -> None:
        """Ask how it surprises the machine; what is known already is said at once."""
        era = int(self.options.get("era", -1))
        self._ask("surprise", drawing, (str(era),), {"era": era})

    def ask_hairs(self, drawing: Drawing, wish: HairWish | None = None) -> None:
        """Ask how it might have gone on along its line; what is known already is said at once."""
        wish = wish or HairWish()
        fields = {"every": wish.every, "points": wish.points, "each": wish.each, "options": self._manner()}
        self._ask("hairs", drawing, (repr(sorted(fields.items())),), fields)

    def is_waiting(self, kind: Kind) -> bool:
        """Whether an answer of that kind is still to come."""
        return kind in self._asked

    def forget(self) -> None:
        """Nobody waits any more."""
        for kind in tuple(self._asked):
            del self._asked[kind]
            self._sampler.forget_about(kind)

    def _manner(self) -> dict[str, Any]:
        """A hair is no drawing: how long and how large a drawing is to be does not matter."""
        return {k: v for k, v in self.options.items() if k not in ("points", "side", "start", "one_stroke")}

    def _ask(self, kind: Kind, drawing: Drawing, more: _Key, fields: Mapping[str, Any]) -> None:
        key = (kind, fingerprint(drawing), *more)
        if key in self._kept:
            self._asked.pop(kind, None)
            self._sampler.forget_about(kind)
            self._kept.move_to_end(key)
            self._say(kind, drawing, self._kept[key])
        elif kind in self._asked and self._asked[kind].key == key:
            return
        elif not self._sampler.is_alive:
            self.failed.emit(kind, _ENDED)
        else:
            self._asked[kind] = _Asked(drawing, key)
            self._sampler.ask_about(kind, drawing=drawing, **fields)

    def _say(self, kind: Kind, drawing: Drawing, answer: Any) -> None:
        (self.surprised if kind == "surprise" else self.haired).emit(drawing, answer)

    def _on_sampler_answered(self, do: str, answer: dict[str, Any]) -> None:
        kind = next((one for one in KINDS if one == do), None)
        asked = self._asked.pop(kind, None) if kind is not None else None
        if kind is None or asked is None:
            return
        said = _surprise(answer) if kind == "surprise" else tuple(answer.get("hairs") or ())
        self._kept[asked.key] = said
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        self._say(kind, asked.drawing, said)

    def _on_sampler_failed(self, sentence: str) -> None:
        """Of a failing that is somebody else's the questions here still wait, unless the machine has gone."""
        for kind in tuple(self._asked):
            if not self._sampler.is_waiting(kind) or not self._sampler.is_alive:
                del self._asked[kind]
                self.failed.emit(kind, sentence)


def _surprise(answer: Mapping[str, Any]) -> Surprise:
    nats = tuple(np.asarray(stroke, dtype=np.float64) for stroke in answer["nats"])
    return Surprise(nats, float(answer["mean"]))
