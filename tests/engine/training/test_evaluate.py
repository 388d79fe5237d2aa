import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.dataset.store import load_dataset
from engine.errors import UserError
from engine.models.base import Code, StrokeModel
from engine.models.mdn import nll
from engine.strokes.stroke3 import to_stroke5
from engine.training.checkpoint import BEST, Checkpoint, load_checkpoint
from engine.training.data import dequantise
from engine.training.evaluate import evaluate
from engine.training.loop import train
from engine.training.order0 import fit_order0
from engine.training.settings import TrainSettings
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
    assert figures.nats_per_point == pytest.approx(total / points, abs=1e-4)
    assert figures.nats_per_drawing == pytest.approx(total / len(drawings), rel=1e-4)
    assert figures.xy + figures.pen == pytest.approx(figures.nats_per_point)
    assert figures.information_gain == pytest.approx(figures.order0 - figures.nats_per_point)
    assert (figures.points, figures.drawings) == (points, len(drawings))
    assert (figures.step, figures.code_nats, figures.warnings) == (state.step, None, ())
    assert figures.bound_per_point == figures.nats_per_point


class Toy(StrokeModel):
    """Predicts from the newest row alone, by a table of numbers; told the first move where it has a code."""

    def __init__(self, is_autoencoder, n_eras):
        super().__init__()
        self.n_mixtures, self.is_autoencoder, self.n_eras = 2, is_autoencoder, n_eras
        self.weights = np.random.default_rng(0).normal(0, 0.5, (5, 15)).astype(np.float32)
        self.anchor = torch.nn.Parameter(torch.zeros(1))

    def encode(self, rows, lengths, eras=None, chance=None):
        if self.n_eras:
            return Code(eras[:, None].float(), rows.new_zeros(len(rows)))
        assert chance is None
        return Code(rows[:, 1, :1] * self.is_autoencoder, lengths * 0.25 * self.is_autoencoder)

    def forward(self, batch, condition=None, dropout=None):
        return batch @ torch.tensor(self.weights) + 0.1 * condition[:, None]

    def initial_state(self, n, condition=None): ...

    def step(self, state, stroke5): ...


class ToyCheckpoint(Checkpoint):
    def model(self, device, weights="ema"):
        return Toy(self.config["is_autoencoder"], self.config["n_eras"])


@pytest.fixture
def toy(monkeypatch):
    def make(is_autoencoder=False, n_eras=0, **fields):
        config = {"is_autoencoder": is_autoencoder, "n_eras": n_eras}
        fields = {"scale": 2.0, "settings": {}, **fields}
        state = ToyCheckpoint(family="toy", config=config, integral=False, dataset={}, **fields)
        monkeypatch.setattr("engine.training.evaluate.load_checkpoint", lambda path: state)

    return make


def by_hand(rows, told, scale=2.0):
    """Nats of moves and of pen states of one drawing, number by number."""
    table, before = Toy(False, 0).weights.astype(float), [0.0, 0.0, 1.0, 0.0, 0.0]
    xy = pen = 0.0
    for n in range(len(rows) + 1):
        raw = [sum(before[i] * table[i][j] for i in range(5)) + 0.1 * told for j in range(15)]
        log_pen = [p - math.log(sum(math.exp(q) for q in raw[:3])) for p in raw[:3]]
        if n == len(rows):
            return xy, pen - log_pen[2]
        x, y, up = rows[n][0] / scale, rows[n][1] / scale, rows[n][2] > 0.5
        pen -= log_pen[1] if up else log_pen[0]
        density = 0.0
        for m in range(2):
            share = math.exp(raw[3 + m]) / (math.exp(raw[3]) + math.exp(raw[4]))
            zx = (x - raw[5 + 2 * m]) / math.exp(raw[9 + 2 * m])
            zy = (y - raw[6 + 2 * m]) / math.exp(raw[10 + 2 * m])
            rho = math.tanh(raw[13 + m])
            square = (zx * zx + zy * zy - 2 * rho * zx * zy) / (1 - rho * rho)
            area = 2 * math.pi * math.exp(raw[9 + 2 * m] + raw[10 + 2 * m]) * math.sqrt(1 - rho * rho)
            density += share * math.exp(-square / 2) / area
        xy -= math.log(density / scale**2)
        before = [x, y, 0.0 if up else 1.0, 1.0 if up else 0.0, 0.0]


def scribbles(n=7):
    rng = np.random.default_rng(1)
    made = [rng.normal(0, 2, (k, 3)) for k in rng.integers(1, 9, n)]
    for rows in made:
        rows[:, 2] = (rng.random(len(rows)) < 0.3) | (np.arange(len(rows)) == len(rows) - 1)
    return [rows.astype(np.float32) for rows in made]


