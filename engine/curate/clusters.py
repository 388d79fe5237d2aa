"""Groups of look-alikes: comparable embeddings, K-Means, and the most typical of each group."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError

ClusterMethod = Literal["kmeans", "hdbscan"]
CLUSTER_METHODS: tuple[str, ...] = get_args(ClusterMethod)
NO_CLUSTER = -1
"""The label of items that HDBSCAN finds in no cluster."""
_COMPONENTS = 32
_START_WORK = 8_000  # items times starts; 40 starts up to 200 items: with few it is luck what comes out
_SMALL_BATCHES_FROM = 50_000  # items, from which K-Means looks at a few thousand at a time
_JUDGED = 2_000  # items whose silhouette stands for all; it takes time with their square
_DENSE_COLUMNS = 10
_MOST_DENSE = 12_000  # items; HDBSCAN's time grows with their square
_K_OF_FEW = (2, 3, 4, 5, 6, 7, 8)
_K_OF_MANY = (5, 6, 7, 8, 10, 12, 14, 16, 20, 24)
_MANY = 100


def standardise(vectors: NDArray[np.float32], components: int = _COMPONENTS) -> NDArray[np.float32]:
    """Make the embeddings of one collection comparable: unit length, standardised, few components.

    There is no second scaling to unit length: it would pull what is like everything else, and has hardly any
    length left, as far out as the odd ones. On the 185 scans it costs 3 to 5 points of agreement with the
    hand labels at k = 8.

    Args:
        vectors: `(n, d)`, as an embedder gives them.
        components: At most this many principal components are kept.

    Returns:
        `(n, m)` float32 with `m <= components`, scaled to unit mean square length; zeros when all are equal.
    """
    kept = min(components, *vectors.shape)
    # Single precision halves the memory where that counts; small collections stay exact.
    unit: NDArray[np.floating] = vectors.astype(np.float64 if _is_small(vectors) else np.float32)
    unit = unit / np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
    if len(unit) == 0 or np.ptp(unit, axis=0).max() < 1e-6:
        return np.zeros((len(unit), kept), dtype=np.float32)
    spread = unit.std(axis=0)
    scores = _principal_scores((unit - unit.mean(axis=0)) / (spread + 1e-6 * spread.mean()), kept)
    return np.asarray(scores / np.sqrt(np.mean(np.sum(scores**2, axis=1))), dtype=np.float32)


def _is_small(vectors: NDArray[np.floating]) -> bool:
    return vectors.size < 3_000_000


def _principal_scores(centred: NDArray[np.floating], components: int) -> NDArray[np.float64]:
    """PCA scores; by way of the covariance where there are more items than numbers in a vector."""
    from sklearn.decomposition import PCA

    wide = centred.shape[0] <= centred.shape[1] or components >= centred.shape[1]
    solver = "full" if _is_small(centred) else "randomized" if wide else "covariance_eigh"
    pca = PCA(components, svd_solver=solver, random_state=0)
    return np.asarray(pca.fit_transform(centred), dtype=np.float64)


def cluster(
    vectors: NDArray[np.float32], method: str = "kmeans", k: int | None = None, seed: int = 0
) -> NDArray[np.int32]:
    """Group look-alikes.

    Args:
        vectors: `(n, d)`, as `features.features` or `standardise` gives them.
        method: `kmeans`, or `hdbscan`, which finds the number of clusters by itself and leaves odd items out.
        k: Number of clusters of K-Means; None chooses it by silhouette. HDBSCAN does not heed it.
        seed: Of K-Means.

    Returns:
        `(n,)` int32 labels, cluster 0 the largest, without gaps; `NO_CLUSTER` for items in none.

    Raises:
        UserError: if the method is unknown or k is no number of clusters.
    """
    if method not in CLUSTER_METHODS:
        raise UserError(
            f"There is no way to cluster called {method!r}.", f"Use one of: {', '.join(CLUSTER_METHODS)}."
        )
    if method == "hdbscan":
        return hdbscan(vectors)
    if k is not None and k < 1:
        raise UserError(f"{k} is no number of clusters.", "Choose 1 or more, or leave it to be chosen.")
    return kmeans(vectors, best_k(vectors, seed) if k is None else k, seed)


def kmeans(vectors: NDArray[np.float32], k: int = 8, seed: int = 0) -> NDArray[np.int32]:
    """K-Means, the same for the same input; cluster 0 is the largest, then falling.

    Args:
        vectors: `(n, d)`, as `standardise` gives them.
        k: Number of clusters; fewer come out when there are fewer different vectors.
        seed: Of the starting centres.

    Returns:
        `(n,)` int32 labels from 0, without gaps.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    distinct = _distinct(vectors, k)
    if distinct <= 1:
        return np.zeros(len(vectors), dtype=np.int32)
    return _largest_first(_assigned(vectors, min(k, distinct), seed))


