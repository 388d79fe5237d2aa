import numpy as np
import pytest

from engine.sampling.quality.distribution import compare, density_and_coverage, kid


def gaussians(n, seed, shift=0.0, d=6):
    return (np.random.default_rng(seed).normal(0, 1, (n, d)) + shift).astype(np.float32)


def test_the_kernel_distance_is_that_of_two_loops():
    real, drawn = gaussians(7, 0), gaussians(9, 1, 0.3)

    def mean(a, b, same):
        pairs = [(i, j) for i in range(len(a)) for j in range(len(b)) if not same or i != j]
        return sum((float(a[i] @ b[j]) / 6 + 1) ** 3 for i, j in pairs) / len(pairs)

    expected = mean(real, real, True) + mean(drawn, drawn, True) - 2 * mean(real, drawn, False)
    assert kid(real, drawn) == pytest.approx(expected, rel=1e-5)


def test_the_kernel_distance_of_two_gaussians_is_the_true_one():
    # In one dimension the kernel is 1 + 3 xy + 3 (xy)^2 + (xy)^3: moments differ by 1, 1 and 4.
    found = kid(gaussians(3000, 0, d=1), gaussians(3000, 1, 1.0, d=1))
    assert found == pytest.approx(3 + 3 + 16, abs=2.0)


def test_the_kernel_distance_of_equals_is_zero_on_average_however_few_they_are():
    found = [kid(gaussians(20, i), gaussians(20, 1000 + i)) for i in range(400)]
    assert abs(np.mean(found)) < 4 * np.std(found) / np.sqrt(400)
    assert min(found) < 0 < max(found)


def test_density_and_coverage_are_those_of_two_loops():
    real, drawn, k = gaussians(40, 0), gaussians(30, 1, 0.5), 5
    radii = [sorted(np.linalg.norm(real - r, axis=1))[k] for r in real]
    inside = [[np.linalg.norm(r - x) <= radius for x in drawn] for r, radius in zip(real, radii, strict=True)]
    assert density_and_coverage(real, drawn, k) == (
        pytest.approx(np.sum(inside) / (k * len(drawn))),
        pytest.approx(np.mean(np.any(inside, axis=1))),
    )


def test_real_ones_are_dense_and_cover():
    found = compare(gaussians(800, 0), gaussians(800, 1))
    assert found.density == pytest.approx(1.0, abs=0.07)
    assert found.coverage == pytest.approx(1 - 2**-5, abs=0.02)


def test_copies_cover_all_and_ten_again_and_again_do_not():
    real = gaussians(300, 0)
    assert density_and_coverage(real, real)[1] == 1.0
    inner = real[np.argsort(np.linalg.norm(real, axis=1))[:10]]
    density, coverage = density_and_coverage(real, np.resize(inner, (300, 6)))
    assert density > 1.5
    assert coverage < 0.4


def test_what_lies_far_away_is_neither_real_nor_covers():
    assert density_and_coverage(gaussians(100, 0), gaussians(100, 1, 50.0)) == (0.0, 0.0)
