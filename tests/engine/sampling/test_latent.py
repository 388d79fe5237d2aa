import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.sampling.latent import interpolate, reconstruct, slerp
from engine.sampling.options import Options
from engine.strokes.stroke3 import from_stroke3, to_stroke3
from engine.strokes.types import Drawing
from tests.engine.sampling.machines import make_sampler
from tests.engine.sampling.quality.hand import drawings

DRAWN = [from_stroke3(rows) for rows in drawings(3, 3)]
SHORT = Options(0.6, seed=2, points=(20, 40))


def same(a, b):
    return np.array_equal(to_stroke3(a), to_stroke3(b))


def close(a, b):
    """Whether two drawings begin alike; rounding is other in batches of another size, and grows."""
    return bool(np.allclose(to_stroke3(a)[:10], to_stroke3(b)[:10], atol=0.05))


@pytest.mark.parametrize("name", ["sketchrnn/vae", "sketchformer"])
def test_a_way_leads_from_the_one_to_the_other(name):
    sampler = make_sampler(name)
    steps = interpolate(sampler, *DRAWN[:2], 5, SHORT)
    assert len(steps) == 5
    # The ends are drawn by the chance of the first drawing, as each of them alone would be.
    for step, drawing in ((steps[0], DRAWN[0]), (steps[-1], DRAWN[1])):
        assert close(step, reconstruct(sampler, [drawing], SHORT)[0])
    assert len({to_stroke3(one).tobytes() for one in steps}) == 5
    again = interpolate(sampler, *DRAWN[:2], 5, SHORT)
    assert all(same(a, b) for a, b in zip(steps, again, strict=True))
    back = interpolate(sampler, DRAWN[1], DRAWN[0], 5, SHORT)
    assert all(close(a, b) for a, b in zip(steps, back[::-1], strict=True))


def test_a_way_from_a_drawing_to_itself_stays_there():
    steps = interpolate(make_sampler("sketchrnn/vae"), DRAWN[0], DRAWN[0], 4, SHORT)
    assert all(close(step, steps[0]) for step in steps)


def test_each_drawing_has_its_own_code_and_its_own_chance():
    sampler = make_sampler("sketchrnn/vae")
    made = reconstruct(sampler, [*DRAWN, DRAWN[0], Drawing(())], SHORT)
    assert len(made) == 5
    assert len({to_stroke3(one).tobytes() for one in made}) == 5


@pytest.mark.parametrize("name", ["transformer", "transformer of eras", "sketchrnn"])
def test_a_model_without_codes_says_where_they_are(name):
    sampler = make_sampler(name)
    for attempt in (
        lambda: interpolate(sampler, *DRAWN[:2], 5),
        lambda: reconstruct(sampler, DRAWN),
    ):
        with pytest.raises(UserError, match="sketchformer") as refused:
            attempt()
        assert "by shape" in refused.value.hint


def test_a_way_of_nothing_is_refused_and_one_can_be_left():
    sampler = make_sampler("sketchformer")
    with pytest.raises(UserError):
        interpolate(sampler, *DRAWN[:2], 0)
    assert len(interpolate(sampler, *DRAWN[:2], 1, SHORT)) == 1
    assert interpolate(sampler, *DRAWN[:2], 3, SHORT, stopped=lambda: True) == []


def test_codes_on_the_arc_keep_their_length():
    start, end = torch.tensor([3.0, 0, 0]), torch.tensor([0, 0, 3.0])
    arc = slerp(start, end, torch.linspace(0, 1, 5))
    torch.testing.assert_close(arc.norm(dim=1), torch.full((5,), 3.0))
    torch.testing.assert_close(arc[0], start)
    torch.testing.assert_close(arc[-1], end, atol=1e-6, rtol=0)
    torch.testing.assert_close(arc[2], torch.tensor([1, 0, 1]) * 3 / 2**0.5)
    for other in (-start, 2 * start):
        line = slerp(start, other, torch.linspace(0, 1, 3))
        torch.testing.assert_close(line[1], (start + other) / 2)
