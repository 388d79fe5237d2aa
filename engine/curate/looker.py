"""Looks made as an embedder makes vectors: once a picture, kept and renewed like all others."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from engine.curate.looks import LOOK_LENGTH, LOOK_MODEL, look


class Looker:
    """Measures pictures; no network, no weights. Implements `engine.curate.embedders.Embedder`."""

    @property
    def name(self) -> str:
        """The name looks are kept under."""
        return LOOK_MODEL

    @property
    def dimensions(self) -> int:
        """Length of a look."""
        return LOOK_LENGTH

    def embed(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """The looks of RGB pages as `(n, LOOK_LENGTH)` float32, for `Looks.of`."""
        if not images:
            return np.zeros((0, LOOK_LENGTH), dtype=np.float32)
        with ThreadPoolExecutor(2) as pool:
            return np.stack(list(pool.map(look, images)))
