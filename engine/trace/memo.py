"""Remembering the last result of each step, so that a changed setting costs only the steps it touches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


class Memo:
    """The last result of each function it was asked to call.

    Inputs count as the same when they are the same objects, settings when they are equal: inputs are
    pictures and graphs, which nobody wants to compare, and every step makes new ones.
    """

    def __init__(self) -> None:
        self._kept: dict[Callable[..., Any], tuple[tuple[object, ...], object, Any]] = {}

    def __call__(self, step: Callable[..., Result], *inputs: object, settings: object = None) -> Result:
        """Call `step(*inputs, settings)`, or give its last result where nothing has changed.

        Args:
            step: A pure function; called without `settings` where that is None.
            *inputs: Compared by identity.
            settings: A frozen value, compared by equality.

        Returns:
            What the step returns.
        """
        kept = self._kept.get(step)
        if kept is not None and settings == kept[1] and _same(inputs, kept[0]):
            remembered: Result = kept[2]
            return remembered
        result = step(*inputs) if settings is None else step(*inputs, settings)
        self._kept[step] = (inputs, settings, result)
        return result


def _same(inputs: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(inputs) == len(others) and all(a is b for a, b in zip(inputs, others, strict=True))
