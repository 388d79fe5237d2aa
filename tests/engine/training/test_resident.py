import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.strokes.augment import NO_AUGMENTATION, Augmentation, drop_points, reverse, transform
from engine.strokes.stroke3 import to_stroke5
from engine.training.data import collate
from engine.training.resident import ResidentDrawings

CPU = torch.device("cpu")


def drawing(n, seed):
    rng = np.random.default_rng(seed)
    rows = rng.normal(0, 4, (n, 3)).astype(np.float32)
    rows[:, 2] = rng.random(n) < 0.15
    rows[-1, 2] = 1
    return rows


def resident(drawings, *, integral=False):
    return ResidentDrawings(drawings, range(len(drawings)), integral=integral, device=CPU)


def made(drawings, indices, options, seed=0, **how):
    store = resident(drawings)
    indices = np.array(indices)
    chance = store.chance(indices, options, np.random.default_rng(seed))
    return chance, store.batch(indices, chance, **{"scale": 1.0, "max_points": 1000, **how})


def test_without_augmentation_a_batch_is_the_drawings_side_by_side():
    drawings = [drawing(n, n) for n in (5, 40, 1, 17)]
    _, batch = made(drawings, [3, 0, 1, 2], NO_AUGMENTATION, scale=2.5)
    plain = collate([drawings[i] for i in (3, 0, 1, 2)], 2.5, 1000)
    torch.testing.assert_close(batch.rows, plain.rows, atol=1e-5, rtol=1e-5)
    assert batch.lengths.tolist() == plain.lengths.tolist()
    assert batch.eras.tolist() == [3, 0, 1, 2]


def test_a_cut_drawing_has_no_end_here_either():
    drawings = [drawing(30, 1), drawing(4, 2)]
    _, batch = made(drawings, [0, 1], NO_AUGMENTATION, max_points=10)
    plain = collate(drawings, 1.0, 10)
    torch.testing.assert_close(batch.rows, plain.rows, atol=1e-5, rtol=1e-5)
    assert batch.lengths.tolist() == plain.lengths.tolist() == [11, 4]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(0, 1), st.booleans())
def test_copies_are_those_of_the_readable_augmentation(seed, share, mirror):
    """Turned, scaled, slanted, mirrored and reversed exactly as `strokes.augment` does it one by one."""
    options = Augmentation(drop_points=0.0, mirror=mirror, reverse=share)
    drawings = [drawing(n, seed + n) for n in (2, 33, 12)]
    chance, batch = made(drawings, [0, 1, 2], options, seed)
    for index, rows in enumerate(drawings):
        copy = transform(rows, chance.matrices[index].astype(np.float64))
        copy = reverse(copy) if chance.reversed[index] else copy
        framed = torch.from_numpy(to_stroke5(copy, batch.rows.shape[1]))
        torch.testing.assert_close(batch.rows[index], framed, atol=2e-4, rtol=1e-4)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_dropping_keeps_ends_lifts_and_the_rest_of_the_line(seed):
    options = Augmentation(drop_points=0.4, scale=0, rotate_deg=0, shear=0)
    rows = drawing(60, seed)
    chance, batch = made([rows], [0], options, seed)
    kept = chance.order[0, : chance.lengths[0]]
    points = np.cumsum(rows[:, :2], axis=0, dtype=np.float64)
    moves = np.diff(points[kept], axis=0, prepend=0.0)
    np.testing.assert_allclose(batch.rows[0, 1:-1, :2], moves, atol=1e-3)
    assert batch.rows[0, 1:-1, 3].tolist() == rows[kept, 2].tolist()
    assert set(np.flatnonzero(rows[:, 2])) <= set(kept)
    assert set(np.flatnonzero(rows[:-1, 2]) + 1) | {0} <= set(kept)


def test_it_drops_as_many_points_as_the_readable_augmentation():
    rows = drawing(4000, 3)
    options = Augmentation(drop_points=0.3, scale=0, rotate_deg=0, shear=0)
    chance, _ = made([rows], [0], options)
    assert chance.lengths[0] == pytest.approx(len(drop_points(rows, 0.3, np.random.default_rng(9))), rel=0.05)


def test_whole_numbers_are_spread_over_their_unit():
    rows = np.rint(drawing(200, 4) * 3)
    rows[:, 2] = drawing(200, 4)[:, 2]
    store = resident([rows], integral=True)
    chance = store.chance(np.array([0]), NO_AUGMENTATION, np.random.default_rng(0))
    moves = store.batch(np.array([0]), chance, scale=1.0, max_points=999).rows[0, 1:-1, :2].numpy()
    away = moves - rows[:, :2]
    assert np.abs(away).max() <= 0.5 + 1e-3
    assert away.std() == pytest.approx(np.sqrt(1 / 12), rel=0.15)


def test_the_same_chance_makes_the_same_copies_and_another_does_not():
    drawings = [drawing(50, 1), drawing(40, 2)]
    one, two, other = (made(drawings, [0, 1], Augmentation(), seed)[1].rows for seed in (1, 1, 2))
    assert torch.equal(one, two)
    assert one.shape != other.shape or not torch.equal(one, other)
