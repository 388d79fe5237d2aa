import numpy as np
import pytest
import torch

from engine.models.desk import Limits
from engine.models.generate import generate
from engine.models.mdn import Temperatures, nll_sums
from engine.models.registry import make_model, resolve
from engine.strokes.stroke3 import to_stroke5
from engine.training.workers import one_thread

SMALL = {
    "width": 32,
    "layers": 2,
    "encoder_layers": 2,
    "heads": 2,
    "memory_heads": 2,
    "mixtures": 3,
    "turned": 2,
    "pointers": 2,
    "latent": 6,
}


@pytest.fixture(autouse=True)
def one_core():
    with one_thread():
        yield


@pytest.fixture
def model():
    torch.manual_seed(0)
    family, config = resolve("sketchformer", SMALL)
    model = make_model(family, config).eval()
    for parameter in model.parameters():  # far from the beginning, where the code says next to nothing
        if parameter.dim() > 1:
            parameter.data *= 3
    model.code.mean.weight.data *= 300
    return model


def some_rows(lengths, width=30, seed=0):
    rng = np.random.default_rng(seed)
    rows = [np.column_stack([rng.normal(0, 1, (n, 2)), rng.random(n) < 0.2]) for n in lengths]
    return torch.tensor(np.stack([to_stroke5(r, width) for r in rows])), torch.tensor(lengths)


@torch.inference_mode()
def test_padding_does_not_leak_into_the_code(model):
    rows, lengths = some_rows([9, 20])
    code = model.encode(rows, lengths)
    filled = rows.clone()
    filled[0, 10:] = 7.0
    filled[1, 21:] = -3.0
    torch.testing.assert_close(model.encode(filled, lengths).condition, code.condition)
    alone = model.encode(rows[:1, :11], lengths[:1])
    torch.testing.assert_close(alone.condition, code.condition[:1], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(alone.nats, code.nats[:1], atol=1e-5, rtol=1e-4)
    rows[0, 9] += 1.0  # its last real point
    assert not torch.allclose(model.encode(rows, lengths).condition[0], code.condition[0])


@torch.inference_mode()
def test_step_by_step_is_the_same_as_all_at_once(model):
    rows, lengths = some_rows([28, 28])
    condition = model.encode(rows, lengths).condition
    state, steps = model.initial_state(2, condition), []
    for t in range(rows.shape[1]):
        params, state = model.step(state, rows[:, t])
        steps.append(params)
    expected = model(rows, condition)
    torch.testing.assert_close(torch.stack(steps, 1), expected, atol=2e-4, rtol=1e-3)
    assert not torch.allclose(model(rows, -condition), expected)


def test_the_code_is_sampled_in_training_and_its_mean_otherwise(model):
    rows, lengths = some_rows([9, 20])
    one, two = (model.encode(rows, lengths, chance=torch.Generator().manual_seed(5)) for _ in range(2))
    torch.testing.assert_close(one.condition, two.condition, atol=0, rtol=0)
    assert not torch.allclose(one.condition, model.encode(rows, lengths).condition)
    assert (one.nats > 0).all()


def test_it_draws_from_the_prior_and_from_a_code(model):
    drawn = generate(model, 40, seed=0, limits=Limits(25))
    assert any(d.ended for d in drawn)
    few = generate(model, 3, seed=0, first=5, limits=Limits(25))
    for one, other in zip(few, drawn[5:8], strict=True):
        np.testing.assert_allclose(one.rows, other.rows, atol=1e-3)
    code = model.imagine(torch.randn(1, 6, generator=torch.Generator().manual_seed(1)))[0]
    told = generate(model, 4, seed=0, limits=Limits(25), code=code)
    each = generate(model, 4, seed=0, limits=Limits(25), code=code.repeat(4, 1))
    assert [d.rows.tobytes() for d in told] == [d.rows.tobytes() for d in each]
    assert [d.rows.tobytes() for d in told] != [d.rows.tobytes() for d in drawn[:4]]


def test_it_learns_to_tell_drawings_apart_and_to_stop():
    torch.manual_seed(0)
    model = make_model(*resolve("sketchformer", {**SMALL, "dropout": 0.0}))
    right = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [1, 0, 1]], dtype=np.float32)
    down = np.array([[0, 1, 0], [0, 1, 1]], dtype=np.float32)
    rows = torch.tensor(np.stack([to_stroke5(right, 6), to_stroke5(down, 6)]))
    lengths = torch.tensor([4, 2])
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for step in range(120):
        chance = torch.Generator().manual_seed(step)
        copies = rows.repeat(4, 1, 1)  # a hand is never exact; a density of exact moves grows without bound
        copies[..., :2] += torch.randn(8, 6, 2, generator=chance) * 0.05 * (copies[..., 4:] < 1)
        code = model.encode(copies, lengths.repeat(4), chance=chance)
        params = model(copies[:, :-1], code.condition)
        nats = nll_sums(params, copies[:, 1:], lengths.repeat(4), model.n_mixtures)
        loss = (nats.xy + nats.pen).mean() + 0.01 * code.nats.mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    codes = model.eval().encode(rows, lengths).condition.detach()
    for code, way in zip(codes, ([4, 0], [0, 2]), strict=True):
        drawn = generate(model, 5, seed=0, temperatures=Temperatures.of(0.1), limits=Limits(20), code=code)
        assert all(d.ended for d in drawn)
        reached = np.mean([d.rows[:, :2].sum(axis=0) for d in drawn], axis=0)
        np.testing.assert_allclose(reached, way, atol=0.9)
