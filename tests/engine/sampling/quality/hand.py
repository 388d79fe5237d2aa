"""A hand that draws curves, no two alike, and an eye that is quick."""

import cv2
import numpy as np

from engine.strokes.stroke3 import to_stroke3
from engine.strokes.types import Drawing


def curve(rng, n_points):
    t = np.linspace(0, 2 * np.pi, n_points)
    k = np.arange(1, 6)[:, None]
    size, phase = rng.normal(0, 60, (2, 5, 1)) / k, rng.uniform(0, 2 * np.pi, (2, 5, 1))
    return ((size * np.cos(k * t + phase)).sum(1).T + rng.uniform(60, 140, 2)).astype(np.float32)


def drawings(n, seed):
    rng = np.random.default_rng(seed)
    return [
        to_stroke3(Drawing(tuple(curve(rng, rng.integers(20, 40)) for _ in range(rng.integers(1, 4)))))
        for _ in range(n)
    ]


def pages(n, prefix):
    return [f"{prefix}{i}" for i in range(n)]


class QuickEye:
    """An embedder of a few coarse blots of ink."""

    name, dimensions = "quick", 64

    def embed(self, images):
        grey = [255 - image[:, :, 0].astype(np.float32) for image in images]
        blurred = [
            cv2.resize(cv2.GaussianBlur(g, (0, 0), 12), (8, 8), interpolation=cv2.INTER_AREA) for g in grey
        ]
        return np.stack([b.ravel() / 16 for b in blurred]).astype(np.float32)
