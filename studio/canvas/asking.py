"""Asks the machine how a line may go on: one question at a time, and after it the newest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.strokes.types import Drawing
from studio.canvas.fan import Future, finished_future, make_fan
from studio.gallery.sampler import Sampler


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What to ask.

    Attributes:
        tell: Says the line, simplified; called when the question goes out, so that no wish costs time that
            nobody asks about.
        n: How many futures.
        points: Of each.
        options: How to draw.
    """

    tell: Callable[[], Drawing]
    n: int
    points: int
    options: dict[str, Any]


class Asking(QObject):
    """One sampler's answers about one line.

    A question that replaces the one in hand would starve the hand that never rests: at 120 moves a second
    none would be answered. So one is out at a time, and the newest wish goes out with its answer.

    Signals:
        opened: A `Fan`, or None where nothing goes on; first of a few points each, then the whole.
        growing: A `Future`: the line's end as far as the machine has drawn it.
        finished: (future, provenance): the whole of it.
        haired: The hairs along a line, a list of `Drawing`s.
        failed: The sentence that says why not.
        ready: The machine can answer.
    """

    opened = Signal(object)
    growing = Signal(object)
    finished = Signal(object, object)
    haired = Signal(object)
    failed = Signal(str)
    ready = Signal()

    def __init__(self, sampler: Sampler, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sampler = sampler
        self._is_ready = False
        self._wish: Wish | None = None
        self._tip: tuple[float, float] | None = None
        self._finish: tuple[tuple[float, float], int] | None = None
        sampler.setParent(self)
        sampler.ready.connect(self._on_sampler_ready)
        sampler.answered.connect(self._on_sampler_answered)
        sampler.growing.connect(self._on_sampler_growing)
        sampler.unfolding.connect(self._on_sampler_unfolding)
        sampler.failed.connect(self._on_sampler_failed)

    @property
    def facts(self) -> dict[str, Any]:
        """What the machine says of itself."""
        return self._sampler.facts

    @property
    def is_ready(self) -> bool:
        """Whether it can answer."""
        return self._is_ready and self._sampler.is_alive

    @property
    def is_busy(self) -> bool:
        """Whether something is still to come."""
        if not self._sampler.is_alive:
            return False
        return not self._is_ready or self._wish is not None or self._sampler.is_busy

    @property
    def is_finishing(self) -> bool:
        """Whether the machine draws the line to its end."""
        return self._finish is not None

    def start(self) -> None:
        """Wake the machine."""
        self._sampler.start()

    def want(self, wish: Wish) -> None:
        """Ask for a fan; what was wanted and not asked yet is forgotten."""
        self._wish = wish
        self._send()

    def forget(self) -> None:
        """No fan is wanted any more; an answer under way is not shown."""
        self._wish = self._tip = None
        self._sampler.forget_about("fan")

    def finish(self, wish: Wish) -> None:
        """Let the machine draw the line to its end."""
        self.forget()
        told = wish.tell()
        self._finish = (_tip_of(told), told.n_points)
        self._sampler.ask_about("finish", prefix=told, options=wish.options)

    def want_hairs(self, wish: Wish) -> None:
        """Ask how the line might have gone on, all along it."""
        told = wish.tell()
        if self._is_ready and told.strokes:
            self._sampler.ask_about("hairs", drawing=told, every=4, points=8, options=wish.options)

    def stop(self) -> None:
        """Stop that."""
        self._finish = None
        self._sampler.forget_about("finish")

    def close(self) -> None:
        """End the machine."""
        self._sampler.close()

    def _send(self) -> None:
        if self._wish is None or not self._is_ready or self._sampler.is_waiting("fan"):
            return
        wish, self._wish = self._wish, None
        told = wish.tell()
        if not told.strokes:
            return  # undone meanwhile, to a blank sheet
        self._tip = _tip_of(told)
        self._sampler.ask_about(
            "fan", prefix=told, n=wish.n, points=wish.points, options=wish.options, lifted=False
        )

    def _on_sampler_ready(self) -> None:
        self._is_ready = True
        self.ready.emit()
        self._send()

    def _on_sampler_answered(self, do: str, answer: dict[str, Any]) -> None:
        if do == "fan" and self._tip is not None:
            tip, self._tip = self._tip, None
            self._send()
            provenance = answer.get("provenance") or {}
            self.opened.emit(make_fan(answer["futures"], answer["ended"], tip, 0, provenance))
        elif do == "hairs":
            self.haired.emit(answer["hairs"])
        elif do == "finish" and self._finish is not None:
            (tip, told), self._finish = self._finish, None
            future = finished_future(answer["drawing"], told, tip)
            self.finished.emit(future, answer.get("provenance") or {})

    def _on_sampler_unfolding(self, begun: dict[str, Any]) -> None:
        if self._tip is not None:
            futures, provenance = begun["futures"], begun.get("provenance") or {}
            self.opened.emit(make_fan(futures, [False] * len(futures), self._tip, 0, provenance))

    def _on_sampler_growing(self, do: str, drawing: Drawing) -> None:
        if do == "finish" and self._finish is not None:
            tip, told = self._finish
            future: Future = finished_future(drawing, told, tip)
            self.growing.emit(future)

    def _on_sampler_failed(self, sentence: str) -> None:
        self._wish = self._tip = self._finish = None
        self.failed.emit(sentence)


def _tip_of(told: Drawing) -> tuple[float, float]:
    x, y = told.strokes[-1][-1].tolist()
    return x, y
