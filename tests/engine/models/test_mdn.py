import math

import numpy as np
import pytest
import torch

from engine.models.mdn import (
    Temperatures,
    at_temperatures,
    log_density,
    n_head_outputs,
    nll,
    sample,
    split_head,
    without_pen,
)

M = 4


def naive_nats(params, target, lengths):
    """Formula by formula from the paper, one number at a time, in float64."""
    xy = pen = 0.0
    for b, n in enumerate(lengths):
        for t in range(min(n + 1, target.shape[1])):
            p = params[b, t].astype(np.float64)
            q = np.exp(p[:3]) / np.exp(p[:3]).sum()
            pen -= math.log(q[int(target[b, t, 2:].argmax())])
            if t == n:
                continue
            pi = np.exp(p[3 : 3 + M]) / np.exp(p[3 : 3 + M]).sum()
            mu, log_sigma = p[3 + M : 3 + 3 * M].reshape(M, 2), p[3 + 3 * M : 3 + 5 * M].reshape(M, 2)
            density = 0.0
            for k in range(M):
                rho = math.tanh(p[3 + 5 * M + k])
                sx, sy = math.exp(log_sigma[k, 0]), math.exp(log_sigma[k, 1])
                dx, dy = (target[b, t, 0] - mu[k, 0]) / sx, (target[b, t, 1] - mu[k, 1]) / sy
                z = dx * dx + dy * dy - 2 * rho * dx * dy
                norm = 2 * math.pi * sx * sy * math.sqrt(1 - rho * rho)
                density += pi[k] * math.exp(-z / (2 * (1 - rho * rho))) / norm
            xy -= math.log(density)
    return xy, pen


@pytest.fixture
def case():
    rng = np.random.default_rng(0)
    params = rng.normal(0, 0.8, (3, 7, n_head_outputs(M))).astype(np.float32)
    target = np.zeros((3, 7, 5), np.float32)
    target[..., :2] = rng.normal(0, 1, (3, 7, 2))
    target[..., 2] = 1
    lengths = [4, 6, 7]  # the last was cut: it has no end here
    for b, n in enumerate(lengths):
        target[b, n:] = [0, 0, 0, 0, 1]
    target[0, 2, 2:] = [0, 1, 0]
    return params, target, lengths


def test_the_loss_is_the_paper_s(case):
    params, target, lengths = case
    xy, pen = naive_nats(params, target, lengths)
    loss = nll(torch.tensor(params), torch.tensor(target), torch.tensor(lengths), M)
    assert float(loss.xy) == pytest.approx(xy / 17, abs=2e-6)
    assert float(loss.pen) == pytest.approx(pen / 17, abs=2e-6)
    assert float(loss.total) == pytest.approx((xy + pen) / 17, abs=4e-6)


def test_padding_never_counts(case):
    params, target, lengths = map(torch.tensor, case)
    wider = torch.cat([params, torch.full((3, 9, params.shape[2]), 30.0)], 1)
    filled = torch.cat([target, torch.full((3, 9, 5), 7.0)], 1)
    lengths[2] = 6  # now all three have their end within the first seven rows
    filled[2, 6] = torch.tensor([0, 0, 0, 0, 1.0])
    before = nll(params, filled[:, :7], lengths, M)
    after = nll(wider, filled, lengths, M)
    assert float(after.xy) == pytest.approx(float(before.xy), rel=1e-6)
    assert float(after.pen) == pytest.approx(float(before.pen), rel=1e-6)
    gradient = torch.autograd.grad(nll(wider.requires_grad_(), filled, lengths, M).total, wider)[0]
    assert torch.isfinite(gradient).all()
    assert not gradient[:, 7:].any()


def test_a_point_far_from_every_gaussian_has_a_finite_loss_and_gradient():
    params = torch.zeros(1, 1, n_head_outputs(M))
    params[..., 3 + 3 * M : 3 + 5 * M] = -50.0
    params[..., 3 + 5 * M :] = 40.0
    params.requires_grad_()
    density = log_density(split_head(params, M), torch.tensor([[[300.0, -300.0]]]))
    density.sum().backward()
    assert torch.isfinite(density).all()
    assert torch.isfinite(params.grad).all()


def test_the_density_integrates_to_one():
    torch.manual_seed(0)
    mixture = split_head(torch.randn(n_head_outputs(M)) * 0.5, M)
    axis = torch.linspace(-12, 12, 241)
    grid = torch.cartesian_prod(axis, axis)
    total = log_density(mixture, grid).exp().sum() * (axis[1] - axis[0]) ** 2
    assert float(total) == pytest.approx(1, abs=1e-3)


def test_samples_follow_the_mixture():
    torch.manual_seed(1)
    n = 40_000
    mixture = split_head((torch.randn(n_head_outputs(M)) * 0.5).expand(n, -1), M)
    noise = torch.cat([torch.rand(n, 2), torch.randn(n, 2)], 1)
    rows = sample(mixture, noise)
    real = rows[rows[:, 4] == 0]
    expected = (mixture.log_pi[0].exp().unsqueeze(-1) * mixture.mean[0]).sum(0)
    torch.testing.assert_close(real[:, :2].mean(0), expected, atol=0.03, rtol=0)
    torch.testing.assert_close(rows[:, 2:].mean(0), mixture.log_pen[0].exp(), atol=0.01, rtol=0)
    assert not rows[rows[:, 4] == 1][:, :2].any()


def test_temperature_sharpens_all_three():
    torch.manual_seed(0)
    mixture = split_head(torch.randn(n_head_outputs(M)), M)
    cool = at_temperatures(mixture, Temperatures.of(0.25))
    assert cool.log_pi.max() > mixture.log_pi.max()
    assert cool.log_pen.max() > mixture.log_pen.max()
    torch.testing.assert_close(cool.log_sigma, mixture.log_sigma + math.log(0.5))
    torch.testing.assert_close(at_temperatures(mixture, Temperatures.of(1.0)).log_pi, mixture.log_pi)


def test_temperatures_apart_touch_only_their_own():
    torch.manual_seed(0)
    mixture = split_head(torch.randn(5, n_head_outputs(M)), M)
    cool = at_temperatures(mixture, Temperatures(spread=0.25))
    torch.testing.assert_close(cool.log_pi, mixture.log_pi)
    torch.testing.assert_close(cool.log_pen, mixture.log_pen)
    torch.testing.assert_close(cool.log_sigma, mixture.log_sigma + math.log(0.5))


def test_top_p_keeps_the_fewest_likeliest_that_reach_it():
    p = torch.tensor([[0.5, 0.1, 0.3, 0.1], [0.9, 0.05, 0.03, 0.02]])
    mixture = split_head(torch.randn(2, n_head_outputs(M)), M)._replace(log_pi=p.log())
    kept = at_temperatures(mixture, Temperatures(top_p=0.6)).log_pi.exp()
    torch.testing.assert_close(kept, torch.tensor([[0.625, 0, 0.375, 0], [1, 0, 0, 0]]))


def test_a_forbidden_pen_state_never_comes():
    mixture = split_head(torch.zeros(2, n_head_outputs(M)), M)
    forbidden = torch.tensor([[False, False, True], [True, True, False]])
    torch.testing.assert_close(
        without_pen(mixture, forbidden).log_pen.exp(), torch.tensor([[0.5, 0.5, 0], [0, 0, 1.0]])
    )
