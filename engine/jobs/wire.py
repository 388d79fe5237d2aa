"""Drawings and options as the child that draws hears and tells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from engine.sampling.options import Options
from engine.strokes.types import Drawing, as_stroke

Part: TypeAlias = dict[str, Any]
"""A request, or a part of an answer."""
IsStale: TypeAlias = Callable[[], bool]
"""Whether nobody waits for an answer any more."""


def points_of(drawing: Drawing) -> list[list[list[float]]]:
    """A drawing as it is told."""
    return [stroke.astype(np.float64).round(2).tolist() for stroke in drawing.strokes]


def drawing_of(strokes: Any) -> Drawing:
    """A drawing as it is told. Raises ValueError for what is none."""
    return Drawing(tuple(as_stroke(np.asarray(points, dtype=np.float32)) for points in strokes if points))


def options_of(request: Part) -> Options:
    """How to draw. Raises UserError for what draws nothing."""
    return Options.from_json(request.get("options") or {})
