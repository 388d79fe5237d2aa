"""Embedders: real weights, honest errors, no waiting for a network that is not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from engine.curate import openclip
from engine.curate.embedders import DEFAULT_EMBEDDER, load_embedder
from engine.errors import UserError
from tests.engine.curate.pages import drawing, painting
from tests.engine.curate.tiny_clip import TINY, save_clip, tiny_clip


@pytest.fixture(scope="module")
def default():
    return load_embedder()


def test_the_default_sees_what_is_alike(default):
    pages = [drawing(1, "left"), drawing(1, "right"), drawing(2), painting(1), painting(2)]
    vectors = default.embed(pages)
    assert vectors.shape == (5, default.dimensions) == (5, 1280) and vectors.dtype == np.float32
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = unit @ unit.T
    assert alike[0, 1] > 0.97, "the side of the binding must not matter"
    assert alike[0, 2] > alike[0, 3] and alike[3, 4] > alike[3, 0]


def test_batches_do_not_change_a_vector(default):
    pages = [drawing(seed) for seed in range(18)]
    np.testing.assert_allclose(default.embed(pages)[17], default.embed(pages[17:])[0], atol=1e-4)
    assert default.embed([]).shape == (0, 1280)
    assert default.name == DEFAULT_EMBEDDER


def test_unknown_names_are_refused_with_advice():
    with pytest.raises(UserError, match="open_clip:ViT-B-32"):
        load_embedder("resnet")
    with pytest.raises(UserError, match="names no weights"):
        load_embedder("open_clip:ViT-B-32")


@pytest.fixture
def cut_off(monkeypatch, tmp_path):
    """A machine whose network swallows every packet and whose cache is empty."""
    monkeypatch.setenv("HF_ENDPOINT", "https://192.0.2.1")  # TEST-NET: routed nowhere
    monkeypatch.setattr("urllib.request.getproxies", dict)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(openclip, "_clip_cache", lambda: tmp_path / "clip")
    return tmp_path


@pytest.mark.parametrize("told", ["1", ""])
def test_without_a_network_a_tag_fails_within_a_second(cut_off, monkeypatch, told):
    monkeypatch.setenv("HF_HUB_OFFLINE", told)
    start = time.perf_counter()
    with pytest.raises(UserError, match="MODEL@FILE"):
        load_embedder("open_clip:ViT-B-32/laion2b_s34b_b79k")
    assert time.perf_counter() - start < 1.0


def test_the_refusal_does_not_wait_for_torch():
    code = (
        "import sys\n"
        "from engine.curate.embedders import load_embedder\n"
        "try: load_embedder('open_clip:ViT-B-32/laion2b_s34b_b79k')\n"
        "except Exception as error: print(type(error).__name__, 'torch' in sys.modules)"
    )
    nowhere = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": "/nowhere", "HOME": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | nowhere, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["UserError", "False"], done.stderr


def test_cached_weights_are_found_without_a_network(cut_off):
    repository = cut_off / "hub/models--some--clip"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs/main").write_text("abc")
    weights = repository / "snapshots/abc/open_clip_pytorch_model.bin"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"weights")
    assert openclip._anything_cached()
    assert openclip._cached_weights({"hf_hub": "some/clip/"}) == weights
    assert openclip._cached_weights({"hf_hub": "other/clip/"}) is None
    with pytest.raises(UserError, match="out of reach"):
        load_embedder("open_clip:ViT-B-32/laion2b_s34b_b79k")
    with pytest.raises(UserError, match="laion2b_s34b_b79k"):
        load_embedder("open_clip:ViT-B-32/no-such-tag")


@pytest.fixture(scope="module")
def tiny_model():
    return tiny_clip()


@pytest.fixture
def folder(tmp_path, tiny_model):
    return save_clip(tiny_model, tmp_path)


def test_a_folder_loads_its_own_weights(folder, tiny_model):
    embedder = load_embedder(f"open_clip:{folder}")
    vectors = embedder.embed([drawing(1), drawing(2)])
    assert vectors.shape == (2, 12) and embedder.dimensions == 12
    tower = embedder._tower.state_dict()
    assert all(torch.equal(tower[key], value) for key, value in tiny_model.visual.state_dict().items())


def test_a_checkpoint_file_loads_into_a_registered_model(folder, tiny_model, tmp_path):
    import open_clip

    (tmp_path / "tiny-test-clip.json").write_text(json.dumps(TINY["model_cfg"]))
    open_clip.add_model_config(tmp_path / "tiny-test-clip.json")
    torch.save(tiny_model.state_dict(), tmp_path / "ckpt.pt")
    one = load_embedder(f"open_clip:tiny-test-clip@{tmp_path / 'ckpt.pt'}")
    other = load_embedder(f"open_clip:tiny-test-clip@{folder / 'open_clip_model.safetensors'}")
    np.testing.assert_array_equal(one.embed([drawing(3)]), other.embed([drawing(3)]))
    with pytest.raises(UserError, match="cannot be loaded"):
        load_embedder(f"open_clip:no-such-model@{tmp_path / 'ckpt.pt'}")


def test_an_incomplete_checkpoint_names_what_is_missing(folder, tiny_model):
    from safetensors.torch import save_file

    state = tiny_model.state_dict()
    del state["visual.proj"], state["visual.conv1.weight"]
    save_file(state, folder / "open_clip_model.safetensors")
    with pytest.raises(UserError, match=r"lacks 2 tensors: .*visual\.proj"):
        load_embedder(f"open_clip:{folder}")


def test_folders_and_files_that_are_not_there_or_damaged(folder, tmp_path):
    with pytest.raises(UserError, match="no checkpoint"):
        load_embedder("open_clip:ViT-B-32@/nowhere/x.pt")
    with pytest.raises(UserError, match=r"open_clip_config\.json"):
        load_embedder("open_clip:/nowhere")
    (folder / "open_clip_model.safetensors").write_bytes(b"not weights at all")
    with pytest.raises(UserError, match="damaged"):
        load_embedder(f"open_clip:{folder}")
    (folder / "open_clip_model.safetensors").unlink()
    with pytest.raises(UserError, match="holds no weights"):
        load_embedder(f"open_clip:{folder}")


def test_a_checkpoint_that_would_run_code_is_not_run(folder, tmp_path):
    import pickle

    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    (folder / "open_clip_model.safetensors").unlink()
    (folder / "open_clip_pytorch_model.bin").write_bytes(pickle.dumps({"a": Trap()}, protocol=2))
    with pytest.raises(UserError):
        load_embedder(f"open_clip:{folder}")
    assert not (tmp_path / "sprung").exists()
