"""The child that previews recipes: asked, answering, refusing, ending with its input."""

import json
import subprocess
import sys

import numpy as np
import pytest

from engine.dataset.npz import object_array
from engine.dataset.recipe import fragments_recipe
from engine.dataset.store import load_dataset
from engine.jobs.folder import create_job
from engine.jobs.runner import run_job
from engine.project.layout import Layout
from engine.strokes.stroke3 import to_stroke3
from tests.engine.dataset.shapes import scribble, shelf


@pytest.fixture
def project(tmp_path):
    return shelf(tmp_path, {f"sb01p{k:03d}": [scribble(k, 1 + k % 3)] for k in range(9)})


def test_the_child_answers_the_newest_question_and_ends_with_its_input(project):
    command = [sys.executable, "-m", "engine.jobs", "recipes", str(project)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(number, **fields):
        child.stdin.write(json.dumps({"request": number, **fields}) + "\n")
        child.stdin.flush()
        answer = json.loads(child.stdout.readline())
        assert answer["request"] == number
        return answer

    assert json.loads(child.stdout.readline()) == {"event": "ready"}
    told = ask(1, what="preview", recipe={"max_strokes": 2}, name="x")
    assert (told["event"], told["pages"], told["kept"]) == ("preview", 9, 6)
    shown = ask(2, what="drawings", ids=told["examples"][:2], recipe={})
    assert (shown["event"], shown["what"], len(shown["drawings"])) == ("drawings", "drawings", 2)
    copies = ask(
        3, what="augmented", id=told["examples"][0], augment={"mirror": True}, recipe={}, n=8, seed=1
    )
    assert (copies["event"], copies["what"], len(copies["drawings"])) == ("drawings", "augmented", 8)
    assert np.shape(copies["drawings"][0][0])[1] == 2
    assert "max_stroke" in ask(4, what="preview", recipe={"max_stroke": 2})["message"]
    assert ask(5, what="dance")["event"] == "failed"
    assert ask(6, what="preview", recipe={})["kept"] == 9
    child.communicate(timeout=20)
    assert child.returncode == 0


@pytest.mark.parametrize("recipe", [None, fragments_recipe().to_json()])
def test_importing_strokes_is_a_job(project, tmp_path, recipe):
    rows = tuple(to_stroke3(scribble(100 + k)) for k in range(6))
    np.savez(tmp_path / "six.npz", train=object_array(rows))
    spec = {
        "kind": "import-strokes",
        "project": str(project),
        "name": "six",
        "file": str(tmp_path / "six.npz"),
        "recipe": recipe,
    }
    status = run_job(create_job(tmp_path / "jobs", spec))
    assert status.state == "done", status.error
    stored = load_dataset(Layout(project).datasets / "six" / "v001")
    assert sum(len(split) for _, split in stored.dataset.splits()) == 6
    assert stored.manifest["source"] == "six.npz"
