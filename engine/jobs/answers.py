"""What a warm model draws when it is asked: grids, fans, lines to their end, ways between, variations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from engine.errors import UserError
from engine.jobs.insights import Insights
from engine.jobs.machine import Machine
from engine.jobs.wire import IsStale, Part, drawing_of, options_of, points_of
from engine.project.progress import Asked
from engine.sampling.latent import interpolate
from engine.sampling.sampler import Sample, Watch
from engine.sampling.variations import vary
from engine.strokes.morph import morph
from engine.strokes.smooth import smooth_drawing
from engine.strokes.types import Drawing

Tell: TypeAlias = Callable[[Part], None]

_FIRST, _BATCH = 8, 28
"""The first few at once so that the grid answers, then in batches worth a matrix product."""
_GROWN_EVERY_S = 0.12
_FIRST_POINTS = 12
"""Of each future; seen after a third of the time that forty take."""


class Answers:
    """Answers of one machine."""

    def __init__(self, machine: Machine, tell: Tell) -> None:
        """Prepare.

        Args:
            machine: Draws.
            tell: Says parts that come up within a longer calculation.
        """
        self._machine, self._sampler, self._tell = machine, machine.sampler, tell
        self._known: Mapping[str, Callable[[Part, IsStale], Iterator[Part]]] = {
            "draw": self._draw,
            "fan": self._fan,
            "finish": self._finish,
            "between": self._between,
            "vary": self._vary,
            **Insights(machine).known,
        }

    def to(self, do: str, request: Part, is_stale: IsStale) -> Iterator[Part]:
        """The parts of an answer, some of them empty: there is nothing to say yet.

        It ends early, with nothing said, once nobody waits for it any more.

        Raises:
            UserError, ValueError, TypeError, KeyError: as the parts are taken, for what cannot be done.
        """
        if do not in self._known:
            raise UserError(f"A model cannot {do!r}.", f"Ask for: {', '.join(self._known)}.")
        yield from self._known[do](request, is_stale)

    def _draw(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        options, n = options_of(request), int(request.get("n", 16))
        done, end = int(request.get("first", 0)), int(request.get("first", 0)) + n
        size = _FIRST
        while done < end:
            count = min(size, end - done)
            watch = self._watch(request, is_stale, done) if request.get("coarse") else None
            made = self._sampler.sample(count, options, first=done, reporter=Asked(is_stale), watch=watch)
            if is_stale():
                return
            yield {
                "event": "drawings",
                "first": done,
                "drawings": [points_of(one.drawing) for one in made],
                "facts": [
                    {
                        "ended": one.ended,
                        "attempts": one.attempts,
                        "provenance": self._machine.provenance(done + index, options),
                    }
                    for index, one in enumerate(made)
                ],
            }
            done, size = done + count, _BATCH
        yield {"event": "done"}

    def _fan(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        options = options_of(request)
        futures: list[Sample] = self._sampler.fan(
            drawing_of(request["prefix"]),
            int(request.get("n", 8)),
            int(request.get("points", 40)),
            options,
            is_lifted=bool(request.get("lifted")),
            stopped=is_stale,
            watch=self._watch_first(request, is_stale),
        )
        if not is_stale():
            yield {
                "event": "answer",
                "futures": [points_of(one.drawing) for one in futures],
                "ended": [one.ended for one in futures],
                "provenance": self._continued(request),
            }

    def _finish(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        made = self._sampler.complete(
            drawing_of(request["prefix"]),
            1,
            options_of(request),
            is_lifted=bool(request.get("lifted")),
            reporter=Asked(is_stale),
            watch=self._watch(request, is_stale),
        )
        if not is_stale():
            yield {
                "event": "answer",
                "drawing": points_of(made[0]),
                "provenance": self._continued(request),
            }

    def _continued(self, request: Part) -> Part:
        return self._machine.provenance(0, options_of(request), "continued", _made_from(request))

    def _between(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        ends, n = (drawing_of(request["first"]), drawing_of(request["second"])), int(request.get("n", 8))
        options = options_of(request)
        way = request.get("way") or ("code" if self._sampler.model.is_autoencoder else "shape")
        if way == "shape":
            drawn = morph(smooth_drawing(ends[0]), smooth_drawing(ends[1]), n)
        else:
            first, second = (self._machine.as_learnt(one) for one in ends)
            made = interpolate(self._sampler, first, second, n, options, stopped=is_stale)
            drawn = [one.normalised() for one in made]
        if not is_stale():
            yield {
                "event": "answer",
                "way": way,
                "drawings": [points_of(one) for one in drawn],
                "provenance": self._machine.provenance(0, options, "between", _made_from(request)),
            }

    def _vary(self, request: Part, is_stale: IsStale) -> Iterator[Part]:
        drawing, options = self._machine.as_learnt(drawing_of(request["drawing"])), options_of(request)
        n, amount = int(request.get("n", 8)), float(request.get("amount", 0.3))
        made = vary(self._sampler, drawing, n, amount, options, stopped=is_stale)
        if not is_stale():
            yield {
                "event": "answer",
                "drawings": [points_of(one.normalised()) for one in made],
                "provenance": self._machine.provenance(0, options, "varied", _made_from(request)),
            }

    def _watch_first(self, request: Part, is_stale: IsStale) -> Watch:
        """Tells the first points of a fan as soon as they are there: the pen does not wait for the last."""
        moves = 0

        def tell(growing: Callable[[], list[Drawing]]) -> None:
            nonlocal moves
            moves += 1
            if moves == _FIRST_POINTS and not is_stale():
                told = {
                    "futures": [points_of(one) for one in growing()],
                    "provenance": self._continued(request),
                }
                self._tell({**_head(request), **told})

        return tell

    def _watch(self, request: Part, is_stale: IsStale, first: int | None = None) -> Watch:
        """Tells drawings as they grow, a few times a second: a grid from `first` on, or the one there is."""
        told_s = time.monotonic()

        def tell(growing: Callable[[], list[Drawing]]) -> None:
            nonlocal told_s
            if time.monotonic() - told_s < _GROWN_EVERY_S or is_stale():
                return
            drawings = [points_of(one) for one in growing()]
            shown = {"drawing": drawings[0]} if first is None else {"first": first, "drawings": drawings}
            self._tell({**_head(request), **shown})
            told_s = time.monotonic()

        return tell


def _head(request: Part) -> Part:
    """What says whose part of an answer it is."""
    return {"event": "partial", "request": request.get("request"), "do": request["do"]}


def _made_from(request: Part) -> tuple[str, ...]:
    return tuple(str(name) for name in request.get("made_from") or ())
