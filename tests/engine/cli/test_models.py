"""`singleline import-model` and `export-model`."""

import json

import numpy as np
import pytest
import torch

from engine.dataset.npz import object_array, read_npz
from engine.models.registry import make_model
from engine.models.sketchrnn_js import read_js, write_js
from engine.project.project import Project

WEB = {"hidden": 12, "absolute_position": False}


@pytest.fixture
def project(tmp_path):
    Project.create(tmp_path / "p").close()
    return tmp_path / "p"


def some_file(tmp_path, config=WEB):
    torch.manual_seed(0)
    path = tmp_path / "cat.gen.json"
    write_js(path, make_model("sketchrnn", config), name="cat", scale=8.0, max_points=40)
    return path


@pytest.mark.parametrize("config", [WEB, {**WEB, "latent": 4, "encoder_hidden": 6}], ids=["gen", "vae"])
def test_an_imported_model_is_a_run_that_draws_and_can_be_measured(singleline, project, tmp_path, config):
    imported = singleline("import-model", project, some_file(tmp_path, config), "--json")
    assert imported.code == 0, imported.err
    run = imported.json["run"]
    drawn = singleline("generate", project, run, "-n", 3, "--npz", tmp_path / "drawn.npz", "--json")
    assert drawn.code == 0, drawn.err
    # Theirs begin at the first point: no move of the model is taken for the way to it.
    assert all((rows[0, :2] == 0).all() for rows in read_npz(tmp_path / "drawn.npz").splits["train"])
    rng = np.random.default_rng(0)
    rows = [np.column_stack([rng.normal(0, 8, (9, 2)), np.eye(9)[-1]]).astype(np.float32) for _ in range(4)]
    np.savez(tmp_path / "data.npz", train=object_array(tuple(rows)))
    measured = singleline("evaluate", project, run, "--data", tmp_path / "data.npz", "--json")
    assert measured.code == 0, measured.err
    assert measured.json["nats_per_point"] > 0
    assert measured.json["information_gain"] is None
    alone = singleline("evaluate", project, run)
    assert alone.code == 2
    assert "--data" in alone.err
    resumed = singleline("train", project, "--resume", run)
    assert resumed.code == 2
    assert f"--start-from {run}" in resumed.err


def test_an_exported_model_is_the_one_that_came_in(singleline, project, tmp_path):
    source, out = some_file(tmp_path), tmp_path / "again.json"
    run = singleline("import-model", project, source, "--json").json["run"]
    exported = singleline("export-model", project, run, "-o", out, "--json")
    assert exported.code == 0, exported.err
    assert exported.json["warnings"] == []
    assert out.read_bytes() == source.read_bytes()
    assert json.loads(out.read_text())[0]["name"] == "cat"
    assert read_js(out).scale == 8.0
    wrong = singleline("export-model", project, run, "-o", tmp_path / "again.txt")
    assert wrong.code == 2
    assert ".json" in wrong.err


def test_a_file_that_is_no_model_makes_no_run(singleline, project, tmp_path):
    (tmp_path / "bad.json").write_text("[{}, [[1]], []]")
    refused = singleline("import-model", project, tmp_path / "bad.json")
    assert refused.code == 2
    assert "bad.json" in refused.err
    assert not list((project / "runs").glob("*"))
