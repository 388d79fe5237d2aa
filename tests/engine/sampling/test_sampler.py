import json
from dataclasses import replace

import numpy as np
import pytest

from engine.dataset.build import build
from engine.dataset.recipe import Recipe
from engine.dataset.store import save_dataset
from engine.errors import UserError
from engine.sampling.options import Options
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
    one, same, other = (points(sampler.draw(5, Options(seed=s, max_points=50))) for s in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_grid_can_be_drawn_in_pieces(sampler):
    whole = points(sampler.draw(6, Options(seed=1, max_points=50)))
    pieces = points(sampler.draw(2, Options(seed=1, max_points=50))) + points(
        sampler.draw(4, Options(seed=1, max_points=50), first=2)
    )
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_allclose(one, other, atol=0.05)


def test_drawings_are_in_the_units_they_were_learnt_in(sampler):
    moves = np.concatenate([np.diff(p, axis=0) for p in points(sampler.draw(8, Options(1.0)))])
    assert 0.3 * sampler.checkpoint.scale < moves.std() < 3 * sampler.checkpoint.scale


def test_a_completion_begins_with_its_prefix_and_goes_its_own_ways(sampler):
    line = np.stack([np.linspace(20, 60, 9), np.linspace(100, 90, 9)], 1).astype(np.float32)
    done = sampler.complete(Drawing((line,)), 5, Options(1.0, max_points=30))
    assert len(done) == 5
    for drawing in done:
        np.testing.assert_allclose(drawing.strokes[0][:9], line, atol=1e-3)
    assert len({d.n_points for d in done} | {d.strokes[0][9:10].tobytes() for d in done}) > 3


def test_completing_nothing_is_drawing(sampler):
    short = Options(max_points=30)
    drawn, completed = sampler.draw(3, short), sampler.complete(Drawing(()), 3, short)
    for one, other in zip(points(drawn), points(completed), strict=True):
        np.testing.assert_allclose(one, other, atol=0.05)


def test_none_asked_for_none_drawn(sampler):
    assert sampler.draw(0) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"variability": 0},
        {"variability": float("nan")},
        {"choice": 20.0},
        {"top_p": 0.0},
        {"seed": -1},
        {"max_points": 0},
        {"points": (9, 5)},
        {"start": (float("inf"), 0.0)},
        {"era": 0},
    ],
)
def test_what_draws_nothing_is_refused(sampler, wrong):
    with pytest.raises(UserError):
        sampler.draw(2, Options(**wrong))


def test_options_survive_json_and_unknown_ones_are_named():
    options = Options(0.3, choice=0.7, one_stroke=True, points=(5, 60), start=(3.0, 4.0))
    assert Options.from_json(json.loads(json.dumps(options.to_json()))) == options
    with pytest.raises(UserError, match="tempereture"):
        Options.from_json({"tempereture": 1})


def test_one_stroke_is_one_stroke_of_the_length_asked_for(sampler):
    drawn = sampler.sample(12, Options(1.0, one_stroke=True, points=(10, 40)))
    assert all(len(one.drawing.strokes) == 1 for one in drawn)
    assert all(10 <= len(one.rows) <= 40 for one in drawn)


def test_lengths_are_kept_and_few_drawings_are_cut(sampler):
    drawn = sampler.sample(20, Options(1.0, points=(12, 60)))
    assert all(12 <= len(one.rows) <= 60 for one in drawn)
    assert sum(one.ended for one in drawn) > 10


def test_the_pen_begins_where_it_was_put(sampler):
    for drawing in sampler.draw(4, Options(start=(30.0, 70.0), max_points=20)):
        np.testing.assert_allclose(drawing.strokes[0][0], [30, 70], atol=1e-4)


def test_what_is_refused_is_begun_again_and_counted(sampler):
    free = sampler.sample(16, Options(1.0, max_points=40))
    sides = [max(np.ptp(np.concatenate(one.drawing.strokes), axis=0)) for one in free]
    wished = sampler.sample(16, Options(1.0, max_points=40, side=(float(np.median(sides)), 0.0)))
    assert all(one.attempts == 1 for one in free)
    again = [k for k, one in enumerate(wished) if one.attempts > 1]
    assert again
    for k, (one, other) in enumerate(zip(free, wished, strict=True)):
        is_same = one.rows.shape == other.rows.shape and np.allclose(one.rows, other.rows, atol=0.05)
        assert is_same != (k in again)


def test_the_future_comes_from_the_prefix_alone(sampler):
    """What the artist draws later must not leak into what was foretold before."""
    line = np.stack([np.linspace(20, 60, 40), 100 + 10 * np.sin(np.arange(40) / 4)], 1).astype(np.float32)
    begun = Drawing((line[:25],))
    before = [one.rows for one in sampler.fan(begun, 6, 15, Options(seed=4))]
    sampler.fan(Drawing((line,)), 6, 15, Options(seed=4))
    fresh = Sampler(sampler.model, sampler.checkpoint).fan(begun, 6, 15, Options(seed=4))
    again = sampler.fan(begun, 6, 15, Options(seed=4))
    for one, other, third in zip(before, again, fresh, strict=True):
        np.testing.assert_allclose(one, other.rows, atol=1e-3)
        np.testing.assert_allclose(one, third.rows, atol=1e-3)
        np.testing.assert_allclose(one[0, :2], line[24], atol=1e-3)


def test_a_line_taken_bit_by_bit_is_the_line_taken_whole(sampler):
    line = np.stack([np.linspace(20, 60, 60), 100 + 10 * np.sin(np.arange(60) / 4)], 1).astype(np.float32)
    grown = Sampler(sampler.model, sampler.checkpoint)
    for n in (5, 20, 22, 47, 60):
        bit = grown.fan(Drawing((line[:n],)), 3, 10, Options(seed=1))
    whole = sampler.fan(Drawing((line,)), 3, 10, Options(seed=1))
    for one, other in zip(bit, whole, strict=True):
        np.testing.assert_allclose(one.rows, other.rows, atol=1e-2)


def test_a_completed_drawing_can_be_completed_again(sampler):
    line = np.stack([np.linspace(20, 60, 9), np.linspace(100, 90, 9)], 1).astype(np.float32)
    once = sampler.complete(Drawing((line,)), 2, Options(1.0, max_points=20))[0]
    twice = sampler.complete(once, 3, Options(1.0, max_points=20, seed=5))
    for drawing in twice:
        np.testing.assert_allclose(points([drawing])[0][: once.n_points], points([once])[0], atol=1e-3)


def test_drawings_are_seen_growing(sampler):
    seen = []
    drawn = sampler.draw(5, Options(max_points=30), watch=lambda growing: seen.append(growing()))
    assert len(seen[-1]) == 5
    counts = [sum(one.n_points for one in drawings) for drawings in seen]
    assert counts == sorted(counts)
    assert counts[-1] == sum(one.n_points for one in drawn)


def test_no_point_no_future(sampler):
    with pytest.raises(UserError, match="begun"):
        sampler.fan(Drawing(()), 3, 10)
