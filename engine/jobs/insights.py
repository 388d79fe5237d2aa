"""What a warm model says about drawings that are there: surprise, hairs, the nearest real ones."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import wait
from typing import Any

from engine.jobs.machine import Machine
from engine.jobs.wire import IsStale, Part, drawing_of, options_of, points_of
from engine.sampling.hairs import hairs
from engine.sampling.real_drawings import Nearest, RealDrawings
from engine.sampling.surprise import measure_surprise, surprise_along
from engine.strokes.types import Drawing

_BREATH_S = 0.02
"""Others have their turn while real drawings are read."""
_MEASURED_TOGETHER = 16
"""Between so many, others have their turn."""


class Insights:
    """Answers that draw nothing new.

    Attributes:
        known: What can be asked.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.known: Mapping[str, Callable[[Part, IsStale], Iterator[Part]]] = {
            "surprise": self._surprise,
            "hairs": self._hairs,
            "nearest": self._nearest,
            "measure": self._measure,
        }

    def _surprise(self, request: Part, _is_stale: IsStale) -> Iterator[Part]:
        drawing, era = drawing_of(request["drawing"]), int(request.get("era", -1))
        nats, mean = surprise_along(self._machine.sampler, drawing, recipe=self._machine.recipe, era=era)
        yield {"event": "answer", "nats": [one.round(3).tolist() for one in nats], "mean": round(mean, 4)}

    def _hairs(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        grown = hairs(
            self._machine.sampler,
            self._machine.as_learnt(drawing_of(request["drawing"])),
            every=int(request.get("every", 3)),
            points=int(request.get("points", 12)),
            each=int(request.get("each", 1)),
            options=options_of(request),
            stopped=is_stale,
        )
        if not is_stale():
            yield {"event": "answer", "hairs": [points_of(Drawing((hair.line,))) for hair in grown]}

    def _nearest(self, request: Part, _is_stale: IsStale) -> Iterator[Part]:
        real = yield from self._real()
        found = real.nearest([drawing_of(request["drawing"])])[0] if real is not None else None
        told = None if found is None else points_of(found.drawing.normalised())
        is_learnt_from = real is not None and real.is_learnt_from
        yield {"event": "answer", **_likeness(found), "is_learnt_from": is_learnt_from, "drawing": told}

    def _measure(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        real = yield from self._real()
        drawings, era = [drawing_of(one) for one in request["drawings"]], int(request.get("era", -1))
        surprise: list[float] = []
        nearest: list[Mapping[str, Any]] = []
        for start in range(0, len(drawings), _MEASURED_TOGETHER):
            some = drawings[start : start + _MEASURED_TOGETHER]
            few = [self._machine.as_learnt(one) for one in some]
            surprise += [round(one.mean, 4) for one in measure_surprise(self._machine.sampler, few, era=era)]
            nearest += [
                _likeness(one) for one in (real.nearest(some) if real is not None else [None] * len(some))
            ]
            yield {}
            if is_stale():
                return
        yield {
            "event": "answer",
            "surprise": surprise,
            "distance": [one["distance"] for one in nearest],
            "memorised": [one["memorised"] for one in nearest],
            "nearest": [one["name"] for one in nearest],
        }

    def _real(self) -> Generator[Part, None, RealDrawings | None]:
        """Says nothing until the real drawings are read. Raises UserError if what is there is damaged."""
        reading = self._machine.real_drawings
        while not wait([reading], _BREATH_S).done:
            yield {}
        return reading.result()


def _likeness(found: Nearest | None) -> dict[str, Any]:
    """What is told of the nearest real drawing, besides its strokes."""
    if found is None:
        return {"name": None, "page": None, "distance": None, "memorised": False}
    return {
        "name": found.name,
        "page": found.page,
        "distance": round(found.distance, 4),
        "memorised": found.is_memorised,
    }
