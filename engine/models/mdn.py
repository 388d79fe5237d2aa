"""The mixture-density head: where the pen goes next, and whether it stays down, lifts or stops.

Source: Ha & Eck 2017, sections 3.1 and 3.2; Graves 2013 for the bivariate mixture. Everything is in float32
and in logarithms: no epsilon is added inside any of them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

N_PEN_STATES = 3
_LOG_2PI = math.log(2 * math.pi)
# Bounds that keep one lucky point from pulling a Gaussian into a spike; in units of the data's own spread.
_MIN_LOG_SIGMA = -6.0
_MAX_LOG_SIGMA = 6.0
_MAX_RHO_LOGIT = 3.5
_PEN_SHARE = 0.2


class Mixture(NamedTuple):
    """One bivariate Gaussian mixture and one pen distribution for each of `...` positions.

    Attributes:
        log_pi: `(..., M)` log weights, normalised.
        mean: `(..., M, 2)`.
        log_sigma: `(..., M, 2)`.
        rho_logit: `(..., M)`; the correlation is its tanh.
        log_pen: `(..., 3)` log probabilities of down, up, end, normalised.
    """

    log_pi: Tensor
    mean: Tensor
    log_sigma: Tensor
    rho_logit: Tensor
    log_pen: Tensor


class NLL(NamedTuple):
    """Negative log-likelihood in nats per real point.

    Attributes:
        xy: Of the true next move.
        pen: Of the true next pen state, the end included.
    """

    xy: Tensor
    pen: Tensor

    @property
    def total(self) -> Tensor:
        """Move and pen together."""
        return self.xy + self.pen


def n_head_outputs(n_mixtures: int) -> int:
    """Width of the layer that feeds the head."""
    return 6 * n_mixtures + N_PEN_STATES


def split_head(params: Tensor, n_mixtures: int) -> Mixture:
    """Give the raw outputs `(..., 6 M + 3)` their meaning."""
    widths = [N_PEN_STATES, n_mixtures, 2 * n_mixtures, 2 * n_mixtures, n_mixtures]
    pen, pi, mean, log_sigma, rho = torch.split(params.float(), widths, dim=-1)
    pair = (*params.shape[:-1], n_mixtures, 2)
    return Mixture(
        log_pi=F.log_softmax(pi, dim=-1),
        mean=mean.reshape(pair),
        log_sigma=log_sigma.reshape(pair).clamp(_MIN_LOG_SIGMA, _MAX_LOG_SIGMA),
        rho_logit=rho.clamp(-_MAX_RHO_LOGIT, _MAX_RHO_LOGIT),
        log_pen=F.log_softmax(pen, dim=-1),
    )


def log_density(mixture: Mixture, xy: Tensor) -> Tensor:
    """Log density of moves `(..., 2)` under the mixture, `(...)`."""
    z = (xy.unsqueeze(-2) - mixture.mean) * torch.exp(-mixture.log_sigma)
    zx, zy = z.unbind(-1)
    rho = torch.tanh(mixture.rho_logit)
    # log(1 - tanh(a)^2) = 2 (log 2 - |a| - softplus(-2 |a|)), exact where 1 - rho^2 would round to 0.
    size = mixture.rho_logit.abs()
    log_one_minus_rho2 = 2 * (math.log(2) - size - F.softplus(-2 * size))
    square = (zx * zx + zy * zy - 2 * rho * zx * zy) * torch.exp(-log_one_minus_rho2)
    log_gauss = -0.5 * square - _LOG_2PI - mixture.log_sigma.sum(-1) - 0.5 * log_one_minus_rho2
    return torch.logsumexp(mixture.log_pi + log_gauss, dim=-1)


def nll(params: Tensor, target: Tensor, lengths: Tensor, n_mixtures: int) -> NLL:
    """The loss, defined here and nowhere else.

    A drawing of `n` points has `n` moves and `n + 1` pen states (the last is the end); all their nats are
    summed and divided by the number of points. Padding never counts.

    Args:
        params: `(B, T, 6 M + 3)` outputs of the head.
        target: `(B, T, 5)` true next rows; drawing `b` has its first end token at row `lengths[b]`.
        lengths: `(B,)` points of each drawing; a drawing with `lengths[b] >= T` was cut and has no end here.
        n_mixtures: M.

    Returns:
        Scalars, in nats per real point in the units of `target`.
    """
    xy, pen = nll_sums(params, target, lengths, n_mixtures)
    points = lengths.clamp(max=target.shape[1]).sum()
    return NLL(xy.sum() / points, pen.sum() / points)


def nll_sums(params: Tensor, target: Tensor, lengths: Tensor, n_mixtures: int) -> NLL:
    """Nats of each drawing, `(B,)` and `(B,)`; arguments as for `nll`."""
    xy, pen = nll_rows(params, target, lengths, n_mixtures)
    return NLL(xy.sum(1), pen.sum(1))


def nll_rows(params: Tensor, target: Tensor, lengths: Tensor, n_mixtures: int) -> NLL:
    """Nats of each row, `(B, T)` and `(B, T)`: an end's are the pen's alone, padding's are 0."""
    mixture = split_head(params, n_mixtures)
    position = torch.arange(target.shape[1], device=target.device)
    is_point = position < lengths.unsqueeze(1)
    is_state = position <= lengths.unsqueeze(1)
    xy = -log_density(mixture, target[..., :2].float())
    pen = -(mixture.log_pen * target[..., 2:].float()).sum(-1)
    zero = xy.new_zeros(())
    return NLL(torch.where(is_point, xy, zero), torch.where(is_state, pen, zero))


