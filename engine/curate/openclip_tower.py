"""The image tower of an open_clip model, strictly loaded."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError

from engine.curate.network import Triple, embed_batched
from engine.curate.openclip import brief
from engine.errors import UserError


class OpenClipEmbedder:
    """The image tower of an open_clip model."""

    def __init__(self, name: str, model: Any) -> None:
        self._name = name
        self._tower = model.visual.eval()
        settings: Mapping[str, Any] = self._tower.preprocess_cfg
        self._side_px = _side(settings["size"])
        self._mean: Triple = tuple(settings["mean"])
        self._std: Triple = tuple(settings["std"])
        with torch.inference_mode():
            self._dimensions = int(self._network(torch.zeros(1, 3, self._side_px, self._side_px)).shape[1])

    @property
    def name(self) -> str:
        """The name it was loaded by."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of one vector: the model's joint embedding size."""
        return self._dimensions

    def embed(self, images: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Embed RGB pages as `(n, dimensions)` float32; see `Embedder.embed`."""
        return embed_batched(
            self._network,
            images,
            side_px=self._side_px,
            mean=self._mean,
            std=self._std,
            dimensions=self._dimensions,
        )

    def _network(self, pixels: torch.Tensor) -> torch.Tensor:
        """Pooled features; some towers also give their tokens, which are left aside."""
        result = self._tower(pixels)
        pooled: torch.Tensor = result[0] if isinstance(result, tuple) else result
        return pooled


def _side(size: int | Sequence[int]) -> int:
    return int(size if isinstance(size, int) else size[-1])


def create_embedder(name: str, model: str, file: Path | None, entry: Mapping[str, Any]) -> OpenClipEmbedder:
    """Build a model and fill it strictly, so that no tensor stays random.

    Args:
        name: What the user called it.
        model: open_clip's name of the architecture, or `local-dir:FOLDER`, which brings its own weights.
        file: The checkpoint; None for a folder.
        entry: open_clip's table entry of the weights, for its normalisation; may be empty.

    Raises:
        UserError: if the weights are damaged, incomplete, or of another model.
    """
    import open_clip  # here, for it takes ten seconds

    try:
        network = open_clip.create_model(
            model,
            pretrained=str(file) if file else None,
            require_pretrained=True,
            weights_only=True,
            force_quick_gelu=bool(entry.get("quick_gelu")),
            force_preprocess_cfg={key: entry[key] for key in ("mean", "std") if key in entry},
        )
    except (RuntimeError, OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise _not_loaded(name, error) from error
    except (SafetensorError, pickle.UnpicklingError) as error:
        raise UserError(f"The weights of {name} are damaged: {brief(error)}.", "Copy them again.") from error
    return OpenClipEmbedder(name, network)


def _not_loaded(name: str, error: Exception) -> UserError:
    missing = re.search(r"Missing key\(s\) in state_dict: (.*?)(?:\n|$)", str(error))
    if missing:
        tensors = re.findall(r'"([^"]+)"', missing.group(1))
        return UserError(
            f"The checkpoint of {name} lacks {len(tensors)} tensors: {', '.join(tensors[:4])}"
            f"{', ...' if len(tensors) > 4 else ''}.",
            "They would stay random; choose a complete checkpoint of this model.",
        )
    return UserError(f"{name} cannot be loaded: {brief(error)}.", "Check the model's name and its files.")
