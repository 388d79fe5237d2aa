"""Groups: found again, ordered by size, and defined for the smallest collections."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.curate import clusters
from engine.curate.clusters import NO_CLUSTER, best_k, cluster, hdbscan, kmeans, standardise, typical
from engine.curate.projection import project
from engine.errors import UserError


def blobs(sizes=(30, 20, 10), d=64, spread=0.05):
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(len(sizes), d))
    vectors = np.concatenate(
        [c + spread * rng.normal(size=(n, d)) for c, n in zip(centres, sizes, strict=True)]
    )
    return vectors.astype(np.float32), np.repeat(np.arange(len(sizes)), sizes)


def test_the_groups_are_found_and_numbered_by_size():
    vectors, truth = blobs()
    order = np.random.default_rng(0).permutation(len(vectors))
    labels = kmeans(standardise(vectors[order]), k=3)
    assert np.array_equal(labels, truth[order])
    assert np.array_equal(labels, kmeans(standardise(vectors[order]), k=3))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.integers(1, 9), st.integers(0, 3))
def test_any_size_and_k_give_gapless_labels_of_falling_size(n, k, repeats):
    vectors = np.random.default_rng(n).normal(size=(n, 6)).astype(np.float32)
    vectors = np.concatenate([vectors] * (repeats + 1))
    labels = kmeans(standardise(vectors), k=k)
    counts = np.bincount(labels)
    assert len(labels) == len(vectors) and len(counts) <= k
    assert (counts > 0).all() and (np.diff(counts) <= 0).all()


def test_k_below_one_is_an_error():
    with pytest.raises(ValueError, match="at least 1"):
        kmeans(np.zeros((3, 2), np.float32), k=0)


def test_the_length_of_a_vector_does_not_matter_and_scale_is_fixed():
    vectors, _ = blobs()
    even = standardise(vectors)
    assert even.shape == (60, 32) and even.dtype == np.float32
    np.testing.assert_allclose(np.abs(even), np.abs(standardise(vectors * 7)), atol=1e-4)
    assert np.mean((even**2).sum(axis=1)) == pytest.approx(1.0, abs=1e-4)
    assert not standardise(np.ones((4, 5), np.float32)).any()


@pytest.mark.parametrize("sizes", [(30, 20, 10), (20, 20, 15, 10, 8), (60, 50, 40, 30, 20, 15, 10)])
def test_the_silhouette_finds_the_number_of_groups(sizes):
    vectors = standardise(blobs(sizes)[0])
    assert best_k(vectors) == len(sizes)
    assert np.array_equal(cluster(vectors), kmeans(vectors, k=len(sizes)))


def test_the_silhouette_is_defined_for_the_smallest_collections():
    for n in range(6):
        distinct = np.random.default_rng(n).normal(size=(n, 4)).astype(np.float32)
        assert 1 <= best_k(distinct) <= max(n, 1)
    assert best_k(np.ones((50, 4), np.float32)) == 1


def test_many_items_are_judged_by_some_and_the_answer_stays_the_same(monkeypatch):
    monkeypatch.setattr(clusters, "_JUDGED", 120)
    vectors = standardise(blobs((200, 150, 120, 100, 80, 60))[0])
    assert best_k(vectors) == best_k(vectors) == 6


def test_k_means_of_many_items_by_small_batches_finds_the_groups(monkeypatch):
    monkeypatch.setattr(clusters, "_SMALL_BATCHES_FROM", 100)
    vectors, truth = blobs((120, 80, 40))
    labels = kmeans(standardise(vectors), k=3)
    assert np.array_equal(labels, truth)
    assert np.array_equal(labels, kmeans(standardise(vectors), k=3))


def with_odd_ones():
    """Three groups, and a few items far from all and from each other."""
    vectors, truth = blobs((60, 40, 20), d=12)
    odd = 4 * np.random.default_rng(3).normal(size=(5, 12)).astype(np.float32)
    return np.concatenate([vectors, odd]), np.concatenate([truth, np.full(5, NO_CLUSTER)])


@pytest.mark.parametrize("most", [1000, 80])
def test_dense_groups_are_found_and_odd_items_left_out(monkeypatch, most):
    monkeypatch.setattr(clusters, "_MOST_DENSE", most)
    vectors, truth = with_odd_ones()
    order = np.random.default_rng(0).permutation(len(vectors))
    labels = cluster(vectors[order], "hdbscan")
    if most > len(vectors):
        assert np.array_equal(labels, truth[order])
    inside = truth[order] >= 0
    assert np.array_equal(labels[inside], truth[order][inside]), "those not looked at go with their nearest"


def test_few_or_equal_items_are_in_no_cluster_or_in_one():
    assert hdbscan(np.zeros((0, 4), np.float32)).tolist() == []
    assert hdbscan(np.zeros((3, 4), np.float32)).tolist() == [NO_CLUSTER] * 3
    assert len(set(hdbscan(np.zeros((30, 4), np.float32)).tolist())) == 1


def test_unknown_ways_and_numbers_are_refused_with_advice():
    vectors = np.zeros((3, 2), np.float32)
    with pytest.raises(UserError, match="kmeans, hdbscan"):
        cluster(vectors, "dbscan")
    with pytest.raises(UserError, match="Choose 1 or more"):
        cluster(vectors, k=0)


def test_the_typical_ones_leave_out_what_is_in_no_cluster():
    found = typical(np.zeros((4, 2), np.float32), np.array([0, NO_CLUSTER, 0, NO_CLUSTER], np.int32))
    assert set(found) == {0} and found[0].tolist() == [0, 2]


def test_the_covariance_gives_the_components_of_the_full_solver(monkeypatch):
    vectors = blobs((300, 200), d=40)[0]
    exact = standardise(vectors)
    monkeypatch.setattr(clusters, "_is_small", lambda vectors: False)
    np.testing.assert_allclose(np.abs(standardise(vectors)), np.abs(exact), atol=2e-3)


def test_the_typical_ones_are_nearest_to_the_centre():
    vectors = np.array([[0, 0], [1, 0], [9, 0], [50, 50]], dtype=np.float32)
    found = typical(vectors, np.array([0, 0, 0, 1], dtype=np.int32), per_cluster=2)
    assert found[0].tolist() == [1, 0] and found[1].tolist() == [3]


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 40])
def test_a_map_fits_the_square_for_any_number_of_items(method, n):
    vectors = standardise(np.random.default_rng(n).normal(size=(n, 20)).astype(np.float32))
    plane = project(vectors, method, seed=3)
    assert plane.shape == (n, 2) and plane.dtype == np.float32 and np.isfinite(plane).all()
    if n > 1:
        assert np.abs(plane).max() == pytest.approx(1.0, abs=1e-5)
        assert np.array_equal(plane, project(vectors, method, seed=3))


def test_equal_items_lie_on_one_spot_and_unknown_methods_are_refused():
    assert not project(np.ones((9, 4), np.float32), "tsne").any()
    with pytest.raises(UserError, match="umapp"):
        project(np.ones((9, 4), np.float32), "umapp")


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_neighbours_stay_together(method):
    vectors, truth = blobs()
    plane = project(standardise(vectors), method)
    distance = np.linalg.norm(plane[:, None] - plane[None], axis=2) + 10 * np.eye(len(plane))
    assert (truth[distance.argmin(axis=1)] == truth).mean() == 1.0
