import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.models.base import select
from engine.models.desk import Limits
from engine.models.generate import generate
from engine.models.mdn import n_head_outputs
from engine.models.registry import make_model, resolve
from engine.strokes.stroke3 import to_stroke5
from engine.training.workers import one_thread

SMALL = {"width": 32, "layers": 2, "heads": 2, "mixtures": 3, "turned": 2, "pointers": 4}


def small_model(**changes):
    torch.manual_seed(0)
    family, config = resolve("transformer", {**SMALL, **changes})
    model = make_model(family, config).eval()
    for parameter in model.parameters():  # far from the beginning, where attention hardly matters
        if parameter.dim() > 1:
            parameter.data *= 3
    return model


@pytest.fixture(autouse=True)
def one_core():
    with one_thread():
        yield


@pytest.fixture
def model():
    return small_model()


def some_rows(batch=2, n=30, seed=0):
    rng = np.random.default_rng(seed)
    rows = [np.column_stack([rng.normal(0, 1, (n, 2)), rng.random(n) < 0.2]) for _ in range(batch)]
    return torch.tensor(np.stack([to_stroke5(r) for r in rows]))


def stepped(model, rows, state):
    steps = []
    for t in range(rows.shape[1]):
        params, state = model.step(state, rows[:, t])
        steps.append(params)
    return torch.stack(steps, 1), state


@torch.inference_mode()
@pytest.mark.parametrize(("n", "memory_heads"), [(40, 1), (40, 2), (1000, 1)])
def test_step_by_step_is_the_same_as_all_at_once(n, memory_heads):
    model, rows = small_model(memory_heads=memory_heads), some_rows(2, n)
    params, _ = stepped(model, rows, model.initial_state(2))
    torch.testing.assert_close(params, model(rows), atol=2e-4, rtol=1e-3)


@torch.inference_mode()
def test_a_prediction_knows_nothing_of_what_follows(model):
    rows = some_rows()
    changed = rows.clone()
    changed[:, 6:] = 3.0
    torch.testing.assert_close(model(rows)[:, :6], model(changed)[:, :6])
    assert not torch.allclose(model(rows)[:, 6:], model(changed)[:, 6:])


@torch.inference_mode()
def test_rows_taken_together_or_in_pieces_leave_the_same_memory(model):
    rows = some_rows(2, 50)
    expected = model(rows)
    together, state = model.prefill(model.initial_state(2), rows[:, :20])
    torch.testing.assert_close(together, expected[:, 19], atol=1e-4, rtol=1e-3)
    more, state = model.prefill(state, rows[:, 20:30])
    torch.testing.assert_close(more, expected[:, 29], atol=1e-4, rtol=1e-3)
    rest, _ = stepped(model, rows[:, 30:], state)
    torch.testing.assert_close(rest, expected[:, 30:], atol=1e-4, rtol=1e-3)


@torch.inference_mode()
def test_a_state_can_be_branched_and_is_not_changed_by_a_step(model):
    _, state = model.prefill(model.initial_state(1), some_rows(1))
    before = {name: value.clone() for name, value in state.items()}
    branch = select(state, torch.zeros(3, dtype=torch.long))
    rows = some_rows(3, 20, seed=1)[:, 1:]
    together, _ = stepped(model, rows, branch)
    alone, _ = stepped(model, rows[1:2], state)
    torch.testing.assert_close(together[1:2], alone, atol=1e-4, rtol=1e-3)
    for name, value in before.items():
        assert torch.equal(value, state[name])


@torch.inference_mode()
@pytest.mark.parametrize("n_fresh", [3, 25, 60])
def test_a_refilled_row_forgets_who_sat_there_before(model, n_fresh):
    rows, fresh, more = some_rows(3, 40), some_rows(1, n_fresh, seed=1), some_rows(3, 30, seed=2)[:, 1:]
    _, state = stepped(model, rows, model.initial_state(3))
    _, begun = model.prefill(model.initial_state(1), fresh)
    after, _ = stepped(model, more, model.refill(state, torch.tensor([1]), begun))
    for index, history in enumerate([rows[0], fresh[0], rows[2]]):
        expected = model(torch.cat([history, more[index]])[None])[:, len(history) :]
        torch.testing.assert_close(after[index : index + 1], expected, atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize("wrong", [{"heads": 3}, {"heads": 8}, {"memory_heads": 3}])
def test_sizes_that_do_not_fit_are_named(wrong):
    with pytest.raises(UserError, match="do not fit"):
        small_model(**wrong)


def test_few_gaussians_and_no_pointers_will_do():
    model = small_model(mixtures=1, turned=16, pointers=0)
    assert model(some_rows()).shape[-1] == n_head_outputs(1)


def test_dropout_hangs_on_its_generator_alone(model):
    rows = some_rows()
    one, two = (model(rows, dropout=torch.Generator().manual_seed(5)) for _ in range(2))
    torch.testing.assert_close(one, two, atol=0, rtol=0)
    assert not torch.allclose(one, model(rows))


def test_a_drawing_does_not_hang_on_how_many_are_asked_for(model):
    many = generate(model, 70, seed=3, limits=Limits(40))
    few = generate(model, 5, seed=3, first=2, limits=Limits(40))
    assert len(many) == 70
    assert [len(d.rows) for d in few] == [len(d.rows) for d in many[2:7]]
    for one, other in zip(few, many[2:7], strict=True):
        np.testing.assert_allclose(one.rows, other.rows, atol=1e-3)
    assert len({d.rows.tobytes() for d in many if len(d.rows) > 2}) > 10


@torch.inference_mode()
def test_an_era_is_told_to_the_model_and_hidden_now_and_then_in_training():
    model, rows = small_model(eras=2), some_rows(400, 3)
    lengths, eras = torch.full((400,), 3), torch.tensor([0, 1, -1, 0]).repeat(100)
    told = model.encode(rows, lengths, eras)
    assert told.condition[:4].tolist() == [[1, 0], [0, 1], [0, 0], [1, 0]]
    assert not told.nats.any()
    torch.testing.assert_close(model.imagine(torch.randn(2, 2), 1), told.condition[[1, 1]])
    assert not model.imagine(torch.randn(2, 2)).any()
    assert torch.equal(model(rows, told.condition), model(rows))  # until it has learnt what an era is
    torch.nn.init.normal_(model.tell.weight)
    hidden = model.encode(rows, lengths, eras, torch.Generator().manual_seed(0)).condition
    assert 0.05 < 1 - hidden[eras >= 0].sum() / 300 < 0.3
    old, new = (model(rows[:1], model.imagine(torch.zeros(1, 2), era)) for era in (0, 1))
    assert not torch.allclose(old, new)
    params, _ = stepped(model, rows[:1], model.initial_state(1, told.condition[1:2]))
    torch.testing.assert_close(params, new, atol=1e-4, rtol=1e-3)
    drawn = [generate(model, 4, seed=0, limits=Limits(30), era=era) for era in (0, 1)]
    assert [d.rows.tobytes() for d in drawn[0]] != [d.rows.tobytes() for d in drawn[1]]
