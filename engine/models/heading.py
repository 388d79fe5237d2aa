"""Gaussians laid out along the way the pen last moved and as far as it moves, not along the page.

Whatever way a line runs, the next move bends it to the left or to the right: told in the page's axes, a model
must learn that anew for every direction and every size.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models.mdn import N_PEN_STATES

_MAX_LOG_SIGMA = 6.0
_MAX_RHO_LOGIT = 3.5
_MAX_RHO = 0.998
_LEAST_MOVE = 1e-6


class Frame(NamedTuple):
    """Axes that move with the pen.

    Attributes:
        heading: `(..., 2)` unit vector of the first axis.
        log_scale: `(...)` logarithm of the axes' unit.
    """

    heading: Tensor
    log_scale: Tensor


def headings(moves: Tensor) -> Tensor:
    """Unit direction of each move `(..., 2)`; to the right where there is none."""
    length = moves.norm(dim=-1, keepdim=True)
    is_still = (length <= _LEAST_MOVE).to(moves.dtype)
    unit: Tensor = (moves + F.pad(is_still, (0, 1))) / (length + is_still)
    return unit


def turn(vectors: Tensor, heading: Tensor) -> Tensor:
    """Vectors `(..., 2)` given along the heading and to its side, in the page's axes."""
    (along, aside), (cos, sin) = vectors.unbind(-1), heading.unbind(-1)
    return torch.stack([cos * along - sin * aside, sin * along + cos * aside], dim=-1)


def turn_back(vectors: Tensor, heading: Tensor) -> Tensor:
    """Vectors `(..., 2)` in the page's axes, along the heading and to its side: undoes `turn`."""
    (x, y), (cos, sin) = vectors.unbind(-1), heading.unbind(-1)
    return torch.stack([cos * x + sin * y, cos * y - sin * x], dim=-1)


def turn_gaussians(params: Tensor, frame: Frame, n_turned: int) -> Tensor:
    """Bring the first Gaussians of a head's parameters from the frame into the page's axes.

    Args:
        params: `(..., 6 M + 3)`.
        frame: For each of `...` positions.
        n_turned: How many of the M.

    Returns:
        As `params`.
    """
    m = (params.shape[-1] - N_PEN_STATES) // 6
    pair = (2 * n_turned, 2 * (m - n_turned))
    widths = [N_PEN_STATES + m, *pair, *pair, n_turned, m - n_turned]
    first, mean, other_mean, log_sigma, other_sigma, rho, other_rho = torch.split(params, widths, dim=-1)
    heading, log_scale = frame.heading.unsqueeze(-2), frame.log_scale[..., None, None]
    pairs = (*rho.shape, 2)
    mean = turn(mean.reshape(pairs) * log_scale.exp(), heading)
    log_sigma, rho = _turn_spread(log_sigma.reshape(pairs) + log_scale, rho, heading)
    turned = [mean.flatten(-2), other_mean, log_sigma.flatten(-2), other_sigma, rho, other_rho]
    return torch.cat([first, *turned], dim=-1)


def _turn_spread(log_sigma: Tensor, rho_logit: Tensor, heading: Tensor) -> tuple[Tensor, Tensor]:
    """The covariance in turned axes, as log sigmas `(..., K, 2)` and logits of correlation `(..., K)`."""
    sigma = log_sigma.clamp(-_MAX_LOG_SIGMA, _MAX_LOG_SIGMA).exp()
    (along, aside), (cos, sin) = sigma.unbind(-1), heading.unbind(-1)
    covariance = torch.tanh(rho_logit.clamp(-_MAX_RHO_LOGIT, _MAX_RHO_LOGIT)) * along * aside
    (along2, aside2), (cos2, sin2) = (sigma * sigma).unbind(-1), (heading * heading).unbind(-1)
    cos_sin = cos * sin
    crossed = 2 * cos_sin * covariance
    # No difference of large numbers, as by double angles: a long thin Gaussian would lose its width.
    xx = cos2 * along2 - crossed + sin2 * aside2
    yy = sin2 * along2 + crossed + cos2 * aside2
    xy = cos_sin * (along2 - aside2) + (cos2 - sin2) * covariance
    rho = (xy * torch.rsqrt(xx * yy)).clamp(-_MAX_RHO, _MAX_RHO)
    return 0.5 * torch.stack([xx, yy], dim=-1).log(), torch.atanh(rho)
