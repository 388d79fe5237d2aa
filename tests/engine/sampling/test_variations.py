import numpy as np
import pytest

from engine.errors import UserError
from engine.sampling.latent import reconstruct
from engine.sampling.options import Options
from engine.sampling.variations import vary
from engine.strokes.stroke3 import from_stroke3, to_stroke3
from engine.strokes.types import Drawing, as_stroke
from tests.engine.sampling.machines import make_sampler
from tests.engine.sampling.quality.hand import drawings

DRAWN = [from_stroke3(rows) for rows in drawings(3, 3)]
SHORT = Options(0.6, seed=2, points=(20, 40))
LINES = Drawing(tuple(as_stroke(np.arange(40).reshape(20, 2) + 50 * k) for k in range(2)))


def texts(made):
    return [to_stroke3(one).tobytes() for one in made]


@pytest.mark.parametrize("name", ["sketchrnn/vae", "sketchformer"])
def test_codes_stray_from_the_drawings_own_to_any(name):
    sampler = make_sampler(name)
    unchanged = vary(sampler, DRAWN[0], 3, 0.0, SHORT)
    for one, other in zip(unchanged, reconstruct(sampler, [DRAWN[0]] * 3, SHORT), strict=True):
        np.testing.assert_allclose(to_stroke3(one)[:10], to_stroke3(other)[:10], atol=0.05)
    some = vary(sampler, DRAWN[0], 3, 0.5, SHORT)
    assert len(set(texts(some))) == 3
    assert texts(some) == texts(vary(sampler, DRAWN[0], 3, 0.5, SHORT))
    assert texts(some) != texts(vary(sampler, DRAWN[1], 3, 0.5, SHORT))
    # Of the drawing nothing is left.
    assert texts(vary(sampler, DRAWN[0], 3, 1.0, SHORT)) == texts(vary(sampler, DRAWN[1], 3, 1.0, SHORT))


@pytest.mark.parametrize(("amount", "kept"), [(0.1, 36), (0.3, 28), (0.75, 10)])
@pytest.mark.parametrize("name", ["transformer", "sketchrnn"])
def test_others_keep_the_beginning_of_the_line(name, amount, kept):
    made = vary(make_sampler(name), LINES, 4, amount, Options(1.0, max_points=60))
    assert len(made) == 4
    points = np.concatenate(LINES.strokes)
    for one in made:
        own = np.concatenate(one.strokes)
        np.testing.assert_allclose(own[:kept], points[:kept], atol=1e-3)
        assert not np.allclose(own[kept : kept + 1], points[kept], atol=1e-3)
        assert one.n_points <= 60
    assert len(set(texts(made))) == 4


def test_a_line_kept_whole_stays_lifted():
    made = vary(make_sampler("transformer"), LINES, 6, 0.5, Options(1.0, points=(30, 40)))
    assert all(len(one.strokes[0]) == 20 for one in made)
    resting = vary(make_sampler("transformer"), LINES, 6, 0.55, Options(1.0, points=(30, 40)))
    assert any(len(one.strokes[0]) != 20 for one in resting)


def test_points_are_those_of_the_whole():
    for one in vary(make_sampler("transformer"), LINES, 6, 0.25, Options(1.0, points=(35, 45))):
        assert 35 <= one.n_points <= 45


def test_all_of_it_or_nothing():
    sampler = make_sampler("transformer")
    assert vary(sampler, LINES, 2, 0.0) == [LINES, LINES]
    assert texts(vary(sampler, LINES, 3, 1.0, SHORT)) == texts(sampler.draw(3, SHORT))
    assert vary(sampler, LINES, 0) == [] == vary(make_sampler("sketchformer"), LINES, 0)


@pytest.mark.parametrize("amount", [-0.1, 1.5, float("nan")])
def test_an_amount_that_makes_no_sense_is_refused(amount):
    with pytest.raises(UserError):
        vary(make_sampler("sketchrnn"), LINES, 2, amount)


def test_it_leaves_when_it_is_asked_to():
    for name in ("sketchrnn/vae", "transformer"):
        assert vary(make_sampler(name), LINES, 2, 0.5, stopped=lambda: True) == []
