import numpy as np
import pytest

from engine.sampling.quality.memory import TrainingMemory, ink_prints, usual_nearest
from engine.strokes.augment import Augmentation, augment, transform
from tests.engine.sampling.quality.hand import drawings, pages

TRAIN = drawings(400, 1)


@pytest.fixture(scope="module")
def memory():
    return TrainingMemory(ink_prints(TRAIN), pages(400, "p"))


def jittered(rows, by):
    rng = np.random.default_rng(0)
    return [
        np.column_stack([r[:, :2] + np.diff(rng.normal(0, by, (len(r), 2)), axis=0, prepend=0), r[:, 2]])
        for r in rows
    ]


def test_copies_are_memorised_wherever_they_lie(memory):
    assert memory.is_memorised(TRAIN).all()
    assert memory.distances(TRAIN).max() < 1e-5
    unit = np.array([3, 3, 1], np.float32)
    moved = [rows * unit for rows in TRAIN[:50]]
    for rows in moved:
        rows[0, :2] += 500
    mirrored = [transform(rows, np.diag([-1.0, 1.0])) for rows in TRAIN[:50]]
    stretched = [transform(rows, np.diag([1.2, 0.9])) for rows in TRAIN[:50]]
    for copies in (moved, mirrored, stretched):
        assert memory.is_memorised(copies).all()


def test_the_nearest_is_the_one_that_was_copied(memory):
    chosen = np.random.default_rng(1).permutation(400)[:60]
    found, distances = memory.nearest(jittered([TRAIN[i] for i in chosen], 0.5))
    assert found.tolist() == chosen.tolist()
    assert distances.tolist() == memory.distances(jittered([TRAIN[i] for i in chosen], 0.5)).tolist()
    passed_over, _ = memory.nearest([TRAIN[7]], ["p7"])
    assert passed_over[0] != 7


def test_the_nearest_is_found_in_any_part_of_a_large_set():
    prints = np.tile(ink_prints(TRAIN[:1]), (2500, 1))
    prints[1800] = ink_prints(TRAIN[1:2])[0]
    large = TrainingMemory(prints, pages(2500, "p"))
    assert large.nearest(TRAIN[1:2])[0].tolist() == [1800]


def test_copies_made_a_little_differently_are_found(memory):
    rng = np.random.default_rng(0)
    slight = Augmentation(drop_points=0.2, scale=0.12, rotate_deg=6, shear=0.07)
    assert memory.is_memorised(jittered(TRAIN[:100], 2)).mean() > 0.95
    assert memory.is_memorised([augment(rows, slight, rng) for rows in TRAIN[:100]]).mean() > 0.8


def test_new_drawings_of_the_same_hand_are_not(memory):
    assert memory.is_memorised(drawings(400, 2)).mean() < 0.03


def test_drawings_of_the_same_page_do_not_count(memory):
    assert memory.is_memorised(TRAIN[:50], pages(50, "p")).mean() < 0.1
    assert memory.is_memorised(TRAIN[:50], pages(50, "q")).all()


def test_pages_scanned_twice_do_not_hide_copies(memory):
    twice = [*TRAIN, *jittered(TRAIN[:24], 0.5)]
    other = TrainingMemory(ink_prints(twice), pages(len(twice), "p"))
    assert other.threshold == pytest.approx(memory.threshold, rel=0.15)
    assert np.quantile(other._nearest(other._prints, other._pages)[1], 0.01) < 0.5 * other.threshold


def test_one_in_a_hundred_is_below_the_threshold():
    distances = np.exp(np.random.default_rng(0).normal(-2, 0.3, 100_000))
    assert (distances <= usual_nearest(distances)).mean() == pytest.approx(0.01, abs=0.002)


def test_nothing_and_a_dot_are_like_nothing(memory):
    blank = [np.zeros((0, 3), np.float32), np.array([[3, 3, 1]], np.float32)]
    assert (ink_prints(blank) == 0).all()
    assert memory.distances(blank).tolist() == [1.0, 1.0]


def test_a_line_there_and_back_is_a_line():
    there = np.array([[0, 0, 0], [50, 20, 1]], np.float32)
    back = np.array([[0, 0, 0], [50, 20, 0], [-50, -20, 1]], np.float32)
    prints = ink_prints([there, back])
    assert prints[0] @ prints[1] == pytest.approx(1.0, abs=0.01)
