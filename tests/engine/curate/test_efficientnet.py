"""The embedded embedder: the network of its paper, whatever runs it, and its graph kept and mended."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import platformdirs
import pytest

from engine.curate.crop import embedding_view
from engine.curate.efficientnet import EfficientNetLite0, _weight_file
from engine.curate.lite0_graph import build_graph
from engine.errors import BugError
from tests.engine.curate.pages import drawing, painting


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    return tmp_path / "cache"


def by_timm(pages):
    """The vectors of timm's implementation of the network, with the same weights, in torch."""
    import timm
    import torch

    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    stored = torch.load(_weight_file(), map_location="cpu", weights_only=True)
    network.load_state_dict(dict(zip(network.state_dict(), stored.values(), strict=True)))
    network.reset_classifier(0)
    views = np.stack([embedding_view(page, 224) for page in pages])
    pixels = torch.from_numpy(views).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.inference_mode():
        return network.eval()(pixels).numpy()


def test_the_vectors_are_those_of_the_reference_to_a_ten_thousandth():
    pages = [drawing(1, "left"), painting(1), drawing(2), np.full((300, 200, 3), 255, np.uint8)]
    ours, reference = EfficientNetLite0().embed(pages), by_timm(pages)
    assert np.abs(ours - reference).max() < 1e-4 * np.abs(reference).max()
    apart = np.linalg.norm(ours - reference, axis=1) / np.linalg.norm(reference, axis=1)
    assert apart.max() < 1e-4


def test_the_graph_is_written_once_and_read_after(cache):
    first = EfficientNetLite0().embed([drawing(1)])
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    np.testing.assert_array_equal(EfficientNetLite0().embed([drawing(1)]), first)
    assert [file.stat().st_mtime_ns for file in cache.iterdir()] == [written]


@pytest.mark.parametrize("damage", [b"", b"not a graph at all", None])
def test_a_damaged_graph_is_made_again(cache, damage):
    expected = EfficientNetLite0().embed([drawing(1)])
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    np.testing.assert_array_equal(EfficientNetLite0().embed([drawing(1)]), expected)
    assert kept.read_bytes() == whole


def test_without_a_place_to_keep_it_it_works_all_the_same(cache):
    cache.write_text("a file where the folder should be")
    assert EfficientNetLite0().embed([drawing(1)]).shape == (1, 1280)


def test_weights_of_another_layout_are_no_graph(tmp_path):
    import torch

    torch.save({"a": torch.zeros(3, 3, 3, 3)}, tmp_path / "other.pth")
    with pytest.raises(BugError, match="not laid out"):
        build_graph(tmp_path / "other.pth")


def test_once_the_graph_is_kept_embedding_needs_no_torch():
    EfficientNetLite0()
    code = (
        "import sys, numpy\n"
        "from engine.curate.embedders import load_embedder\n"
        "load_embedder().embed([numpy.zeros((30, 20, 3), numpy.uint8)])\n"
        "print(sorted({'torch', 'timm', 'onnx', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
