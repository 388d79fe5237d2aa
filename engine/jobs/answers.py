"""What a warm model answers: grids, fans, lines drawn to their end; the first parts come at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np

from engine.errors import UserError
from engine.project.progress import Silent
from engine.sampling.options import Options
from engine.sampling.sampler import Sample, Sampler, Watch
from engine.strokes.types import Drawing, as_stroke

Part: TypeAlias = dict[str, Any]
IsStale: TypeAlias = Callable[[], bool]
Tell: TypeAlias = Callable[[Part], None]

_FIRST, _BATCH = 8, 28
"""The first few at once so that the grid answers, then in batches worth a matrix product."""
_GROWN_EVERY_S = 0.12


class Answers:
    """Answers of one sampler."""

    def __init__(self, sampler: Sampler, tell: Tell) -> None:
        """Prepare.

        Args:
            sampler: Draws.
            tell: Says parts that come up within a longer calculation.
        """
        self._sampler, self._tell = sampler, tell
        self._known: Mapping[str, Callable[[Part, IsStale], Iterator[Part]]] = {
            "draw": self._draw,
            "fan": self._fan,
            "finish": self._finish,
        }

    def to(self, do: str, request: Part, is_stale: IsStale) -> Iterator[Part]:
        """The parts of an answer; it ends early, with nothing said, once nobody waits for it any more.

        Raises:
            UserError, ValueError, TypeError, KeyError: as the parts are taken, for what cannot be done.
        """
        if do not in self._known:
            raise UserError(f"A model cannot {do!r}.", f"Ask for: {', '.join(self._known)}.")
        yield from self._known[do](request, is_stale)

    def _draw(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        options, n = _options(request), int(request.get("n", 16))
        done, end = int(request.get("first", 0)), int(request.get("first", 0)) + n
        size = _FIRST
        while done < end:
            count = min(size, end - done)
            watch = self._watch(request, is_stale, done) if request.get("coarse") else None
            made = self._sampler.sample(count, options, first=done, reporter=_Asked(is_stale), watch=watch)
            if is_stale():
                return
            yield {
                "event": "drawings",
                "first": done,
                "drawings": [points_of(one.drawing) for one in made],
                "facts": [{"ended": one.ended, "attempts": one.attempts} for one in made],
            }
            done, size = done + count, _BATCH
        yield {"event": "done"}

    def _fan(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        futures: list[Sample] = self._sampler.fan(
            drawing_of(request["prefix"]),
            int(request.get("n", 8)),
            int(request.get("points", 40)),
            _options(request),
            is_lifted=bool(request.get("lifted")),
            stopped=is_stale,
        )
        if not is_stale():
            yield {
                "event": "answer",
                "futures": [points_of(one.drawing) for one in futures],
                "ended": [one.ended for one in futures],
            }

    def _finish(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        made = self._sampler.complete(
            drawing_of(request["prefix"]),
            1,
            _options(request),
            is_lifted=bool(request.get("lifted")),
            reporter=_Asked(is_stale),
            watch=self._watch(request, is_stale),
        )
        if not is_stale():
            yield {"event": "answer", "drawing": points_of(made[0])}

    def _watch(self, request: Part, is_stale: IsStale, first: int | None = None) -> Watch:
        """Tells drawings as they grow, a few times a second: a grid from `first` on, or the one there is."""
        told_s = time.monotonic()

        def tell(growing: Callable[[], list[Drawing]]) -> None:
            nonlocal told_s
            if time.monotonic() - told_s < _GROWN_EVERY_S or is_stale():
                return
            drawings = [points_of(one) for one in growing()]
            shown = {"drawing": drawings[0]} if first is None else {"first": first, "drawings": drawings}
            head = {"event": "partial", "request": request.get("request"), "do": request["do"]}
            self._tell({**head, **shown})
            told_s = time.monotonic()

        return tell


class _Asked(Silent):
    """A reporter that stops when nobody waits any more."""

    def __init__(self, is_stale: IsStale) -> None:
        self._is_stale = is_stale

    def stopped(self) -> bool:
        """Asked at every point."""
        return self._is_stale()


def points_of(drawing: Drawing) -> list[list[list[float]]]:
    """A drawing as it is told."""
    return [stroke.round(2).tolist() for stroke in drawing.strokes]


def drawing_of(strokes: Any) -> Drawing:
    """A drawing as it is told. Raises ValueError for what is none."""
    return Drawing(tuple(as_stroke(np.asarray(points, dtype=np.float32)) for points in strokes if points))


def _options(request: Part) -> Options:
    return Options.from_json(request.get("options") or {})
