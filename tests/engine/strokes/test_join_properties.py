"""Joining and splicing, whatever the strokes: no ink lost, little invented, the same lines in any order."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from engine.strokes.geometry import resample, uninked_length
from engine.strokes.join import JoinSettings, join
from engine.strokes.order import pen_up_travel
from engine.strokes.splice import SpliceSettings, splice
from engine.strokes.types import as_stroke, stroke_length
from tests.engine.trace.shapes import circle, line, random_line

PEN = 5.0
seeds = st.integers(0, 100_000)


def pieces(seed, gap_px=0.0):
    """A long line cut at random places, a gap at each cut, the pieces in any order and direction."""
    rng = np.random.default_rng(seed)
    way = resample(random_line(seed), 2.0)
    cuts = np.sort(rng.choice(np.arange(60, len(way) - 60, 50), rng.integers(1, 6), replace=False))
    skip = int(gap_px / 4)
    parts = np.split(way, cuts)
    parts = [p[skip if k else 0 : len(p) - skip if k + 1 < len(parts) else None] for k, p in enumerate(parts)]
    return shuffled([as_stroke(p) for p in parts if len(p) > 2], seed)


def scribble(seed, count=7):
    """Lines, rings and arcs that touch, cross and miss each other."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        x, y, u, v = rng.uniform(0, 300, 4)
        if rng.random() < 0.6:
            found.append(line(x, y, u, v))
        else:
            found.append(circle(x, y, 20 + u / 5)[: rng.integers(100, 601)])
    return [as_stroke(resample(s, 2.0)) for s in found]


def shuffled(strokes, seed):
    """The same strokes in another order, some of them backwards."""
    rng = np.random.default_rng(seed + 1)
    order = rng.permutation(len(strokes))
    return [strokes[k][::-1].copy() if rng.random() < 0.5 else strokes[k] for k in order]


def lines(strokes):
    """What the strokes are without their order and direction."""
    rounded = [np.round(s.astype(float), 3) + 0.0 for s in strokes]
    return sorted(min(r.tobytes(), r[::-1].tobytes()) for r in rounded)


def farthest(of, to):
    """Largest distance from the points of some strokes to others."""
    return cKDTree(np.concatenate([resample(s, 0.5) for s in to])).query(np.concatenate(of))[0].max()


def total(strokes):
    return sum(map(stroke_length, strokes))


def joined(strokes, **changes):
    return join(strokes, JoinSettings(**changes), pen_width=PEN)


def spliced(strokes, **changes):
    return splice(strokes, SpliceSettings(**changes), pen_width=PEN)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seeds, st.floats(0, 40))
def test_joining_loses_no_ink_and_invents_no_more_than_its_gaps(seed, gap_px):
    before = pieces(seed, gap_px)
    after = joined(before)
    assert len(after) <= len(before)
    assert farthest(before, after) < 0.3
    widest = JoinSettings().gap_pens * PEN
    assert total(after) - total(before) <= 1.25 * widest * (len(before) - len(after)) + 0.1
    assert total(after) >= total(before) - 0.1


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seeds, st.floats(2, 10))
def test_a_line_with_small_gaps_is_one_line_again(seed, gap_px):
    before = pieces(seed, gap_px)
    after = joined(before)
    assert len(after) == 1
    assert farthest(after, [random_line(seed)]) < PEN


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seeds, st.floats(0, 40))
def test_joining_does_not_depend_on_order_and_direction(seed, gap_px):
    before = pieces(seed, gap_px)
    assert lines(joined(before)) == lines(joined(shuffled(before, seed + 7)))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seeds)
def test_scribbles_joined_and_spliced_keep_their_ink_and_add_none(seed):
    before = scribble(seed)
    first = joined(before)
    second = spliced(first)
    assert len(before) >= len(first) >= len(second) >= 1
    assert farthest(before, first) < 0.3
    assert farthest(first, second) < PEN
    assert uninked_length(first, second, 2 * PEN) == 0, "splicing never crosses paper"


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seeds)
def test_splicing_goes_over_no_more_again_than_it_may(seed):
    before = scribble(seed)
    after = spliced(before)
    limits = SpliceSettings()
    merges = len(before) - len(after)
    again = total(after) - total(before)
    # Each splice may go over a share of what it merges again, and what it merged may be merged once more.
    assert again <= merges * max(limits.retrace_pens * PEN, limits.retrace_share * total(after)) + 1
    assert again >= -2 * PEN * merges


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seeds)
def test_splicing_covers_the_same_ink_in_any_order_and_direction(seed):
    before = scribble(seed)
    one, other = spliced(before), spliced(shuffled(before, seed))
    assert abs(len(one) - len(other)) <= 1
    assert farthest(one, other) < PEN and farthest(other, one) < PEN


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seeds)
def test_what_is_spliced_stays_spliced(seed):
    once = spliced(scribble(seed))
    assert lines(spliced(once)) == lines(once)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seeds, st.sampled_from([0.25, 4.0]))
def test_units_do_not_matter(seed, scale):
    before = pieces(seed, 10.0)
    other = join([s * np.float32(scale) for s in before], JoinSettings(), pen_width=PEN * scale)
    assert [len(s) for s in other] == [len(s) for s in joined(before)]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seeds, st.floats(-1, 1), st.floats(60, 200))
def test_a_wide_gap_is_left_open_without_ink(seed, slope, gap_px):
    assume(gap_px > JoinSettings().gap_pens * PEN + 1)
    parts = [as_stroke(line(0, 0, 100, 100 * slope))]
    parts.append(as_stroke(line(100, 100 * slope, 200, 200 * slope) + np.array([gap_px, gap_px * slope])))
    assert len(joined(parts)) == 2


@pytest.mark.parametrize("step", [joined, spliced])
def test_one_stroke_or_a_dot_is_left_as_it_is(step):
    for strokes in ([as_stroke(line(0, 0, 90, 10))], [as_stroke([[5, 5]])], [as_stroke([[5, 5], [5, 5]])]):
        assert lines(step(strokes)) == lines(strokes)


@pytest.mark.parametrize("step", [joined, spliced])
def test_short_strokes_far_from_all_others_are_kept(step):
    dots = [as_stroke(line(x, 500, x + 3, 502)) for x in (0, 150, 300)]
    after = step([*dots, as_stroke(line(0, 0, 300, 10))])
    assert len(after) == 4 and pen_up_travel(after) > 0
