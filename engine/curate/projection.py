"""Vectors to a flat map: PCA, t-SNE (van der Maaten & Hinton 2008), UMAP (McInnes, Healy & Melville 2018)."""

from __future__ import annotations

import importlib.util
import warnings
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError

Method = Literal["pca", "tsne", "umap"]
METHODS: tuple[str, ...] = get_args(Method)
_LEAST_TO_BEND = 5  # items; fewer have no neighbourhoods
_FEW_FOR_TSNE = 1_000
_MOST_TSNE = 3_000  # items; its time grows faster than they do
_PLACED_BY = 5  # neighbours
_ISLAND = 0.05  # of the map's longer side: what lies farther apart is not one island
_NEIGHBOURS_UMAP = 15


def available_methods() -> tuple[str, ...]:
    """The projections that can be made on this machine: UMAP is an extra, to be installed."""
    return tuple(method for method in METHODS if method != "umap" or _umap_is_there())


def project(vectors: NDArray[np.float32], method: str = "tsne", seed: int = 0) -> NDArray[np.float32]:
    """Lay vectors out in the plane.

    Args:
        vectors: `(n, d)`, as `features.features` or `clusters.standardise` gives them.
        method: `pca`, `tsne` or `umap`; fewer than five vectors are always laid out by PCA. Of more than
            3,000, t-SNE lays out that many, chosen by the seed, and puts each other one among its nearest.
        seed: Of t-SNE and UMAP.

    Returns:
        `(n, 2)` float32 around the origin, the longer side from -1 to 1.

    Raises:
        UserError: if the method is unknown, or UMAP is not installed.
    """
    if method not in METHODS:
        raise UserError(f"There is no projection called {method!r}.", f"Use one of: {', '.join(METHODS)}.")
    if method == "umap" and not _umap_is_there():
        raise UserError(
            "UMAP is not installed.",
            "Install it: uv pip install umap-learn (or uv sync --extra umap); or choose tsne or pca.",
        )
    bent = method != "pca" and len(vectors) >= _LEAST_TO_BEND and np.ptp(vectors, axis=0).max() > 1e-9
    if not bent:
        return _fit_square(_pca(vectors))
    return _fit_square(_tsne(vectors, seed) if method == "tsne" else _umap(vectors, seed))


def _umap_is_there() -> bool:
    return importlib.util.find_spec("umap") is not None


def _umap(vectors: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    import umap

    neighbours = min(_NEIGHBOURS_UMAP, len(vectors) - 1)
    # With a seed it takes one worker, and else would say so. It begins as t-SNE does: its own start, by the
    # spectrum of the graph, fails where groups do not hang together.
    model = umap.UMAP(
        n_neighbors=neighbours, init=_start(vectors) * 1e5, random_state=seed, n_jobs=1, min_dist=0.1
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(model.fit_transform(vectors), dtype=np.float64)


def _tsne(vectors: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    if len(vectors) <= _MOST_TSNE:
        return _tsne_of_all(vectors, seed)
    chosen = np.sort(np.random.default_rng(seed).choice(len(vectors), _MOST_TSNE, replace=False))
    return _placed(vectors, chosen, _tsne_of_all(vectors[chosen], seed))


def _tsne_of_all(vectors: NDArray[np.float32], seed: int) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    few = len(vectors) < _FEW_FOR_TSNE
    tsne = TSNE(
        2,
        perplexity=min(30.0, (len(vectors) - 1) / 3.0),
        init=_start(vectors),
        learning_rate="auto",
        max_iter=1000 if few else 500,  # from a start by PCA, little moves after that
        random_state=seed,
    )
    # Threads that wait for each other a thousand times cost more than they bring.
    with threadpool_limits(1 if few else None):
        return np.asarray(tsne.fit_transform(vectors), dtype=np.float64)


def _placed(
    vectors: NDArray[np.float32], chosen: NDArray[np.intp], plane: NDArray[np.float64]
) -> NDArray[np.float64]:
    """All in the plane: the chosen where they are, each other one amid its nearest of them.

    Where the nearest lie on several islands it goes to the island of the most, not into the water between.
    """
    from sklearn.neighbors import NearestNeighbors

    distances, nearest = NearestNeighbors(n_neighbors=_PLACED_BY).fit(vectors[chosen]).kneighbors(vectors)
    pull = 1.0 / (distances + 1e-3 * distances.mean() + 1e-12)
    around = plane[nearest]
    apart = np.linalg.norm(around[:, :, None] - around[:, None], axis=-1)
    middle = np.argmin(np.sum(apart * pull[:, None, :], axis=2), axis=1)
    from_middle = apart[np.arange(len(around)), middle]
    pull[from_middle > _ISLAND * np.ptp(plane, axis=0).max()] = 0.0
    found = np.sum(around * pull[:, :, None], axis=1) / pull.sum(axis=1, keepdims=True)
    found[chosen] = plane
    return np.asarray(found, dtype=np.float64)


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
