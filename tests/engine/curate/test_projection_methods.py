"""UMAP where it is installed, t-SNE of more than it can take, and what is said where something is missing."""

from __future__ import annotations

import sys
import types
from importlib.machinery import ModuleSpec
from typing import ClassVar

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from engine.curate import projection
from engine.curate.projection import available_methods, project
from engine.errors import UserError


def islands(sizes=(40, 30, 30), d=16):
    random = np.random.default_rng(1)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    vectors = 2 * random.normal(size=(len(sizes), d))[groups] + 0.3 * random.normal(size=(len(groups), d))
    return vectors.astype(np.float32), groups


def neighbours_agree(places, groups):
    nearest = NearestNeighbors(n_neighbors=6).fit(places).kneighbors(places, return_distance=False)
    return (groups[nearest[:, 1:]] == groups[:, None]).mean()


class FakeUmap:
    """Stands for umap.UMAP: notes how it was asked, answers with the start it was given."""

    asked: ClassVar[dict] = {}

    def __init__(self, **settings):
        FakeUmap.asked = settings

    def fit_transform(self, vectors):
        assert len(vectors) == len(self.asked["init"])
        return self.asked["init"]


@pytest.fixture
def without_umap(monkeypatch):
    monkeypatch.setattr(projection, "_umap_is_there", lambda: False)


@pytest.fixture
def fake_umap(monkeypatch):
    module = types.ModuleType("umap")
    module.__spec__ = ModuleSpec("umap", None)
    module.UMAP = FakeUmap
    monkeypatch.setitem(sys.modules, "umap", module)


def test_without_the_extra_umap_says_how_to_get_it(without_umap):
    assert available_methods() == ("pca", "tsne")
    with pytest.raises(UserError, match="not installed") as told:
        project(islands()[0], "umap")
    assert "uv pip install umap-learn" in told.value.hint


def test_umap_is_asked_with_the_seed_and_sensible_neighbours(fake_umap):
    assert available_methods() == ("pca", "tsne", "umap")
    vectors, _ = islands((8, 4))
    places = project(vectors, "umap", seed=7)
    assert FakeUmap.asked["random_state"] == 7 and FakeUmap.asked["n_neighbors"] == 11
    assert places.shape == (12, 2) and np.abs(places).max() == pytest.approx(1.0)


def test_too_few_items_are_laid_out_by_pca_even_so(fake_umap):
    vectors, _ = islands((2, 2))
    np.testing.assert_array_equal(project(vectors, "umap"), project(vectors, "pca"))


def test_real_umap_keeps_groups_together_and_comes_out_the_same():
    pytest.importorskip("umap")
    vectors, groups = islands()
    places = project(vectors, "umap", seed=3)
    assert neighbours_agree(places, groups) > 0.97
    np.testing.assert_array_equal(places, project(vectors, "umap", seed=3))


def test_tsne_of_many_lays_out_some_and_places_the_rest_among_them(monkeypatch):
    vectors, groups = islands((60, 50, 40))
    monkeypatch.setattr(projection, "_MOST_TSNE", 60)
    places = project(vectors, "tsne", seed=2)
    assert places.shape == (150, 2) and np.isfinite(places).all()
    assert neighbours_agree(places, groups) > 0.97, "each goes to the island of its own kind"
    assert len(np.unique(places, axis=0)) > 140, "they do not fall on each other"
    np.testing.assert_array_equal(places, project(vectors, "tsne", seed=2))


def test_what_lies_between_two_islands_goes_to_one_of_them():
    vectors = np.array([[0, 0], [1, 0], [2, 0], [10, 0], [11, 0], [4.9, 0]], dtype=np.float32)
    plane = np.array([[0, 0], [0, 1], [1, 0], [100, 0], [101, 0]], dtype=np.float64)
    placed = projection._placed(vectors, np.arange(5), plane)
    assert np.array_equal(placed[:5], plane)
    assert placed[5, 0] < 2, "not into the water between"


def test_unknown_projections_are_refused():
    with pytest.raises(UserError, match="no projection"):
        project(islands()[0], "som")
