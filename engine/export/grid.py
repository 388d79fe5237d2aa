"""How many stand side by side."""

from __future__ import annotations

import math


def grid_shape(count: int, aspect: float) -> tuple[int, int]:
    """Columns and rows of nearly square cells for `count` drawings; `aspect` is width / height of all."""
    columns = max(1, min(round(math.sqrt(count * aspect)), max(count, 1)))
    return columns, max(1, math.ceil(count / columns))
