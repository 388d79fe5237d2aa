from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.models.base import select
from engine.models.desk import Limits
from engine.models.generate import generate
from engine.models.recurrent import keep_mask
from engine.models.registry import make_model, model_names, resolve
from engine.strokes.stroke3 import to_stroke5

SMALL = {"hidden": 24, "mixtures": 3, "encoder_hidden": 12}
VARIANTS = {
    "lstm": {},
    "two layers": {"layers": 2},
    "moves only": {"absolute_position": False},
    "layer norm": {"cell": "layer_norm", "dropout": 0.0},
    "autoencoder": {"latent": 5},
    "layer-norm autoencoder": {"cell": "layer_norm", "layers": 2, "latent": 5},
}


def some_model(variant="lstm"):
    torch.manual_seed(0)
    family, config = resolve("sketchrnn", {**SMALL, **VARIANTS[variant]})
    model = make_model(family, config).eval()
    for parameter in model.parameters():  # so that no gain, no bias and no code stays without effect
        parameter.data += 0.1 * torch.randn_like(parameter)
    return model


@pytest.fixture(params=VARIANTS)
def variant(request):
    return some_model(request.param)


@pytest.fixture
def model():
    torch.manual_seed(0)
    family, config = resolve("sketchrnn", SMALL)
    return make_model(family, config).eval()


def told(model, n=2):
    if not model.n_condition:
        return None
    return torch.randn(n, model.n_condition, generator=torch.Generator().manual_seed(7))


def some_rows(batch=2, n=9):
    rng = np.random.default_rng(0)
    rows = [np.column_stack([rng.normal(0, 1, (n, 2)), rng.random(n) < 0.3]) for _ in range(batch)]
    return torch.tensor(np.stack([to_stroke5(r) for r in rows]))


@torch.inference_mode()
def test_step_by_step_is_the_same_as_all_at_once(variant):
    rows, code = some_rows(), told(variant)
    state, steps = variant.initial_state(2, code), []
    for t in range(rows.shape[1]):
        params, state = variant.step(state, rows[:, t])
        steps.append(params)
    torch.testing.assert_close(torch.stack(steps, 1), variant(rows, code), atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_a_prediction_knows_nothing_of_what_follows(variant):
    rows, code = some_rows(), told(variant)
    changed = rows.clone()
    changed[:, 6:, :2] += 3.0
    torch.testing.assert_close(variant(rows, code)[:, :6], variant(changed, code)[:, :6])
    assert not torch.allclose(variant(rows, code)[:, 6:], variant(changed, code)[:, 6:])


@torch.inference_mode()
def test_a_state_can_be_branched(variant):
    code = told(variant, 1)
    _, state = variant.prefill(variant.initial_state(1, code), some_rows(1))
    branch = select(state, torch.zeros(3, dtype=torch.long))
    row = some_rows(3)[:, 1]
    together, _ = variant.step(branch, row)
    alone, _ = variant.step(state, row[1:2])
    torch.testing.assert_close(together[1:2], alone, atol=1e-6, rtol=1e-5)


def uneven_batch():
    """Three drawings of 9, 4 and 6 points, the middle one shortest, padded with ends."""
    rows = some_rows(3)
    for index, n in ((1, 4), (2, 6)):
        rows[index, n + 1 :] = torch.tensor([0.0, 0, 0, 0, 1])
    return rows, torch.tensor([9, 4, 6])


@torch.inference_mode()
def test_neither_neighbours_nor_padding_change_a_drawing(variant):
    rows, lengths = uneven_batch()
    code = told(variant, 3)
    together = variant(rows[:, :-1], code)
    for index, n in enumerate(lengths.tolist()):
        alone = variant(rows[index : index + 1, : n + 1], None if code is None else code[index : index + 1])
        torch.testing.assert_close(together[index : index + 1, : n + 1], alone, atol=1e-6, rtol=1e-5)
        assert not together[index, n + 2 :].any()


@pytest.mark.parametrize("name", ["autoencoder", "layer-norm autoencoder"])
@torch.inference_mode()
def test_the_code_of_a_drawing_is_that_of_the_drawing_alone(name):
    model = some_model(name)
    rows, lengths = uneven_batch()
    together = model.encode(rows, lengths)
    for index, n in enumerate(lengths.tolist()):
        alone = model.encode(rows[index : index + 1, : n + 2], lengths[index : index + 1])
        torch.testing.assert_close(together.condition[index : index + 1], alone.condition)
        torch.testing.assert_close(together.nats[index : index + 1], alone.nats)


@torch.inference_mode()
def test_the_encoder_reads_both_ways():
    model = some_model("autoencoder")
    rows, lengths = uneven_batch()
    code = model.encode(rows, lengths).condition
    for place in (1, 4):  # its first and its last point
        changed = rows.clone()
        changed[1, place, 0] += 1
        moved = (model.encode(changed, lengths).condition - code).abs().amax(1)
        assert moved[1] > 1e-4
        assert not moved[[0, 2]].any()


def test_an_autoencoder_learns_what_it_is_told():
    model = some_model("layer-norm autoencoder")
    rows, lengths = uneven_batch()
    chance = torch.Generator().manual_seed(0)
    code = model.encode(rows, lengths, chance=chance)
    gradients = torch.autograd.grad(
        model(rows, code.condition, chance).square().sum(), list(model.parameters())
    )
    assert all(torch.isfinite(g).all() and g.any() for g in gradients)
    again = model.encode(rows, lengths, chance=torch.Generator().manual_seed(0)).condition
    torch.testing.assert_close(again, code.condition, atol=0, rtol=0)
    noise = torch.randn(3, model.n_condition)
    assert torch.equal(model.imagine(noise), noise)


def test_threads_do_not_disturb_each_other():
    model = some_model("layer-norm autoencoder")
    rows, lengths = uneven_batch()

    def gradient(seed):
        chance = torch.Generator().manual_seed(seed)
        code = model.encode(rows, lengths, chance=chance)
        loss = model(rows, code.condition, chance).square().sum() + code.nats.sum()
        return torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(model.parameters()))])

    alone = [gradient(seed) for seed in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(gradient, range(8)))
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other)


