import torch
from torch.distributions import Normal, kl_divergence

from engine.models.latent import GaussianCode


def some_code(n=4, scale=300.0):
    torch.manual_seed(0)
    code = GaussianCode(8, 5)
    for parameter in code.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 1e-3 * scale)
    return code, torch.randn(n, 8)


def test_the_divergence_is_that_of_two_gaussians():
    code, features = some_code()
    wide = Normal(code.mean(features), torch.exp(code.log_variance(features) / 2))
    expected = kl_divergence(wide, Normal(torch.zeros(5), torch.ones(5))).sum(-1)
    torch.testing.assert_close(code(features).nats, expected)


def test_samples_spread_around_the_mean_as_the_variance_says():
    code, features = some_code(1)
    drawn = code(features.expand(50_000, -1), torch.Generator().manual_seed(1)).condition
    mean, spread = code.mean(features)[0], torch.exp(code.log_variance(features)[0] / 2)
    torch.testing.assert_close(drawn.mean(0), mean, atol=0.03, rtol=0)
    torch.testing.assert_close(drawn.std(0), spread, atol=0.03, rtol=0)


def test_chance_comes_from_the_generator_alone_and_without_it_the_code_is_its_mean():
    code, features = some_code()
    one, two = (code(features, torch.Generator().manual_seed(3)).condition for _ in range(2))
    torch.testing.assert_close(one, two, atol=0, rtol=0)
    torch.testing.assert_close(code(features).condition, code.mean(features), atol=0, rtol=0)


def test_a_fresh_code_costs_next_to_nothing():
    with torch.no_grad():
        assert float(GaussianCode(8, 5)(torch.randn(4, 8)).nats.max()) < 1e-3


def test_the_code_stays_float32_under_autocast():
    code, features = some_code()
    with torch.autocast("cpu", torch.bfloat16):
        coded = code(features.bfloat16())
    assert coded.condition.dtype == coded.nats.dtype == torch.float32
    torch.testing.assert_close(coded.nats, code(features.bfloat16().float()).nats)
