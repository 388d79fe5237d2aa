import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.dataset.store import load_dataset
from engine.errors import UserError
from engine.models.mdn import nll
from engine.strokes.stroke3 import to_stroke5
from engine.training.checkpoint import BEST, load_checkpoint
from engine.training.evaluate import evaluate
from engine.training.loop import train
from engine.training.order0 import fit_order0
from tests.engine.training.conftest import Listener


@pytest.fixture
def run(tmp_path, dataset, settings):
    train(tmp_path / "run", dataset, replace(settings, steps=20), Listener())
    return tmp_path / "run" / "checkpoints" / BEST


def test_the_figures_are_those_of_the_loss_one_drawing_at_a_time(run, dataset):
    drawings = load_dataset(dataset).dataset.valid.rows
    figures = evaluate(run, drawings, device="cpu")
    state = load_checkpoint(run)
    model, total = state.model(torch.device("cpu")), 0.0
    for rows in drawings:
        framed = torch.tensor(to_stroke5(rows))[None]
        framed[..., :2] /= state.scale
        with torch.no_grad():
            loss = nll(model(framed[:, :-1]), framed[:, 1:], torch.tensor([len(rows)]), model.n_mixtures)
        total += (float(loss.total) + 2 * math.log(state.scale)) * len(rows)
    points = sum(map(len, drawings))
    assert figures["nats_per_point"] == pytest.approx(total / points, abs=1e-4)
    assert figures["nats_per_drawing"] == pytest.approx(total / len(drawings), rel=1e-4)
    assert figures["xy"] + figures["pen"] == pytest.approx(figures["nats_per_point"])
    assert figures["information_gain"] == pytest.approx(figures["order0"] - figures["nats_per_point"])
    assert (figures["points"], figures["drawings"]) == (points, len(drawings))


def test_the_unit_shifts_the_figures_as_a_density_must(run, dataset):
    drawings = load_dataset(dataset).dataset.valid.rows
    state = load_checkpoint(run)
    assert 0.5 < evaluate(run, drawings)["nats_per_point"] - 2 * math.log(state.scale) < 10


def test_nothing_to_measure_is_said(run):
    with pytest.raises(UserError, match="no drawing"):
        evaluate(run, [])


def test_the_yardstick_predicts_what_it_was_drawn_from():
    rng = np.random.default_rng(0)
    made = [np.column_stack([rng.normal(0, 3, (100, 2)), np.arange(100) % 20 == 19]) for _ in range(60)]
    drawings = [d.astype(np.float32) for d in made]
    xy, pen = fit_order0(drawings[:40], 3.0).nll(drawings[40:])
    assert xy == pytest.approx(math.log(2 * math.pi * math.e * 9), abs=0.15)
    q = np.array([95, 5, 1]) / 101
    assert pen == pytest.approx(-(np.array([95, 5, 1]) * np.log(q)).sum() / 100, abs=0.02)


@pytest.mark.parametrize("damage", ["cut", "text", "foreign", "gone"])
def test_a_checkpoint_that_is_none_is_named(run, damage):
    if damage == "gone":
        run.unlink()
    elif damage == "cut":
        run.write_bytes(run.read_bytes()[:-100])
    elif damage == "text":
        run.write_text("hello")
    else:
        from safetensors.torch import save_file

        save_file({"a": torch.zeros(1)}, run)
    with pytest.raises(UserError, match=r"best\.safetensors"):
        load_checkpoint(run)