def _distinct(vectors: NDArray[np.float32], enough: int) -> int:
    """Number of different vectors; it stops counting where there are surely more than `enough`."""
    for rows in (vectors[: 4 * enough], vectors):
        found = len(np.unique(np.round(rows, 5), axis=0))
        if found > enough:
            break
    return found


def _assigned(
    vectors: NDArray[np.float32], k: int, seed: int, starts: int | None = None
) -> NDArray[np.int32]:
    from sklearn.cluster import KMeans, MiniBatchKMeans

    if len(vectors) >= _SMALL_BATCHES_FROM:
        model = MiniBatchKMeans(k, batch_size=4096, n_init=3, random_state=seed)
    else:
        starts = starts or int(np.clip(_START_WORK // len(vectors), 4, 40))
        model = KMeans(k, n_init=starts, random_state=seed)
    return np.asarray(model.fit_predict(vectors), dtype=np.int32)


def best_k(vectors: NDArray[np.float32], seed: int = 0) -> int:
    """The number of clusters with the best mean silhouette (Rousseeuw 1987).

    Of a hundred items and more, from 5 to 24 are tried: "the odd ones and the rest", nearly always best of
    all, helps nobody. Of fewer, 2 to 8. Judged on at most 2,000 items, chosen by the seed.

    Returns:
        The number; 1 where fewer than four items differ.
    """
    from sklearn.metrics import silhouette_score

    judged = vectors
    if len(vectors) > _JUDGED:
        chosen = np.random.default_rng(seed).choice(len(vectors), _JUDGED, replace=False)
        judged = vectors[np.sort(chosen)]
    tried = _K_OF_MANY if len(judged) >= _MANY else _K_OF_FEW
    distinct = _distinct(judged, tried[-1])
    if distinct < 4:
        return 1
    scores = {
        k: float(silhouette_score(judged, _assigned(judged, k, seed, starts=4)))
        for k in tried
        if k < distinct
    }
    return max(scores, key=lambda k: (scores[k], -k))


def hdbscan(vectors: NDArray[np.float32], least: int | None = None) -> NDArray[np.int32]:
    """HDBSCAN (Campello, Moulavi & Sander 2013): dense groups of any shape, and items in none.

    Args:
        vectors: `(n, d)`, as `features.features` or `standardise` gives them. Only the first ten columns are
            looked at: in more, everything is about equally far from everything.
        least: Members a cluster has at least; by the size of the collection when None.

    Returns:
        `(n,)` int32 labels, cluster 0 the largest, without gaps; `NO_CLUSTER` for items in none.
    """
    least = least or int(np.clip(len(vectors) // 100, 4, 50))
    labels = np.full(len(vectors), NO_CLUSTER, dtype=np.int32)
    if len(vectors) <= least:
        return labels
    found = _dense_groups(vectors[:, :_DENSE_COLUMNS], least)
    inside = found >= 0
    labels[inside] = _largest_first(found[inside])
    return labels


def _dense_groups(vectors: NDArray[np.float32], least: int) -> NDArray[np.int32]:
    """HDBSCAN's labels; of many items a part is clustered, and the rest go with their nearest there."""
    from scipy.spatial import KDTree
    from sklearn.cluster import HDBSCAN

    model = HDBSCAN(min_cluster_size=least, min_samples=2, copy=True)
    if len(vectors) <= _MOST_DENSE:
        return np.asarray(model.fit_predict(vectors), dtype=np.int32)
    part = np.random.default_rng(0).choice(len(vectors), _MOST_DENSE, replace=False)
    labels = np.asarray(model.fit_predict(vectors[part]), dtype=np.int32)
    nearest = KDTree(vectors[part]).query(vectors, workers=-1)[1]
    return np.asarray(labels[nearest], dtype=np.int32)


def _largest_first(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Number clusters by falling size, ties by first member, so that colours keep their meaning."""
    values, first, inverse, counts = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(values), dtype=np.int32)
    rank[np.lexsort((first, -counts))] = np.arange(len(values), dtype=np.int32)
    return np.asarray(rank[inverse], dtype=np.int32)


def typical(
    vectors: NDArray[np.float32], labels: NDArray[np.int32], per_cluster: int = 6
) -> dict[int, NDArray[np.int64]]:
    """The members nearest to each cluster's centre, nearest first.

    Args:
        vectors: `(n, d)`, as `standardise` gives them.
        labels: `(n,)` of `cluster`; what is in no cluster has no typical ones.
        per_cluster: How many of each.

    Returns:
        For each label the indices into `vectors`.
    """
    result: dict[int, NDArray[np.int64]] = {}
    for label in np.unique(labels[labels != NO_CLUSTER]):
        members = np.flatnonzero(labels == label)
        offsets = vectors[members] - vectors[members].mean(axis=0)
        order = np.argsort(np.linalg.norm(offsets, axis=1), kind="stable")
        result[int(label)] = members[order[:per_cluster]]
    return result
