import numpy as np
import pytest

from engine.models.desk import Limits
from engine.models.generate import generate
from engine.sampling import hairs as hairs_module
from engine.sampling.hairs import hairs
from engine.sampling.options import Options
from engine.sampling.reading import codes
from engine.strokes.stroke3 import from_stroke3
from engine.strokes.types import Drawing, as_stroke
from tests.engine.sampling.machines import MACHINES, make_sampler
from tests.engine.sampling.quality.hand import drawings

DRAWN = next(d for d in (from_stroke3(rows) for rows in drawings(20, 3)) if len(d.strokes) == 2)


def part(drawing, stroke, point):
    """A drawing up to a point."""
    return Drawing((*drawing.strokes[:stroke], drawing.strokes[stroke][: point + 1]))


@pytest.mark.parametrize("begins_at_point", [False, True])
@pytest.mark.parametrize("name", MACHINES)
def test_a_hair_is_how_the_line_up_to_there_would_go_on(name, begins_at_point):
    sampler = make_sampler(name, begins_at_point=begins_at_point)
    grown = hairs(sampler, DRAWN, every=4, points=6, options=Options(0.8, seed=5))
    told = codes(sampler, [DRAWN])
    for number, hair in enumerate(grown):
        prefix = part(DRAWN, hair.stroke, hair.point)
        (alone,) = generate(
            sampler.model,
            1,
            seed=5,
            first=number,
            temperatures=Options(0.8).temperatures,
            limits=Limits(most=6, one_stroke=True, attempts=1),
            prefix=sampler.rows(prefix, is_lifted=False),
            code=told,
        )
        moves = sampler.in_units(alone.rows)[:, :2]
        np.testing.assert_allclose(np.diff(hair.line, axis=0), moves, atol=0.02)


def test_hairs_grow_along_every_stroke_from_where_they_say():
    sampler = make_sampler("transformer")
    grown = hairs(sampler, DRAWN, every=3, points=5, each=2)
    expected = [
        (stroke, point)
        for stroke, line in enumerate(DRAWN.strokes)
        for point in range(0, len(line) - 1, 3)
        for _ in range(2)
    ]
    assert [(hair.stroke, hair.point) for hair in grown] == expected
    for hair in grown:
        assert np.array_equal(hair.line[0], DRAWN.strokes[hair.stroke][hair.point])
        assert 2 <= len(hair.line) <= 6
    pairs = zip(grown[::2], grown[1::2], strict=True)
    assert any(not np.array_equal(one.line, other.line) for one, other in pairs)


def test_many_hairs_grow_in_groups_as_they_would_together(monkeypatch):
    sampler = make_sampler("transformer")
    together = hairs(sampler, DRAWN, every=1, points=4)
    monkeypatch.setattr(hairs_module, "_TOGETHER", 7)
    grouped = hairs(sampler, DRAWN, every=1, points=4)
    for one, other in zip(together, grouped, strict=True):
        np.testing.assert_allclose(one.line, other.line, atol=0.02)


def test_nothing_grows_where_there_is_no_line():
    sampler = make_sampler("sketchrnn")
    dots = Drawing((as_stroke([[3, 3]]), as_stroke(np.zeros((0, 2)))))
    assert hairs(sampler, Drawing(())) == [] == hairs(sampler, dots)


@pytest.mark.parametrize("patience", [0, 3, 25])
def test_it_leaves_when_it_is_asked_to(patience):
    asked = []

    def stopped():
        asked.append(1)
        return len(asked) > patience

    assert hairs(make_sampler("transformer"), DRAWN, every=2, points=50, stopped=stopped) == []
    assert len(asked) <= patience + 2
