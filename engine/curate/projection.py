"""Vectors to a flat map, by PCA or t-SNE (van der Maaten & Hinton 2008)."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError

Method = Literal["pca", "tsne"]
METHODS: tuple[str, ...] = get_args(Method)
_LEAST_FOR_TSNE = 5


def project(vectors: NDArray[np.float32], method: str = "tsne", seed: int = 0) -> NDArray[np.float32]:
    """Lay vectors out in the plane.

    Args:
        vectors: `(n, d)`, as `clusters.standardise` gives them.
        method: `pca` or `tsne`; fewer than five vectors are always laid out by PCA.
        seed: Of t-SNE.

    Returns:
        `(n, 2)` float32 around the origin, the longer side from -1 to 1.

    Raises:
        UserError: if the method is unknown.
    """
    if method not in METHODS:
        raise UserError(f"There is no projection called {method!r}.", f"Use one of: {', '.join(METHODS)}.")
    if method == "tsne" and len(vectors) >= _LEAST_FOR_TSNE and np.ptp(vectors, axis=0).max() > 1e-9:
        return _fit_square(_tsne(vectors, seed))
    return _fit_square(_pca(vectors))


def _tsne(vectors: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(vectors) - 1) / 3.0)
    tsne = TSNE(2, perplexity=perplexity, init=_start(vectors), learning_rate="auto", random_state=seed)
    return np.asarray(tsne.fit_transform(vectors), dtype=np.float64)


def _start(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Begin from the PCA map, which keeps the far-apart far apart (Kobak & Berens 2019)."""
    plane = _pca(vectors)
    return np.asarray(plane / max(float(plane[:, 0].std()), 1e-12) * 1e-4, dtype=np.float32)


def _pca(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The first two principal components, signs fixed so that a map does not flip between runs."""
    plane = np.zeros((len(vectors), 2))
    if len(vectors) > 1:
        centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
        _, axes = np.linalg.eigh(centred.T @ centred)
        axes = axes[:, ::-1][:, :2]
        axes *= np.where(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] < 0, -1.0, 1.0)
        plane[:, : axes.shape[1]] = centred @ axes
    return plane


def _fit_square(plane: NDArray[np.float64]) -> NDArray[np.float32]:
    if len(plane) == 0:
        return np.zeros((0, 2), dtype=np.float32)
    low, high = plane.min(axis=0), plane.max(axis=0)
    half = float((high - low).max()) / 2.0
    scale = 1.0 / half if half > 1e-9 else 0.0
    return np.asarray((plane - (low + high) / 2.0) * scale, dtype=np.float32)
