import json

import numpy as np
import pytest

from engine.dataset.build import build
from engine.dataset.recipe import unchanged_recipe
from engine.dataset.store import save_dataset
from engine.dataset.types import SourceDrawing
from engine.errors import UserError
from engine.project.layout import Layout
from engine.project.log import Gesture
from engine.project.project import Project
from engine.sampling import real_drawings
from engine.sampling.real_drawings import RealDrawings, find_real_drawings
from engine.strokes.stroke3 import from_stroke3, to_stroke3
from engine.strokes.types import Drawing, as_stroke
from engine.trace.drawings import replace
from tests.engine.curate.shelves import IDS, shelf
from tests.engine.sampling.quality.hand import drawings

HAND = [from_stroke3(rows).normalised() for rows in drawings(60, 1)]
OTHERS = [from_stroke3(rows).normalised() for rows in drawings(30, 2)]


def moved(drawing, by=0.4):
    rng = np.random.default_rng(0)
    return Drawing(tuple(as_stroke(stroke + rng.normal(0, by, stroke.shape)) for stroke in drawing.strokes))


@pytest.fixture
def project(tmp_path):
    """Four pages with two drawings each; of the third page one is rejected, the fourth is undecided."""
    with shelf(tmp_path / "p") as opened:
        with opened.transaction() as index:
            for place, page in enumerate(IDS):
                right = Drawing(tuple(as_stroke(stroke + 300) for stroke in HAND[2 * place + 1].strokes))
                replace(index, page, [HAND[2 * place], right])
        opened.decide(Gesture("pages", {"accepted": IDS[:3]}))
        opened.decide(Gesture("drawings", {"rejected": (f"{IDS[2]}/2",)}))
    return tmp_path / "p"


@pytest.fixture
def run(project):
    """A run that learnt from a dataset of the hand's drawings."""
    items = [
        SourceDrawing(f"file/{i}", f"page{i}", one, "train" if i < 50 else "valid")
        for i, one in enumerate(HAND)
    ]
    recipe = unchanged_recipe()
    save_dataset(project / "datasets" / "hand" / "v001", build(items, recipe), recipe, name="hand")
    folder = project / "runs" / "run001"
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text(json.dumps({"kind": "train", "dataset": "hand/v001"}))
    return folder


def test_a_copy_is_found_and_held_to_be_one(run):
    real = RealDrawings.of_run(run)
    assert len(real) == 50
    copies = real.nearest([moved(one) for one in HAND[10:20]])
    assert [one.name for one in copies] == [f"file/{i}" for i in range(10, 20)]
    assert [one.page for one in copies] == [f"page{i}" for i in range(10, 20)]
    assert all(one.is_memorised for one in copies)
    for one, drawing in zip(copies, HAND[10:20], strict=True):
        assert np.allclose(to_stroke3(one.drawing), to_stroke3(drawing), atol=1e-3)
    new = real.nearest(OTHERS)
    assert sum(one.is_memorised for one in new) <= 1
    assert min(one.distance for one in new) > max(one.distance for one in copies) >= 0


def test_held_out_drawings_are_not_what_it_learnt_from(run):
    assert not any(
        one.name in {f"file/{i}" for i in range(50, 60)} for one in RealDrawings.of_run(run).nearest(HAND)
    )


def test_a_projects_own_drawings_are_near_but_never_memorised(project):
    real = RealDrawings.of_project(Layout(project))
    assert len(real) == 5
    (same,) = real.nearest([HAND[2]])
    assert (same.name, same.page) == (f"{IDS[1]}/1", IDS[1])
    assert same.distance < 1e-3 and not same.is_memorised
    (rejected,) = real.nearest([HAND[5]])
    assert rejected.name != f"{IDS[2]}/2" and rejected.distance > 0.01


def test_prints_are_made_once_and_again_when_damaged(run, monkeypatch):
    layout, found = Layout(run.parents[1]), RealDrawings.of_run(run).nearest(OTHERS)
    (file,) = layout.prints.iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(real_drawings, "ink_prints", lambda rows: pytest.fail("they are known"))
        again = RealDrawings.of_run(run)
    assert [one.name for one in again.nearest(OTHERS)] == [one.name for one in found]
    for damaged in (b"", b"\x93NUMPY", file.read_bytes()[:-100]):
        file.write_bytes(damaged)
        assert [one.distance for one in RealDrawings.of_run(run).nearest(OTHERS)] == [
            one.distance for one in found
        ]


def test_a_project_that_may_only_be_read_will_do(run, monkeypatch):
    def refuse(path):
        raise UserError("The disk refuses.")

    monkeypatch.setattr(real_drawings, "replacing", refuse)
    assert len(RealDrawings.of_run(run).nearest(OTHERS)) == 30


def test_it_finds_what_there_is_to_compare_with(run, project, tmp_path):
    found = find_real_drawings(run)
    assert found is not None and found.is_learnt_from
    weights = run / "checkpoints" / "best.safetensors"
    of_file = find_real_drawings(weights)
    assert of_file is not None and len(of_file) == 50
    base = tmp_path / "models" / "base.safetensors"
    own = find_real_drawings(base, project)
    assert own is not None and not own.is_learnt_from and len(own) == 5
    assert find_real_drawings(base) is None
    Project.create(tmp_path / "bare").close()
    assert find_real_drawings(base, tmp_path / "bare") is None
    (run / "spec.json").write_text(json.dumps({"kind": "train", "dataset": ""}))
    foreign = find_real_drawings(run)
    assert foreign is not None and not foreign.is_learnt_from


def test_what_is_not_there_is_named(run, project, tmp_path):
    (run / "spec.json").write_text(json.dumps({"kind": "train", "dataset": "hand/v009"}))
    with pytest.raises(UserError, match="hand/v009"):
        RealDrawings.of_run(run)
    (run / "spec.json").write_text(json.dumps({"kind": "train", "dataset": ""}))
    with pytest.raises(UserError, match="run001"):
        RealDrawings.of_run(run)
    Project.create(tmp_path / "bare").close()
    with pytest.raises(UserError, match="bare"):
        RealDrawings.of_project(Layout(tmp_path / "bare"))


def test_few_drawings_do_not_make_everything_a_copy():
    rows = [to_stroke3(one) for one in HAND[:2]]
    real = RealDrawings(rows, ["a", "b"], ["a", "b"], is_learnt_from=True)
    assert real.nearest([HAND[0]])[0].is_memorised
    assert not any(one.is_memorised for one in real.nearest(OTHERS))
    assert real.nearest([]) == []
