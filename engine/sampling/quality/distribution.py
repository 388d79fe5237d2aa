"""Two sets of feature vectors: is it the same distribution, is it real, is it all of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
NEIGHBOURS = 5


class Spread(NamedTuple):
    """Figures of one set of drawings against real ones.

    Attributes:
        kid: Kernel distance, 0 for the same distribution, whatever the number of drawings.
        density: How deep among the real ones a drawing lies, 1 as real ones do.
        coverage: Share of real drawings that have one of the set nearby.
    """

    kid: float
    density: float
    coverage: float


def compare(real: Features, drawn: Features) -> Spread:
    """Compare `drawn` `(m, d)` with `real` `(n, d)`."""
    density, coverage = density_and_coverage(real, drawn)
    return Spread(kid(real, drawn), density, coverage)


def kid(real: Features, drawn: Features) -> float:
    """Squared maximum mean discrepancy, unbiased, with the cubic kernel.

    Source: Binkowski et al. 2018, "Demystifying MMD GANs", section 3.
    """
    return float(
        _mean_off_diagonal(_kernel(real, real))
        + _mean_off_diagonal(_kernel(drawn, drawn))
        - 2 * _kernel(real, drawn).mean()
    )


def density_and_coverage(real: Features, drawn: Features, k: int = NEIGHBOURS) -> tuple[float, float]:
    """How real, and how much of the real.

    A real drawing's ball reaches to its `k`-th nearest real neighbour. Density counts the balls that drawings
    lie in, coverage the balls that hold any. With as many drawings as real ones, real ones get 1 and
    `1 - 2^-k`.

    Source: Naeem et al. 2020, "Reliable Fidelity and Diversity Metrics for Generative Models", section 3.

    Args:
        real: `(n, d)`, `n > k`.
        drawn: `(m, d)`.
        k: Neighbours.
    """
    inside = in_balls(real, drawn, k)
    return float(inside.sum() / (k * len(drawn))), float(inside.any(axis=1).mean())


def in_balls(real: Features, drawn: Features, k: int = NEIGHBOURS) -> NDArray[np.bool_]:
    """`(n, m)`: whether each drawing lies in each real one's ball."""
    # The nearest of all is the drawing itself.
    radii = np.partition(_squared_distances(real, real), k, axis=1)[:, k]
    return np.asarray(_squared_distances(real, drawn) <= radii[:, None])


def _kernel(a: Features, b: Features) -> NDArray[np.float64]:
    return np.asarray((a.astype(np.float64) @ b.T.astype(np.float64) / a.shape[1] + 1) ** 3)


def _mean_off_diagonal(square: NDArray[np.float64]) -> float:
    n = len(square)
    return float((square.sum() - np.trace(square)) / (n * (n - 1)))


def _squared_distances(a: Features, b: Features) -> NDArray[np.float64]:
    left, right = a.astype(np.float64), b.astype(np.float64)
    squares = np.square(left).sum(1)[:, None] + np.square(right).sum(1) - 2 * left @ right.T
    return np.asarray(np.maximum(squares, 0.0))
