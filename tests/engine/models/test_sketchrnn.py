import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.models.base import select
from engine.models.generate import generate
from engine.models.registry import make_model, model_names, resolve
from engine.strokes.stroke3 import to_stroke5

SMALL = {"hidden": 24, "mixtures": 3}


@pytest.fixture
def model():
    torch.manual_seed(0)
    family, config = resolve("sketchrnn", SMALL)
    return make_model(family, config).eval()


def some_rows(batch=2, n=9):
    rng = np.random.default_rng(0)
    rows = [np.column_stack([rng.normal(0, 1, (n, 2)), rng.random(n) < 0.3]) for _ in range(batch)]
    return torch.tensor(np.stack([to_stroke5(r) for r in rows]))


@torch.inference_mode()
def test_step_by_step_is_the_same_as_all_at_once(model):
    rows = some_rows()
    state, steps = model.initial_state(2), []
    for t in range(rows.shape[1]):
        params, state = model.step(state, rows[:, t])
        steps.append(params)
    torch.testing.assert_close(torch.stack(steps, 1), model(rows), atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_a_prediction_knows_nothing_of_what_follows(model):
    rows = some_rows()
    changed = rows.clone()
    changed[:, 6:] = 3.0
    torch.testing.assert_close(model(rows)[:, :6], model(changed)[:, :6])
    assert not torch.allclose(model(rows)[:, 6:], model(changed)[:, 6:])


@torch.inference_mode()
def test_a_state_can_be_branched(model):
    _, state = model.prefill(model.initial_state(1), some_rows(1))
    branch = select(state, torch.zeros(3, dtype=torch.long))
    row = some_rows(3)[:, 1]
    together, _ = model.step(branch, row)
    alone, _ = model.step(state, row[1:2])
    torch.testing.assert_close(together[1:2], alone, atol=1e-6, rtol=1e-5)


def test_dropout_hangs_on_its_generator_alone(model):
    rows = some_rows()
    one, two = (model(rows, dropout=torch.Generator().manual_seed(5)) for _ in range(2))
    torch.testing.assert_close(one, two, atol=0, rtol=0)
    assert not torch.equal(one, model(rows))


def test_a_drawing_does_not_hang_on_how_many_are_asked_for(model):
    many = generate(model, 70, seed=3, max_points=40)
    few = generate(model, 5, seed=3, first=2, max_points=40)
    assert len(many) == 70
    assert [len(d.rows) for d in few] == [len(d.rows) for d in many[2:7]]
    for one, other in zip(few, many[2:7], strict=True):
        np.testing.assert_allclose(one.rows, other.rows, atol=1e-4)
    assert len({d.rows.tobytes() for d in many if len(d.rows) > 2}) > 10


def test_drawings_end_by_themselves_or_at_the_limit(model):
    drawn = generate(model, 40, seed=0, max_points=6)
    assert {d.ended for d in drawn} == {True, False}
    assert all(len(d.rows) < 6 if d.ended else len(d.rows) == 6 for d in drawn)


def test_no_drawing_ends_within_a_stroke(model):
    drawn = [d for d in generate(model, 60, seed=1, max_points=60) if d.ended]
    assert len(drawn) > 20
    assert all(len(d.rows) and d.rows[-1, 2] == 1 for d in drawn)


def test_stopping_leaves_the_unfinished_out(model):
    asked = iter([False] * 3 + [True] * 100)
    drawn = generate(model, 10, seed=0, max_points=200, stopped=lambda: next(asked))
    assert len(drawn) < 10


def test_names_lead_to_configurations_and_wrong_ones_are_named():
    assert "sketchrnn/quick" in model_names()
    assert resolve("sketchrnn/standard")[1]["hidden"] == 512
    for name, changes in (("sketchrmn", {}), ("sketchrnn/huge", {}), ("sketchrnn", {"hiden": 3})):
        with pytest.raises(UserError, match=r"sketchrmn|huge|hiden"):
            resolve(name, changes)
