"""Search by text: which models can, what their words come to, and the order of what is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from engine.curate.embedders import DEFAULT_EMBEDDER, has_text_tower, load_embedder, load_text_encoder
from engine.curate.embeddings import embed_items
from engine.curate.text_search import TextSearch, search_by_text, text_model
from engine.errors import UserError
from engine.project.project import Project
from engine.scans.catalogue import import_folder
from tests.engine.curate.pages import drawing
from tests.engine.curate.tiny_clip import TINY, save_clip, tiny_clip


@pytest.fixture(scope="module")
def model():
    return tiny_clip()


@pytest.fixture
def folder(tmp_path, model):
    (tmp_path / "clip").mkdir()
    return save_clip(model, tmp_path / "clip")


@pytest.fixture
def project(tmp_path):
    """Five pages that nothing has looked at yet."""
    (tmp_path / "scans").mkdir()
    for number in range(1, 6):
        Image.fromarray(drawing(number)).save(tmp_path / f"scans/sb01p{number:03d}.png")
    with Project.create(tmp_path / "p") as made:
        import_folder(made, tmp_path / "scans")
        yield made


def change_settings(folder, **text):
    settings = json.loads((folder / "open_clip_config.json").read_text())
    settings["model_cfg"]["text_cfg"] |= text
    (folder / "open_clip_config.json").write_text(json.dumps(settings))


def remember(project, model, vectors):
    with project.transaction() as index:
        index.executemany(
            "INSERT OR REPLACE INTO embeddings VALUES ('pages', ?, ?, '', ?)",
            [(model, id_, np.asarray(vector, "<f4").tobytes()) for id_, vector in vectors.items()],
        )


@pytest.mark.parametrize(
    ("name", "can"),
    [
        (DEFAULT_EMBEDDER, False),
        ("open_clip:ViT-B-32/laion2b_s34b_b79k", True),
        ("open_clip:ViT-B-32@/not/looked/at.pt", True),
        ("open_clip:ViT-B-16-SigLIP/webli", False),  # its tokenizer is the hub's
        ("open_clip:xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k", False),
        ("open_clip:no-such-model/tag", False),
        ("open_clip:/nowhere", False),
        ("open_clip:", False),
        ("resnet", False),
    ],
)
def test_which_models_know_words(name, can):
    assert has_text_tower(name) is can


def test_asking_costs_no_heavy_import():
    code = (
        "import sys; from engine.curate.embedders import has_text_tower as has\n"
        "print(has('open_clip:ViT-B-32/laion2b_s34b_b79k'), {'torch', 'open_clip'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "set()"]


def test_a_folder_s_words_are_those_of_its_model(folder, model):
    import open_clip

    encoder = load_text_encoder(f"open_clip:{folder}")
    assert has_text_tower(encoder.name)
    vector = encoder.encode("two sheep")
    assert vector.shape == (12,) and vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    tokens = open_clip.SimpleTokenizer(context_length=16)(
        [
            "a line drawing of two sheep",
            "a continuous line drawing of two sheep",
            "a simple pen sketch of two sheep",
            "two sheep, drawn with a black pen on white paper",
        ]
    )
    with torch.no_grad():
        each = model.eval().encode_text(tokens, normalize=True)
    np.testing.assert_allclose(vector, torch.nn.functional.normalize(each.mean(0), dim=0), atol=1e-5)
    assert not np.allclose(vector, encoder.encode("a boat"), atol=1e-3)


def test_any_text_can_be_encoded(folder):
    encoder = load_text_encoder(f"open_clip:{folder}")
    for text in ("{}", "{0} %s", "é" * 500, "a " * 300, "\x00", "👩‍🎨"):
        assert np.isfinite(encoder.encode(text)).all()


def test_a_checkpoint_of_a_registered_model_has_words_too(folder, tmp_path):
    import open_clip

    (tmp_path / "tiny-text-clip.json").write_text(json.dumps(TINY["model_cfg"]))
    open_clip.add_model_config(tmp_path / "tiny-text-clip.json")
    one = load_text_encoder(f"open_clip:tiny-text-clip@{folder / 'open_clip_model.safetensors'}")
    other = load_text_encoder(f"open_clip:{folder}")
    np.testing.assert_array_equal(one.encode("a boat"), other.encode("a boat"))


def test_no_tensor_of_the_text_tower_stays_random(folder):
    state = load_file(folder / "open_clip_model.safetensors")
    del state["text_projection"], state["token_embedding.weight"]
    save_file(state, folder / "open_clip_model.safetensors")
    with pytest.raises(UserError, match=r"lacks 2 tensors: .*t.*_"):
        load_text_encoder(f"open_clip:{folder}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ({"hf_tokenizer_name": "bert-base-uncased"}, "tokenizer of the hub"),
        ({"hf_model_name": "roberta-base"}, "tokenizer of the hub"),
        ({"vocab_size": 64000}, "vocabulary"),
    ],
)
def test_words_that_need_the_network_are_refused_before_anything_is_loaded(folder, text, reason):
    change_settings(folder, **text)
    (folder / "open_clip_model.safetensors").write_bytes(b"not looked at")
    assert not has_text_tower(f"open_clip:{folder}")
    with pytest.raises(UserError, match=reason):
        load_text_encoder(f"open_clip:{folder}")


def test_models_without_words_are_refused_with_advice():
    with pytest.raises(UserError, match=r"pictures only.*open_clip:ViT-B-32"):
        load_text_encoder(DEFAULT_EMBEDDER)
    with pytest.raises(UserError, match="knows no model"):
        load_text_encoder("open_clip:no-such-model/tag")
    with pytest.raises(UserError, match="names no weights"):
        load_text_encoder("open_clip:ViT-B-32")


def test_a_tag_out_of_reach_is_refused_without_waiting_for_torch():
    code = (
        "import sys\n"
        "from engine.curate.embedders import load_text_encoder\n"
        "try: load_text_encoder('open_clip:ViT-B-32/laion2b_s34b_b79k')\n"
        "except Exception as error: print(type(error).__name__, 'torch' in sys.modules, error)"
    )
    nowhere = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": "/nowhere", "HOME": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | nowhere, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("UserError False") and "MODEL@FILE" in done.stdout, done.stderr


def test_pages_are_ranked_by_their_likeness_to_the_words(project, folder):
    name = f"open_clip:{folder}"
    embed_items(project, model=name)
    found = search_by_text(project, "pages", " two sheep ")
    words, embedder = load_text_encoder(name).encode("two sheep"), load_embedder(name)
    pictures = embedder.embed([drawing(number) for number in range(1, 6)])
    cosines = (pictures / np.linalg.norm(pictures, axis=1, keepdims=True)) @ words
    expected = {f"sb01p{number:03d}": cosines[number - 1] for number in range(1, 6)}
    assert [id_ for id_, _ in found] == sorted(expected, key=expected.get, reverse=True)
    assert all(cosine == pytest.approx(expected[id_], abs=1e-3) for id_, cosine in found)
    assert search_by_text(project, "pages", "two sheep", 2) == found[:2]


def test_the_length_of_a_picture_s_vector_does_not_count(project, folder):
    name = f"open_clip:{folder}"
    sheep = load_text_encoder(name).encode("sheep")
    across = np.roll(sheep, 1) - sheep * (np.roll(sheep, 1) @ sheep)
    remember(
        project,
        name,
        {
            "sb01p001": across * 50,
            "sb01p002": sheep * 0.01,
            "sb01p003": sheep + across,
            "sb01p004": sheep * 0,
        },
    )
    found = search_by_text(project, "pages", "sheep")
    assert [id_ for id_, _ in found] == ["sb01p002", "sb01p003", *[id_ for id_, _ in found[2:]]]
    assert found[0][1] == pytest.approx(1, abs=1e-5)
    assert dict(found)["sb01p004"] == 0 and dict(found)["sb01p001"] == pytest.approx(0, abs=1e-5)


def test_of_several_models_the_fullest_with_words_is_asked(project, folder):
    assert text_model(project, "pages") is None
    ids = [f"sb01p{number:03d}" for number in range(1, 6)]
    remember(project, DEFAULT_EMBEDDER, dict.fromkeys(ids, np.ones(1280)))
    assert text_model(project, "pages") is None
    remember(project, f"open_clip:{folder}", dict.fromkeys(ids[:2], np.ones(12)))
    assert text_model(project, "pages") == f"open_clip:{folder}"
    assert text_model(project, "drawings") is None
    assert {id_ for id_, _ in search_by_text(project, "pages", "sheep")} == set(ids[:2])


def test_what_cannot_be_searched_says_why(project, folder):
    with pytest.raises(UserError, match=r"pages cannot be searched by text.*--level pages --model open_clip"):
        search_by_text(project, "pages", "sheep")
    remember(project, "open_clip:/gone/away", {"sb01p001": np.ones(12)})
    with pytest.raises(UserError, match="/gone/away"):
        search_by_text(project, "pages", "sheep")
    remember(project, f"open_clip:{folder}", {"sb01p001": np.ones(7)})
    with pytest.raises(UserError, match=r"12 numbers .* 7"):
        search_by_text(project, "pages", "sheep")
    with pytest.raises(UserError, match="nothing to look for"):
        search_by_text(project, "pages", "  ")


def test_a_tower_is_loaded_once(project, folder):
    remember(project, f"open_clip:{folder}", {"sb01p001": np.ones(12)})
    search = TextSearch(project)
    first = search.search("pages", "sheep")
    (folder / "open_clip_model.safetensors").unlink()
    assert search.search("pages", "sheep") == first
