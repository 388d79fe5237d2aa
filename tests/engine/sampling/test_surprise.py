from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import UserError
from engine.sampling.reading import as_learnt, codes
from engine.sampling.surprise import measure_surprise, surprise, surprise_along
from engine.strokes.stroke3 import from_stroke3, to_stroke3
from engine.strokes.types import Drawing, as_stroke
from engine.training.checkpoint import save_checkpoint
from engine.training.evaluate import evaluate
from tests.engine.sampling.machines import MACHINES, make_checkpoint, make_sampler
from tests.engine.sampling.quality.hand import drawings

DRAWN = [from_stroke3(rows) for rows in drawings(7, 3)]


@pytest.mark.parametrize("name", MACHINES)
def test_points_and_ends_sum_to_what_evaluation_says(name, tmp_path):
    sampler, path = make_sampler(name), tmp_path / "it.safetensors"
    save_checkpoint(path, make_checkpoint(name))
    found = measure_surprise(sampler, DRAWN)
    assert [len(one.points) for one in found] == [one.n_points for one in DRAWN]
    nats = sum(one.points.sum() + one.end for one in found)
    told = evaluate(path, [to_stroke3(one) for one in DRAWN], device="cpu")
    assert nats / sum(one.n_points for one in DRAWN) == pytest.approx(told.nats_per_point, rel=1e-5)
    alone = evaluate(path, [to_stroke3(DRAWN[2])], device="cpu")
    assert found[2].mean == pytest.approx(alone.nats_per_point, rel=1e-5)


@pytest.mark.parametrize("name", MACHINES)
def test_a_drawing_surprises_alike_alone_and_among_others(name):
    sampler = make_sampler(name)
    together = surprise(sampler, DRAWN)
    for one, nats in zip(DRAWN, together, strict=True):
        np.testing.assert_allclose(surprise(sampler, [one])[0], nats, atol=1e-3, rtol=1e-4)


@pytest.mark.parametrize("name", ["transformer", "sketchrnn"])
def test_a_point_out_of_place_surprises_there_and_not_before(name):
    sampler = make_sampler(name)
    line = np.column_stack([np.arange(40.0), np.zeros(40)])
    broken = line.copy()
    broken[25:, 1] += 80
    before, after = surprise(sampler, [Drawing((as_stroke(line),)), Drawing((as_stroke(broken),))])
    np.testing.assert_allclose(after[:25], before[:25], rtol=1e-4)
    assert after.argmax() == 25
    assert after[25] > before[25] + 5


def test_an_era_is_told():
    sampler = make_sampler("transformer of eras")
    of_eras = [surprise(sampler, DRAWN[:1], era=era)[0] for era in (-1, 0, 2)]
    assert not np.allclose(of_eras[0], of_eras[1]) and not np.allclose(of_eras[1], of_eras[2])
    with pytest.raises(UserError):
        surprise(sampler, DRAWN, era=3)
    with pytest.raises(UserError):
        surprise(make_sampler("sketchrnn"), DRAWN, era=0)


def test_nothing_surprises_nobody():
    for name in ("transformer", "sketchrnn/vae"):
        sampler = make_sampler(name)
        nothing, dot = measure_surprise(sampler, [Drawing(()), Drawing((as_stroke([[5, 5]]),))])
        assert (len(nothing.points), nothing.end, nothing.mean) == (0, 0.0, 0.0)
        assert len(dot.points) == 1 and np.isfinite(dot.mean)
        assert measure_surprise(sampler, []) == []
        assert surprise_along(sampler, Drawing(()))[0] == []


def test_a_first_point_that_drawings_begin_at_is_no_surprise():
    sampler = make_sampler("sketchrnn", begins_at_point=True)
    nats = surprise(sampler, DRAWN[:2])
    assert [len(one) for one in nats] == [one.n_points for one in DRAWN[:2]]
    assert nats[0][0] == 0 and (nats[0][1:] != 0).all()
    moved = Drawing(tuple(as_stroke(stroke + 50) for stroke in DRAWN[0].strokes))
    np.testing.assert_allclose(surprise(sampler, [moved])[0], nats[0], atol=1e-3)


def test_a_code_is_the_drawings_own():
    sampler = make_sampler("sketchrnn/vae")
    told = codes(sampler, [*DRAWN, Drawing(())])
    assert told.shape == (8, 6)
    torch.testing.assert_close(codes(sampler, DRAWN[3:4]), told[3:4], atol=1e-5, rtol=1e-4)
    assert not torch.allclose(told[0], told[1])
    assert (told[7] == 0).all()


def fine(drawing, step=0.5):
    """The same lines with a point every half unit."""
    strokes = []
    for stroke in drawing.strokes:
        arc = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
        at = np.union1d(np.arange(0, arc[-1], step), arc)
        strokes.append(as_stroke(np.column_stack([np.interp(at, arc, stroke[:, k]) for k in (0, 1)])))
    return Drawing(tuple(strokes))


def test_a_trace_is_simplified_and_what_is_coarse_already_stays():
    trace = fine(DRAWN[0])
    few = as_learnt(trace)
    assert few.n_points <= DRAWN[0].n_points < 0.2 * trace.n_points
    assert as_learnt(few) is few
    assert as_learnt(DRAWN[0]) is DRAWN[0]
    assert as_learnt(Drawing(())).strokes == ()


def test_each_point_of_a_trace_has_the_nats_of_the_move_it_is_on():
    sampler, trace = make_sampler("transformer"), fine(DRAWN[0])
    few = as_learnt(trace)
    nats, mean = surprise_along(sampler, trace)
    (measured,) = measure_surprise(sampler, [few])
    assert mean == measured.mean
    assert [len(one) for one in nats] == [len(stroke) for stroke in trace.strokes]
    taken = 0
    for along, stroke, line in zip(nats, trace.strokes, few.strokes, strict=True):
        places = [int(np.flatnonzero((stroke == point).all(axis=1))[-1]) for point in line]
        places[0] = 0  # closed: it ends where it began
        assert places == sorted(places)
        for start, end, expected in zip([-1, *places], places, measured.points[taken:], strict=False):
            assert (along[start + 1 : end + 1] == expected).all()
        taken += len(line)
    as_it_is, _ = surprise_along(sampler, DRAWN[0])
    assert np.array_equal(np.concatenate(as_it_is), measure_surprise(sampler, DRAWN[:1])[0].points)


def test_strokes_without_a_point_keep_their_place():
    empty = as_stroke(np.zeros((0, 2)))
    drawing = replace(DRAWN[0], strokes=(empty, *DRAWN[0].strokes, empty))
    nats, _ = surprise_along(make_sampler("sketchrnn"), drawing)
    assert [len(one) for one in nats] == [len(stroke) for stroke in drawing.strokes]