@pytest.mark.parametrize("has_code", [False, True])
def test_the_figures_are_those_of_loops_over_points_and_gaussians(toy, has_code):
    toy(has_code)
    drawings = scribbles()
    found = evaluate("run", drawings, device="cpu")
    nats = [by_hand(rows, rows[0][0] / 2 if has_code else 0.0) for rows in drawings]
    points = sum(map(len, drawings))
    xy, pen = sum(n[0] for n in nats) / points, sum(n[1] for n in nats) / points
    assert (found.xy, found.pen) == (pytest.approx(xy, abs=1e-5), pytest.approx(pen, abs=1e-5))
    assert found.nats_per_drawing == pytest.approx((xy + pen) * points / len(drawings), rel=1e-5)
    assert found.code_nats == (pytest.approx(0.25 * points / len(drawings)) if has_code else None)
    assert found.bound_per_point == pytest.approx(xy + pen + 0.25 * has_code, abs=1e-5)


def test_each_drawing_is_told_its_era(toy):
    toy(n_eras=2, settings=TrainSettings(eras=(("44",), ("45", "46"))).to_json())
    drawings = scribbles(3)
    found = evaluate("run", drawings, ["46", "", "44"], device="cpu")
    expected = sum(sum(by_hand(rows, era)) for rows, era in zip(drawings, (1, -1, 0), strict=True))
    assert found.nats_per_drawing == pytest.approx(expected / 3, rel=1e-5)
    unknown = sum(sum(by_hand(rows, -1)) for rows in drawings)
    assert evaluate("run", drawings, device="cpu").nats_per_drawing == pytest.approx(unknown / 3, rel=1e-5)


def test_without_a_histogram_there_is_no_gain(toy):
    toy()
    found = evaluate("run", scribbles(), device="cpu")
    assert (found.information_gain, found.order0) == (None, None)


def test_long_and_empty_drawings_are_told(toy):
    toy(settings={"max_points": 50})
    long = np.tile(np.array([[1, 2, 0]], np.float32), (40_000, 1)) + np.float32(0.5)
    found = evaluate("run", [*scribbles(), long, np.zeros((0, 3), np.float32)], device="cpu")
    assert found.points == sum(map(len, scribbles())) + 40_000
    assert (found.drawings, found.empty) == (8, 1)
    assert found.warnings == (
        "Drawings longer than the 50 points the run learnt from: 1. They are measured whole.",
    )


@pytest.mark.parametrize(("times", "warns"), [(0.05, True), (0.9, False), (2.0, False), (20.0, True)])
def test_other_units_are_noticed(toy, times, warns):
    toy()
    unit = np.array([times, times, 1], np.float32)
    found = evaluate("run", [rows * unit for rows in scribbles(40)], device="cpu")
    assert any("other units" in warning for warning in found.warnings) == warns


def test_whole_numbers_are_spread_over_their_unit(toy):
    toy()
    still = np.array([[0, 0, 0]] * 9 + [[0, 0, 1]], np.float32)
    spread = dequantise(still, np.random.default_rng(7))
    found = evaluate("run", [still], device="cpu").xy
    assert found == pytest.approx(by_hand(spread, 0.0)[0] / 10, abs=1e-5)
    assert found != pytest.approx(by_hand(still, 0.0)[0] / 10, abs=1e-3)


def test_the_unit_shifts_the_figures_as_a_density_must(run, dataset):
    drawings = load_dataset(dataset).dataset.valid.rows
    state = load_checkpoint(run)
    assert 0.5 < evaluate(run, drawings).nats_per_point - 2 * math.log(state.scale) < 10


@pytest.mark.parametrize("drawings", [[], [np.zeros((0, 3), np.float32)]])
def test_nothing_to_measure_is_said(run, drawings):
    with pytest.raises(UserError, match="no drawing"):
        evaluate(run, drawings)


def test_the_yardstick_predicts_what_it_was_drawn_from():
    rng = np.random.default_rng(0)
    made = [np.column_stack([rng.normal(0, 3, (100, 2)), np.arange(100) % 20 == 19]) for _ in range(60)]
    drawings = [d.astype(np.float32) for d in made]
    xy, pen = fit_order0(drawings[:40], 3.0).nll(drawings[40:])
    assert xy == pytest.approx(math.log(2 * math.pi * math.e * 9), abs=0.15)
    q = np.array([95, 5, 1]) / 101
    assert pen == pytest.approx(-(np.array([95, 5, 1]) * np.log(q)).sum() / 100, abs=0.02)


def test_the_yardstick_knows_a_number_for_every_move():
    rng = np.random.default_rng(0)
    yardstick = fit_order0([np.column_stack([rng.normal(0, 3, (99, 2)), np.zeros(99)])], 3.0)
    far = [np.array([[900.0, 0.0, 1.0]])]
    # One of a hundred points lies in the Gaussian of four times the scale.
    expected = math.log(100) + math.log(2 * math.pi * 12**2) + 0.5 * (900 / 12) ** 2
    assert yardstick.nll(far)[0] == pytest.approx(expected)


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


def test_weights_of_another_version_of_a_model_say_so(run):
    state = load_checkpoint(run)
    name = next(name for name in state.tensors if name.startswith("ema."))
    state.tensors[name] = state.tensors[name][:-1]
    with pytest.raises(UserError, match="another version of the model sketchrnn"):
        state.model(torch.device("cpu"))
