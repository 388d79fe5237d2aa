"""The Gaussian code of a whole drawing: what an autoencoder's decoder is told before it draws.

Source: Ha & Eck 2017, section 3.2; Kingma & Welling 2014 for the sampled code and its divergence.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.base import Code

_START_SPREAD = 1e-3


class GaussianCode(nn.Module):
    """Turns what an encoder has read into a Gaussian over codes, whose prior is the standard normal."""

    def __init__(self, n_features: int, n_latent: int) -> None:
        super().__init__()
        self.mean = nn.Linear(n_features, n_latent)
        self.log_variance = nn.Linear(n_features, n_latent)
        for layer in (self.mean, self.log_variance):
            # All codes begin at the prior: the divergence grows only as far as it pays.
            nn.init.normal_(layer.weight, std=_START_SPREAD)
            nn.init.zeros_(layer.bias)

    def forward(self, features: Tensor, chance: torch.Generator | None = None) -> Code:
        """Code each drawing, in float32 whatever the encoder runs in.

        Args:
            features: `(B, n_features)`.
            chance: Samples the code; without it the code is the mean.

        Returns:
            The code `(B, n_latent)` and its divergence from the prior, summed over dimensions, `(B,)`.
        """
        with torch.autocast(features.device.type, enabled=False):
            mean = self.mean(features.float())
            log_variance = self.log_variance(features.float())
        nats = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(-1)
        if chance is None:
            return Code(mean, nats)
        noise = torch.empty_like(mean).normal_(generator=chance)
        return Code(mean + torch.exp(0.5 * log_variance) * noise, nats)
