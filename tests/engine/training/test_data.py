import numpy as np
import pytest
import torch

from engine.training.data import collate, dequantise, epoch_order, measure_scale


def rows(n, seed=0):
    made = np.random.default_rng(seed).normal(0, 4, (n, 3)).astype(np.float32)
    made[:, 2] = 0
    made[-1, 2] = 1
    return made


def test_a_batch_holds_start_moves_end_and_padding():
    batch = collate([rows(3), rows(5, 1)], scale=2.0, max_points=50)
    assert batch.rows.shape == (2, 7, 5)
    assert batch.lengths.tolist() == [3, 5]
    torch.testing.assert_close(batch.targets[0, :3, :2], torch.tensor(rows(3)[:, :2] / 2))
    assert batch.inputs[0, 0].tolist() == [0, 0, 1, 0, 0]
    assert batch.targets[0, 3:].tolist() == [[0, 0, 0, 0, 1]] * 3
    assert (batch.rows[..., 2:].sum(-1) == 1).all()


def test_a_cut_drawing_has_no_end():
    batch = collate([rows(30), rows(4, 1)], scale=1.0, max_points=10)
    assert batch.targets.shape[1] == 11
    assert batch.lengths.tolist() == [11, 4]
    assert batch.targets[0, :, 4].sum() == 0
    assert batch.targets[1, 4, 4] == 1


def test_an_epoch_meets_everyone_once_in_batches_of_like_length():
    lengths = np.random.default_rng(0).integers(10, 250, 300)
    batches = epoch_order(lengths, 16, seed=1, epoch=0)
    assert sorted(np.concatenate(batches)) == list(range(300))
    padded = sum(lengths[b].max() * len(b) for b in batches)
    assert padded < 1.2 * lengths.sum()
    again, later = (epoch_order(lengths, 16, seed=1, epoch=e) for e in (0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(batches, again, strict=True))
    assert not np.array_equal(np.concatenate(batches), np.concatenate(later))


def test_the_scale_is_that_of_moves_without_the_first_position():
    drawing = np.array([[500, 500, 0], [3, 0, 0], [0, -3, 1]], np.float32)
    assert measure_scale([drawing]) == pytest.approx(np.sqrt(18 / 4))
    assert measure_scale([drawing[:1]]) == 1.0


def test_dequantised_moves_round_back():
    whole = np.rint(rows(200))
    spread = dequantise(whole, np.random.default_rng(0))
    np.testing.assert_array_equal(np.rint(spread), whole)
    assert np.abs(spread - whole)[:, :2].mean() > 0.2


def test_parts_hold_every_drawing_once_and_no_needless_padding():
    batch = collate([rows(n, n) for n in (9, 3, 30, 4, 12)], scale=1.0, max_points=20, eras=[0, 1, 2, 3, 4])
    parts = batch.parts(2)
    assert [part.lengths.tolist() for part in parts] == [[3, 4], [9, 12], [21]]
    assert [part.rows.shape[1] for part in parts] == [6, 14, 22]
    assert [part.eras.tolist() for part in parts] == [[1, 3], [0, 4], [2]]
    torch.testing.assert_close(parts[1].rows[1], batch.rows[4, :14])
    assert (parts[0].targets[0, 3:, 4] == 1).all()
