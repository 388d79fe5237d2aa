"""The towers of an open_clip model, the one for pictures and the one for words, strictly loaded."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch.nn import functional

from engine.curate.network import Triple, embed_batched
from engine.curate.openclip import Weights, brief
from engine.errors import UserError

_PROMPTS = (
    "a line drawing of {}",
    "a continuous line drawing of {}",
    "a simple pen sketch of {}",
    "{}, drawn with a black pen on white paper",
)


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


class OpenClipTextEncoder:
    """The text tower of an open_clip model."""

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        self._name = name
        self._model = model.eval()
        self._model.visual = None  # more than half the memory, and nobody shows it a picture
        self._tokenizer = tokenizer

    @property
    def name(self) -> str:
        """The name it was loaded by."""
        return self._name

    def encode(self, text: str) -> NDArray[np.float32]:
        """Encode a description; see `TextEncoder.encode`.

        The mean over several phrasings says more than any of them (Radford et al. 2021, 3.1.4).
        """
        with torch.inference_mode():
            words = self._tokenizer([prompt.format(text) for prompt in _PROMPTS])
            each = functional.normalize(self._model.encode_text(words).float(), dim=-1)
            mean = functional.normalize(each.mean(dim=0), dim=0)
        return np.asarray(mean.numpy(), dtype=np.float32)


def create_embedder(weights: Weights) -> OpenClipEmbedder:
    """The image tower. Raises UserError as `_create` does."""
    return OpenClipEmbedder(weights.name, _create(weights))


def create_text_encoder(weights: Weights) -> OpenClipTextEncoder:
    """The text tower. Raises UserError as `_create` does."""
    model = _create(weights)
    import open_clip

    return OpenClipTextEncoder(weights.name, model, open_clip.get_tokenizer(weights.model))


def _create(weights: Weights) -> Any:
    """Build a model and fill both its towers strictly, so that no tensor stays random.

    Raises:
        UserError: if the weights are damaged, incomplete, or of another model.
    """
    import open_clip  # here, for it takes ten seconds

    try:
        return open_clip.create_model(
            weights.model,
            pretrained=str(weights.file) if weights.file else None,
            require_pretrained=True,
            weights_only=True,
            force_quick_gelu=bool(weights.entry.get("quick_gelu")),
            force_preprocess_cfg={key: weights.entry[key] for key in ("mean", "std") if key in weights.entry},
        )
    except (RuntimeError, OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise _not_loaded(weights.name, error) from error
    except (SafetensorError, pickle.UnpicklingError) as error:
        raise UserError(
            f"The weights of {weights.name} are damaged: {brief(error)}.", "Copy them again."
        ) from error


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
