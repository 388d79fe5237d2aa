import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.strokes.augment import NO_AUGMENTATION, Augmentation, augment, drop_points, reverse, transform
from engine.strokes.stroke3 import from_stroke3, to_stroke3
from engine.strokes.types import Drawing

whole = st.integers(-100, 100).map(float)
stroke = st.integers(1, 25).flatmap(lambda n: arrays(np.float32, (n, 2), elements=whole))
rows3 = st.lists(stroke, min_size=1, max_size=5).map(lambda parts: to_stroke3(Drawing(tuple(parts))))
seeds = st.integers(0, 2**31)


@given(rows3, seeds)
def test_dropping_keeps_both_ends_and_the_lift_of_every_stroke(rows, seed):
    before = from_stroke3(rows).strokes
    after = from_stroke3(drop_points(rows, 0.9, np.random.default_rng(seed))).strokes
    assert len(after) == len(before)
    for full, thinned in zip(before, after, strict=True):
        np.testing.assert_array_equal(thinned[[0, -1]], full[[0, -1]])
        assert {tuple(p) for p in thinned.tolist()} <= {tuple(p) for p in full.tolist()}


def test_dropping_drops():
    rows = to_stroke3(Drawing((np.arange(2000, dtype=np.float32).reshape(-1, 2),)))
    left = len(drop_points(rows, 0.3, np.random.default_rng(0)))
    assert 600 < left < 800


@given(rows3)
def test_reversal_turns_every_stroke_and_their_order_round(rows):
    before = from_stroke3(rows).strokes
    after = from_stroke3(reverse(rows)).strokes
    assert len(after) == len(before)
    for full, turned in zip(before, reversed(after), strict=True):
        np.testing.assert_array_equal(turned[::-1], full)
    assert reverse(rows)[-1, 2] == 1
    np.testing.assert_array_equal(reverse(reverse(rows)), rows)


@given(rows3, seeds)
def test_a_copy_has_the_same_strokes_and_depends_on_the_generator_alone(rows, seed):
    options = Augmentation(drop_points=0.2, scale=0.2, rotate_deg=20, shear=0.2, mirror=True, reverse=0.5)
    kept = rows.copy()
    one, two = (augment(rows, options, np.random.default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(rows, kept)
    assert one[:, 2].sum() == rows[:, 2].sum()
    assert np.isfinite(one).all()


@given(rows3, seeds)
def test_no_augmentation_changes_nothing(rows, seed):
    np.testing.assert_allclose(augment(rows, NO_AUGMENTATION, np.random.default_rng(seed)), rows, atol=1e-4)


def test_transform_turns_about_the_centre_of_the_drawing():
    rows = to_stroke3(Drawing((np.array([[100, 50], [200, 50], [200, 150]], np.float32),)))
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    turned = from_stroke3(transform(rows, quarter)).strokes[0]
    np.testing.assert_allclose(turned, [[200, 50], [200, 150], [100, 150]], atol=1e-4)


def test_mirror_flips_about_half_of_the_copies():
    rows = to_stroke3(Drawing((np.array([[0, 0], [100, 30]], np.float32),)))
    options = Augmentation(0, 0, 0, 0, mirror=True)
    flipped = [augment(rows, options, np.random.default_rng(s))[1, 0] < 0 for s in range(200)]
    assert 70 < sum(flipped) < 130


@pytest.mark.parametrize(
    "options",
    [
        Augmentation(0.5, 0, 0, 0),
        Augmentation(0, 0.3, 0, 0),
        Augmentation(0, 0, 20, 0),
        Augmentation(0, 0, 0, 0.3),
        Augmentation(0, 0, 0, 0, reverse=1.0),
        Augmentation(0, 0, 0, 0, mirror=True),
    ],
)
def test_each_option_alone_reaches_the_copy_and_every_epoch_brings_another(options):
    wave = np.stack([np.arange(60.0), 9 * np.sin(np.arange(60.0))], axis=1).astype(np.float32)
    rows, rng = to_stroke3(Drawing((wave[:40], wave[40:]))), np.random.default_rng(1)
    copies = [augment(rows, options, rng) for _ in range(8)]
    assert any(len(one) != len(rows) or not np.allclose(one, rows, atol=1e-3) for one in copies)
    if options.reverse < 1:
        assert any(len(one) != len(copies[0]) or not np.allclose(one, copies[0]) for one in copies[1:])


def test_a_reversed_copy_lifts_after_the_point_that_began_the_stroke_not_one_row_off():
    rows = to_stroke3(Drawing((np.zeros((3, 2), np.float32), np.ones((5, 2), np.float32))))
    assert rows[:, 2].tolist() == [0, 0, 1, 0, 0, 0, 0, 1]
    assert reverse(rows)[:, 2].tolist() == [0, 0, 0, 0, 1, 0, 0, 1]