class Temperatures(NamedTuple):
    """How freely a mixture is sampled: below 1 careful, above 1 wild.

    Attributes:
        choice: Of which Gaussian.
        spread: Of its width; variances are multiplied by it.
        pen: Of lifting and ending.
        top_p: Share of the likeliest Gaussians, by weight, that may be chosen (Holtzman et al. 2020).
    """

    choice: float = 1.0
    spread: float = 1.0
    pen: float = 1.0
    top_p: float = 1.0

    @staticmethod
    def of(variability: float) -> Temperatures:
        """All of them from one number; the pen follows gently.

        The pen lifts and ends once in a hundred points: sharpened like the rest, such rare events never
        happen and no drawing ends.
        """
        return Temperatures(variability, variability, variability**_PEN_SHARE)


def at_temperatures(mixture: Mixture, now: Temperatures) -> Mixture:
    """Sharpen or loosen the choice of Gaussian, its spread and the pen."""
    log_pi = F.log_softmax(mixture.log_pi / now.choice, dim=-1)
    return mixture._replace(
        log_pi=log_pi if now.top_p >= 1 else _nucleus(log_pi, now.top_p),
        log_sigma=mixture.log_sigma + 0.5 * math.log(now.spread),
        log_pen=F.log_softmax(mixture.log_pen / now.pen, dim=-1),
    )


def _nucleus(log_p: Tensor, top_p: float) -> Tensor:
    """Only the fewest likeliest whose probabilities sum to `top_p`, the likeliest at least."""
    ordered, order = log_p.sort(dim=-1, descending=True)
    before = ordered.exp().cumsum(-1) - ordered.exp()
    left_out = torch.zeros_like(before, dtype=torch.bool).scatter(-1, order, before >= top_p)
    return F.log_softmax(log_p.masked_fill(left_out, -torch.inf), dim=-1)


def without_pen(mixture: Mixture, forbidden: Tensor) -> Mixture:
    """Take pen states out of what may follow.

    Args:
        mixture: Over `(B,)` positions.
        forbidden: `(B, 3)` True for down, up, end that may not come; one of them stays.
    """
    log_pen = mixture.log_pen.masked_fill(forbidden, -torch.inf)
    return mixture._replace(log_pen=F.log_softmax(log_pen, dim=-1))


def sample(mixture: Mixture, noise: Tensor) -> Tensor:
    """Draw one row each, by inverting the distributions at given noise.

    Args:
        mixture: Over `(B,)` positions.
        noise: `(B, 4)`: two uniform numbers in [0, 1) for Gaussian and pen, two standard normal ones.

    Returns:
        `(B, 5)` stroke-5 rows; an ended row has no move.
    """
    chosen = _pick(mixture.log_pi, noise[:, 0])
    rows = torch.arange(len(chosen), device=chosen.device)
    rho = torch.tanh(mixture.rho_logit[rows, chosen])
    zx, zy = noise[:, 2], noise[:, 3]
    z = torch.stack([zx, rho * zx + torch.sqrt(1 - rho * rho) * zy], dim=-1)
    move = mixture.mean[rows, chosen] + torch.exp(mixture.log_sigma[rows, chosen]) * z
    pen = F.one_hot(_pick(mixture.log_pen, noise[:, 1]), N_PEN_STATES).to(move.dtype)
    return torch.cat([move * (1 - pen[:, 2:]), pen], dim=-1)


def _pick(log_p: Tensor, uniform: Tensor) -> Tensor:
    """The index at which the running sum of probabilities passes `uniform`."""
    running = log_p.exp().cumsum(-1)
    return (running < uniform.unsqueeze(-1)).sum(-1).clamp(max=log_p.shape[-1] - 1)
