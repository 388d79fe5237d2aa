import json

import numpy as np
import pytest

from engine.dataset.npz import object_array
from engine.strokes.stroke3 import to_stroke3
from tests.engine.dataset.shapes import scribble, shelf


@pytest.fixture
def project(tmp_path):
    return shelf(tmp_path, {f"sb01p{k:03d}": [scribble(k, 1 + k % 3)] for k in range(12)})


def test_versions_are_made_listed_and_shown(project, tmp_path, singleline):
    made = singleline("dataset", project, "lines", "--title", "all of it", "--json")
    assert made.code == 0
    assert made.json["dataset"] == "lines/v001"
    assert made.json["audit"]["clean"] is True
    (tmp_path / "r.json").write_text(json.dumps({"max_strokes": 1}))
    second = singleline("dataset", project, "lines", "--recipe", tmp_path / "r.json")
    assert "Against lines/v001: 0 added, 8 removed, 0 changed." in second.out
    assert "Recipe: max_strokes 40 -> 1" in second.out
    assert "no page, no sheet and no drawing lies on two sides" in second.out
    listed = singleline("datasets", project)
    assert [line.split(":")[0] for line in listed.out.splitlines()] == ["lines/v001", "lines/v002"]
    assert "all of it" in listed.out
    assert "removed" in singleline("datasets", project, "lines").out
    shown = singleline("datasets", project, "lines/v002", "--json").json
    assert shown["recipe"]["max_strokes"] == 1
    assert shown["difference"]["removed"] == 8
    assert singleline("datasets", project, "gone").code == 2
    named = singleline("datasets", project, "lines/v002", "--title", "winter", "--json").json
    assert named["title"] == "winter"
    assert "winter" in singleline("datasets", project).out
    assert "NAME/vNNN" in singleline("datasets", project, "lines", "--title", "winter").err


def test_no_dataset_says_what_to_do(project, singleline):
    assert "singleline dataset" in singleline("datasets", project).out


def test_imports_go_through_steps_when_asked(project, tmp_path, singleline):
    halves = [part for k in range(8) for part in [scribble(k).strokes[0]]]
    pages = [to_stroke3(type(scribble(0))((s[:120], s[119:]))) for s in halves]
    np.savez(tmp_path / "a.npz", train=object_array(tuple(pages)))
    plain = singleline("import-strokes", project, "plain", tmp_path / "a.npz")
    assert plain.code == 0 and "8 left out" not in plain.out
    joined = singleline("import-strokes", project, "joined", tmp_path / "a.npz", "--join", "--json").json
    shown = singleline("datasets", project, joined["dataset"], "--json").json["recipe"]
    assert shown["assemble"]["join"]["gap_pens"] == 7.5
    assert shown["assemble"]["splice"] is shown["assemble"]["separate"] is None
    (tmp_path / "r.json").write_text(json.dumps({"max_strokes": 1}))
    options = ("--recipe", tmp_path / "r.json", "--assemble")
    both = singleline("import-strokes", project, "both", tmp_path / "a.npz", *options, "--json").json
    assert sum(part["drawings"] for part in both["counts"].values()) + both["dropped"] >= 8


def test_a_leaky_file_is_told(project, tmp_path, singleline):
    rows = [to_stroke3(scribble(k)) for k in range(9)]
    np.savez(tmp_path / "leaky.npz", train=object_array(tuple(rows)), valid=object_array(tuple(rows[:2])))
    told = singleline("import-strokes", project, "leaky", tmp_path / "leaky.npz")
    assert "Audit: 2 times drawings that show the same lie on two sides of the split" in told.out
    (tmp_path / "r.json").write_text(json.dumps({"keep_splits": False}))
    told = singleline(
        "import-strokes", project, "mended", tmp_path / "leaky.npz", "--recipe", tmp_path / "r.json"
    )
    assert "no page, no sheet" in told.out
    assert "2 pairs on one side show the same" in told.out
