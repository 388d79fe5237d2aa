from dataclasses import replace

import numpy as np
import pytest

from engine.dataset.build import build
from engine.dataset.recipe import Recipe
from engine.dataset.store import save_dataset
from engine.errors import UserError
from engine.sampling.sampler import Sampler
from engine.strokes.types import Drawing
from engine.training.checkpoint import BEST
from engine.training.loop import train
from engine.training.settings import TrainSettings
from tests.engine.dataset.test_build import items
from tests.engine.training.conftest import SMALL, Listener


@pytest.fixture(scope="module")
def sampler(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sampler")
    save_dataset(folder / "d", build(items(6), Recipe()), Recipe(), name="waves")
    settings = TrainSettings(
        model="sketchrnn/quick", model_changes=SMALL, steps=15, batch_size=8, learning_rate=1e-2, n_samples=0
    )
    train(folder / "run", folder / "d", replace(settings, valid_every=15), Listener())
    return Sampler.load(folder / "run" / "checkpoints" / BEST)


def points(drawings):
    return [np.concatenate([np.zeros((0, 2)), *d.strokes]) for d in drawings]


def test_a_seed_gives_the_same_drawings(sampler):
    one, same, other = (points(sampler.draw(5, seed=s, max_points=50)) for s in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_grid_can_be_drawn_in_pieces(sampler):
    whole = points(sampler.draw(6, seed=1, max_points=50))
    pieces = points(sampler.draw(2, seed=1, max_points=50)) + points(
        sampler.draw(4, seed=1, first=2, max_points=50)
    )
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_allclose(one, other, atol=0.05)


def test_drawings_are_in_the_units_they_were_learnt_in(sampler):
    moves = np.concatenate([np.diff(p, axis=0) for p in points(sampler.draw(8, temperature=1.0))])
    assert 0.3 * sampler.checkpoint.scale < moves.std() < 3 * sampler.checkpoint.scale


def test_a_completion_begins_with_its_prefix_and_goes_its_own_ways(sampler):
    line = np.stack([np.linspace(20, 60, 9), np.linspace(100, 90, 9)], 1).astype(np.float32)
    done = sampler.complete(Drawing((line,)), 5, temperature=1.0, max_points=30)
    assert len(done) == 5
    for drawing in done:
        np.testing.assert_allclose(drawing.strokes[0][:9], line, atol=1e-3)
    assert len({d.n_points for d in done} | {d.strokes[0][9:10].tobytes() for d in done}) > 3


def test_completing_nothing_is_drawing(sampler):
    drawn, completed = sampler.draw(3, max_points=30), sampler.complete(Drawing(()), 3, max_points=30)
    for one, other in zip(points(drawn), points(completed), strict=True):
        np.testing.assert_allclose(one, other, atol=0.05)


def test_none_asked_for_none_drawn(sampler):
    assert sampler.draw(0) == []


@pytest.mark.parametrize(
    "wrong", [{"temperature": 0}, {"temperature": float("nan")}, {"seed": -1}, {"max_points": 0}, {"era": 0}]
)
def test_what_draws_nothing_is_refused(sampler, wrong):
    with pytest.raises(UserError):
        sampler.draw(2, **wrong)
