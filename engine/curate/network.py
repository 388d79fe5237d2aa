"""What every torch embedder shares: pages to normalised batches, batches through a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray

from engine.curate.crop import embedding_view

_BATCH = 16

Triple = tuple[float, float, float]


def embed_batched(
    network: Callable[[torch.Tensor], torch.Tensor],
    images: Sequence[NDArray[np.uint8]],
    *,
    side_px: int,
    mean: Triple,
    std: Triple,
    dimensions: int,
) -> NDArray[np.float32]:
    """Embed pages in batches without gradients.

    Args:
        network: Takes `(n, 3, side_px, side_px)`, gives `(n, dimensions)`.
        images: RGB pages.
        side_px: The square the network was trained on.
        mean: Per channel, of values in 0..1.
        std: Per channel, of values in 0..1.
        dimensions: Length of one vector.

    Returns:
        `(len(images), dimensions)` float32.
    """
    vectors = np.empty((len(images), dimensions), dtype=np.float32)
    shift, scale = torch.tensor(mean).view(1, 3, 1, 1), torch.tensor(std).view(1, 3, 1, 1)
    with torch.inference_mode(), ThreadPoolExecutor(2) as pool:
        for start in range(0, len(images), _BATCH):
            batch = images[start : start + _BATCH]
            views = np.stack(list(pool.map(lambda page: embedding_view(page, side_px), batch)))
            pixels = torch.from_numpy(views).permute(0, 3, 1, 2).float().div_(255)
            result = network(((pixels - shift) / scale).contiguous(memory_format=torch.channels_last))
            vectors[start : start + len(batch)] = result.float().numpy()
    return vectors