def test_bf16_is_close_for_every_variant(variant):
    rows, code = some_rows(), told(variant)
    with torch.autocast("cpu", torch.bfloat16):
        rough = variant(rows, code)
    assert rough.dtype == torch.float32
    torch.testing.assert_close(rough, variant(rows, code), atol=0.15, rtol=0.1)


def test_weights_of_the_first_version_still_fit(model):
    hidden, n_outputs = SMALL["hidden"], 6 * SMALL["mixtures"] + 3
    shapes = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    assert shapes == {
        "lstm.weight_ih_l0": (4 * hidden, 7),
        "lstm.weight_hh_l0": (4 * hidden, hidden),
        "lstm.bias_ih_l0": (4 * hidden,),
        "lstm.bias_hh_l0": (4 * hidden,),
        "head.weight": (n_outputs, hidden),
        "head.bias": (n_outputs,),
    }


def test_dropout_hangs_on_its_generator_alone(variant):
    rows, code = some_rows(), told(variant)
    one, two = (variant(rows, code, torch.Generator().manual_seed(5)) for _ in range(2))
    torch.testing.assert_close(one, two, atol=0, rtol=0)
    assert not torch.equal(one, variant(rows, code))


@pytest.mark.parametrize("share", [0.1, 0.25])
def test_dropout_loses_its_share_and_makes_up_for_it(share):
    like = torch.empty(301, 333)
    mask = keep_mask(like, share, torch.Generator().manual_seed(0))
    assert mask.shape == like.shape
    assert float((mask == 0).float().mean()) == pytest.approx(share, abs=0.005)
    assert float(mask.mean()) == pytest.approx(1, abs=0.01)
    assert len(mask.unique()) == 2
    # No pattern along a row or across the four that one draw decides.
    lost = (mask == 0).float() - share
    for step in (1, 2, 3, 4):
        assert abs(float((lost.flatten()[step:] * lost.flatten()[:-step]).mean())) < 0.003


def test_a_drawing_does_not_hang_on_how_many_are_asked_for(model):
    many = generate(model, 70, seed=3, limits=Limits(40))
    few = generate(model, 5, seed=3, first=2, limits=Limits(40))
    assert len(many) == 70
    assert [len(d.rows) for d in few] == [len(d.rows) for d in many[2:7]]
    for one, other in zip(few, many[2:7], strict=True):
        np.testing.assert_allclose(one.rows, other.rows, atol=1e-4)
    assert len({d.rows.tobytes() for d in many if len(d.rows) > 2}) > 10


def test_drawings_end_by_themselves_or_at_the_limit(model):
    drawn = generate(model, 40, seed=0, limits=Limits(6))
    assert {d.ended for d in drawn} == {True, False}
    assert all(len(d.rows) < 6 if d.ended else len(d.rows) == 6 for d in drawn)


def test_no_drawing_ends_within_a_stroke(model):
    drawn = [d for d in generate(model, 60, seed=1, limits=Limits(60)) if d.ended]
    assert len(drawn) > 20
    assert all(len(d.rows) and d.rows[-1, 2] == 1 for d in drawn)


def test_stopping_leaves_the_unfinished_out(model):
    asked = iter([False] * 3 + [True] * 100)
    drawn = generate(model, 10, seed=0, limits=Limits(200), stopped=lambda: next(asked))
    assert len(drawn) < 10


def test_names_lead_to_configurations_and_wrong_ones_are_named():
    assert "sketchrnn/quick" in model_names()
    assert resolve("sketchrnn/standard")[1]["hidden"] == 512
    for name, changes in (
        ("sketchrmn", {}),
        ("sketchrnn/huge", {}),
        ("sketchrnn", {"hiden": 3}),
        ("sketchrnn", {"cell": "gru"}),
    ):
        with pytest.raises(UserError, match=r"sketchrmn|huge|hiden|gru"):
            resolve(name, changes)
