import json

import numpy as np
import pytest

from engine.dataset.build import SourceDrawing, build
from engine.dataset.recipe import Recipe, recipe_hash
from engine.dataset.store import load_dataset, load_manifest, save_dataset
from engine.errors import UserError
from tests.engine.dataset.test_build import items, wave


@pytest.fixture
def dataset():
    return build([*items(12), SourceDrawing("tiny", "t", wave(3))], Recipe())


def test_a_version_comes_back_whole(tmp_path, dataset):
    recipe = Recipe(seed=0)
    save_dataset(tmp_path / "d", dataset, recipe, name="first", version=3)
    stored = load_dataset(tmp_path / "d")
    assert stored.recipe == recipe
    for (_, before), (_, after) in zip(dataset.splits(), stored.dataset.splits(), strict=True):
        assert (after.ids, after.pages) == (before.ids, before.pages)
        for one, other in zip(before.rows, after.rows, strict=True):
            np.testing.assert_array_equal(one, other)
    assert stored.dataset.dropped == dataset.dropped


def test_the_manifest_accounts_for_every_drawing(tmp_path, dataset):
    manifest = save_dataset(tmp_path / "d", dataset, Recipe(), name="first", version=3)
    assert manifest == load_manifest(tmp_path / "d")
    assert (manifest["name"], manifest["version"]) == ("first", 3)
    assert manifest["recipe_hash"] == recipe_hash(Recipe())
    assert len(manifest["drawings"]) == sum(c["drawings"] for c in manifest["counts"].values()) == 24
    assert manifest["dropped"][0]["id"] == "tiny"


def test_sketchrnn_code_can_read_it(tmp_path, dataset):
    save_dataset(tmp_path / "d", dataset, Recipe(), name="first")
    data = np.load(tmp_path / "d" / "data.npz", allow_pickle=True, encoding="latin1")
    assert set(data.files) == {"train", "valid", "test"}
    assert data["train"].dtype == object
    assert data["train"][0].shape[1] == 3
    assert data["train"][0][-1, 2] == 1


def test_drawings_equally_long_stay_a_list(tmp_path):
    pages = [SourceDrawing(f"d{i}", f"p{i}", wave(30, shift=i)) for i in range(8)]
    recipe = Recipe(rdp_epsilon_units=0)
    save_dataset(tmp_path / "d", build(pages, recipe), recipe, name="x")
    assert np.load(tmp_path / "d" / "data.npz", allow_pickle=True)["train"].ndim == 1
    assert len(load_dataset(tmp_path / "d").dataset.train) > 0


def test_a_version_is_never_overwritten(tmp_path, dataset):
    save_dataset(tmp_path / "d", dataset, Recipe(), name="first")
    with pytest.raises(UserError, match="exists"):
        save_dataset(tmp_path / "d", dataset, Recipe(), name="first")


def test_altered_data_is_noticed(tmp_path, dataset):
    save_dataset(tmp_path / "d", dataset, Recipe(), name="first")
    save_dataset(tmp_path / "e", build(items(12), Recipe(seed=5)), Recipe(seed=5), name="other")
    (tmp_path / "e" / "data.npz").replace(tmp_path / "d" / "data.npz")
    with pytest.raises(UserError, match="does not match"):
        load_dataset(tmp_path / "d")


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"format": 99})])
def test_a_damaged_manifest_is_named(tmp_path, dataset, text):
    save_dataset(tmp_path / "d", dataset, Recipe(), name="first")
    (tmp_path / "d" / "manifest.json").write_text(text)
    with pytest.raises(UserError, match=r"manifest\.json"):
        load_dataset(tmp_path / "d")


def test_a_folder_that_is_no_dataset_is_named(tmp_path):
    with pytest.raises(UserError, match="not a dataset"):
        load_dataset(tmp_path)
