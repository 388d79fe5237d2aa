"""What a warm model answers, asked in this process; the child that speaks for it stands in `test_jobs`."""

import json

import numpy as np
import pytest

from engine.dataset.build import build
from engine.dataset.recipe import unchanged_recipe
from engine.dataset.store import save_dataset
from engine.dataset.types import SourceDrawing
from engine.errors import UserError
from engine.jobs.answers import Answers
from engine.jobs.machine import Machine
from engine.jobs.wire import drawing_of, points_of
from engine.project.project import Project
from engine.sampling.provenance import Provenance
from engine.strokes.stroke3 import from_stroke3
from engine.training.checkpoint import save_checkpoint
from tests.engine.sampling.machines import make_checkpoint
from tests.engine.sampling.quality.hand import drawings

HAND = [from_stroke3(rows).normalised() for rows in drawings(50, 1)]
SHORT = {"max_points": 12}


@pytest.fixture
def project(tmp_path):
    """A dataset of a hand's drawings."""
    Project.create(tmp_path / "p").close()
    items = [SourceDrawing(f"file/{i}", f"page{i}", one, "train") for i, one in enumerate(HAND)]
    recipe = unchanged_recipe()
    save_dataset(tmp_path / "p/datasets/hand/v001", build(items, recipe), recipe, name="hand")
    return tmp_path / "p"


def machine_of(project, family="transformer"):
    folder = project / "runs" / "run001"
    folder.mkdir(parents=True)
    (folder / "spec.json").write_text(json.dumps({"kind": "train", "dataset": "hand/v001"}))
    save_checkpoint(folder / "checkpoints" / "best.safetensors", make_checkpoint(family))
    return Machine(folder, project)


def never():
    return False


def answer(machine, do, is_stale=never, **request):
    """The last part of an answer, as JSON carries it; None where there is none."""
    parts = [part for part in Answers(machine, lambda part: None).to(do, request, is_stale) if part]
    return json.loads(json.dumps(parts[-1])) if parts else None


def test_every_drawing_says_where_it_comes_from(project):
    machine = machine_of(project)
    parts = Answers(machine, lambda part: None).to("draw", {"n": 9, "options": {**SHORT, "seed": 4}}, never)
    facts = [fact for part in parts for fact in part.get("facts", ())]
    told = [Provenance.from_json(fact["provenance"]) for fact in facts]
    assert [one.index for one in told] == list(range(9))
    assert {(one.run, one.checkpoint.file, one.seed) for one in told} == {("run001", "best.safetensors", 4)}
    assert told[0].options == {"seed": 4, "max_points": 12}


def test_surprise_has_a_number_for_each_point(project):
    found = answer(machine_of(project), "surprise", drawing=points_of(HAND[0]))
    assert [len(nats) for nats in found["nats"]] == [len(stroke) for stroke in HAND[0].strokes]
    assert np.isfinite(found["mean"])


def test_hairs_leave_the_line(project):
    few = machine_of(project).as_learnt(HAND[0])
    found = answer(Machine(project / "runs/run001"), "hairs", drawing=points_of(HAND[0]), every=4, points=5)
    line = np.concatenate(few.strokes)
    roots = np.array([hair[0][0] for hair in found["hairs"]])
    assert len(roots)
    assert np.linalg.norm(roots[:, None] - line[None], axis=2).min(axis=1).max() < 0.02
    assert all(len(hair[0]) <= 6 for hair in found["hairs"])


def test_the_nearest_is_one_it_learnt_from_and_a_copy_is_named(project):
    found = answer(machine_of(project), "nearest", drawing=points_of(HAND[7]))
    assert (found["name"], found["page"], found["is_learnt_from"]) == ("file/7", "page7", True)
    assert found["memorised"] and found["distance"] < 0.01
    assert drawing_of(found["drawing"]).n_points == HAND[7].n_points


def test_many_are_measured_in_their_order(project):
    some = [HAND[3], HAND[9], *HAND[20:40]]
    found = answer(machine_of(project), "measure", drawings=[points_of(one) for one in some])
    assert found["nearest"] == [f"file/{i}" for i in (3, 9, *range(20, 40))]
    assert all(found["memorised"])
    assert len(found["surprise"]) == len(found["distance"]) == len(some)


def test_where_there_is_nothing_real_likeness_is_left_open(tmp_path):
    save_checkpoint(tmp_path / "elsewhere" / "x" / "best.safetensors", make_checkpoint("transformer"))
    machine = Machine(tmp_path / "elsewhere" / "x" / "best.safetensors")
    found = answer(machine, "measure", drawings=[points_of(HAND[0])])
    assert (found["distance"], found["memorised"], found["nearest"]) == ([None], [False], [None])
    assert answer(machine, "nearest", drawing=points_of(HAND[0]))["drawing"] is None


@pytest.mark.parametrize(("family", "way"), [("sketchrnn/vae", "code"), ("transformer", "shape")])
def test_the_way_between_two_is_the_best_the_model_has(project, family, way):
    ends = {"first": points_of(HAND[0]), "second": points_of(HAND[1])}
    found = answer(machine_of(project, family), "between", **ends, n=5, options=SHORT, made_from=["a", "b"])
    assert (found["way"], len(found["drawings"])) == (way, 5)
    told = Provenance.from_json(found["provenance"])
    assert (told.way, told.made_from) == ("between", ("a", "b"))


def test_a_model_without_codes_says_what_it_can_do_instead(project):
    ends = {"first": points_of(HAND[0]), "second": points_of(HAND[1])}
    with pytest.raises(UserError, match="by shape"):
        answer(machine_of(project), "between", **ends, way="code")


def test_variations_of_nothing_much_are_the_drawing(project):
    machine = machine_of(project)
    asked = {"drawing": points_of(HAND[0]), "n": 3, "made_from": ["a"]}
    same = answer(machine, "vary", **asked, amount=0)
    few = machine.as_learnt(HAND[0]).normalised()
    for strokes in same["drawings"]:
        for stroke, expected in zip(drawing_of(strokes).strokes, few.strokes, strict=True):
            np.testing.assert_allclose(stroke, expected, atol=0.02)
    other = answer(machine, "vary", **asked, amount=0.5, options=SHORT)
    assert other["provenance"]["way"] == "varied" and len(other["drawings"]) == 3


@pytest.mark.parametrize("do", ["draw", "fan", "finish", "hairs", "measure", "between", "vary"])
def test_nothing_is_said_to_nobody(project, do):
    line = points_of(HAND[0])
    fields = {"drawing": line, "drawings": [line], "prefix": line, "first": line, "second": line}
    if do == "draw":
        fields = {"n": 4}
    assert answer(machine_of(project), do, lambda: True, **fields, options=SHORT) is None


def test_a_fan_begins_with_its_first_points(project):
    told = []
    request = {"do": "fan", "request": 3, "prefix": points_of(HAND[0]), "n": 3, "points": 20}
    answers = Answers(machine_of(project), told.append)
    (whole,) = answers.to("fan", request, never)
    (begun,) = told
    assert (begun["event"], begun["request"], begun["do"]) == ("partial", 3, "fan")
    tip = HAND[0].strokes[-1][-1]
    for future, first in zip(whole["futures"], begun["futures"], strict=True):
        points, few = np.concatenate(future), np.concatenate(first)
        np.testing.assert_allclose(few[0], tip, atol=0.02)
        np.testing.assert_allclose(points[: len(few)], few, atol=0.02)
        assert 1 < len(few) <= len(points)
